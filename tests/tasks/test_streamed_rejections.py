"""What does not count is told by a stream as by the trial, whole and up to then, within the stated delay."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from footload.recordings import Side
from footload.synthetic import SquatTiming
from footload.synthetic.landing import DropCourse
from footload.synthetic.squat import squat_force
from footload.tasks.bad_repetitions import Watched, judged_landings, judging
from footload.tasks.landing import find_landings
from footload.tasks.squat import find_squats
from footload.tasks.squat_posture import posture_on_feet
from footload.tasks.squat_rules import DEFAULT_RULES
from footload.tasks.streaming_landings import LandingStream
from footload.tasks.streaming_squats import FootSize, SquatStream

RATE_HZ = 500.0
FEET = {side: FootSize(260.0, 95.0) for side in Side}
BW = 70 * 9.80665


def a_drop(what: str):
    """A landing in which one thing goes wrong, and a good one 8 s later."""
    course = DropCourse(after_s=7.5)
    time_s = np.arange(round(course.duration_s * RATE_HZ)) / RATE_HZ
    whole = course.force_n(time_s)
    since = time_s - course.before_s
    right = whole / 2
    if what == "late":
        right = np.where(since < 0.06, 0.0, right)
    left = whole - right
    if what == "lifted":
        right = np.where((since > 0.5) & (since < 0.8), 0.0, right)
        left = whole - right
    if what == "restless":
        left = left + np.where(since > 0, 60 * np.sin(2 * np.pi * 1.5 * since), 0.0)
    if what == "restless at first":
        left = left + np.where((since > 0) & (since < 5.5), 60 * np.sin(2 * np.pi * 1.5 * since), 0.0)
    if what == "beside":
        left, right = 0.8 * left, 0.8 * right
    good = course.force_n(time_s) / 2
    return {Side.LEFT: np.concatenate([left, good]), Side.RIGHT: np.concatenate([right, good])}


def told_in_blocks(stream: LandingStream, force, block: int):
    n = len(force[Side.LEFT])
    cop = {side: np.tile([110.0, 4.0], (n, 1)) for side in Side}
    told, rejected = [], []
    for a, b in pairwise([*range(0, n, block), n]):
        news = stream.feed({s: f[a:b] for s, f in force.items()}, {s: c[a:b] for s, c in cop.items()})
        told += [(each.touchdown, b) for each in news.landings]
        rejected += [(each, b) for each in news.rejected]
    return told, rejected


def as_a_trial(force, n: int, tested: Side | None, body_weight_n: float):
    time_s = np.arange(n) / RATE_HZ
    sides = {side: own[:n] for side, own in force.items()}
    total = np.sum(list(sides.values()), axis=0)
    landed = {side: own for side, own in sides.items() if tested in {None, side}}
    other = next((own for side, own in sides.items() if tested not in {None, side}), None)
    search = find_landings(time_s, np.column_stack([np.full((n, 2), np.nan), total]), landed)
    return judged_landings(search, Watched(time_s, total, landed, other, body_weight_n=body_weight_n)).landings


@pytest.mark.parametrize(
    ("what", "reason", "tested"),
    [
        ("late", "the right foot came down 60 ms after the other one", None),
        ("lifted", "stepped: the right foot was lifted after landing", None),
        ("restless", "lost balance: the person does not come to rest within 3 s", None),
        ("restless at first", "lost balance: the person does not come to rest within 3 s", None),
        ("beside", "off the plate: 20 % of the body weight is missing after it", None),
        ("both feet", "touched down: the other foot carried up to", Side.LEFT),
    ],
)
def test_a_landing_that_does_not_count_is_told_with_the_reason_of_the_trial(what, reason, tested) -> None:
    force = a_drop(what)
    stream = LandingStream(RATE_HZ, FEET, tested=tested, body_weight_n=BW)
    told, rejected = told_in_blocks(stream, force, 20)
    whole = as_a_trial(force, len(force[Side.LEFT]), tested, BW)
    bad = [each for each, _ in rejected]
    assert reason in bad[0].rejected
    assert bad[0].rejected == whole[0].rejected
    assert [(each.start, each.rejected) for each in bad] == [
        (each.touchdown, each.rejected) for each in whole if each.rejected
    ]
    assert [touchdown for touchdown, _ in told] == [each.touchdown for each in whole if not each.rejected]
    until = rejected[0][1]
    assert as_a_trial(force, until, tested, BW)[0].rejected == bad[0].rejected
    # The made impact ends after 1.2 s, then comes a still second, or none begins within 3 s.
    certain_s = 4.0 if what.startswith("restless") else 2.2
    assert until / RATE_HZ <= bad[0].start / RATE_HZ + certain_s + stream.delay_s + 20 / RATE_HZ


def test_the_blocks_change_no_rejection() -> None:
    force = a_drop("lifted")
    each = [told_in_blocks(LandingStream(RATE_HZ, FEET), force, block) for block in (7, 50, 1999)]
    said = [([touchdown for touchdown, _ in told], [r for r, _ in rejected]) for told, rejected in each]
    assert said[0] == said[1] == said[2]
    assert len(said[0][1]) == 1


def squats(what: str):
    timing = SquatTiming(3, down_s=1.2, hold_s=0.3, up_s=1.2, depth_m=0.3, rest_s=3.0)
    time_s = np.arange(round(timing.duration_s * 100)) / 100
    whole = squat_force(time_s, timing, 70.0)
    second = timing.repetitions[1]
    middle = (time_s > second.start_s + 1.2) & (time_s < second.start_s + 1.5)
    part = np.where(middle, 0.0, 0.5) if what == "lifted" else np.full(len(time_s), 0.5)
    if what == "hop":
        whole = np.where((time_s > second.stop_s - 0.3) & (time_s < second.stop_s), 0.0, whole)
    if what == "touched":
        part = np.where(middle, 0.1, 0.0)
    sides = {Side.LEFT: (1 - part) * whole, Side.RIGHT: part * whole}
    depth = timing.depth_fraction(time_s)
    cop = {side: np.column_stack([110 - 15 * depth, 4 + 6 * depth]) for side in Side}
    return time_s, whole, sides, cop


@pytest.mark.parametrize(
    ("what", "reason", "tested"),
    [
        ("lifted", "stepped: the right foot was lifted", None),
        ("hop", "lost balance: both feet left the ground", None),
        ("touched", "touched down: the other foot carried up to", Side.LEFT),
    ],
)
def test_a_squat_that_does_not_count_is_told_with_the_reason_of_the_trial(what, reason, tested) -> None:
    time_s, whole, sides, cop = squats(what)
    stream = SquatStream(100.0, FEET, tested=tested)
    counted, rejected = [], []
    for a, b in pairwise([*range(0, len(whole), 20), len(whole)]):
        part = {side: own[a:b] for side, own in sides.items()}
        news = stream.feed(whole[a:b], {side: path[a:b] for side, path in cop.items()}, part)
        counted += news.squats
        rejected += news.rejected
    other = sides[Side.RIGHT] if tested else None
    find = judging(find_squats, Watched(time_s, whole, sides, other))
    trial = find(time_s, whole, DEFAULT_RULES, posture_on_feet(cop))
    (bad,) = [each for each in trial.repetitions if each.rejected]
    assert reason in bad.rejected
    assert [each.rejected for each in rejected] == [bad.rejected]
    assert rejected[0].start == pytest.approx(bad.start, abs=2)  # by a quieter second to weigh in
    assert len(counted) == len(trial.counted) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: LandingStream(100.0, {Side.LEFT: FEET[Side.LEFT]}, tested=Side.RIGHT),
        lambda: SquatStream(100.0, {Side.LEFT: FEET[Side.LEFT]}, tested=Side.RIGHT),
    ],
)
def test_a_tested_foot_has_to_be_among_the_feet(make) -> None:
    with pytest.raises(ValueError, match="right foot is tested"):
        make()
