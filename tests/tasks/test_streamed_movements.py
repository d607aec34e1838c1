"""Squats and landings in blocks: the same as a trial gives that ends when they are told, whatever the blocks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.metrics.medial_shift import cop_medial_shift_at_depth
from footload.recordings import Side
from footload.synthetic import SquatTiming
from footload.synthetic.landing import DropCourse
from footload.synthetic.squat import squat_force
from footload.synthetic.stance import StanceCourse
from footload.tasks.landing import find_landings
from footload.tasks.squat import find_squats
from footload.tasks.squat_posture import posture_on_feet
from footload.tasks.streaming import ContactChange
from footload.tasks.streaming_depth import DepthStream
from footload.tasks.streaming_frames import LastFrames
from footload.tasks.streaming_landings import LandingStream
from footload.tasks.streaming_squats import FootSize, SquatStream, ToldSquat

RATE_HZ = 100.0
FEET = {side: FootSize(260.0, 95.0) for side in Side}
USUAL = SquatTiming(3, down_s=1.5, hold_s=0.4, up_s=1.3, depth_m=0.3)
SLOW = SquatTiming(2, down_s=6.0, hold_s=0.5, up_s=6.0, depth_m=0.3, rest_s=3.0)


def person(timing: SquatTiming, noise_n: float = 0.5, rate_hz: float = RATE_HZ):
    """Force, and CoP of both feet: 6 mm medially and 15 mm back at depth, with sway."""
    time_s = np.arange(round(timing.duration_s * rate_hz)) / rate_hz
    depth = timing.depth_fraction(time_s)
    force = squat_force(time_s, timing, 70.0) + noise_n * np.random.default_rng(3).standard_normal(len(time_s))
    sway = StanceCourse(slow_mm=1.0, fast_mm=0.3).path_mm(timing.duration_s, rate_hz)
    cop = {}
    for side in Side:
        to_medial = [1, 1] if side is Side.LEFT else [1, -1]
        cop[side] = np.column_stack([110 - 15 * depth, 4 + 6 * depth]) + sway * to_medial
    return time_s, force, cop


def streamed(stream, force, cop, cuts):
    """Everything that a stream says, in blocks that end at the cuts."""
    bounds = [0, *cuts, len(force)]
    news = [stream.feed(force[a:b], {side: path[a:b] for side, path in cop.items()}) for a, b in pairwise(bounds)]
    depth = np.concatenate([each.depth_mm for each in news])
    return depth, [squat for each in news for squat in each.squats]


def frames_of(told: list[ToldSquat]):
    return [(t.repetition.start, t.repetition.stop, dict(t.repetition.phases), t.told, t.slow) for t in told]


@pytest.fixture(scope="module")
def usual():
    time_s, force, cop = person(USUAL)
    depth, told = streamed(SquatStream(RATE_HZ, FEET), force, cop, [])
    return time_s, force, cop, depth, told


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, round(USUAL.duration_s * RATE_HZ)), max_size=60))
def test_the_blocks_change_nothing(usual, cuts) -> None:
    _, force, cop, depth, told = usual
    other_depth, other = streamed(SquatStream(RATE_HZ, FEET), force, cop, sorted(cuts))
    np.testing.assert_array_equal(other_depth, depth)
    assert frames_of(other) == frames_of(told)
    for mine, theirs in zip(told, other, strict=True):
        for a, b in zip(mine.feet, theirs.feet, strict=True):
            np.testing.assert_array_equal(a.shift_percent, b.shift_percent)


@pytest.mark.parametrize(("timing", "slow"), [(USUAL, False), (SLOW, True)])
def test_a_squat_is_what_the_trial_that_ends_there_gives(timing, slow) -> None:
    time_s, force, cop = person(timing)
    stream = SquatStream(RATE_HZ, FEET)
    _, told = streamed(stream, force, cop, range(20, len(force), 20))
    assert len(told) == timing.n_repetitions
    for number, squat in enumerate(told):
        upto = slice(0, squat.told)
        posture = posture_on_feet({side: path[upto] for side, path in cop.items()})
        trial = find_squats(time_s[upto], force[upto], posture=posture)
        same = trial.counted[number]
        assert (squat.repetition.start, squat.repetition.stop) == (same.start, same.stop)
        assert dict(squat.repetition.phases) == dict(same.phases)
        assert squat.slow is slow is (same.number in trial.slow)
        late_s = squat.told / RATE_HZ - time_s[same.stop]
        assert late_s <= stream.delay_s + (1.0 if slow else 0.0)
        for foot in squat.feet:
            at_depth = float(np.ptp(cop[foot.side][squat.repetition.start : squat.repetition.stop, 1]))
            assert cop_medial_shift_at_depth(foot) == pytest.approx(100 * 6 / 95, abs=100 * 2 / 95)
            assert at_depth > 5  # the shift is in what was fed, not in what was assumed


def test_the_whole_trial_gives_the_same_squats_as_were_told(usual) -> None:
    time_s, force, cop, _, told = usual
    trial = find_squats(time_s, force, posture=posture_on_feet(cop))
    assert len(trial.counted) == len(told) == 3
    for squat, same in zip(told, trial.counted, strict=True):
        # 10 ms: a quieter second may be found to weigh in, which moves a threshold by a frame.
        assert squat.repetition.start == pytest.approx(same.start, abs=1)
        assert squat.repetition.deepest_frame == pytest.approx(same.deepest_frame, abs=1)


def test_depth_is_there_at_once_and_roughly_right(usual) -> None:
    time_s, _, _, depth, _ = usual
    truth = 1000 * USUAL.depth_m * USUAL.depth_fraction(time_s)
    assert np.isnan(depth[:99]).all()
    bottoms = [(r.bottom_start_s + r.bottom_stop_s) / 2 for r in USUAL.repetitions]
    for bottom_s in bottoms:
        # A tenth: what was lost before the force showed the descent.
        assert depth[round(bottom_s * RATE_HZ)] == pytest.approx(300, rel=0.1)
    standing = truth == 0
    standing[: round(1.2 * RATE_HZ)] = False
    for repetition in USUAL.repetitions:  # until the rest is recognized, the ascent still counts
        standing[round(repetition.stop_s * RATE_HZ) :][: round(0.7 * RATE_HZ)] = False
    assert np.abs(depth[standing]).max() < 15


def test_a_long_session_is_cut_to_its_last_minute() -> None:
    timing = SquatTiming(8, down_s=1.2, hold_s=0.2, up_s=1.2, rest_s=2.0)
    _, force, cop = person(timing)
    _, told = streamed(SquatStream(RATE_HZ, FEET, window_s=8.0), force, cop, range(33, len(force), 33))
    assert len(told) == 8
    for squat, truth in zip(told, timing.repetitions, strict=True):
        assert squat.repetition.start / RATE_HZ == pytest.approx(truth.start_s, abs=0.15)
    assert [squat.repetition.number for squat in told] == list(range(8))


def test_the_last_frames_are_the_last_ones() -> None:
    frames = LastFrames(1, 10.0, window_s=2.0)
    everything = np.arange(1000.0)[:, None]
    for block in np.array_split(everything, 37):
        for n in frames.looks(block):
            assert frames.values[-1, 0] == n - 1 == frames.n_seen - 1
            assert frames.values[0, 0] == frames.first
            assert len(frames.values) >= min(20, n)
            assert len(frames.values) <= 121  # two seconds, and ten that are let go at once
    assert frames.first > 800


def test_nobody_is_told_a_squat_while_standing() -> None:
    sway = StanceCourse().path_mm(60.0, RATE_HZ, seed=5)
    cop = {side: np.array([110.0, 4.0]) + sway for side in Side}
    _, told = streamed(SquatStream(RATE_HZ, FEET), np.full(len(sway), 700.0), cop, range(50, len(sway), 50))
    assert told == []


def drop(rate_hz: float = 500.0, rebound_m_per_s: float = 0.0):
    course = DropCourse(rebound_m_per_s=rebound_m_per_s, after_s=4.0)
    time_s = np.arange(round(course.duration_s * rate_hz)) / rate_hz
    whole, near = course.force_n(time_s), course.near(time_s, 0.3)
    force = dict.fromkeys(Side, whole / 2)
    cop = {side: np.column_stack([110 + 30 * near, 4 + mm * near]) for side, mm in zip(Side, (5.0, -3.0), strict=True)}
    return course, time_s, force, cop


def landed(stream, force, cop, cuts):
    bounds = [0, *cuts, len(force[Side.LEFT])]
    news = [
        stream.feed({s: f[a:b] for s, f in force.items()}, {s: c[a:b] for s, c in cop.items()})
        for a, b in pairwise(bounds)
    ]
    return [event for each in news for event in each.events], [each for n in news for each in n.landings]


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 2000), max_size=40))
def test_a_landing_is_told_once_the_person_stands_still(cuts) -> None:
    course, time_s, force, cop = drop()
    stream = LandingStream(500.0, FEET)
    events, told = landed(stream, force, cop, sorted(c for c in cuts if c < len(time_s)))
    assert [event.change for event in events] == [ContactChange.TAKEOFF, ContactChange.TOUCHDOWN]
    (landing,) = told
    assert time_s[landing.touchdown] == pytest.approx(course.before_s, abs=0.005)
    upto = slice(0, landing.told)
    whole = np.column_stack([np.full((landing.told, 2), np.nan), sum(force.values())[upto]])
    trial = find_landings(time_s[upto], whole, {s: f[upto] for s, f in force.items()})
    assert trial.counted[0].touchdown == landing.touchdown
    assert trial.counted[0].weighing == landing.landing.weighing
    for foot, mm in zip(landing.feet, (5.0, -3.0), strict=True):
        early = (foot.since_s >= 0.02) & (foot.since_s <= 0.1)
        assert foot.shift_percent[early].mean() == pytest.approx(100 * mm / 95, abs=1e-9)
    settled_s = time_s[landing.touchdown] + 1.2 + 1.0  # the made impact is over after 1.2 s, and a second is weighed
    assert landing.told / 500.0 <= settled_s + stream.delay_s


def test_both_landings_of_a_drop_jump_are_told() -> None:
    course, time_s, force, cop = drop(rebound_m_per_s=2.2)
    _, told = landed(LandingStream(500.0, FEET), force, cop, range(10, len(time_s), 10))
    assert [time_s[each.touchdown] for each in told] == pytest.approx(course.touchdowns_s, abs=0.005)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: SquatStream(0.0), "above 0"),
        (lambda: DepthStream(0.0), "above 0"),
        (lambda: LandingStream(100.0, {}), "at least one foot"),
        (lambda: SquatStream(100.0, FEET).feed(np.zeros(3), {}), "left foot needs a CoP"),
        (lambda: LandingStream(100.0, FEET).feed({}, {}), "all of one length"),
    ],
)
def test_what_cannot_be_streamed_is_refused(make, says) -> None:
    with pytest.raises(ValueError, match=says):
        make()
