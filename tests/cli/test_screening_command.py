"""`footload screen` as people and programs use it, and as its page shows it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from footload.cli.application import application

REPOSITORY = Path(__file__).resolve().parents[2]
STUDY = REPOSITORY / "sample_data" / "study"
PAGE = (REPOSITORY / "docs" / "screening.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"(?<![\w.])[+-]?\d+(?:\.\d+)?(?![\w.])")
SHOE, WEDGE = STUDY / "shoe_squat_mat.mcap", STUDY / "wedge_squat_mat.mcap"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(application, ["screen", *(str(one) for one in arguments)])


@pytest.fixture(scope="module")
def compared() -> Result:
    """The page's example; wide enough that no line is broken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "2000")
        return run("wedge", "--a", SHOE, "--b", WEDGE)


def test_the_example_of_the_page_says_what_the_page_shows(compared: Result):
    """Word for word; numbers within what another version of an estimate may change, 0.5 % of foot width."""
    shown = re.search(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert compared.exit_code == 0
    words = " ".join(shown[1].split())
    said = " ".join(compared.stdout.split())
    start = said.index("outcome")
    said = said[start : said.index("may be said Less")].strip()

    assert NUMBER.sub("#", said) == NUMBER.sub("#", words)
    assert [float(n) for n in NUMBER.findall(said)] == pytest.approx([float(n) for n in NUMBER.findall(words)], abs=0.5)


def test_the_python_example_of_the_page_runs():
    (script,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["falls", "left", "right"]


def test_programs_get_the_difference_of_the_simulation(tmp_path: Path):
    """Left 5.5 to 3 mm, right 7.5 to 4 mm on 95 mm; both differences within 0.5 % of foot width."""
    norms = tmp_path / "norms.toml"
    norms.write_text(
        'site = "Lab A"\n[norms.cop_medial_shift_at_depth]\nmean = 2\nsd = 3\nn = 60\nsem = 0.5\n', encoding="utf-8"
    )
    found = json.loads(run("wedge", "--a", SHOE, "--b", WEDGE, "--norms", norms, "--json").stdout)
    screening = found["screening"]
    left, right = (one for one in screening["changes"] if one["measure"] == "cop_medial_shift_at_depth")

    assert (found["a_files"], found["b_files"]) == ([SHOE.name], [WEDGE.name])
    assert left["difference"] == pytest.approx(-100 * 2.5 / 95, abs=0.5)
    assert right["difference"] == pytest.approx(-100 * 3.5 / 95, abs=0.5)
    assert left["error_from"] == "SEM of Lab A"
    assert (screening["outcome"], screening["answers"], screening["answer"]) == (
        "falls",
        "medial_shift_falls_with_trial_post",
        True,
    )


def test_on_plates_the_knee_decides_and_what_markers_saw_is_within_error():
    plates = [STUDY / f"{name}_squat_plates.h5" for name in ("shoe", "wedge")]
    screening = json.loads(run("cue", "--a", plates[0], "--b", plates[1], "--json").stdout)["screening"]

    assert (screening["decided_by"], screening["outcome"]) == ("knee_projection_at_depth", "within error")
    shifts = [one["verdict"] for one in screening["changes"] if one["measure"] == "cop_medial_shift_at_depth"]
    assert shifts == ["falls", "falls"]


def test_a_knee_angle_from_video_decides_a_cue_where_no_marker_saw_the_knee():
    """12 to 4 degrees with a standard error of 2 each: more than 1.96 sqrt(2² + 2²) = 5.54; 11 to 8 is less."""
    files = ["cue", "--a", SHOE, "--b", WEDGE]
    screening = json.loads(run(*files, "--fppa-a", "12:11±2", "--fppa-b", "4:8±2", "--json").stdout)["screening"]
    left, right = (one for one in screening["changes"] if one["measure"] == "knee_projection_filmed")

    assert (screening["decided_by"], screening["outcome"]) == ("knee_projection_filmed", "falls")
    assert (screening["answers"], screening["answer"]) == ("cue_improves_squat", True)
    assert (left["difference"], left["verdict"]) == (-8, "falls")
    assert (right["difference"], right["verdict"]) == (-3, "within error")
    assert left["minimal_change"] == pytest.approx(1.96 * 8**0.5)
    assert left["error_from"] == "error typed in"

    unsaid = json.loads(run(*files, "--fppa-a", "12:11", "--fppa-b", "4:8", "--json").stdout)["screening"]
    assert unsaid["outcome"] == "within error"  # the largest published error is 4 degrees: 11.1 count
    assert "largest published error" in unsaid["changes"][0]["error_from"]
    neither = json.loads(run(*files, "--fppa-a", "12:11±2", "--json").stdout)["screening"]
    assert neither["outcome"] == "not known"


def test_markers_come_before_a_typed_in_angle():
    plates = [STUDY / f"{name}_squat_plates.h5" for name in ("shoe", "wedge")]
    typed = ("--fppa-a", "12:11±2", "--fppa-b", "4:8±2", "--json")
    screening = json.loads(run("cue", "--a", plates[0], "--b", plates[1], *typed).stdout)["screening"]

    assert screening["decided_by"] == "knee_projection_at_depth"
    assert {one["measure"] for one in screening["changes"]} >= {"knee_projection_at_depth", "knee_projection_filmed"}


def test_without_files_it_says_how_it_is_done():
    result = run("heel_lift", "--seed", "4")

    assert result.exit_code == 0
    assert result.stdout.count("on the lift") >= 3
    assert "Both heels on a lift of 5 cm" in " ".join(result.stdout.split())
    assert {one["test"] for one in json.loads(run("--json").stdout)["tests"]} == {"heel_lift", "cue", "wedge"}
    assert "wedge" in run().stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["orthotic"], 2, "no screening test 'orthotic'"),
        (["wedge", "--a", SHOE], 2, "A has 1 and B 0 trials"),
        (["wedge", "--a", SHOE, "--b", SHOE], 2, "cannot be compared with itself"),
        (["wedge", "--a", SHOE, "--b", STUDY / "wedge_walk_mat.mcap"], 2, "several tasks"),
        (["wedge", "--a", SHOE, "--b", STUDY / "absent.mcap"], 1, "absent.mcap"),
        (["cue", "--fppa-a", "8:9"], 2, "goes with a trial of its condition"),
        (["cue", "--a", SHOE, "--b", SHOE, "--fppa-b", "eight"], 2, "is not LEFT:RIGHT±ERROR"),
    ],
)
def test_what_cannot_be_compared_ends_with_a_sentence(arguments: list[str | Path], code: int, said: str):
    result = run(*arguments)

    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
