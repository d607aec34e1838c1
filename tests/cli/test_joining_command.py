"""`footload join`: files of several makers become one trial that every other command takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footload.analysis import analyze
from footload.export.c3d import write_c3d
from footload.readers import read
from footload.recordings import ForceRecording
from footload.trials import Trial

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
MAT = SAMPLES / "demo_squat.mcap"


@pytest.fixture
def plates(tmp_path: Path) -> Path:
    """Plates and markers of a movement, as a laboratory's own program exports them."""
    out = tmp_path / "plates.c3d"
    write_c3d(read(SAMPLES / "study" / "barefoot_squat_plates.h5"), out)
    return out


def test_a_mat_and_a_c3d_become_one_file_with_both(run_json, plates: Path, tmp_path: Path) -> None:
    out = tmp_path / "both.h5"
    told = run_json("join", MAT, plates, "--out", out, "--offset-s", 0.4, "--json")
    assert told["written"] == "both.h5"
    assert told["files"] == [{"file": "plates.c3d", "offset_s": 0.4, "note": "Shifted by +0.4000 s, as given."}]
    trial = read(out)
    assert (len(trial.pressures), len(trial.forces), len(trial.markers)) == (1, 2, 1)
    alone = read(plates)
    np.testing.assert_allclose(trial.forces[0].time_s, alone.forces[0].time_s + 0.4, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(trial.pressure.time_s, read(MAT).pressure.time_s)
    assert "shifted by +0.4000 s" in trial.notes["joined"]


def tapped(trial: Trial, taps_s: tuple[float, ...], delay_s: float) -> Trial:
    """The same with a heel tap on everything, as its device's clock has it."""

    def blows(time_s: np.ndarray) -> np.ndarray:
        return sum(np.exp(-(((time_s - at + delay_s) / 0.02) ** 2)) for at in taps_s) * np.ones(len(time_s))

    recordings = []
    for each in trial.recordings:
        if isinstance(each, ForceRecording):
            force = np.array(each.force_n)
            force[:, 2] += 900.0 * blows(each.time_s)
            recordings.append(replace(each, force_n=force))
        else:
            recordings.append(each)
    return replace(trial, recordings=tuple(recordings))


def test_an_offset_is_found_by_taps_that_both_felt(run_json, tmp_path: Path) -> None:
    from footload.readers.hdf5_writing import write_hdf5

    trial = read(SAMPLES / "study" / "barefoot_squat_plates.h5")
    first, second = tmp_path / "first.h5", tmp_path / "second.h5"
    length_s = float(trial.forces[0].time_s[-1])
    taps_s = (0.3 * length_s, 0.6 * length_s)
    write_hdf5(tapped(trial, taps_s, 0.0), first)
    write_hdf5(tapped(trial, taps_s, 2.06), second)
    told = run_json("join", first, second, "-o", tmp_path / "both.h5", "--offset-s", 2.0, "--by-tap", "--json")
    # Taps are 20 ms wide Gaussians sampled at 100 Hz or more; a shift is found to a tenth of a sample.
    assert told["files"][0]["offset_s"] == pytest.approx(2.06, abs=2e-3)
    assert "Begun +2.0000 s apart as given; then: Shifted by +60" in told["files"][0]["note"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("one.h5",), "takes two or more"),
        (("a", "b", "--offset-s", "0", "--offset-s", "1"), "2 files take 1 --offset-s; 2 were given"),
        (("a", "b"), "say when the files began"),
    ],
)
def test_what_was_asked_in_a_way_that_cannot_be_done_is_said(run, tmp_path: Path, words, why: str) -> None:
    result = run("join", *words, "-o", tmp_path / "out.h5")
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())


def test_another_ending_and_another_person_are_refused_and_nothing_is_written(run, plates: Path, tmp_path) -> None:
    assert run("join", MAT, plates, "-o", tmp_path / "both.c3d", "--offset-s", 0).exit_code == 2
    study = SAMPLES / "study" / "barefoot_walk_plates.h5"
    result = run("join", SAMPLES / "study" / "barefoot_squat_mat.mcap", study, "-o", tmp_path / "x.h5", "--offset-s", 0)
    assert result.exit_code == 1
    assert "another task" in result.stderr
    assert not (tmp_path / "x.h5").exists()


def test_a_joined_trial_is_analyzed_from_both_and_says_each_note_once() -> None:
    from footload.joined import join

    mat, plates = (read(SAMPLES / "study" / f"barefoot_squat_{name}") for name in ("mat.mcap", "plates.h5"))
    analysis = analyze(join([mat, plates], [0.0]))
    assert len(analysis.contacts) == 2
    assert len(analysis.repetitions) == 5
    assert sum("One trial out of 2 files" in note for note in analysis.notes) == 1
    assert len(set(analysis.notes)) == len(analysis.notes)
    of_both = {finding.metric for finding in analysis.findings}
    assert {"arch_index", "knee_projection_at_depth", "eccentric_peak_force", "cop_medial_shift_at_depth"} <= of_both
