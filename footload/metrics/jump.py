"""Countermovement and squat jumps: how high, how fast, how strong; each value by a named method.

Height by impulse and height by flight time are two values with two meanings and never mixed: the first is the rise of
the center of mass after take-off, the second also holds the difference of posture between take-off and landing.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.signals.integration import integral
from footload.tasks.jump import Jump

_MM_PER_M = 1000.0


@metric(
    label="Jump height, by impulse",
    unit="mm",
    scope=Scope.JUMP,
    citation="linthorne2001",
    direction="high = the center of mass rises further after take-off",
    per_side=False,
)
def jump_height_impulse(jump: Jump) -> float:
    """Rise of the center of mass after take-off, from the speed that the impulse gave it. [mm]

    ``v² / (2 g)`` with ``v = int g (F / BW - 1) dt`` from the onset to the last frame on the plate, by trapezoids.
    """
    speed = max(jump.takeoff_velocity_m_per_s, 0.0)
    return _MM_PER_M * speed**2 / (2 * jump.rules.gravity_m_per_s2)


@metric(
    label="Jump height, by flight time",
    unit="mm",
    scope=Scope.JUMP,
    citation="linthorne2001",
    direction="high = longer in the air; 1 to 2 cm above the height by impulse is usual",
    per_side=False,
)
def jump_height_flight_time(jump: Jump) -> float:
    """Height of a body that flies for as long and lands in the posture in which it took off. [mm]

    ``g t² / 8``. Bent legs at landing lengthen the flight and with it this height.
    """
    return _MM_PER_M * jump.rules.gravity_m_per_s2 * _flight_s(jump) ** 2 / 8


@metric(
    label="Flight time",
    unit="s",
    scope=Scope.JUMP,
    citation="footload_definition",
    direction="high = longer in the air",
    per_side=False,
)
def jump_flight_time(jump: Jump) -> float:
    """From the first frame below the contact threshold to the first one at or above it again. [s]

    The threshold is 20 N unless said otherwise.
    """
    return _flight_s(jump)


@metric(
    label="Take-off velocity",
    unit="m/s",
    scope=Scope.JUMP,
    citation="linthorne2001",
    direction="high = leaves the ground faster",
    per_side=False,
)
def takeoff_velocity(jump: Jump) -> float:
    """Upward speed of the center of mass in the last frame on the plate, by impulse. [m/s]

    ``int g (F / BW - 1) dt`` from the onset.
    """
    return jump.takeoff_velocity_m_per_s


@metric(
    label="Time to take-off",
    unit="s",
    scope=Scope.JUMP,
    citation="owen2014",
    direction="high = a slower jump; depends on the rule for the onset",
    per_side=False,
)
def time_to_takeoff(jump: Jump) -> float:
    """From the onset of the movement to take-off. [s]

    The onset is a rule with a name and parameters; published rules differ by tenths of a second.
    """
    return float(jump.time_s[jump.takeoff] - jump.time_s[jump.onset])


@metric(
    label="RSI modified, height by impulse",
    unit="m/s",
    scope=Scope.JUMP,
    citation="ebben2010",
    direction="high = high and quick",
    per_side=False,
)
def rsi_modified_impulse(jump: Jump) -> float:
    """Jump height by impulse over the time to take-off. [m/s]

    ``h / TTT``.
    """
    return jump_height_impulse(jump) / _MM_PER_M / time_to_takeoff(jump)


@metric(
    label="RSI modified, height by flight time",
    unit="m/s",
    scope=Scope.JUMP,
    citation="ebben2010",
    direction="high = high and quick",
    per_side=False,
)
def rsi_modified_flight_time(jump: Jump) -> float:
    """Jump height by flight time over the time to take-off. [m/s]

    ``h / TTT``; not to be mixed with the one by impulse.
    """
    return jump_height_flight_time(jump) / _MM_PER_M / time_to_takeoff(jump)


@metric(
    label="Countermovement depth",
    unit="mm",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = goes further down before the push; 0 in a squat jump",
    per_side=False,
)
def countermovement_depth(jump: Jump) -> float:
    """How far the center of mass goes down before it is pushed up, by double integration. [mm]

    ``-min int v dt`` from the onset.
    """
    return float(max(-jump.displacement_mm.min(), 0.0))


@metric(
    label="Unweighting time",
    unit="s",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = this phase takes longer",
    per_side=False,
)
def unweighting_time(jump: Jump) -> float:
    """From the onset to the fastest way down, where the force comes back to body weight. [s]

    A squat jump has no unweighting and no braking.
    """
    return _duration_s(jump, "unweighting")


@metric(
    label="Braking time",
    unit="s",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = this phase takes longer",
    per_side=False,
)
def braking_time(jump: Jump) -> float:
    """From the fastest way down to the lowest point (v = 0). [s]

    A squat jump has no unweighting and no braking.
    """
    return _duration_s(jump, "braking")


@metric(
    label="Propulsion time",
    unit="s",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = this phase takes longer",
    per_side=False,
)
def propulsion_time(jump: Jump) -> float:
    """From the lowest point (v = 0) to take-off. [s]

    In a squat jump from the onset.
    """
    return _duration_s(jump, "propulsion")


@metric(
    label="Peak propulsion force",
    unit="BW",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = pushes harder",
    per_side=False,
)
def peak_propulsion_force(jump: Jump) -> float:
    """Highest vertical force between the lowest point and take-off, in body weights. [BW]

    ``max F / BW``.
    """
    return float(jump.force_n[jump.within("propulsion")].max()) / jump.weighing.weight_n


@metric(
    label="Mean propulsion force",
    unit="BW",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = pushes harder on average",
    per_side=False,
)
def mean_propulsion_force(jump: Jump) -> float:
    """Mean vertical force between the lowest point and take-off, in body weights. [BW]

    Mean over time of ``F / BW``.
    """
    return _net_impulse(jump, "propulsion") / jump.weighing.weight_n / _duration_s(jump, "propulsion") + 1.0


@metric(
    label="Mean braking force",
    unit="BW",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = brakes the descent harder",
    per_side=False,
)
def mean_braking_force(jump: Jump) -> float:
    """Mean vertical force between the fastest way down and the lowest point, in body weights. [BW]

    Mean over time of ``F / BW``.
    """
    return _net_impulse(jump, "braking") / jump.weighing.weight_n / _duration_s(jump, "braking") + 1.0


@metric(
    label="Net propulsion impulse",
    unit="N·s",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = more upward momentum from the push",
    per_side=False,
)
def propulsion_impulse(jump: Jump) -> float:
    """Impulse above body weight between the lowest point and take-off. [N·s]

    ``int (F - BW) dt``; divided by the mass it is the gain in speed.
    """
    return _net_impulse(jump, "propulsion")


@metric(
    label="Net braking impulse",
    unit="N·s",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = more downward momentum was stopped",
    per_side=False,
)
def braking_impulse(jump: Jump) -> float:
    """Impulse above body weight between the fastest way down and the lowest point. [N·s]

    ``int (F - BW) dt``; the mass times the fastest downward speed.
    """
    return _net_impulse(jump, "braking")


@metric(
    label="Force at the lowest point",
    unit="BW",
    scope=Scope.JUMP,
    citation="mcmahon2018",
    direction="high = stiffer turn from going down to going up",
    per_side=False,
)
def force_at_turn(jump: Jump) -> float:
    """Vertical force where the center of mass turns, in body weights. [BW]

    ``F / BW`` at v = 0.
    """
    return float(jump.force_n[jump.turned]) / jump.weighing.weight_n


@metric(
    label="Peak power",
    unit="W",
    scope=Scope.JUMP,
    citation="linthorne2001",
    direction="high = more power into the center of mass",
    per_side=False,
)
def peak_power(jump: Jump) -> float:
    """Highest power of the ground reaction on the center of mass in the propulsion. [W]

    ``max F v``.
    """
    return float(_power_w(jump).max())


@metric(
    label="Mean propulsion power",
    unit="W",
    scope=Scope.JUMP,
    citation="linthorne2001",
    direction="high = more power into the center of mass",
    per_side=False,
)
def mean_propulsion_power(jump: Jump) -> float:
    """Mean power of the ground reaction on the center of mass in the propulsion. [W]

    Mean over frames of ``F v``.
    """
    return float(_power_w(jump).mean())


def _flight_s(jump: Jump) -> float:
    if not jump.landed:
        raise UndefinedMetricError("The recording ends before the landing, so the flight time is not known.")
    return jump.flight_s


def _duration_s(jump: Jump, phase: str) -> float:
    start, stop = _phase(jump, phase)
    return float(jump.time_s[stop] - jump.time_s[start])


def _net_impulse(jump: Jump, phase: str) -> float:
    """``int (F - BW) dt`` over a phase. [N·s]"""
    start, stop = _phase(jump, phase)
    frames = slice(start, min(stop, jump.takeoff - 1) + 1)
    return float(integral(jump.time_s[frames], jump.force_n[frames] - jump.weighing.weight_n)[-1])


def _phase(jump: Jump, phase: str) -> tuple[int, int]:
    phases = jump.repetition.phases
    if phase not in phases:
        raise UndefinedMetricError(f"A {jump.kind} has no {phase}.")
    start, stop = phases[phase]
    if stop <= start:
        raise UndefinedMetricError(f"The {phase} has no length in this recording.")
    return start, stop


def _power_w(jump: Jump) -> FloatArray:
    start = jump.turned - jump.onset
    force = jump.force_n[jump.onset : jump.onset + len(jump.velocity_m_per_s)]
    return np.asarray(force[start:] * jump.velocity_m_per_s[start:])
