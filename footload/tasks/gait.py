"""Walking over a mat: steps and strides from one foot contact to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact, TimeFlag
from footload.tasks.stance import SHORTEST_STANDING_S
from footload.trials import Side

SHORTEST_STEP_MM = 100.0
"""Less way from heel to heel is stepping on the spot, which has no step length and no speed."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one foot's contact to the next one of the other foot, or, for a stride, of the same foot.

    Parameters
    ----------
    side : Side
        The foot that comes down last: a left step ends with the left foot's contact.
    length_mm : float
        From heel to heel along the way of walking. [mm]
    width_mm : float
        From heel to heel across the way of walking; not known for a stride's one foot. [mm]
    time_s : float
        From initial contact to initial contact. [s]
    """

    side: Side
    length_mm: float
    width_mm: float
    time_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """The contacts of a walk that follow each other as left and right.

    Parameters
    ----------
    contacts : tuple of FootContact
        Whole feet of known side, in order of time.
    steps : tuple of Step
        One for each pair of neighbours of different sides.
    strides : tuple of Step
        One for each foot that comes down again.
    heading_deg : float
        Way of walking from +y, counter-clockwise; NaN with fewer than two contacts. [deg]
    """

    contacts: tuple[FootContact, ...]
    steps: tuple[Step, ...]
    strides: tuple[Step, ...]
    heading_deg: float

    @property
    def sides(self) -> tuple[Side, ...]:
        """Sides that have a step or a stride."""
        return tuple(side for side in Side if any(step.side is side for step in (*self.steps, *self.strides)))

    def of(self, side: Side) -> Walk:
        """The same walk with the steps and strides of one side only.

        Parameters
        ----------
        side : Side
            The foot that comes down last.

        Returns
        -------
        Walk
            With all contacts.
        """
        mine = [tuple(step for step in found if step.side is side) for found in (self.steps, self.strides)]
        return replace(self, steps=mine[0], strides=mine[1])

    @property
    def speed_mm_per_s(self) -> float:
        """Way from the first to the last heel over the time between them. [mm/s]

        Raises
        ------
        UndefinedMetricError
            With fewer than two contacts.
        """
        if not self.steps:
            raise UndefinedMetricError("A walking speed needs a left and a right contact one after the other.")
        return sum(step.length_mm for step in self.steps) / sum(step.time_s for step in self.steps)


def why_no_step(contact: FootContact) -> str:
    """Why a contact is not one whole step: a known foot, on the ground for a while, seen from touchdown to take-off.

    Parameters
    ----------
    contact : FootContact
        As found.

    Returns
    -------
    str
        Empty for a whole step.
    """
    lasts_s = contact.n_frames * contact.frame_s
    if not lasts_s < SHORTEST_STANDING_S:
        return f"it lasts {lasts_s:.1f} s, which is standing" if lasts_s > 0 else "one picture has no duration"
    cut = [str(flag) for flag in contact.flags if flag in {*TimeFlag}]
    if cut:
        return " and ".join(cut)
    return "its side is not known" if contact.side is None else ""


def walk_of(contacts: Sequence[FootContact]) -> Walk:
    """Make steps and strides of the contacts of a walk.

    Parameters
    ----------
    contacts : sequence of FootContact
        As found; those without axis or side are left out.

    Returns
    -------
    Walk
        Without steps when there are fewer than two feet.

    Notes
    -----
    The way of walking is the line from the first to the last heel when there are three contacts or more, and from the
    middle of the feet's directions for two, because two heels lie on either side of it.
    """
    feet = sorted((c for c in contacts if c.axis is not None and c.side is not None), key=lambda c: c.time_s[0])
    along = _way(feet)
    pairs = [_step(one, next_, along) for one, next_ in pairwise(feet) if one.side is not next_.side]
    steps = tuple(step for step in pairs if step.length_mm >= SHORTEST_STEP_MM)
    strides: list[Step] = []
    for side in Side:
        mine = [foot for foot in feet if foot.side is side]
        both = [_step(one, next_, along) for one, next_ in pairwise(mine)]
        strides += [stride for stride in both if stride.length_mm >= 2 * SHORTEST_STEP_MM]
    heading = float(np.degrees(np.arctan2(-along[0], along[1]))) if len(feet) > 1 else float("nan")
    return Walk(tuple(feet), steps, tuple(strides), heading)


def _way(feet: Sequence[FootContact]) -> np.ndarray:
    if len(feet) >= 3:
        way = np.subtract(feet[-1].needed_axis.heel_mm, feet[0].needed_axis.heel_mm)
    elif feet:
        way = np.sum([foot.needed_axis.direction for foot in feet], axis=0)
    else:
        way = np.array([0.0, 1.0])
    norm = float(np.hypot(*way))
    return np.asarray(way) / norm if norm > 0 else np.array([0.0, 1.0])


def _step(one: FootContact, next_: FootContact, along: np.ndarray) -> Step:
    way = np.subtract(next_.needed_axis.heel_mm, one.needed_axis.heel_mm)
    assert next_.side is not None
    right = np.array([along[1], -along[0]])
    outward = float(way @ right) * (1.0 if next_.side is Side.RIGHT else -1.0)
    return Step(next_.side, float(way @ along), outward, float(next_.time_s[0] - one.time_s[0]))
