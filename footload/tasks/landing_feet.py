"""Each foot through each landing: its force, and the medial shift of its CoP against its own quiet stance.

A landing has nothing before it to compare with, so the reference is the quiet stance of the same trial, in the
stretch in which the person is weighed. The foot has to stand there as it landed: who steps after landing has no
reference. A drop jump's first landing has its quiet stance in another contact, after the second one: the foot may have
come down elsewhere, so that is a reference only where the foot's place is known in both, from a mat or from markers;
one place that was entered for the whole trial is none. On a mat the foot's axis and width are those of its print in
the same stretch, frozen: the print of the impact is broader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.foot.medial_shift import MedialShift, reference_of
from footload.recordings import Side
from footload.tasks.foot_curves import COP_LEAST_N, FootCurve, at_rest, of_one_size
from footload.tasks.landing import Landing, touchdown_of
from footload.tasks.region_loads import RegionLoads, region_loads

SEEN_S = 0.25
"""How long after touchdown the shift of a landing is followed."""


@dataclass(frozen=True, slots=True, eq=False)
class LandingFoot:
    """One foot in one landing; every metric of scope foot in a landing is computed on it.

    Parameters
    ----------
    landing : Landing
        Which one.
    side : Side
        Which foot.
    since_s : (n,) array
        Time since this foot's own touchdown, for a quarter of a second. [s]
    force_n : (n,) array
        Its vertical force. [N]
    shift_percent : (n,) array
        Medial shift against the quiet stance; NaN below 50 N. [%]
    ap_percent : (n,) array
        CoP from the heel in per cent of foot length; NaN below 50 N. [%]
    reason : str
        Why there is no shift; empty when there is one.
    notes : tuple of str
        What to know before it is used.
    loads : RegionLoads, optional
        What the parts of the foot carry; None on a plate, which does not see them.
    width_mm : float
        The width that the shift is told in parts of. [mm]
    """

    landing: Landing
    side: Side
    since_s: FloatArray
    force_n: FloatArray
    shift_percent: FloatArray
    ap_percent: FloatArray
    reason: str = ""
    notes: tuple[str, ...] = ()
    loads: RegionLoads | None = None
    width_mm: float = float("nan")

    @property
    def peak(self) -> int:
        """Index of the foot's own highest force in the arrays here."""
        return int(np.argmax(self.force_n))


