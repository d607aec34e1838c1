"""300 random squats and landings on plates: every one found, none invented, the shift of each foot as it was made."""

import numpy as np
import pytest

import footload as fl
from footload.recordings import Side
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates, squat_on_plates
from footload.synthetic.squat import SquatTiming

pytestmark = pytest.mark.validation

WIDTH_MM = 95.0


def by_place(analysis, metric):
    return {(f.side, f.repetition): f.value for f in analysis.findings if f.metric == metric}


def test_150_random_landings():
    """Shift within 0.3 % of the width, touchdown within 5 ms."""
    rng = np.random.default_rng(11)
    for _ in range(150):
        course = DropCourse(
            body_mass_kg=rng.uniform(45, 110),
            height_m=rng.uniform(0.15, 0.5),
            before_s=rng.uniform(0.3, 1),
            after_s=4.0,
        )
        shift_mm = rng.uniform(-3, 0.15 * WIDTH_MM, 2)
        trial = drop_on_plates(
            course, shift_mm=tuple(shift_mm), heading_deg=rng.uniform(-30, 30), noise_n=rng.uniform(0, 0.5)
        )
        analysis = fl.analyze(trial)
        (landing,) = analysis.repetitions
        assert not landing.rejected
        assert trial.forces[0].time_s[landing.start] == pytest.approx(course.before_s, abs=0.005)
        early = by_place(analysis, "landing_medial_shift_early")
        for side, mm in zip(Side, shift_mm, strict=True):
            assert early[side, 0] == pytest.approx(100 * mm / WIDTH_MM, abs=0.3)


def test_150_random_squats():
    """50 trials of three, slow ones too: at least 99 % found, no false one, shift within 0.3 % of the width."""
    rng = np.random.default_rng(12)
    found = 0
    for _ in range(50):
        timing = SquatTiming(
            3,
            down_s=rng.uniform(0.8, 2.5),
            hold_s=rng.uniform(0, 1),
            up_s=rng.uniform(0.7, 2),
            depth_m=rng.uniform(0.15, 0.5),
        )
        mm = float(rng.uniform(0, 0.15 * WIDTH_MM))
        trial = squat_on_plates(
            timing, shift_mm=mm, heading_deg=rng.uniform(-30, 30), noise_n=rng.uniform(0, 0.3), rate_hz=200.0
        )
        analysis = fl.analyze(trial)
        counted = [r for r in analysis.repetitions if not r.rejected]
        time_s = trial.forces[0].time_s
        for repetition in counted:
            middle = float(time_s[repetition.deepest_frame])
            assert any(truth.start_s < middle < truth.stop_s for truth in timing.repetitions)
        found += len(counted)
        for value in by_place(analysis, "cop_medial_shift_deepest_fifth").values():
            # the deepest fifth of a hold-less squat is on average less deep than its deepest frame
            assert value <= 100 * mm / WIDTH_MM + 0.3
        for value in by_place(analysis, "cop_medial_shift_at_depth").values():
            assert value == pytest.approx(100 * mm / WIDTH_MM, abs=0.3)
    assert found >= 0.99 * 150
