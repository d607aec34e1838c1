"""What the live view draws of a frame: force and centre of pressure, together and by foot, and the pressure image.

Only for looking at while something happens. Findings are worked out by `footload.analysis` from the recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from devices.profile import Profile

FIELDS: Final = (
    "cop_x_mm",
    "cop_y_mm",
    "force",
    "left_share",
    "left_x_mm",
    "left_y_mm",
    "right_x_mm",
    "right_y_mm",
    "left_shift",
    "right_shift",
    "depth_mm",
    "time_s",
)
"""What one sample holds, in order; what is not known is NaN. Shift (% of width) and depth come with biofeedback."""

TIME: Final = FIELDS.index("time_s")
MISSING: Final = 65535
"""Stands in a picture for a cell that cannot be believed."""
GREATEST: Final = MISSING - 1
LOADED_PART: Final = 1 / 160
"""A cell above this part of the device's range counts as loaded: 5 kPa of 800 kPa."""
LEAST_CELLS: Final = 4
"""Less load than so many just loaded cells together has no centre of pressure worth drawing."""
STRIP_MM: Final = 15.0
"""Feet that are further apart than this are told apart. [mm]"""
FADE: Final = 0.5
"""Where feet stood is forgotten within about this time. [s]"""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One frame as it is drawn.

    Parameters
    ----------
    sample : (12,) array of float32
        `FIELDS`.
    steps : (n,) array of uint16
        Pressure in steps of `Sampler.step`; `MISSING` for cells that cannot be believed.
    """

    sample: NDArray[np.float32]
    steps: NDArray[np.uint16]


class Sampler:
    """Turns the counts of one device into what is drawn.

    Left and right are parted by the empty strip between the feet, for somebody who faces the walking direction. Where
    there is no such strip there is one load, and no foot is named.

    Parameters
    ----------
    profile : Profile
        The device: with cells: its grid, its calibration, its dead cells.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.layout = profile.layout
        rows, cols = profile.grid
        self._x = self.layout.x_mm[:cols].astype(np.float64)
        y = self.layout.y_mm[::cols].astype(np.float64)
        calibration = profile.calibration
        area = float(self.layout.area_mm2[0]) * 1e-3 if calibration else 1.0  # kPa mm² to N; counts stay counts
        self._rows = np.stack([np.full(rows, area), area * y]).astype(np.float32)
        most = np.array([profile.count_max])
        self.greatest = float(calibration.pressure_kpa(most)[0] if calibration else most[0])
        self.step = self.greatest / GREATEST if calibration else max(self.greatest / GREATEST, 1.0)
        self._loaded = self.greatest * LOADED_PART
        self.least_force = LEAST_CELLS * self._loaded * area
        self._dead = np.zeros((rows, cols), bool)
        for row, col in profile.cells.unused(profile.grid) if profile.cells else ():
            self._dead[row, col] = True
        self._recent = np.zeros(cols, np.float32)
        self._fade = 0.05 ** (1 / max(profile.time.rate_hz * FADE, 1.0))
        self._zero: FloatArray | float = 0.0

    def pressure(self, counts: IntArray) -> NDArray[np.float32]:
        """Pressure of counts before zeroing. [kPa], or counts where the device is not calibrated

        Parameters
        ----------
        counts : (n,) array
            Of one frame.

        Returns
        -------
        (n,) array
            Same order.
        """
        calibration = self.profile.calibration
        return counts.astype(np.float32) if calibration is None else calibration.pressure_kpa(counts)

    def zero(self, pressure: FloatArray | float) -> None:
        """Take a pressure for nothing from now on.

        Parameters
        ----------
        pressure : (n,) array or float
            Mean of the empty device; 0 takes everything as it comes.
        """
        self._zero = pressure

    def zeroed(self, counts: IntArray) -> NDArray[np.float32]:
        """Pressure of counts as it is shown. [kPa], or counts where the device is not calibrated

        Parameters
        ----------
        counts : (n,) array
            Of one frame.

        Returns
        -------
        (n,) array
            Zeroed, never less than nothing; dead cells carry nothing.
        """
        pressure = np.maximum(self.pressure(counts) - self._zero, 0.0)
        pressure[self._dead.ravel()] = 0.0
        return pressure

    def picture(self, counts: IntArray, time_s: float) -> Picture:
        """Work out what is drawn of one frame.

        Parameters
        ----------
        counts : (n,) array
            Of one frame.
        time_s : float
            When it was taken, since the device was connected. [s]

        Returns
        -------
        Picture
            Its sample and its image.
        """
        pressure = self.zeroed(counts).reshape(self.profile.grid)
        by_column = (self._rows @ pressure).astype(np.float64)
        self._recent = np.maximum(self._recent * self._fade, pressure.max(axis=0))
        split = self._split()
        sample = np.full(len(FIELDS), np.nan, np.float32)
        sample[TIME] = time_s
        force, x, y = self._center(by_column, slice(None))
        sample[:3] = x, y, force
        if split is not None:
            left, left_x, left_y = self._center(by_column, slice(0, split))
            _, right_x, right_y = self._center(by_column, slice(split, None))
            if force >= self.least_force:
                sample[3:8] = left / force, left_x, left_y, right_x, right_y
        # A device that counts further than 16 bits is shown in steps of more than one count.
        steps = np.minimum(pressure * (1 / self.step) + 0.5, GREATEST).astype(np.uint16)
        steps[self._dead] = MISSING
        return Picture(sample, steps.ravel())

    def _center(self, by_column: FloatArray, columns: slice) -> tuple[float, float, float]:
        force = float(by_column[0, columns].sum())
        if force < self.least_force:
            return force, float("nan"), float("nan")
        x = float(by_column[0, columns] @ self._x[columns]) / force
        return force, x, float(by_column[1, columns].sum()) / force

    def _split(self) -> int | None:
        """First column right of the widest empty strip between loaded ones; None where the feet touch."""
        loaded = np.flatnonzero(self._recent > self._loaded)
        if len(loaded) < 2:
            return None
        gaps = np.diff(loaded)
        widest = int(gaps.argmax())
        if (gaps[widest] - 1) * self.layout.pitch_mm[0] < STRIP_MM:
            return None
        return int(loaded[widest] + loaded[widest + 1] + 1) // 2


def gap_row(time_s: float) -> NDArray[np.float32]:
    """A sample that says that there are none here; lines are broken at it.

    Parameters
    ----------
    time_s : float
        Where. [s]

    Returns
    -------
    (12,) array of float32
        NaN everywhere but in its time.
    """
    row = np.full(len(FIELDS), np.nan, np.float32)
    row[TIME] = time_s
    return row
