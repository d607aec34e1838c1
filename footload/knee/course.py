"""One knee through one repetition, beside the medial shift of its foot on the same times."""

from __future__ import annotations

from dataclasses import dataclass

from footload.arrays import FloatArray
from footload.recordings import Side


@dataclass(frozen=True, slots=True, eq=False)
class KneeCourse:
    """One knee in one repetition; every metric of scope knee is computed on it.

    Parameters
    ----------
    side : Side
        Which leg.
    time_s : (t,) array
        Of the markers, through the repetition. [s]
    projection_deg : (t,) array
        Frontal-plane projection angle; NaN where not known. [deg]
    abduction_deg : (t,) array
        Abduction angle in three dimensions; NaN where the epicondyles have no two markers. [deg]
    moment_nm : (t,) array
        External abduction moment, estimated; NaN without a plate for this foot. [N·m]
    shift_percent : (t,) array
        Medial shift of the foot on these times; NaN where not known. [%]
    deepest : int
        Index of the deepest frame.
    """

    side: Side
    time_s: FloatArray
    projection_deg: FloatArray
    abduction_deg: FloatArray
    moment_nm: FloatArray
    shift_percent: FloatArray
    deepest: int
