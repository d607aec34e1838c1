"""File formats: one file a format, each with `recognises` and `read`."""

from footload.readers.registry import Reader, find_reader, read, readers

__all__ = ["Reader", "find_reader", "read", "readers"]
