"""Figures as plain functions: true to scale, nothing left out, no way out to another server."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.figures.force_and_cop import force_and_cop
from dashboard.figures.medial_shift import medial_shift
from dashboard.figures.outlines import apart, border
from dashboard.figures.pressure_map import pressure_map, view_of
from dashboard.figures.series import thinned
from dashboard.theme import SIDE_DASH, templates
from footload.analysis import Analysis
from footload.colors import SIDE_COLOR
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Side, Trial


def of_name(figure: go.Figure, name: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.name == name]


def analysis_of_block(layout: SensorLayout, loaded: np.ndarray, calibrated: bool = True) -> Analysis:
    pressure = np.zeros((3, layout.n_sensors))
    pressure[1, loaded] = 100.0
    recording = PressureRecording(np.arange(3) / 100.0, pressure, layout, calibrated=calibrated)
    return Analysis(Trial("block", (recording,)), (), (), ())


def test_one_millimetre_is_the_same_in_both_directions_of_the_map(walk: Analysis) -> None:
    figure = pressure_map(walk)
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.yaxis.scaleratio == 1
    assert figure.layout.xaxis.constrain == figure.layout.yaxis.constrain == "domain"


def test_the_map_holds_the_highest_pressure_of_each_cell_at_its_place_in_mm() -> None:
    layout = SensorLayout.rectangle(6, 4, 10.0)
    figure = pressure_map(analysis_of_block(layout, np.array([9])))  # row 2, column 1
    cells = figure.data[0]
    row, col = (int(i[0]) for i in np.nonzero(np.asarray(cells.z)))
    assert (cells.x[col], cells.y[row]) == (15.0, 25.0)
    assert cells.z[row][col] == 100
    assert np.asarray(cells.z).dtype == np.uint16


def test_a_long_walkway_lies_down_and_is_not_mirrored() -> None:
    layout = SensorLayout.rectangle(200, 40, 10.0)
    loaded = np.array([5 * 40 + 3, 195 * 40 + 30])
    figure = pressure_map(analysis_of_block(layout, loaded))
    assert view_of(figure_recording(layout, loaded), image_of(layout, loaded)).lying
    assert figure.layout.xaxis.title.text == "walking direction, y (mm)"
    low, high = figure.layout.yaxis.range
    assert low > high  # +x, right of the walking direction, points down when the walk goes to the right


def figure_recording(layout: SensorLayout, loaded: np.ndarray) -> PressureRecording:
    return analysis_of_block(layout, loaded).trial.pressure


def image_of(layout: SensorLayout, loaded: np.ndarray) -> np.ndarray:
    image = np.zeros(layout.n_sensors)
    image[loaded] = 100.0
    return image


def test_a_mat_that_nobody_stepped_on_is_drawn_whole() -> None:
    layout = SensorLayout.rectangle(6, 4, 10.0)
    figure = pressure_map(analysis_of_block(layout, np.array([], int)))
    assert tuple(figure.layout.xaxis.range) == (0.0, 40.0)
    assert tuple(figure.layout.yaxis.range) == (0.0, 60.0)


def test_sensors_without_a_grid_are_drawn_at_their_places() -> None:
    layout = SensorLayout(np.array([0.0, 7.0, 3.0]), np.array([0.0, 1.0, 9.0]), np.full(3, 50.0))
    figure = pressure_map(analysis_of_block(layout, np.array([1])))
    assert figure.data[0].type == "scatter"
    assert list(figure.data[0].x) == [0.0, 7.0, 3.0]


def test_every_contact_has_its_regions_axis_and_gait_line(walk: Analysis) -> None:
    figure = pressure_map(walk)
    for name, lines in (("regions", 1), ("foot axis", 1), ("gait line", 2)):
        assert len(of_name(figure, name)) == lines * len(walk.contacts)
    axis = of_name(figure, "foot axis")[0]
    drawn = float(np.hypot(axis.x[1] - axis.x[0], axis.y[1] - axis.y[0]))
    assert drawn == pytest.approx(walk.contacts[0].needed_axis.length_mm, rel=1e-5)  # float32 on the way


def test_the_gait_line_is_the_cop_where_there_is_one(walk: Analysis) -> None:
    cop = walk.contacts[0].cop_mm
    seen = cop[np.isfinite(cop).all(axis=1)]
    line = of_name(pressure_map(walk), "gait line")[0]
    np.testing.assert_allclose(np.column_stack([line.x, line.y]), seen, rtol=1e-6)


def test_the_border_of_one_cell_is_its_four_edges() -> None:
    mask = np.array([False, False, False, True, False, False])
    x, y = border(mask, (2, 3), np.array([0.0, 10, 20, 30]), np.array([0.0, 5, 10]))
    assert np.isnan(x[2::3]).all()
    edges = {frozenset([(x[i], y[i]), (x[i + 1], y[i + 1])]) for i in range(0, len(x), 3)}
    corners = [(0.0, 5.0), (10.0, 5.0), (10.0, 10.0), (0.0, 10.0)]
    assert edges == {frozenset([corners[i], corners[(i + 1) % 4]]) for i in range(4)}


def test_regions_that_overlap_earlier_ones_are_not_drawn() -> None:
    masks = {"heel": np.array([True, False, False]), "toes": np.array([False, True, True])}
    assert list(apart({**masks, "medial": np.array([True, True, False]), "none": np.zeros(3, bool)})) == [
        "heel",
        "toes",
    ]


@pytest.mark.parametrize("make", [pressure_map, force_and_cop, medial_shift])
def test_every_axis_says_its_quantity_and_unit(squat: Analysis, make: object) -> None:
    figure = make(squat)  # type: ignore[operator]
    axes = [value for key, value in figure.to_dict()["layout"].items() if key.startswith(("xaxis", "yaxis"))]
    assert len(axes) >= 2
    for axis in axes:
        assert axis["title"]["text"].endswith((")", "width)"))
        assert any(unit in axis["title"]["text"] for unit in ("(mm)", "(s)", "(N)", "(% width)"))


def test_counts_are_called_counts() -> None:
    layout = SensorLayout.rectangle(6, 4, 10.0)
    block = analysis_of_block(layout, np.array([9]), calibrated=False)
    assert force_and_cop(block).layout.yaxis.title.text == "force<br>(counts)"
    assert pressure_map(block).data[0].colorbar.title.text == "counts"


def test_a_side_has_one_colour_and_one_dash_in_every_figure(squat: Analysis) -> None:
    for figure in (force_and_cop(squat), medial_shift(squat)):
        for side in Side:
            lines = of_name(figure, side.value)
            assert lines
            assert {(line.line.color, line.line.dash) for line in lines} == {(SIDE_COLOR[side], SIDE_DASH[side])}
    assert SIDE_DASH[Side.LEFT] != SIDE_DASH[Side.RIGHT]


def test_force_and_cop_shows_what_the_contact_says(walk: Analysis) -> None:
    contact = walk.contacts[0]
    force, ap, ml = of_name(force_and_cop(walk), contact.side.value)  # type: ignore[union-attr]
    np.testing.assert_allclose(force.y, contact.force, rtol=1e-6)
    np.testing.assert_allclose(ap.y, contact.cop_foot_mm[:, 0], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(ml.y, contact.cop_foot_mm[:, 1], rtol=1e-5, atol=1e-4)
    assert (force.yaxis, ap.yaxis, ml.yaxis) == (None, "y2", "y3")


def test_repetitions_are_shaded_and_rejected_ones_say_so(squat: Analysis) -> None:
    figure = medial_shift(squat)
    assert len(figure.layout.shapes) == len(squat.repetitions) == 5
    words = [annotation.text for annotation in figure.layout.annotations]
    assert words == ["1 (not counted)", "2", "3", "4", "5"]
    assert figure.layout.annotations[0].hovertext == "too shallow"


def test_both_feet_share_the_scale_of_the_medial_shift_and_depth_goes_down(squat: Analysis) -> None:
    figure = medial_shift(squat)
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.yaxis3.autorange == "reversed"
    assert len(of_name(figure, "depth")) == 1


def test_thinning_keeps_every_peak_and_every_gap() -> None:
    values = np.sin(np.arange(50_000) / 40.0)
    values[31_337] = 99.0
    values[12_000:12_010] = np.nan
    time_s, few = thinned(np.arange(50_000) / 1000.0, values, most=900)
    assert len(few) <= 900
    assert np.nanmax(few) == 99.0
    assert np.isnan(few).any()
    assert (np.diff(time_s) > 0).all()
    assert time_s[0] == 0.0
    assert time_s[-1] == pytest.approx(49.999)


def test_a_short_line_is_not_touched() -> None:
    time_s, values = thinned(np.arange(5.0), np.array([1.0, np.nan, 3.0, 4.0, 5.0]))
    assert len(time_s) == len(values) == 5


def test_both_schemes_style_the_same_things() -> None:
    light, dark = (templates()[scheme]["layout"] for scheme in ("light", "dark"))
    assert light.keys() == dark.keys()  # type: ignore[union-attr]
    assert light["font"]["color"] != dark["font"]["color"]  # type: ignore[index]
