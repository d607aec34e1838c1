"""Report folders of zebris: the tables that belong together, and what is missing."""

import numpy as np
import pytest
from exported_files import report_curve, report_table

from footload.errors import UnreadableTrialError
from footload.readers import read, zebris_report
from footload.readers.zebris_report import read_parameters
from footload.recordings import Side

TIME_S = np.arange(50) * 0.01
LEFT_N = 300 + 40 * np.sin(TIME_S * 6)
RIGHT_N = 700 - LEFT_N


@pytest.fixture
def report(tmp_path):
    """Somebody stands: both feet, their gait lines, the vendor's numbers and the person."""
    folder = tmp_path / "stand 1"
    folder.mkdir()
    tables = {
        "force-curve": {"time": TIME_S, "value": LEFT_N + RIGHT_N},
        "force-curve-L": {"time": TIME_S, "value": LEFT_N},
        "force-curve-R": {"time": TIME_S, "value": RIGHT_N},
        "gait-line-L": {"time": TIME_S, "x": 100 + TIME_S, "y": 200 - TIME_S},
        "gait-line-R": {"time": TIME_S[10:], "x": 300 + TIME_S[10:], "y": 210 + TIME_S[10:]},
    }
    for name, columns in tables.items():
        kind = "signal_2d" if "x" in columns else "signal"
        (folder / f"{name}.csv").write_text(report_table(columns, kind), encoding="utf-8-sig")
    (folder / "parameters.csv").write_text('type,"COP trajectory length [mm]"\nvalues,431.5\n', encoding="utf-8")
    (folder / "patient.csv").write_text('type,Vorname,Nachname\ninfo,"Jane","Doe"\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize("opened", ["force-curve.csv", "force-curve-R.csv", "gait-line-L.csv"])
def test_any_table_opens_the_two_feet_of_its_report(opened, report):
    trial = read(report / opened)
    left, right = trial.forces
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    np.testing.assert_allclose(left.force_n[:, 2], LEFT_N, atol=5e-5)  # printed with four decimals
    np.testing.assert_allclose(right.force_n[:, 2], RIGHT_N, atol=5e-5)
    np.testing.assert_allclose(left.time_s, TIME_S, atol=1e-12)
    assert trial.name == "stand 1"
    assert "add up" in trial.notes["check"]


def test_the_gait_line_is_the_center_of_pressure(report):
    left, right = read(report / "force-curve.csv").forces
    cop = np.column_stack([-left.moment_nmm[:, 1], left.moment_nmm[:, 0]]) / left.force_n[:, 2:]
    np.testing.assert_allclose(cop, np.column_stack([100 + TIME_S, 200 - TIME_S]), atol=1e-4)
    assert np.isnan(right.moment_nmm[:10]).all()  # its gait line begins later
    assert np.isfinite(right.moment_nmm[10:, :2]).all()


def test_one_curve_alone_is_both_feet_together(tmp_path):
    trial = read(report_curve(tmp_path))
    (both,) = trial.forces
    assert both.side is None
    assert trial.name == "force-curve"
    assert np.isnan(both.moment_nmm).all()


def test_times_in_milliseconds_are_known_by_their_steps(tmp_path):
    path = tmp_path / "force-curve.csv"
    path.write_text(report_table({"time": TIME_S * 1000, "value": LEFT_N}), encoding="utf-8")
    assert read(path).forces[0].time_s[-1] == pytest.approx(0.49)


def test_the_person_is_left_behind_unless_asked_for(report):
    trial = read(report / "force-curve.csv")
    assert "Doe" not in " ".join([*trial.notes, *trial.notes.values()])
    assert read(report / "force-curve.csv", keep_private=True).notes["private Nachname"] == "Doe"


def test_the_vendors_numbers_can_be_asked_for(report):
    assert read_parameters(report / "gait-line-L.csv") == {"COP trajectory length [mm]": "431.5"}
    assert read_parameters(report.parent / "force-curve.csv") == {}


def test_the_folder_itself_is_no_file_and_says_what_to_open(report):
    with pytest.raises(UnreadableTrialError, match="open one of the files in it"):
        read(report)


def test_a_gait_line_alone_has_no_force(tmp_path):
    path = tmp_path / "gait-line.csv"
    path.write_text(report_table({"time": TIME_S, "x": TIME_S, "y": TIME_S}, "signal_2d"), encoding="utf-8")
    with pytest.raises(UnreadableTrialError, match="no force curve"):
        read(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("0.0200,", "0.0100,", "does not rise"), ("700.1000", "x", "line 6"), ("type,name", "typ,name", "no force curve")],
)
def test_what_is_damaged_is_named(old, new, told, tmp_path):
    path = report_curve(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnreadableTrialError, match=told):
        zebris_report.load(path)