@dataclass(frozen=True, slots=True, eq=False)
class LandingFeet:
    """The feet of one landing; every metric of scope pair of feet in a landing is computed on them.

    Parameters
    ----------
    feet : tuple of LandingFoot
        Those that come down in it, at most one of each side.

    Raises
    ------
    ValueError
        When two of them are of one side.
    """

    feet: tuple[LandingFoot, ...]

    def __post_init__(self) -> None:
        """Refuse two feet of one side."""
        if len({foot.side for foot in self.feet}) < len(self.feet):
            raise ValueError(f"A landing has one foot a side, and these are: {', '.join(f.side for f in self.feet)}.")

    def of(self, side: Side) -> LandingFoot | None:
        """The foot of one side; None where it was not seen on its own.

        Parameters
        ----------
        side : Side
            Which one.

        Returns
        -------
        LandingFoot or None
            Of this landing.
        """
        return next((foot for foot in self.feet if foot.side is side), None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before they are compared: the notes of each, once."""
        return tuple(dict.fromkeys(note for foot in self.feet for note in foot.notes))


def feet_in(landing: Landing, curves: Sequence[FootCurve]) -> tuple[LandingFoot, ...]:
    """Follow each foot through a landing.

    Parameters
    ----------
    landing : Landing
        The landing, with the force of each of these feet.
    curves : sequence of FootCurve
        Feet on the landing's time base.

    Returns
    -------
    tuple of LandingFoot
        Those that come down in it.
    """
    found: list[LandingFoot] = []
    rest = None if landing.weighing is None else (landing.weighing.start, landing.weighing.stop)
    for landed in curves:
        curve = at_rest(landed, rest)
        down = touchdown_of(landing, curve.side) if curve.side in landing.side_force_n else None
        if down is None:
            continue
        stop = int(np.searchsorted(curve.time_s, float(curve.time_s[down]) + SEEN_S + 1e-9))
        frames = slice(down, min(stop, landing.leaves))
        force = curve.force_n[frames, 2]
        held = np.where((force >= COP_LEAST_N)[:, None], curve.cop_foot_mm[frames], np.nan)
        reference_mm, reason = _reference(landing, curve, down)
        found.append(
            LandingFoot(
                landing,
                curve.side,
                frozen(curve.time_s[frames] - curve.time_s[down]),
                frozen(force),
                frozen(100.0 * (held[:, 1] - reference_mm) / curve.width_mm),
                frozen(100.0 * held[:, 0] / curve.length_mm),
                reason,
                curve.notes,
                _loads(landing, curve, frames),
                curve.width_mm,
            )
        )
    return tuple(found)


def shifts_of_landings(time_s: FloatArray, feet: Sequence[LandingFoot]) -> dict[Side, MedialShift]:
    """The medial shift of each foot through a trial of landings: known for a quarter of a second after each touchdown.

    Parameters
    ----------
    time_s : (t,) array
        The trial's times. [s]
    feet : sequence of LandingFoot
        Of all landings that count.

    Returns
    -------
    dict of Side to MedialShift
        Of the feet that have a shift in any landing; each landing has its own reference, so none is told.
    """
    found: dict[Side, MedialShift] = {}
    for side in Side:
        mine = [foot for foot in feet if foot.side is side and np.isfinite(foot.shift_percent).any()]
        if not mine:
            continue
        shift, ap = np.full(len(time_s), np.nan), np.full(len(time_s), np.nan)
        for foot in mine:
            start = touchdown_of(foot.landing, side) or 0
            frames = slice(start, start + len(foot.shift_percent))
            shift[frames], ap[frames] = foot.shift_percent, foot.ap_percent
        notes = tuple(dict.fromkeys(note for foot in mine for note in foot.notes))
        found[side] = MedialShift(side, time_s, frozen(shift), frozen(ap), mine[-1].width_mm, float("nan"), notes=notes)
    return found


def _loads(landing: Landing, curve: FootCurve, frames: slice) -> RegionLoads | None:
    """What the parts of the foot carry, where a mat sees them; compared with the quiet stance."""
    contact = next((c for c in curve.contacts if c.start <= frames.start < c.stop and c.regions), None)
    if contact is None:
        return None
    rest = None if landing.weighing is None else (landing.weighing.start, landing.weighing.stop)
    return region_loads(contact, (frames.start, frames.stop), rest)


def _reference(landing: Landing, curve: FootCurve, down: int) -> tuple[float, str]:
    """Median medial place in the quiet stance, or why there is none."""
    if curve.reason:
        return float("nan"), curve.reason
    if landing.weighing is None:
        return float("nan"), "nobody stands still in this trial, so there is no quiet stance to compare with"
    frames = (landing.weighing.start, landing.weighing.stop)
    same = landing.touchdown <= frames[0] < frames[1] <= landing.leaves
    if not same and (why := _elsewhere(curve, (down, landing.leaves), frames)):
        return float("nan"), why
    reference_mm = reference_of(curve.cop_foot_mm[:, 1], frames)
    if np.isnan(reference_mm):
        return reference_mm, "this foot carries too little load for a CoP in the quiet stance"
    return reference_mm, ""


def _elsewhere(curve: FootCurve, down: tuple[int, int], rest: tuple[int, int]) -> str:
    """Why quiet stance in another contact of the foot says nothing about a landing; empty when it does."""
    if curve.contacts:
        landed = next((c for c in curve.contacts if c.start < down[1] and c.stop > down[0]), None)
        stood = next((c for c in curve.contacts if c.start <= rest[0] and rest[1] <= c.stop), None)
        if landed is None or stood is None:
            return "the foot was not seen in both this landing and the quiet stance, which is in another contact"
        lengths = f"{landed.needed_axis.length_mm:.0f} mm long and not {stood.needed_axis.length_mm:.0f} mm"
        part = f"its print in this landing is {lengths}, so it shows a part of the foot only"
        return "" if of_one_size(landed, stood) else f"the quiet stance is in another contact of the foot, and {part}"
    stretches = curve.placed.axes if curve.placed is not None else ()
    own = [next((i for i, (a, b, _) in enumerate(stretches) if a <= frame < b), -1) for frame in (down[0], rest[0])]
    if -1 not in own and own[0] != own[1]:
        return ""
    return (
        "the person stands still only in another contact than this landing, where the foot may be elsewhere, and its "
        "place is known once for the whole trial; markers or a mat show it in each contact"
    )
