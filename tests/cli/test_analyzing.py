"""`footload analyze` and `footload info`."""

from __future__ import annotations

import csv
import json
import math

import pytest

from footload.cli.records import mean_cop_mm
from footload.foot.contact import FootContact
from footload.recordings import PressureRecording, SensorLayout


def test_json_holds_every_finding_with_its_unit(run_json, listing) -> None:
    document = run_json("analyze", listing, "--json")
    assert set(document) == {"footload", "norms", "trials", "failed"}
    (trial,) = document["trials"]
    assert trial["file"] == "synthetic_step.lst"
    assert trial["contacts"][0]["side"] == "right"
    keys = set(trial["findings"][0])
    assert {"metric", "value", "unit", "side", "region", "contact", "reason", "reference", "citation"} <= keys
    assert all(set(finding) == keys for finding in trial["findings"])


def test_a_missing_value_is_null_with_its_reason(run_json, squat) -> None:
    (trial,) = run_json("analyze", squat, "--json")["trials"]
    missing = [finding for finding in trial["findings"] if finding["value"] is None]
    assert {"cpei", "arch_index_cop_chord"} <= {finding["metric"] for finding in missing}
    assert all(finding["reason"] for finding in missing)


def test_curves_come_when_they_are_asked_for(run_json, walk) -> None:
    assert "curves" not in run_json("analyze", walk, "--json")["trials"][0]["contacts"][0]
    contact = run_json("analyze", walk, "--json", "--curves")["trials"][0]["contacts"][0]
    n_frames = contact["stop_frame"] - contact["start_frame"]
    assert {name: len(curve) for name, curve in contact["curves"].items()} == dict.fromkeys(
        ("time_s", "force", "area_cm2", "cop_x_mm", "cop_y_mm"), n_frames
    )
    assert max(contact["curves"]["force"]) == pytest.approx(802, abs=4)


def test_tables_name_feet_units_and_references(run, walk) -> None:
    result = run("analyze", walk)
    assert result.exit_code == 0
    for words in ("1 left", "2 right", "Peak force", "N·s", "Peak pressure [kPa]", "CoP (x, y)", "heel"):
        assert words in result.stdout


def test_squats_are_shown_one_a_column(run, squat) -> None:
    result = run("analyze", squat)
    lines = [line.strip() for line in result.stdout.splitlines()]
    # Three stand side by side, so that labels keep their line in a terminal of 80 letters.
    headings = [line.split() for line in lines if line.startswith("repetition")]
    assert headings == [["repetition", "1", "2", "3"], ["repetition", "4", "5"]]
    assert [line.count("mm") for line in lines if line.startswith("Squat depth")] == [3, 2]


def test_csv_has_a_row_for_each_finding_of_each_file(run, run_json, walk, listing, tmp_path) -> None:
    out = tmp_path / "findings.csv"
    result = run("analyze", walk, listing, "--csv", out)
    assert result.exit_code == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    trials = run_json("analyze", walk, listing, "--json")["trials"]
    assert len(rows) == sum(len(trial["findings"]) for trial in trials)
    assert {row["file"] for row in rows} == {"demo_walk.mcap", "synthetic_step.lst"}
    assert float(rows[0]["value"]) == pytest.approx(trials[0]["findings"][0]["value"])
    assert {path.name for path in tmp_path.iterdir()} == {"findings.csv"}


def test_csv_replaces_nothing_unless_told(run, walk, tmp_path) -> None:
    out = tmp_path / "findings.csv"
    out.write_text("mine", encoding="utf-8")
    result = run("analyze", walk, "--csv", out)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert run("analyze", walk, "--csv", out, "--overwrite").exit_code == 0
    assert out.read_text(encoding="utf-8") != "mine"


def test_csv_never_replaces_what_is_analyzed(run, listing, tmp_path) -> None:
    copy = tmp_path / "step.lst"
    copy.write_bytes(listing.read_bytes())
    result = run("analyze", copy, "--csv", copy, "--overwrite")
    assert result.exit_code == 2
    assert copy.read_bytes() == listing.read_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.lst", b""),
        ("binary.lst", bytes(range(256)) * 20),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(100)),
        ("missing.mcap", None),
    ],
)
def test_a_file_at_fault_gives_one_sentence_with_its_name_and_exit_code_1(run, tmp_path, name, content) -> None:
    file, out = tmp_path / name, tmp_path / "out.csv"
    if content is not None:
        file.write_bytes(content)
    result = run("analyze", file, "--csv", out)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert name in result.stderr
    assert "Traceback" not in result.stderr
    assert not out.exists()


