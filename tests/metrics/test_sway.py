"""Sway of known paths: a circle, a line, a sine, noise of known variance."""

import numpy as np
import pytest

from footload.errors import UndefinedMetricError
from footload.foot.hulls import hull_of
from footload.metrics import sway as distances
from footload.metrics import sway_area as areas
from footload.metrics import sway_spectrum as spectra
from footload.signals.spectrum import sine_tapered_power
from footload.synthetic.stance import StanceCourse
from footload.tasks.sway import Sway


def circle(radius_mm=10.0, turns=30, n=6000, rate_hz=100.0):
    angle = 2 * np.pi * turns * np.arange(n) / n
    return Sway(radius_mm * np.cos(angle), radius_mm * np.sin(angle), rate_hz)


def test_a_circle():
    """Radius 10 mm, 30 turns in 60 s: every answer by hand; the polygon is shorter than the circle by 1.6e-4."""
    sway = circle()
    assert distances.sway_mean_distance(sway) == pytest.approx(10)
    assert distances.sway_rms_distance(sway) == pytest.approx(10)
    assert distances.sway_rms_distance_ap(sway) == pytest.approx(10 / np.sqrt(2))
    assert distances.sway_mean_distance_ap(sway) == pytest.approx(20 / np.pi, rel=1e-3)
    assert distances.sway_range_ml(sway) == pytest.approx(20, rel=1e-4)
    assert areas.sway_range(sway) == pytest.approx(20, rel=1e-4)
    one_step_less = 5999 / 6000
    assert distances.sway_path(sway) == pytest.approx(30 * 2 * np.pi * 10 * one_step_less, rel=2e-4)
    assert distances.sway_velocity(sway) == pytest.approx(np.pi * 10 * one_step_less, rel=2e-4)
    assert areas.sway_mean_frequency(sway) == pytest.approx(0.5 * one_step_less, rel=2e-4)
    assert areas.sway_area_rate(sway) == pytest.approx(np.pi * 0.5 * one_step_less, rel=2e-4)
    assert areas.sway_hull_area(sway) == pytest.approx(np.pi, rel=2e-3)
    assert areas.sway_circle_area(sway) == pytest.approx(np.pi)
    assert areas.sway_ellipse_area(sway) == pytest.approx(2 * np.pi * 3 * 0.5)


def test_each_ellipse_has_its_own_critical_value():
    sway = circle()
    half = 0.5  # root of the determinant, cm2
    assert areas.sway_prediction_ellipse_area(sway) == pytest.approx(np.pi * 5.991464547 * half * 6000 / 5999)
    from scipy.stats import f

    n = sway.n
    exact = np.pi * 2 * (n - 1) * (n + 1) / (n * (n - 2)) * f.ppf(0.95, 2, n - 2) * half * n / (n - 1)
    assert areas.sway_prediction_ellipse_area_exact(sway) == pytest.approx(exact, rel=1e-9)


def test_a_prediction_ellipse_holds_95_of_100_places():
    rng = np.random.default_rng(4)
    drawn = rng.multivariate_normal([0, 0], [[16, 5], [5, 4]], 200_000)
    sway = Sway(drawn[:, 0], drawn[:, 1], 100.0)
    inverse = np.linalg.inv(np.cov(drawn.T, ddof=0))
    size = areas.sway_prediction_ellipse_area(sway) / 0.01 / np.pi / sway.root_determinant_mm2
    at = np.column_stack([sway.ap_mm, sway.ml_mm])
    inside = np.mean(np.einsum("ij,jk,ik->i", at, inverse, at) < size)
    assert inside == pytest.approx(0.95, abs=0.002)


def test_a_sine_from_front_to_back_has_its_own_frequency():
    t = np.arange(6000) / 100
    sway = Sway(5 * np.sin(2 * np.pi * 1.0 * t), 0.1 * np.sin(2 * np.pi * 2.0 * t), 100.0)
    assert spectra.sway_power_frequency_50_ap(sway) == pytest.approx(1.0, abs=0.04)
    assert spectra.sway_centroid_frequency_ap(sway) == pytest.approx(1.0, abs=0.01)
    assert spectra.sway_frequency_dispersion_ap(sway) < 0.06
    assert spectra.sway_power_ap(sway) == pytest.approx(12.5, rel=0.02)
    assert spectra.sway_power_frequency_95_ml(sway) == pytest.approx(2.0, abs=0.1)
    # a sine of amplitude a: mean |x| = 2a/pi, mean speed = 4 a f; their MFREQ is pi/(2 sqrt 2) f
    assert areas.sway_mean_frequency_ap(sway) == pytest.approx(np.pi / (2 * np.sqrt(2)), rel=2e-3)


def test_the_spectrum_integrates_to_the_variance():
    values = np.random.default_rng(1).normal(0, 2, 5000)
    values -= values.mean()
    frequency, power = sine_tapered_power(values, 100.0)
    assert power.sum() * frequency[1] == pytest.approx(values.var(), rel=0.02)
    with pytest.raises(ValueError, match="too few for 8 tapers"):
        sine_tapered_power(values[:16], 100.0)


def test_the_simulated_stance_has_the_variance_of_its_formula():
    """Mean of 200 stances of 60 s; its standard error is about 4 %."""
    course = StanceCourse()
    found = [course.path_mm(60, 20, seed)[:, 0].var() for seed in range(200)]
    assert np.mean(found) == pytest.approx(course.expected_variance_mm2(60), rel=0.12)
    path = course.path_mm(60, 100, 3)
    assert 4 < distances.sway_velocity(Sway(path[:, 0], path[:, 1], 100)) < 15


