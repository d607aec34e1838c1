"""Figures show what the analysis found, are the same every time, and ask nobody for anything."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from typer.testing import CliRunner, Result

import footload as fl
from footload.compare.comparing import compare_conditions
from footload.compare.conditions import Recorded
from footload.foot.regions import FINE
from footload.report.comparison_pictures import differences
from footload.report.drawing import KINDS
from footload.report.pictures import drawings_of, footprints

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, [*map(str, arguments)])


@pytest.fixture(scope="module")
def squat() -> fl.Analysis:
    return fl.analyze(fl.read(SAMPLES / "study" / "barefoot_squat_mat.mcap"))


@pytest.fixture(scope="module")
def stance() -> fl.Analysis:
    return fl.analyze(fl.read(SAMPLES / "study" / "barefoot_stance_plates.h5"))


def test_a_squat_and_a_stance_have_all_their_drawings(squat, stance) -> None:
    assert list(drawings_of(squat)) == ["footprints", "forces", "medial_shifts", "phases"]
    assert list(drawings_of(stance)) == ["forces", "sway"]


def test_every_kind_is_a_whole_file_that_fetches_nothing_and_is_the_same_again(stance) -> None:
    once, again = (drawings_of(stance)["sway"] for _ in range(2))
    made = {kind: once.encoded(kind) for kind in KINDS}
    assert made == {kind: again.encoded(kind) for kind in reversed(KINDS)}  # whatever was written before
    root = ET.fromstring(made["svg"])
    links = [value for node in root.iter() for name, value in node.attrib.items() if name.endswith("href")]
    assert links
    assert all(link.startswith(("#", "data:")) for link in links)
    assert not {"script", "text", "image"} & {node.tag.rpartition("}")[2] for node in root.iter()}
    assert made["pdf"].startswith(b"%PDF-")
    assert b"/FontFile2" in made["pdf"]  # letters come along
    assert b"CreationDate" not in made["pdf"]
    assert made["png"].startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="svg, pdf, png"):
        once.encoded("gif")


def test_lines_between_regions_follow_the_edges_of_the_cells(squat) -> None:
    figure = footprints(squat).figure
    for axes, contact in zip(figure.axes, squat.contacts, strict=False):
        (lines,) = [each for each in axes.collections if isinstance(each, LineCollection)]
        rows, cols = contact.recording.layout.grid
        region = np.full((rows, cols), "", dtype=object)
        for name in FINE:
            region[(contact.regions[name] & (contact.maximum_pressure_image > 0)).reshape(rows, cols)] = name
        pairs = [(region[r, c], region[r + 1, c]) for r in range(rows - 1) for c in range(cols)]
        pairs += [(region[r, c], region[r, c + 1]) for r in range(rows) for c in range(cols - 1)]
        assert len(lines.get_segments()) == sum(bool(a and b and a != b) for a, b in pairs) > 0
        for (x0, y0), (x1, y1) in lines.get_segments():
            assert abs(x1 - x0) + abs(y1 - y0) == pytest.approx(5.0)  # one side of a cell


def test_shaded_phases_are_those_of_the_repetitions_that_count(squat) -> None:
    time_s = squat.repetition_time_s
    expected = [time_s[list(span)] for one in squat.repetitions if not one.rejected for span in one.phases.values()]
    force, depth = drawings_of(squat)["phases"].figure.axes
    for axes in (force, depth):
        shaded = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]
        np.testing.assert_allclose(shaded, expected)
    assert depth.lines[0].get_ydata().min() == pytest.approx(-350, abs=5)  # simulated 350 mm deep
    assert force.lines[0].get_ydata()[0] == pytest.approx(72 * 9.81, rel=0.01)  # stands still before the first


def test_the_ellipse_of_sway_has_the_area_of_the_finding(stance) -> None:
    (axes,) = drawings_of(stance)["sway"].figure.axes
    x, y = next(line for line in axes.lines if line.get_linestyle() == "--").get_data()
    area = 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 100
    (finding,) = [f for f in stance.findings if f.metric == "sway_prediction_ellipse_area" and f.side is None]
    assert area == pytest.approx(finding.value, rel=1e-3)  # a polygon of 180 sides; n against n - 1
    path = axes.lines[0].get_xydata()
    (length,) = [f.value for f in stance.findings if f.metric == "sway_path" and f.side is None]
    assert np.hypot(*np.diff(path, axis=0).T).sum() == pytest.approx(length)


def test_differences_are_drawn_in_minimal_detectable_changes(squat) -> None:
    wedge = fl.analyze(fl.read(SAMPLES / "study" / "wedge_squat_mat.mcap"))
    found = compare_conditions([Recorded.of(squat)], [Recorded.of(wedge)])
    (axes,) = differences(found).figure.axes
    points = [line for line in axes.lines if line.get_marker() == "o"]
    known = sorted((one for one in found.findings if one.mdc > 0), key=lambda one: -abs(one.difference.value / one.mdc))
    drawn = known[: len(points)]
    assert [p.get_xdata()[0] for p in points] == pytest.approx([one.difference.value / one.mdc for one in drawn])
    assert [p.get_fillstyle() == "full" for p in points] == [one.is_beyond_mdc for one in drawn]


def test_the_commands_write_figures_into_new_places_only(tmp_path) -> None:
    trial = SAMPLES / "demo_walk.mcap"
    done = run("export", "figures", trial, "--to", tmp_path / "drawn", "--format", "pdf", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["figures"]
    assert told == json.loads((tmp_path / "drawn" / "figures.json").read_text("utf-8"))
    assert [each["figure"] for each in told] == ["footprints", "forces"]
    assert all((tmp_path / "drawn" / each["file"]).read_bytes().startswith(b"%PDF-") for each in told)
    assert all(re.fullmatch(r"sub-001_ses-01_run-001_\w+\.pdf", each["file"]) for each in told)
    assert run("export", "figures", trial, "--to", tmp_path / "drawn").exit_code == 1
    assert run("export", "figures", trial, "--to", tmp_path / "x", "--format", "gif").exit_code == 2
    assert not (tmp_path / "x").exists()
    assert run("compare", trial, "--with", trial, "--figure", tmp_path / "x.doc").exit_code == 2
