"""The cells of a Moticon insole: where they are, how large they are, and what the file itself says about its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import PlateGeometry, SensorLayout, Side

N_CELLS: Final = 16

_FORWARD: Final = np.array(
    [
        -0.404,
        -0.417,
        -0.266,
        -0.287,
        -0.125,
        -0.152,
        0.080,
        -0.012,
        0.256,
        0.241,
        0.226,
        0.207,
        0.170,
        0.413,
        0.408,
        0.360,
    ]
)
_MEDIAL: Final = np.array(
    [
        0.109,
        -0.166,
        0.089,
        -0.225,
        0.061,
        -0.273,
        0.242,
        -0.392,
        0.274,
        0.064,
        -0.116,
        -0.295,
        -0.462,
        0.178,
        -0.082,
        -0.311,
    ]
)
"""Cell centres as shares of the insole's length and width, from its middle. Derived: in every frame of the exports that
were examined (two sizes, both sides) the file's own center of pressure is the force-weighted mean of these places,
within 0.001."""

_SHARE: Final = np.array(
    [
        0.0602,
        0.0537,
        0.0652,
        0.0641,
        0.0639,
        0.0633,
        0.0880,
        0.0888,
        0.0764,
        0.0606,
        0.0608,
        0.0617,
        0.0503,
        0.0495,
        0.0615,
        0.0320,
    ]
)
"""Each cell's share of the area. Derived the same way from the total force: within 0.3 % of it, for both sizes."""

_FILL: Final = 0.73
"""Area of an insole's outline as a share of its length times its width; unverified."""

_LENGTH_PER_WIDTH: Final = 3.0
"""Unverified; no file states an insole's length."""

LEAST_FORCE_N: Final = 100.0
"""An insole's size is told only by frames with more force than this. [N]"""


@dataclass(frozen=True, slots=True)
class InsoleSize:
    """How large an insole is.

    Parameters
    ----------
    area_mm2 : float
        All cells together, with the gaps between them. [mm²]
    worst_n : float
        How far pressure times area is from the file's own total force at most. [N]
    """

    area_mm2: float
    worst_n: float

    @property
    def length_mm(self) -> float:
        """Estimated from the area; unverified. [mm]"""
        return float(np.sqrt(self.area_mm2 / _FILL * _LENGTH_PER_WIDTH))

    @property
    def width_mm(self) -> float:
        """Estimated from the area; unverified. [mm]"""
        return self.length_mm / _LENGTH_PER_WIDTH

    def layout(self, side: Side) -> SensorLayout:
        """Where the cells of one insole are.

        Parameters
        ----------
        side : Side
            Which foot.

        Returns
        -------
        SensorLayout
            From the corner of the box around the insole: x to the right, y toward the toes.
        """
        to_right = 1.0 if side is Side.LEFT else -1.0  # medial is to the right of a left foot
        return SensorLayout(
            (0.5 + to_right * _MEDIAL) * self.width_mm,
            (0.5 + _FORWARD) * self.length_mm,
            _SHARE / _SHARE.sum() * self.area_mm2,
        )

    def plate(self) -> PlateGeometry:
        """The box around the insole as a force plate.

        Returns
        -------
        PlateGeometry
            In the frame of the layout.
        """
        x, y = self.width_mm, self.length_mm
        return PlateGeometry(np.array([[x, y, 0.0], [0.0, y, 0.0], [0.0, 0.0, 0.0], [x, 0.0, 0.0]]))

    def moments_nmm(self, side: Side, force_n: FloatArray, cop: FloatArray) -> FloatArray:
        """Moments about the middle of the box from the device's own force and center of pressure. [N·mm]

        Parameters
        ----------
        side : Side
            Which foot.
        force_n : (t,) array
            Total force. [N]
        cop : (t, 2) array
            Forward and medial, as shares of length and width; both 0 where the device gives none.

        Returns
        -------
        (t, 3) array
            NaN where the device gives no center of pressure. [N·mm]
        """
        to_right = 1.0 if side is Side.LEFT else -1.0
        y_mm, x_mm = cop[:, 0] * self.length_mm, to_right * cop[:, 1] * self.width_mm
        moments = np.column_stack([y_mm * force_n, -x_mm * force_n, np.zeros(len(force_n))])
        moments[(cop == 0).all(axis=1) & (force_n > 0)] = np.nan
        return moments


def size_of(pressure_kpa: FloatArray, force_n: FloatArray) -> InsoleSize | None:
    """An insole's size from its cells and the total force that the device computed from them.

    Parameters
    ----------
    pressure_kpa : (t, 16) array
        The cells. [kPa]
    force_n : (t,) array
        The file's total force; NaN where it gives none. [N]

    Returns
    -------
    InsoleSize or None
        None when the insole was never loaded enough to tell.
    """
    per_mm2 = pressure_kpa @ (_SHARE / _SHARE.sum()) * 1e-3
    usable = np.isfinite(force_n) & (force_n >= LEAST_FORCE_N) & (per_mm2 > 0)
    if not usable.any():
        return None
    per_mm2, force_n = per_mm2[usable], force_n[usable]
    area_mm2 = float(per_mm2 @ force_n / (per_mm2 @ per_mm2))
    return InsoleSize(area_mm2, float(np.abs(per_mm2 * area_mm2 - force_n).max()))
