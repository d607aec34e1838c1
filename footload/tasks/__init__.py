"""Movements: one module each, finding repetitions and phases."""
