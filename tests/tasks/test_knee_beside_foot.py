"""Knee angles and moments of stick legs, the sign trap, and foot and knee on one time base."""

import numpy as np
import pytest

import footload as fl
from footload.errors import UndefinedMetricError
from footload.knee.angles import abduction_angle_deg, projection_angle_deg
from footload.knee.coupling import coupling_of
from footload.knee.moment import external_abduction_moment_nm
from footload.markers.filtering import filtered_markers
from footload.recordings import MarkerRecording, Side
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates, leg_markers, squat_on_plates
from footload.synthetic.squat import SquatTiming, minimum_jerk

FORWARD = np.array([0.0, 1.0, 0.0])


def leg(side, medial_mm, n=1):
    """Hip over ankle, 800 mm; the knee in the middle and so far medial."""
    outward = -1 if side is Side.LEFT else 1
    hip, ankle = np.array([outward * 100.0, 0, 900]), np.array([outward * 100.0, 0, 100])
    knee = np.array([outward * 100.0, 0, 500]) - np.outer(np.broadcast_to(medial_mm, n), [outward, 0, 0])
    return {"hip": np.tile(hip, (n, 1)), "knee": knee, "ankle": np.tile(ankle, (n, 1))}


@pytest.mark.parametrize("side", list(Side))
def test_projection_angle_by_hand(side):
    """40 mm medial at half of 800 mm: twice atan(40 / 400)."""
    expected = 2 * np.degrees(np.arctan(0.1))
    assert projection_angle_deg(leg(side, 40.0), side, FORWARD)[0] == pytest.approx(expected)
    assert projection_angle_deg(leg(side, -40.0), side, FORWARD)[0] == pytest.approx(-expected)
    assert projection_angle_deg(leg(side, 0.0), side, FORWARD)[0] == pytest.approx(0)


def test_projection_angle_turns_with_the_person():
    turn = np.deg2rad(70)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    turned = {name: place @ rotation.T for name, place in leg(Side.LEFT, 40.0).items()}
    one = projection_angle_deg(leg(Side.LEFT, 40.0), Side.LEFT, FORWARD)
    np.testing.assert_allclose(projection_angle_deg(turned, Side.LEFT, rotation @ FORWARD), one)


@pytest.mark.parametrize("side", list(Side))
def test_abduction_angle_by_hand(side):
    """Ankle 8 degrees lateral of the line square to the knee's axis."""
    outward = -1.0 if side is Side.LEFT else 1.0
    knee = np.array([[0.0, 0, 500]])
    ankle = knee + 400 * np.array([[outward * np.sin(np.deg2rad(8)), 0, -np.cos(np.deg2rad(8))]])
    half = np.array([[outward * 45, 0, 0]])
    epicondyles = knee - half, knee + half
    assert abduction_angle_deg({"knee": knee, "ankle": ankle}, epicondyles)[0] == pytest.approx(8)


@pytest.mark.parametrize("side", list(Side))
def test_a_medial_cop_lowers_the_abduction_lever(side):
    """The sign trap: 10 mm medially under 686 N take 6.86 N.m off the external abduction moment."""
    centers, force = leg(side, 0.0), np.array([[0.0, 0.0, 686.0]])
    medial = np.array([[10.0 if side is Side.LEFT else -10.0, 0.0, 0.0]])
    under = centers["ankle"] * [1, 1, 0]

    def moment(point):
        return external_abduction_moment_nm(force, point, centers["knee"], side, FORWARD)[0]

    assert moment(under) == pytest.approx(0)
    assert moment(under - medial) == pytest.approx(6.86)
    assert moment(under + medial) == pytest.approx(-6.86)


def test_a_knee_that_follows_the_foot_has_a_lag():
    time_s = np.arange(200) / 100
    bump = np.exp(-(((time_s - 1) / 0.2) ** 2))
    found = coupling_of(time_s, bump, 3 * np.roll(bump, 12))
    assert found is not None
    assert found.lag_s == pytest.approx(0.12)
    assert found.correlation == pytest.approx(1, abs=1e-3)
    back = coupling_of(time_s, bump, -np.roll(bump, -5))
    assert back is not None
    assert (back.lag_s, back.correlation) == (pytest.approx(-0.05), pytest.approx(-1, abs=1e-3))
    assert coupling_of(time_s, bump, np.ones(200)) is None
    assert coupling_of(time_s[:5], bump[:5], bump[:5]) is None


