"""What a movement's module gives back: repetitions, and each foot through each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.medial_shift import MedialShift
from footload.tasks.region_loads import RegionLoads
from footload.tasks.repetition import Repetition
from footload.trials import Side


@dataclass(frozen=True, slots=True, eq=False)
class RepetitionFoot:
    """One foot through one repetition; every metric of scope repetition is computed on it.

    Parameters
    ----------
    repetition : Repetition
        Which one; its frames are those of the trial.
    side : Side
        Which foot.
    time_s : (t,) array
        Times on the trial's time base, from the repetition's first frame to its last. [s]
    depth_mm : (t,) array
        How far the centre of mass is below standing. [mm]
    shift_percent : (t,) array
        Medial shift against this repetition's own reference. [%]
    ap_percent : (t,) array
        CoP from the heel end in per cent of foot length. [%]
    width_mm : float
        Foot width. [mm]
    reference_mm : float
        Median medial place of the CoP in the rest before this repetition. [mm]
    reason : str
        Why there is no shift; empty when there is one.
    notes : tuple of str
        What to know before it is used.
    loads : RegionLoads, optional
        What the parts of the foot carry; None on a plate, which does not see them.
    """

    repetition: Repetition
    side: Side
    time_s: FloatArray
    depth_mm: FloatArray
    shift_percent: FloatArray
    ap_percent: FloatArray
    width_mm: float
    reference_mm: float
    reason: str = ""
    notes: tuple[str, ...] = ()
    loads: RegionLoads | None = None

    @property
    def deepest(self) -> int:
        """Index of the deepest frame in the arrays here.

        Raises
        ------
        UndefinedMetricError
            When this movement has no deepest frame.
        """
        if self.repetition.deepest_frame < 0:
            raise UndefinedMetricError("This movement has no deepest frame.")
        return self.repetition.deepest_frame - self.repetition.start

    def within(self, phase: str) -> slice:
        """Part of the arrays here that one phase takes.

        Parameters
        ----------
        phase : str
            Such as ``descent``.

        Returns
        -------
        slice
            Half open.

        Raises
        ------
        KeyError
            When there is no such phase; the message lists those there are.
        """
        phases = self.repetition.phases
        if phase not in phases:
            raise KeyError(f"There is no phase {phase!r}; there are: {', '.join(phases) or 'none'}.")
        start, stop = phases[phase]
        return slice(start - self.repetition.start, stop - self.repetition.start)


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """A movement through a whole trial; every metric of scope trial is computed on it.

    Parameters
    ----------
    repetitions : tuple of Repetition
        In order of time, rejected ones with their reason.
    feet : tuple of RepetitionFoot
        Each foot in each repetition that counts, in order of time, left before right.
    shifts : mapping of Side to MedialShift
        Each foot's curve through the trial, against the rest before the first repetition that counts.
    depth_mm : (t,) array, optional
        How far the centre of mass is below standing; NaN where that is not known. [mm]
    notes : tuple of str
        What to know before any of it is used.
    """

    repetitions: tuple[Repetition, ...]
    feet: tuple[RepetitionFoot, ...]
    shifts: Mapping[Side, MedialShift] = field(default_factory=lambda: MappingProxyType({}))
    depth_mm: FloatArray | None = None
    notes: tuple[str, ...] = ()

    def of(self, side: Side) -> Movement:
        """The same movement with one foot only.

        Parameters
        ----------
        side : Side
            Which foot.

        Returns
        -------
        Movement
            Without feet and shifts of the other side.
        """
        shifts = MappingProxyType({s: shift for s, shift in self.shifts.items() if s is side})
        return replace(self, feet=tuple(foot for foot in self.feet if foot.side is side), shifts=shifts)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The feet that were seen, left before right."""
        return tuple(side for side in Side if any(foot.side is side for foot in self.feet))
