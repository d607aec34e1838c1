"""What the mat reads with nobody on it, before and after each foot."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import BoolArray
from footload.foot.contact import FootContact
from footload.recordings import PressureRecording
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach

CODE: Final = "baseline"

MOST_PERCENT: Final = 2.0
"""Load of the empty cells under a foot, in per cent of its peak force, from which on it is noted; chosen. [%]"""

_MARGIN_S: Final = 0.05
_FRAMES: Final = 50
_KINDS: Final = frozenset({Kind.LEVEL, Kind.SPREAD, Kind.MEDIAL_SHIFT})


def baseline_checks(examined: Examined) -> tuple[Check, ...]:
    """Look at the cells under each foot before it came and after it went, while nobody was on the device.

    Parameters
    ----------
    examined : Examined
        After zeroing: what was subtracted does no harm any more.

    Returns
    -------
    tuple of Check
        One for each recording with feet in it; not checked where the file has no empty frame.
    """
    found: list[Check] = []
    for recording in examined.trial.pressures:
        contacts = [(k, contact) for k, contact in enumerate(examined.contacts) if contact.recording is recording]
        if contacts:
            others = [contact for contact in examined.rejected if contact.recording is recording]
            empty = _empty(recording, [*(contact for _, contact in contacts), *others])
            found.append(_check(recording, contacts, empty))
    return tuple(found)


def _empty(recording: PressureRecording, contacts: list[FootContact]) -> BoolArray:
    """Frames in which nothing stands anywhere, with a margin around each contact."""
    margin = int(np.ceil(_MARGIN_S * recording.sampling_rate_hz)) if recording.n_frames > 1 else 0
    empty = np.ones(recording.n_frames, bool)
    for contact in contacts:
        empty[max(0, contact.start - margin) : contact.stop + margin] = False
    return empty


def _check(recording: PressureRecording, contacts: list[tuple[int, FootContact]], empty: BoolArray) -> Check:
    of = f" of the {recording.side} insole" if recording.side else ""
    levels = {number: _levels(contact, empty) for number, contact in contacts}
    known = {number: pair for number, pair in levels.items() if not np.isnan(pair).all()}
    if not known:
        return Check(CODE, Outcome.NOT_CHECKED, f"the file holds no frame{of} with nobody on the device")
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


def _levels(contact: FootContact, empty: BoolArray) -> tuple[float, float]:
    """Load of the foot's empty cells before and after it, in per cent of its peak force; NaN where not known."""
    frames = np.flatnonzero(empty)
    before, after = frames[frames < contact.start][-_FRAMES:], frames[frames >= contact.stop][:_FRAMES]
    recording, cells = contact.recording, contact.active
    per_unit = recording.force_per_unit[cells]
    peak = float(contact.force.max(initial=0.0))
    found = [
        100.0 * float(recording.pressure_kpa[np.ix_(some, cells)].mean(axis=0) @ per_unit) / peak
        if len(some) and peak > 0
        else float("nan")
        for some in (before, after)
    ]
    return found[0], found[1]
