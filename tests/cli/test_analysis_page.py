"""`docs/analysis.md`: the JSON document has the keys that the page lists, and its examples give what they show."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from footload.readers.hdf5_writing import write_hdf5
from footload.synthetic.demo import demo_mat
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walking_contact
from footload.trials import Side

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysis.md"
ON_REQUEST = {"together", "assessment", "curves"}


def listed(heading: str) -> set[str]:
    """The keys in the first column of the table below a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"### {heading}\n")[1].split("\n#")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def whole(run_json, walk) -> dict[str, Any]:
    """Two times the same walk, for a scatter of nothing; a mass that cannot be, for a note."""
    return run_json("analyze", walk, walk, "--json", "--curves", "--assess", "--together", "--mass", 300)


def test_the_document_has_the_keys_of_the_page(whole) -> None:
    (trial, _) = whole["trials"]
    noted = next(finding for finding in trial["findings"] if finding["quality"])
    assert set(whole) == listed("Document")
    assert set(trial) == listed("Trial")
    assert set(trial["contacts"][0]) == listed("Contact")
    assert set(noted) == listed("Finding")
    assert set(trial["checks"][0]) == listed("Check")
    assert set(whole["together"]["repeatability"][0]) == listed("Repeatability")
    assert set(trial["pronation"][0]) == listed("Pronation")
    assert set(noted["quality"][0]) == {"code", "severity", "text"}


def test_what_was_not_asked_for_is_not_there(run_json, walk) -> None:
    plain = run_json("analyze", walk, "--json")
    assert set(plain) == listed("Document") - ON_REQUEST
    assert set(plain["trials"][0]) == listed("Trial") - ON_REQUEST


def test_files_together_are_one_set_of_steps(whole) -> None:
    counts = {(r["side"], r["metric"], r["region"]): r["n"] for r in whole["together"]["repeatability"]}
    assert counts["left", "peak_force", "foot"] == 2
    assert whole["together"]["speed_warning"] is None
    assert whole["trials"][0]["repeatability"] == []


def test_trials_of_other_speeds_are_not_put_together_silently(run, run_json, listing, tmp_path) -> None:
    """The listing's contact lasts 0.68 s, that of the hasty step 0.51 s: a quarter less."""
    hasty = tmp_path / "hasty.h5"
    foot = SyntheticFoot(Side.RIGHT, place_mm=(240.0, 160.0))
    write_hdf5(walking_contact(foot, demo_mat(), duration_s=0.51).trial, hasty)
    document = run_json("analyze", listing, hasty, "--json", "--together")
    assert document["together"]["speed_warning"].startswith("The contact time differs by 25 %")
    shown = run("analyze", listing, hasty, "--together").stdout.split("files together")[1]
    assert "contact time differs by 25 %" in " ".join(shown.split())


def test_a_mass_is_typed_or_comes_from_a_standing_trial(run, run_json, walk, squat) -> None:
    def body_weight(*arguments: object) -> tuple[str, str]:
        (trial,) = run_json("analyze", walk, "--json", *arguments)["trials"]
        found = next(check for check in trial["checks"] if check["code"] == "body_weight")
        return found["outcome"], found["text"]

    assert body_weight("--mass", 72)[0] == "fine"
    assert body_weight("--mass", 300)[0] == "noted"
    assert body_weight("--standing", squat)[0] == "fine"
    both = run("analyze", walk, "--mass", 72, "--standing", squat)
    assert both.exit_code == 2
    nobody = run("analyze", walk, "--standing", walk)
    assert nobody.exit_code == 1
    assert "nobody stands still" in nobody.stderr


def test_checks_are_shown_with_the_values_they_stand_on(run, walk) -> None:
    shown = " ".join(run("analyze", walk, "--mass", 300).stdout.split())
    assert "body weight warning" in shown
    assert "values: Peak force" in shown
    unknown = " ".join(run("analyze", walk, "--noise-floor", 0).stdout.split())
    assert "saturation fine" in unknown


def test_a_sites_norms_give_the_indices_of_pronation_a_score(run, run_json, walk, tmp_path) -> None:
    norms = tmp_path / "site.toml"
    norms.write_text(blocks("toml")[0], encoding="utf-8")
    (trial,) = run_json("analyze", walk, "--json", "--norms", norms)["trials"]
    index = next(i for i in trial["pronation"][0]["indices"] if i["metric"] == "cpei")
    assert index["z"] == pytest.approx(-(index["value"] - 14.0) / 3.0)
    assert index["reference"] == "this site, 40 people"
    shown = run("analyze", walk, "--norms", norms).stdout
    assert "reference: this site, 40 people" in shown
    assert f"{index['z']:+.1f}" in shown
    assert "no reference: the indices are shown as they are" in run("analyze", walk).stdout.replace("\n", " ")


def test_quality_codes_stand_in_the_csv(run, walk, tmp_path) -> None:
    out = tmp_path / "findings.csv"
    assert run("analyze", walk, "--csv", out, "--mass", 300).exit_code == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    codes = {row["metric"]: row["quality"] for row in rows if row["region"] == "foot"}
    assert codes["peak_force"] == "body_weight"
    assert codes["cpei"] == ""
    assert "body weights" in next(row["notes"] for row in rows if row["metric"] == "peak_force")


def test_the_worked_example_of_the_page_gives_what_it_shows() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocks("python")[0]],
        cwd=PAGE.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == blocks("text")[0]


def test_the_page_states_the_thresholds_of_the_code() -> None:
    from footload.sanity.baseline import MOST_PERCENT
    from footload.sanity.body_weight import STOOD_BW, WALKED_BW
    from footload.sanity.device_threshold import EXAGGERATION
    from footload.sanity.saturation import FEWEST_VALUES, TIMES_AS_MANY

    text = PAGE.read_text(encoding="utf-8")
    assert f"walking outside of {WALKED_BW[0]} to {WALKED_BW[1]} body weights" in text
    assert f"standing outside of {STOOD_BW[0]} to {STOOD_BW[1]}" in text
    assert f"| {MOST_PERCENT:g} % of the foot's peak force |" in text
    assert f"{FEWEST_VALUES} times or more, and {TIMES_AS_MANY:g} times as often" in text
    for at, percent, width in EXAGGERATION:
        assert re.search(rf"^\| {at:g} kPa \| {percent:g} %[^|]*\| {width:.1f} % \|$", text, flags=re.MULTILINE)


def test_no_number_of_the_document_is_nan(run, walk) -> None:
    text = run("analyze", walk, "--json").stdout
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
