"""The header of a Tekscan ASCII export: read by its keys, whatever the number and the order of its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from footload.readers.pressure_units import kpa_per_unit
from footload.readers.unpacking import DamagedFileError

_MOST_BYTES: Final = 1 << 18
_MOST_SENSELS: Final = 4_000_000
_END: Final = "ASCII_DATA"
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,12})?(?:[eE][+-]?\d{1,2})?")
_TO_MM: Final = (("mm", 1.0), ("mil", 1.0), ("cm", 10.0), ("cent", 10.0), ("in", 25.4), ("met", 1000.0))


@dataclass(frozen=True, slots=True)
class TekscanHeader:
    """What a Tekscan header says.

    Parameters
    ----------
    rows, cols : int
        Sensels along and across.
    pitch_mm : (x, y)
        Distance between columns and between rows. [mm]
    area_mm2 : float
        Area of a sensel. [mm²]
    frame_s : float
        Time between frames. [s]
    kpa_per_unit : float, optional
        Factor of the values; None for counts that were never calibrated.
    sensor : str
        The sensor's own name, such as ``FSCAN``.
    last_letter : str
        Last letter of the vendor's own file name, ``L``, ``R`` or empty: nothing else of it is kept.
    mirrored : tuple of str
        Those of ``rows`` and ``columns`` that the vendor's program mirrored.
    end_frame : int, optional
        Number of the last frame.
    saturation_kpa : float
        Where the sensor ends; NaN when it does not say. [kPa]
    n_bytes : int
        Where the frames begin.
    """

    rows: int
    cols: int
    pitch_mm: tuple[float, float]
    area_mm2: float
    frame_s: float
    kpa_per_unit: float | None
    sensor: str
    last_letter: str
    mirrored: tuple[str, ...]
    end_frame: int | None
    saturation_kpa: float
    n_bytes: int


def header_fields(file: BinaryIO) -> tuple[dict[str, str], int]:
    """The keys of a header with their texts, and where the frames begin.

    Parameters
    ----------
    file : binary file
        At its start.

    Returns
    -------
    dict
        Text by key; ``COMMENTS`` holds all lines of the comment.
    int
        Offset of the first byte after the header.

    Raises
    ------
    DamagedFileError
        When the line that ends a header does not come.
    """
    fields: dict[str, str] = {}
    key, n_bytes = "", 0
    while n_bytes < _MOST_BYTES and (line := file.readline(_MOST_BYTES)):
        n_bytes += len(line)
        text = line.decode("iso-8859-1").strip(' \t\r\n,"ï»¿')
        match = re.match(r"([A-Z][A-Z0-9_]{3,}):?(?:[ \t,]+|$)", text)
        in_comment = key == "COMMENTS" and not (match and match[1] in {"START_FRAME", "END_FRAME", "UNITS", _END})
        if in_comment or not match:
            if key:
                fields[key] = f"{fields[key]} {text}".strip()
            continue
        key = match[1]
        if key == _END:
            return fields, n_bytes
        fields[key] = text[match.end() :].strip(' \t"')
    raise DamagedFileError(f"the line {_END} that ends a Tekscan header does not come; the file was cut off there.")


def read_header(file: BinaryIO) -> TekscanHeader:
    """Read a header.

    Parameters
    ----------
    file : binary file
        At its start; afterwards at the first frame.

    Returns
    -------
    TekscanHeader
        In house units.

    Raises
    ------
    DamagedFileError
        When a key is missing or says something impossible; the message names the key.
    """
    fields, n_bytes = header_fields(file)
    file.seek(n_bytes)
    rows, cols = _count(fields, "ROWS"), _count(fields, "COLS")
    if not 0 < rows * cols <= _MOST_SENSELS:
        raise DamagedFileError(f"ROWS {rows} and COLS {cols} make no sensor.")
    pitch_mm = (_length_mm(fields, "COL_SPACING"), _length_mm(fields, "ROW_SPACING"))
    factor = _kpa_per_unit(fields.get("UNITS", ""))
    name = re.sub(r"\.\w{1,4}$", "", fields.get("FILENAME", ""))
    return TekscanHeader(
        rows=rows,
        cols=cols,
        pitch_mm=pitch_mm,
        area_mm2=_area_mm2(fields, pitch_mm),
        frame_s=_positive("SECONDS_PER_FRAME", _quantity(fields, "SECONDS_PER_FRAME")[0]),
        kpa_per_unit=factor,
        sensor=re.sub(r"[^\w .-]", "", fields.get("SENSOR_TYPE", ""))[:24],
        last_letter=name[-1:].upper() if name[-1:].upper() in {"L", "R"} else "",
        mirrored=tuple(
            what for what, key in (("rows", "MIRROR_ROW"), ("columns", "MIRROR_COL")) if fields.get(key, "0") == "1"
        ),
        end_frame=_count(fields, "END_FRAME") if "END_FRAME" in fields else None,
        saturation_kpa=_saturation_kpa(fields),
        n_bytes=n_bytes,
    )


def _kpa_per_unit(text: str) -> float | None:
    """None for counts; a word that is no unit is refused, since nobody would know what its numbers are."""
    factor = kpa_per_unit(text)
    if factor is None and text and not text.lower().startswith(("raw", "count", "digital")):
        raise DamagedFileError(
            "UNITS in the header is no unit of pressure, and not Raw for counts; export the file again in kPa."
        )
    return factor


def _quantity(fields: Mapping[str, str], key: str) -> tuple[float, str]:
    """The number of a key, and its unit in lower case."""
    if key not in fields:
        raise DamagedFileError(f"the header does not say {key}; the file was cut off or damaged there.")
    match = _NUMBER.match(fields[key])
    if match is None:
        raise DamagedFileError(f"{key} in the header is not a number.")
    return float(match[0]), fields[key][match.end() :].strip().lower()


def _count(fields: Mapping[str, str], key: str) -> int:
    value, _ = _quantity(fields, key)
    if value % 1 or not 0 <= value < 1e9:
        raise DamagedFileError(f"{key} in the header is {value:g}, but a whole number from 0 up belongs there.")
    return int(value)


def _positive(key: str, value: float) -> float:
    if not 0 < value < 1e6:
        raise DamagedFileError(f"{key} in the header is {value:g}, but a number above 0 belongs there.")
    return value


def _length_mm(fields: Mapping[str, str], key: str) -> float:
    value, unit = _quantity(fields, key)
    return _positive(key, value) * _unit_mm(unit, key)


def _unit_mm(unit: str, key: str) -> float:
    factors = [factor for start, factor in _TO_MM if unit.startswith(start)] if unit else [1.0]
    if not factors:
        raise DamagedFileError(f"{key} in the header has a unit that is not known; mm, cm and inches are.")
    return factors[0]


def _area_mm2(fields: Mapping[str, str], pitch_mm: tuple[float, float]) -> float:
    key = "SENSEL_AREA"
    if key not in fields:
        return pitch_mm[0] * pitch_mm[1]
    value, unit = _quantity(fields, key)
    return _positive(key, value) * _unit_mm(unit, key) ** 2


def _saturation_kpa(fields: Mapping[str, str]) -> float:
    """NaN when the header does not say it, or in a unit that is not known: nothing is computed from it."""
    key = "SATURATION_PRESSURE"
    if not _NUMBER.match(fields.get(key, "")):
        return float("nan")
    value, unit = _quantity(fields, key)
    return value * (kpa_per_unit(unit) or float("nan"))
