"""Movements on two force plates whose answers are known: squats with legs, drops, jumps and stance.

The physics is that of a point mass over feet that do not move. Each foot's CoP is where it is said to be, at every
instant; legs are sticks whose knees go medially in proportion to the depth. What real bodies add (soft tissue, feet
that slip, unequal timing of the limbs) is not in it.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import MarkerRecording, Side
from footload.synthetic.force_trials import FootLoad, PlacedFoot, TrialWords, plate_trial
from footload.synthetic.jump import JumpCourse
from footload.synthetic.landing import DropCourse
from footload.synthetic.squat import SquatTiming, squat_force
from footload.synthetic.stance import StanceCourse
from footload.synthetic.step_down import StepDownCourse
from footload.trials import Task, Trial

_AP_MM = 110.0
_ML_MM = 4.0
_BACK_S = 0.3


def squat_on_plates(
    timing: SquatTiming,
    *,
    shift_mm: float = 6.0,
    knee_mm: float = 30.0,
    knee_late_s: float = 0.0,
    left_part: float = 0.45,
    heading_deg: float = 0.0,
    rate_hz: float = 500.0,
    noise_n: float = 0.0,
    placed: bool = True,
) -> Trial:
    """Squat on two plates, with markers of both legs at a fifth of the rate.

    Parameters
    ----------
    timing : SquatTiming
        When and how deep.
    shift_mm, knee_mm : float
        How far the CoP of each foot, and each knee, go medially at full depth. [mm]
    knee_late_s : float
        The knees follow so much later. [s]
    left_part : float
        Part of the force on the left foot.
    heading_deg : float
        Both feet are turned so far. [deg]
    rate_hz : float
        Of the plates. [Hz]
    noise_n : float
        Noise of each force. [N]
    placed : bool
        Whether the trial says where the feet stand.

    Returns
    -------
    Trial
        A projection angle at depth of ``2 atan(knee_mm / 400)``.
    """
    time_s = np.arange(round(timing.duration_s * rate_hz)) / rate_hz
    depth, force = timing.depth_fraction(time_s), squat_force(time_s, timing, 70.0)
    loads = tuple(
        FootLoad(PlacedFoot(side, heading_deg), part * force, _AP_MM + 20 * depth, _ML_MM + shift_mm * depth)
        for side, part in ((Side.LEFT, left_part), (Side.RIGHT, 1 - left_part))
    )
    trial = plate_trial(time_s, loads, TrialWords("squat", Task.SQUAT, placed=placed), noise_n)
    marked_s = time_s[::5]
    medial_mm = knee_mm * timing.depth_fraction(marked_s - knee_late_s)
    return trial.changed(recordings=(*trial.recordings, leg_markers(marked_s, medial_mm)))


def leg_markers(time_s: FloatArray, medial_mm: FloatArray) -> MarkerRecording:
    """Joint centers and epicondyles of two stick legs that face +y.

    Parameters
    ----------
    time_s : (t,) array
        Times. [s]
    medial_mm : (t,) array
        How far each knee lies medial of the middle between hip and ankle, which are 800 mm apart. [mm]

    Returns
    -------
    MarkerRecording
        With the labels of Plug-in Gait.
    """
    labels: list[str] = []
    places: list[FloatArray] = []
    for letter, outward in (("L", -1.0), ("R", 1.0)):
        knee = np.column_stack([outward * (100.0 - medial_mm), np.zeros(len(time_s)), np.full(len(time_s), 500.0)])
        still = {"HJC": (outward * 100.0, 0.0, 900.0), "AJC": (outward * 100.0, 0.0, 100.0)}
        for name, place in still.items():
            labels.append(letter + name)
            places.append(np.tile(place, (len(time_s), 1)))
        for name, lateral_mm in (("KJC", 0.0), ("KNE", 45.0), ("KNM", -45.0)):
            labels.append(letter + name)
            places.append(knee + np.array([outward * lateral_mm, 0.0, 0.0]))
    return MarkerRecording(time_s, np.stack(places, axis=1), tuple(labels), "synthetic legs")


def drop_on_plates(
    course: DropCourse,
    *,
    shift_mm: tuple[float, float] = (5.0, -3.0),
    late_s: float = 0.0,
    left_part: float = 0.5,
    heading_deg: float = 0.0,
    rate_hz: float = 1000.0,
    noise_n: float = 0.0,
    placed: bool = True,
) -> Trial:
    """Drop onto two plates; the CoP of each foot is shifted for 0.3 s and then goes back to its quiet place.

    Parameters
    ----------
    course : DropCourse
        Height, rebound and times.
    shift_mm : tuple of float
        Medial shift of the left and of the right foot after each touchdown. [mm]
    late_s : float
        The right foot comes down so much later. [s]
    left_part : float
        Part of the force on the left foot.
    heading_deg : float
        Both feet are turned so far. [deg]
    rate_hz : float
        Samples per second. [Hz]
    noise_n : float
        Noise of each force. [N]
    placed : bool
        Whether the trial says where the feet stand.

    Returns
    -------
    Trial
        A drop landing, or a drop vertical jump where the course has a rebound.
    """
    time_s = np.arange(round(course.duration_s * rate_hz)) / rate_hz
    near = course.near(time_s, _BACK_S + late_s)
    loads: list[FootLoad] = []
    for side, part, mm in zip(Side, (left_part, 1 - left_part), shift_mm, strict=True):
        late = late_s if side is Side.RIGHT else 0.0
        foot = PlacedFoot(side, heading_deg)
        loads.append(FootLoad(foot, part * course.force_n(time_s - late), _AP_MM + 30 * near, _ML_MM + mm * near))
    task = Task.DROP_VERTICAL_JUMP if course.rebound_m_per_s else Task.DROP_LANDING
    words = TrialWords("drop", task, course.body_mass_kg, placed=placed)
    return plate_trial(time_s, tuple(loads), words, noise_n)


def step_down_on_plate(
    course: StepDownCourse,
    side: Side = Side.LEFT,
    *,
    shift_mm: float = 6.0,
    heading_deg: float = 0.0,
    rate_hz: float = 500.0,
    noise_n: float = 0.0,
) -> Trial:
    """Step down from a plate on a step, whose other heel may tap the floor beside it.

    Parameters
    ----------
    course : StepDownCourse
        When, how deep, and how hard the heel taps.
    side : Side
        The foot that stays.
    shift_mm : float
        How far its CoP goes medially at full depth. [mm]
    heading_deg : float
        The foot is turned so far. [deg]
    rate_hz : float
        Of the plate. [Hz]
    noise_n : float
        Noise of each force. [N]

    Returns
    -------
    Trial
        One plate, which misses what the tapping heel carries.
    """
    time_s = np.arange(round(course.timing.duration_s * rate_hz)) / rate_hz
    depth = course.timing.depth_fraction(time_s)
    foot = PlacedFoot(side, heading_deg)
    load = FootLoad(foot, course.force_n(time_s), _AP_MM + 20 * depth, _ML_MM + shift_mm * depth)
    return plate_trial(time_s, (load,), TrialWords("step-down", Task.STEP_DOWN, course.body_mass_kg), noise_n)


def jump_on_plates(course: JumpCourse, rate_hz: float = 1000.0) -> Trial:
    """Jump from two plates, both feet alike.

    Parameters
    ----------
    course : JumpCourse
        Phases and accelerations.
    rate_hz : float
        Samples per second. [Hz]

    Returns
    -------
    Trial
        A countermovement jump and its landing.
    """
    time_s = np.arange(round(course.duration_s * rate_hz)) / rate_hz
    half, still = course.force_n(time_s) / 2, np.full(len(time_s), _AP_MM)
    loads = tuple(FootLoad(PlacedFoot(side), half, still, np.full(len(time_s), _ML_MM)) for side in Side)
    return plate_trial(time_s, loads, TrialWords("jump", Task.COUNTERMOVEMENT_JUMP, course.body_mass_kg))


def stand_on_plates(course: StanceCourse, duration_s: float = 60.0, rate_hz: float = 100.0, seed: int = 1) -> Trial:
    """Stand on two plates; both feet sway alike, front to back and to the same side.

    Parameters
    ----------
    course : StanceCourse
        How the stance sways.
    duration_s, rate_hz : float
        Length and samples per second. [s, Hz]
    seed : int
        Same seed, same stance.

    Returns
    -------
    Trial
        The CoP of both feet together sways as the course says, front to back.
    """
    path = course.path_mm(duration_s, rate_hz, seed)
    time_s = np.arange(len(path)) / rate_hz
    half = np.full(len(time_s), course.body_mass_kg * 9.80665 / 2)
    loads = tuple(
        FootLoad(PlacedFoot(side), half, _AP_MM + path[:, 0], _ML_MM + path[:, 1] * (1 if side is Side.LEFT else -1))
        for side in Side
    )
    return plate_trial(time_s, loads, TrialWords("stance", Task.QUIET_STANCE, course.body_mass_kg))
