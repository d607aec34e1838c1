"""Movements on a mat whose answers are known: drops, drop jumps, jumps, stance and step-downs.

The physics is that of `footload.synthetic.plate_movements`: a point mass over feet that do not move, each CoP where it
is said to be. The print is that of standing, however hard the foot lands: no foot flattens under load, and no part of
it comes down before the others. The contact area therefore says nothing about a landing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.jump import JumpCourse
from footload.synthetic.landing import DropCourse
from footload.synthetic.stance import StanceCourse
from footload.synthetic.standing_feet import MatLoad, MatWords, StandingFoot, mat_trial, part_of, swayed_mm
from footload.synthetic.step_down import StepDownCourse
from footload.synthetic.truth import SyntheticTrial
from footload.trials import Side, Task
from footload.units import STANDARD_GRAVITY_M_PER_S2


def drop_on_mat(
    feet: Sequence[StandingFoot],
    layout: SensorLayout,
    course: DropCourse,
    *,
    left_part: float = 0.5,
    late_s: float = 0.0,
    back_s: float = 0.3,
    sampling_rate_hz: float = 250.0,
    sway: StanceCourse | None = None,
    seed: int = 1,
) -> SyntheticTrial:
    """Drop onto a mat; the CoP of each foot is shifted for a while and then goes back to its quiet place.

    Parameters
    ----------
    feet : sequence of StandingFoot
        One foot, or one of each side; their shift is that after every touchdown.
    layout : SensorLayout
        The mat.
    course : DropCourse
        Height, rebound and times.
    left_part : float
        Part of the force on the left foot, when there are two.
    late_s : float
        The right foot comes down so much later. [s]
    back_s : float
        How long the shift lasts. [s]
    sampling_rate_hz : float
        Frames per second. [Hz]
    sway : StanceCourse, optional
        How the person sways.
    seed : int
        Of the sway.

    Returns
    -------
    SyntheticTrial
        A drop landing, or a drop vertical jump where the course has a rebound.
    """
    time_s = np.arange(round(course.duration_s * sampling_rate_hz)) / sampling_rate_hz
    near = course.near(time_s, back_s + late_s)
    swaying = None if sway is None else sway.path_mm(course.duration_s, sampling_rate_hz, seed)
    sides = [standing.foot.side for standing in feet]
    loads: list[MatLoad] = []
    for standing in feet:
        late = late_s if standing.foot.side is Side.RIGHT else 0.0
        force = part_of(standing.foot.side, sides, left_part) * course.force_n(time_s - late)
        shift = near[:, None] * (standing.medial_mm, standing.anterior_mm)
        loads.append(MatLoad(standing.foot, force, swayed_mm(standing.foot, shift, swaying)))
    task = Task.DROP_VERTICAL_JUMP if course.rebound_m_per_s else Task.DROP_LANDING
    made = f"made: drop of {course.height_m:g} m, {course.body_mass_kg:g} kg"
    return mat_trial(layout, time_s, loads, MatWords("synthetic drop", task, made, course.body_mass_kg))


def jump_on_mat(
    feet: Sequence[SyntheticFoot], layout: SensorLayout, course: JumpCourse, sampling_rate_hz: float = 250.0
) -> SyntheticTrial:
    """Jump from a mat, all feet alike.

    Parameters
    ----------
    feet : sequence of SyntheticFoot
        One foot, or one of each side.
    layout : SensorLayout
        The mat.
    course : JumpCourse
        Phases and accelerations.
    sampling_rate_hz : float
        Frames per second. [Hz]

    Returns
    -------
    SyntheticTrial
        A countermovement jump and its landing.
    """
    time_s = np.arange(round(course.duration_s * sampling_rate_hz)) / sampling_rate_hz
    force, still = course.force_n(time_s) / max(len(feet), 1), np.zeros((len(time_s), 2))
    loads = [MatLoad(foot, force, still) for foot in feet]
    made = f"made: countermovement jump of {course.height_mm:.0f} mm, {course.body_mass_kg:g} kg"
    words = MatWords("synthetic jump", Task.COUNTERMOVEMENT_JUMP, made, course.body_mass_kg)
    return mat_trial(layout, time_s, loads, words)


def stand_on_mat(
    feet: Sequence[SyntheticFoot],
    layout: SensorLayout,
    course: StanceCourse,
    duration_s: float = 60.0,
    *,
    task: Task = Task.QUIET_STANCE,
    left_part: float = 0.5,
    sampling_rate_hz: float = 50.0,
    seed: int = 1,
) -> SyntheticTrial:
    """Stand on a mat; the CoP of every foot sways alike.

    Parameters
    ----------
    feet : sequence of SyntheticFoot
        One foot, or one of each side.
    layout : SensorLayout
        The mat.
    course : StanceCourse
        How the person sways, and their mass.
    duration_s : float
        Length. [s]
    task : Task
        What the trial is said to be; a squat trial in which nobody squats is a trial of the search.
    left_part : float
        Part of the force on the left foot, when there are two.
    sampling_rate_hz : float
        Frames per second. [Hz]
    seed : int
        Same seed, same stance.

    Returns
    -------
    SyntheticTrial
        The force is body weight throughout.
    """
    path = course.path_mm(duration_s, sampling_rate_hz, seed)
    time_s = np.arange(len(path)) / sampling_rate_hz
    weight, still = course.body_mass_kg * STANDARD_GRAVITY_M_PER_S2, np.zeros((len(time_s), 2))
    sides = [foot.side for foot in feet]
    loads = [
        MatLoad(foot, np.full(len(time_s), weight * part_of(foot.side, sides, left_part)), swayed_mm(foot, still, path))
        for foot in feet
    ]
    words = MatWords("synthetic stance", task, "made: quiet stance", course.body_mass_kg)
    return mat_trial(layout, time_s, loads, words)


def step_down_on_mat(
    standing: StandingFoot,
    layout: SensorLayout,
    course: StepDownCourse,
    *,
    sampling_rate_hz: float = 100.0,
    sway: StanceCourse | None = None,
    seed: int = 1,
) -> SyntheticTrial:
    """Step down from a mat on a step and come back up, the other heel tapping the floor beside it.

    Parameters
    ----------
    standing : StandingFoot
        The foot that stays on the step.
    layout : SensorLayout
        The mat.
    course : StepDownCourse
        When, how deep, and how hard the heel taps.
    sampling_rate_hz : float
        Frames per second. [Hz]
    sway : StanceCourse, optional
        How the person sways.
    seed : int
        Of the sway.

    Returns
    -------
    SyntheticTrial
        The mat misses what the tapping heel carries.
    """
    timing = course.timing
    time_s = np.arange(round(timing.duration_s * sampling_rate_hz)) / sampling_rate_hz
    depth = timing.depth_fraction(time_s)
    swaying = None if sway is None else sway.path_mm(timing.duration_s, sampling_rate_hz, seed)
    shift = swayed_mm(standing.foot, depth[:, None] * (standing.medial_mm, standing.anterior_mm), swaying)
    load = MatLoad(standing.foot, course.force_n(time_s), shift)
    made = f"made: {timing.n_repetitions} step-downs of {timing.depth_m:g} m, {course.body_mass_kg:g} kg"
    words = MatWords(
        "synthetic step-down", Task.STEP_DOWN, made, course.body_mass_kg, timing.repetitions, timing.depth_m * depth
    )
    return mat_trial(layout, time_s, (load,), words)
