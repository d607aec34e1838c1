"""Real captures: a Dividat Senso Flex played chunk by chunk through a pty, and every frame of a Sensel Morph."""

import hashlib
import json
import sys

import numpy as np
import pytest

from devices.acquisition import record
from devices.emulator import LogEmulator, emulate_counts, serve_pty
from devices.framing.decoder import Decoder, decode
from devices.health import examine
from devices.profile import load_profile
from devices.raw_counts import read_counts
from devices.raw_log import read_serial_log
from devices.recording import load, read_raw, reader

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing"),
]

# file: frames, bytes, stray bytes between frames, damaged frames
CAPTURES = {
    "zero.v5": (338, 7436, 0, 0),
    "static.v5": (795, 46091, 23, 0),
    "balance.v5": (1117, 51040, 0, 0),
    "steps.v5": (913, 47228, 34, 1),
    "zero.v6": (142, 3972, 0, 0),
    "static.v6": (216, 24584, 0, 0),
}


@pytest.fixture
def capture(real_recordings):
    def find(name):
        return real_recordings / "serial" / "dividat_flex" / f"{name}.serial.dat"

    return find


def profile_of(name):
    return load_profile(f"dividat_flex_{name[-2:]}")


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_goes_through_pty_and_recording_bit_for_bit(tmp_path, capture, name):
    n_frames, n_bytes, stray, damaged = CAPTURES[name]
    profile, log = profile_of(name), read_serial_log(capture(name))
    with serve_pty(LogEmulator(profile, log.chunks), speed=None) as served:
        summary = record(profile, served.port, tmp_path / f"{name}.mcap", stop=served.finished)
    raw = b"".join(chunk.data for chunk in read_raw(summary.path))
    assert raw == log.data
    assert summary.raw_sha256 == hashlib.sha256(log.data).hexdigest()
    counters = summary.counters
    assert (summary.n_frames, len(raw), counters["junk_bytes"]) == (n_frames, n_bytes, stray)
    assert counters["bad_payload"] == damaged
    trial = load(summary.path)
    assert reader.recognises(summary.path.read_bytes()[:4096], summary.path)
    assert trial.pressure.n_frames == n_frames
    assert not trial.pressure.calibrated
    if stray:
        assert f"{stray} bytes outside any frame" in trial.notes["damage"]
    if damaged:
        assert "1 damaged frame reported and not used" in trial.notes["damage"]

    whole = Decoder(profile)
    frames = whole.feed(log.data) + whole.finish()
    assert whole.counters.as_dict().items() <= counters.items()
    np.testing.assert_array_equal(np.stack([frame.counts for frame in frames]), trial.pressure.pressure_kpa)


def test_the_health_check_finds_the_shorted_cell_and_those_that_count_for_nothing(capture):
    profile = load_profile("dividat_flex_v6")
    still, under = (read_counts(capture(name), profile).counts for name in ("zero.v6", "static.v6"))
    found = examine(still, under, profile.grid, profile.count_max)
    # INDEX: column 10, row 23, both counted from 1
    assert found.cells("shorted") == [(22, 9)]
    # INDEX: about six sensels stay above the threshold of 250 with nobody there; the shorted one is the sixth
    assert found.cells("offset") == [(6, 17), (6, 20), (11, 18), (12, 19), (16, 13)]
    assert [found.cells(name) for name in ("dead", "stuck", "noisy", "saturated")] == [[]] * 4
    assert set(np.flatnonzero(still.any(axis=0))) == set(np.flatnonzero(~found.usable))
    # a person stands on ten times as many cells, and loses none of them
    assert (under[:, found.usable] > 0).any(axis=0).sum() > 20


def test_the_health_check_calls_no_cell_of_the_v5_mat_dead_that_was_only_beside_a_foot(capture):
    profile = load_profile("dividat_flex_v5")
    still = read_counts(capture("zero.v5"), profile).counts
    under = np.vstack([read_counts(capture(name), profile).counts for name in ("static.v5", "balance.v5", "steps.v5")])
    found = examine(still, under, profile.grid, profile.count_max)
    assert found.usable.all()
    assert found.untouched == 480


