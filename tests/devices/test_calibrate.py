from datetime import date

import numpy as np
import pytest

from devices.calibrate import drift_since, gains_of, next_calibration, scale_from_mass, tare_of
from devices.calibration import Polynomial
from devices.cell_calibration import (
    Belongs,
    CellCalibration,
    Masked,
    load_calibration,
    parse_calibration,
    save_calibration,
)
from devices.connection import Connection, own_calibration
from devices.drift import drifted
from devices.framing.encoder import encode
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.raw_counts import RawCounts
from devices.raw_log import Chunk
from devices.recorder import Recorder
from devices.recording import load
from footload.errors import ProfileError, RecordingError

OWNER = Belongs(profile="test.small_mat", serial_number="SN7")
DAY = date(2026, 3, 1)


def calibration(**what):
    return CellCalibration(made=DAY, device=OWNER, **what)


def test_the_tare_is_the_median_so_that_a_touch_does_not_move_it():
    unloaded = np.full((11, 3), 5)
    unloaded[3] = 4000
    assert tare_of(unloaded).tolist() == [5, 5, 5]


def test_gains_make_unequal_cells_answer_alike_and_leave_dead_ones_out():
    sensitivity = np.array([1.0, 0.5, 2.0, 1.0, 0.01])
    tare = np.array([0.0, 10.0, 0.0, 3.0, 0.0])
    gain, answers = gains_of(np.tile(tare + 100 * sensitivity, (5, 1)), tare)
    np.testing.assert_allclose(gain, [1.0, 2.0, 0.5, 1.0, 0.0])
    assert answers.tolist() == [True, True, True, True, False]
    with pytest.raises(ValueError, match="was the load on the mat"):
        gains_of(np.zeros((5, 3)), np.zeros(3))


def test_a_person_of_known_mass_scales_the_whole_mat():
    # 100 cells of 1 cm² with 10 kPa carry 100 N; 20.394 kg weigh 200 N
    pressure = np.full((50, 100), 10.0)
    scale, variation = scale_from_mass(pressure, np.full(100, 100.0), 200 / 9.80665)
    assert scale == pytest.approx(2.0)
    assert variation == 0
    moving = pressure * np.linspace(0.5, 1.5, 50)[:, None]
    with pytest.raises(ValueError, match="stepping on or off"):
        scale_from_mass(moving, np.full(100, 100.0), 70)
    with pytest.raises(ValueError, match="carries nothing"):
        scale_from_mass(pressure * 0, np.full(100, 100.0), 70)
    with pytest.raises(ValueError, match="more than 0 kg"):
        scale_from_mass(pressure, np.full(100, 100.0), 0)


def test_a_calibration_is_applied_zero_gain_model_scale(small_mat):
    own = calibration(tare=(10.0,) * 12, gain=(2.0,) * 11 + (0.0,), scale=3.0)
    pressure, calibrated = own.pressure(small_mat, np.array([[10, 20, 5] + [0] * 8 + [500]]))
    # the profile says half a kPa a count: (20 - 10) 2 0.5 3; below the zero there is nothing
    np.testing.assert_allclose(pressure[0, :3], [0, 30, 0])
    assert pressure[0, 11] == 0
    assert calibrated
    assert own.left_out((3, 4)).ravel().tolist() == [False] * 11 + [True]
    model = calibration(model=Polynomial(unit="kPa", model="poly", coefficients=(0.0, 2.0)))
    assert model.pressure(small_mat, np.full((1, 12), 7))[0].tolist() == [[14.0] * 12]
    with pytest.raises(ValueError, match=r"tare has 3 cells, but test\.small_mat has 12"):
        calibration(tare=(1.0,) * 3).pressure(small_mat, np.zeros((1, 12)))


def test_without_a_model_only_a_scale_makes_kpa_of_counts(small_mat):
    bare = small_mat.model_copy(update={"calibration_model": None})
    assert calibration(tare=(1.0,) * 12).pressure(bare, np.full((1, 12), 5))[1] is False
    pressure, calibrated = calibration(scale=0.25).pressure(bare, np.full((1, 12), 8))
    assert calibrated
    assert pressure.tolist() == [[2.0] * 12]


def test_a_calibration_comes_back_from_its_file_and_is_never_overwritten(tmp_path, small_mat):
    own = calibration(
        by="lab", how='bladder "A"', tare=(1.5,) * 12, gain=(1.0, 0.5) * 6, scale=1.02,
        model=Polynomial(unit="kPa", model="poly", coefficients=(0.0, 0.1, 0.002)),
    )  # fmt: skip
    path = tmp_path / "2026-03-01.toml"
    save_calibration(path, own)
    assert load_calibration(path, small_mat, "SN7") == own
    with pytest.raises(RecordingError, match="kept, not overwritten"):
        save_calibration(path, own)
    with pytest.raises(RecordingError, match="cannot be written"):
        save_calibration(tmp_path / "none" / "a.toml", own)


def test_the_calibration_of_another_device_is_refused(tmp_path, small_mat):
    path = tmp_path / "mine.toml"
    save_calibration(path, calibration(tare=(0.0,) * 12))
    with pytest.raises(ProfileError, match=r"mine\.toml: belongs to the device SN7, but this one is SN8"):
        load_calibration(path, small_mat, "SN8")
    with pytest.raises(ProfileError, match="does not say its serial number"):
        load_calibration(path, small_mat, "")
    with pytest.raises(ProfileError, match=r"for test\.small_mat, but the device is test\.other"):
        load_calibration(path, small_mat.model_copy(update={"id": "test.other"}), "SN7")
    (tmp_path / "wide.toml").write_text(calibration(tare=(0.0,) * 13).to_toml())
    with pytest.raises(ProfileError, match="tare has 13 cells"):
        load_calibration(tmp_path / "wide.toml", small_mat, "SN7")
    with pytest.raises(ProfileError, match="not a readable text file"):
        load_calibration(tmp_path / "none.toml", small_mat, "SN7")


