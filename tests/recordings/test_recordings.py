import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.recordings import ForceRecording, MarkerRecording, PlateGeometry, PressureRecording, SensorLayout

LAYOUT = SensorLayout.rectangle(2, 3, 5.0)
PLATE = PlateGeometry([[1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]])


def pressure(n_frames=4, **changes):
    values = {"time_s": np.arange(n_frames) / 100, "pressure_kpa": np.ones((n_frames, 6)), "layout": LAYOUT}
    return PressureRecording(**(values | changes))


def test_the_first_row_of_a_rectangle_is_nearest_to_the_origin():
    np.testing.assert_array_equal(LAYOUT.x_mm, [2.5, 7.5, 12.5, 2.5, 7.5, 12.5])
    np.testing.assert_array_equal(LAYOUT.y_mm, [2.5, 2.5, 2.5, 7.5, 7.5, 7.5])
    np.testing.assert_array_equal(LAYOUT.area_mm2, np.full(6, 25.0))
    assert LAYOUT.grid == (2, 3)


@given(
    st.integers(1, 6),
    st.integers(1, 6),
    st.floats(1, 20),
    st.floats(1, 20),
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_a_rectangle_knows_its_pitch(rows, cols, pitch_x, pitch_y, origin):
    layout = SensorLayout.rectangle(rows, cols, (pitch_x, pitch_y), origin)
    assert layout.n_sensors == rows * cols
    if rows > 1 or cols > 1:
        assert layout.pitch_mm == pytest.approx((pitch_x, pitch_y), rel=1e-9)
    else:  # a lone cell knows its area only
        assert np.prod(layout.pitch_mm) == pytest.approx(pitch_x * pitch_y)
    assert layout.x_mm[0] - pitch_x / 2 == pytest.approx(origin[0], abs=1e-9)
    assert layout.y_mm[0] - pitch_y / 2 == pytest.approx(origin[1], abs=1e-9)


def test_free_sensors_have_the_pitch_of_their_median_area():
    layout = SensorLayout([0, 50, 80], [0, 10, 90], [16, 25, 400])
    assert layout.pitch_mm == (5, 5)
    assert layout.grid is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"y_mm": [0.0]}, r"y_mm has shape \(1,\), but 2 sensors in x_mm need \(2,\)"),
        ({"area_mm2": [25.0, 0.0]}, "smallest sensor area is 0 mm²"),
        ({"area_mm2": [25.0, np.nan]}, "every area has to be above 0"),
        ({"x_mm": [0.0, np.inf]}, "position is not finite"),
        ({"grid": (2, 2)}, "2 x 2 does not hold 2 sensors"),
    ],
)
def test_an_impossible_layout_says_what_is_wrong(wrong, says):
    values = {"x_mm": [0.0, 5.0], "y_mm": [0.0, 0.0], "area_mm2": [25.0, 25.0]}
    with pytest.raises(ValueError, match=says):
        SensorLayout(**(values | wrong))


def test_places_that_are_words_are_a_type_error():
    with pytest.raises(TypeError, match="x_mm has to be numbers, but list"):
        SensorLayout(["left", "right"], [0, 0], [25, 25])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"pressure_kpa": np.ones((4, 5))}, r"\(4, 5\), but 4 times on 6 sensors need \(4, 6\)"),
        ({"valid": [True]}, r"valid has shape \(1,\), but 6 sensors need \(6,\)"),
        ({"time_s": [0, 0.01, 0.01, 0.02]}, r"does not rise from frame 1 \(0.01 s\) to frame 2 \(0.01 s\)"),
        ({"time_s": [0, 0.01, np.nan, 0.02]}, r"time_s\[2\] is nan"),
        ({"time_s": [[0, 0.01]]}, "2 dimensions"),
        ({"pressure_kpa": np.full((4, 6), np.nan)}, "mark such sensors as not valid"),
    ],
)
def test_an_impossible_pressure_recording_says_what_is_wrong(wrong, says):
    with pytest.raises(ValueError, match=says):
        pressure(**wrong)


