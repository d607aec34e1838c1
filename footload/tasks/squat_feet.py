"""From feet on a mat to squats: repetitions from the force, the medial shift of each foot in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray
from footload.foot.contact import FootContact, TimeFlag
from footload.foot.contacts import standing_axis
from footload.foot.load import total_force
from footload.foot.medial_shift import MedialShift, coarseness_of, medial_shift, reference_of
from footload.foot.regions import HEEL
from footload.recordings import PressureRecording
from footload.tasks.movement import Movement, RepetitionFoot
from footload.tasks.squat import SquatSearch, find_squats
from footload.tasks.squat_posture import Posture, posture_on_feet
from footload.tasks.squat_rules import DEFAULT_RULES, SquatRules
from footload.trials import Side

REFERENCE_S = 1.0
"""The still time before a descent whose median is the reference of its medial shift, as far as there is that much."""

SHORTEST_REFERENCE_S = 0.2
"""With less still time before a descent, the repetition before lends its reference."""


SLOW_NOTE = "too slow to show in the force: found from where the feet carry the load, its depth is not known"

Search = Callable[[FloatArray, FloatArray, SquatRules, Posture | None], SquatSearch]
"""How repetitions are found: from times, force, rules and posture."""


def analyze_squat(
    contacts: Sequence[FootContact],
    recording: PressureRecording,
    force: FloatArray | None = None,
    rules: SquatRules = DEFAULT_RULES,
    *,
    axis_from_standing: bool = False,
    find: Search = find_squats,
) -> Movement:
    """Find the squats of a trial and the medial shift of each foot in them.

    Every repetition is compared with its own reference: the median of the still second before its descent, so that
    slow wandering of the stance does not count as shift. The curve of the whole trial uses that of the first.

    Parameters
    ----------
    contacts : sequence of FootContact
        Feet with side and axis, in this recording; the longest of each side is taken.
    recording : PressureRecording
        The recording that they were found in.
    force : (t,) array, optional
        Vertical force of all feet together; that of the whole mat by default. [N, or counts]
    rules : SquatRules
        What counts as a squat.
    axis_from_standing : bool
        Take axis and width from the print of the rest before the first squat and freeze them, instead of those that
        the contacts bring: the print of the whole trial is wider, because the foot loads its borders at depth.
    find : callable
        What finds the repetitions: squats, or step-downs.

    Returns
    -------
    Movement
        With the feet of the repetitions that count; notes say what is missing.
    """
    time_s = recording.time_s
    feet, missing = _standing_feet(contacts)
    search = find(time_s, total_force(recording) if force is None else force, rules, _posture(feet, recording))
    references = rests_before(time_s, search, rules)
    first = next((references[r.number] for r in search.counted), None)
    shifts: dict[Side, MedialShift] = {}
    found: list[RepetitionFoot] = []
    for side, contact in feet.items():
        standing = standing_axis(contact, first) if axis_from_standing and first else None
        placed = replace(contact, axis=standing) if standing else contact
        axis, cop = placed.needed_axis, _over_the_trial(placed, recording.n_frames)
        shift = medial_shift(side, time_s, cop, width_mm=axis.width_mm, length_mm=axis.length_mm, reference=first)
        shifts[side] = shift
        coarse = coarseness_of(axis, recording.layout)
        # Who squats stands on the mat from the first frame to the last: that is worth a flag for a step only.
        quality = tuple(n for n in (*contact.flags, coarse) if n and not isinstance(n, TimeFlag))
        found += feet_in_squats(search, shift, cop[:, 1], references, quality)
    found.sort(key=lambda foot: (foot.repetition.number, foot.side is Side.RIGHT))
    notes = (*search.notes, *missing)
    return Movement(search.repetitions, tuple(found), MappingProxyType(shifts), search.depth_mm, notes)


def _standing_feet(contacts: Sequence[FootContact]) -> tuple[dict[Side, FootContact], list[str]]:
    """The longest contact with an axis of each side, and what was left out."""
    found: dict[Side, FootContact] = {}
    notes: list[str] = []
    for side in Side:
        mine = sorted((c for c in contacts if c.side is side and c.axis is not None), key=lambda c: -c.n_frames)
        if mine:
            found[side] = mine[0]
        if len(mine) > 1:
            part = 100 * mine[0].n_frames / sum(contact.n_frames for contact in mine)
            notes.append(
                f"The {side} foot was put down {len(mine)} times; only the longest time it stood is used "
                f"({part:.0f} % of the frames)."
            )
    return found, notes


def _posture(feet: Mapping[Side, FootContact], recording: PressureRecording) -> Posture | None:
    """Where the feet carry the load; a foot that is down for less than half as long as the other stands aside."""
    longest = max((contact.n_frames for contact in feet.values()), default=0)
    standing = {side: contact for side, contact in feet.items() if 2 * contact.n_frames >= longest}
    cop = {side: _over_the_trial(contact, recording.n_frames) for side, contact in standing.items()}
    heels: dict[Side, FloatArray] = {}
    for side, contact in standing.items():
        if HEEL in contact.parts:
            share = np.full(recording.n_frames, np.nan)
            loaded = np.where(contact.force > 0, contact.force, np.nan)
            share[contact.start : contact.stop] = contact.parts[HEEL].force / loaded
            heels[side] = share
    return posture_on_feet(cop, heels)


def _over_the_trial(contact: FootContact, n_frames: int) -> FloatArray:
    cop = np.full((n_frames, 2), np.nan)
    cop[contact.start : contact.stop] = contact.cop_foot_mm
    return cop


def rests_before(time_s: FloatArray, search: SquatSearch, rules: SquatRules) -> list[tuple[int, int] | None]:
    """Find the still time in standing before each repetition.

    Parameters
    ----------
    time_s : (t,) array
        The trial's times. [s]
    search : SquatSearch
        The squats that were found.
    rules : SquatRules
        What counts as standing.

    Returns
    -------
    list of (start, stop) or None
        Frames, half open, for each repetition; None where there is too little of it.
    """
    standing = np.abs(search.depth_mm) <= rules.sway_mm  # False where the depth is not known
    found: list[tuple[int, int] | None] = []
    earlier = 0
    for repetition in search.repetitions:
        start, stop = earlier, repetition.start
        earlier = repetition.stop
        begun = int(np.searchsorted(time_s, float(time_s[stop]) - REFERENCE_S - 1e-9))
        start = max(start, begun)
        # Before a squat that the force does not show, what the force says of the depth is no more than drift.
        trusted = repetition.number not in search.slow
        away = np.flatnonzero(~standing[start:stop] & trusted)
        start = start + int(away[-1]) + 1 if len(away) else start
        still_s = float(time_s[stop] - time_s[start])
        found.append((start, stop) if stop > start and still_s >= SHORTEST_REFERENCE_S else None)
    return found


def feet_in_squats(
    search: SquatSearch,
    shift: MedialShift,
    ml_mm: FloatArray,
    references: list[tuple[int, int] | None],
    quality: tuple[str, ...],
) -> list[RepetitionFoot]:
    """Follow one foot through every repetition that counts, each against its own reference.

    Parameters
    ----------
    search : SquatSearch
        The squats that were found.
    shift : MedialShift
        The foot's curve through the trial.
    ml_mm : (t,) array
        Medial place of its CoP. [mm]
    references : list of (start, stop) or None
        From `rests_before`.
    quality : tuple of str
        Notes that hold for every repetition.

    Returns
    -------
    list of RepetitionFoot
        In order of time.
    """
    feet: list[RepetitionFoot] = []
    lent: tuple[int, int] | None = None
    for repetition in search.counted:
        own = references[repetition.number]
        reference = own or lent
        lent = reference
        notes = _reference_notes(shift.time_s, reference, borrowed=own is None) if reference else ()
        reference_mm = reference_of(ml_mm, reference) if reference else float("nan")
        notes = (*notes, SLOW_NOTE) if repetition.number in search.slow else notes
        reason = ""
        if np.isnan(shift.width_mm):
            reason = shift.reason
        elif np.isnan(reference_mm):
            reason = "there is no still moment with a CoP before this repetition to compare with"
        frames = slice(repetition.start, repetition.stop)
        feet.append(
            RepetitionFoot(
                repetition,
                shift.side,
                shift.time_s[frames],
                search.depth_mm[frames],
                100.0 * (ml_mm[frames] - reference_mm) / shift.width_mm,
                shift.ap_percent[frames],
                shift.width_mm,
                reference_mm,
                reason,
                (*quality, *notes),
            )
        )
    return feet


def _reference_notes(time_s: FloatArray, frames: tuple[int, int], *, borrowed: bool) -> tuple[str, ...]:
    if borrowed:
        return ("there is no rest before this repetition, so it is compared with the rest before an earlier one",)
    still_s = float(time_s[frames[1]] - time_s[frames[0]])
    if still_s < 0.95 * REFERENCE_S:
        return (f"compared with {still_s:.1f} s of rest before the descent, not {REFERENCE_S:g} s",)
    return ()
