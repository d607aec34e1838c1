import itertools
import tracemalloc

import numpy as np
import pytest
from asf_files import AsfFile, insole_images

from footload.errors import UnreadableTrialError
from footload.readers import read, tekscan
from footload.recordings import Side

IMAGES = insole_images()
FILLED = np.nan_to_num(IMAGES)
VARIANTS = {
    "as the vendor writes it": AsfFile(),
    "line ends without returns": AsfFile(newline="\n"),
    "comma-separated with trailing commas": AsfFile(csv=True),
    "decimals": AsfFile(decimals=2),
    "centimetres": AsfFile(
        {"ROW_SPACING": "0.508 centimeters", "COL_SPACING": "0.508 cm", "SENSEL_AREA": "0.258064 cm2"}
    ),
    "inches": AsfFile({"ROW_SPACING": "0.2 inches", "COL_SPACING": "0.2 in", "SENSEL_AREA": "0.04 in2"}),
    "a longer header": AsfFile({"VersaPogoFsx": "1", "CALIBRATION_POINT_1": "75.0001 (Kgs)", "SCALE_FACTOR": "1"}),
    "a shorter header": AsfFile(without=("SENSEL_AREA", "TIME", "SATURATION_PRESSURE", "MIRROR_ROW", "COMMENTS:")),
    "keys in the comment": AsfFile(comment="ROWS 99\nCOLS were fine\nFrame 7"),
    "no closing mark": AsfFile(closing=False),
    "frames from 41 on": AsfFile(first_frame=41),
}


@pytest.fixture
def written(tmp_path):
    names = itertools.count()

    def write(data: bytes, name: str = ""):
        path = tmp_path / (name or f"walk{next(names)}.asf")
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_of_the_export_gives_the_same_trial(variant, written):
    recording = read(written(VARIANTS[variant].bytes_of(IMAGES))).pressure
    np.testing.assert_array_equal(recording.images, FILLED[:, ::-1])  # row 0 is now at the heel
    np.testing.assert_allclose(recording.time_s, np.arange(5) * 0.032, rtol=1e-12)
    np.testing.assert_allclose(recording.layout.pitch_mm, 5.08, rtol=1e-12)
    np.testing.assert_allclose(recording.layout.area_mm2, 25.8064, rtol=1e-12)
    assert recording.calibrated


def test_a_place_without_sensel_is_not_valid_and_stays_where_it_was(written):
    recording = read(written(AsfFile().bytes_of(IMAGES))).pressure
    np.testing.assert_array_equal(~recording.valid.reshape(8, 5), np.isnan(IMAGES[0, ::-1]))


def test_a_sensel_that_is_missing_in_a_later_frame_only_is_not_valid_either(written):
    images = IMAGES.copy()
    images[3, 4, 2] = np.nan
    recording = read(written(AsfFile().bytes_of(images))).pressure
    assert not recording.valid.reshape(8, 5)[::-1][4, 2]
    assert recording.valid.sum() == 35


def test_places_are_those_of_the_sensels_with_the_last_row_at_the_smallest_y(written):
    layout = read(written(AsfFile().bytes_of(IMAGES))).pressure.layout
    assert layout.x_mm[0] == pytest.approx(2.54)
    assert layout.y_mm[-1] == pytest.approx((8 - 1 + 0.5) * 5.08)


@pytest.mark.parametrize(("unit", "kpa"), [("PSI", 6.894757), ("mmHg", 0.133322), ("N/cm²", 10.0), ("KPA", 1.0)])
def test_other_units_become_kilopascals(unit, kpa, written):
    recording = read(written(AsfFile({"UNITS": unit}).bytes_of(IMAGES))).pressure
    np.testing.assert_allclose(recording.images, FILLED[:, ::-1] * kpa, rtol=1e-12)


@pytest.mark.parametrize("asf", [AsfFile({"UNITS": "Raw"}), AsfFile({"UNITS": "raw sum"}), AsfFile(without=("UNITS",))])
def test_raw_counts_are_never_passed_off_as_kilopascals(asf, written):
    trial = read(written(asf.bytes_of(IMAGES)))
    assert not trial.pressure.calibrated
    assert trial.pressure.pressure_unit == "counts"
    assert "counts" in trial.notes["unit"]


def test_a_sensel_smaller_than_its_spacing_keeps_its_own_area(written):
    trial = read(written(AsfFile({"SENSEL_AREA": "12.9 mm2"}).bytes_of(IMAGES)))
    assert trial.pressure.layout.area_mm2[0] == pytest.approx(12.9)
    assert "25.81 mm²" in trial.notes["area"]


def test_the_left_and_the_right_file_of_one_name_are_one_trial_from_either_of_them(written):
    left, right = IMAGES, IMAGES[:4] * 2
    written(AsfFile().bytes_of(left), "Walk01L.asf")
    path = written(AsfFile({"FILENAME": "Walk01R.fsx"}).bytes_of(right), "Walk01R.asf")
    for trial in (read(path), read(path.with_name("Walk01L.asf"))):
        assert trial.name == "Walk01"
        assert [recording.side for recording in trial.pressures] == [Side.LEFT, Side.RIGHT]
        assert [recording.n_frames for recording in trial.pressures] == [5, 4]
        assert "joined" in trial.notes["pair"]


def test_a_file_of_another_sensor_beside_it_is_not_its_pair(written):
    written(AsfFile({"SENSOR_TYPE": "3150"}).bytes_of(IMAGES), "Walk01R.asf")
    trial = read(written(AsfFile().bytes_of(IMAGES), "Walk01L.asf"))
    assert len(trial.pressures) == 1
    assert trial.pressure.side is Side.LEFT