def test_a_truncated_listing_is_refused_and_nothing_is_written(run, listing, tmp_path) -> None:
    data = listing.read_bytes()
    out = tmp_path / "out.csv"
    for part in (0.1, 0.35, 0.5, 0.77):
        cut = tmp_path / "cut.lst"
        cut.write_bytes(data[: int(part * len(data))])
        result = run("analyze", cut, "--csv", out)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("footload: cut.lst: ")
        assert not out.exists()


def test_a_cut_recording_is_read_as_far_as_it_is_whole_or_refused(run, walk, tmp_path) -> None:
    data = walk.read_bytes()
    codes = set()
    for size in range(0, len(data), len(data) // 40):
        cut = tmp_path / "cut.mcap"
        cut.write_bytes(data[:size])
        result = run("analyze", cut, "--json")
        codes.add(result.exit_code)
        if result.exit_code:
            assert result.stderr.startswith("footload: cut.mcap: ")
            assert json.loads(result.stdout)["trials"] == []
        else:
            assert "recover" in json.dumps(json.loads(result.stdout)["trials"][0]["notes"])
    assert codes == {0, 1}


def test_one_bad_file_does_not_stop_the_others(run, walk, tmp_path) -> None:
    bad = tmp_path / "bad.lst"
    bad.write_bytes(b"no listing")
    result = run("analyze", bad, walk, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [trial["file"] for trial in document["trials"]] == ["demo_walk.mcap"]
    assert [failure["file"] for failure in document["failed"]] == ["bad.lst"]
    assert "bad.lst" in result.stderr


def test_an_unknown_format_name_lists_the_known_ones(run, walk) -> None:
    result = run("analyze", walk, "--format", "emde")
    assert result.exit_code == 2
    assert "emed" in result.stderr


def test_an_assessment_comes_with_its_fixed_sentence(run, run_json, squat) -> None:
    assert "Not a diagnosis" in run("analyze", squat, "--assess").stdout
    trial = run_json("analyze", squat, "--assess", "--json")["trials"][0]
    assert trial["assessment"]["statement"].startswith("Not validated.")


def test_clinical_inputs_reach_the_assessment_and_typing_errors_are_named(run, run_json, squat, tmp_path) -> None:
    clinical = tmp_path / "clinical.toml"
    clinical.write_text("neuropathy = true\n", encoding="utf-8")
    trial = run_json("analyze", squat, "--assess", "--clinical", clinical, "--json")["trials"][0]
    assert trial["assessment"]["gate_closed"] is True
    clinical.write_text("neuropaty = true\n", encoding="utf-8")
    result = run("analyze", squat, "--assess", "--clinical", clinical)
    assert result.exit_code == 1
    assert "clinical.toml" in result.stderr
    assert "neuropathy" in result.stderr


def test_clinical_inputs_without_an_assessment_are_a_usage_fault(run, squat, tmp_path) -> None:
    assert run("analyze", squat, "--clinical", tmp_path / "clinical.toml").exit_code == 2


def test_info_says_what_is_in_a_file(run, run_json, walk) -> None:
    words = run("info", walk).stdout
    assert "288 at 100 Hz" in words
    assert "demo walk, walking" in words
    record = run_json("info", walk, "--json")
    assert record["pressure"][0]["n_frames"] == 288
    assert record["pressure"][0]["grid"] == [64, 96]
    assert record["participant"]["body_mass_kg"] == 72


def test_info_of_a_bad_file_is_one_sentence(run, tmp_path) -> None:
    result = run("info", tmp_path / "nothing.lst")
    assert result.exit_code == 1
    assert "nothing.lst" in result.stderr


def test_mean_cop_is_weighted_by_the_force() -> None:
    layout = SensorLayout.rectangle(1, 2, 10.0)
    recording = PressureRecording([0.0, 0.1, 0.2], [[30.0, 0.0], [0.0, 10.0], [0.0, 0.0]], layout)
    contact = FootContact(recording, 0, 3, recording.layout.x_mm > 0)
    # 3 N at 5 mm and 1 N at 15 mm; the unloaded frame has no CoP
    assert mean_cop_mm(contact) == pytest.approx((7.5, 5.0))
    assert math.isnan(mean_cop_mm(FootContact(recording, 2, 3, recording.layout.x_mm > 0))[0])
