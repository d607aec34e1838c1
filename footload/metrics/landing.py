"""Landings: how hard, how deep, how soon again off the ground; each value by a named method."""

from __future__ import annotations

import numpy as np

from footload.errors import UndefinedMetricError
from footload.metrics.asymmetry import asymmetry
from footload.metrics.loading_rates import average_rate, secant_rate, steepest_rate
from footload.metrics.registry import Scope, metric
from footload.recordings import Side
from footload.signals.integration import integral
from footload.tasks.landing import Landing, touchdown_of
from footload.units import STANDARD_GRAVITY_M_PER_S2

_MM_PER_M = 1000.0
_IMPULSE_S = 0.1


@metric(
    label="Peak landing force",
    unit="BW",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a harder impact",
    per_side=False,
)
def landing_peak_force(landing: Landing) -> float:
    """Highest vertical force of the impact, in body weights. [BW]

    ``max F / BW`` within a quarter of a second after touchdown, unfiltered.
    """
    return float(landing.vertical_n[landing.peak]) / landing.weight_n


@metric(
    label="Peak landing force in newtons",
    unit="N",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a harder impact",
    per_side=False,
)
def landing_peak_force_n(landing: Landing) -> float:
    """Highest vertical force of the impact. [N]

    ``max F`` within a quarter of a second after touchdown, unfiltered.
    """
    return float(landing.vertical_n[landing.peak])


@metric(
    label="Time to peak landing force",
    unit="s",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a slower impact",
    per_side=False,
)
def landing_time_to_peak(landing: Landing) -> float:
    """From touchdown to the highest force of the impact. [s]

    Touchdown is the first frame at or above the contact threshold.
    """
    return float(landing.time_s[landing.peak] - landing.time_s[landing.touchdown])


@metric(
    label="Loading rate, average",
    unit="BW/s",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a harder impact",
    per_side=False,
)
def loading_rate_average(landing: Landing) -> float:
    """Mean rise of the force from touchdown to its peak. [BW/s]

    ``(F_peak - F_touchdown) / (t_peak - t_touchdown) / BW``.
    """
    weight_n = landing.weight_n
    return average_rate(landing.time_s, landing.vertical_n, landing.touchdown, landing.peak) / weight_n


@metric(
    label="Loading rate, 20 to 80 % of the peak",
    unit="BW/s",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a harder impact",
    per_side=False,
)
def loading_rate_secant(landing: Landing) -> float:
    """Rise of the force between 20 and 80 % of its peak, on the way up to it. [BW/s]

    ``0.6 F_peak / (t_80 - t_20) / BW``; both moments by linear interpolation, each the last one before the peak.
    """
    weight_n = landing.weight_n
    return secant_rate(landing.time_s, landing.vertical_n, landing.touchdown, landing.peak) / weight_n


@metric(
    label="Loading rate, steepest 5 ms",
    unit="BW/s",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a harder impact; depends on the sampling rate and the filter",
    per_side=False,
)
def loading_rate_steepest(landing: Landing) -> float:
    """Steepest rise of the force over 5 ms between touchdown and its peak. [BW/s]

    ``max (F(t + 5 ms) - F(t)) / 5 ms / BW``; the nearest number of frames, at least one.
    """
    weight_n = landing.weight_n
    return steepest_rate(landing.time_s, landing.vertical_n, landing.touchdown, landing.peak) / weight_n


@metric(
    label="Impulse of the first 100 ms",
    unit="N·s",
    scope=Scope.LANDING,
    citation="landing_loading",
    direction="high = a harder impact",
    per_side=False,
)
def landing_impulse_100ms(landing: Landing) -> float:
    """Impulse of the vertical force in the first 100 ms after touchdown. [N·s]

    ``int F dt``, body weight not taken away.
    """
    frames = landing.window(_IMPULSE_S)
    return float(integral(landing.time_s[frames], landing.vertical_n[frames])[-1])


@metric(
    label="Speed at touchdown",
    unit="m/s",
    scope=Scope.LANDING,
    citation="footload_definition",
    direction="high = came down faster",
    per_side=False,
)
def touchdown_speed(landing: Landing) -> float:
    """Downward speed of the center of mass at touchdown, from the impulse that brought it to rest. [m/s]

    ``int g (F / BW - 1) dt`` from touchdown to the rest after it; needs no box height.
    """
    return -float(landing.descent_m_per_s[0])


@metric(
    label="Drop height, by impulse",
    unit="mm",
    scope=Scope.LANDING,
    citation="footload_definition",
    direction="high = came down from higher",
    per_side=False,
)
def drop_height(landing: Landing) -> float:
    """Height of a free fall with this speed at touchdown. [mm]

    ``v² / (2 g)``; differs from the box by how one steps off it and by posture.
    """
    return _MM_PER_M * touchdown_speed(landing) ** 2 / (2 * STANDARD_GRAVITY_M_PER_S2)


