"""Whether a mat is drawn upright or on its side; the same for every picture of it."""

from __future__ import annotations

from typing import Final

LONG_MM: Final = 600.0
"""Nothing shorter is a walkway: one foot, and an insole, always stand upright. [mm]"""
SLENDER: Final = 1.6


def lies(width_mm: float, length_mm: float) -> bool:
    """Whether a surface is drawn lying, its walking direction to the right.

    Parameters
    ----------
    width_mm, length_mm : float
        Across and along the walking direction. [mm]

    Returns
    -------
    bool
        True for walkways: longer than a foot could be, and much longer than wide.
    """
    return length_mm > LONG_MM and length_mm > SLENDER * width_mm