def test_a_turned_stance_keeps_what_has_no_direction():
    path = StanceCourse().path_mm(30, 100, 5)
    turn = np.deg2rad(33)
    turned = path @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    one, other = Sway(path[:, 0], path[:, 1], 100.0), Sway(turned[:, 0] + 500, turned[:, 1] - 80, 100.0)
    for metric in (distances.sway_path, areas.sway_ellipse_area, areas.sway_hull_area, areas.sway_area_rate):
        assert metric(other) == pytest.approx(metric(one), rel=1e-9)


def test_who_does_not_move_has_no_frequency():
    still = Sway(np.zeros(2000), np.zeros(2000), 100.0)
    for metric in (areas.sway_mean_frequency, areas.sway_fractal_dimension_circle, spectra.sway_centroid_frequency_ap):
        with pytest.raises(UndefinedMetricError, match="does not move"):
            metric(still)


def test_a_short_stance_has_no_spectrum_and_is_advised_against():
    short = Sway(np.arange(40.0), np.arange(40.0) % 3, 20.0)
    with pytest.raises(UndefinedMetricError, match="do not show frequencies"):
        spectra.sway_power_ap(short)
    assert len(short.advice) == 2


@pytest.mark.parametrize(
    ("ap", "rate", "said"),
    [(np.zeros(3), 100.0, "at least 4"), (np.full(9, np.nan), 100.0, "missing"), (np.zeros(9), 0.0, "rate above 0")],
)
def test_what_is_no_stance_is_refused(ap, rate, said):
    with pytest.raises(ValueError, match=said):
        Sway(ap, np.zeros(len(ap)), rate)


@pytest.mark.parametrize("seed", range(20))
def test_the_hull_of_a_way_is_that_of_all_its_places(seed):
    """Against every place given to the hull at once; the stance, and a cloud whose outermost places are few."""
    rng = np.random.default_rng(seed)
    path = StanceCourse().path_mm(20, 50, seed) if seed % 2 else rng.standard_t(3, (int(rng.integers(4, 400)), 2))
    sway = Sway(path[:, 0], path[:, 1], 50.0)
    whole = hull_of(np.column_stack([sway.ap_mm, sway.ml_mm]))
    assert sorted(map(tuple, sway.hull_mm)) == sorted(map(tuple, whole))


@pytest.mark.parametrize("n", [100, 101, 6000])
def test_the_lower_part_of_a_spectrum_is_the_same_alone(n):
    values = np.random.default_rng(n).normal(0, 1, n)
    frequency, power = sine_tapered_power(values, 100.0)
    assert (len(frequency), frequency[-1]) == ((n + 1) // 2 + 1, pytest.approx(50.0, abs=50 / n))
    some, lower = sine_tapered_power(values, 100.0, highest_hz=5.0)
    inside = frequency <= 5.0
    assert np.array_equal(some, frequency[inside])
    assert lower == pytest.approx(power[inside], rel=1e-12)


def test_tapers_one_by_one_give_the_same_spectrum():
    """By the definition: each taper on the signal, its own transform, their mean."""
    n, rate_hz = 301, 50.0
    values = np.random.default_rng(4).normal(0, 1, n)
    i, both = np.arange(1, n + 1), np.zeros((n + 1) // 2 + 1)
    for k in range(1, 9):
        tapered = np.sqrt(2 / (n + 1)) * np.sin(np.pi * k * i / (n + 1)) * values
        both += np.abs(np.fft.rfft(tapered, n + 1)) ** 2
    assert sine_tapered_power(values, rate_hz)[1] == pytest.approx(2 * both / 8 / rate_hz, rel=1e-9)


@pytest.mark.parametrize("n", [17, 300, 6000, 9001])
def test_two_signals_together_give_the_spectra_of_each(n):
    """9001 samples need more than one block of the chirp transform; one signal is a hundred times the other."""
    both = np.cumsum(np.random.default_rng(n).normal(0, 1, (2, n)), axis=1) * [[1.0], [0.01]]
    both -= both.mean(axis=1, keepdims=True)
    _, together = sine_tapered_power(both, 100.0, highest_hz=5.0)
    for alone, found in zip(both, together, strict=True):
        assert found == pytest.approx(sine_tapered_power(alone, 100.0, highest_hz=5.0)[1], rel=1e-9)
    with pytest.raises(ValueError, match=r"one, \(n,\), or two"):
        sine_tapered_power(np.zeros((3, n)), 100.0)


def test_an_axis_without_sway_has_no_power_from_the_other():
    sway = Sway(np.sin(np.arange(3000.0) / 7), np.zeros(3000), 100.0)
    assert spectra.sway_power_ml(sway) == 0.0
    assert spectra.sway_power_ap(sway) > 0.1
    with pytest.raises(UndefinedMetricError, match="does not move"):
        spectra.sway_centroid_frequency_ml(sway)
    assert len(sway.hull_mm) == 0
    assert areas.sway_range(sway) == pytest.approx(2.0, rel=1e-3)


def test_a_way_on_a_slanting_line_has_no_area():
    """Rounding bends the line by a few last digits."""
    there = np.arange(3000.0) % 7
    sway = Sway(there, 0.3 * there + 0.1, 100.0)
    assert areas.sway_hull_area(sway) == 0.0
    assert areas.sway_range(sway) == pytest.approx(np.hypot(6, 1.8), rel=1e-12)
