"""The trials of the simulated participant, mat and plates, as the sensors saw them, with the right answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import ForceRecording, MarkerRecording, PressureRecording, Recording
from footload.synthetic.demo import demo_mat
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.force_trials import FootLoad, PlacedFoot, TrialWords, plate_trial
from footload.synthetic.mat_movements import drop_on_mat
from footload.synthetic.participant import (
    CONDITIONS,
    DROP,
    FACTORS,
    LEFT_PART,
    PERSON,
    STANCE,
    STEP_S,
    TIMING,
    WIDTH_MM,
    Answer,
    StudyCondition,
    StudyTrial,
)
from footload.synthetic.plate_movements import drop_on_plates, leg_markers, stand_on_plates
from footload.synthetic.sensor import Sensor
from footload.synthetic.squat import squat_force
from footload.synthetic.standing_feet import MatLoad, MatWords, StandingFoot, mat_trial, part_of
from footload.synthetic.walking import walk, walking_force
from footload.trials import Side, Task, Trial
from footload.units import STANDARD_GRAVITY_M_PER_S2

_SENSOR: Final = Sensor(bits=10, noise=0.0, threshold_counts=1)
_FORCE_STEP_N: Final = 0.5
_MOMENT_STEP_NMM: Final = 50.0
_MARKER_STEP_MM: Final = 0.1
_MAT_HZ: Final = 20.0
_WALK_HZ: Final = 100.0
_DROP_HZ: Final = 200.0
_PLATE_HZ: Final = 100.0
_LANDING_HZ: Final = 1000.0
_AP_MM: Final = 110.0
_ML_MM: Final = 4.0

_Recipe = Callable[[StudyCondition], tuple[Trial, list[Answer]]]


def study_stems() -> tuple[str, ...]:
    """Names of all trials, condition by condition.

    Returns
    -------
    tuple of str
        Such as ``barefoot_squat_mat``.
    """
    return tuple(f"{one.stem}_{name}" for one in CONDITIONS for name in _RECIPES)


def study_trial(stem: str) -> StudyTrial:
    """Make one trial of the study.

    Parameters
    ----------
    stem : str
        One of `study_stems`.

    Returns
    -------
    StudyTrial
        The same every time.

    Raises
    ------
    KeyError
        When there is none of that name.
    """
    for one in CONDITIONS:
        name = stem.removeprefix(f"{one.stem}_")
        if name != stem and name in _RECIPES:
            trial, answers = _RECIPES[name](one)
            named = trial.changed(name=stem.replace("_", " "), condition=one.condition, participant=PERSON)
            return StudyTrial(stem, _as_sensed(named), tuple(answers))
    raise KeyError(f"There is no trial {stem!r}; there are {', '.join(study_stems())}.")


def _squat_mat(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    trial = _squats_on_mat(one, _feet(), one.squat_mm, Task.SQUAT)
    return trial, [*_shifts(one.squat_mm, tuple(Side)), _depth()]


def _single_mat(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    trial = _squats_on_mat(one, _feet(Side.RIGHT), one.single_mm, Task.SINGLE_LEG_SQUAT)
    return trial, [*_shifts(one.single_mm, (Side.RIGHT,), 0.7), _depth()]


def _squat_plates(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    trial = _squats_on_plates(one, tuple(Side), one.squat_mm, Task.SQUAT)
    return trial, [*_shifts(one.squat_mm, tuple(Side), 0.3), *_knees(one, tuple(Side)), _depth()]


def _single_plates(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    trial = _squats_on_plates(one, (Side.RIGHT,), one.single_mm, Task.SINGLE_LEG_SQUAT)
    return trial, [*_shifts(one.single_mm, (Side.RIGHT,), 0.3), *_knees(one, (Side.RIGHT,)), _depth()]


def _drop_mat(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    feet = [StandingFoot(foot, one.landing_mm[foot.side], 20.0) for foot in _feet()]
    made = drop_on_mat(feet, demo_mat(), DROP, left_part=LEFT_PART, sampling_rate_hz=_DROP_HZ)
    return made.trial, [*_landings(one, 0.5), Answer("drop_height", None, 1000 * DROP.height_m, 8.0, "mm")]


def _drop_plates(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    shift = (one.landing_mm[Side.LEFT], one.landing_mm[Side.RIGHT])
    trial = drop_on_plates(DROP, shift_mm=shift, left_part=LEFT_PART, rate_hz=_LANDING_HZ)
    speed = Answer("touchdown_speed", None, DROP.speed_m_per_s, 0.02, "m/s")
    return trial, [*_landings(one, 0.3), speed, Answer("drop_height", None, 1000 * DROP.height_m, 5.0, "mm")]


def _stance_mat(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    del one  # nobody stands otherwise in a shoe here
    feet = _feet()
    time_s = np.arange(round(3 * _MAT_HZ)) / _MAT_HZ
    still = np.zeros((len(time_s), 2))
    loads = [MatLoad(foot, np.full(len(time_s), _weight_n(foot.side)), still) for foot in feet]
    made = mat_trial(demo_mat(), time_s, loads, MatWords("", Task.QUIET_STANCE, "made: stance", PERSON.body_mass_kg))
    answers = [Answer("peak_force", foot.side, _weight_n(foot.side), 3.0, "N") for foot in feet]
    return made.trial, answers


def _stance_plates(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    seed = CONDITIONS.index(one) + 1
    path = STANCE.path_mm(30.0, _PLATE_HZ, seed)
    path = path - path.mean(axis=0)
    spread = np.sqrt((path**2).mean(axis=0))
    return stand_on_plates(STANCE, 30.0, _PLATE_HZ, seed), [
        Answer("sway_rms_distance_ap", None, float(spread[0]), 0.02 * float(spread[0]), "mm"),
        Answer("sway_rms_distance", None, float(np.hypot(*spread)), 0.02 * float(np.hypot(*spread)), "mm"),
    ]


def _walk_mat(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    feet = [replace(foot, pronation=one.pronation[foot.side]) for foot in _feet(heading_deg=7.0)]
    made = walk(
        feet, demo_mat(), body_mass_kg=PERSON.body_mass_kg, duration_s=STEP_S, sampling_rate_hz=_WALK_HZ,
        step_s=1.2, pad_s=0.3, name="walk",
    )  # fmt: skip
    answers: list[Answer] = []
    for contact in made.truth.contacts:
        force = contact.force_n
        answers += [
            Answer("peak_force", contact.side, float(force.max()), 0.005 * float(force.max()), "N"),
            Answer("force_time_integral", contact.side, float(force.sum()) / _WALK_HZ, 2.0, "N·s"),
            Answer("contact_time", contact.side, STEP_S, 1.1 / _WALK_HZ, "s"),
        ]
    return made.trial, answers


def _walk_plates(one: StudyCondition) -> tuple[Trial, list[Answer]]:
    """One step on each plate; the CoP rolls from the heel to the toes along the axis, medially by the pronation."""
    time_s = np.arange(round(2.4 * _LANDING_HZ)) / _LANDING_HZ
    loads: list[FootLoad] = []
    answers: list[Answer] = []
    for side, begin_s in ((Side.LEFT, 0.3), (Side.RIGHT, 1.3)):
        part = np.clip((time_s - begin_s) / STEP_S, 0.0, 1.0)
        down = (part > 0) & (part < 1)
        force = np.where(down, walking_force(part, PERSON.body_mass_kg), 0.0)
        across = _ML_MM + 20.0 * one.pronation[side] * np.sin(np.pi * part)
        loads.append(FootLoad(PlacedFoot(side), force, 20.0 + 190.0 * part, across))
        impulse = float(force.sum()) / _LANDING_HZ
        answers += [
            Answer("step_contact_time", side, STEP_S, 0.02, "s"),
            Answer("step_vertical_impulse", side, impulse, 0.01 * impulse, "N·s"),
        ]
    return plate_trial(
        time_s, tuple(loads), TrialWords("walk", Task.WALKING, PERSON.body_mass_kg, placed=False)
    ), answers


_RECIPES: Final[Mapping[str, _Recipe]] = MappingProxyType(
    {
        "walk_mat": _walk_mat,
        "walk_plates": _walk_plates,
        "squat_mat": _squat_mat,
        "squat_plates": _squat_plates,
        "single_leg_squat_mat": _single_mat,
        "single_leg_squat_plates": _single_plates,
        "drop_landing_mat": _drop_mat,
        "drop_landing_plates": _drop_plates,
        "stance_mat": _stance_mat,
        "stance_plates": _stance_plates,
    }
)
"""Every trial of a condition, by the end of its name."""


def _feet(*sides: Side, heading_deg: float = 6.0) -> tuple[SyntheticFoot, ...]:
    """The feet of the person beside each other on the mat."""
    mat = demo_mat()
    x, y = (float(places.min() + places.max()) / 2 for places in (mat.x_mm, mat.y_mm))
    left = SyntheticFoot(Side.LEFT, width_mm=WIDTH_MM, place_mm=(x - 100, y), heading_deg=heading_deg)
    right = SyntheticFoot(Side.RIGHT, width_mm=WIDTH_MM, place_mm=(x + 100, y), heading_deg=-heading_deg)
    return tuple(foot for foot in (left, right) if not sides or foot.side in sides)


def _depth_of(side: Side, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Depth as a part of the full one, and the same with each repetition's own factor."""
    depth = TIMING.depth_fraction(time_s)
    factor = np.ones(len(time_s))
    for repetition, own in zip(TIMING.repetitions, FACTORS[side], strict=True):
        factor[(time_s >= repetition.start_s) & (time_s < repetition.stop_s)] = own
    return depth, depth * factor


