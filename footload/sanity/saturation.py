"""Cells that cannot show more: at the device's ceiling, or many values at one and the same maximum."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.foot.contact import FootContact
from footload.recordings import PressureRecording
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach

CODE: Final = "saturation"

FEWEST_VALUES: Final = 5
"""Fewer values at the maximum are a coincidence of the device's steps; chosen."""

TIMES_AS_MANY: Final = 4.0
"""A plateau has so many times the values that a step of the device just below it has; chosen.

In 31 real recordings without saturation the maximum has at most twice as many."""

_BAND: Final = 0.8
_ROUNDING: Final = 1e-6
_KINDS: Final = frozenset({Kind.LEVEL, Kind.SPREAD, Kind.MEDIAL_SHIFT})


def saturation_checks(examined: Examined) -> tuple[Check, ...]:
    """Look for cells at the ceiling, or for a plateau that only a ceiling can make.

    Values thin out toward the highest one; where the highest has many times as many as each step below it, they were
    cut off there. A ceiling that cuts less than the device's own steps cannot be told.

    Parameters
    ----------
    examined : Examined
        With its recordings before zeroing, because a subtracted offset takes a plateau apart.

    Returns
    -------
    tuple of Check
        One for each recording with feet in it.
    """
    found: list[Check] = []
    for recording in examined.trial.pressures:
        contacts = [(k, contact) for k, contact in enumerate(examined.contacts) if contact.recording is recording]
        if contacts:
            as_read = examined.as_read.get(id(recording), recording)
            assert isinstance(as_read, PressureRecording)
            found.append(_check(as_read, contacts))
    return tuple(found)


def _check(recording: PressureRecording, contacts: list[tuple[int, FootContact]]) -> Check:
    highest = np.max([contact.maximum_pressure_image for _, contact in contacts], axis=0)
    cells = np.flatnonzero(highest >= _BAND * highest.max(initial=0.0))
    frames = np.zeros(recording.n_frames, bool)
    for _, contact in contacts:
        frames[contact.start : contact.stop] = True
    values = recording.pressure_kpa[np.ix_(frames, cells)] if len(cells) else np.zeros((0, 0))
    ceiling, how = _ceiling(values, recording)
    unit, of = (
        recording.pressure_unit,
        f" of the {recording.side} insole" if recording.in_shoe and recording.side else "",
    )
    if np.isnan(ceiling):
        top = float(values.max(initial=0.0))
        return Check(CODE, Outcome.FINE, f"the highest value{of}, {top:g} {unit}, stands on no plateau")
    reached = ceiling * (1 - _ROUNDING)
    full = np.zeros(recording.layout.n_sensors, bool)
    full[cells] = (values >= reached).any(axis=0)
    told = (
        f"{int(full.sum())} cells{of} stand at {ceiling:g} {unit}, {how}: "
        "there was more pressure than is shown, so peaks are too low and the CoP is drawn away from there"
    )
    return Check(CODE, Outcome.NOTED, told, tuple(_reaches(full, contacts, recording, reached)))


def _ceiling(values: FloatArray, recording: PressureRecording) -> tuple[float, str]:
    """Where the values are cut off, and how that is known; NaN where they are not."""
    if not values.size or not values.max() > 0:
        return float("nan"), ""
    top = float(values.max())
    if top >= recording.ceiling * (1 - _ROUNDING):
        return recording.ceiling, "where this device ends"
    n_top = int((values == top).sum())
    below = values[(values >= _BAND * top) & (values < top)]
    usual = len(below) / max(len(np.unique(below)), 1)
    if n_top >= FEWEST_VALUES and n_top >= TIMES_AS_MANY * max(usual, 1.0):
        return top, f"{n_top} times the same highest value, {n_top / max(usual, 1.0):.0f} times as often as any below"
    return float("nan"), ""


def _reaches(
    full: BoolArray, contacts: list[tuple[int, FootContact]], recording: PressureRecording, reached: float
) -> list[Reach]:
    """The contacts whose own cells are full, and in them the regions that hold such a cell."""
    reaches: list[Reach] = []
    for number, contact in contacts:
        cells = np.flatnonzero(full & contact.sensors)
        own = np.zeros(len(full), bool)
        own[cells] = (recording.pressure_kpa[contact.start : contact.stop][:, cells] >= reached).any(axis=0)
        if own.any():
            regions = frozenset(name for name, mask in contact.regions.items() if (mask & own).any())
            reaches.append(Reach(_KINDS, contact=number, side=contact.side, regions=regions))
    return reaches