def test_a_dead_sensor_may_read_nan_when_it_is_marked():
    values = np.ones((4, 6))
    values[:, 2] = np.nan
    recording = pressure(pressure_kpa=values, valid=[True, True, False, True, True, True])
    assert not recording.valid[2]
    np.testing.assert_array_equal(recording.force_per_unit, [0.025, 0.025, 0, 0.025, 0.025, 0.025])


def test_counts_add_up_as_they_are_and_are_called_counts():
    recording = pressure(calibrated=False)
    assert (recording.pressure_unit, recording.force_unit) == ("counts", "counts")
    np.testing.assert_array_equal(recording.force_per_unit, np.ones(6))
    assert (pressure().pressure_unit, pressure().force_unit) == ("kPa", "N")


def test_nothing_changes_in_place():
    recording = pressure()
    for array in (recording.time_s, recording.pressure_kpa, recording.valid, recording.layout.x_mm, recording.images):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        recording.source = "another"


def test_long_recordings_stay_single_precision():
    assert pressure(pressure_kpa=np.ones((4, 6), np.float32)).pressure_kpa.dtype == np.float32
    assert pressure(pressure_kpa=np.ones((4, 6), np.uint8)).pressure_kpa.dtype == np.float64


def test_times_tell_the_rate_and_a_lone_frame_has_none():
    assert pressure().sampling_rate_hz == pytest.approx(100)
    assert np.isnan(pressure(1).frame_s)
    assert np.isnan(pressure(1).sampling_rate_hz)


def test_images_have_rows_and_columns_and_free_sensors_have_none():
    values = np.arange(24.0).reshape(4, 6)
    np.testing.assert_array_equal(pressure(pressure_kpa=values).images[1], [[6, 7, 8], [9, 10, 11]])
    free = SensorLayout(LAYOUT.x_mm, LAYOUT.y_mm, LAYOUT.area_mm2)
    with pytest.raises(ValueError, match="free sensor positions"):
        _ = pressure(layout=free).images


def test_every_step_adds_a_line_of_history_and_leaves_the_old_recording():
    old = pressure(history=("read",))
    new = old.with_step("doubled", pressure_kpa=old.pressure_kpa * 2)
    assert new.history == ("read", "doubled")
    assert old.history == ("read",)
    assert new.pressure_kpa.max() == 2 * old.pressure_kpa.max()
    assert new.layout is old.layout


def test_a_step_is_checked_like_a_new_recording():
    with pytest.raises(ValueError, match="4 times on 6 sensors"):
        pressure().with_step("lost a column", pressure_kpa=np.ones((4, 5)))


def test_a_plate_has_four_corners():
    with pytest.raises(ValueError, match="four corners"):
        PlateGeometry(np.zeros((3, 3)))


def test_a_force_recording_has_three_parts_of_force_and_moment():
    recording = ForceRecording([0, 0.001], np.ones((2, 3)), np.zeros((2, 3)), PLATE)
    assert recording.n_frames == 2
    assert recording.with_step("zeroed").history == ("zeroed",)
    with pytest.raises(ValueError, match=r"moment_nmm has shape \(2, 2\), but 2 times with x, y and z need \(2, 3\)"):
        ForceRecording([0, 0.001], np.ones((2, 3)), np.zeros((2, 2)), PLATE)


def test_markers_are_found_by_their_labels():
    places = np.arange(12.0).reshape(2, 2, 3)
    recording = MarkerRecording([0, 0.01], places, ("heel", "toe"))
    np.testing.assert_array_equal(recording.of("toe"), [[3, 4, 5], [9, 10, 11]])
    assert recording.with_step("filtered").history == ("filtered",)
    assert recording.n_frames == 2
    with pytest.raises(KeyError, match="there are: heel, toe"):
        recording.of("knee")


def test_a_marker_that_was_not_seen_is_nan_and_labels_stand_once():
    assert np.isnan(MarkerRecording([0.0], [[[np.nan] * 3]], ("heel",)).of("heel")).all()
    with pytest.raises(ValueError, match="stand twice: heel"):
        MarkerRecording([0.0], np.zeros((1, 2, 3)), ("heel", "heel"))
