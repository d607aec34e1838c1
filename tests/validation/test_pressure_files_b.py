"""Real recordings of insoles and mats; where their known values come from stands in the index beside them."""

from pathlib import Path

import numpy as np
import pytest

from footload import analyze
from footload.readers import read
from footload.readers.moticon_report import read_gait_report
from footload.readers.xsensor_blocks import Place, blocks_of
from footload.recordings import Side

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pressure"
XSENSOR = DATA / "xsensor" / "xsensor_data.csv"
MOTICON = DATA / "moticon" / "230927_102114.txt"
REPORT = DATA / "moticon" / "gait_report_230927_10_21_14.xlsx"
LIVE = DATA / "moticon" / "walk_with_events.txt"
TEXISENSE = DATA / "texisense" / "pG_PabRD4.bin"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def xsensor():
    return read(XSENSOR)


@pytest.fixture(scope="module")
def moticon():
    return read(MOTICON)


@pytest.fixture(scope="module")
def report():
    return read_gait_report(REPORT)


def test_xsensor_has_its_frames_feet_and_rate(xsensor):
    assert [recording.side for recording in xsensor.pressures] == [Side.LEFT, Side.RIGHT]
    for recording in xsensor.pressures:
        assert recording.n_frames == 101
        assert recording.layout.grid == (31, 11)
        assert recording.sampling_rate_hz == pytest.approx(75.1, abs=0.1)
    assert "51.72 mmHg" in xsensor.notes["threshold"]


def test_the_first_left_frame_of_xsensor_says_what_the_index_says():
    block = next(blocks_of(XSENSOR, Place()))
    assert (block.frame, block.sensor.split("-")[-1].split()[0]) == (1464, "LF")
    names = ("Average Pressure", "Minimum Pressure", "Peak Pressure", "Contact Area", "Est. Load")
    assert [block.stated(name) for name in names] == [452.85, 55.15, 2674.44, 68.19, 411.67]
    # average pressure x contact area = load, but for rounding to 0.01 of each
    product_n = block.stated("Average Pressure") * 0.133322 * block.stated("Contact Area") * 0.1
    assert product_n == pytest.approx(411.67, abs=0.07)


def test_the_first_left_frame_of_xsensor_reads_as_its_header_says(xsensor):
    left = xsensor.pressures[0]
    frame = left.pressure_kpa[0]
    area_cm2 = left.layout.area_mm2[0] / 100
    loaded = frame > 0
    assert frame.max() == pytest.approx(2674.44 * 0.133322, rel=1e-9)
    assert frame[loaded].min() == pytest.approx(55.15 * 0.133322, rel=1e-9)
    assert frame[loaded].mean() / 0.133322 == pytest.approx(452.85, abs=0.005)
    # areas are printed to 0.01 cm2, and the size of a sensel follows from their median
    assert loaded.sum() * area_cm2 == pytest.approx(68.19, abs=0.01)
    assert (frame @ left.force_per_unit) == pytest.approx(411.67, abs=0.05)
    assert (left.pressure_kpa @ left.force_per_unit).max() == pytest.approx(432.1, abs=0.05)
    assert all("agrees" in xsensor.notes[f"load check, {side} insole"] for side in Side)


def test_moticon_steps_have_exactly_the_maxima_of_the_vendors_report(moticon, report):
    means = {}
    for side, recording in zip(Side, moticon.forces, strict=True):
        maxima = []
        for step in (step for step in report.steps if step.side is side):
            stance = (recording.time_s >= step.initial_contact_s) & (recording.time_s <= step.toe_off_s)
            maxima.append(recording.force_n[stance, 2].max())
            assert maxima[-1] == step.values["Max total force during stance phase (N)"]
        means[side] = np.mean(maxima)
    assert len(report.steps) == 14
    assert means[Side.LEFT] == pytest.approx(980.428571, abs=1e-6)
    assert means[Side.RIGHT] == pytest.approx(1026.142857, abs=1e-6)


def test_moticon_gait_lines_are_as_long_as_in_the_report(moticon, report):
    for side, recording in zip(Side, moticon.forces, strict=True):
        length_mm = recording.plate.corners_mm[0, 1]
        ours, theirs = [], []
        for step in (step for step in report.steps if step.side is side):
            stance = (recording.time_s >= step.initial_contact_s) & (recording.time_s <= step.toe_off_s)
            forward_mm = recording.moment_nmm[stance, 0] / recording.force_n[stance, 2]
            ours.append(np.nanmax(forward_mm) - np.nanmin(forward_mm))
            theirs.append(step.values["Gaitline length"])
        # The vendor's threshold for the first and last point is not known: within 0.02 of the insole's length.
        assert np.mean(ours) / length_mm == pytest.approx(np.mean(theirs), abs=0.02)


