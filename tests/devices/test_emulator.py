import numpy as np
import pytest

from devices.emulator import FrameEmulator, LogEmulator, counts_from, emulate_recording
from devices.framing.decoder import decode
from devices.framing.encoder import encode
from devices.profile import load_profile, parse_profile
from devices.raw_log import Chunk
from footload.recordings import PressureRecording, SensorLayout

V5, V6, DEMO = (load_profile(name) for name in ("dividat_flex_v5", "dividat_flex_v6", "demo_mat"))


def flex_counts(n=4):
    counts = np.zeros((n, 576), np.uint16)
    counts[:, 30] = 100 + np.arange(n)
    return counts


def test_a_free_running_device_waits_for_its_start_and_keeps_its_own_pace():
    device = FrameEmulator(V6, flex_counts(), np.arange(4) * 0.5)
    assert device.tick(10.0) == b""
    assert device.due_s is None
    assert device.feed(b"S") == b""
    assert device.feed(b"\n") == b""
    assert len(decode(V6, device.tick(10.0))[0]) == 1
    assert device.tick(10.4) == b""
    assert device.due_s == pytest.approx(10.5)
    assert len(decode(V6, device.tick(11.2))[0]) == 2
    assert not device.finished
    assert len(decode(V6, device.tick(99.0))[0]) == 1
    assert device.finished
    assert device.due_s is None


def test_a_polled_device_sends_one_frame_for_each_request():
    device = FrameEmulator(V5, flex_counts())
    device.feed(b"UM\n")
    assert device.tick(1.0) == b""
    values = []
    for second in range(2, 6):
        device.feed(b"S\n")
        frames, _ = decode(V5, device.tick(float(second)))
        values += [int(frame.counts.sum()) for frame in frames]
        assert device.tick(second + 0.5) == b""
    assert values == [100, 101, 102, 103]


def test_a_polled_device_answers_no_faster_than_it_can_scan():
    device = FrameEmulator(V5, flex_counts())
    device.feed(b"UM\nS\n")
    assert device.tick(1.0)
    device.feed(b"S\n")
    assert device.tick(1.001) == b""
    assert device.tick(1.0201)


def test_a_device_answers_its_handshake_stops_and_starts_again(numbered):
    counts = np.zeros((5, 6144), np.uint16)
    device = FrameEmulator(DEMO, counts)
    assert device.feed(b"START\n") == b"OK\n"
    assert len(device.tick(0.0)) == 12_300
    device.feed(b"STOP\n")
    assert device.tick(1.0) == b""
    assert device.feed(b"noise START\n") == b"OK\n"
    frames, counters = decode(DEMO, device.tick(2.0))
    assert [frame.counter for frame in frames] == [1]
    assert counters.findings == ""


def test_a_repeating_device_goes_on_counting(small_mat, numbered):
    device = FrameEmulator(small_mat, numbered[:3], repeat=True)
    frames, counters = decode(small_mat, device.tick(0.0) + device.tick(0.0795))
    assert [frame.counter for frame in frames] == list(range(8))
    assert [frame.clock for frame in frames] == [10_000 * k for k in range(8)]
    assert [int(frame.counts[0]) for frame in frames] == [0, 1, 2, 0, 1, 2, 0, 1]
    assert not device.finished
    assert counters.findings == ""


def test_a_log_is_sent_read_by_read_with_its_own_times():
    chunks = [Chunk(7_000, b"ab"), Chunk(10_007_000, b"c"), Chunk(10_007_000, b"d")]
    device = LogEmulator(V6, chunks)
    assert device.tick(1.0) == b""
    device.feed(b"S\n")
    assert [device.tick(1.0), device.tick(1.005), device.tick(1.01), device.tick(1.01)] == [b"ab", b"", b"c", b"d"]
    assert device.finished


def test_a_host_that_is_not_understood_does_not_fill_the_memory():
    device = LogEmulator(V6, [Chunk(0, b"a")])
    for _ in range(100):
        device.feed(b"x" * 1000)
    assert len(device._heard) <= 4096


def test_a_recording_becomes_counts_and_comes_back_within_half_a_count(small_mat):
    pressure = np.random.default_rng(2).uniform(0, 2047, (20, 12))
    recording = PressureRecording(np.arange(20) * 0.01 + 3, pressure, small_mat.layout)
    device = emulate_recording(small_mat, recording)
    frames, _ = decode(small_mat, device.tick(0) + device.tick(99))
    found = small_mat.calibration.pressure_kpa(np.stack([frame.counts for frame in frames]))
    # half a count of 0.5 kPa, and what float32 makes of 2047
    assert np.abs(found - pressure).max() <= 0.25 + 1e-4
    assert [frame.clock for frame in frames] == [10_000 * k for k in range(20)]


def test_pressure_above_full_scale_saturates(small_mat):
    recording = PressureRecording(np.arange(1.0), np.full((1, 12), 5000.0), small_mat.layout)
    assert counts_from(recording, small_mat).tolist() == [[4095] * 12]


def test_a_recording_of_another_grid_or_unit_is_refused(small_mat):
    other = PressureRecording(np.arange(1.0), np.zeros((1, 12)), SensorLayout.rectangle(4, 3, 10.0))
    with pytest.raises(ValueError, match=r"grid is \(4, 3\), but test.small_mat has \(3, 4\)"):
        counts_from(other, small_mat)
    counts = PressureRecording(np.arange(1.0), np.zeros((1, 12)), small_mat.layout, calibrated=False)
    with pytest.raises(ValueError, match=r"is in counts, but test\.small_mat is calibrated in kPa"):
        counts_from(counts, small_mat)


def test_an_uncalibrated_device_takes_counts():
    counts = flex_counts()
    recording = PressureRecording(np.arange(4) / 31, counts.astype(float), V6.layout, calibrated=False)
    np.testing.assert_array_equal(counts_from(recording, V6), counts)


def test_an_emulator_without_frames_is_refused(small_mat):
    with pytest.raises(ValueError, match="one frame or more"):
        FrameEmulator(small_mat, np.zeros((0, 12), int))


def test_a_device_whose_profile_expects_an_answer_plays_it(small_mat):
    text = small_mat.text.replace("[framing]", '[[script.start]]\nsend_hex = "51"\nexpect_hex = "55"\n[framing]')
    device = FrameEmulator(parse_profile(text), np.ones((1, 12), np.uint16))
    assert device.feed(b"\x51") == b"\x55"
    assert device.tick(0.0) == encode(small_mat, np.ones(12, np.uint16))
