"""What a synthetic trial knows about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic.foot import AxisTruth, SyntheticFoot, region_forces
from footload.trials import Side, Trial
from footload.units import N_PER_KPA_MM2

if TYPE_CHECKING:
    from footload.synthetic.sensor import Sensor


@dataclass(frozen=True, slots=True, eq=False)
class ContactTruth:
    """One foot on the ground, as it was made.

    Parameters
    ----------
    side : Side
        Which foot.
    start, stop : int
        First loaded frame and the first frame after the contact.
    force_n : (t,) array
        Over the whole trial, 0 outside the contact. [N]
    cop_mm : (t, 2) array
        In the plate frame, NaN outside the contact. [mm]
    axis : AxisTruth
        Heel centre, second metatarsal head and the angle between.
    length_mm, width_mm : float
        Foot length and width. [mm]
    region_force_n : mapping of (t,) arrays
        By region; empty for a print that has none. [N]
    foot : SyntheticFoot, optional
        What made it.
    medial_shift_mm, anterior_shift_mm : (t,) array, optional
        How far the CoP was moved from its place in quiet standing, across and along the true axis. [mm]
    """

    side: Side
    start: int
    stop: int
    force_n: FloatArray
    cop_mm: FloatArray
    axis: AxisTruth
    length_mm: float
    width_mm: float
    region_force_n: Mapping[str, FloatArray]
    foot: SyntheticFoot | None = None
    medial_shift_mm: FloatArray | None = None
    anterior_shift_mm: FloatArray | None = None

    @property
    def pronation(self) -> float:
        """The pronation setting; 0 for a print."""
        return self.foot.pronation if self.foot else 0.0

    def medial_shift_percent(self, width_mm: float) -> FloatArray:
        """Medial shift of the CoP in parts of a width. [%]

        Parameters
        ----------
        width_mm : float
            Width of the footprint on the 0.667 line, as the analysis measured it. [mm]

        Returns
        -------
        (t,) array
            Positive is medial. [%]

        Raises
        ------
        ValueError
            When this contact was made without a known shift.
        """
        if self.medial_shift_mm is None:
            raise ValueError("This contact was made without a known CoP shift; only squats and prints have one.")
        return 100.0 * self.medial_shift_mm / width_mm


@dataclass(frozen=True, slots=True)
class RepetitionTruth:
    """One repetition, as it was made; exact times, not frames.

    Parameters
    ----------
    start_s, bottom_start_s, bottom_stop_s, stop_s : float
        Begin of the descent, of the hold, of the ascent, and its end. [s]
    """

    start_s: float
    bottom_start_s: float
    bottom_stop_s: float
    stop_s: float


@dataclass(frozen=True, slots=True, eq=False)
class TrialTruth:
    """Everything known about a synthetic trial.

    Parameters
    ----------
    contacts : tuple of ContactTruth
        In order of their start.
    body_mass_kg : float
        Mass. [kg]
    repetitions : tuple of RepetitionTruth
        Empty for walking.
    depth_m : (t,) array, optional
        How far the centre of mass is below standing. [m]
    sensor : Sensor, optional
        The sensor that the pressures went through; None when they are exact.
    """

    contacts: tuple[ContactTruth, ...]
    body_mass_kg: float
    repetitions: tuple[RepetitionTruth, ...] = ()
    depth_m: FloatArray | None = None
    sensor: Sensor | None = None

    @property
    def force_n(self) -> FloatArray:
        """(t,) force of all contacts together. [N]"""
        return np.sum([contact.force_n for contact in self.contacts], axis=0)

    @property
    def cop_mm(self) -> FloatArray:
        """(t, 2) CoP of all contacts together, NaN where there is none. [mm]"""
        force = self.force_n
        moment = np.sum([np.nan_to_num(c.cop_mm) * c.force_n[:, None] for c in self.contacts], axis=0)
        return moment / np.where(force > 0, force, np.nan)[:, None]

    def of(self, side: Side) -> ContactTruth:
        """The first contact of a side.

        Parameters
        ----------
        side : Side
            Which foot.

        Returns
        -------
        ContactTruth
            The first in time.

        Raises
        ------
        KeyError
            When that foot never stood on the mat.
        """
        for contact in self.contacts:
            if contact.side is side:
                return contact
        raise KeyError(f"There is no {side} contact in this trial.")


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticTrial:
    """A trial and its truth.

    Parameters
    ----------
    trial : Trial
        As a reader would give it.
    truth : TrialTruth
        How it was made.
    """

    trial: Trial
    truth: TrialTruth

    @property
    def pressure(self) -> PressureRecording:
        """The trial's pressure recording."""
        return self.trial.pressure

    def seen_by(self, sensor: Sensor) -> SyntheticTrial:
        """Send the exact pressures through a sensor model.

        Parameters
        ----------
        sensor : Sensor
            Noise, steps, threshold, dead cells.

        Returns
        -------
        SyntheticTrial
            The same truth, which now holds the sensor as well.

        Raises
        ------
        ValueError
            When the pressures went through a sensor before.
        """
        if self.truth.sensor is not None:
            raise ValueError("These pressures went through a sensor already; start from the exact trial.")
        seen = sensor.apply(self.pressure)
        recordings = tuple(seen if old is self.pressure else old for old in self.trial.recordings)
        return SyntheticTrial(self.trial.changed(recordings=recordings), replace(self.truth, sensor=sensor))


