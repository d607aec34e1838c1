"""The units that files give pressure in."""

from __future__ import annotations

from typing import Final

from footload.units import KPA_PER_MMHG, KPA_PER_N_PER_CM2

_KPA_PER_UNIT: Final = {
    "kpa": 1.0,
    "pa": 1e-3,
    "mpa": 1e3,
    "bar": 100.0,
    "mbar": 0.1,
    "n/cm2": KPA_PER_N_PER_CM2,
    "n/mm2": 1e3,
    "mmhg": KPA_PER_MMHG,
    "psi": 6.894757,
    "kg/cm2": 98.0665,
    "g/cm2": 0.0980665,
}


def kpa_per_unit(unit: str) -> float | None:
    """What one unit of pressure is. [kPa]

    Parameters
    ----------
    unit : str
        As files write it; blanks, capitals and the way a square is written do not matter.

    Returns
    -------
    float or None
        None when the unit is not one of pressure, as for raw counts. [kPa]
    """
    word = "".join(unit.lower().split()).replace("²", "2").replace("^", "")
    return _KPA_PER_UNIT.get(word)
