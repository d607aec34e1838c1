"""Differences between the two sides, each formula under its own name: they differ up to twofold on the same numbers."""

from __future__ import annotations

import numpy as np

from footload.errors import UndefinedMetricError
from footload.parameters import Asymmetry
from footload.recordings import Side

__all__ = ["Asymmetry", "asymmetry"]


def asymmetry(left: float, right: float, formula: Asymmetry, involved: Side = Side.LEFT) -> float:
    """Asymmetry of two values by a named formula. [%]

    Parameters
    ----------
    left, right : float
        Of one unit, not negative. Signed values such as shifts are compared by their plain difference instead.
    formula : Asymmetry
        Which one.
    involved : Side
        Which side stands above the line of the limb symmetry index; no other formula asks for it.

    Returns
    -------
    float
        Positive when the right side has more; the limb symmetry index is 100 when both are equal. [%]

    Raises
    ------
    UndefinedMetricError
        When both are zero, or the limb symmetry index has nothing below the line.
    ValueError
        When a value is negative or missing.
    """
    if not (left >= 0 and right >= 0):
        raise ValueError(
            f"Asymmetry is of values that are not negative, and these are {left:g} (left) and {right:g} (right)."
        )
    above, below = (left, right) if involved is Side.LEFT else (right, left)
    if left == right == 0 or (formula is Asymmetry.OF_INVOLVED and below == 0):
        raise UndefinedMetricError("There is nothing on the sides to compare.")
    if formula is Asymmetry.OF_SUM:
        return 100 * (right - left) / (right + left)
    if formula is Asymmetry.OF_MEAN:
        return 200 * (right - left) / (right + left)
    if formula is Asymmetry.OF_LARGER:
        return 100 * (right - left) / max(left, right)
    if formula is Asymmetry.OF_INVOLVED:
        return 100 * above / below
    return float(100 * (45 - np.degrees(np.arctan2(left, right))) / 90)