def squatting(**more):
    return squat_on_plates(SquatTiming(3), **more)


def values(trial):
    return {(f.metric, f.side, f.repetition): f for f in fl.analyze(trial).findings}


def test_squats_on_plates_with_markers():
    found = values(squatting())
    for number in range(3):
        for side in Side:
            at = (side, number)
            assert found["cop_medial_shift_at_depth", *at].value == pytest.approx(100 * 6 / 95, abs=0.05)
            angle = 2 * np.degrees(np.arctan(30 / 400))
            assert found["knee_projection_at_depth", *at].value == pytest.approx(angle, abs=0.01)
            assert found["knee_shift_correlation", *at].value == pytest.approx(1, abs=0.01)
            assert found["knee_shift_lag", *at].value == pytest.approx(0, abs=0.011)
            # the knee's axis stays level here, so the shank's lean is the angle
            lean = np.degrees(np.arctan(30 / 400))
            assert found["knee_abduction_at_depth", *at].value == pytest.approx(lean, abs=0.01)
            assert np.isfinite(found["knee_abduction_moment_ext_peak", *at].value)
        assert found["squat_depth", None, number].value == pytest.approx(350, rel=0.02)
        assert found["concentric_force_asymmetry", None, number].value == pytest.approx(10, abs=1e-6)
        assert found["concentric_peak_force", Side.RIGHT, number].value == pytest.approx(
            1.2222 * found["concentric_peak_force", Side.LEFT, number].value, rel=1e-3
        )
        assert found["descent_time", None, number].value == pytest.approx(1.2, abs=0.25)


def test_a_knee_that_comes_late_shows_its_lag():
    found = values(squatting(knee_late_s=0.1))
    assert found["knee_shift_lag", Side.LEFT, 1].value == pytest.approx(0.1, abs=0.02)


def test_without_the_feets_places_there_is_force_but_no_shift():
    found = values(squatting(placed=False))
    finding = found["cop_medial_shift_at_depth", Side.LEFT, 0]
    assert np.isnan(finding.value)
    assert "is not known; enter heel" in finding.reason
    assert found["eccentric_mean_force", Side.LEFT, 0].value == pytest.approx(0.45, abs=0.02)


def test_a_coupling_needs_both_curves():
    from footload.knee.course import KneeCourse
    from footload.metrics.knee import knee_shift_lag

    nothing = np.full(50, np.nan)
    with pytest.raises(UndefinedMetricError, match="not both known"):
        knee_shift_lag(KneeCourse(Side.LEFT, np.arange(50) / 100, np.arange(50.0), nothing, nothing, nothing, 25))


# In landings, with the filter and joints from widths ----------------------------------------------------------------


def landing_with_legs(lateral_only=False, noise_mm=0.0):
    """A drop in which the knees go 30 mm medially within 0.2 s of touchdown, and stay there."""
    trial = drop_on_plates(DropCourse(), rate_hz=1000.0)
    time_s = trial.forces[0].time_s[::5]
    medial = 30.0 * minimum_jerk(np.clip((time_s - 0.5) / 0.2, 0, 1))
    legs = leg_markers(time_s, medial)
    places, labels = legs.positions_mm, list(legs.labels)
    for placement in trial.foot_placements:
        for name, at in (("HEE", placement.heel_mm), ("TOE", placement.forefoot_mm)):
            labels.append(placement.side.value[0].upper() + name)
            places = np.concatenate([places, np.tile([*at, 40.0], (len(time_s), 1, 1)).reshape(-1, 1, 3)], axis=1)
    if lateral_only:
        ankles = [legs.of(f"{s}AJC") + np.array([o * (32.0 + 7.0), 0, 0]) for s, o in (("L", -1), ("R", 1))]
        places = np.concatenate([places, np.stack(ankles, axis=1)], axis=1)
        labels += ["LANK", "RANK"]
        kept = [i for i, label in enumerate(labels) if label[1:] in {"HJC", "KNE", "ANK", "HEE", "TOE"}]
        places, labels = places[:, kept], [labels[i] for i in kept]
    if noise_mm:
        places = places + np.random.default_rng(5).normal(0, noise_mm, places.shape)
    return trial.changed(recordings=(*trial.forces, MarkerRecording(time_s, places, tuple(labels))))