def _squats_on_mat(
    one: StudyCondition, feet: tuple[SyntheticFoot, ...], shift_mm: Mapping[Side, float], task: Task
) -> Trial:
    time_s = np.arange(round(TIMING.duration_s * _MAT_HZ)) / _MAT_HZ
    total, sides = squat_force(time_s, TIMING, PERSON.body_mass_kg), [foot.side for foot in feet]
    loads: list[MatLoad] = []
    for foot in feet:
        depth, own = _depth_of(foot.side, time_s)
        shift = np.column_stack([shift_mm[foot.side] * own, -6.0 * depth])
        loads.append(MatLoad(foot, total * part_of(foot.side, sides, LEFT_PART), shift))
    made = f"made: {TIMING.n_repetitions} squats, {one.condition.name}"
    return mat_trial(demo_mat(), time_s, loads, MatWords("", task, made, PERSON.body_mass_kg)).trial


def _squats_on_plates(
    one: StudyCondition, sides: tuple[Side, ...], shift_mm: Mapping[Side, float], task: Task
) -> Trial:
    time_s = np.arange(round(TIMING.duration_s * _PLATE_HZ)) / _PLATE_HZ
    total = squat_force(time_s, TIMING, PERSON.body_mass_kg)
    loads: list[FootLoad] = []
    for side in sides:
        depth, own = _depth_of(side, time_s)
        force = total * part_of(side, sides, LEFT_PART)
        loads.append(FootLoad(PlacedFoot(side), force, _AP_MM + 20 * depth, _ML_MM + shift_mm[side] * own))
    trial = plate_trial(time_s, tuple(loads), TrialWords("", task, PERSON.body_mass_kg))
    return trial.changed(recordings=(*trial.recordings, _legs(one, time_s[::5])))