@metric(
    label="Landing depth",
    unit="mm",
    scope=Scope.LANDING,
    citation="footload_definition",
    direction="high = a softer landing that goes down further",
    per_side=False,
)
def landing_depth(landing: Landing) -> float:
    """How far the center of mass goes down after touchdown, by double integration. [mm]

    To the lowest point (v = 0).
    """
    speed = landing.descent_m_per_s
    frames = slice(landing.touchdown, landing.touchdown + len(speed))
    return -_MM_PER_M * float(integral(landing.time_s[frames], speed).min())


@metric(
    label="Time to the lowest point",
    unit="s",
    scope=Scope.LANDING,
    citation="footload_definition",
    direction="high = a softer landing",
    per_side=False,
)
def landing_time_to_lowest(landing: Landing) -> float:
    """From touchdown to where the center of mass stops going down. [s]

    First moment at which the speed is zero.
    """
    lowest = landing.touchdown + int(np.argmax(landing.descent_m_per_s >= 0))
    return float(landing.time_s[lowest] - landing.time_s[landing.touchdown])


@metric(
    label="Ground contact time",
    unit="s",
    scope=Scope.LANDING,
    citation="young1995",
    direction="high = longer on the ground before the rebound",
    per_side=False,
)
def ground_contact_time(landing: Landing) -> float:
    """From touchdown to the next take-off. [s]

    Only where the person leaves the ground again.
    """
    _needs_rebound(landing)
    return float(landing.time_s[landing.leaves] - landing.time_s[landing.touchdown])


@metric(
    label="Reactive strength index, height over contact",
    unit="m/s",
    scope=Scope.LANDING,
    citation="young1995",
    direction="high = jumps high after a short contact",
    per_side=False,
)
def reactive_strength_index(landing: Landing) -> float:
    """Height by flight time of the rebound over the contact time before it. [m/s]

    ``(g t_flight² / 8) / t_contact``.
    """
    return STANDARD_GRAVITY_M_PER_S2 * _rebound_s(landing) ** 2 / 8 / ground_contact_time(landing)


@metric(
    label="Reactive strength ratio, flight over contact",
    unit="ratio",
    scope=Scope.LANDING,
    citation="young1995",
    direction="high = long in the air after a short contact",
    per_side=False,
)
def reactive_strength_ratio(landing: Landing) -> float:
    """Flight time of the rebound over the contact time before it. [ratio]

    ``t_flight / t_contact``.
    """
    return _rebound_s(landing) / ground_contact_time(landing)


@metric(
    label="Peak landing force, asymmetry",
    unit="%",
    scope=Scope.LANDING,
    citation="bishop_asymmetry",
    direction="positive = the right foot lands harder",
    per_side=False,
)
def landing_peak_force_asymmetry(landing: Landing) -> float:
    """Asymmetry of the two feet's highest forces, ``100 (R - L) / (R + L)`` unless another formula is asked for. [%]

    Each foot's own peak within a quarter of a second after the landing's touchdown.
    """
    peaks = {side: _side_peak_n(landing, side) for side in Side}
    sides = landing.rules.comparison
    return asymmetry(peaks[Side.LEFT], peaks[Side.RIGHT], sides.formula, sides.involved)


@metric(
    label="Touchdown, left after right",
    unit="s",
    scope=Scope.LANDING,
    citation="footload_definition",
    direction="positive = the left foot comes down later",
    per_side=False,
)
def touchdown_difference(landing: Landing) -> float:
    """Touchdown of the left foot less that of the right one. [s]

    Each at the contact threshold on its own plate or print.
    """
    downs: list[float] = []
    for side in Side:
        down = touchdown_of(landing, side) if side in landing.side_force_n else None
        if down is None:
            raise UndefinedMetricError(f"The touchdown of the {side} foot is not known.")
        downs.append(float(landing.time_s[down]))
    return downs[0] - downs[1]


def _needs_rebound(landing: Landing) -> None:
    if landing.leaves >= len(landing.time_s):
        raise UndefinedMetricError("The person does not leave the ground again after this landing.")


def _rebound_s(landing: Landing) -> float:
    _needs_rebound(landing)
    if landing.lands_again >= len(landing.time_s):
        raise UndefinedMetricError("The recording ends before the rebound comes down, so its flight is not known.")
    return float(landing.time_s[landing.lands_again] - landing.time_s[landing.leaves])


def _side_peak_n(landing: Landing, side: Side) -> float:
    if side not in landing.side_force_n:
        raise UndefinedMetricError(f"The force of the {side} foot on its own is not known.")
    stop = min(landing.frame_after(landing.rules.peak_within_s), landing.leaves)
    return float(landing.side_force_n[side][landing.touchdown : stop].max())
