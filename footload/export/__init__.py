"""What was recorded, written in formats that others read."""
