"""Devices played back bit for bit."""
