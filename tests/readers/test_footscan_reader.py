import itertools

import numpy as np
import pytest
from xls_files import compound_file, roll_off_forces, roll_off_sheet, workbook

from footload.errors import UnknownFormatError, UnreadableTrialError
from footload.readers import footscan, read
from footload.recordings import Side
from footload.trials import Task

FORCES = roll_off_forces()
CELL_MM2 = 5.08 * 7.62


@pytest.fixture
def written(tmp_path):
    names = itertools.count()

    def write(data: bytes, name: str = ""):
        path = tmp_path / (name or f"roll{next(names)}.xls")
        path.write_bytes(data)
        return path

    return write


def test_newtons_become_pressure_on_the_sensors_of_the_plate(written):
    trial = read(written(roll_off_sheet({"Right": FORCES})))
    recording = trial.pressure
    np.testing.assert_allclose(recording.images * CELL_MM2 * 1e-3, FORCES, rtol=1e-12)
    np.testing.assert_allclose(recording.pressure_kpa @ recording.force_per_unit, FORCES.sum(axis=(1, 2)), rtol=1e-12)
    np.testing.assert_allclose(recording.time_s, np.arange(4) * 0.002, atol=1e-12)
    assert recording.layout.pitch_mm == pytest.approx((5.08, 7.62))
    assert (trial.side, recording.side, trial.task) == (Side.RIGHT, Side.RIGHT, Task.WALKING)


def test_the_first_row_of_a_frame_is_at_the_bottom_of_its_rectangle(written):
    layout = read(written(roll_off_sheet({"Right": FORCES}, first=(40, 6)))).pressure.layout
    assert layout.x_mm[0] == pytest.approx((40 + 0.5) * 5.08)
    assert layout.y_mm[0] == pytest.approx((6 + 0.5) * 7.62)
    assert layout.y_mm[-1] == pytest.approx((6 + 6 - 0.5) * 7.62)


def test_two_feet_are_two_recordings_and_the_trial_has_no_side(written):
    trial = read(written(roll_off_sheet({"Left": FORCES, "Right": FORCES[:3] * 2})))
    assert [recording.side for recording in trial.pressures] == [Side.LEFT, Side.RIGHT]
    assert [recording.n_frames for recording in trial.pressures] == [4, 3]
    assert trial.side is None


def test_a_foot_without_frames_is_no_recording(written):
    trial = read(written(roll_off_sheet({"Left": FORCES[:0], "Right": FORCES})))
    assert [recording.side for recording in trial.pressures] == [Side.RIGHT]


def test_the_size_of_the_sensors_is_said_to_be_assumed_and_names_stay_away(written):
    path = written(roll_off_sheet({"Right": FORCES}), "a.xls")
    notes = read(path).notes
    assert "assumed" in notes["sensors"]
    assert not any("Doe" in text or "2011" in text for text in notes.values())
    asked = read(path, keep_private=True).notes
    assert asked["private patient"] == "Patient name: Jane Doe"
    assert asked["private recorded"].endswith("07-07-2011")


def test_another_workbook_is_not_claimed(written):
    path = written(roll_off_sheet({"Right": FORCES}, title="Invoices"))
    with pytest.raises(UnknownFormatError):
        read(path)
    with pytest.raises(UnreadableTrialError, match="first cell"):
        footscan.load(path)
    with pytest.raises(UnreadableTrialError, match="no Excel workbook"):
        footscan.load(written(b"Dynamic Roll off"))


def with_cells(change):
    cells = [["Dynamic Roll off"], ["Right foot data"]]
    cells += [
        [text]
        for side, n in (("bottom", 6.0), ("left", 40.0), ("width", 2.0), ("height", 2.0))
        for text in (f"Rectangle {side}", n)
    ]
    cells += [["Frame 0 (0.00 ms)"], [1.0, 2.0], [3.0, 4.0], [], ["Frame 1 (2.00 ms)"], [1.0, 2.0], [3.0, 4.0]]
    change(cells)
    return compound_file(workbook(cells))


@pytest.mark.parametrize(
    ("row", "cells", "told"),
    [
        (1, ["Other foot data"], "no 'Left foot data'"),
        (3, ["six"], "Rectangle bottom"),
        (7, [900.0], "larger than the sheet"),
        (10, ["Fram 0"], "there is no frame|frame"),
        (11, [1.0, "x"], "frame 0 holds something"),
        (11, [1.0, -2.0], "frame 0 holds a value"),
        (14, ["Frame 5 (2.00 ms)"], "numbered"),
        (14, ["Frame 1 (0.00 ms)"], "do not rise"),
    ],
)
def test_what_is_damaged_is_named(row, cells, told, written):
    data = with_cells(lambda sheet: sheet.__setitem__(row, cells))
    if row == 10:
        trial = footscan.load(written(data))
        assert trial.pressure.n_frames == 1
        return
    with pytest.raises(UnreadableTrialError, match=told):
        footscan.load(written(data, "damaged.xls"))


def test_a_sheet_that_ends_in_a_frame_is_refused(written):
    with pytest.raises(UnreadableTrialError, match="frame 1 has 1 rows"):
        footscan.load(written(with_cells(lambda sheet: sheet.pop())))
