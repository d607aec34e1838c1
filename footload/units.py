"""The units that footload speaks, and the only conversion factors between them."""

from typing import Final

UNITS: Final[dict[str, str]] = {
    "N": "N",
    "N·s": "N·s",
    "N/s": "N/s",
    "N·m": "N·m",
    "N·mm": "N·mm",
    "kPa": "kPa",
    "kPa·s": "kPa·s",
    "mm": "mm",
    "mm/s": "mm/s",
    "mm2": "mm²",
    "cm2": "cm²",
    "s": "s",
    "Hz": "Hz",
    "kg": "kg",
    "deg": "°",
    "%": "%",
    "BW": "body weights",
    "BW/s": "body weights/s",
    "m/s": "m/s",
    "cm2/s": "cm²/s",
    "W": "W",
    "ratio": "",
    "count": "",
    "counts": "counts",
    "counts·s": "counts·s",
    "counts/s": "counts/s",
}
"""Every unit a metric may declare, and how people see it. Nothing outside this table is shown."""

N_PER_KPA_MM2: Final = 1e-3
"""1 kPa on 1 mm² is 1 mN."""

CM2_PER_MM2: Final = 1e-2
KPA_PER_N_PER_CM2: Final = 10.0
KPA_PER_MMHG: Final = 0.133322
STANDARD_GRAVITY_M_PER_S2: Final = 9.80665

UNCALIBRATED: Final[dict[str, str]] = {
    "N": "counts",
    "N·s": "counts·s",
    "kPa": "counts",
    "kPa·s": "counts·s",
    "N/s": "counts/s",
}
"""What a force or pressure unit becomes when the device was never calibrated."""


def shown(unit: str) -> str:
    """How a unit is written for people.

    Parameters
    ----------
    unit : str
        One of `UNITS`.

    Returns
    -------
    str
        The text that stands behind a value, empty for pure numbers.

    Raises
    ------
    KeyError
        When the unit is not one that footload speaks.
    """
    if unit not in UNITS:
        raise KeyError(f"{unit!r} is not a unit of footload; known: {', '.join(UNITS)}.")
    return UNITS[unit]
