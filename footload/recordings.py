"""What sensors saw: pressure, force and markers, each with its geometry, its unit and its history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

import numpy as np

from footload.arrays import BoolArray, FloatArray, check_shape, check_times, frozen, frozen_floats
from footload.units import N_PER_KPA_MM2


class Side(StrEnum):
    """Which foot."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        """The other foot."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


UNKNOWN_DEVICE_MM = (-np.inf, -np.inf, np.inf, np.inf)
"""The extent of a device of which a file shows a window without saying where it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class SensorLayout:
    """Where the sensors of a mat or an insole are, in the plate frame.

    The plate frame has its origin at the corner of the first sensor of the device, +x along columns to the right
    of the walking direction, +y along rows in the walking direction.

    Parameters
    ----------
    x_mm, y_mm : (n,) array
        Sensor centres. [mm]
    area_mm2 : (n,) array
        Sensor areas, all positive. [mm²]
    grid : (rows, cols), optional
        Given where the sensors form a rectangle: sensor ``row * cols + col``, row 0 at the smallest y.
    device_mm : (x_low, y_low, x_high, y_high), optional
        Edges of the whole device, where a file lists only the window that was loaded; infinite where they are not
        known. By default the grid is the whole device. [mm]

    Raises
    ------
    ValueError
        When lengths differ, an area is not positive, or the grid does not hold that many sensors.
    """

    x_mm: FloatArray
    y_mm: FloatArray
    area_mm2: FloatArray
    grid: tuple[int, int] | None = None
    device_mm: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("x_mm", "y_mm", "area_mm2"):
            object.__setattr__(self, name, frozen_floats(name, getattr(self, name)))
        n = len(self.x_mm)
        for name in ("y_mm", "area_mm2"):
            check_shape(name, getattr(self, name), (n,), f"{n} sensors in x_mm")
        if not np.isfinite(self.x_mm).all() or not np.isfinite(self.y_mm).all():
            raise ValueError("A sensor position is not finite; every sensor needs a place in mm.")
        if not (self.area_mm2 > 0).all():
            worst = float(np.nanmin(self.area_mm2)) if n else 0.0
            raise ValueError(f"The smallest sensor area is {worst:g} mm², but every area has to be above 0.")
        if self.grid is not None and self.grid[0] * self.grid[1] != n:
            raise ValueError(f"A grid of {self.grid[0]} x {self.grid[1]} does not hold {n} sensors.")

    @property
    def n_sensors(self) -> int:
        """Number of sensors."""
        return len(self.x_mm)

    @property
    def pitch_mm(self) -> tuple[float, float]:
        """Distance between columns and between rows of a grid; for free sensors the root of their median area. [mm]"""
        if self.grid is None:
            side = float(np.sqrt(np.median(self.area_mm2)))
            return side, side
        rows, cols = self.grid
        area = float(self.area_mm2[0])
        dx = float(self.x_mm[1] - self.x_mm[0]) if cols > 1 else 0.0
        dy = float(self.y_mm[cols] - self.y_mm[0]) if rows > 1 else 0.0
        if not dx:
            dx = area / dy if dy else float(np.sqrt(area))
        return dx, dy or area / dx

    @classmethod
    def rectangle(
        cls,
        rows: int,
        cols: int,
        pitch_mm: float | tuple[float, float],
        origin_mm: tuple[float, float] = (0.0, 0.0),
        device_mm: tuple[float, float, float, float] | None = None,
    ) -> SensorLayout:
        """Make a grid of equal cells that touch each other.

        Parameters
        ----------
        rows, cols : int
            Number of cells along y and along x.
        pitch_mm : float or (x, y)
            Size of a cell. [mm]
        origin_mm : (x, y)
            Corner of the first cell, not its centre. [mm]
        device_mm : (x_low, y_low, x_high, y_high), optional
            Edges of the whole device, where the grid is a window of it. [mm]

        Returns
        -------
        SensorLayout
            Row 0 has the smallest y.
        """
        pitch_x, pitch_y = (pitch_mm, pitch_mm) if isinstance(pitch_mm, int | float) else pitch_mm
        x = origin_mm[0] + (np.arange(cols) + 0.5) * pitch_x
        y = origin_mm[1] + (np.arange(rows) + 0.5) * pitch_y
        return cls(
            np.tile(x, rows), np.repeat(y, cols), np.full(rows * cols, pitch_x * pitch_y), (rows, cols), device_mm
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Stepped:
    """What has a history: the next one is made of it, it stays as it is."""

    def with_step(self, step: str, **changes: Any) -> Self:
        """Make the next recording: the same with changes and one more line of history.

        Parameters
        ----------
        step : str
            What was done, with its parameters.
        **changes
            Fields that change.

        Returns
        -------
        recording
            A new one of the same kind; this one stays as it is.
        """
        earlier: tuple[str, ...] = getattr(self, "history", ())
        return replace(self, **{**changes, "history": (*earlier, step)})


@dataclass(frozen=True, slots=True, eq=False)
class PressureRecording(_Stepped):
    """Pressure on every sensor over time.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    pressure_kpa : (t, n) array
        Pressure, finite where `valid`, below 0 where the device said so; float32 stays. [kPa], or counts when not
        `calibrated`.
    layout : SensorLayout
        The n sensors.
    valid : (n,) array of bool, optional
        False for sensors that are dead or do not exist; they never count. All True by default.
    source : str
        Where it came from: device or file format, never a person.
    calibrated : bool
        False when the values are device counts.
    side : Side, optional
        The foot that all of it is of, where that is known; None otherwise.
    history : tuple of str
        One line for each step since the bytes.
    ceiling : float
        Highest value that the device can give; NaN where it is not known. [kPa, or counts]
    maxima_only : bool
        True when the only frame holds the highest pressure of every sensor over some time, and no moment of it.
    in_shoe : bool
        True for an insole, whose y runs from its heel to its toes.

    Raises
    ------
    ValueError
        When shapes do not fit each other, times do not rise, there are maxima of more than one frame, or a valid
        sensor has a NaN or infinite value.
    """

    time_s: FloatArray
    pressure_kpa: FloatArray
    layout: SensorLayout
    valid: BoolArray | None = None
    source: str = ""
    calibrated: bool = True
    side: Side | None = None
    history: tuple[str, ...] = ()
    ceiling: float = float("nan")
    maxima_only: bool = False
    in_shoe: bool = False
    highest: FloatArray = field(init=False, repr=False)  # (n,) pressure that each sensor ever saw; 0 where not valid

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen_floats("time_s", self.time_s))
        object.__setattr__(self, "pressure_kpa", frozen_floats("pressure_kpa", self.pressure_kpa, keep_float32=True))
        check_times("time_s", self.time_s)
        t, n = len(self.time_s), self.layout.n_sensors
        check_shape("pressure_kpa", self.pressure_kpa, (t, n), f"{t} times on {n} sensors")
        if self.maxima_only and t != 1:
            raise ValueError(f"maxima_only is said of {t} frames, but a picture of highest pressures is one frame.")
        valid = np.ones(n, bool) if self.valid is None else np.asarray(self.valid, bool)
        check_shape("valid", valid, (n,), f"{n} sensors")
        object.__setattr__(self, "valid", frozen(valid))
        # Lowest and highest of every sensor show what is not finite without a second copy of a long recording.
        lowest, highest = (of(self.pressure_kpa, axis=0, initial=0.0) for of in (np.min, np.max))
        object.__setattr__(self, "highest", frozen(np.where(valid, highest, 0.0)))
        if not (np.isfinite(lowest) & np.isfinite(highest))[valid].all():
            raise ValueError(
                "pressure_kpa holds NaN or infinite values on sensors that are said to be valid; "
                "mark such sensors as not valid instead."
            )

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return len(self.time_s)

    @property
    def frame_s(self) -> float:
        """Median time between frames; NaN with fewer than two frames. [s]"""
        return float(np.median(np.diff(self.time_s))) if self.n_frames > 1 else float("nan")

    @property
    def sampling_rate_hz(self) -> float:
        """Frames per second, from the median time between frames. [Hz]"""
        return 1.0 / self.frame_s

    @property
    def pressure_unit(self) -> str:
        """``kPa``, or ``counts`` when the device was never calibrated."""
        return "kPa" if self.calibrated else "counts"

    @property
    def force_unit(self) -> str:
        """``N``, or ``counts`` when the device was never calibrated."""
        return "N" if self.calibrated else "counts"

    @property
    def force_per_unit(self) -> FloatArray:
        """(n,) what one unit of pressure on a sensor adds to the force; 0 on sensors that are not valid. [N/kPa]

        Counts of an uncalibrated device are added up as they are, so the factor is 1 there.
        """
        valid = np.asarray(self.valid, bool)
        factor = self.layout.area_mm2 * N_PER_KPA_MM2 if self.calibrated else np.ones(self.layout.n_sensors)
        return np.where(valid, factor, 0.0)

    @property
    def images(self) -> FloatArray:
        """(t, rows, cols) view of a grid; row 0 has the smallest y. [kPa]"""
        if self.layout.grid is None:
            raise ValueError("This device has free sensor positions, so it has no images; use pressure_kpa.")
        return self.pressure_kpa.reshape(self.n_frames, *self.layout.grid)


@dataclass(frozen=True, slots=True, eq=False)
class PlateGeometry:
    """A force plate's place in the lab frame.

    Parameters
    ----------
    corners_mm : (4, 3) array
        Corners at the top surface, in the order of the C3D convention: (+x, +y), (-x, +y), (-x, -y), (+x, -y). [mm]
    """

    corners_mm: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "corners_mm", frozen_floats("corners_mm", self.corners_mm))
        check_shape("corners_mm", self.corners_mm, (4, 3), "four corners with x, y and z")


@dataclass(frozen=True, slots=True, eq=False)
class ForceRecording(_Stepped):
    """Force of the ground on the person, and its moment about the plate's centre at the top surface.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    force_n : (t, 3) array
        Standing is +z. [N]
    moment_nmm : (t, 3) array
        About the plate's centre at its top surface. [N·mm]
    plate : PlateGeometry
        Where the plate is.
    source : str
        Where it came from.
    history : tuple of str
        One line for each step since the bytes.
    side : Side, optional
        The foot on the plate, where the file or a person says so; None when not known, or for both feet.

    Raises
    ------
    ValueError
        When shapes do not fit each other or times do not rise.
    """

    time_s: FloatArray
    force_n: FloatArray
    moment_nmm: FloatArray
    plate: PlateGeometry
    source: str = ""
    history: tuple[str, ...] = ()
    side: Side | None = None

    def __post_init__(self) -> None:
        for name in ("time_s", "force_n", "moment_nmm"):
            object.__setattr__(self, name, frozen_floats(name, getattr(self, name)))
        check_times("time_s", self.time_s)
        t = len(self.time_s)
        for name in ("force_n", "moment_nmm"):
            check_shape(name, getattr(self, name), (t, 3), f"{t} times with x, y and z")

    @property
    def n_frames(self) -> int:
        """Number of samples."""
        return len(self.time_s)


@dataclass(frozen=True, slots=True, eq=False)
class MarkerRecording(_Stepped):
    """Places of markers or joint centres over time, in the lab frame.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    positions_mm : (t, m, 3) array
        NaN where a marker was not seen. [mm]
    labels : tuple of str
        The m names, each once.
    source : str
        Where it came from.
    history : tuple of str
        One line for each step since the file.

    Raises
    ------
    ValueError
        When shapes do not fit each other, times do not rise, or a label stands twice.
    """

    time_s: FloatArray
    positions_mm: FloatArray
    labels: tuple[str, ...]
    source: str = ""
    history: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("time_s", "positions_mm"):
            object.__setattr__(self, name, frozen_floats(name, getattr(self, name)))
        check_times("time_s", self.time_s)
        t, m = len(self.time_s), len(self.labels)
        check_shape("positions_mm", self.positions_mm, (t, m, 3), f"{t} times of {m} labels with x, y and z")
        if len(set(self.labels)) != m:
            twice = sorted({label for label in self.labels if self.labels.count(label) > 1})
            raise ValueError(f"Marker labels have to be different, but these stand twice: {', '.join(twice)}.")

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return len(self.time_s)

    def of(self, label: str) -> FloatArray:
        """(t, 3) positions of one marker. [mm]

        Parameters
        ----------
        label : str
            One of `labels`.

        Returns
        -------
        (t, 3) array
            NaN where the marker was not seen. [mm]

        Raises
        ------
        KeyError
            When there is no such marker; the message lists those there are.
        """
        if label not in self.labels:
            raise KeyError(f"There is no marker {label!r}; there are: {', '.join(self.labels)}.")
        return self.positions_mm[:, self.labels.index(label)]


Recording = PressureRecording | ForceRecording | MarkerRecording
"""Anything that a trial can hold."""
