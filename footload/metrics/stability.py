"""Stability after a landing: three times to stabilization and the dynamic postural stability index.

Each depends on how long was recorded (by as much as 100 %, Fransz 2015), so all look at the same fixed window.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.signals.events import first_persistent, settled_from
from footload.tasks.landing import Landing


@metric(
    label="Time to stabilization, band",
    unit="s",
    scope=Scope.LANDING,
    citation="fransz2015",
    direction="high = takes longer to come to rest",
    per_side=False,
)
def time_to_stabilization_band(landing: Landing) -> float:
    """From touchdown to where the force enters 5 % of body weight and stays for a second. [s]

    The moment of entry is given, not the end of the second.
    """
    frames = landing.window(landing.rules.window_s)
    inside = np.abs(landing.vertical_n[frames] / landing.weight_n - 1) <= landing.rules.band
    entered = first_persistent(inside, max(1, round(landing.rules.hold_s / landing.step_s)))
    if entered is None:
        raise UndefinedMetricError(
            f"The force does not stay within {100 * landing.rules.band:g} % of body weight for "
            f"{landing.rules.hold_s:g} s in the {landing.rules.window_s:g} s after touchdown."
        )
    return entered * landing.step_s


@metric(
    label="Time to stabilization, sequential average",
    unit="s",
    scope=Scope.LANDING,
    citation="colby1999",
    direction="high = takes longer to come to rest",
    per_side=False,
)
def time_to_stabilization_sequential(landing: Landing) -> float:
    """From touchdown to where the running mean of the force stays near that of the whole window. [s]

    Running mean from touchdown within 0.25 standard deviations of the mean over the window, for good.
    """
    force = landing.vertical_n[landing.window(landing.rules.window_s)]
    running = np.cumsum(force) / np.arange(1, len(force) + 1)
    settled = settled_from(np.abs(running - force.mean()) <= 0.25 * force.std(ddof=1))
    return float(settled or 0) * landing.step_s


@metric(
    label="Time to stabilization, third-order polynomial",
    unit="s",
    scope=Scope.LANDING,
    citation="ross2003",
    direction="high = takes longer to come to rest",
    per_side=False,
)
def time_to_stabilization_polynomial(landing: Landing) -> float:
    """From touchdown to where a cubic through the rectified force after its peak falls to the range of rest. [s]

    Cubic by least squares through ``|F - BW|`` from the peak to the window's end; range of rest: the most that the
    force leaves body weight in the weighing. From memory, unverified.
    """
    frames = landing.window(landing.rules.window_s)
    time_s = landing.time_s[landing.peak : frames.stop] - landing.time_s[landing.touchdown]
    away = np.abs(landing.vertical_n[landing.peak : frames.stop] - landing.weight_n)
    cubic = np.polynomial.Polynomial.fit(time_s, away, 3)(time_s)
    rest = _range_of_rest_n(landing)
    below = np.flatnonzero(cubic <= rest)
    if not len(below):
        raise UndefinedMetricError("The cubic through the force never falls to the range that it has in rest.")
    return float(time_s[below[0]])


@metric(
    label="Dynamic postural stability index",
    unit="ratio",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing",
    per_side=False,
)
def dpsi(landing: Landing) -> float:
    """Root mean square of the force's departure in all directions, over body weight. [ratio]

    ``sqrt(mean(Fx² + Fy² + (BW - Fz)²)) / BW`` over 3 s from the first frame above 5 % of body weight.
    """
    return dpsi_newtons(landing) / landing.weight_n


@metric(
    label="Dynamic postural stability index, not normalized",
    unit="N",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing; grows with body weight",
    per_side=False,
)
def dpsi_newtons(landing: Landing) -> float:
    """Root mean square of the force's departure in all directions. [N]

    ``sqrt(mean(Fx² + Fy² + (BW - Fz)²))`` over 3 s from the first frame above 5 % of body weight.
    """
    return _root_mean_square_n(landing, (0, 1, 2))


@metric(
    label="Medio-lateral stability index",
    unit="ratio",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing",
    per_side=False,
)
def mlsi(landing: Landing) -> float:
    """Root mean square of the force from side to side, over body weight. [ratio]

    ``sqrt(mean(Fx²)) / BW`` over 3 s from the first frame above 5 % of body weight.
    """
    return mlsi_newtons(landing) / landing.weight_n


@metric(
    label="Medio-lateral stability index, not normalized",
    unit="N",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing; grows with body weight",
    per_side=False,
)
def mlsi_newtons(landing: Landing) -> float:
    """Root mean square of the force from side to side. [N]

    ``sqrt(mean(Fx²))`` over 3 s from the first frame above 5 % of body weight.
    """
    return _root_mean_square_n(landing, (0,))


@metric(
    label="Antero-posterior stability index",
    unit="ratio",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing",
    per_side=False,
)
def apsi(landing: Landing) -> float:
    """Root mean square of the force front to back, over body weight. [ratio]

    ``sqrt(mean(Fy²)) / BW`` over 3 s from the first frame above 5 % of body weight.
    """
    return apsi_newtons(landing) / landing.weight_n


@metric(
    label="Antero-posterior stability index, not normalized",
    unit="N",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing; grows with body weight",
    per_side=False,
)
def apsi_newtons(landing: Landing) -> float:
    """Root mean square of the force front to back. [N]

    ``sqrt(mean(Fy²))`` over 3 s from the first frame above 5 % of body weight.
    """
    return _root_mean_square_n(landing, (1,))


@metric(
    label="Vertical stability index",
    unit="ratio",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing",
    per_side=False,
)
def vsi(landing: Landing) -> float:
    """Root mean square of what the vertical force differs from body weight, over body weight. [ratio]

    ``sqrt(mean((BW - Fz)²)) / BW`` over 3 s from the first frame above 5 % of body weight.
    """
    return vsi_newtons(landing) / landing.weight_n


@metric(
    label="Vertical stability index, not normalized",
    unit="N",
    scope=Scope.LANDING,
    citation="wikstrom2005",
    direction="high = less stable after the landing; grows with body weight",
    per_side=False,
)
def vsi_newtons(landing: Landing) -> float:
    """Root mean square of what the vertical force differs from body weight. [N]

    ``sqrt(mean((BW - Fz)²))`` over 3 s from the first frame above 5 % of body weight.
    """
    return _root_mean_square_n(landing, (2,))


def _root_mean_square_n(landing: Landing, axes: tuple[int, ...]) -> float:
    """Root of the mean square departure over the window, on some axes together. [N]"""
    frames = landing.window(landing.rules.window_s)
    begun = int(np.argmax(landing.vertical_n[frames] > 0.05 * landing.weight_n))
    away = landing.force_n[frames][begun:] - np.array([0.0, 0.0, landing.weight_n])
    squares: FloatArray = (away[:, list(axes)] ** 2).sum(axis=1)
    if not np.isfinite(squares).all():
        raise UndefinedMetricError("The device measures the vertical force only, so there is no horizontal one.")
    return float(np.sqrt(squares.mean()))


def _range_of_rest_n(landing: Landing) -> float:
    weighing = landing.weighing
    if weighing is None:
        raise UndefinedMetricError("Nobody stands still in this trial, so there is no range of rest.")
    return float(np.abs(landing.vertical_n[weighing.start : weighing.stop] - weighing.weight_n).max())