def test_the_knee_in_a_landing():
    """From the contact to the lowest point: straight at first, 30 mm medial of 400 mm at depth."""
    found = values(landing_with_legs())
    angle = 2 * np.degrees(np.arctan(30 / 400))
    for side in Side:
        # the low-pass of 12 Hz lifts the angle at contact by what it takes from the corner there
        assert found["knee_projection_at_start", side, 0].value == pytest.approx(0, abs=0.3)
        assert found["knee_projection_at_depth", side, 0].value == pytest.approx(angle, abs=0.3)
        assert found["knee_projection_change", side, 0].value == pytest.approx(angle, abs=0.4)
        assert found["knee_abduction_at_start", side, 0].value == pytest.approx(0, abs=0.2)
        assert np.isfinite(found["knee_abduction_moment_ext_peak", side, 0].value)
        assert np.isfinite(found["knee_shift_correlation", side, 0].value)
    notes = found["knee_projection_at_depth", Side.LEFT, 0].notes
    assert "markers: low-pass Butterworth, zero phase, 12 Hz, order 4 after both passes" in notes


def test_the_cutoff_can_be_chosen_and_the_filter_left_out():
    trial = landing_with_legs(noise_mm=2.0)
    noise: dict[float, float] = {}
    for cutoff in (0.0, 6.0, 12.0):
        found = {(f.metric, f.side): f for f in fl.analyze(trial, fl.Parameters(marker_cutoff_hz=cutoff)).findings}
        noise[cutoff] = found["knee_projection_peak", Side.LEFT].value
        note = "markers unfiltered" if not cutoff else f"zero phase, {cutoff:g} Hz"
        assert any(note in line for line in found["knee_projection_peak", Side.LEFT].notes)
    truth = 2 * np.degrees(np.arctan(30 / 400))
    assert noise[0.0] > truth + 0.5  # a peak of noise
    assert abs(noise[6.0] - truth) < abs(noise[0.0] - truth)


def test_knee_and_ankle_from_widths_and_the_markers_radius():
    """Lateral markers 45 and 39 mm outside: 76 + 64 mm of width and 7 mm of radius bring both centers back."""
    trial = landing_with_legs(lateral_only=True)
    without = fl.analyze(trial)
    assert any("only the lateral marker of the left knee is there" in note for note in without.notes)
    assert not any(f.metric.startswith("knee_") for f in without.findings)
    widths = {"knee_width_mm": (76.0, 76.0), "ankle_width_mm": (64.0, 64.0)}
    found = {(f.metric, f.side): f for f in fl.analyze(trial, fl.Parameters(**widths)).findings}
    whole = values(landing_with_legs())
    for side in Side:
        # inward is square to shank and foot, which leans with the knee: under a degree
        at_depth = whole["knee_projection_at_depth", side, 0].value
        assert found["knee_projection_at_depth", side].value == pytest.approx(at_depth, abs=1.0)
        assert any("45 mm inward from" in note for note in found["knee_projection_at_depth", side].notes)
        assert "no two" in found["knee_abduction_at_depth", side].reason or "not there" in (
            found["knee_abduction_at_depth", side].reason
        )


def test_gaps_are_filtered_stretch_by_stretch():
    time_s = np.arange(200) / 100
    places = np.tile(np.sin(2 * np.pi * time_s)[:, None, None], (1, 2, 3))
    places = places.copy()
    places[80:90, 0] = np.nan
    places[95:100, 0] = np.nan  # leaves five frames alone: too few
    smooth = filtered_markers(MarkerRecording(time_s, places, ("a", "b")), 10.0)
    assert np.isnan(smooth.of("a")[80:100]).all()
    assert np.isfinite(smooth.of("a")[:80]).all()
    np.testing.assert_allclose(smooth.of("b"), places[:, 1], atol=0.02)
    with pytest.raises(ValueError, match="not evenly sampled"):
        filtered_markers(MarkerRecording(time_s**2 + time_s, places, ("a", "b")), 10.0)