def test_a_damaged_file_of_the_other_foot_is_left_out_and_said(written):
    written(AsfFile().bytes_of(IMAGES).replace(b"10,", b"x,", 1), "Walk01R.asf")
    trial = read(written(AsfFile().bytes_of(IMAGES), "Walk01L.asf"))
    assert len(trial.pressures) == 1
    assert "left out" in trial.notes["pair"]


def test_the_side_of_an_insole_is_in_its_name_and_two_names_that_differ_say_nothing(written):
    assert read(written(AsfFile().bytes_of(IMAGES), "renamed.asf")).pressure.side is Side.LEFT
    assert read(written(AsfFile().bytes_of(IMAGES), "Walk01R.asf")).pressure.side is None
    mat = AsfFile({"SENSOR_TYPE": "MATSCAN"})
    assert read(written(mat.bytes_of(IMAGES), "BALL.asf")).pressure.side is None


def test_names_and_dates_reach_neither_the_trial_nor_an_error_unless_asked_for(written):
    path = written(AsfFile().bytes_of(IMAGES), "a.asf")
    trial = read(path)
    told = " ".join([trial.name, *trial.notes.values(), trial.pressure.source, *trial.pressure.history])
    assert "Doe" not in told
    assert "February" not in told
    asked = read(path, keep_private=True).notes
    assert "Doe_Jane" in asked["private file name"]
    assert asked["private recorded"].startswith("Thursday")
    assert asked["private comment"] == "overground walk of Jane Doe"
    for cut in range(7, path.read_bytes().index(b"Frame 2"), 7):
        with pytest.raises(UnreadableTrialError) as error:
            tekscan.load(written(path.read_bytes()[:cut], "cut.asf"))
        assert "Doe" not in str(error.value)


def test_a_file_that_ends_in_a_frame_keeps_the_frames_before_it_and_says_so(written):
    whole = AsfFile().bytes_of(IMAGES)
    trial = read(written(whole[: whole.rindex(b"0,0,0")]))
    assert trial.pressure.n_frames == 4
    assert "frame 5" in trial.notes["end"]


def test_a_file_that_ends_between_two_frames_is_told_from_the_header(written):
    whole = AsfFile().bytes_of(IMAGES)
    trial = read(written(whole[: whole.index(b"Frame 4")]))
    assert trial.pressure.n_frames == 3
    assert "up to 5" in trial.notes["end"]


def test_frames_that_are_missing_leave_a_gap_in_time(written):
    whole = AsfFile().bytes_of(IMAGES)
    start, stop = whole.index(b"Frame 2"), whole.index(b"Frame 3")
    trial = read(written(whole[:start] + whole[stop:]))
    np.testing.assert_allclose(trial.pressure.time_s, np.array([0, 2, 3, 4]) * 0.032, rtol=1e-12)
    assert "missing" in trial.notes["gaps"]


def test_mirrored_sensors_and_saturation_are_said(written):
    asf = AsfFile({"MIRROR_COL": "1", "SATURATION_PRESSURE": "30 KPa"})
    trial = read(written(asf.bytes_of(IMAGES), "mat.asf"))
    notes = trial.notes
    assert "columns" in notes["mirrored"]
    assert any(name.startswith("saturation") for name in notes)
    assert trial.pressure.ceiling == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"10,20,30", b"10,20", "frame 1"),
        (b"10,20,30", b"10,2x,30", "not a number"),
        (b"10,20,30", b"10,-2,30", "no pressure"),
        (b"10,20,30", b"10,nan,30", "no pressure"),
        (b"10,20,30", b"10,1e9,30", "no pressure"),
        (b"ROWS 8", b"ROWS 9", "ROWS"),
        (b"ROWS 8", b"ROWS 99999999", "make no sensor"),
        (b"ROWS 8", b"ROWS 1900", "too little"),
        (b"COLS 5", b"COLS x", "COLS in the header is not a number"),
        (b"SECONDS_PER_FRAME 0.032", b"SECONDS_PER_FRAME 0", "SECONDS_PER_FRAME"),
        (b"UNITS KPa", b"UNITS furlongs", "UNITS"),
        (b"ROW_SPACING 5.08 mm", b"ROW_SPACING 5.08 ell", "ROW_SPACING"),
        (b"ROWS 8\r\n", b"", "does not say ROWS"),
        (b"Frame 3", b"Frame 1", "follows frame"),
        (b"ASCII_DATA", b"ASCII_DATE", "does not come"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    with pytest.raises(UnreadableTrialError, match=told) as error:
        tekscan.load(written(AsfFile().bytes_of(IMAGES).replace(old, new, 1), "damaged.asf"))
    assert str(error.value).startswith("damaged.asf: ")


def test_a_long_export_is_read_block_by_block_to_the_same_frames(written):
    images = np.tile(insole_images(50, 40, 15), (30, 1, 1))
    recording = read(written(AsfFile().bytes_of(images))).pressure
    np.testing.assert_array_equal(recording.images, np.nan_to_num(images)[:, ::-1])


def test_a_long_export_needs_little_more_memory_than_its_frames(written):
    row = b",".join([b"0", b"12"] * 32) + b"\r\n"
    whole = AsfFile().bytes_of(np.zeros((1, 64, 64)))
    head = whole[: whole.index(b"Frame 1")]
    path = written(head + b"".join(b"Frame %d\r\n" % (k + 1) + row * 64 + b"\r\n" for k in range(1500)))
    tracemalloc.start()
    try:
        decoded = tekscan.load(path).pressure.pressure_kpa.nbytes
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert decoded == 1500 * 4096 * 8
    assert peak < 1.5 * decoded  # the frames themselves, and blocks of about 1 MB of text
