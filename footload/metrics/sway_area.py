"""Steadiness of quiet stance from the way of the CoP: areas, frequencies and how the way fills the plane.

On the signal as it was recorded, with its mean taken away. Values depend on the filter, the rate and the length of the
recording, and commercial platforms disagree on them: compare within one device and one protocol.
"""

from __future__ import annotations

import math

import numpy as np

from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.metrics.sway import sway_velocity
from footload.metrics.sway_axes import axis_metrics
from footload.tasks.sway import CHI_SQUARE_2, ELLIPSE_F, Sway

_CM2 = 0.01


def _exact_f(n: int) -> float:
    """F(0.95; 2, n - 2)."""
    return (n - 2) / 2 * (0.05 ** (-2 / (n - 2)) - 1)


@metric(
    label="Sway range",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_range(sway: Sway) -> float:
    """Greatest distance between any two places of the CoP. [mm]

    RANGE of the path, on its convex hull.
    """
    corners = sway.hull_mm
    if not len(corners):  # all on one line, whose ends come first and last
        order = np.lexsort((sway.ml_mm, sway.ap_mm))
        corners = sway.places_mm[:, order[[0, -1]]].T
    apart = corners[:, None] - corners
    return math.sqrt(float(np.einsum("ijk,ijk->ij", apart, apart).max()))


@metric(
    label="95 % circle area",
    unit="cm2",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_circle_area(sway: Sway) -> float:
    """Area of the circle that holds 95 % of the distances from the mean place. [cm2]

    AREA-CC: ``pi (MDIST + 1.645 s_RD)²``.
    """
    return math.pi * sway.circle_radius_mm**2 * _CM2


@metric(
    label="95 % ellipse area, Prieto",
    unit="cm2",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_ellipse_area(sway: Sway) -> float:
    """Area of the ellipse that holds 95 % of the places, with Prieto's F = 3.00. [cm2]

    AREA-CE: ``2 pi F sqrt(s_AP² s_ML² - s_APML²)``, variances with n. A prediction ellipse, by whatever name.
    """
    return 2 * math.pi * ELLIPSE_F * sway.root_determinant_mm2 * _CM2


@metric(
    label="95 % ellipse area, Prieto with the exact F",
    unit="cm2",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_ellipse_area_exact(sway: Sway) -> float:
    """Area of Prieto's ellipse with F for this number of samples instead of 3.00. [cm2]

    ``2 pi F(0.95; 2, n-2) sqrt(s_AP² s_ML² - s_APML²)``, variances with n.
    """
    return 2 * math.pi * _exact_f(sway.n) * sway.root_determinant_mm2 * _CM2


@metric(
    label="95 % prediction ellipse area, chi-square",
    unit="cm2",
    scope=Scope.SWAY,
    citation="schubert2014",
    direction="high = sways more",
)
def sway_prediction_ellipse_area(sway: Sway) -> float:
    """Area of the prediction ellipse for a large sample, critical value 5.991. [cm2]

    ``pi chi²(0.95; 2) sqrt(det S)``, S with n - 1.
    """
    return math.pi * CHI_SQUARE_2 * sway.root_determinant_mm2 * sway.n / (sway.n - 1) * _CM2


@metric(
    label="95 % prediction ellipse area, exact F",
    unit="cm2",
    scope=Scope.SWAY,
    citation="schubert2014",
    direction="high = sways more",
)
def sway_prediction_ellipse_area_exact(sway: Sway) -> float:
    """Area of the prediction ellipse for this number of samples, by the F distribution. [cm2]

    ``pi 2 (n-1) (n+1) / (n (n-2)) F(0.95; 2, n-2) sqrt(det S)``, S with n - 1. F with two degrees of freedom has
    a closed form: ``(n-2)/2 (0.05^(-2/(n-2)) - 1)``.
    """
    n = sway.n
    factor = 2 * (n - 1) * (n + 1) / (n * (n - 2)) * _exact_f(n) * n / (n - 1)
    return math.pi * factor * sway.root_determinant_mm2 * _CM2


@metric(
    label="Sway area per second",
    unit="cm2/s",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_area_rate(sway: Sway) -> float:
    """Area that the way of the CoP sweeps around its mean place, per second. [cm2/s]

    AREA-SW: ``sum |AP(i+1) ML(i) - AP(i) ML(i+1)| / (2 T)``.
    """
    ap, ml = sway.ap_mm, sway.ml_mm
    swept = np.abs(ap[1:] * ml[:-1] - ap[:-1] * ml[1:]).sum()
    return float(swept / (2 * sway.duration_s)) * _CM2


@metric(
    label="Sway hull area",
    unit="cm2",
    scope=Scope.SWAY,
    citation="footload_definition",
    direction="high = sways more; every single outlier counts",
)
def sway_hull_area(sway: Sway) -> float:
    """Area of the convex hull around all places of the CoP. [cm2]

    By the corners of the hull.
    """
    return sway.hull_area_mm2 * _CM2


@metric(
    label="Mean sway frequency",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = turns round the mean place more often",
)
def sway_mean_frequency(sway: Sway) -> float:
    """Turns per second on a circle of the mean distance at the mean velocity. [Hz]

    MFREQ: ``MVELO / (2 pi MDIST)``; not the mean of a spectrum.
    """
    return sway_velocity(sway) / (2 * math.pi * _moving(sway.mean_distance_mm))


@axis_metrics(
    "sway_mean_frequency", label="Mean sway frequency", unit="Hz", direction="high = goes to and fro more often"
)
def _mean_frequency(sway: Sway, axis: int) -> float:
    """Frequency of a sine {axis} with the mean distance and the mean velocity. [Hz]

    MFREQ: ``MVELO / (4 sqrt(2) MDIST)``.
    """
    velocity = sway.axis_paths_mm[axis] / sway.duration_s
    return velocity / (4 * math.sqrt(2) * _moving(sway.axis_distances_mm[axis]))


sway_mean_frequency_ap, sway_mean_frequency_ml = _mean_frequency


@metric(
    label="Fractal dimension, circle",
    unit="ratio",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="near 1 = along a line; near 2 = fills the plane",
)
def sway_fractal_dimension_circle(sway: Sway) -> float:
    """How much the way of the CoP fills the plane, against the 95 % circle. [ratio]

    ``ln n / ln(n d / TOTEX)`` with d twice the radius of the circle.
    """
    return _fractal(sway, 2 * sway.circle_radius_mm)


@metric(
    label="Fractal dimension, ellipse",
    unit="ratio",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="near 1 = along a line; near 2 = fills the plane",
)
def sway_fractal_dimension_ellipse(sway: Sway) -> float:
    """How much the way of the CoP fills the plane, against the 95 % ellipse. [ratio]

    ``ln n / ln(n d / TOTEX)`` with d = ``sqrt(8 F sqrt(det))``.
    """
    return _fractal(sway, math.sqrt(8 * ELLIPSE_F * sway.root_determinant_mm2))


def _moving(distance_mm: float) -> float:
    if not distance_mm > 0:
        raise UndefinedMetricError("The CoP does not move at all, so its sway has no frequency.")
    return distance_mm


def _fractal(sway: Sway, diameter_mm: float) -> float:
    if not sway.path_mm > 0 or not sway.n * diameter_mm > sway.path_mm:
        raise UndefinedMetricError("The CoP does not move over an area, so its way has no fractal dimension.")
    return math.log(sway.n) / math.log(sway.n * diameter_mm / sway.path_mm)