def test_wrong_files_name_the_key():
    text = calibration(tare=(0.0,) * 12).to_toml()
    with pytest.raises(ProfileError, match="'tares' is not a known key; the nearest known one is 'tare'"):
        parse_calibration(text.replace("tare =", "tares ="))
    with pytest.raises(ProfileError, match="is not TOML"):
        parse_calibration("tare = [")
    with pytest.raises(ProfileError, match="gain has -1"):
        parse_calibration(text.replace("tare =", "gain = [-1.0]\ntare =").replace("0, " * 11, ""))


def test_drift_since_a_calibration_is_named_cell_by_cell():
    own = calibration(tare=(10.0, 10.0, 10.0))
    assert drift_since(own, np.tile([10, 14, 7], (9, 1))).tolist() == [0, 4, -3]
    with pytest.raises(ValueError, match="tare of 3 cells, but the mat has 2"):
        drift_since(own, np.zeros((9, 2)))


def test_a_recording_carries_its_calibration_and_is_decoded_with_it(tmp_path, small_mat, numbered):
    own = calibration(tare=(2.0,) * 12, gain=(1.0,) * 11 + (0.0,), scale=2.0)
    opening = Opening(TrialMetadata(), (RecordedDevice(small_mat, {}, own.to_toml()),), 0, 10**18, "footload test")
    with Recorder(tmp_path / "a.mcap", opening) as recorder:
        for k, counts in enumerate(numbered):
            recorder.write(Chunk(1 + k * 10_000_000, encode(small_mat, counts, k, k / 100)))
    trial = load(tmp_path / "a.mcap")
    expected = np.maximum(numbered[:, :11].astype(float) - 2, 0) * 0.5 * 2
    np.testing.assert_allclose(trial.pressure.pressure_kpa[:, :11], expected)
    assert not trial.pressure.valid[11]
    assert "Calibration of 2026-03-01 for SN7" in trial.notes["calibration"]
    assert any("calibration of 2026-03-01 for SN7" in line for line in trial.pressure.history)


def test_what_a_device_says_of_itself_counts_more_than_what_people_type(tmp_path, small_mat):
    path = tmp_path / "mine.toml"
    save_calibration(path, calibration(tare=(0.0,) * 12))
    log = tmp_path / "a.serial.dat"
    log.write_text("0, TgoA\n")
    connection = Connection(small_mat, str(log))
    connection.open()
    assert own_calibration(connection, None) == ""
    assert "SN7" in own_calibration(connection, path, "SN7")
    connection.identity = {"serial_number": "SN9"}
    with pytest.raises(ProfileError, match="this one is SN9"):
        own_calibration(connection, path, "SN7")


def raw(profile, counts, day=DAY):
    return RawCounts(profile, counts, "SN7", day)


def test_drift_names_the_cells_whose_zero_moved_by_as_much_as_a_load(small_mat):
    own = calibration(tare=(10.0,) * 12, masked=Masked(noisy=((0, 3),)))
    now = np.full((30, 12), 11)
    now[:, 5], now[:, 3], now[:, 9] = 10 + 41, 900, 10 - 41
    found = drifted(own, raw(small_mat, now, date(2026, 3, 31)))
    # a load is a hundredth of 4095 counts
    assert found.cells == [(1, 1), (2, 1)]
    assert (found.median, abs(found.largest), found.days) == (1, 41, 30)
    assert "In 30 days the zeros moved by +1 counts in the middle" in found.sentence
    assert "row 1 column 1, row 2 column 1. Take a new tare" in found.sentence
    still = drifted(own, raw(small_mat, np.full((30, 12), 11)))
    assert still.cells == still.as_dict()["cells"] == []
    assert "The calibration holds" in still.sentence
    with pytest.raises(ValueError, match="tare of 0 cells"):
        drifted(calibration(), raw(small_mat, now))


def test_the_next_calibration_keeps_what_is_not_found_anew(small_mat):
    earlier = calibration(tare=(10.0,) * 12, scale=2.0, masked=Masked(dead=((2, 3),)))
    later = next_calibration(small_mat, "SN7", date(2026, 4, 1), earlier, gain=(2.0,) * 12, how="even load")
    assert (later.tare, later.gain, later.scale) == (earlier.tare, (2.0,) * 12, 2.0)
    assert later.masked.cells == ((2, 3),)
    assert "1 cells masked" in later.described
    assert parse_calibration(later.to_toml()) == later
    with pytest.raises(ValueError, match="gain has 3"):
        next_calibration(small_mat, "SN7", DAY, earlier, gain=(1.0,) * 3)


def test_a_mask_outside_the_mat_is_refused(tmp_path, small_mat):
    path = tmp_path / "mask.toml"
    save_calibration(path, calibration(masked=Masked(shorted=((3, 0),))))
    with pytest.raises(ProfileError, match=r"masked names row 3, column 0, but test\.small_mat has 3 x 4 cells"):
        load_calibration(path, small_mat, "SN7")
