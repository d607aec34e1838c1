"""Where the feet are, from heel and toe markers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.markers.labels import MarkerLabels
from footload.recordings import Side
from footload.trials import FootPlacement


@dataclass(frozen=True, slots=True, eq=False)
class FootTrack:
    """One foot over time, in the lab.

    Parameters
    ----------
    side : Side
        Which foot.
    time_s : (t,) array
        Rising times. [s]
    heel_mm, toe_mm : (t, 3) array
        Heel marker, and the marker over the second metatarsal; NaN where not seen. [mm]
    """

    side: Side
    time_s: FloatArray
    heel_mm: FloatArray
    toe_mm: FloatArray

    def during(self, start_s: float, stop_s: float) -> BoolArray:
        """(t,) which frames lie in a stretch of time and show heel and toe.

        Parameters
        ----------
        start_s, stop_s : float
            Half open. [s]

        Returns
        -------
        (t,) array of bool
            True for frames that can be used.
        """
        seen = np.isfinite(self.heel_mm.sum(axis=1) + self.toe_mm.sum(axis=1))
        return np.asarray(seen & (self.time_s >= start_s) & (self.time_s < stop_s), bool)

    def speed_mm_per_s(self) -> FloatArray:
        """(t,) speed of the slower of the two markers. [mm/s]

        Returns
        -------
        (t,) array
            NaN where a marker is not seen, or there is one frame only. [mm/s]
        """
        if len(self.time_s) < 2:
            return np.full(len(self.time_s), np.nan)
        speeds = [np.linalg.norm(np.gradient(at, self.time_s, axis=0), axis=1) for at in (self.heel_mm, self.toe_mm)]
        return np.minimum(*speeds)


def foot_tracks(labels: MarkerLabels) -> tuple[FootTrack, ...]:
    """Follow every foot that has a heel and a toe marker.

    Parameters
    ----------
    labels : MarkerLabels
        The markers.

    Returns
    -------
    tuple of FootTrack
        At most two; empty when no foot has both.
    """
    return tuple(
        FootTrack(side, labels.recording.time_s, labels.of(side, "heel"), labels.of(side, "toe"))
        for side in Side
        if labels.has(side, "heel", "toe")
    )


def placement_from(track: FootTrack, start_s: float, stop_s: float, length_mm: float, width_mm: float) -> FootPlacement:
    """Where a foot stood in a stretch of time, as the median of its markers, seen from above.

    For plates, the plane is the lab's x and y. A marker over the second metatarsal is not the tip of the toe, so length
    and width have to be measured on the foot.

    Parameters
    ----------
    track : FootTrack
        The foot.
    start_s, stop_s : float
        A stretch in which it stands, half open. [s]
    length_mm, width_mm : float
        Measured on the foot. [mm]

    Returns
    -------
    FootPlacement
        In the lab's x and y. [mm]

    Raises
    ------
    ValueError
        When heel and toe are not seen together in that stretch.
    """
    used = track.during(start_s, stop_s)
    if not used.any():
        raise ValueError(
            f"Heel and toe of the {track.side} foot are not seen together between {start_s:g} and {stop_s:g} s."
        )
    heel, toe = np.median(track.heel_mm[used, :2], axis=0), np.median(track.toe_mm[used, :2], axis=0)
    return FootPlacement(
        track.side,
        (float(heel[0]), float(heel[1])),
        (float(toe[0]), float(toe[1])),
        length_mm,
        width_mm,
        "heel and toe markers, median while standing",
    )
