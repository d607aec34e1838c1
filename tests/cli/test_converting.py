"""`footload convert`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from footload.analysis import analyze
from footload.plates.pressure_center import center_of_pressure_mm
from footload.readers import read
from footload.readers.hdf5_writing import write_hdf5
from footload.recordings import MarkerRecording
from footload.trials import Event

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


def test_a_recording_becomes_an_exchange_file_with_everything_in_it(run_json, squat, tmp_path) -> None:
    out = tmp_path / "squat.h5"
    told = run_json("convert", squat, out, "--json")
    assert told["written"] == ["squat.h5"]
    assert told["left_out"] == []
    one, other = read(squat), read(out)
    assert other.contents == one.contents
    assert other.events == one.events
    assert dict(other.notes) == dict(one.notes)
    np.testing.assert_array_equal(other.pressure.pressure_kpa, one.pressure.pressure_kpa)
    assert other.pressure.history == one.pressure.history


def test_a_listing_becomes_a_table_that_is_read_again(run, listing, tmp_path) -> None:
    for name in ("step.csv", "step.npz"):
        out = tmp_path / name
        result = run("convert", listing, out)
        assert result.exit_code == 0, result.output
        assert name in result.stdout
        assert "left out" in result.stderr
        np.testing.assert_array_equal(read(out).pressure.images, read(listing).pressure.images)
        out.with_suffix(".toml").unlink()


def test_no_file_is_ever_replaced(run, listing, tmp_path) -> None:
    out = tmp_path / "step.csv"
    out.with_suffix(".toml").write_text("mine", encoding="utf-8")
    result = run("convert", listing, out)
    assert result.exit_code == 2
    assert "step.toml exists already" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["step.toml"]
    same = run("convert", listing, listing)
    assert same.exit_code == 2


def test_what_cannot_be_done_is_said_before_anything_is_written(run, listing, tmp_path) -> None:
    wrong = run("convert", listing, tmp_path / "step.mat")
    assert wrong.exit_code == 2
    assert ".h5, .hdf5, .c3d, .csv, .npz" in wrong.stderr
    none = run("convert", listing, tmp_path / "step.csv", "--recording", 2)
    assert none.exit_code == 2
    assert "there is no pressure recording 2" in none.stderr
    unknown = run("convert", listing, tmp_path / "step.csv", "--format", "nonsense")
    assert unknown.exit_code == 2
    missing = run("convert", tmp_path / "nowhere.lst", tmp_path / "step.h5")
    assert missing.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_plates_become_a_c3d_file_that_another_library_reads(run_json, tmp_path) -> None:
    import ezc3d

    source = SAMPLES / "study" / "barefoot_squat_plates.h5"
    trial = read(source)
    events = (Event(0.5, "Foot Strike", "Left"), Event(2.0, "mark", "Jane Doe coughed"))
    write_hdf5(trial.changed(events=events), tmp_path / "plates.h5")
    told = run_json("convert", tmp_path / "plates.h5", tmp_path / "plates.c3d", "--json")
    assert told["written"] == ["plates.c3d"]
    assert any("note" in what for what in told["left_out"]) is bool(trial.notes)
    theirs = ezc3d.c3d(str(tmp_path / "plates.c3d"), extract_forceplat_data=True)
    platform, parameters = theirs["data"]["platform"], theirs["parameters"]
    assert parameters["FORCE_PLATFORM"]["TYPE"]["value"].tolist() == [2] * len(trial.forces)
    ratio = round(len(trial.forces[0].time_s) / theirs["data"]["points"].shape[2])
    labels = parameters["POINT"]["LABELS"]["value"]
    for number, (force, plate) in enumerate(zip(trial.forces, platform, strict=True), 1):
        n = plate["force"].shape[1]
        np.testing.assert_allclose(plate["force"].T, force.force_n[:n], atol=1e-3)  # single precision
        np.testing.assert_allclose(plate["corners"].T, force.plate.corners_mm, atol=1e-3)
        cop = center_of_pressure_mm(force)[:n:ratio]
        point = theirs["data"]["points"][:3, labels.index(f"CoP {number}")].T
        np.testing.assert_allclose(point, cop, atol=1e-2)
        loaded = force.force_n[:n, 2] > 50  # theirs has no threshold
        found, expected = plate["center_of_pressure"].T[loaded], center_of_pressure_mm(force)[:n][loaded]
        np.testing.assert_allclose(found, expected, atol=0.05)
    assert parameters["EVENT"]["LABELS"]["value"] == ["Foot Strike", "mark"]
    np.testing.assert_allclose(parameters["EVENT"]["TIMES"]["value"], [[0, 0], [0.5, 2.0]])
    assert b"Jane" not in (tmp_path / "plates.c3d").read_bytes()
    run_json("convert", tmp_path / "plates.h5", tmp_path / "kept.c3d", "--keep-private", "--json")
    assert b"Jane" in (tmp_path / "kept.c3d").read_bytes()


def test_a_mat_alone_has_no_place_in_a_c3d_file(run, squat, tmp_path) -> None:
    result = run("convert", squat, tmp_path / "squat.c3d")
    assert result.exit_code == 1
    assert "neither plates nor markers" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_example_of_the_page_on_hdf5_finds_the_force_with_plain_h5py(run, squat, tmp_path, monkeypatch) -> None:
    page = (SAMPLES.parent / "docs" / "hdf5.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert "footload" not in script
    assert run("convert", squat, tmp_path / "squat.h5").exit_code == 0
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(script, names)
    contacts = analyze(read(squat)).contacts
    total = sum(contact.force for contact in contacts)
    np.testing.assert_allclose(names["force_n"], total, rtol=1e-6)  # both feet stand throughout


def test_a_pair_of_insoles_needs_a_choice_for_a_table(run, tmp_path) -> None:
    from footload.recordings import PressureRecording, SensorLayout, Side
    from footload.trials import Trial

    feet = tuple(
        PressureRecording(
            np.arange(2.0), np.full((2, 4), value), SensorLayout.rectangle(2, 2, 5.0), side=side, in_shoe=True
        )
        for side, value in zip(Side, (1.0, 2.0), strict=True)
    )
    write_hdf5(Trial("pair", feet), tmp_path / "pair.h5")
    asked = run("convert", tmp_path / "pair.h5", tmp_path / "foot.csv")
    assert asked.exit_code == 2
    assert "--recording" in asked.stderr
    done = run("convert", tmp_path / "pair.h5", tmp_path / "foot.csv", "--recording", 2)
    assert done.exit_code == 0
    recording = read(tmp_path / "foot.csv").pressure
    assert recording.side is Side.RIGHT
    assert (recording.pressure_kpa == 2).all()


def test_names_and_days_stay_behind_unless_asked_for(run, tmp_path) -> None:
    words = ["0.00", *["2.00"] * 16, "300", "0.1", "0.1"]
    names = ["time", *[f"left pressure {cell}[N/cm²]" for cell in range(1, 17)], "left total force[N]"]
    names += [f"left center of pressure {axis}[-0.5...+0.5]" for axis in "XY"]
    lines = ["# Start time: 1.2.2023", "# Sensor insoles: Left SN1", "# Name: Jane Doe", "# " + "\t".join(names)]
    path = tmp_path / "insole.txt"
    path.write_text("\n".join([*lines, "\t".join(words)]) + "\n", encoding="utf-8")
    assert run("convert", path, tmp_path / "a.h5").exit_code == 0
    assert run("convert", path, tmp_path / "b.h5", "--keep-private").exit_code == 0
    assert "private name" not in read(tmp_path / "a.h5").notes
    assert read(tmp_path / "b.h5").notes["private name"] == "Jane Doe"


def test_neither_a_files_name_nor_that_before_a_markers_label_comes_along(run, tmp_path) -> None:
    import ezc3d

    trial = read(SAMPLES / "study" / "barefoot_squat_plates.h5")
    places = np.zeros((trial.forces[0].n_frames, 3, 3))
    labels = ("JaneDoe:LKNE", "JaneDoe:RKNE", "John:LKNE")
    markers = MarkerRecording(trial.forces[0].time_s, places, labels, "made")
    source = tmp_path / "JaneDoe_squat.h5"
    write_hdf5(trial.changed(recordings=(*trial.forces, markers)), source)
    for name in ("a.h5", "a.c3d"):
        assert run("convert", source, tmp_path / name).exit_code == 0
        content = (tmp_path / name).read_bytes()
        assert b"JaneDoe" not in content
        assert b"John" not in content
    bare = ("LKNE", "RKNE", "LKNE #2")
    plain = read(tmp_path / "a.h5")
    assert (plain.name, plain.markers[0].labels) == ("a", bare)
    theirs = ezc3d.c3d(str(tmp_path / "a.c3d"))["parameters"]["POINT"]["LABELS"]["value"]
    assert tuple(theirs[:3]) == bare
    assert run("convert", source, tmp_path / "b.h5", "--keep-private").exit_code == 0
    kept = read(tmp_path / "b.h5")
    assert (kept.name, kept.markers[0].labels) == (trial.name, labels)
