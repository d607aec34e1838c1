"""What stands around the mat in a replay: force plates, markers and knee angles, each on its own times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.theme import SIDE_WORD
from footload.analysis import Analysis
from footload.errors import FootloadError
from footload.knee.course import KneeCourse
from footload.markers.labels import find_labels
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, MarkerRecording, Side
from footload.tasks.knees import legs_in

MOST_SAMPLES: Final = 40_000
"""Of one line; of longer recordings every second or third sample is shown."""
ROLES: Final = {
    "hip": ("hip_center", "asis"),
    "knee": ("knee_center", "lateral_knee"),
    "ankle": ("ankle_center", "lateral_ankle"),
    "heel": ("heel",),
    "toe": ("toe",),
}
"""Which marker stands for a joint: the first one that is there."""
LIMBS: Final = (("hip", "knee"), ("knee", "ankle"), ("ankle", "heel"), ("ankle", "toe"), ("heel", "toe"))
"""Which of them are joined by a line."""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Plates, markers and knees as they travel.

    Parameters
    ----------
    meta : dict
        Fit for JSON: ``plates``, ``markers``, ``knees`` and the notes about them.
    parts : tuple of array
        For each plate n samples of (time, Fx, Fy, Fz, CoP x, CoP y); for each knee n samples of (time, angle); then
        the times and the places of the markers. [s], [N], [mm], [deg]
    """

    meta: dict[str, Any]
    parts: tuple[NDArray[np.floating[Any]], ...]


def every_line(n: int) -> int:
    """Which part of the samples of a line is shown: 1 is every one.

    Parameters
    ----------
    n : int
        How many there are.

    Returns
    -------
    int
        2 shows every second one.
    """
    return max(-(-n // MOST_SAMPLES), 1)


def body_of(analysis: Analysis) -> Body:
    """Put plates, markers and knees of a trial together.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.

    Returns
    -------
    Body
        Without what the trial does not hold.
    """
    trial = analysis.trial
    knees, notes = _knees(analysis)
    meta: dict[str, Any] = {
        "plates": [_plate_meta(plate, number) for number, plate in enumerate(trial.forces, start=1)],
        "knees": [
            {"side": SIDE_WORD[knee.side], "n": len(knee.time_s[:: every_line(len(knee.time_s))])} for knee in knees
        ],
        "knee_notes": notes,
        "markers": None,
    }
    parts: list[NDArray[np.floating[Any]]] = [_plate(plate) for plate in trial.forces]
    parts += [_every(np.column_stack([knee.time_s, knee.projection_deg])) for knee in knees]
    if trial.markers:
        markers = trial.markers[0]
        shown = slice(None, None, every_line(markers.n_frames * len(markers.labels)))
        meta["markers"] = _marker_meta(markers, len(markers.time_s[shown]))
        parts += [markers.time_s[shown], markers.positions_mm[shown]]
    return Body(meta, tuple(parts))


def _every(samples: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    return samples[:: every_line(len(samples))]


def _plate_meta(plate: ForceRecording, number: int) -> dict[str, Any]:
    corners = plate.plate.corners_mm
    return {
        "name": f"plate {number}",
        "side": SIDE_WORD[plate.side] if plate.side else "",
        "n": len(plate.time_s[:: every_line(plate.n_frames)]),
        "corners_mm": corners.tolist() if np.isfinite(corners).all() else None,
    }


def _plate(plate: ForceRecording) -> NDArray[np.floating[Any]]:
    place = np.full((plate.n_frames, 2), np.nan)
    if np.isfinite(plate.plate.corners_mm).all():
        place = center_of_pressure_mm(plate)[:, :2]
    return _every(np.column_stack([plate.time_s, plate.force_n, place]))


def _knees(analysis: Analysis) -> tuple[tuple[KneeCourse, ...], list[str]]:
    try:
        legs = legs_in(analysis.trial, analysis.parameters)
    except (FootloadError, ValueError) as error:
        return (), [f"No knee angle: {error}"]
    return legs.courses, [*legs.notes, *(legs.quality if legs.courses else ())]


def _marker_meta(markers: MarkerRecording, n: int) -> dict[str, Any]:
    known = find_labels(markers).found
    links: list[dict[str, Any]] = []
    for side in Side:
        at = {joint: _index(markers, known, side, joint) for pair in LIMBS for joint in pair}
        links += [
            {"side": SIDE_WORD[side], "from": at[one], "to": at[other]}
            for one, other in LIMBS
            if at[one] is not None and at[other] is not None
        ]
    return {"labels": list(markers.labels), "n": n, "links": links}


def _index(markers: MarkerRecording, known: Any, side: Side, joint: str) -> int | None:
    found = (known.get((side, role)) for role in ROLES[joint])
    return next((markers.labels.index(label) for label in found if label is not None), None)
