import itertools

import numpy as np
import pytest
from novel_files import pliance_bytes

from footload.errors import UnreadableTrialError
from footload.readers import pliance, read

PRESSURES = 2.5 * np.arange(4 * 6).reshape(4, 6)
AS_GRID = PRESSURES.reshape(4, 2, 3)[:, :, ::-1].transpose(0, 2, 1)  # columns from the top, to rows from the bottom


@pytest.fixture
def written(tmp_path):
    names = itertools.count()

    def write(data: bytes, name: str = ""):
        path = tmp_path / (name or f"seat{next(names)}.asc")
        path.write_bytes(data)
        return path

    return write


def test_a_full_rectangle_is_a_grid_with_row_0_at_the_smallest_y(written):
    recording = read(written(pliance_bytes(PRESSURES))).pressure
    np.testing.assert_array_equal(recording.images, AS_GRID)
    assert recording.layout.pitch_mm == pytest.approx((5.28, 10.28))
    np.testing.assert_allclose(recording.layout.area_mm2, 54.28)
    np.testing.assert_allclose(recording.time_s, np.arange(4) * 0.04167, atol=1e-9)


def test_a_mat_with_a_sensor_less_has_free_places(written):
    recording = read(written(pliance_bytes(PRESSURES, left_out=2))).pressure
    assert recording.layout.grid is None
    np.testing.assert_array_equal(recording.pressure_kpa, PRESSURES[:, [0, 1, 3, 4, 5]])
    np.testing.assert_allclose(recording.layout.x_mm, [2.64, 2.64, 7.92, 7.92, 7.92])


def test_the_forces_in_the_file_are_a_check(written):
    assert "agree" in read(written(pliance_bytes(PRESSURES))).notes["force check"]
    assert "differ" in read(written(pliance_bytes(PRESSURES, force_factor=1.1))).notes["force check"]
    assert "could not be checked" in read(written(pliance_bytes(PRESSURES, forces=False))).notes["force check"]


def test_what_was_found_and_assumed_is_said_without_a_name(written):
    path = written(pliance_bytes(PRESSURES), "a.asc")
    notes = read(path).notes
    assert "5 s" in notes["time"]
    assert "MPP" in notes["summary rows"]
    assert not any("Doe" in text for text in notes.values())
    assert read(path, keep_private=True).notes["private file name"] == "Doe_Jane_1.mat"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"corner[cm]", b"corner", "'corner\\[cm\\]' with the places"),
        (b"area  0.5428", b"area  0.0000", "no area"),
        (b"x[c]  0.2640", b"x[c]  0.2x40", "x\\[c\\]"),
        (b"y[c]", b"y[q]", "do not hold 6 sensors"),
        (b"  2.500", b"  2.5e9", "no pressure"),
        (b"  2.500", b"", "6 values, but 7"),
        (b"pressure values in kPa", b"pressure values in ?", "unit of pressure"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    with pytest.raises(UnreadableTrialError, match=told) as error:
        pliance.load(written(pliance_bytes(PRESSURES).replace(old, new, 1), "damaged.asc"))
    assert str(error.value).startswith("damaged.asc: ")
