"""The knee of each leg through each squat or landing, from markers, beside the medial shift of its foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.knee.angles import abduction_angle_deg, projection_angle_deg
from footload.knee.course import KneeCourse
from footload.knee.moment import external_abduction_moment_nm
from footload.markers.feet import foot_tracks
from footload.markers.filtering import filtered_markers
from footload.markers.joints import JointCenters, joint_centers
from footload.markers.labels import MarkerLabels, find_labels
from footload.parameters import Parameters
from footload.plates.filtering import filtered
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import MarkerRecording, Side
from footload.tasks.foot_curves import FootCurve
from footload.tasks.landing import Landing
from footload.tasks.landing_feet import SEEN_S, LandingFoot
from footload.tasks.movement import Movement
from footload.tasks.squat import SquatSearch
from footload.trials import Trial

KNEE_NOTES: Final = (
    "0 is straight, positive is valgus",
    "the moment is an estimate by the lever arm of the ground reaction, without the shank's mass and acceleration",
)

_JOINTS = ("hip", "knee", "ankle")


@dataclass(frozen=True, slots=True, eq=False)
class KneeStretch:
    """One repetition in which the knees are followed.

    Parameters
    ----------
    number : int
        Of the repetition.
    start_s, stop_s, deepest_s : float
        From the start of a squat, or the touchdown of a landing, to its end; and when the body is lowest. [s]
    shifts : mapping of Side to (times, shift)
        Medial shift of each foot. [s], [%]
    """

    number: int
    start_s: float
    stop_s: float
    deepest_s: float
    shifts: Mapping[Side, tuple[FloatArray, FloatArray]] = field(default_factory=lambda: MappingProxyType({}))


def squat_stretches(search: SquatSearch, time_s: FloatArray, movement: Movement) -> list[KneeStretch]:
    """Every squat that counts, from its start to its end.

    Parameters
    ----------
    search : SquatSearch
        The squats.
    time_s : (t,) array
        Of the force that they were found in. [s]
    movement : Movement
        The medial shifts in them.

    Returns
    -------
    list of KneeStretch
        In order of time.
    """
    found: list[KneeStretch] = []
    for repetition in search.counted:
        feet = [foot for foot in movement.feet if foot.repetition.number == repetition.number]
        shifts = {foot.side: (foot.time_s, foot.shift_percent) for foot in feet}
        start_s, stop_s = float(time_s[repetition.start]), float(time_s[repetition.stop - 1])
        deepest_s = float(time_s[repetition.deepest_frame])
        found.append(KneeStretch(repetition.number, start_s, stop_s, deepest_s, MappingProxyType(shifts)))
    return found


def landing_stretch(landing: Landing, feet: Sequence[LandingFoot]) -> KneeStretch:
    """A landing from touchdown to the lowest point of the center of mass.

    Parameters
    ----------
    landing : Landing
        The landing.
    feet : sequence of LandingFoot
        Its feet.

    Returns
    -------
    KneeStretch
        To a quarter of a second after touchdown where the lowest point is not known.
    """
    start_s = float(landing.time_s[landing.touchdown])
    try:
        descent = landing.descent_m_per_s
        lowest = landing.touchdown + int(np.argmax(descent >= 0))
    except UndefinedMetricError:
        lowest = min(landing.frame_after(SEEN_S), landing.leaves, len(landing.time_s)) - 1
    stop_s = max(float(landing.time_s[lowest]), min(start_s + SEEN_S, float(landing.time_s[-1])))
    shifts: dict[Side, tuple[FloatArray, FloatArray]] = {}
    for foot in feet:
        down = int(np.argmax(landing.side_force_n[foot.side][landing.touchdown :] >= landing.rules.contact_n))
        at_s = float(landing.time_s[landing.touchdown + down])
        shifts[foot.side] = (at_s + foot.since_s, foot.shift_percent)
    return KneeStretch(landing.number, start_s, stop_s, float(landing.time_s[lowest]), MappingProxyType(shifts))


@dataclass(frozen=True, slots=True, eq=False)
class KneesSeen:
    """The knees of a trial.

    Parameters
    ----------
    courses : tuple of (int, KneeCourse)
        With the number of the repetition.
    notes : tuple of str
        Which knees cannot be followed, and why.
    quality : tuple of str
        How they were found; belongs to every value.
    """

    courses: tuple[tuple[int, KneeCourse], ...] = ()
    notes: tuple[str, ...] = ()
    quality: tuple[str, ...] = KNEE_NOTES


def knees_in(
    trial: Trial, stretches: Sequence[KneeStretch], curves: Sequence[FootCurve], parameters: Parameters
) -> KneesSeen:
    """Follow each knee that the markers show through each repetition.

    Parameters
    ----------
    trial : Trial
        With markers on the time base of its plates.
    stretches : sequence of KneeStretch
        The repetitions that count.
    curves : sequence of FootCurve
        Feet that are known on their own.
    parameters : Parameters
        With the cutoff of the filter, and the widths of knees and ankles.

    Returns
    -------
    KneesSeen
        Of nothing when there are no markers.
    """
    if not trial.markers or not stretches:
        return KneesSeen()
    legs = legs_in(trial, parameters, curves)
    found = [
        (stretch.number, course)
        for leg in legs.courses
        for stretch in stretches
        if (course := _course(leg, stretch)) is not None
    ]
    return KneesSeen(tuple(found), legs.notes, legs.quality)


@dataclass(frozen=True, slots=True, eq=False)
class LegsSeen:
    """The knees of a trial from its first frame to its last.

    Parameters
    ----------
    courses : tuple of KneeCourse
        At most one a side, without a shift.
    notes : tuple of str
        Which knees cannot be followed, and why.
    quality : tuple of str
        How they were found; belongs to every value.
    """

    courses: tuple[KneeCourse, ...] = ()
    notes: tuple[str, ...] = ()
    quality: tuple[str, ...] = KNEE_NOTES


def legs_in(trial: Trial, parameters: Parameters, curves: Sequence[FootCurve] = ()) -> LegsSeen:
    """Follow each knee that the markers show through the whole trial.

    Parameters
    ----------
    trial : Trial
        With markers.
    parameters : Parameters
        With the cutoff of the filter, and the widths of knees and ankles.
    curves : sequence of FootCurve
        Feet that are known on their own, for the moment; without them it is not known.

    Returns
    -------
    LegsSeen
        Of nothing when there are no markers.
    """
    if not trial.markers:
        return LegsSeen()
    markers, how = _filtered_markers(trial.markers[0], parameters.marker_cutoff_hz)
    labels = find_labels(markers)
    found: list[KneeCourse] = []
    notes: list[str] = []
    methods: list[str] = []
    for side in Side:
        centers = _centers(labels, side, parameters)
        missing = [joint for joint in _JOINTS if joint not in centers.positions_mm]
        if missing:
            if len(missing) < len(_JOINTS):
                reasons = "; ".join(f"{joint}: {centers.methods[joint]}" for joint in missing)
                notes.append(f"The {side} knee has no frontal-plane angle ({reasons}).")
            continue
        methods.append(f"centers of the {side} knee and ankle: {centers.methods['knee']}; {centers.methods['ankle']}")
        found.append(_followed(side, labels, centers, curves, parameters.marker_cutoff_hz))
    return LegsSeen(tuple(found), tuple(notes), (KNEE_NOTES[0], how, *KNEE_NOTES[1:], *methods))


def _filtered_markers(markers: MarkerRecording, cutoff_hz: float) -> tuple[MarkerRecording, str]:
    if not cutoff_hz > 0:
        return markers, "markers unfiltered"
    rate_hz = 1 / float(np.median(np.diff(markers.time_s))) if markers.n_frames > 1 else np.inf
    if 2 * cutoff_hz >= rate_hz:
        return markers, f"markers unfiltered: {rate_hz:g} frames a second are too few for {cutoff_hz:g} Hz"
    try:
        smooth = filtered_markers(markers, cutoff_hz)
    except ValueError as error:
        return markers, f"markers unfiltered: {error}"
    return smooth, smooth.history[-1]


def _centers(labels: MarkerLabels, side: Side, parameters: Parameters) -> JointCenters:
    at = list(Side).index(side)
    knee, ankle = parameters.knee_width_mm, parameters.ankle_width_mm
    return joint_centers(
        labels,
        side,
        knee[at] if knee is not None and knee[at] > 0 else None,
        ankle[at] if ankle is not None and ankle[at] > 0 else None,
        parameters.marker_radius_mm,
    )


def _followed(
    side: Side, labels: MarkerLabels, centers: JointCenters, curves: Sequence[FootCurve], cutoff_hz: float
) -> KneeCourse:
    """One leg through the whole trial, without a shift."""
    marked_s, places = labels.recording.time_s, dict(centers.positions_mm)
    forward = _forward(labels, side)
    nothing = np.full(len(marked_s), np.nan)
    abduction = nothing
    if labels.has(side, "medial_knee", "lateral_knee"):
        abduction = abduction_angle_deg(places, (labels.of(side, "medial_knee"), labels.of(side, "lateral_knee")))
    moment = _moment(side, curves, marked_s, (places["knee"], forward), cutoff_hz)
    return KneeCourse(side, marked_s, projection_angle_deg(places, side, forward), abduction, moment, nothing, 0)


def _course(leg: KneeCourse, stretch: KneeStretch) -> KneeCourse | None:
    """The part of one leg's course in a repetition; None when the markers show less than two frames of it."""
    frames = slice(*np.searchsorted(leg.time_s, [stretch.start_s - 1e-9, stretch.stop_s + 1e-9]))
    t = leg.time_s[frames]
    if len(t) < 2:
        return None
    shift = np.full(len(t), np.nan)
    if leg.side in stretch.shifts:
        shift = np.interp(t, *stretch.shifts[leg.side], left=np.nan, right=np.nan)
    deepest = int(np.argmin(np.abs(t - stretch.deepest_s)))
    curves = (leg.projection_deg[frames], leg.abduction_deg[frames], leg.moment_nm[frames])
    return KneeCourse(leg.side, t, *curves, shift, deepest)


