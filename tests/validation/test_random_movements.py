"""Random squats and landings on mats and plates: every one found, none invented, shifts and moments as they were made.

Eight on each device in an ordinary run; ``FOOTLOAD_RANDOM_MOVEMENTS=300`` for all of them. One line of the table each.

The medial shift is compared in mm and given in per cent of the foot's true width. On a mat the foot's axis is found in
its print; on plates it is known. The mat's cells cut off below 1.2 kPa: one that cuts off at 2.3 kPa loses so much of a
light person's lateral border that it shows the shift 2 to 3 % too large.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

import footload as fl
from footload.analysis import Analysis
from footload.foot.load import total_force
from footload.metrics.medial_shift import cop_medial_shift_at_depth
from footload.recordings import SensorLayout, Side
from footload.synthetic import Sensor, SquatTiming, StandingFoot, SyntheticFoot, SyntheticTrial, squat
from footload.synthetic.landing import DropCourse
from footload.synthetic.mat_movements import drop_on_mat, stand_on_mat
from footload.synthetic.plate_movements import drop_on_plates, squat_on_plates
from footload.synthetic.squat import squat_force
from footload.synthetic.stance import StanceCourse
from footload.tasks.foot_curves import at_rest, curves_on_mat, curves_on_plates
from footload.tasks.streaming_landings import LandingStream
from footload.tasks.streaming_squats import FootSize, SquatStream
from footload.trials import Task, Trial

pytestmark = pytest.mark.validation

N = int(os.environ.get("FOOTLOAD_RANDOM_MOVEMENTS", "8"))
N_SQUAT_TRIALS = max(1, round(N / 4))  # of two repetitions each
N_LANDINGS = N - 2 * N_SQUAT_TRIALS
WIDTH_MM = 95.0
MAT = SensorLayout.rectangle(64, 96, 5.0)
SWAY = StanceCourse(slow_mm=1.0, fast_mm=0.3)


@dataclass
class Tally:
    """What was made, what was found, and by how much it is off."""

    made: int = 0
    found: int = 0
    false: int = 0
    slow: int = 0
    shift_percent: list[float] = field(default_factory=list)
    instant_s: list[float] = field(default_factory=list)
    streamed_s: list[float] = field(default_factory=list)
    streamed_slow_s: list[float] = field(default_factory=list)
    streamed_shift_percent: list[float] = field(default_factory=list)
    streamed_slow_shift_percent: list[float] = field(default_factory=list)
    streamed: int = 0

    def line(self, name: str) -> str:
        worst = [f"{np.max(np.abs(part)):.3g}" if part else "-" for part in (self.shift_percent,)]
        typical = f"{np.median(np.abs(self.shift_percent)):.3f}" if self.shift_percent else "-"
        instants = f"{1000 * max(self.instant_s):.1f}" if self.instant_s else "-"
        streams = f"{1000 * max(self.streamed_s):.0f}" if self.streamed_s else "-"
        return (
            f"{name:<18} made {self.made:>3} (slow {self.slow:>3})  found {self.found:>3}  false {self.false}  "
            f"shift off by {typical} (worst {worst[0]}) % of width  instants {instants} ms  "
            f"told while it happens {self.streamed:>3}, off by {streams} ms"
            + (f" (slow {1000 * max(self.streamed_slow_s):.0f} ms)" if self.streamed_slow_s else "")
        )


def show(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")


def values(analysis: Analysis, metric: str) -> dict[tuple[Side | None, int | None], float]:
    return {(f.side, f.repetition): f.value for f in analysis.findings if f.metric == metric}


def timing(rng: np.random.Generator) -> SquatTiming:
    """One in three is too slow for the force."""
    while True:
        down_s = rng.uniform(4.0, 8.0) if rng.random() < 1 / 3 else rng.uniform(0.8, 2.5)
        made = SquatTiming(
            2,
            still_s=rng.uniform(1.5, 3.0),
            down_s=down_s,
            hold_s=rng.uniform(0, 1),
            up_s=down_s * rng.uniform(0.8, 1.2),
            rest_s=rng.uniform(2.2, 3.5),
            depth_m=rng.uniform(0.15, 0.5),
        )
        try:
            squat_force(np.linspace(0, made.duration_s, 1000), made, 70.0)
        except ValueError:
            continue  # so fast and deep that the feet would leave the ground
        return made


def feet(rng: np.random.Generator, medial_mm: np.ndarray, anterior_mm: float) -> tuple[StandingFoot, ...]:
    turned_deg, pronation = rng.uniform(-5, 25), rng.uniform(-0.3, 0.3)
    return tuple(
        StandingFoot(
            SyntheticFoot(
                side, place_mm=(240 + way * 110, 160), heading_deg=-way * turned_deg, pronation=pronation
            ),
            medial_mm=float(mm),
            anterior_mm=anterior_mm,
        )
        for side, way, mm in zip(Side, (-1, 1), medial_mm, strict=True)
    )  # fmt: skip


def squats_on_mat(rng: np.random.Generator) -> tuple[SquatTiming, SyntheticTrial]:
    course = timing(rng)
    # The load of who goes down slowly has to move by more than sway, or nothing shows it.
    back_mm = rng.uniform(-14, -10) if course.down_s >= 4 else rng.uniform(-12, 6)
    made = squat(
        feet(rng, rng.uniform(0, 0.15 * WIDTH_MM, 2), back_mm),
        MAT,
        body_mass_kg=rng.uniform(50, 110),
        timing=course,
        left_part=rng.uniform(0.4, 0.6),
        sampling_rate_hz=50.0,
        sway=SWAY,
        seed=int(rng.integers(1e6)),
    )
    return course, made.seen_by(Sensor(noise=rng.uniform(0, 0.15), threshold_counts=6, seed=int(rng.integers(1e6))))


def judge_repetitions(tally: Tally, analysis: Analysis, course: SquatTiming, time_s: np.ndarray) -> Iterator[int]:
    """Numbers of the repetitions that are where one was made."""
    tally.made += course.n_repetitions
    tally.slow += course.n_repetitions * (course.down_s >= 4)
    hit: set[int] = set()
    for repetition in analysis.repetitions:
        if repetition.rejected:
            continue
        at_s = float(time_s[repetition.deepest_frame])
        truth = [i for i, r in enumerate(course.repetitions) if r.start_s < at_s < r.stop_s]
        if truth and truth[0] not in hit:
            hit.add(truth[0])
            yield repetition.number
        else:
            tally.false += 1
    tally.found += len(hit)


def stream_squats(tally: Tally, analysis: Analysis, time_s, force, curves, *, of_trial=None) -> None:
    """The same repetitions from blocks, compared with those of the whole trial."""
    rate_hz = 1 / float(np.median(np.diff(time_s)))
    stream = SquatStream(rate_hz, {c.side: FootSize(c.length_mm, c.width_mm) for c in curves})
    n = max(1, round(0.05 * rate_hz))
    told = []
    for start in range(0, len(time_s), n):
        block = {c.side: c.cop_foot_mm[start : start + n] for c in curves}
        told += stream.feed(force[start : start + n], block).squats
    counted = [r for r in analysis.repetitions if not r.rejected]
    tally.streamed += len(told)
    for squat_told in told:
        nearest = min(counted, key=lambda r: abs(r.deepest_frame - squat_told.repetition.deepest_frame))
        late = abs(nearest.deepest_frame - squat_told.repetition.deepest_frame) / rate_hz
        (tally.streamed_slow_s if squat_told.slow else tally.streamed_s).append(late)
        for foot in squat_told.feet if of_trial else ():
            told_percent = cop_medial_shift_at_depth(foot)
            off = told_percent - of_trial[foot.side, nearest.number]
            (tally.streamed_slow_shift_percent if squat_told.slow else tally.streamed_shift_percent).append(off)


def judge_streams(tally: Tally) -> None:
    """As many as in the trial; what is slow begins and ends a little differently once more of the sway is known."""
    assert tally.streamed == tally.found
    assert max(tally.streamed_s, default=0.0) <= 0.02  # one frame of a mat at 50 Hz
    assert max(tally.streamed_slow_s, default=0.0) <= 0.5
    assert np.max(np.abs(tally.streamed_shift_percent), initial=0.0) <= 0.05
    # Another deepest frame has another noise: 30 N mm under 300 N are 0.1 % of the width in a single sample.
    assert np.max(np.abs(tally.streamed_slow_shift_percent), initial=0.0) <= 0.3


def test_squats_on_mats(capsys) -> None:
    rng, tally = np.random.default_rng(21), Tally()
    for _ in range(N_SQUAT_TRIALS):
        course, made = squats_on_mat(rng)
        analysis = fl.analyze(made.trial)
        time_s = made.pressure.time_s
        shifts = values(analysis, "cop_medial_shift_at_depth")
        for number in judge_repetitions(tally, analysis, course, time_s):
            repetition = next(r for r in analysis.repetitions if r.number == number)
            standing = slice(max(0, repetition.start - round(1 / made.pressure.frame_s)), repetition.start)
            for side in Side:
                truth_mm = made.truth.of(side).medial_shift_mm
                moved_mm = truth_mm[repetition.deepest_frame] - np.median(truth_mm[standing])
                seen_mm = shifts[side, number] / 100 * analysis.shifts[side].width_mm
                tally.shift_percent.append(100 * (seen_mm - moved_mm) / WIDTH_MM)
        stream_squats(tally, analysis, time_s, total_force(made.pressure), curves_on_mat(analysis.contacts, time_s))
    show(capsys, tally.line("squats, mat"))
    assert tally.found >= 0.99 * tally.made
    assert tally.false == 0
    assert np.max(np.abs(tally.shift_percent)) <= 0.5
    judge_streams(tally)


def test_squats_on_plates(capsys) -> None:
    rng, tally = np.random.default_rng(12), Tally()
    for _ in range(N_SQUAT_TRIALS):
        course = timing(rng)
        mm = float(rng.uniform(0, 0.15 * WIDTH_MM))
        trial = squat_on_plates(
            course, shift_mm=mm, heading_deg=rng.uniform(-30, 30), noise_n=rng.uniform(0, 0.3), rate_hz=200.0
        )
        analysis = fl.analyze(trial)
        time_s = trial.forces[0].time_s
        shifts = values(analysis, "cop_medial_shift_at_depth")
        for number in judge_repetitions(tally, analysis, course, time_s):
            tally.shift_percent += [shifts[side, number] - 100 * mm / WIDTH_MM for side in Side]
        curves, _ = curves_on_plates(trial)
        stream_squats(
            tally, analysis, time_s, np.sum([f.force_n[:, 2] for f in trial.forces], axis=0), curves, of_trial=shifts
        )
    show(capsys, tally.line("squats, plates"))
    assert tally.found >= 0.99 * tally.made
    assert tally.false == 0
    assert np.max(np.abs(tally.shift_percent)) <= 0.3
    judge_streams(tally)


def judge_landing(tally: Tally, analysis: Analysis, course: DropCourse, time_s: np.ndarray) -> bool:
    tally.made += 1
    counted = [r for r in analysis.repetitions if not r.rejected]
    if not counted:
        return False
    tally.found += 1
    tally.false += len(counted) - 1
    tally.instant_s.append(abs(float(time_s[counted[0].start]) - course.before_s))
    return True


def stream_landings(tally: Tally, analysis: Analysis, time_s, curves) -> None:
    rate_hz = 1 / float(np.median(np.diff(time_s)))
    stream = LandingStream(rate_hz, {c.side: FootSize(c.length_mm, c.width_mm) for c in curves})
    n = max(1, round(0.02 * rate_hz))
    told = []
    for start in range(0, len(time_s), n):
        part = slice(start, start + n)
        force = {c.side: c.force_n[part, 2] for c in curves}
        told += stream.feed(force, {c.side: c.cop_foot_mm[part] for c in curves}).landings
    tally.streamed += len(told)
    starts = [r.start for r in analysis.repetitions if not r.rejected]
    tally.streamed_s += [min(abs(start - each.touchdown) for start in starts) / rate_hz for each in told]


def course_of(rng: np.random.Generator) -> DropCourse:
    return DropCourse(
        body_mass_kg=rng.uniform(45, 110), height_m=rng.uniform(0.15, 0.5), before_s=rng.uniform(0.3, 1), after_s=3.2
    )


def test_landings_on_mats(capsys) -> None:
    rng, tally = np.random.default_rng(31), Tally()
    for _ in range(N_LANDINGS):
        course = course_of(rng)
        standing = feet(rng, rng.uniform(0, 0.15 * WIDTH_MM, 2), rng.uniform(-10, 15))
        exact = drop_on_mat(standing, MAT, course, sampling_rate_hz=float(rng.choice([200.0, 250.0])))
        made = exact.seen_by(Sensor(noise=rng.uniform(0, 0.15), threshold_counts=6, seed=int(rng.integers(1e6))))
        analysis = fl.analyze(made.trial)
        time_s = made.pressure.time_s
        curves = curves_on_mat(analysis.contacts, time_s)
        if judge_landing(tally, analysis, course, time_s):
            early = values(analysis, "landing_medial_shift_early")
            rest = (len(time_s) - round(1 / made.pressure.frame_s), len(time_s))
            for curve, foot in zip(curves, standing, strict=True):
                seen_mm = early[curve.side, 0] / 100 * at_rest(curve, rest).width_mm
                tally.shift_percent.append(100 * (seen_mm - foot.medial_mm) / WIDTH_MM)
            stream_landings(tally, analysis, time_s, curves)
    show(capsys, tally.line("landings, mat"))
    assert tally.found >= 0.99 * tally.made
    assert tally.false == 0
    assert max(tally.instant_s) <= 0.005
    assert tally.streamed == tally.found
    assert max(tally.streamed_s) == 0
    assert np.max(np.abs(tally.shift_percent)) <= 0.5


def test_landings_on_plates(capsys) -> None:
    rng, tally = np.random.default_rng(11), Tally()
    for _ in range(N_LANDINGS):
        course = course_of(rng)
        shift_mm = rng.uniform(-3, 0.15 * WIDTH_MM, 2)
        trial = drop_on_plates(
            course, shift_mm=tuple(shift_mm), heading_deg=rng.uniform(-30, 30), noise_n=rng.uniform(0, 0.5)
        )
        analysis = fl.analyze(trial)
        time_s = trial.forces[0].time_s
        if judge_landing(tally, analysis, course, time_s):
            early = values(analysis, "landing_medial_shift_early")
            for side, mm in zip(Side, shift_mm, strict=True):
                tally.shift_percent.append(early[side, 0] - 100 * mm / WIDTH_MM)
            stream_landings(tally, analysis, time_s, curves_on_plates(trial)[0])
    show(capsys, tally.line("landings, plates"))
    assert tally.found >= 0.99 * tally.made
    assert tally.false == 0
    assert max(tally.instant_s) <= 0.005
    assert tally.streamed == tally.found
    assert max(tally.streamed_s) == 0
    assert np.max(np.abs(tally.shift_percent)) <= 0.3


def standing(rng: np.random.Generator) -> Trial:
    both = [foot.foot for foot in feet(rng, np.zeros(2), 0.0)]
    course = StanceCourse(slow_mm=rng.uniform(1, 4), fast_mm=rng.uniform(0.3, 1.2))
    sensed = partial(Sensor, noise=0.1)
    made = stand_on_mat(both, MAT, course, 40.0, task=Task.SQUAT, seed=int(rng.integers(1e6)))
    return made.seen_by(sensed(seed=int(rng.integers(1e6)))).trial


def test_who_only_stands_and_sways_does_not_squat() -> None:
    rng = np.random.default_rng(41)
    for _ in range(max(2, N // 10)):
        analysis = fl.analyze(standing(rng))
        assert [r for r in analysis.repetitions if not r.rejected] == []
