"""Differences between the two sides, each formula under its own name: they differ up to twofold on the same numbers."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from footload.errors import UndefinedMetricError


class Asymmetry(StrEnum):
    """Which formula; L and R are the values of the left and the right side, both not negative."""

    OF_SUM = "100 (R - L) / (R + L)"
    """Share of the sum; +-100 at most."""

    OF_MEAN = "100 (R - L) / ((R + L) / 2)"
    """Share of the mean: twice that of the sum; +-200 at most."""

    OF_LARGER = "100 (max - min) / max"
    """Percentage difference; the sign is that of R - L."""

    OF_INVOLVED = "100 L / R"
    """Limb symmetry index, left over right; 100 is equal."""

    ANGLE = "100 (45 deg - atan(L / R)) / 90 deg"
    """Symmetry angle; +-50 at most. From memory, unverified."""


def asymmetry(left: float, right: float, formula: Asymmetry) -> float:
    """Asymmetry of two values by a named formula. [%]

    Parameters
    ----------
    left, right : float
        Of one unit, not negative. Signed values such as shifts are compared by their plain difference instead.
    formula : Asymmetry
        Which one.

    Returns
    -------
    float
        Positive when the right side has more; the limb symmetry index is 100 when both are equal. [%]

    Raises
    ------
    UndefinedMetricError
        When both are zero, or the limb symmetry index has nothing on the right.
    ValueError
        When a value is negative or missing.
    """
    if not (left >= 0 and right >= 0):
        raise ValueError(
            f"Asymmetry is of values that are not negative, and these are {left:g} (left) and {right:g} (right)."
        )
    if left == right == 0 or (formula is Asymmetry.OF_INVOLVED and right == 0):
        raise UndefinedMetricError("There is nothing on the sides to compare.")
    if formula is Asymmetry.OF_SUM:
        return 100 * (right - left) / (right + left)
    if formula is Asymmetry.OF_MEAN:
        return 200 * (right - left) / (right + left)
    if formula is Asymmetry.OF_LARGER:
        return 100 * (right - left) / max(left, right)
    if formula is Asymmetry.OF_INVOLVED:
        return 100 * left / right
    return float(100 * (45 - np.degrees(np.arctan2(left, right))) / 90)
