"""Bilateral squats on a mat: known repetitions, known force, and a CoP of each foot that moves by a known amount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import SensorLayout
from footload.synthetic.stance import StanceCourse
from footload.synthetic.standing_feet import MatLoad, MatWords, StandingFoot, mat_trial, part_of, swayed_mm
from footload.synthetic.truth import RepetitionTruth, SyntheticTrial
from footload.trials import Task
from footload.units import STANDARD_GRAVITY_M_PER_S2


@dataclass(frozen=True, slots=True)
class SquatTiming:
    """When the body goes down and up.

    Parameters
    ----------
    n_repetitions : int
        How often.
    still_s : float
        Quiet standing before the first descent. [s]
    down_s, hold_s, up_s : float
        Length of the phases. [s]
    rest_s : float
        Quiet standing after each repetition. [s]
    depth_m : float
        How far the centre of mass goes down. [m]

    Raises
    ------
    ValueError
        When there is no repetition or a phase has no length.
    """

    n_repetitions: int = 5
    still_s: float = 2.0
    down_s: float = 1.2
    hold_s: float = 0.3
    up_s: float = 1.0
    rest_s: float = 1.5
    depth_m: float = 0.35

    def __post_init__(self) -> None:
        if self.n_repetitions < 1:
            raise ValueError(f"n_repetitions is {self.n_repetitions}, but a squat trial has at least one.")
        for name in ("still_s", "down_s", "up_s", "rest_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, but this phase lasts more than 0 s.")
        if self.hold_s < 0:
            raise ValueError(f"hold_s is {self.hold_s:g}, but a hold lasts 0 s or more.")

    @property
    def duration_s(self) -> float:
        """Length of the whole trial. [s]"""
        return self.still_s + self.n_repetitions * (self.down_s + self.hold_s + self.up_s + self.rest_s)

    @property
    def repetitions(self) -> tuple[RepetitionTruth, ...]:
        """Exact times of every repetition."""
        found: list[RepetitionTruth] = []
        start = self.still_s
        for _ in range(self.n_repetitions):
            bottom, up = start + self.down_s, start + self.down_s + self.hold_s
            found.append(RepetitionTruth(start, bottom, up, up + self.up_s))
            start = up + self.up_s + self.rest_s
        return tuple(found)

    def depth_fraction(self, time_s: FloatArray, derivative: int = 0) -> FloatArray:
        """Depth of the centre of mass as a part of the full depth, or its derivatives. [1/s^derivative]

        Parameters
        ----------
        time_s : (t,) array
            Times. [s]
        derivative : int
            0, 1 or 2.

        Returns
        -------
        (t,) array
            0 in standing, 1 at the bottom.
        """
        depth = np.zeros(len(time_s))
        for repetition in self.repetitions:
            down = (time_s - repetition.start_s) / self.down_s
            up = (time_s - repetition.bottom_stop_s) / self.up_s
            depth += minimum_jerk(down, derivative) / self.down_s**derivative
            depth -= minimum_jerk(up, derivative) / self.up_s**derivative
        return depth


def minimum_jerk(fraction: FloatArray, derivative: int = 0) -> FloatArray:
    """The smoothest way from 0 to 1, or its derivatives by the fraction of the way's time.

    Parameters
    ----------
    fraction : (t,) array
        Time as a part of the movement's length; before 0 it stands at 0, after 1 at 1.
    derivative : int
        0 is the place, 1 the velocity, 2 the acceleration.

    Returns
    -------
    (t,) array
        ``10 s^3 - 15 s^4 + 6 s^5`` or its derivative.

    Raises
    ------
    KeyError
        When the derivative is another one.
    """
    s = np.clip(fraction, 0.0, 1.0)
    return {
        0: s**3 * (10 - 15 * s + 6 * s**2),
        1: 30 * s**2 * (1 - s) ** 2,
        2: 60 * s * (1 - s) * (1 - 2 * s),
    }[derivative]


def squat_force(time_s: FloatArray, timing: SquatTiming, body_mass_kg: float) -> FloatArray:
    """Vertical force of both feet together. [N]

    Parameters
    ----------
    time_s : (t,) array
        Times. [s]
    timing : SquatTiming
        When the body goes down and up, and how far.
    body_mass_kg : float
        Mass. [kg]

    Returns
    -------
    (t,) array
        ``m (g + z'')``. [N]

    Raises
    ------
    ValueError
        When the movement is so fast that the feet would leave the ground.
    """
    acceleration = -timing.depth_m * timing.depth_fraction(time_s, 2)
    force = body_mass_kg * (STANDARD_GRAVITY_M_PER_S2 + acceleration)
    if (force <= 0).any():
        raise ValueError(
            f"A descent of {timing.depth_m:g} m in {timing.down_s:g} s would lift the feet off the ground "
            f"({force.min():.0f} N); go slower or less deep."
        )
    return force


def squat(
    feet: tuple[StandingFoot, ...],
    layout: SensorLayout,
    *,
    body_mass_kg: float = 75.0,
    timing: SquatTiming | None = None,
    left_part: float = 0.5,
    sampling_rate_hz: float = 100.0,
    name: str = "synthetic squat",
    sway: StanceCourse | None = None,
    seed: int = 1,
) -> SyntheticTrial:
    """Squat on a mat with one or both feet.

    Parameters
    ----------
    feet : tuple of StandingFoot
        The left and the right foot, or one foot for a single-leg squat.
    layout : SensorLayout
        The mat.
    body_mass_kg : float
        Mass. [kg]
    timing : SquatTiming, optional
        When the body goes down and up.
    left_part : float
        Part of the force on the left foot, when there are two.
    sampling_rate_hz : float
        Frames per second. [Hz]
    name : str
        Name of the trial.
    sway : StanceCourse, optional
        How the person sways; not at all by default.
    seed : int
        Of the sway.

    Returns
    -------
    SyntheticTrial
        Exact; the CoP of each foot is its place in quiet standing plus the known shift, which holds the sway.

    Raises
    ------
    ValueError
        When the feet are not one, or one of each side.
    """
    timing = timing or SquatTiming()
    time_s = np.arange(round(timing.duration_s * sampling_rate_hz)) / sampling_rate_hz
    total, depth = squat_force(time_s, timing, body_mass_kg), timing.depth_fraction(time_s)
    sides = [standing.foot.side for standing in feet]
    swaying = None if sway is None else sway.path_mm(timing.duration_s, sampling_rate_hz, seed)
    loads = [
        MatLoad(
            standing.foot,
            total * part_of(standing.foot.side, sides, left_part),
            swayed_mm(standing.foot, depth[:, None] * (standing.medial_mm, standing.anterior_mm), swaying),
        )
        for standing in feet
    ]
    made = f"made: {timing.n_repetitions} squats of {timing.depth_m:g} m, {body_mass_kg:g} kg, left part {left_part:g}"
    task = Task.SQUAT if len(feet) == 2 else Task.SINGLE_LEG_SQUAT
    words = MatWords(name, task, made, body_mass_kg, timing.repetitions, timing.depth_m * depth)
    return mat_trial(layout, time_s, loads, words)