@pytest.mark.parametrize("name", ["static.v5", "steps.v5"])
def test_a_log_recorded_directly_keeps_the_times_of_the_capture(tmp_path, capture, name):
    log = read_serial_log(capture(name))
    summary = record(profile_of(name), str(capture(name)), tmp_path / "a.mcap", speed=None)
    assert read_raw(summary.path) == tuple(chunk for chunk in log.chunks)
    trial = load(summary.path)
    # INDEX: 50.5 to 51.6 Hz
    assert 50.4 < (trial.pressure.n_frames - 1) / trial.duration_s < 51.7


def test_the_stray_bytes_of_static_v5_come_from_one_damaged_line_of_the_log(capture):
    """Taken as the two reads it was, the line gives one frame more and no stray byte at all."""
    as_published, repaired = read_serial_log(capture("static.v5")), read_serial_log(capture("static.v5"), repair=True)
    assert as_published.notes[0].startswith("line 1050 holds 2 commas")
    decoder = Decoder(profile_of("static.v5"))
    assert len(decoder.feed(repaired.data) + decoder.finish()) == 796
    assert decoder.counters.junk_bytes == 0
    assert len(as_published.data) == len(repaired.data) + 1


def test_the_largest_value_and_the_shorted_cell_are_where_they_were_recorded(capture):
    def frames_of(name):
        decoder = Decoder(profile_of(name))
        return np.stack([frame.counts.reshape(24, 24) for frame in decoder.feed(read_serial_log(capture(name)).data)])

    assert frames_of("balance.v5").max() == 7510
    # column 10, row 23 as the device counts, from 1
    shorted = frames_of("zero.v6")[:, 22, 9]
    assert shorted.min() > 4000
    assert shorted.max() <= 4035


SENSEL = "20260705_001743_full_all_toppings_0002.json"


def sensel_frames(folder):
    stored = json.loads((folder / "serial" / "sensel" / SENSEL).read_text())
    for frame in stored["frames"]:
        payload = bytes.fromhex(frame["payload_hex"])
        head = bytes([3, frame["reg"], frame["header"]]) + len(payload).to_bytes(2, "little")
        yield frame, head + payload + bytes([frame["checksum"]])


def test_every_frame_of_a_sensel_morph_passes_its_check_and_fills_the_grid(real_recordings):
    """INDEX: 515 frames in 15.0 s, 93 x 53 sensels, every checksum valid and every pressure body decodes."""
    profile = load_profile("sensel_morph")
    stored = list(sensel_frames(real_recordings))
    frames, counters = decode(profile, b"".join(wire for _, wire in stored))
    assert len(frames) == len(stored) == 515
    assert counters.findings == "" or "missing by the device's counter" in counters.findings
    assert (counters.bad_check, counters.bad_payload, counters.junk_bytes) == (0, 0, 0)
    for frame, (told, _) in zip(frames, stored, strict=True):
        assert (frame.counter, frame.clock) == (told["rolling_counter"], told["timestamp_le"])
        assert frame.counts.shape == (53 * 93,)
    clock_us = np.array([frame.clock for frame in frames])
    # median period 21.0 ms in high detail
    assert 20_900 <= np.median(np.diff(clock_us)) <= 21_100
    # 514 periods and a little more, within the 15 s of the recording
    assert 10.8 < (clock_us[-1] - clock_us[0]) * 1e-6 < 15.0
    # somebody presses: the picture is neither empty nor flat, and a flipped bit anywhere in a frame is noticed
    assert max(int(frame.counts.max()) for frame in frames) > 100
    bad = bytearray(stored[0][1])
    bad[40] ^= 1
    assert decode(profile, bytes(bad))[0] == []


def test_the_register_writes_of_the_capture_are_acknowledged_by_the_twin(real_recordings):
    profile = load_profile("sensel_morph")
    stored = json.loads((real_recordings / "serial" / "sensel" / SENSEL).read_text())
    twin = emulate_counts(profile, np.zeros((1, 53 * 93), np.uint16))
    for write in stored["writes"]:
        data = bytes.fromhex(write["data"])
        order = bytes([1, write["reg"], len(data)]) + data + bytes([sum(data) & 0xFF])
        assert twin.feed(order).hex() == write["ack"]
