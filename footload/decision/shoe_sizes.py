"""Shoe sizes from the length of the longer foot: a place to start trying on, not a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from footload.decision.schemas import Certainty
from footload.decision.tables import size_table
from footload.trials import Side

MM_PER_CM = 10.0
MM_PER_INCH = 25.4
_MM = {"mm": 1.0, "cm": MM_PER_CM, "inch": MM_PER_INCH}


@dataclass(frozen=True, slots=True)
class ShoeSize:
    """A size in one system.

    Parameters
    ----------
    system, label : str
        Of the system.
    exact : float
        From the formula.
    size : float
        The next step up.
    text : str
        Label and size, with "unverified" where the formula is.
    citations : tuple of str
        Keys into `references.toml`.
    """

    system: str
    label: str
    exact: float
    size: float
    text: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShoeSizes:
    """Sizes of the longer foot.

    Parameters
    ----------
    side : str
        The longer foot.
    length_mm : float
        Its length, standing. [mm]
    width_mm : float, optional
        Its width, where it was entered. [mm]
    inner_length_mm : (low, high)
        Length inside of the shoe: the foot and the room before the toes. [mm]
    sizes : tuple of ShoeSize
        One a system.
    text : str
        What to know.
    certainty : Certainty
        Of formulas that the conversion table wins over.
    citations : tuple of str
        Keys into `references.toml`.
    """

    side: str
    length_mm: float
    width_mm: float | None
    inner_length_mm: tuple[float, float]
    sizes: tuple[ShoeSize, ...]
    text: str
    certainty: Certainty
    citations: tuple[str, ...]


def shoe_sizes(length_mm: Mapping[Side, float], width_mm: Mapping[Side, float] | None = None) -> ShoeSizes | None:
    """Sizes to start with, from the longer foot.

    Parameters
    ----------
    length_mm : mapping of Side to float
        Standing length of each foot that was measured. [mm]
    width_mm : mapping of Side to float, optional
        Standing width. [mm]

    Returns
    -------
    ShoeSizes or None
        None when no length was measured.

    Raises
    ------
    ValueError
        When a length is not positive.
    """
    if not length_mm:
        return None
    side = max(length_mm, key=lambda one: length_mm[one])
    length = length_mm[side]
    if not length > 0:
        raise ValueError(f"A foot of {length:g} mm has no shoe size; the length has to be above 0 mm.")
    table = size_table()
    sizes: list[ShoeSize] = []
    for system in table.systems:
        exact = system.per_unit * length / _MM[system.unit] + system.offset
        # Rounded first, so that a length that hits a size exactly is not pushed up by the last bit.
        size = ceil(round(exact / system.step, 9)) * system.step
        text = f"{system.label} {size:g}{system.mark.beside}"
        sizes.append(ShoeSize(system.id, system.label, exact, size, text, system.citations))
    low, high = table.toe_allowance_mm
    width = (width_mm or {}).get(side)
    return ShoeSizes(
        side.value,
        length,
        width,
        (length + low, length + high),
        tuple(sizes),
        table.text,
        Certainty.LOW,
        table.citations,
    )


def length_from_print_mm(print_length_mm: float, pitch_mm: float) -> float:
    """Length of a foot from its pressure print, which has no edge of soft tissue: the print and one sensor. [mm]

    Parameters
    ----------
    print_length_mm : float
        Length of the print along the foot axis. [mm]
    pitch_mm : float
        Distance between sensors. [mm]

    Returns
    -------
    float
        Still an estimate; a measured length wins. [mm]
    """
    return print_length_mm + pitch_mm
