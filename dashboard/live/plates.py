"""What the live view draws of force plates: each plate's force and centre of pressure, all together, and by foot.

Plates that measure faster than a screen can show are averaged over neighbouring frames, for looking only: recordings
keep every frame. Findings are worked out by `footload.analysis` from the recording.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.live.samples import FIELDS, TIME
from devices.wrench import force_recordings
from footload.arrays import FloatArray
from footload.plates.pressure_center import LEAST_FORCE_N, center_of_pressure_mm, load_n
from footload.recordings import ForceRecording, PlateGeometry, Side

if TYPE_CHECKING:
    from devices.parts import Counts
    from devices.profile import Profile

SHOWN_HZ: Final = 100.0
"""Plates are shown at about this rate. [Hz]"""
APART_MM: Final = 20.0
"""Between plates that are drawn side by side because nobody knows where they stand. [mm]"""
OWN_FIELDS: Final = ("force", "x_mm", "y_mm")
_SIDE_FIELDS: Final = {
    Side.LEFT: (FIELDS.index("left_x_mm"), FIELDS.index("left_y_mm")),
    Side.RIGHT: (FIELDS.index("right_x_mm"), FIELDS.index("right_y_mm")),
}
_SHARE: Final = FIELDS.index("left_share")


@dataclass(frozen=True, slots=True)
class DrawnPlate:
    """One plate as it is drawn.

    Parameters
    ----------
    name : str
        What people call it.
    corners_mm : tuple of (x, y)
        Where it is drawn. [mm]
    side : Side, optional
        The foot of somebody who stands on two plates and faces +y.
    """

    name: str
    corners_mm: tuple[tuple[float, float], ...]
    side: Side | None


class PlateSampler:
    """Turns the counts of a force device into what is drawn.

    Of two plates side by side the one with the smaller x is the left foot's, for somebody who faces the walking
    direction. On one plate, and on more than two, no foot is named.

    Parameters
    ----------
    profile : Profile
        The device: with channels and plates in known units.

    Raises
    ------
    ProfileError
        When the profile does not say what the channels mean.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        empty = force_recordings(profile, np.zeros((2, profile.n_values)), np.arange(2.0))
        self.n_together = max(round(profile.time.rate_hz / SHOWN_HZ), 1)
        self.rate_hz = profile.time.rate_hz / self.n_together
        self.placed, geometries = _side_by_side([each.plate for each in empty])
        self._plates = geometries
        names = [board.name or f"plate {k}" for k, board in enumerate(profile.plate, 1)]
        self.drawn = tuple(
            DrawnPlate(name, tuple((float(x), float(y)) for x, y, _ in plate.corners_mm), side)
            for name, plate, side in zip(names, geometries, _sides(geometries), strict=True)
        )
        self.fields = (*FIELDS, *(f"plate_{k + 1}_{name}" for k in range(len(names)) for name in OWN_FIELDS))
        self._zero = np.zeros((len(names), 6))

    def wrenches(self, counts: Counts) -> FloatArray:
        """Force and moment of each plate before zeroing.

        Parameters
        ----------
        counts : (k, n) array
            Frames as the device sends them.

        Returns
        -------
        (k, plates, 6) array
            On the person, about the plate's centre; NaN for what is not measured. [N, N·mm]
        """
        made = force_recordings(self.profile, counts, np.arange(len(counts), dtype=np.float64))
        return np.stack([np.hstack([each.force_n, each.moment_nmm]) for each in made], axis=1)

    def zero(self, wrenches: FloatArray) -> None:
        """Take a load for nothing from now on.

        Parameters
        ----------
        wrenches : (plates, 6) array
            Mean of the empty plates. [N, N·mm]
        """
        self._zero = np.nan_to_num(wrenches)

    def samples(self, wrenches: FloatArray, time_s: FloatArray) -> NDArray[np.float32]:
        """Work out what is drawn.

        Parameters
        ----------
        wrenches : (m, plates, 6) array
            From `wrenches`, averaged where there are many. [N, N·mm]
        time_s : (m,) array
            Rising, since the devices were connected. [s]

        Returns
        -------
        (m, fields) array of float32
            `fields`.
        """
        found = np.full((len(time_s), len(self.fields)), np.nan, np.float32)
        found[:, TIME] = time_s
        zeroed = wrenches - self._zero
        loads, places = np.zeros(zeroed.shape[:2]), np.full((*zeroed.shape[:2], 2), np.nan)
        for k, plate in enumerate(self._plates):
            one = ForceRecording(np.arange(len(time_s), dtype=np.float64), zeroed[:, k, :3], zeroed[:, k, 3:], plate)
            loads[:, k], places[:, k] = load_n(one), center_of_pressure_mm(one)[:, :2]
            at = len(FIELDS) + len(OWN_FIELDS) * k
            found[:, at], found[:, at + 1 : at + 3] = loads[:, k], places[:, k]
        total = loads.sum(axis=1)
        stood = total >= LEAST_FORCE_N
        # A plate that carries too little to have a place has no part in the common one.
        weights = np.where(np.isfinite(places[..., 0]), loads, 0.0)
        weight = weights.sum(axis=1)
        seen = stood & (weight > 0)
        middle = (np.nan_to_num(places) * weights[..., None]).sum(axis=1) / np.where(seen, weight, 1.0)[:, None]
        found[:, 0:2], found[:, 2] = np.where(seen[:, None], middle, np.nan), total
        self._tell_feet(found, loads, places, stood)
        return found

    def _tell_feet(
        self, found: NDArray[np.float32], loads: FloatArray, places: FloatArray, stood: NDArray[np.bool_]
    ) -> None:
        for k, drawn in enumerate(self.drawn):
            if drawn.side is None:
                continue
            x, y = _SIDE_FIELDS[drawn.side]
            found[:, [x, y]] = places[:, k]
            if drawn.side is Side.LEFT:
                whole = np.where(stood, loads.sum(axis=1), 1.0)
                found[:, _SHARE] = np.where(stood, np.clip(loads[:, k] / whole, 0.0, 1.0), np.nan)


def _side_by_side(plates: list[PlateGeometry]) -> tuple[bool, list[PlateGeometry]]:
    """Whether the plates are where the profile says, and where they are drawn."""
    low = np.array([plate.corners_mm[:, :2].min(axis=0) for plate in plates])
    high = np.array([plate.corners_mm[:, :2].max(axis=0) for plate in plates])
    over = [
        (low[a] < high[b] - 1).all() and (low[b] < high[a] - 1).all()
        for a in range(len(plates))
        for b in range(a + 1, len(plates))
    ]
    if not any(over):
        return True, plates
    moved: list[PlateGeometry] = []
    edge = 0.0
    for k, plate in enumerate(plates):
        shift = np.array([edge - low[k, 0], 0.0, 0.0])
        moved.append(replace(plate, corners_mm=plate.corners_mm + shift))
        edge += float(high[k, 0] - low[k, 0]) + APART_MM
    return False, moved


def _sides(plates: list[PlateGeometry]) -> list[Side | None]:
    """The foot on each plate; only of two that stand beside each other."""
    if len(plates) != 2:
        return [None] * len(plates)
    (x0, y0, _), (x1, y1, _) = (plate.corners_mm.mean(axis=0) for plate in plates)
    if abs(x0 - x1) <= abs(y0 - y1):
        return [None, None]
    return [Side.LEFT, Side.RIGHT] if x0 < x1 else [Side.RIGHT, Side.LEFT]
