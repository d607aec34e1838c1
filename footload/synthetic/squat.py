"""Bilateral squats on a mat: known repetitions, known force, and a CoP of each foot that moves by a known amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.truth import (
    ContactTruth,
    RepetitionTruth,
    SyntheticTrial,
    TrialTruth,
    foot_contact,
    pressed,
)
from footload.trials import Participant, Side, Task, Trial
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


@dataclass(frozen=True, slots=True)
class StandingFoot:
    """A foot in a squat: where it stands, what part it carries and how far its CoP moves at full depth.

    Parameters
    ----------
    foot : SyntheticFoot
        The foot.
    medial_mm, anterior_mm : float
        Shift of the CoP at full depth, across and along the true foot axis; in between it is proportional to
        the depth. [mm]
    """

    foot: SyntheticFoot
    medial_mm: float = 0.0
    anterior_mm: float = 0.0


def tilted_weights(weights: FloatArray, centers_mm: FloatArray, targets_mm: FloatArray) -> FloatArray:
    """Tilt weights exponentially until their centre lies exactly where it is wanted.

    Parameters
    ----------
    weights : (k,) array
        Positive, in quiet standing.
    centers_mm : (k, 2) array
        Place of each blob. [mm]
    targets_mm : (t, 2) array
        Wanted centre in each frame. [mm]

    Returns
    -------
    (t, k) array
        ``w_k exp(tilt . c_k)``, rows sum to 1. Of all weights with that centre they are the nearest to the given ones
        (smallest relative entropy).

    Raises
    ------
    ValueError
        When a wanted centre is not inside the foot.
    """
    scale = 30.0
    points = (centers_mm - weights @ centers_mm / weights.sum()) / scale
    wanted = (targets_mm - weights @ centers_mm / weights.sum()) / scale
    tilt = np.zeros_like(wanted)
    tilted = np.tile(weights / weights.sum(), (len(wanted), 1))
    for _ in range(60):
        missing = wanted - tilted @ points
        if np.abs(missing).max(initial=0.0) * scale < 1e-12:
            break
        away = points[None] - (tilted @ points)[:, None]
        spread = np.einsum("tk,tki,tkj->tij", tilted, away, away)
        try:
            step = cast("FloatArray", np.linalg.solve(spread, missing[..., None]))[..., 0]
        except np.linalg.LinAlgError:
            break
        tilt += step * np.minimum(1.0, 2.0 / np.maximum(np.linalg.norm(step, axis=1), 1e-300))[:, None]
        exponent = tilt @ points.T
        tilted = weights * np.exp(exponent - exponent.max(axis=1, keepdims=True))
        tilted /= tilted.sum(axis=1, keepdims=True)
    error_mm = np.abs(wanted - tilted @ points).max(axis=1, initial=0.0) * scale
    if not (error_mm < 1e-9).all():
        worst = targets_mm[int(np.argmax(error_mm))]
        raise ValueError(
            f"The CoP cannot be moved to ({worst[0]:.1f}, {worst[1]:.1f}) mm: that is outside of the foot."
        )
    return tilted


def squat(
    feet: tuple[StandingFoot, ...],
    layout: SensorLayout,
    *,
    body_mass_kg: float = 75.0,
    timing: SquatTiming | None = None,
    left_part: float = 0.5,
    sampling_rate_hz: float = 100.0,
    name: str = "synthetic squat",
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

    Returns
    -------
    SyntheticTrial
        Exact; the CoP of each foot is its place in quiet standing plus the known shift.

    Raises
    ------
    ValueError
        When the feet are not one, or one of each side.
    """
    sides = [standing.foot.side for standing in feet]
    if len(feet) not in {1, 2} or len(set(sides)) != len(feet):
        raise ValueError(f"A squat has one foot or one of each side, but these were given: {', '.join(sides)}.")
    timing = timing or SquatTiming()
    time_s = np.arange(round(timing.duration_s * sampling_rate_hz)) / sampling_rate_hz
    total, depth = squat_force(time_s, timing, body_mass_kg), timing.depth_fraction(time_s)
    contacts: list[ContactTruth] = []
    loads: list[tuple[int, FloatArray, FloatArray]] = []
    for standing in feet:
        part = 1.0 if len(feet) == 1 else left_part if standing.foot.side is Side.LEFT else 1 - left_part
        contact, blob_force = _standing_contact(standing, total * part, depth)
        contacts.append(contact)
        loads.append((0, blob_force, standing.foot.on_cells(layout)))
    made = f"made: {timing.n_repetitions} squats of {timing.depth_m:g} m, {body_mass_kg:g} kg, left part {left_part:g}"
    task = Task.SQUAT if len(feet) == 2 else Task.SINGLE_LEG_SQUAT
    trial = Trial(
        name,
        (pressed(layout, time_s, loads, made),),
        task,
        participant=Participant("synthetic", body_mass_kg),
        side=None if len(feet) == 2 else sides[0],
    )
    truth = TrialTruth(tuple(contacts), body_mass_kg, timing.repetitions, timing.depth_m * depth)
    return SyntheticTrial(trial, truth)


def _standing_contact(
    standing: StandingFoot, force_n: FloatArray, depth: FloatArray
) -> tuple[ContactTruth, FloatArray]:
    foot = standing.foot
    shift_mm = depth[:, None] * (standing.medial_mm, standing.anterior_mm)
    in_plate = shift_mm @ np.array([foot.axis.medial, foot.axis.along])
    base = foot.standing_weights
    weights = tilted_weights(base, foot.centers_mm, base @ foot.centers_mm + in_plate)
    contact = foot_contact(foot, force_n, weights, 0, shift_mm=shift_mm, n_frames=len(force_n))
    return contact, weights * force_n[:, None]
