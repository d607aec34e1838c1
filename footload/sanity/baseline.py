"""What the mat reads with nobody on it, before and after each foot."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import BoolArray, IntArray
from footload.foot.contact import FootContact
from footload.recordings import PressureRecording
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach

CODE: Final = "baseline"

MOST_PERCENT: Final = 2.0
"""Load of the empty cells under a foot, in per cent of its peak force, from which on it is noted; chosen. [%]"""

_MARGIN_S: Final = 0.05
_FRAMES: Final = 50
_END_FRAMES: Final = 10
_FEWEST_CELLS: Final = 20
_KINDS: Final = frozenset({Kind.LEVEL, Kind.SPREAD, Kind.MEDIAL_SHIFT})


def baseline_checks(examined: Examined) -> tuple[Check, ...]:
    """Look at what the device reads where and when nobody stands on it.

    That is the cells under a foot just before it came and after it went, while nobody was on the device. Where the
    file holds no such frame, it is the middle one of the cells that no foot ever touches, at the contact's two ends,
    as if the cells under the foot read as much.

    Parameters
    ----------
    examined : Examined
        After zeroing: what was subtracted does no harm any more.

    Returns
    -------
    tuple of Check
        One for each recording with feet in it; not checked where there is neither an empty frame nor an empty cell.
    """
    found: list[Check] = []
    for recording in examined.trial.pressures:
        contacts = [(k, contact) for k, contact in enumerate(examined.contacts) if contact.recording is recording]
        if contacts:
            others = [contact for contact in examined.rejected if contact.recording is recording]
            found.append(_check(recording, contacts, [*(contact for _, contact in contacts), *others]))
    return tuple(found)


def _check(
    recording: PressureRecording, contacts: list[tuple[int, FootContact]], everything: list[FootContact]
) -> Check:
    of = f" of the {recording.side} insole" if recording.in_shoe and recording.side else ""
    frames, cells = np.flatnonzero(_empty_frames(recording, everything)), _empty_cells(recording, everything)
    levels = {number: _levels(contact, frames, cells) for number, contact in contacts}
    known = {number: pair for number, pair in levels.items() if not np.isnan(pair).all()}
    if not known:
        return Check(CODE, Outcome.NOT_CHECKED, f"the file holds no frame and no cell{of} without a foot on it")
    worst = {number: float(np.nanmax(np.abs(pair))) for number, pair in known.items()}
    loaded = [number for number, percent in worst.items() if percent >= MOST_PERCENT]
    if not loaded:
        told = f"with nobody on them, the cells{of} read {max(worst.values()):.1f} % of the foot's peak force at most"
        return Check(CODE, Outcome.FINE, told)
    which = max(loaded, key=lambda number: worst[number])
    before, after = (f"{value:.1f} %" if np.isfinite(value) else "not known" for value in known[which])
    drifted = float(abs(known[which][1] - known[which][0])) >= MOST_PERCENT  # False where one of both is not known
    told = (
        f"with nobody on them, the cells{of} under contact {which + 1} read {before} of its peak force before it and "
        f"{after} after it{': the baseline drifts' if drifted else ''}; zero the device, or name an empty start"
    )
    return Check(CODE, Outcome.NOTED, told, tuple(Reach(_KINDS, contact=number) for number in loaded))


def _empty_frames(recording: PressureRecording, contacts: list[FootContact]) -> BoolArray:
    """Frames in which nothing stands anywhere, with a margin around each contact."""
    margin = int(np.ceil(_MARGIN_S * recording.sampling_rate_hz)) if recording.n_frames > 1 else 0
    empty = np.ones(recording.n_frames, bool)
    for contact in contacts:
        empty[max(0, contact.start - margin) : contact.stop + margin] = False
    return empty


def _empty_cells(recording: PressureRecording, contacts: list[FootContact]) -> IntArray:
    """Cells that no foot ever touches; none where there are too few to have a middle."""
    touched = np.any([contact.maximum_pressure_image >= contact.loaded for contact in contacts], axis=0)
    cells = np.flatnonzero(~touched & np.asarray(recording.valid, bool))
    return cells if len(cells) >= _FEWEST_CELLS else cells[:0]


def _levels(contact: FootContact, frames: IntArray, cells: IntArray) -> tuple[float, float]:
    """Load of the foot's cells without the foot, before and after it, in per cent of its peak; NaN where not known."""
    recording, peak = contact.recording, float(contact.force.max(initial=0.0))
    if not peak > 0:
        return float("nan"), float("nan")
    under = np.flatnonzero(contact.maximum_pressure_image >= contact.loaded)
    per_unit = recording.force_per_unit[under]
    found: list[float] = []
    ends = (slice(contact.start, contact.start + _END_FRAMES), slice(max(0, contact.stop - _END_FRAMES), contact.stop))
    for some, end in zip((frames[frames < contact.start], frames[frames >= contact.stop]), ends, strict=True):
        near = some[-_FRAMES:] if end is ends[0] else some[:_FRAMES]
        if len(near):
            load = float(recording.pressure_kpa[np.ix_(near, under)].mean(axis=0) @ per_unit)
        elif len(cells):
            load = float(np.median(recording.pressure_kpa[end][:, cells]) * per_unit.sum())
        else:
            load = float("nan")
        found.append(100.0 * load / peak)
    return found[0], found[1]
