"""Feet and movements whose answers are known by formula."""
