"""Bytes to frames and back, pure: no port, thread or clock."""
