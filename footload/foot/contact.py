"""One foot on the ground, from initial contact to foot off; a region is a smaller contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.divisions import FootDivision
from footload.foot.load import Load, load_of, maximum_pressure
from footload.foot.prints import Footprint, footprint_of
from footload.recordings import PressureRecording
from footload.trials import Side

WHOLE = "foot"
"""Name of the region that is the whole foot."""

DRAWN_BY_HAND = "its axis and regions are as somebody drew them"
"""Flag of a foot whose axis was not found in the print."""


class TimeFlag(StrEnum):
    """What is worth knowing of a step that the recording cuts off; who stands throughout is not cut off by it."""

    LOADED_AT_FIRST = "already loaded in the first frame"
    LOADED_AT_LAST = "still loaded in the last frame"


def _no_regions() -> Mapping[str, BoolArray]:
    return MappingProxyType({})


_OF_THE_PRINT = ("maximum_pressure_image", "print", "print_center_mm", "active", "load_alone", "cop_mm", "is_touched")
"""What stays the same when a foot gets a side, an axis or regions."""


# Not slotted, unlike the other nouns: what is derived from the frames is computed once, when it is first asked for.
@dataclass(frozen=True, eq=False)
class FootContact:
    """One foot, or one region of it, on the mat from `start` to `stop`.

    Parameters
    ----------
    recording : PressureRecording
        The recording it was found in.
    start, stop : int
        Frames, half open.
    sensors : (n,) array of bool
        The sensors that belong to this foot.
    side : Side, optional
        Which foot, where that is known.
    side_confidence : float
        From 0.5 (could be either) to 1; NaN when the side was not looked for.
    axis : FootAxis, optional
        The foot's frame, where the print allows one.
    division : FootDivision, optional
        The lines between its regions.
    regions : mapping of name to (n,) array of bool
        Parts of the foot.
    region : str
        ``foot``, or the name of the part that this contact is.
    cop_threshold : float
        Least force that gives a CoP. [N, or counts]
    loaded : float
        Least pressure at which a sensor counts as touched. [kPa, or counts]
    flags : tuple of str
        What to know before using it: partial print, ends with the recording, ...
    rejected : str
        Why an analysis leaves it out: a partial print, no foot; empty for a foot that counts.
    whole : FootContact, optional
        The foot that this region is part of; None for a whole foot.
    """

    recording: PressureRecording
    start: int
    stop: int
    sensors: BoolArray
    side: Side | None = None
    side_confidence: float = float("nan")
    axis: FootAxis | None = None
    division: FootDivision | None = None
    regions: Mapping[str, BoolArray] = field(default_factory=_no_regions)
    region: str = WHOLE
    cop_threshold: float = 0.0
    loaded: float = 0.0
    flags: tuple[str, ...] = ()
    rejected: str = ""
    whole: FootContact | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.stop <= self.recording.n_frames:
            raise ValueError(
                f"A contact from frame {self.start} to {self.stop} does not lie in the "
                f"{self.recording.n_frames} frames of its recording."
            )

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return self.stop - self.start

    @property
    def time_s(self) -> FloatArray:
        """(t,) times of the frames on the trial's time base. [s]"""
        return self.recording.time_s[self.start : self.stop]

    @cached_property
    def frame_s(self) -> float:
        """Time that one frame stands for. [s]"""
        return self.recording.frame_s if self.whole is None else self.whole.frame_s

    @cached_property
    def maximum_pressure_image(self) -> FloatArray:
        """(n,) highest pressure of each sensor during the contact; 0 outside the foot. [kPa]"""
        if self.whole is not None:
            return self.whole.maximum_pressure_image * self.sensors
        return maximum_pressure(self.recording, self.start, self.stop) * self.sensors

    @cached_property
    def print(self) -> Footprint:
        """The sensors that the foot ever touched, with their places."""
        return footprint_of(self.maximum_pressure_image, self.recording.layout, self.loaded)

    @cached_property
    def print_center_mm(self) -> FloatArray:
        """(2,) middle of the touched sensors in the plate frame; NaN when none was. [mm]"""
        touched = np.column_stack([self.print.x_mm, self.print.y_mm])
        return touched.mean(axis=0) if len(touched) else np.full(2, np.nan)

    @cached_property
    def active(self) -> IntArray:
        """Indices of the sensors that are ever loaded."""
        return np.flatnonzero(self.maximum_pressure_image > 0)

    @cached_property
    def load(self) -> Load:
        """Force, CoP, area and peak of the foot (part 0) and of its regions in their order."""
        masks = [np.ones(len(self.active)), *(mask[self.active] for mask in self.regions.values())]
        parts = np.column_stack(masks).astype(np.float64)
        return load_of(self.recording, (self.start, self.stop), self.active, parts, self.loaded)

    @cached_property
    def load_alone(self) -> Load:
        """The same of the foot without its regions, so that it is known before these are."""
        if "load" in self.__dict__:
            return self.load
        one = np.ones((len(self.active), 1))
        return load_of(self.recording, (self.start, self.stop), self.active, one, self.loaded)

    @cached_property
    def is_touched(self) -> bool:
        """Whether any sensor of it was ever touched."""
        return bool(np.any(self.area_cm2 > 0))

    @cached_property
    def force(self) -> FloatArray:
        """(t,) vertical force. [N, or counts]"""
        return self.load_alone.force[:, 0]

    @cached_property
    def area_cm2(self) -> FloatArray:
        """(t,) area of the loaded sensors. [cm²]"""
        return self.load_alone.area_cm2[:, 0]

    @cached_property
    def peak(self) -> FloatArray:
        """(t,) highest sensor of each frame. [kPa, or counts]"""
        return self.load_alone.peak[:, 0]

    @cached_property
    def cop_mm(self) -> FloatArray:
        """(t, 2) centre of pressure in the plate frame, NaN below the threshold. [mm]"""
        return self.load_alone.cop_mm(0, self.cop_threshold)

    @cached_property
    def cop_foot_mm(self) -> FloatArray:
        """(t, 2) centre of pressure as (ap, ml) in the foot frame, NaN below the threshold. [mm]

        Raises
        ------
        UndefinedMetricError
            When the foot has no axis.
        """
        ap, ml = self.needed_axis.to_foot(self.cop_mm[:, 0], self.cop_mm[:, 1])
        return np.column_stack([ap, ml])

    @property
    def needed_axis(self) -> FootAxis:
        """The axis, or the reason why there is none.

        Raises
        ------
        UndefinedMetricError
            When the foot has no axis.
        """
        if self.axis is None:
            raise UndefinedMetricError("The print does not show a heel and a forefoot, so the foot has no axis.")
        return self.axis

    def with_load(self, load: Load) -> FootContact:
        """Give a contact what somebody added up of it already.

        Parameters
        ----------
        load : Load
            Of the foot without regions, over its frames.

        Returns
        -------
        FootContact
            The next one; the given one stays as it is.
        """
        next_ = self.changed()
        next_.__dict__["load_alone"] = load
        return next_

    def changed(self, **changes: Any) -> FootContact:
        """Make the next contact of the same sensors and frames; what was added up of them is kept.

        Parameters
        ----------
        **changes
            Fields that change: side, axis, regions, flags and the like.

        Returns
        -------
        FootContact
            This one stays as it is.

        Raises
        ------
        TypeError
            When the sensors, the frames or a threshold change; that is another contact.
        """
        if other := changes.keys() & {"recording", "start", "stop", "sensors", "loaded", "cop_threshold", "whole"}:
            raise TypeError(f"A contact with another {' and '.join(sorted(other))} is another contact.")
        next_ = replace(self, **changes)
        kept = _OF_THE_PRINT if "regions" in changes else (*_OF_THE_PRINT, "load")
        next_.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return next_

    @cached_property
    def parts(self) -> Mapping[str, FootContact]:
        """The regions as contacts of their own, sharing what was added up already."""
        return MappingProxyType({name: self.within(name) for name in self.regions})

    def within(self, region: str) -> FootContact:
        """Make the smaller contact that is one region of this foot.

        Parameters
        ----------
        region : str
            One of `regions`.

        Returns
        -------
        FootContact
            It serves every metric, like the whole foot.

        Raises
        ------
        KeyError
            When there is no such region; the message lists those there are.
        """
        if region not in self.regions:
            raise KeyError(f"There is no region {region!r}; there are: {', '.join(self.regions) or 'none'}.")
        column = 1 + list(self.regions).index(region)
        inside = self.sensors & self.regions[region]
        part = replace(self, sensors=inside, regions=_no_regions(), region=region, whole=self)
        whole = self.load
        one = np.s_[:, column : column + 1]
        shared = Load(whole.force[one], whole.moment_x[one], whole.moment_y[one], whole.area_cm2[one], whole.peak[one])
        part.__dict__["load"] = shared  # the region was added up together with the whole
        return part
