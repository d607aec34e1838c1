"""The knee of each leg through each squat, from markers, beside the medial shift of its foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.knee.angles import abduction_angle_deg, projection_angle_deg
from footload.knee.course import KneeCourse
from footload.knee.moment import external_abduction_moment_nm
from footload.markers.feet import foot_tracks
from footload.markers.joints import joint_centers
from footload.markers.labels import MarkerLabels, find_labels
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import Side
from footload.tasks.foot_curves import FootCurve
from footload.tasks.movement import Movement
from footload.tasks.squat import SquatSearch
from footload.trials import Trial

KNEE_NOTES: Final = (
    "0 is straight, positive is valgus; markers unfiltered",
    "the moment is an estimate by the lever arm of the ground reaction, without the shank's mass and acceleration",
)

_JOINTS = ("hip", "knee", "ankle")


def knees_in(
    trial: Trial, search: SquatSearch, curves: Sequence[FootCurve], movement: Movement
) -> tuple[list[tuple[int, KneeCourse]], tuple[str, ...]]:
    """Follow each knee that the markers show through each squat that counts.

    Parameters
    ----------
    trial : Trial
        With markers on the time base of its plates.
    search : SquatSearch
        The squats.
    curves : sequence of FootCurve
        Feet that are known on their own.
    movement : Movement
        The medial shifts of those feet.

    Returns
    -------
    courses : list of (int, KneeCourse)
        With the number of the repetition.
    notes : tuple of str
        Which knees cannot be followed, and why.
    """
    if not trial.markers:
        return [], ()
    labels = find_labels(trial.markers[0])
    found: list[tuple[int, KneeCourse]] = []
    notes: list[str] = []
    times = movement_times(movement, curves)
    for side in Side:
        centers = joint_centers(labels, side)
        missing = [joint for joint in _JOINTS if joint not in centers.positions_mm]
        if missing:
            if len(missing) < len(_JOINTS):
                reasons = "; ".join(f"{joint}: {centers.methods[joint]}" for joint in missing)
                notes.append(f"The {side} knee has no frontal-plane angle ({reasons}).")
            continue
        found += _of_side(side, labels, dict(centers.positions_mm), (search, curves, movement, times))
    return found, tuple(notes)


def movement_times(movement: Movement, curves: Sequence[FootCurve]) -> FloatArray:
    """Times of the force that a movement was found in. [s]

    Parameters
    ----------
    movement : Movement
        With the shifts of its feet.
    curves : sequence of FootCurve
        Feet that are known on their own.

    Returns
    -------
    (t,) array
        Empty when no foot is known. [s]
    """
    for source in (*movement.shifts.values(), *curves):
        return source.time_s
    return np.zeros(0)


def _of_side(
    side: Side,
    labels: MarkerLabels,
    centers: dict[str, FloatArray],
    found_in: tuple[SquatSearch, Sequence[FootCurve], Movement, FloatArray],
) -> list[tuple[int, KneeCourse]]:
    search, curves, movement, times = found_in
    marked_s = labels.recording.time_s
    forward = _forward(labels, side)
    projection = projection_angle_deg(centers, side, forward)
    abduction = np.full(len(marked_s), np.nan)
    if labels.has(side, "medial_knee", "lateral_knee"):
        abduction = abduction_angle_deg(centers, (labels.of(side, "medial_knee"), labels.of(side, "lateral_knee")))
    moment = _moment(side, curves, marked_s, centers["knee"], forward)
    made: list[tuple[int, KneeCourse]] = []
    feet = {foot.repetition.number: foot for foot in movement.feet if foot.side is side}
    for repetition in search.counted if len(times) else ():
        start_s, stop_s = float(times[repetition.start]), float(times[repetition.stop - 1])
        frames = slice(*np.searchsorted(marked_s, [start_s, stop_s + 1e-9]))
        t = marked_s[frames]
        if len(t) < 2:
            continue
        foot = feet.get(repetition.number)
        shift = np.full(len(t), np.nan) if foot is None else np.interp(t, foot.time_s, foot.shift_percent)
        deepest = int(np.argmin(np.abs(t - float(times[repetition.deepest_frame]))))
        made.append(
            (
                repetition.number,
                KneeCourse(side, t, projection[frames], abduction[frames], moment[frames], shift, deepest),
            )
        )
    return made


def _forward(labels: MarkerLabels, side: Side) -> FloatArray:
    """Where this leg's foot points through the trial; the lab's +y without foot markers."""
    for track in foot_tracks(labels):
        if track.side is side:
            along = np.nanmedian(track.toe_mm - track.heel_mm, axis=0)
            if np.isfinite(along).all() and float(np.hypot(along[0], along[1])) > 1:
                return along
    return np.array([0.0, 1.0, 0.0])


def _moment(
    side: Side, curves: Sequence[FootCurve], marked_s: FloatArray, knee_mm: FloatArray, forward: FloatArray
) -> FloatArray:
    """Moment on the markers' times; NaN without a plate for this foot."""
    plate = next((curve.plate for curve in curves if curve.side is side), None)
    if plate is None or not np.isfinite(plate.plate.corners_mm).all():
        return np.full(len(marked_s), np.nan)
    point, force = center_of_pressure_mm(plate), plate.force_n
    at = np.searchsorted(plate.time_s, marked_s).clip(0, plate.n_frames - 1)
    return external_abduction_moment_nm(force[at], point[at], knee_mm, side, forward)
