"""A foot as a handful of round Gaussian blobs: under any heading its pressure on every cell is known by formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, cast

import numpy as np
from scipy.special import erf

from footload.arrays import FloatArray
from footload.recordings import SensorLayout
from footload.trials import Side

HALLUX: Final = "hallux"
LESSER_TOES: Final = "lesser toes"
MIDFOOT: Final = "midfoot"
MEDIAL_HEEL: Final = "medial heel"
LATERAL_HEEL: Final = "lateral heel"
REGIONS: Final = (HALLUX, LESSER_TOES, "m1", "m2", "m3", "m4", "m5", MIDFOOT, MEDIAL_HEEL, LATERAL_HEEL)
"""The ten regions a synthetic foot knows its forces of."""


class Blob(NamedTuple):
    """One round patch of load.

    Parameters
    ----------
    name : str
        What it stands for.
    along, medial : float
        Place in foot lengths from heel to toe, and in foot widths from the middle to the medial side.
    sigma_mm : float
        Standard deviation. [mm]
    share : float
        Its part in walking, beside those of the others.
    region : str
        One of `REGIONS`.
    on, peak, off : float
        Fractions of the contact at which its load begins, is highest and ends.
    """

    name: str
    along: float
    medial: float
    sigma_mm: float
    share: float
    region: str
    on: float
    peak: float
    off: float


BLOBS: Final = (
    Blob("medial heel", 0.10, 0.12, 11.5, 1.0, MEDIAL_HEEL, -0.02, 0.14, 0.62),
    Blob("lateral heel", 0.10, -0.14, 11.5, 0.95, LATERAL_HEEL, -0.02, 0.13, 0.60),
    Blob("central heel, medial half", 0.16, 0.0, 12.0, 0.35, MEDIAL_HEEL, 0.0, 0.18, 0.64),
    Blob("central heel, lateral half", 0.16, 0.0, 12.0, 0.35, LATERAL_HEEL, 0.0, 0.18, 0.64),
    Blob("rear midfoot", 0.30, -0.20, 10.0, 0.35, MIDFOOT, 0.06, 0.32, 0.74),
    Blob("middle midfoot", 0.40, -0.25, 10.0, 0.38, MIDFOOT, 0.08, 0.38, 0.78),
    Blob("front midfoot", 0.50, -0.24, 10.0, 0.40, MIDFOOT, 0.10, 0.45, 0.82),
    Blob("m5", 0.60, -0.34, 8.5, 0.45, "m5", 0.12, 0.58, 0.92),
    Blob("m4", 0.645, -0.20, 8.5, 0.62, "m4", 0.12, 0.66, 0.95),
    Blob("m3", 0.68, -0.05, 9.0, 0.85, "m3", 0.13, 0.72, 0.97),
    Blob("m2", 0.70, 0.10, 9.0, 1.0, "m2", 0.14, 0.76, 0.98),
    Blob("m1", 0.69, 0.29, 10.0, 0.95, "m1", 0.15, 0.77, 0.98),
    Blob("toe 1", 0.90, 0.24, 8.5, 0.75, HALLUX, 0.35, 0.84, 1.01),
    Blob("toe 2", 0.90, 0.06, 5.0, 0.16, LESSER_TOES, 0.40, 0.84, 1.0),
    Blob("toe 3", 0.87, -0.08, 4.5, 0.12, LESSER_TOES, 0.40, 0.83, 1.0),
    Blob("toe 4", 0.83, -0.20, 4.5, 0.09, LESSER_TOES, 0.40, 0.82, 0.99),
    Blob("toe 5", 0.78, -0.31, 4.0, 0.06, LESSER_TOES, 0.38, 0.80, 0.98),
)
"""A plausible adult foot; its numbers are chosen, not measured. The central heel is half on each side."""

_COLUMNS: Final = {
    column: np.array([getattr(blob, column) for blob in BLOBS])
    for column in ("along", "medial", "sigma_mm", "share", "on", "peak", "off")
}
_STANDING_PARTS: Final = {"heel": 0.57, "midfoot": 0.08, "forefoot": 0.29, "toes": 0.06}


@dataclass(frozen=True, slots=True)
class AxisTruth:
    """The true axis of a synthetic foot: from the heel centre through the second metatarsal head.

    Parameters
    ----------
    heel_mm : (x, y)
        Midway between the medial and the lateral heel, in the plate frame. [mm]
    forefoot_mm : (x, y)
        Second metatarsal head, in the plate frame. [mm]
    side : Side
        Which foot; decides where medial is.
    """

    heel_mm: tuple[float, float]
    forefoot_mm: tuple[float, float]
    side: Side

    @property
    def angle_deg(self) -> float:
        """Angle of the axis from +y, counter-clockwise. [deg]"""
        along = self.along
        return float(np.degrees(np.arctan2(-along[0], along[1])))

    @property
    def along(self) -> FloatArray:
        """Unit vector toward the toes, in the plate frame."""
        difference = np.subtract(self.forefoot_mm, self.heel_mm)
        return difference / np.hypot(*difference)

    @property
    def medial(self) -> FloatArray:
        """Unit vector toward the medial side, in the plate frame."""
        x, y = self.along
        return np.array([y, -x]) if self.side is Side.LEFT else np.array([-y, x])


@dataclass(frozen=True, slots=True)
class SyntheticFoot:
    """A foot of known side, place, heading and pronation.

    Parameters
    ----------
    side : Side
        Which foot; medial is +x for a left foot that walks along +y, and -x for a right one.
    length_mm, width_mm : float
        Foot length and width. [mm]
    pronation : float
        -1 to 1: above 0 loads the medial side more, each blob by ``exp(2 * pronation * medial)``.
    place_mm : (x, y)
        Middle of the foot in the plate frame. [mm]
    heading_deg : float
        Direction of the toes from +y, counter-clockwise. [deg]

    Raises
    ------
    ValueError
        When a size is not positive or the pronation is not within -1 and 1.
    """

    side: Side
    length_mm: float = 260.0
    width_mm: float = 95.0
    pronation: float = 0.0
    place_mm: tuple[float, float] = (0.0, 0.0)
    heading_deg: float = 0.0

    def __post_init__(self) -> None:
        for name in ("length_mm", "width_mm"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, but a foot has a {name} above 0 mm.")
        if not -1 <= self.pronation <= 1:
            raise ValueError(f"pronation is {self.pronation:g}, but it goes from -1 (supinated) to 1 (pronated).")

    def to_plate_mm(self, along_mm: FloatArray, medial_mm: FloatArray) -> FloatArray:
        """Points of the foot in the plate frame. [mm]

        Parameters
        ----------
        along_mm, medial_mm : (k,) array
            From the middle of the foot toward the toes and toward the medial side. [mm]

        Returns
        -------
        (k, 2) array
            x and y. [mm]
        """
        heading = np.radians(self.heading_deg)
        right = medial_mm if self.side is Side.LEFT else -medial_mm
        x = self.place_mm[0] - np.sin(heading) * along_mm + np.cos(heading) * right
        y = self.place_mm[1] + np.cos(heading) * along_mm + np.sin(heading) * right
        return np.column_stack([x, y])

    @property
    def centers_mm(self) -> FloatArray:
        """(k, 2) centres of the blobs in the plate frame, in the order of `BLOBS`. [mm]"""
        return self.to_plate_mm(
            (_COLUMNS["along"] - 0.5) * self.length_mm,
            _COLUMNS["medial"] * self.width_mm,
        )

    @property
    def axis(self) -> AxisTruth:
        """The true axis."""
        centers = dict(zip((blob.name for blob in BLOBS), self.centers_mm, strict=True))
        heel = (centers["medial heel"] + centers["lateral heel"]) / 2
        forefoot = centers["m2"]
        return AxisTruth((float(heel[0]), float(heel[1])), (float(forefoot[0]), float(forefoot[1])), self.side)

    def walking_weights(self, stance: FloatArray) -> FloatArray:
        """Part of the force that each blob carries while walking.

        Parameters
        ----------
        stance : (t,) array
            Fraction of the contact, above 0 and below 1.

        Returns
        -------
        (t, k) array
            Rows sum to 1.
        """
        s = np.asarray(stance)[:, None]
        on, peak, off = _COLUMNS["on"], _COLUMNS["peak"], _COLUMNS["off"]
        rise = np.sin(np.pi / 2 * np.clip((s - on) / (peak - on), 0, 1)) ** 2
        fall = np.cos(np.pi / 2 * np.clip((s - peak) / (off - peak), 0, 1)) ** 2
        activity = _COLUMNS["share"] * rise * fall * self._tilt
        return activity / activity.sum(axis=1, keepdims=True)

    @property
    def standing_weights(self) -> FloatArray:
        """(k,) part of the force of each blob in quiet standing: heel 57 %, forefoot 29 % before pronation."""
        parts = np.array([_part(blob.region) for blob in BLOBS])
        weights = np.empty(len(BLOBS))
        for part, of_all in _STANDING_PARTS.items():
            inside = parts == part
            weights[inside] = of_all * _COLUMNS["share"][inside] / _COLUMNS["share"][inside].sum()
        weights *= self._tilt
        return weights / weights.sum()

    @property
    def _tilt(self) -> FloatArray:
        return np.exp(2 * self.pronation * _COLUMNS["medial"])

    def on_cells(self, layout: SensorLayout) -> FloatArray:
        """Part of each blob that every cell carries.

        Parameters
        ----------
        layout : SensorLayout
            The cells.

        Returns
        -------
        (k, n) array
            Rows sum to 1 but for what lies beside the mat.
        """
        return cell_weights(self.centers_mm, _COLUMNS["sigma_mm"], layout)


def _part(region: str) -> str:
    if region in {HALLUX, LESSER_TOES}:
        return "toes"
    if region in {MEDIAL_HEEL, LATERAL_HEEL}:
        return "heel"
    return "midfoot" if region == MIDFOOT else "forefoot"


def cell_weights(centers_mm: FloatArray, sigma_mm: FloatArray, layout: SensorLayout) -> FloatArray:
    """Part of each round Gaussian that every cell carries, by its exact integral.

    Parameters
    ----------
    centers_mm : (k, 2) array
        Centres in the plate frame. [mm]
    sigma_mm : (k,) array
        Standard deviations. [mm]
    layout : SensorLayout
        A grid, or free sensors, each of which then counts as a square of its own area.

    Returns
    -------
    (k, n) array
        Between 0 and 1.

    Notes
    -----
    A round Gaussian is a product of one in x and one in y, so a cell's part is
    ``(Phi(right) - Phi(left)) * (Phi(top) - Phi(bottom))``.
    """
    if layout.grid is None:
        half = np.sqrt(layout.area_mm2) / 2
        along_x = _between(layout.x_mm - half, layout.x_mm + half, centers_mm[:, 0], sigma_mm)
        return along_x * _between(layout.y_mm - half, layout.y_mm + half, centers_mm[:, 1], sigma_mm)
    rows, cols = layout.grid
    pitch_x, pitch_y = layout.pitch_mm
    x, y = layout.x_mm[:cols], layout.y_mm[::cols]
    along_x = _between(x - pitch_x / 2, x + pitch_x / 2, centers_mm[:, 0], sigma_mm)
    along_y = _between(y - pitch_y / 2, y + pitch_y / 2, centers_mm[:, 1], sigma_mm)
    return (along_y[:, :, None] * along_x[:, None, :]).reshape(len(centers_mm), rows * cols)


def _between(low: FloatArray, high: FloatArray, center: FloatArray, sigma: FloatArray) -> FloatArray:
    scale = np.sqrt(2) * sigma[:, None]
    upper = cast("FloatArray", erf((high - center[:, None]) / scale))
    return (upper - cast("FloatArray", erf((low - center[:, None]) / scale))) / 2


def region_forces(blob_force_n: FloatArray) -> dict[str, FloatArray]:
    """Force of each region from the forces of the blobs. [N]

    Parameters
    ----------
    blob_force_n : (t, k) array
        In the order of `BLOBS`. [N]

    Returns
    -------
    dict of (t,) array
        By the names in `REGIONS`. [N]
    """
    of = np.array([blob.region for blob in BLOBS])
    return {region: blob_force_n[:, of == region].sum(axis=1) for region in REGIONS}
