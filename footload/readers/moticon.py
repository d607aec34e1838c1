"""Moticon OpenGo text exports (`.txt`): two insoles of 16 cells, with the device's own force and center of pressure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.moticon_insole import LEAST_FORCE_N, N_CELLS, InsoleSize, size_of
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, faults_of, lines_of, stem_of
from footload.recordings import ForceRecording, PressureRecording, Recording, Side
from footload.trials import Event, Trial

_COLUMN: Final = re.compile(
    r"(left|right) (pressure (\d+)|total force|center of pressure ([XY]))\s*\[(.*)\]$", re.IGNORECASE
)
_PERSONAL: Final = ("Start time", "Start timestamp", "Name", "Notes", "Tag")
_STEPS: Final = {"1": "initial contact", "5": "toe off"}
_AT_ONCE: Final = 4096
_HIGHEST: Final = 1e6


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a Moticon text export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the words of its header are there.
    """
    words = (b"# Start time", b"# Sensor insoles:", b"# time\t", b" pressure 1[")
    return b"\0" not in head and all(word in head for word in words)


def load(path: Path) -> Trial:
    """Read a Moticon text export.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        For each foot the cells as a pressure recording, and the device's own total force and center of pressure as a
        force recording. Name, notes and the time of day are left behind.

    Raises
    ------
    UnreadableTrialError
        When the export is cut off or damaged; the message names the line.
    """
    with faults_of(path):
        return _trial(path)


def private(path: Path) -> Mapping[str, str]:
    """What the file says about the day and the person.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping
        Start time, name, notes and tag, where they are there.
    """
    with faults_of(path):
        header = _header(lines_of(path))
    return {name.lower(): header.fields[name] for name in _PERSONAL if header.fields.get(name)}


reader: Final = Reader("moticon", "Moticon OpenGo text export", (".txt",), recognises, load, private)
"""The reader of Moticon text exports."""


@dataclass(frozen=True, slots=True)
class _Header:
    fields: dict[str, str]
    columns: tuple[str, ...]
    n_lines: int


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Every number of the file that is wanted, and its marks."""

    time_s: FloatArray
    of: dict[Side, FloatArray]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Foot:
    """Where one foot's numbers stand: 16 cells, total force, center of pressure; with their factors."""

    columns: tuple[int, ...]
    factors: tuple[float, ...]


def _header(lines: Iterator[str]) -> _Header:
    fields: dict[str, str] = {}
    for number, line in enumerate(islice(lines, 100), 1):
        if not line.startswith("#"):
            if line.strip():
                raise DamagedFileError(f"line {number} is no header, but '# time' with the columns did not come yet.")
            continue
        if line.startswith("# time\t"):
            return _Header(fields, tuple(column.strip() for column in line[2:].split("\t")), number)
        key, _, text = line[1:].partition(":")
        fields[key.strip()] = text.strip()
    raise DamagedFileError("the line '# time' with the columns is missing; the file was cut off before it.")


