import itertools

import numpy as np
import pytest
from apd_files import apd_bytes, print_frames

import footload
from footload.errors import UnreadableTrialError
from footload.readers import pedcad, read
from footload.recordings import Side

FRAMES = print_frames()
KPA = np.maximum(FRAMES, 0)[:, :, ::-1] * 10  # column 0 of the file is at the left, where x is largest


@pytest.fixture
def written(tmp_path):
    names = itertools.count()

    def write(data: bytes, name: str = ""):
        path = tmp_path / (name or f"step{next(names)}.apd")
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_picture_of_highest_pressures_alone_is_one_frame_and_said_so(newline, written):
    trial = read(written(apd_bytes(None, FRAMES[0], newline=newline)))
    np.testing.assert_allclose(trial.pressure.images, KPA[:1], rtol=1e-12)
    assert "highest pressures only" in trial.notes["frames"]
    assert "zebris" in trial.pressure.source
    assert trial.side is None
    assert trial.pressure.maxima_only


def test_frames_are_read_with_their_times_and_their_foot(written):
    trial = read(written(apd_bytes(FRAMES)))
    np.testing.assert_allclose(trial.pressure.images, KPA, rtol=1e-12)
    np.testing.assert_allclose(trial.pressure.time_s, [0, 0.002, 0.004], atol=1e-12)
    assert (trial.side, trial.pressure.side) == (Side.LEFT, Side.LEFT)
    assert "check" not in trial.notes
    assert not trial.pressure.maxima_only


def foot_print(cells: int = 12) -> np.ndarray:
    """A left foot's highest pressures in N/cm2, heel in the first row, -1 outside."""
    row, col = np.mgrid[:26, :cells]
    inside = (np.abs(col - 5.5) < 3.2 + 2 * (row > 14)) & (row > 0) & (row < 25) & ~((row > 8) & (row < 15) & (col < 5))
    return np.where(inside, 5.0 + row % 7, -1.0)[None]


def test_highest_pressures_give_no_force_area_or_time_but_a_reason(written):
    """Their sum is a force that never acted: 1.5 to 2 times that of the step."""
    analysis = footload.analyze(read(written(apd_bytes(None, foot_print()[0]))))
    assert analysis.contacts
    values = {f.metric: f for f in analysis.findings if f.region == "foot"}
    for name in ("peak_force", "force_time_share", "contact_area", "loading_begins", "forefoot_balance", "cpei"):
        assert np.isnan(values[name].value)
        assert "no force" in values[name].reason
    for name in ("peak_pressure", "arch_index", "chippaux_smirak_index"):
        assert np.isfinite(values[name].value)
    assert values["peak_pressure"].value == pytest.approx(110)
    assert not any("first frame" in note for finding in analysis.findings for note in finding.notes)


def test_a_highest_picture_of_other_frames_is_said(written):
    assert "not that of the frames" in read(written(apd_bytes(FRAMES, FRAMES[0]))).notes["check"]


def test_the_print_stands_where_it_was_on_the_plate(written):
    layout = read(written(apd_bytes(FRAMES))).pressure.layout
    assert layout.pitch_mm == pytest.approx((5.08, 8.46591))
    assert layout.y_mm[0] == pytest.approx(71.5 * 8.46591)
    # columns 6 to 9 of 64 from the left are 54 to 57 from the right
    assert layout.x_mm[0] == pytest.approx((64 - 6 - 4 + 0.5) * 5.08)


def test_a_file_that_does_not_say_its_place_starts_at_0(written):
    trial = read(written(apd_bytes(FRAMES, keys={"MaxSensorsY": ""})))
    assert trial.pressure.layout.y_mm[0] == pytest.approx(8.46591 / 2)
    assert "place" in trial.notes


def test_the_person_and_the_day_are_kept_only_when_asked_for(written):
    path = written(apd_bytes(FRAMES), "a.apd")
    assert not any("Doe" in text or "2017" in text for text in read(path).notes.values())
    asked = read(path, keep_private=True).notes
    assert (asked["private LastName"], asked["private Date"]) == ("Doe", "25/04/2017")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"0.5\t1.0", b"0.5", "section \\[Data\\] has 3 values, but 4|line 1 of section"),
        (b"0.5\t1.0", b"0.5\tx", "not a number"),
        (b"0.5\t1.0", b"0.5\t-3", "no pressure"),
        (b"SensCountX=6", b"SensCountX=7", "SensCountX says 7"),
        (b"SensCountX=6", b"SensCountX=9999999", "make no picture"),
        (b"SensCountX=6", b"SensCountX=six", "SensCountX"),
        (b"UnitPressure=N/cm2", b"UnitPressure=bananas", "UnitPressure"),
        (b"UnitDistance=mm", b"UnitDistance=ell", "UnitDistance"),
        (b"UnitTime=ms", b"UnitTime=days", "UnitTime"),
        (b"TimeDiff=2", b"TimeDiff=0", "TimeDiff is 0"),
        (b"[Data4]", b"[Data5]", "twice"),
        (b"MaxIdx=5", b"MaxIdx=6", "3 to 6"),
        (b"LDistX", b"LDist", "does not say LDistX"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    with pytest.raises(UnreadableTrialError, match=told) as error:
        pedcad.load(written(apd_bytes(FRAMES).replace(old, new, 1), "damaged.apd"))
    assert str(error.value).startswith("damaged.apd: ")
    assert "Doe" not in str(error.value)


def test_a_file_without_a_picture_is_refused(written):
    with pytest.raises(UnreadableTrialError, match=r"no section \[Data\]"):
        pedcad.load(written(apd_bytes(None)))
