"""Walking and running steps on force plates: how long, how hard and how fast the foot is loaded."""

from __future__ import annotations

from collections.abc import Callable

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.loading_rates import average_rate, secant_rate, steepest_rate
from footload.metrics.registry import Scope, metric
from footload.signals.integration import integral
from footload.tasks.gait_steps import PlateStep

_HARDER = "high = a harder step; depends on speed and body mass"
_FASTER = "high = a harder impact; the three rates differ several times"


@metric(
    label="Contact time on the plate",
    unit="s",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = slow",
)
def step_contact_time(step: PlateStep) -> float:
    """Time from touchdown to take-off. [s]

    From the first frame at 20 N or more to the first one below it.
    """
    n = len(step.time_s)
    return float(step.time_s[-1] - step.time_s[0]) * n / (n - 1)


@metric(
    label="Peak force of the step",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction=_HARDER,
)
def step_peak_force(step: PlateStep) -> float:
    """Highest vertical force, in body weights. [BW]

    ``max F / BW``, unfiltered.
    """
    return step_peak_force_n(step) / step.body_weight_n


@metric(
    label="Peak force of the step in newtons",
    unit="N",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction=_HARDER,
)
def step_peak_force_n(step: PlateStep) -> float:
    """Highest vertical force. [N]

    ``max F``, unfiltered.
    """
    return float(step.vertical_n[step.highest])


@metric(
    label="First peak, weight acceptance",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = a faster or harder step",
)
def step_first_peak(step: PlateStep) -> float:
    """Highest vertical force before the trough of mid-stance, in body weights. [BW]

    Only of a step with two humps, as in walking.
    """
    return _hump(step, 0)


@metric(
    label="Trough of mid-stance",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="low = a faster, livelier step",
)
def step_trough(step: PlateStep) -> float:
    """Lowest vertical force between 30 and 70 % of the contact, in body weights. [BW]

    Only of a step with two humps, as in walking.
    """
    return _hump(step, 1)


@metric(
    label="Second peak, push-off",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = pushes off harder",
)
def step_second_peak(step: PlateStep) -> float:
    """Highest vertical force after the trough of mid-stance, in body weights. [BW]

    Only of a step with two humps, as in walking.
    """
    return _hump(step, 2)


@metric(
    label="Impact peak",
    unit="BW",
    scope=Scope.PLATE_STEP,
    citation="landing_loading",
    direction="high = a harder impact; depends on speed, shoe and foot strike",
)
def step_impact_peak(step: PlateStep) -> float:
    """Vertical force at the impact peak, in body weights. [BW]

    The first high within 50 ms after touchdown that stands out by 2 % of the highest force and is not that one.
    """
    return float(step.vertical_n[_impact(step)]) / step.body_weight_n


@metric(
    label="Time to the impact peak",
    unit="s",
    scope=Scope.PLATE_STEP,
    citation="landing_loading",
    direction="high = a slower impact",
)
def step_time_to_impact_peak(step: PlateStep) -> float:
    """From touchdown to the impact peak. [s]

    Only where there is an impact peak.
    """
    return float(step.time_s[_impact(step)] - step.time_s[0])


@metric(
    label="Loading rate of the step, average",
    unit="BW/s",
    scope=Scope.PLATE_STEP,
    citation="landing_loading",
    direction=_FASTER,
)
def step_loading_rate_average(step: PlateStep) -> float:
    """Mean rise of the vertical force after touchdown. [BW/s]

    ``(F_peak - F_touchdown) / (t_peak - t_touchdown) / BW`` up to the impact peak, else the first peak, else 13 %
    of the contact.
    """
    return _rate(step, average_rate)


@metric(
    label="Loading rate of the step, 20 to 80 % of the peak",
    unit="BW/s",
    scope=Scope.PLATE_STEP,
    citation="landing_loading",
    direction=_FASTER,
)
def step_loading_rate_secant(step: PlateStep) -> float:
    """Rise of the vertical force between 20 and 80 % of its peak after touchdown. [BW/s]

    ``0.6 F_peak / (t_80 - t_20) / BW`` up to the impact peak, else the first peak, else 13 % of the contact.
    """
    return _rate(step, secant_rate)


@metric(
    label="Loading rate of the step, steepest 5 ms",
    unit="BW/s",
    scope=Scope.PLATE_STEP,
    citation="landing_loading",
    direction=_FASTER,
)
def step_loading_rate_steepest(step: PlateStep) -> float:
    """Steepest rise of the vertical force over 5 ms after touchdown. [BW/s]

    ``max (F(t + 5 ms) - F(t)) / 5 ms / BW`` up to the impact peak, else the first peak, else 13 %
    of the contact.
    """
    return _rate(step, steepest_rate)


@metric(
    label="Vertical impulse of the step",
    unit="N·s",
    scope=Scope.PLATE_STEP,
    citation="footload_definition",
    direction="high = carries more or longer",
)
def step_vertical_impulse(step: PlateStep) -> float:
    """Impulse of the vertical force. [N·s]

    ``int F dt``, body weight not taken away.
    """
    return float(integral(step.time_s, step.vertical_n)[-1])


def _rate(step: PlateStep, rate_of: Callable[[FloatArray, FloatArray, int, int], float]) -> float:
    return rate_of(step.time_s, step.vertical_n, 0, step.loaded_until[0]) / step.body_weight_n


def _hump(step: PlateStep, which: int) -> float:
    if step.humps is None:
        raise UndefinedMetricError("The force of this step has one hump, not the two of walking.")
    return float(step.vertical_n[step.humps[which]]) / step.body_weight_n


def _impact(step: PlateStep) -> int:
    if step.impact is None:
        raise UndefinedMetricError("The force rises without an impact peak that stands out in the first 50 ms.")
    return step.impact
