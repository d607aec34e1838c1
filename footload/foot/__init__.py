"""Feet on a mat: contacts, sides, axes, regions, load and centre of pressure."""