def _legs(one: StudyCondition, time_s: FloatArray) -> MarkerRecording:
    """Both legs, each knee by its own way: those of a side are taken from legs that both go that way."""
    ways = {side: leg_markers(time_s, one.knee_mm[side] * _depth_of(side, time_s)[1]) for side in Side}
    labels = ways[Side.LEFT].labels
    places = np.stack(
        [
            ways[Side.LEFT if label.startswith("L") else Side.RIGHT].positions_mm[:, column]
            for column, label in enumerate(labels)
        ],
        axis=1,
    )
    return MarkerRecording(time_s, places, labels, "synthetic legs")


def _weight_n(side: Side) -> float:
    return PERSON.body_mass_kg * STANDARD_GRAVITY_M_PER_S2 * part_of(side, tuple(Side), LEFT_PART)


def _shifts(shift_mm: Mapping[Side, float], sides: tuple[Side, ...], within: float = 0.5) -> Iterator[Answer]:
    for side in sides:
        yield Answer("cop_medial_shift_at_depth", side, 100 * shift_mm[side] / WIDTH_MM, within, "%")


def _landings(one: StudyCondition, within: float) -> Iterator[Answer]:
    for side in Side:
        yield Answer("landing_medial_shift_early", side, 100 * one.landing_mm[side] / WIDTH_MM, within, "%")


def _knees(one: StudyCondition, sides: tuple[Side, ...]) -> Iterator[Answer]:
    """Thigh and shank are 400 mm high each: an angle of ``2 atan(knee / 400)``, averaged over the repetitions."""
    for side in sides:
        at_depth = [2 * np.rad2deg(np.arctan(one.knee_mm[side] * own / 400)) for own in FACTORS[side]]
        yield Answer("knee_projection_at_depth", side, float(np.mean(at_depth)), 0.3, "deg")


def _depth() -> Answer:
    return Answer("squat_depth", None, 1000 * TIMING.depth_m, 5.0, "mm")


def _as_sensed(trial: Trial) -> Trial:
    """Rounded as sensors do, so that files stay small and are the same on every machine."""
    return trial.changed(recordings=tuple(_rounded(recording) for recording in trial.recordings))


def _rounded(recording: Recording) -> Recording:
    if isinstance(recording, PressureRecording):
        return _SENSOR.apply(recording)
    if isinstance(recording, ForceRecording):
        return replace(
            recording,
            force_n=_to_steps(recording.force_n, _FORCE_STEP_N),
            moment_nmm=_to_steps(recording.moment_nmm, _MOMENT_STEP_NMM),
        )
    return replace(recording, positions_mm=_to_steps(recording.positions_mm, _MARKER_STEP_MM))


def _to_steps(values: FloatArray, step: float) -> FloatArray:
    # Adding 0.0 makes -0.0 an ordinary zero.
    return np.round(values / step) * step + 0.0