def _forward(labels: MarkerLabels, side: Side) -> FloatArray:
    """Where this leg's foot points through the trial; the lab's +y without foot markers."""
    for track in foot_tracks(labels):
        if track.side is side:
            along = track.toe_mm - track.heel_mm
            seen = along[np.isfinite(along).all(axis=1)]
            if len(seen) and float(np.linalg.norm(np.median(seen, axis=0)[:2])) > 1:
                return np.median(seen, axis=0)
    return np.array([0.0, 1.0, 0.0])


def _moment(
    side: Side,
    curves: Sequence[FootCurve],
    marked_s: FloatArray,
    leg: tuple[FloatArray, FloatArray],
    cutoff_hz: float,
) -> FloatArray:
    """Moment on the markers' times, of a force filtered like them; NaN without a plate for this foot."""
    plate = next((curve.plate for curve in curves if curve.side is side), None)
    if plate is None or not np.isfinite(plate.plate.corners_mm).all() or plate.n_frames < 2:
        return np.full(len(marked_s), np.nan)
    if cutoff_hz > 0:
        with suppress(ValueError):  # gaps, or a rate below twice the cutoff: the force as it is
            plate = filtered(plate, cutoff_hz)
    point, force = center_of_pressure_mm(plate), plate.force_n
    at = np.searchsorted(plate.time_s, marked_s).clip(0, plate.n_frames - 1)
    return external_abduction_moment_nm(force[at], point[at], leg[0], side, leg[1])
