"""Steps on force plates along the way of walking: braked, propelled, rolled off; and both sides compared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.asymmetry import asymmetry
from footload.metrics.registry import Scope, metric, named
from footload.metrics.steps import step_contact_time, step_peak_force_n, step_vertical_impulse
from footload.recordings import Side
from footload.signals.integration import integral
from footload.tasks.gait_steps import PlateStep, PlateWalk


@metric(
    label="Braking impulse",
    unit="N·s",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = brakes more",
)
def step_braking_impulse(step: PlateStep) -> float:
    """Impulse of the force against the way of walking, as a positive number. [N·s]

    ``-int min(F_forward, 0) dt``.
    """
    return _part(step, -np.minimum(step.forward_n, 0.0))


@metric(
    label="Propulsive impulse",
    unit="N·s",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = pushes forward more",
)
def step_propulsive_impulse(step: PlateStep) -> float:
    """Impulse of the force along the way of walking. [N·s]

    ``int max(F_forward, 0) dt``.
    """
    return _part(step, np.maximum(step.forward_n, 0.0))


@metric(
    label="Braking force, peak",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = brakes harder",
)
def step_braking_peak(step: PlateStep) -> float:
    """Highest force against the way of walking, as a positive number, in body weights. [BW]

    ``-min F_forward / BW``.
    """
    return max(0.0, -float(step.forward_n.min())) / step.body_weight_n


@metric(
    label="Propulsive force, peak",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = pushes forward harder",
)
def step_propulsive_peak(step: PlateStep) -> float:
    """Highest force along the way of walking, in body weights. [BW]

    ``max F_forward / BW``.
    """
    return max(0.0, float(step.forward_n.max())) / step.body_weight_n


@metric(
    label="Way of the CoP along the walk",
    unit="mm",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = rolls off over more of the foot",
)
def step_cop_way(step: PlateStep) -> float:
    """Way of the CoP along the way of walking, from its first to its last place. [mm]

    Where the plate carries at least 50 N.
    """
    path = _path(step)
    return float(path[-1, 1] - path[0, 1])


@metric(
    label="Width of the CoP path",
    unit="mm",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = the CoP wanders from side to side",
)
def step_cop_width(step: PlateStep) -> float:
    """Largest minus smallest distance of the CoP from the line between its first and its last place. [mm]

    Across that line, which takes out how far the foot points outward; at 50 N and more.
    """
    path = _path(step)
    along = path[-1] - path[0]
    length = float(np.hypot(*along))
    if length <= 0:
        raise UndefinedMetricError("The CoP ends where it began, so there is no line to measure from.")
    away = (path - path[0]) @ np.array([along[1], -along[0]]) / length
    return float(np.ptp(away))


def _compared(value_of: Callable[[PlateStep], float], label: str, words: str) -> Callable[[PlateWalk], float]:
    """The same value of both feet, compared: one metric more."""

    def of_walk(walk: PlateWalk) -> float:
        return _asymmetry(walk, value_of)

    doc = f"""Asymmetry of the two feet's mean {words}, ``100 (R - L) / (R + L)`` unless another is asked for. [%]

    Over the steps that count.
    """
    record = metric(
        label=f"{label}, asymmetry",
        unit="%",
        scope=Scope.PLATE_WALK,
        citation="bishop_asymmetry",
        direction="positive = the right foot has more",
        per_side=False,
    )
    name = f"{value_of.__name__.removesuffix('_n')}_asymmetry"
    return record(named(of_walk, name=name, module=__name__, doc=doc))


def _part(step: PlateStep, force_n: FloatArray) -> float:
    return float(integral(step.time_s, force_n)[-1])


def _path(step: PlateStep) -> FloatArray:
    path = step.cop_mm[np.isfinite(step.cop_mm).all(axis=1)]
    if len(path) < 2:
        raise UndefinedMetricError("The CoP or the way of walking is not known in this step.")
    return path


def _asymmetry(walk: PlateWalk, value_of: Callable[[PlateStep], float]) -> float:
    means: dict[Side, float] = {}
    for side in Side:
        steps = walk.of(side)
        if not steps:
            raise UndefinedMetricError(f"No step of the {side} foot counts, so the sides cannot be compared.")
        means[side] = float(np.mean([value_of(step) for step in steps]))
    return asymmetry(means[Side.LEFT], means[Side.RIGHT], walk.comparison.formula, walk.comparison.involved)


step_contact_time_asymmetry = _compared(step_contact_time, "Contact time on the plate", "contact times")
step_peak_force_asymmetry = _compared(step_peak_force_n, "Peak force of the step", "highest forces")
step_vertical_impulse_asymmetry = _compared(step_vertical_impulse, "Vertical impulse of the step", "vertical impulses")
step_braking_impulse_asymmetry = _compared(step_braking_impulse, "Braking impulse", "braking impulses")
step_propulsive_impulse_asymmetry = _compared(step_propulsive_impulse, "Propulsive impulse", "propulsive impulses")
