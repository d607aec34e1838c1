"""Signals: array in, array out."""