def foot_contact(
    foot: SyntheticFoot,
    force_n: FloatArray,
    weights: FloatArray,
    start: int,
    *,
    shift_mm: FloatArray | None = None,
    n_frames: int,
) -> ContactTruth:
    """The truth of one foot from its force and the parts that its blobs carry.

    Parameters
    ----------
    foot : SyntheticFoot
        The foot.
    force_n : (c,) array
        Its force in each frame of the contact. [N]
    weights : (c, k) array
        Part of each blob; rows sum to 1.
    start : int
        First frame.
    shift_mm : (c, 2) array, optional
        Known shift of the CoP, medial and anterior. [mm]
    n_frames : int
        Frames of the whole trial.

    Returns
    -------
    ContactTruth
        With arrays over the whole trial.
    """
    stop = start + len(force_n)
    shifts = (None, None) if shift_mm is None else tuple(_placed(part, start, n_frames) for part in shift_mm.T)
    by_region = region_forces(weights * force_n[:, None])
    return ContactTruth(
        side=foot.side,
        start=start,
        stop=stop,
        force_n=_placed(force_n, start, n_frames),
        cop_mm=_placed(weights @ foot.centers_mm, start, n_frames, fill=np.nan),
        axis=foot.axis,
        length_mm=foot.length_mm,
        width_mm=foot.width_mm,
        region_force_n=MappingProxyType({name: _placed(f, start, n_frames) for name, f in by_region.items()}),
        foot=foot,
        medial_shift_mm=shifts[0],
        anterior_shift_mm=shifts[1],
    )


def pressed(
    layout: SensorLayout, time_s: FloatArray, loads: Sequence[tuple[int, FloatArray, FloatArray]], what: str
) -> PressureRecording:
    """The exact pressure recording of some loads on a mat.

    Parameters
    ----------
    layout : SensorLayout
        The mat.
    time_s : (t,) array
        Times. [s]
    loads : sequence of (start, force_n (c, k), parts (k, n))
        For every contact its first frame, the force of its k patches in each frame [N], and what part of each patch
        every cell carries.
    what : str
        The first line of the history.

    Returns
    -------
    PressureRecording
        Exact to rounding; what lies beside the mat is lost, as on a real one.
    """
    pressure = np.zeros((len(time_s), layout.n_sensors))
    to_kpa = 1.0 / (layout.area_mm2 * N_PER_KPA_MM2)
    for start, force_n, parts in loads:
        pressure[start : start + len(force_n)] += force_n @ (parts * to_kpa)
    return PressureRecording(time_s, pressure, layout, source="footload.synthetic", history=(what,))


def _placed(values: FloatArray, start: int, n_frames: int, fill: float = 0.0) -> FloatArray:
    whole = np.full((n_frames, *values.shape[1:]), fill)
    whole[start : start + len(values)] = values
    return frozen(whole)
