"""One step on a force plate: its force along and across the way of walking, and the places of its CoP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.recordings import Side
from footload.signals.turning_points import turning_points
from footload.tasks.comparison import BY_SHARE_OF_SUM, SideComparison
from footload.tasks.repetition import Repetition

COP_LEAST_N = 50.0
"""The CoP of a step counts from this force on."""

IMPACT_WITHIN_S = 0.05
"""An impact peak comes within this time after touchdown. Common practice, unverified."""

STANDS_OUT = 0.02
"""A peak counts when the force falls by this part of the step's highest force after it. Chosen, not measured."""

WITHOUT_IMPACT_PART = 0.13
"""Where a running step has no impact peak, its loading rate is taken up to this part of the contact. Unverified."""

_TROUGH_PART = (0.3, 0.7)


# Not slotted, unlike most nouns: the peaks are looked for once, when they are first asked for.
@dataclass(frozen=True, eq=False)
class PlateStep:
    """One foot on one plate from touchdown to take-off; every metric of scope step on a plate is computed on it.

    Parameters
    ----------
    number : int
        In the trial, from 0, in order of time.
    plate : int
        Which recording, from 0.
    start, stop : int
        Frames of the trial, half open.
    time_s : (n,) array
        [s]
    force_n : (n, 3) array
        To the right of the way of walking, along it, and up; of the ground on the person. [N]
    cop_mm : (n, 2) array
        To the right of the way of walking and along it, in the lab; NaN below 50 N. [mm]
    side : Side, optional
        The foot; None when nobody knows.
    weight_n : float
        Body weight; NaN when it is not known. [N]
    rejected : str
        Why it does not count; empty when it does.
    notes : tuple of str
        What to know before it is used.
    """

    number: int
    plate: int
    start: int
    stop: int
    time_s: FloatArray
    force_n: FloatArray
    cop_mm: FloatArray
    side: Side | None = None
    weight_n: float = float("nan")
    rejected: str = ""
    notes: tuple[str, ...] = ()

    @property
    def vertical_n(self) -> FloatArray:
        """(n,) vertical force. [N]"""
        return self.force_n[:, 2]

    @property
    def forward_n(self) -> FloatArray:
        """(n,) force along the way of walking: it brakes while negative and propels while positive. [N]

        Raises
        ------
        UndefinedMetricError
            When the plate does not measure it, or the way of walking is not known.
        """
        forward = self.force_n[:, 1]
        if not np.isfinite(forward).all():
            raise UndefinedMetricError(
                "The force along the way of walking is not known: the plate measures no shear, or nothing "
                "shows the way."
            )
        return forward

    @property
    def body_weight_n(self) -> float:
        """Body weight. [N]

        Raises
        ------
        UndefinedMetricError
            When it is not known.
        """
        if not self.weight_n > 0:
            raise UndefinedMetricError(
                "Body weight is not known: the trial states no body mass, and there are no two steps in a row on "
                "plates to weigh the person with."
            )
        return self.weight_n

    @cached_property
    def highest(self) -> int:
        """Index of the highest vertical force in the arrays here."""
        return int(np.argmax(self.vertical_n))

    @cached_property
    def impact(self) -> int | None:
        """Index of the impact peak: the first high within 50 ms that stands out and is not the step's highest force."""
        turns = turning_points(self.vertical_n, STANDS_OUT * float(self.vertical_n.max()))
        if len(turns) < 2:
            return None
        first = turns[0] if self.vertical_n[turns[0]] > self.vertical_n[turns[1]] else turns[1]
        early = float(self.time_s[first] - self.time_s[0]) <= IMPACT_WITHIN_S
        return first if early and first < self.highest else None

    @cached_property
    def humps(self) -> tuple[int, int, int] | None:
        """Indices of the first peak, the trough and the second peak of a walking step; None when it has one hump.

        The trough is the lowest force between 30 and 70 % of the contact; the peaks are the highest before and after,
        and both stand out.
        """
        n = len(self.time_s)
        low, high = (int(part * n) for part in _TROUGH_PART)
        if high - low < 1:
            return None
        trough = low + int(np.argmin(self.vertical_n[low:high]))
        first = int(np.argmax(self.vertical_n[: trough + 1]))
        second = trough + int(np.argmax(self.vertical_n[trough:]))
        least = float(self.vertical_n[trough]) + STANDS_OUT * float(self.vertical_n.max())
        stand_out = min(float(self.vertical_n[first]), float(self.vertical_n[second])) >= least
        return (first, trough, second) if stand_out else None

    @property
    def loaded_until(self) -> tuple[int, str]:
        """Index up to which the loading rates look, and what is there."""
        if self.impact is not None:
            return self.impact, "loading rates up to the impact peak"
        if self.humps is not None:
            return self.humps[0], "no impact peak: loading rates up to the first peak"
        at = max(1, round(WITHOUT_IMPACT_PART * len(self.time_s)))
        return min(at, len(self.time_s) - 1), (
            f"no impact peak: loading rates up to {100 * WITHOUT_IMPACT_PART:.0f} % of the contact (unverified)"
        )

    @property
    def repetition(self) -> Repetition:
        """The step as a repetition: until the trough or the highest force, and after it."""
        middle = self.start + (self.humps[1] if self.humps is not None else self.highest)
        phases = {"loading": (self.start, middle), "push-off": (middle, self.stop)}
        return Repetition(self.number, self.start, self.stop, phases, -1, self.rejected)


@dataclass(frozen=True, slots=True, eq=False)
class PlateWalk:
    """The steps of a trial on plates; every metric of scope steps on plates is computed on it.

    Parameters
    ----------
    steps : tuple of PlateStep
        In order of time; those that do not count carry their reason.
    notes : tuple of str
        How the feet, the way of walking and the body weight were found.
    comparison : SideComparison
        By which formula the two sides are compared.
    """

    steps: tuple[PlateStep, ...]
    notes: tuple[str, ...] = ()
    comparison: SideComparison = BY_SHARE_OF_SUM

    @property
    def counted(self) -> tuple[PlateStep, ...]:
        """The steps that were not rejected."""
        return tuple(step for step in self.steps if not step.rejected)

    def of(self, side: Side) -> tuple[PlateStep, ...]:
        """The steps of one foot that count.

        Parameters
        ----------
        side : Side
            Which foot.

        Returns
        -------
        tuple of PlateStep
            In order of time.
        """
        return tuple(step for step in self.counted if step.side is side)

    def keeping_rejected(self) -> PlateWalk:
        """The same walk with every step counted.

        Returns
        -------
        PlateWalk
            The reasons stand in the notes of its steps.
        """
        kept = tuple(
            replace(step, rejected="", notes=(*step.notes, f"kept although {step.rejected}")) if step.rejected else step
            for step in self.steps
        )
        return PlateWalk(kept, self.notes, self.comparison)
