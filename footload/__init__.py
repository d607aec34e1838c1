"""footload: how feet load, from serial bytes to findings with their sources."""

__version__ = "0.1.0"
