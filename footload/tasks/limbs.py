"""Squats on force plates: repetitions from the whole force, each foot's shift and each limb's share in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.medial_shift import MedialShift, medial_shift
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, Side
from footload.tasks.comparison import BY_SHARE_OF_SUM, SideComparison
from footload.tasks.foot_curves import FootCurve
from footload.tasks.movement import Movement, RepetitionFoot
from footload.tasks.repetition import Repetition
from footload.tasks.squat import SquatSearch, find_squats
from footload.tasks.squat_feet import Search, feet_in_squats, rests_before
from footload.tasks.squat_posture import Posture, posture_on_feet, posture_on_plates
from footload.tasks.squat_rules import DEFAULT_RULES, SquatRules


@dataclass(frozen=True, slots=True, eq=False)
class LimbLoad:
    """The force under one foot, or under both, in one repetition; every metric of scope limb is computed on it.

    Parameters
    ----------
    repetition : Repetition
        Which one, with the phases ``descent``, ``bottom`` and ``ascent``.
    side : Side, optional
        Which foot; None for the whole body.
    time_s, force_n : (n,) array
        From the repetition's first frame to its last, vertical. [s], [N]
    body_weight_n : float
        Of the whole body. [N]
    side_force_n : mapping of Side to (n,) array
        Each foot's force, on the whole body's load only. [N]
    comparison : SideComparison
        By which formula the two feet are compared.
    """

    repetition: Repetition
    side: Side | None
    time_s: FloatArray
    force_n: FloatArray
    body_weight_n: float
    side_force_n: Mapping[Side, FloatArray] = field(default_factory=lambda: MappingProxyType({}))
    comparison: SideComparison = BY_SHARE_OF_SUM

    def within(self, phase: str) -> slice:
        """Part of the arrays here that one phase takes.

        Parameters
        ----------
        phase : str
            ``descent``, ``bottom`` or ``ascent``.

        Returns
        -------
        slice
            Half open.

        Raises
        ------
        UndefinedMetricError
            When this repetition has no such phase, or one of fewer than two frames.
        """
        start, stop = self.repetition.phases.get(phase, (0, 0))
        if stop - start < 2:
            raise UndefinedMetricError(f"This repetition has no {phase} to look at.")
        return slice(start - self.repetition.start, stop - self.repetition.start)


def squats_on_plates(
    time_s: FloatArray,
    vertical_n: FloatArray,
    curves: Sequence[FootCurve],
    rules: SquatRules = DEFAULT_RULES,
    *,
    plates: Sequence[ForceRecording] = (),
    find: Search = find_squats,
) -> tuple[Movement, SquatSearch]:
    """Find squats in the force of all plates, and the medial shift of each placed foot in them.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    vertical_n : (t,) array
        Of the whole body. [N]
    curves : sequence of FootCurve
        Feet that are known on their own.
    rules : SquatRules
        What counts as a squat.
    plates : sequence of ForceRecording
        All of them: where no foot is placed, the CoP on them shows the squats that the force does not.
    find : callable
        What finds the repetitions: squats, or step-downs.

    Returns
    -------
    movement : Movement
        With the feet of the repetitions that count.
    search : SquatSearch
        Where they were found.
    """
    search = find(time_s, vertical_n, rules, _posture(curves, plates))
    references = rests_before(time_s, search, rules)
    first = next((references[r.number] for r in search.counted), None)
    shifts: dict[Side, MedialShift] = {}
    feet: list[RepetitionFoot] = []
    for curve in curves:
        shift = medial_shift(
            curve.side,
            time_s,
            curve.cop_foot_mm,
            width_mm=curve.width_mm,
            length_mm=curve.length_mm,
            reference=first,
        )
        if curve.reason:
            shift = replace(shift, reason=curve.reason)
        shifts[curve.side] = shift
        feet += feet_in_squats(search, shift, curve.cop_foot_mm[:, 1], references, curve.notes)
    feet.sort(key=lambda foot: (foot.repetition.number, foot.side is Side.RIGHT))
    movement = Movement(search.repetitions, tuple(feet), MappingProxyType(shifts), search.depth_mm, search.notes)
    return movement, search


def _posture(curves: Sequence[FootCurve], plates: Sequence[ForceRecording]) -> Posture | None:
    """Where the feet carry the load: on the feet where all are placed, else on the plates."""
    if curves and len(curves) >= len(plates) and not any(curve.reason for curve in curves):
        return posture_on_feet({curve.side: curve.cop_foot_mm for curve in curves})
    return posture_on_plates([center_of_pressure_mm(p) for p in plates if np.isfinite(p.plate.corners_mm).all()])


def depth_only(search: SquatSearch, time_s: FloatArray) -> tuple[RepetitionFoot, ...]:
    """Make one entry a repetition for what needs no foot, such as its depth.

    Parameters
    ----------
    search : SquatSearch
        The squats.
    time_s : (t,) array
        The trial's times. [s]

    Returns
    -------
    tuple of RepetitionFoot
        Without a shift; their side means nothing.
    """
    made: list[RepetitionFoot] = []
    for repetition in search.counted:
        frames = slice(repetition.start, repetition.stop)
        nothing = np.full(repetition.stop - repetition.start, np.nan)
        depth = search.depth_mm[frames]
        nan = float("nan")
        made.append(
            RepetitionFoot(
                repetition, Side.LEFT, time_s[frames], depth, nothing, nothing, nan, nan, "no foot is known on its own"
            )
        )
    return tuple(made)


def limbs_in(
    search: SquatSearch,
    time_s: FloatArray,
    curves: Sequence[FootCurve],
    vertical_n: FloatArray,
    comparison: SideComparison = BY_SHARE_OF_SUM,
) -> tuple[LimbLoad, ...]:
    """Cut the force of the whole body and of each foot into repetitions.

    Parameters
    ----------
    search : SquatSearch
        The squats.
    time_s : (t,) array
        The trial's times. [s]
    curves : sequence of FootCurve
        Feet that are known on their own.
    vertical_n : (t,) array
        Of the whole body. [N]
    comparison : SideComparison
        By which formula the two feet are compared.

    Returns
    -------
    tuple of LimbLoad
        Repetition by repetition: the whole body, then each foot.
    """
    made: list[LimbLoad] = []
    for repetition in search.counted:
        frames = slice(repetition.start, repetition.stop)
        t, weight = time_s[frames], search.body_weight_n
        sides = {curve.side: curve.force_n[frames, 2] for curve in curves}
        made.append(LimbLoad(repetition, None, t, vertical_n[frames], weight, MappingProxyType(sides), comparison))
        made += [LimbLoad(repetition, side, t, force, weight) for side, force in sides.items()]
    return tuple(made)
