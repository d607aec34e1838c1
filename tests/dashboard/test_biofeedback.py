"""Biofeedback and protocol: what is told live is what the analysis of the recording says; bad repetitions are named."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import footload as fl
from dashboard.live.biofeedback import DEPTH, FORCE, PLACE, SHARE, SHIFT, Band, Biofeedback
from dashboard.live.protocol import DONE, INSTRUCTION, RUNNING, Protocol
from dashboard.live.samples import FIELDS, TIME, gap_row
from dashboard.live.session import LiveSession
from dashboard.live.sources import source_of
from dashboard.live.standing_feet import StandingFeet, standing_feet
from dashboard.pages.live_protocol import band_of, go_view, measure_view, start_view
from footload.errors import DeviceError
from footload.foot.axis import FootAxis
from footload.foot.load import total_force
from footload.metrics.medial_shift import cop_medial_shift_at_depth
from footload.recordings import Side
from footload.synthetic import Sensor, SquatTiming, demo_squat
from footload.synthetic.squat import squat_force
from footload.trials import Task

RATE_HZ = 100.0
AXES = (
    FootAxis(Side.LEFT, (150.0, 20.0), (150.0, 200.0), 260.0, 100.0),
    FootAxis(Side.RIGHT, (330.0, 20.0), (330.0, 200.0), 260.0, 100.0),
)
FEET = StandingFeet(AXES, RATE_HZ)


def person(timing: SquatTiming, medial_mm: float = 6.0) -> np.ndarray:
    """Samples of somebody whose CoP goes medially in both feet at depth."""
    time_s = np.arange(round(timing.duration_s * RATE_HZ)) / RATE_HZ
    depth = timing.depth_fraction(time_s)
    noise = 0.5 * np.random.default_rng(3).standard_normal(len(time_s))
    samples = np.full((len(time_s), len(FIELDS)), np.nan, np.float32)
    samples[:, TIME], samples[:, FORCE], samples[:, SHARE] = time_s, squat_force(time_s, timing, 70.0) + noise, 0.5
    for axis, to_medial in zip(AXES, (1, -1), strict=True):
        x, y = PLACE[axis.side]
        samples[:, x], samples[:, y] = axis.heel_mm[0] + to_medial * (4 + medial_mm * depth), 130 - 15 * depth
    return samples


def followed(samples: np.ndarray, band: Band | None = None) -> Biofeedback:
    coach = Biofeedback(FEET, band=band)
    for start in range(0, len(samples), 7):
        coach.feed(samples[start : start + 7])
    return coach


USUAL = SquatTiming(3, down_s=1.5, hold_s=0.4, up_s=1.3, depth_m=0.3)


def test_both_feet_go_medially_by_the_known_part_of_their_width() -> None:
    samples = person(USUAL)
    coach = followed(samples)
    assert coach.n_counted == 3
    for side in Side:
        # 6 mm of 100 mm width; the gauge's own reference is the last still second.
        assert np.nanmax(samples[:, SHIFT[side]]) == pytest.approx(6.0, abs=0.1)
        assert f"{side} +6.0 %" in coach.told[0].text
    assert np.nanmax(samples[:, DEPTH]) == pytest.approx(300, rel=0.05)


def test_a_repetition_outside_the_band_is_told_with_the_foot() -> None:
    coach = followed(person(USUAL), Band(-2.0, 5.0))
    assert [told.good for told in coach.told] == [False] * 3
    assert coach.told[0].counts
    assert coach.told[0].text.endswith("Outside the band: left and right.")
    assert all(told.good for told in followed(person(USUAL), Band(0.0, 8.0)).told)


def test_a_depth_that_drifted_away_is_not_shown() -> None:
    samples = person(USUAL)
    samples[500:, FORCE] *= 0.8  # as when somebody takes hold of a rail
    followed(samples)
    assert np.nanmax(np.abs(samples[:, DEPTH])) <= 700
    assert np.isnan(samples[-1, DEPTH])


def test_a_shift_that_is_not_known_is_not_outside_the_band() -> None:
    samples = person(USUAL)
    for side in Side:
        samples[:, PLACE[side]] = np.nan
    coach = followed(samples, Band(-2.0, 5.0))
    assert coach.n_counted == 3
    assert coach.told[0].text == "Repetition 1: no medial shift is known."


def test_a_shallow_repetition_does_not_count_and_says_why() -> None:
    coach = followed(person(SquatTiming(2, down_s=0.8, hold_s=0.2, up_s=0.8, depth_m=0.045, rest_s=3.0)))
    assert (coach.n_counted, coach.n_rejected) == (0, 2)
    assert not coach.told[0].counts
    assert "too shallow" in coach.told[0].text


def test_a_lost_frame_changes_nothing_and_a_long_gap_begins_anew() -> None:
    samples = person(USUAL)
    gap = gap_row(float(samples[399, TIME]))[None]
    one_lost = np.concatenate([samples[:399], gap, samples[400:]])
    assert followed(one_lost).n_counted == 3
    rest = samples[700:]
    long = np.concatenate([samples[:300], gap_row(3.0)[None], rest])
    coach = followed(long)
    assert coach.n_counted < 3
    assert np.isnan(long[301, SHIFT[Side.LEFT]])  # the reference is taken anew


def test_what_is_told_live_is_what_the_trial_says() -> None:
    made = demo_squat(sampling_rate_hz=50.0)
    recording = made.seen_by(Sensor(bits=10, noise=0.1, threshold_counts=2)).pressure
    feet = standing_feet(recording.time_s[:51], recording.pressure_kpa[:51], recording.layout)
    assert [axis.side for axis in feet.axes] == [Side.LEFT, Side.RIGHT]
    assert feet.rate_hz == pytest.approx(50)
    assert feet.axes[0].width_mm == pytest.approx(made.truth.contacts[0].width_mm, abs=5)
    samples = np.full((recording.n_frames, len(FIELDS)), np.nan, np.float32)
    samples[:, TIME], samples[:, FORCE] = recording.time_s, total_force(recording)
    left = recording.layout.x_mm < 240
    x_mm, y_mm = recording.layout.x_mm, recording.layout.y_mm
    for side, mine in ((Side.LEFT, left), (Side.RIGHT, ~left)):
        load = recording.pressure_kpa[:, mine]
        samples[:, PLACE[side][0]] = load @ x_mm[mine] / load.sum(axis=1)
        samples[:, PLACE[side][1]] = load @ y_mm[mine] / load.sum(axis=1)
    coach = Biofeedback(feet)
    coach.feed(samples)
    analysis = fl.analyze(made.trial.changed(recordings=(recording,)))
    whole = {
        (f.repetition, f.side): f.value for f in analysis.findings if f.metric == cop_medial_shift_at_depth.__name__
    }
    counted = [r.number for r in analysis.repetitions if not r.rejected]
    assert coach.n_counted in {len(counted), len(counted) - 1}  # the last may end too late to be certain
    for told, number in zip(coach.told, counted, strict=False):
        for side in Side:
            said = float(told.text.split(f"{side} ")[1].split(" %")[0])
            # Another second measures the foot: its width to half a cell, its direction to two degrees.
            assert said == pytest.approx(whole[number, side], abs=1.0)


def test_feet_are_not_measured_on_a_moving_or_an_empty_mat() -> None:
    recording = demo_squat(sampling_rate_hz=50.0).trial.pressure
    moving = recording.pressure_kpa[:51] * np.linspace(0.5, 1.5, 51)[:, None]
    with pytest.raises(DeviceError, match="Nobody stood still"):
        standing_feet(recording.time_s[:51], moving, recording.layout)
    with pytest.raises(DeviceError, match="0 whole feet"):
        standing_feet(recording.time_s[:51], 0 * recording.pressure_kpa[:51], recording.layout)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"task": Task.WALKING}, "cannot be counted live"),
        ({"task": Task.SQUAT, "n_repetitions": 0}, "0 repetitions"),
        ({"task": Task.SQUAT, "countdown_s": 1.0}, "countdown is 1 s"),
        ({"task": Task.SQUAT, "conditions": ("a",) * 9}, "9 conditions"),
    ],
)
def test_a_protocol_that_cannot_be_run_says_why(wrong: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Protocol(**wrong)


def test_a_band_has_both_ends_or_none() -> None:
    assert band_of("", None) is None
    assert band_of(-2, 4) == Band(-2.0, 4.0)
    with pytest.raises(ValueError, match="two ends"):
        band_of(1, "")
    with pytest.raises(ValueError, match="higher"):
        band_of(4, -2)


def until(done, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.05)
    return False


def test_a_protocol_goes_through_its_conditions_by_itself(tmp_path: Path) -> None:
    session = LiveSession(tmp_path)
    form = ("P1", "squat", "barefoot, wedge", 1, 2, "", "", "both")
    assert "no feet" in str(measure_view(session, "squat", "", "", "both"))
    assert start_view(session, *form) is None
    assert "watched" in str(go_view(session))
    session.connect(source_of("simulated-squat", ""), source_of("simulated-plates", ""))
    try:
        assert session.runner.as_dict()["text"].startswith("Condition 1 of 2: barefoot.")
        for number, (worn, after) in enumerate((("barefoot", INSTRUCTION), ("wedge", DONE))):
            # Somebody who happens to squat during the countdown is waited for until he stands still.
            assert go_view(session) is None
            assert until(lambda: session.runner.progress.state in {RUNNING, INSTRUCTION}, 25)
            assert session.runner.progress.state == RUNNING, session.runner.progress
            assert session.runner.as_dict()["text"] == f"{worn}: 0 of 1"
            assert until(lambda: session.runner.progress.state != RUNNING, 20)
            assert session.runner.progress.state == after, session.runner.progress
            assert session.runner.progress.condition == min(number + 1, 1)
    finally:
        session.disconnect()
    trials = [fl.read(path) for path in sorted(tmp_path.glob("*.mcap"))]
    assert [(trial.condition.name, trial.participant.id) for trial in trials] == [("barefoot", "P1"), ("wedge", "P1")]
    assert all(trial.task is Task.SQUAT for trial in trials)
    # The stance before the repetitions is in the file, so what was counted is found in it again.
    assert all(any(not found.rejected for found in fl.analyze(trial).repetitions) for trial in trials)
    assert all((len(trial.pressures), len(trial.forces)) == (1, 2) for trial in trials), "one file for both devices"
