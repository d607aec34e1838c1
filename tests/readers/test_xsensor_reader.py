import numpy as np
import pytest
from exported_files import foot_images, xsensor_text

from footload.errors import UnreadableTrialError
from footload.readers import read, xsensor
from footload.recordings import Side

IMAGES = foot_images()
BOTH = {"HX210-DFM-LF S0073": IMAGES, "HX210-DFM-RF S0074": IMAGES[:, :, ::-1] * 2}
MMHG = 0.133322


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "walk.csv"
        path.write_text(text, encoding="utf-8-sig")
        return path

    return write


@pytest.mark.parametrize("gaps", [True, False], ids=["blank lines between", "no blank lines"])
def test_left_and_right_become_recordings_of_their_own(gaps, written):
    trial = read(written(xsensor_text(BOTH, gaps=gaps)))
    left, right = trial.pressures
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    np.testing.assert_allclose(left.images, IMAGES[:, ::-1] * MMHG, rtol=1e-12)  # row 0 is now at the heel
    np.testing.assert_allclose(right.images, IMAGES[:, ::-1, ::-1] * 2 * MMHG, rtol=1e-12)


def test_stamps_that_are_rounded_to_a_millisecond_become_even_times(written):
    recording = read(written(xsensor_text(BOTH))).pressure
    assert recording.time_s[0] == 0
    assert np.ptp(np.diff(recording.time_s)) < 1e-12
    assert recording.sampling_rate_hz == pytest.approx(75, rel=0.02)


def test_a_recording_across_midnight_goes_on(written):
    recording = read(written(xsensor_text(BOTH, first_clock_s=86399.98))).pressure
    assert recording.time_s[-1] == pytest.approx(4 / 75, abs=0.001)


def test_pressure_times_area_is_the_load_that_the_file_states(written):
    trial = read(written(xsensor_text({"A-LF": foot_images(cols=14)})))
    assert "agrees" in trial.notes["load check, left insole"]
    # The size that gives the contact areas of the file, which are rounded to 0.01 of 26 cm2, not the rounded 0.86 cm.
    assert trial.pressure.layout.pitch_mm == pytest.approx((8.609, 8.609), rel=2e-4)


def test_a_load_that_contradicts_the_pressures_is_said(written):
    text = xsensor_text(BOTH, gaps=False)
    start = text.index("Est. Load (N),") + len("Est. Load (N),")
    trial = read(written(text[:start] + "9" + text[start:]))
    assert "differs" in trial.notes["load check, left insole"]


def test_a_file_without_contact_areas_keeps_the_stated_sensel(written):
    layout = read(written(xsensor_text(BOTH, contact_cm2=False))).pressure.layout
    assert layout.pitch_mm == pytest.approx((8.6, 8.6))


def test_an_unknown_unit_gives_counts_and_never_kpa(written):
    recording = read(written(xsensor_text(BOTH, unit="Raw"))).pressure
    assert not recording.calibrated
    np.testing.assert_array_equal(recording.images, IMAGES[:, ::-1])


def test_a_mat_has_no_side(written):
    trial = read(written(xsensor_text({"PX100:48.144.02": IMAGES})))
    assert trial.pressure.side is None


def test_a_missing_frame_leaves_a_gap_and_is_counted(written):
    text = xsensor_text(BOTH, gaps=False)
    first, second = text.index("FRAME,1466"), text.index("FRAME,1467")
    trial = read(written(text[:first] + text[second:]))
    assert trial.pressure.n_frames == 4
    assert np.diff(trial.pressure.time_s).max() == pytest.approx(2 / 75, abs=0.001)
    assert "1 frames of the left insole" in trial.notes["missing frames, left insole"]


def test_day_and_path_are_left_behind_unless_asked_for(written):
    path = written(xsensor_text(BOTH))
    trial = read(path)
    told = " ".join([trial.name, *trial.notes, *trial.notes.values(), *(" ".join(r.history) for r in trial.pressures)])
    assert "Doe" not in told
    assert "2022" not in told
    asked = read(path, keep_private=True)
    assert asked.notes["private date"] == "2022 Aug 16"
    assert "Doe Jane" in asked.notes["private file"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("SENSELS", "SENSEL5", "no SENSELS"),
        ("Rows,8", "Rows,x", "Rows of frame 1464"),
        ("Rows,8", "Rows,9", "frame 1464 has 8 rows of sensels, but says 9"),
        ("Columns,5", "Columns,6", "6 columns"),
        ("FRAME,1464", "FRAME,late", "FRAME is followed by"),
        ("Time, 08:", "Time, noon:", "hours:minutes:seconds"),
        (",100,200,", ",100,-200,", "is no pressure"),
        (",100,200,", ",100,2oo,", "not a number"),
        ("Sensel Width (cm)", "Width", "how wide and high"),
        ("Sensel Width (cm),0.86", "Sensel Width (cm),1e9", "none of a pressure sensor"),
        ("FRAME,1465", "FRAME,1463", "is not later"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    text = xsensor_text(BOTH, gaps=False)
    assert old in text
    with pytest.raises(UnreadableTrialError) as error:
        xsensor.load(written(text.replace(old, new, 1)))
    assert told in str(error.value)


def test_a_cut_inside_a_grid_names_frame_and_row(written):
    text = xsensor_text(BOTH, gaps=False)
    with pytest.raises(UnreadableTrialError, match=r"ends in row \d of the sensels of frame 1468"):
        xsensor.load(written("\n".join(text.splitlines()[:-3]) + "\n"))
