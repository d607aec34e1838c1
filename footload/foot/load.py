"""The kernel: force, CoP, area and regional sums of many frames as one blocked matrix product.

Only the sensors that are ever loaded take part, and the device's own dtype is kept until a block is worked on, so
that a long trial is read once and never copied whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray, frozen
from footload.recordings import PressureRecording
from footload.units import CM2_PER_MM2

BLOCK_FRAMES = 256
_PICKED = 12
"""Picking a sensor out of every frame takes about so many times as long as adding it up where it stands."""
"""Frames a block: a few hundred active sensors in float64 then stay within the second-level cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What each part of a foot carries over time; part 0 is the whole, the others are its regions.

    Parameters
    ----------
    force : (t, k) array
        Vertical force of each part. [N, or counts]
    moment_x, moment_y : (t, k) array
        Force times place; divided by the force it is the CoP. [N·mm, or counts·mm]
    area_cm2 : (t, k) array
        Area of the sensors that are loaded in each frame. [cm²]
    peak : (t, k) array
        Highest sensor of each frame. [kPa, or counts]
    """

    force: FloatArray
    moment_x: FloatArray
    moment_y: FloatArray
    area_cm2: FloatArray
    peak: FloatArray

    def between(self, start: int, stop: int) -> Load:
        """The same over fewer frames.

        Parameters
        ----------
        start, stop : int
            Half open, from the first frame of this one.

        Returns
        -------
        Load
            Shares the numbers of this one.
        """
        rows = slice(start, stop)
        return Load(self.force[rows], self.moment_x[rows], self.moment_y[rows], self.area_cm2[rows], self.peak[rows])

    def cop_mm(self, part: int, threshold: float) -> FloatArray:
        """Centre of pressure of a part; NaN in frames below the threshold. [mm]

        Parameters
        ----------
        part : int
            0 for the whole.
        threshold : float
            Least force that gives a CoP. [N, or counts]

        Returns
        -------
        (t, 2) array
            x and y in the plate frame. [mm]
        """
        force = self.force[:, part]
        loaded = (force >= threshold) & (force > 0)
        cop = np.full((len(force), 2), np.nan)
        np.divide(self.moment_x[:, part], force, out=cop[:, 0], where=loaded)
        np.divide(self.moment_y[:, part], force, out=cop[:, 1], where=loaded)
        return cop


def maximum_pressure(recording: PressureRecording, start: int = 0, stop: int | None = None) -> FloatArray:
    """Highest pressure that each sensor saw; 0 on sensors that are not valid. [kPa]

    Parameters
    ----------
    recording : PressureRecording
        What to look at.
    start, stop : int
        Frames, half open; all of them by default.

    Returns
    -------
    (n,) array
        Maximum pressure image, as a list of sensors. [kPa, or counts]
    """
    if (start, stop) in {(0, None), (0, recording.n_frames)}:
        return recording.highest.astype(np.float64)
    frames = recording.pressure_kpa[start:stop]
    highest = frames.max(axis=0) if len(frames) else np.zeros(recording.layout.n_sensors)
    return np.where(np.asarray(recording.valid), highest, 0.0).astype(np.float64)


def total_force(recording: PressureRecording, sensors: BoolArray | None = None) -> FloatArray:
    """Sum of the force on all sensors in every frame. [N]

    Parameters
    ----------
    recording : PressureRecording
        What to add up.
    sensors : (n,) array of bool, optional
        Only these.

    Returns
    -------
    (t,) array
        Force. [N, or counts]
    """
    weight = recording.force_per_unit if sensors is None else recording.force_per_unit * sensors
    active = np.flatnonzero((maximum_pressure(recording) > 0) & (weight > 0))
    values = recording.pressure_kpa
    if values.dtype == np.float64 and np.all(recording.valid) and len(active) * _PICKED > recording.layout.n_sensors:
        return values @ weight
    force = np.zeros(recording.n_frames)
    for first in range(0, recording.n_frames, BLOCK_FRAMES):
        block = recording.pressure_kpa[first : first + BLOCK_FRAMES, active]
        force[first : first + BLOCK_FRAMES] = block.astype(np.float64, copy=False) @ weight[active]
    return force


def load_of(
    recording: PressureRecording, frames: tuple[int, int], active: IntArray, parts: FloatArray, loaded: float
) -> Load:
    """Add up what every part carries, in one pass over the frames.

    Parameters
    ----------
    recording : PressureRecording
        What to add up.
    frames : (start, stop)
        Half open.
    active : (m,) array of int
        The sensors of the foot that are ever loaded.
    parts : (m, k) array
        Share of each active sensor that belongs to each part, 0..1; column 0 is the whole.
    loaded : float
        Least pressure at which a sensor counts as touched; sensors at 0 never do. [kPa, or counts]

    Returns
    -------
    Load
        Over ``stop - start`` frames.
    """
    layout, start, t, k = recording.layout, frames[0], frames[1] - frames[0], parts.shape[1]
    force_per_unit = recording.force_per_unit[active, None] * parts
    columns = np.hstack(
        [force_per_unit, force_per_unit * layout.x_mm[active, None], force_per_unit * layout.y_mm[active, None]]
    )
    area = layout.area_mm2[active, None] * parts * CM2_PER_MM2
    sums, areas, peaks = np.zeros((t, 3 * k)), np.zeros((t, k)), np.zeros((t, k))
    members = [np.flatnonzero(parts[:, part] > 0) for part in range(k)]
    for first in range(0, t, BLOCK_FRAMES):
        rows = slice(first, min(first + BLOCK_FRAMES, t))
        block = recording.pressure_kpa[start + rows.start : start + rows.stop, active].astype(np.float64, copy=False)
        sums[rows] = block @ columns
        areas[rows] = ((block >= loaded) & (block > 0)).astype(np.float64) @ area
        for part, sensors in enumerate(members):
            if len(sensors):
                peaks[rows, part] = block[:, sensors].max(axis=1)
    return Load(*(frozen(a) for a in (sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k :], areas, peaks)))
