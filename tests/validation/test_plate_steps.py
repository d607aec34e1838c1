"""Steps of real walks over plates, and joint centers against the file's own."""

from pathlib import Path

import numpy as np
import pytest

import footload as fl
from footload.markers.joints import joint_centers
from footload.markers.labels import find_labels
from footload.metrics.registry import Scope, metrics
from footload.readers import read
from footload.recordings import MarkerRecording, Side
from footload.trials import Task

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "force"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def bmc():
    return fl.analyze(read(DATA / "gait_c3d" / "bmc_gait_dec.c3d"))


@pytest.fixture(scope="module")
def ktk():
    return fl.analyze(read(DATA / "gait_c3d" / "ktk_walk.c3d"))


def values(analysis):
    return {(f.metric, f.repetition): f.value for f in analysis.findings}


def test_two_steps_of_the_dec_walk(bmc):
    """The right foot on plate 2, then the left one on plate 1, each alone; peaks are those of the plates."""
    found = values(bmc)
    assert [r.rejected for r in bmc.repetitions] == ["", ""]
    sides = {f.repetition: f.side for f in bmc.findings if f.metric == "step_peak_force_n"}
    assert sides == {0: Side.RIGHT, 1: Side.LEFT}
    left, right = (force.force_n[:, 2].max() for force in bmc.trial.forces)
    assert found["step_peak_force_n", 1] == pytest.approx(left)
    assert found["step_peak_force_n", 0] == pytest.approx(right)
    assert left == pytest.approx(798.66, abs=0.2)  # 0.14 N of it were there before anybody came


def test_walking_steps_look_like_walking(bmc, ktk):
    """Two humps above the trough, 0.5 to 0.8 s, less than a quarter between braking and propulsion, CoP forward."""
    for analysis in (bmc, ktk):
        found = values(analysis)
        for r in analysis.repetitions:
            if r.rejected:
                continue
            assert 0.5 < found["step_contact_time", r.number] < 0.8
            assert found["step_trough", r.number] < 0.95 < found["step_first_peak", r.number]
            assert found["step_second_peak", r.number] > 0.95
            braked, pushed = (found[f"step_{name}_impulse", r.number] for name in ("braking", "propulsive"))
            assert 10 < pushed < 30
            assert abs(braked - pushed) < 0.3 * max(braked, pushed)
            assert 100 < found["step_cop_way", r.number] < 260


def test_the_vicon_walk_against_its_own_events(ktk):
    """The file marks strikes and offs by the same plates: right strike 0.1405 s, left strike 0.7035 s, off 1.372 s."""
    time_s = ktk.trial.forces[0].time_s
    right, left, both = ktk.repetitions
    assert time_s[right.start] == pytest.approx(0.1405, abs=0.002)
    assert time_s[right.stop] == pytest.approx(0.844, abs=0.002)
    assert time_s[left.start] == pytest.approx(0.7035, abs=0.002)
    assert time_s[left.stop] == pytest.approx(1.372, abs=0.002)
    assert both.rejected == "both feet are on plate 1"
    sides = {f.repetition: f.side for f in ktk.findings if f.metric == "step_peak_force_n"}
    assert sides == {0: Side.RIGHT, 1: Side.LEFT}


def test_the_way_of_walking_is_the_same_without_markers(bmc, ktk):
    """The plate's own axis for that of the markers: the impulses along it differ by less than a hundredth."""
    for analysis in (bmc, ktk):
        bare = analysis.trial.changed(recordings=analysis.trial.forces, task=Task.WALKING)
        one, other = values(analysis), values(fl.analyze(bare))
        for name in ("step_braking_impulse", "step_propulsive_impulse"):
            for r in analysis.repetitions:
                if not r.rejected:
                    assert other[name, r.number] == pytest.approx(one[name, r.number], rel=0.01)


def test_every_value_of_a_step_is_there_or_has_its_reason(bmc, ktk):
    names = set(metrics(Scope.PLATE_STEP)) | set(metrics(Scope.PLATE_WALK))
    for analysis in (bmc, ktk):
        found = [f for f in analysis.findings if f.metric in names]
        assert {f.metric for f in found} == names
        assert all(np.isfinite(f.value) or f.reason for f in found)
        # unknown in these files is only what a step has not got
        assert {f.metric for f in found if f.reason} <= {"step_impact_peak", "step_time_to_impact_peak"}


def test_a_jump_on_the_kistler_plate_is_no_walk():
    trial = read(DATA / "kistler" / "kistler_CMJ_1plate.c3d").changed(task=Task.WALKING)
    analysis = fl.analyze(trial)
    assert not [f for f in analysis.findings if f.metric.startswith("step_")]
    assert all(r.rejected for r in analysis.repetitions)


def test_joint_centers_from_widths_are_near_those_of_the_file(ktk):
    """109 mm knees and 64 mm ankles as the file states them; its own centers come from a model of its own.

    Ours leaves the thigh and shank markers out, so a centimeter and a half is what to expect.
    """
    whole = ktk.trial.markers[0]
    kept = [i for i, label in enumerate(whole.labels) if not label.endswith(("KJC", "AJC", "HJC", "FEP", "FEO", "TIO"))]
    bare = MarkerRecording(whole.time_s, whole.positions_mm[:, kept], tuple(whole.labels[i] for i in kept))
    own, ours = find_labels(whole), find_labels(bare)
    for side in Side:
        theirs = joint_centers(own, side)
        found = joint_centers(ours, side, 109.0, 64.0, 7.0)
        assert "inward from" in found.methods["knee"]
        assert "own" in theirs.methods["knee"]
        for joint, most in (("knee", 15.0), ("ankle", 15.0)):
            away = np.linalg.norm(found.positions_mm[joint] - theirs.positions_mm[joint], axis=1)
            assert np.nanmedian(away) < most