def _feet(columns: tuple[str, ...]) -> dict[Side, _Foot]:
    """Where the numbers of each foot stand."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for at, column in enumerate(columns):
        match = _COLUMN.match(column)
        if match is None:
            continue
        what = match[3] or match[4] or "force"
        found[match[1].lower(), what] = (at, _factor(match[5], what, column))
    wanted = (*(str(cell) for cell in range(1, N_CELLS + 1)), "force", "X", "Y")
    feet: dict[Side, _Foot] = {}
    for side in Side:
        if not any(name == side.value for name, _ in found):
            continue
        missing = [what for what in wanted if (side.value, what) not in found]
        if missing:
            raise DamagedFileError(
                f"the {side} foot has no column for {', '.join(missing)}; export all 16 cells, the total force and "
                "the center of pressure."
            )
        places = [found[side.value, what] for what in wanted]
        feet[side] = _Foot(tuple(at for at, _ in places), tuple(factor for _, factor in places))
    if not feet:
        raise DamagedFileError("it has no column of pressure; export the 16 cells, the total force and the CoP.")
    return feet


def _factor(unit: str, what: str, column: str) -> float:
    if what in {"X", "Y"}:
        return 0.01 if unit.strip() == "%" else 1.0
    if what == "force":
        if unit.strip().upper() != "N":
            raise DamagedFileError(f"the unit of {column!r} is not N.")
        return 1.0
    factor = kpa_per_unit(unit)
    if factor is None:
        raise DamagedFileError(f"the unit of {column!r} is none of pressure.")
    return factor


def _trial(path: Path) -> Trial:
    lines = lines_of(path)
    header = _header(lines)
    feet = _feet(header.columns)
    table = _table(lines, header, feet)
    notes: dict[str, str] = {}
    sizes = {side: size_of(values[:, :N_CELLS], values[:, N_CELLS]) for side, values in table.of.items()}
    fallback = next((size for size in sizes.values() if size is not None), None)
    if fallback is None:
        raise DamagedFileError(
            f"neither insole ever carried {LEAST_FORCE_N:g} N, and the areas of its cells, which the file does not "
            "state, can only be found from the total force."
        )
    recordings: list[Recording] = []
    events = list(table.events)
    for side, values in table.of.items():
        size = sizes[side] or fallback
        notes |= _size_notes(side, size)
        recordings += _recordings(side, size, *_present(side, table.time_s, values, events, notes))
    if not recordings:
        raise DamagedFileError("both insoles are missing in every line.")
    recordings.sort(key=lambda recording: isinstance(recording, ForceRecording))
    return Trial(
        stem_of(path, ".txt"),
        tuple(recordings),
        events=tuple(sorted(events, key=lambda event: event.time_s)),
        notes=notes | _common_notes(header),
    )


def _common_notes(header: _Header) -> dict[str, str]:
    notes = {
        "places": "The file states neither length nor width of the insole: both were estimated from its area "
        "(unverified). Lengths in mm are approximate; shares of length and width are the device's own.",
        "force": "The force recordings are the device's own total force and center of pressure, the insole's box taken "
        "as a plate; moments are missing where the device gives no center of pressure.",
    }
    size = header.fields.get("Size", "")
    return notes | ({"insole size": f"The insoles are of the vendor's size {size[:10]}."} if size else {})


def _size_notes(side: Side, size: InsoleSize) -> dict[str, str]:
    return {
        f"area, {side} insole": f"The {side} insole has {size.area_mm2 / 100:.1f} cm², found from the file's own total "
        f"force; pressure times area is at most {size.worst_n:.1f} N away from it."
    }


def _table(lines: Iterator[str], header: _Header, feet: dict[Side, _Foot]) -> _Table:
    columns = [0, *(at for foot in feet.values() for at in foot.columns)]
    marks = _mark_columns(header.columns)
    blocks: list[FloatArray] = []
    events: list[Event] = []
    number = header.n_lines
    width = len(header.columns)
    while listed := list(islice(lines, _AT_ONCE)):
        rows: list[list[float]] = []
        for line in listed:
            number += 1
            if not line.strip():
                continue
            words = line.split("\t")
            if len(words) != width:
                raise DamagedFileError(
                    f"line {number} has {len(words)} columns, but there are {width}; it is damaged or cut off."
                )
            rows.append(_numbers(words, columns, number))
            events += _marks(words, marks, rows[-1][0])
        blocks += [np.array(rows)] if rows else []
    if not blocks:
        raise DamagedFileError("it holds no line of numbers after the header; it was cut off there.")
    table = np.concatenate(blocks)
    time_s = table[:, 0] - table[0, 0]
    if not np.isfinite(time_s).all() or (np.diff(time_s) <= 0).any():
        raise DamagedFileError("the times in the first column do not rise from line to line.")
    of: dict[Side, FloatArray] = {}
    for at, (side, foot) in enumerate(feet.items()):
        of[side] = table[:, 1 + 19 * at : 20 + 19 * at] * foot.factors
    shifted = tuple(Event(event.time_s - float(table[0, 0]), event.name, event.note) for event in events)
    return _Table(time_s, of, shifted)


def _numbers(words: list[str], columns: list[int], number: int) -> list[float]:
    try:
        values = [float(words[at]) if words[at] else float("nan") for at in columns]
    except ValueError:
        raise DamagedFileError(f"line {number} holds something that is not a number.") from None
    if any(abs(value) > _HIGHEST for value in values):
        raise DamagedFileError(f"line {number} holds a number beyond anything that an insole measures.")
    return values


def _mark_columns(columns: tuple[str, ...]) -> list[tuple[int, int | None, str]]:
    """Columns of marks: where the value stands, where its label does, and whose it is."""
    at_of = {column.lower(): at for at, column in enumerate(columns)}
    marks: list[tuple[int, int | None, str]] = [
        (at_of[f"{side} steps[]"], None, str(side)) for side in Side if f"{side} steps[]" in at_of
    ]
    return marks + [
        (at_of[f"{side} events[]"], at_of.get(f"{side} events label[]"), str(side))
        for side in Side
        if f"{side} events[]" in at_of
    ]


def _marks(words: list[str], marks: list[tuple[int, int | None, str]], time_s: float) -> Iterator[Event]:
    for at, label, side in marks:
        text = words[at].strip()
        if not text:
            continue
        if label is None:
            # 11 and 15 on the left, 21 and 25 on the right: the last digit says which end of the step.
            yield Event(
                time_s,
                _STEPS.get(text.partition(".")[0][-1], "mark"),
                f"{side} foot, as the vendor's software found it",
            )
        else:
            yield Event(time_s, "mark", f"{side} foot: {words[label].strip()[:40]} {text[:20]}")


def _present(
    side: Side, time_s: FloatArray, values: FloatArray, events: list[Event], notes: dict[str, str]
) -> tuple[FloatArray, FloatArray]:
    """Times and numbers of the frames in which one foot is there; what is missing becomes notes and events."""
    there = np.asarray(np.isfinite(values).all(axis=1))
    n_missing = int(np.count_nonzero(~there))
    if n_missing:
        notes[f"missing, {side} insole"] = (
            f"The {side} insole is missing in {n_missing} of {len(there)} frames; they were left out."
        )
        present = np.flatnonzero(there)
        # Missing at the start or the end is no gap.
        lost = present[:-1][np.diff(present) > 1] + 1
        events += [Event(float(time_s[at]), "gap", f"{side} insole missing") for at in lost]
    return time_s[there], values[there]


def _recordings(side: Side, size: InsoleSize, time_s: FloatArray, values: FloatArray) -> list[Recording]:
    """The cells and the total force of one foot."""
    if not len(time_s):
        return []
    if (values[:, : N_CELLS + 1] < 0).any():
        raise DamagedFileError(f"the {side} foot has a pressure or force below 0.")
    cells, force_n, cop = values[:, :N_CELLS], values[:, N_CELLS], values[:, N_CELLS + 1 :]
    zeros = np.zeros(len(force_n))
    told = f"read: {len(time_s)} frames of the {side} insole from a Moticon text export"
    return [
        PressureRecording(
            time_s, cells, size.layout(side), source="Moticon OpenGo .txt", side=side, history=(told,), in_shoe=True
        ),
        ForceRecording(
            time_s,
            np.column_stack([zeros, zeros, force_n]),
            size.moments_nmm(side, force_n, cop),
            size.plate(),
            source=f"Moticon OpenGo .txt, {side} insole",
            history=(f"{told}: the device's own total force and center of pressure",),
        ),
    ]