def test_the_insole_recording_has_its_1750_samples_in_17_496_seconds():
    lines = [line for line in MOTICON.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == 1750
    times_s = [float(line.split("\t")[0]) for line in (lines[0], lines[-1])]
    assert times_s[1] - times_s[0] == pytest.approx(17.496, abs=0.006)  # times are printed to 0.01 s
    trial = read(MOTICON)
    assert trial.pressure.sampling_rate_hz == pytest.approx(100)


def test_the_vendors_mean_gait_lines_are_as_long_and_wide_as_told(report):
    """Shares of the insole's length and width, of the mean line; single steps are longer and wider."""
    for side, length, width in (("left", 0.68, 0.2156), ("right", 0.67, 0.1629)):
        told = report.values[f"Mean length/width of gait line ({side})"]
        assert told == pytest.approx((length, width), abs=5e-5)


def test_moticon_initial_contacts_in_the_file_are_those_of_the_report(moticon, report):
    listed = [event.time_s for event in moticon.events if event.name == "initial contact"]
    assert len(listed) == 14
    # the file's times are rounded to 0.01 s
    expected = sorted(step.initial_contact_s for step in report.steps)
    np.testing.assert_allclose(listed, expected, atol=0.0051)


def test_moticon_cells_add_up_to_the_devices_own_force(moticon):
    assert [recording.n_frames for recording in moticon.pressures] == [1687, 1737]
    for cells, total in zip(moticon.pressures, moticon.forces, strict=True):
        # cells are printed to 0.25 N/cm2 and the force to 1 N
        np.testing.assert_allclose(cells.pressure_kpa @ cells.force_per_unit, total.force_n[:, 2], atol=2.5)


def test_moticon_cells_have_the_devices_own_center_of_pressure(moticon):
    for cells, total in zip(moticon.pressures, moticon.forces, strict=True):
        there = np.isfinite(total.moment_nmm[:, 0]) & (total.force_n[:, 2] > 100)
        load = cells.pressure_kpa[there] * cells.force_per_unit
        width_mm, length_mm = total.plate.corners_mm[0, :2]
        forward = load @ cells.layout.y_mm / load.sum(axis=1) / length_mm - 0.5
        to_right = load @ cells.layout.x_mm / load.sum(axis=1) / width_mm - 0.5
        force = total.force_n[there, 2]
        np.testing.assert_allclose(forward, total.moment_nmm[there, 0] / force / length_mm, atol=0.004)
        np.testing.assert_allclose(to_right, -total.moment_nmm[there, 1] / force / width_mm, atol=0.004)


def test_the_live_recording_has_its_marks(report):
    trial = read(LIVE)
    assert trial.duration_s == pytest.approx(4.98)
    assert trial.pressure.sampling_rate_hz == pytest.approx(100)
    assert [event.name for event in trial.events] == ["mark"] * 16


def test_texisense_has_241_frames_of_counts():
    trial = read(TEXISENSE)
    recording = trial.pressure
    assert recording.n_frames == 241
    assert recording.layout.grid == (64, 64)
    assert not recording.calibrated
    assert recording.pressure_kpa[:, recording.valid].max() == 187
    assert trial.duration_s == pytest.approx(7.176)


def test_the_cpei_on_texisense_is_near_that_of_the_authors_script():
    """23.2126 % by two principal axes; ours is across the axis of heel and second metatarsal head."""
    (cpei,) = [f for f in analyze(read(TEXISENSE)).findings if f.metric == "cpei" and f.region == "foot"]
    assert cpei.value == pytest.approx(23.2126, abs=1.5)


def test_the_person_walks_toward_higher_y_on_texisense_with_the_left_foot():
    """The file's name says left ("pG"), and its author's picture has the first metatarsal on the right."""
    trial = read(TEXISENSE)
    (contact,) = analyze(trial).contacts
    assert contact.side is Side.LEFT
    y_mm = contact.cop_mm[np.isfinite(contact.cop_mm[:, 1]), 1]
    assert y_mm[-1] - y_mm[0] > 100


@pytest.mark.parametrize("path", [XSENSOR, MOTICON, LIVE, TEXISENSE], ids=lambda path: path.stem)
def test_every_file_can_be_analyzed(path):
    analysis = analyze(read(path))
    assert analysis.contacts
    assert analysis.findings


def test_no_name_or_day_of_a_file_reaches_its_trial():
    words = {XSENSOR: ("bruce", "malkinson", "justin", "2022"), MOTICON: ("27.09", "10:21"), LIVE: ("15.09",)}
    for path, forbidden in words.items():
        trial = read(path)
        told = " ".join([*trial.notes, *trial.notes.values(), *(e.note for e in trial.events)]).lower()
        assert not any(word in told for word in forbidden)
