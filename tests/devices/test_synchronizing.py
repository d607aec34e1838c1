"""Several devices of one recording, put on one time base by heel taps, whenever the recording is read again."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from devices.framing.encoder import encode
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import parse_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder
from devices.recording import load, read_raw, read_recording
from devices.sync import align_by_found_taps, felt_together
from devices.synchronizing import synchronize
from footload.cli.application import application
from footload.errors import RecordingError
from footload.recordings import ForceRecording, PlateGeometry

TAPS_S = (1.0, 2.3, 3.1)
LATE_S = 0.04
BEGUN_NS = 5_000_000_000


def blow(time_s, taps_s=TAPS_S):
    """Taps of a tenth of a second, as a heel gives them. [counts]"""
    load = np.full(len(time_s), 100.0)
    for number, tap_s in enumerate(taps_s):
        phase = (time_s - tap_s) / 0.1
        load += np.where((phase > 0) & (phase < 1), (2000 + 300 * number) * np.sin(np.pi * phase) ** 2, 0.0)
    return load


def wire(profile, late_s, taps_s=TAPS_S):
    """Reads of a device whose connection is late."""
    time_s = np.arange(0, 4.5, 1 / profile.time.rate_hz)
    noise = np.random.default_rng(round(1e3 * late_s)).normal(0, 4, (len(time_s), 12))
    counts = (blow(time_s, taps_s)[:, None] + noise).clip(0).astype(np.uint16)
    return [
        Chunk(int(BEGUN_NS + (at_s + late_s) * 1e9), encode(profile, frame, k % 65536, at_s))
        for k, (at_s, frame) in enumerate(zip(time_s, counts, strict=True))
    ]


def session(path, small_mat, taps_s=TAPS_S, n=2):
    fast = parse_profile(small_mat.text.replace("rate_hz = 100", "rate_hz = 250"))
    profiles = [small_mat, fast][:n]
    opening = Opening(
        TrialMetadata(), tuple(RecordedDevice(each, {}) for each in profiles), BEGUN_NS, 10**18, "footload test"
    )
    with Recorder(path, opening) as recorder:
        for number, profile in enumerate(profiles):
            for chunk in wire(profile, LATE_S * number, TAPS_S if number == 0 else taps_s):
                recorder.write(chunk, number)
        recorder.mark("mark", "ready", BEGUN_NS + 500_000_000)
    return path


def peaks_s(pressure):
    """Where each tap is highest. [s]"""
    time_s, load = np.asarray(pressure.time_s), pressure.pressure_kpa.sum(axis=1)
    return [float(time_s[near][load[near].argmax()]) for near in (np.abs(time_s - tap - 0.07) < 0.2 for tap in TAPS_S)]


def test_the_shift_is_found_kept_applied_whenever_the_trial_is_read_and_can_be_taken_away(tmp_path, small_mat):
    path = session(tmp_path / "a.mcap", small_mat)
    before, bytes_before = load(path), [read_raw(path, number) for number in (0, 1)]
    apart = np.subtract(peaks_s(before.pressures[1]), peaks_s(before.pressures[0]))
    # the slower mat takes a picture every 10 ms
    np.testing.assert_allclose(apart, LATE_S, atol=0.006)
    found = synchronize(path)
    assert found[1].offset_s == pytest.approx(-LATE_S, abs=0.001)
    assert found[1].n_taps == 3
    assert found[1].residual_s < 0.001
    after = load(path)
    np.testing.assert_allclose(peaks_s(after.pressures[0]), peaks_s(after.pressures[1]), atol=0.006)
    same, moved = (new.time_s[0] - old.time_s[0] for new, old in zip(after.pressures, before.pressures, strict=True))
    # the trial begins with its first frame: that of the shifted device, if it comes first
    assert moved - same == pytest.approx(found[1].offset_s, abs=1e-9)
    assert min(float(each.time_s[0]) for each in after.pressures) == pytest.approx(0, abs=1e-9)
    assert "3 taps, single taps off by" in after.notes["alignment (2)"]
    assert any("cross-correlation" in line for line in after.pressures[1].history)
    assert not any("cross-correlation" in line for line in after.pressures[0].history)
    assert [event.name for event in after.events] == ["mark", "sync"]
    assert [read_raw(path, number) for number in (0, 1)] == bytes_before
    assert read_recording(path).recovery == ""
    # once more gives the same, from the bytes and not from what was kept
    again = synchronize(path)
    assert again[1].offset_s == pytest.approx(found[1].offset_s, abs=1e-9)
    assert len([m for m in read_recording(path).marks if json.loads(m.data)["name"] == "sync"]) == 1
    assert synchronize(path, undo=True) == {}
    undone = load(path)
    np.testing.assert_array_equal(undone.pressures[1].time_s, before.pressures[1].time_s)
    assert "alignment (2)" not in undone.notes
    assert list(tmp_path.iterdir()) == [path]


def test_a_named_tap_is_enough_and_has_no_residual(tmp_path, small_mat):
    path = session(tmp_path / "a.mcap", small_mat)
    found = synchronize(path, [2.3])
    assert found[1].offset_s == pytest.approx(-LATE_S, abs=0.002)
    assert np.isnan(found[1].residual_s)
    assert "its residual is not known" in load(path).notes["alignment (2)"]


def test_what_cannot_be_aligned_is_said_and_the_file_stays_as_it_was(tmp_path, small_mat):
    alone = session(tmp_path / "alone.mcap", small_mat, n=1)
    with pytest.raises(RecordingError, match="has one device"):
        synchronize(alone)
    strangers = session(tmp_path / "strangers.mcap", small_mat, taps_s=(1.6, 3.7))
    data = strangers.read_bytes()
    with pytest.raises(ValueError, match="No tap was felt by both"):
        synchronize(strangers)
    assert strangers.read_bytes() == data
    cut = session(tmp_path / "cut.mcap", small_mat)
    cut.write_bytes(cut.read_bytes()[:-3000])
    with pytest.raises(RecordingError, match="recover it first"):
        synchronize(cut)
    with pytest.raises(ValueError, match=r"felt 2 blows, but only . agree"):
        synchronize(session(tmp_path / "two.mcap", small_mat, taps_s=(1.0, 2.36)))


def test_a_blow_that_only_one_felt_is_left_out(tmp_path, small_mat):
    path = session(tmp_path / "a.mcap", small_mat, taps_s=(1.0, 3.1))
    found = synchronize(path)
    assert found[1].n_taps == 2
    assert found[1].offset_s == pytest.approx(-LATE_S, abs=0.002)


def test_two_plates_of_one_device_feel_together(tmp_path, small_mat):
    time_s = np.arange(0, 4.5, 0.001)
    corners = np.array([[300.0, 500, 0], [0, 500, 0], [0, 0, 0], [300, 0, 0]])
    made = []
    for taps_s in ((1.0, 3.1), (2.3,)):
        force_n = np.zeros((len(time_s), 3))
        force_n[:, 2] = blow(time_s, taps_s)
        made.append(ForceRecording(time_s, force_n, np.zeros_like(force_n), PlateGeometry(corners)))
    both = felt_together(made)
    np.testing.assert_allclose(both.force_n[:, 2], made[0].force_n[:, 2] + made[1].force_n[:, 2])
    path = session(tmp_path / "a.mcap", small_mat)
    mat = load(path).pressures[0]
    found, taps_s = align_by_found_taps(mat, replace(both, time_s=both.time_s + 0.02))
    assert found.offset_s == pytest.approx(-0.02, abs=0.001)
    np.testing.assert_allclose(taps_s, TAPS_S, atol=0.03)
    assert felt_together([mat]) is mat


def test_the_command_says_what_was_found(tmp_path, small_mat):
    path = session(tmp_path / "a.mcap", small_mat)

    def run(*words):
        return CliRunner().invoke(application, ["sync", str(path), *words])

    (found,) = json.loads(run("--json").stdout)["devices"]
    assert (found["number"], found["n_taps"]) == (2, 3)
    assert found["offset_s"] == pytest.approx(-LATE_S, abs=0.001)
    assert "Device 2: Shifted by" in run("--tap", "1.0", "--tap", "2.3").stdout
    assert "as this computer's clock had them" in " ".join(run("--undo").stdout.split())
    failed = run("--tap", "1.7")
    assert failed.exit_code == 1
    assert "did not feel the same" in failed.stderr


def test_a_device_that_said_nothing_is_told_and_the_others_are_read(tmp_path, small_mat):
    path = tmp_path / "a.mcap"
    opening = Opening(
        TrialMetadata(), (RecordedDevice(small_mat, {}), RecordedDevice(small_mat, {})), BEGUN_NS, 10**18, "test"
    )
    with Recorder(path, opening) as recorder:
        recorder.write(Chunk(BEGUN_NS, b"junk"), 0)
        for chunk in wire(small_mat, 0.0)[:40]:
            recorder.write(chunk, 1)
    trial = load(path)
    assert trial.pressure.n_frames == 40
    assert trial.notes["empty (1)"] == "There is not one whole frame in 4 bytes of test.small_mat."
    assert "device (2)" in trial.notes
    with pytest.raises(RecordingError, match="its first device has no whole frame"):
        synchronize(path)
