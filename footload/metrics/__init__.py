"""Metrics: formulas, each with its record."""
