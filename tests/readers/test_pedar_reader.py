import itertools

import numpy as np
import pytest
from damage import check_survival
from novel_files import pedar_bytes, pedar_pressures

from footload.errors import UnreadableTrialError
from footload.readers import pedar, read
from footload.recordings import Side

LEFT, RIGHT = pedar_pressures(), pedar_pressures()[::-1] * 2


@pytest.fixture
def written(tmp_path):
    names = itertools.count()

    def write(data: bytes, name: str = ""):
        path = tmp_path / (name or f"walk{next(names)}.asc")
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("options", [{}, {"mask_lines": False}, {"summaries": True}])
def test_both_insoles_are_read_left_first(options, written):
    left, right = read(written(pedar_bytes(LEFT, RIGHT, **options))).pressures
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    np.testing.assert_array_equal(left.pressure_kpa, LEFT)
    np.testing.assert_array_equal(right.pressure_kpa, RIGHT)
    np.testing.assert_allclose(left.time_s, np.arange(4) * 0.01, atol=1e-12)


def test_windows_line_ends_and_another_unit_change_nothing_else(written):
    data = pedar_bytes(LEFT, RIGHT, unit="N/cm2").replace(b"\n", b"\r\n")
    np.testing.assert_allclose(read(written(data)).pressures[1].pressure_kpa, RIGHT * 10, rtol=1e-12)


@pytest.mark.parametrize(("insole", "area"), [("y-1865l", 19113), ("u-1", 12589), ("uw-12l", 14170), ("XW-1l", 19639)])
def test_the_insole_type_gives_the_areas_of_its_sensors(insole, area, written):
    layout = read(written(pedar_bytes(LEFT, RIGHT, insole=insole))).pressure.layout
    assert layout.area_mm2.sum() == pytest.approx(area)
    assert layout.n_sensors == 99


@pytest.mark.parametrize("insole", ["u", "v", "w", "x", "y", "z", "uw", "vw", "xw"])
def test_an_insole_goes_from_the_heel_to_the_toes_and_from_medial_to_lateral(insole):
    right, left = (pedar.insole_layout(insole, side) for side in (Side.RIGHT, Side.LEFT))
    assert right.y_mm[0] == right.y_mm.min()
    assert right.y_mm[-1] == right.y_mm.max()
    assert (np.diff(right.x_mm[:5]) > 0).all()  # the first sensor of a right heel is at its left, the medial side
    assert (np.diff(left.x_mm[:5]) < 0).all()
    assert 1.9 < np.ptp(right.y_mm) / np.ptp(right.x_mm) < 4.5
    np.testing.assert_allclose(left.x_mm + right.x_mm, left.x_mm[0] + right.x_mm[0], rtol=1e-12)


def test_sensors_that_a_mask_leaves_out_are_not_in_the_layout(written):
    masks = (tuple(range(1, 27)), (5, 6, 90))
    trial = read(written(pedar_bytes(LEFT[:, :26], RIGHT[:, [4, 5, 89]], masks=masks)))
    left, right = trial.pressures
    assert (left.layout.n_sensors, right.layout.n_sensors) == (26, 3)
    np.testing.assert_array_equal(right.layout.y_mm, pedar.insole_layout("y", Side.RIGHT).y_mm[[4, 5, 89]])


def test_one_insole_alone_is_one_recording(written):
    trial = read(written(pedar_bytes(LEFT[:, :0], RIGHT, masks=((), tuple(range(1, 100))))))
    assert [recording.side for recording in trial.pressures] == [Side.RIGHT]


def test_what_was_assumed_is_said(written):
    notes = read(written(pedar_bytes(LEFT, RIGHT, summaries=True, first_s=5.0, insole="uw-1"))).notes
    assert "pressuRe" in notes["areas"]
    assert "approximate" in notes["places"]
    assert "5 s" in notes["time"]
    assert "MPP" in notes["summary rows"]
    assert "wide" in notes["rows"]


def test_a_last_line_that_is_cut_off_is_left_out_and_said(written):
    whole = pedar_bytes(LEFT, RIGHT)
    for cut in (1, 5, 40, 700):
        trial = read(written(whole[:-cut]))
        assert trial.pressure.n_frames == 3
        assert "cut off" in trial.notes["end"]
    assert "end" not in read(written(whole)).notes
    assert "end" not in read(written(whole + b"\n")).notes


def test_names_and_dates_are_kept_only_when_asked_for(written):
    path = written(pedar_bytes(LEFT, RIGHT), "a.asc")
    assert not any("Doe" in text or "25.04.23" in text for text in read(path).notes.values())
    notes = read(path, keep_private=True).notes
    assert notes["private file name"] == "Doe_Jane_FE_2.sol"
    assert notes["private recorded"] == "25.04.23 10.49"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b" 10.000", b" 10,000", "199 belong"),
        (b" 10.000", b" 1o.000", "line 11 holds something"),
        (b" 10.000", b"-10.000", "no pressure"),
        (b"0.03000", b"0.01000", "later"),
        (b"\n     0.02000", b"\n garbage", "line 12 is no frame"),
        (b"  y-1865l", b"  q-1865l", "insole type"),
        (b"kPa", b"psi/2", "unit of pressure"),
        (b"left insole: 1,2", b"left insole: 2,1", "mask"),
        (b"time[secs]", b"time", "does not come"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    with pytest.raises(UnreadableTrialError, match=told) as error:
        pedar.load(written(pedar_bytes(LEFT, RIGHT).replace(old, new, 1), "damaged.asc"))
    assert str(error.value).startswith("damaged.asc: ")
    assert "Doe" not in str(error.value)


def test_a_file_without_frames_is_refused(written):
    with pytest.raises(UnreadableTrialError, match="no frame"):
        pedar.load(written(pedar_bytes(LEFT[:0], RIGHT[:0])))


def test_damage_to_masks_and_summaries_is_read_or_refused_with_one_sentence(tmp_path):
    masks = ((1, 2, 3, 4), (1, 2, 3, 4))
    content = pedar_bytes(LEFT[:, :4], RIGHT[:, :4], masks=masks, summaries=True)
    assert 0 < check_survival(pedar.reader, content, tmp_path).share_read < 0.95
