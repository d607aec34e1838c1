import multiprocessing
import os
import signal
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest

from devices.capture import Capture, summed
from devices.captured import Wanted
from devices.emulator import Faults, FaultyEmulator, FrameEmulator, LogEmulator, serve_pty
from devices.framing.decoder import decode
from devices.outbox import Kind, Outbox, Posted, take
from devices.processes import State
from devices.profile import load_profile
from devices.recording import load, read_raw, read_recording
from footload.errors import DeviceNotFoundError, DeviceSilentError, RecordingError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")

DEMO = load_profile("demo_mat")


def counts(n=20, seed=0):
    found = np.random.default_rng(seed).integers(0, 4096, (n, 6144)).astype(np.uint16)
    found[:, 0] = np.arange(n)
    return found


def until(condition, seconds=20.0):
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def mat(n=20, seed=0):
    with serve_pty(FrameEmulator(DEMO, counts(n, seed), repeat=True)) as served:
        yield served.port


def test_two_devices_are_recorded_into_one_file_on_one_time_base_and_watched_meanwhile(tmp_path):
    with mat() as first, mat(seed=1) as second, Capture([Wanted(DEMO, first), Wanted("demo_mat", second)]) as capture:
        assert [device.state for device in capture.devices] == [State.STREAMING] * 2
        assert capture.devices[0].transport["transport"] == "serial"
        capture.begin(tmp_path / "a.mcap")
        assert capture.recording == tmp_path / "a.mcap"
        with pytest.raises(RecordingError, match="is being recorded"):
            capture.begin(tmp_path / "b.mcap")
        begun = [device.ring.n_written for device in capture.devices]
        until(lambda: all(d.ring.n_written > n + 20 for d, n in zip(capture.devices, begun, strict=True)))
        capture.mark("heel tap")
        assert capture.trouble() == ""
        summary = capture.end()
        seen = capture.devices[0].ring.since(0)
        # viewed frames are what the mat sent
        np.testing.assert_array_equal(seen.values, counts()[seen.values[:, 0]])
        assert (np.diff(seen.time_ns) > 0).all()
        assert capture.devices[1].failure == ""
        with pytest.raises(RecordingError, match="No recording is running"):
            capture.end()
        with pytest.raises(RecordingError, match="exists already"):
            capture.begin(tmp_path / "a.mcap")
    trial = load(tmp_path / "a.mcap")
    assert [pressure.n_frames >= 20 for pressure in trial.pressures] == [True, True]
    assert [event.note for event in trial.events if event.name == "mark"] == ["heel tap"]
    stop = read_recording(tmp_path / "a.mcap").stop
    assert stop["ended_by"] == "stopped"
    assert [each["bad_check"] for each in stop["devices"]] == [0, 0]
    assert summary.n_bytes == stop["n_bytes"]
    assert summed(summary.counters)["frames"] == sum(each["frames"] for each in stop["devices"])
    for number, pressure in enumerate(trial.pressures):
        raw = np.rint(pressure.pressure_kpa * (4095 / 800)).astype(int)
        np.testing.assert_array_equal(raw, counts(seed=number)[raw[:, 0]])


def test_counters_at_the_end_are_those_of_the_bytes_in_the_file_and_stored_as_they_are_shown(tmp_path):
    faults = Faults(drop=2e-6, insert=2e-6, seed=4)
    with (
        serve_pty(FaultyEmulator(FrameEmulator(DEMO, counts(), repeat=True), faults)) as served,
        mat() as port,
        Capture([Wanted(DEMO, served.port), Wanted(DEMO, port)]) as capture,
    ):
        ring = capture.devices[0].ring
        for name in ("a.mcap", "b.mcap"):
            capture.begin(tmp_path / name)
            n = ring.n_written
            until(lambda n=n: ring.n_written > n + 60)
            summary = capture.end()
            raw = read_recording(tmp_path / name)
            assert list(summary.counters) == raw.stop["devices"]
            for number, shown in enumerate(summary.counters):
                chunks = read_raw(tmp_path / name, number)
                assert shown["bytes_in"] == sum(len(chunk.data) for chunk in chunks)
                gaps_ms = np.diff([raw.opening.monotonic_ns, *(c.monotonic_ns for c in chunks)]) // 1_000_000
                assert shown["max_gap_ms"] == gaps_ms.max()
                # a frame that was begun before the recording ends in it: one more than the file alone can give
                frames, alone = decode(DEMO, b"".join(chunk.data for chunk in chunks))
                begun_before = (shown["frames"] - len(frames), shown["bad_check"] - alone.bad_check)
                assert begun_before in {(0, 0), (1, 0), (0, 1)}  # it may be a damaged one


def test_what_was_read_between_two_recordings_is_in_neither(tmp_path):
    with mat() as port, Capture([Wanted(DEMO, port)]) as capture:
        device = capture.devices[0]
        for name in ("a.mcap", "b.mcap"):
            capture.begin(tmp_path / name)
            n = device.ring.n_written
            until(lambda n=n: device.ring.n_written > n + 10)
            capture.end()
            n = device.ring.n_written
            until(lambda n=n: device.ring.n_written > n + 5)
        total = device.ring.n_written
    kept = [load(tmp_path / name).pressure.n_frames for name in ("a.mcap", "b.mcap")]
    assert min(kept) >= 9
    assert sum(kept) <= total - 9


def test_a_device_that_cannot_be_started_leaves_nothing_running(tmp_path, small_mat):
    with pytest.raises(DeviceNotFoundError, match="no_such_port"):
        Capture([Wanted(small_mat, "/dev/no_such_port")]).start()
    with (
        serve_pty(LogEmulator(small_mat, [])) as served,
        pytest.raises(DeviceSilentError, match="Nothing came from Small mat"),
    ):
        Capture([Wanted(small_mat, served.port)], silent_s=0.2).start()
    assert multiprocessing.active_children() == []
    with pytest.raises(ValueError, match="at least one device"):
        Capture([])


def test_closing_in_the_middle_finishes_the_recording(tmp_path):
    with mat() as port, Capture([Wanted(DEMO, port)]) as capture:
        capture.begin(tmp_path / "a.mcap")
        n = capture.devices[0].ring.n_written
        until(lambda: capture.devices[0].ring.n_written > n + 10)
    raw = read_recording(tmp_path / "a.mcap")
    assert raw.recovery == ""
    assert raw.stop["ended_by"] == "the program that recorded ended"
    assert load(tmp_path / "a.mcap").pressure.n_frames >= 10


def test_a_killed_recorder_is_told_and_its_file_recovers_while_the_device_goes_on(tmp_path):
    with mat() as port, Capture([Wanted(DEMO, port)]) as capture:
        capture.begin(tmp_path / "a.mcap")
        ring = capture.devices[0].ring
        n = ring.n_written
        until(lambda: ring.n_written > n + 80)
        os.kill(capture.recorder_pid, signal.SIGKILL)
        with pytest.raises(RecordingError, match=r"recording of a\.mcap ended; what it wrote can be recovered"):
            capture.end()
        n = ring.n_written
        until(lambda: ring.n_written > n + 20)
        assert capture.devices[0].state is State.STREAMING
    assert load(tmp_path / "a.mcap").pressure.n_frames >= 30


def test_a_killed_reader_is_seen_and_what_it_had_read_is_kept(tmp_path):
    with mat() as port, Capture([Wanted(DEMO, port)]) as capture:
        capture.begin(tmp_path / "a.mcap")
        device = capture.devices[0]
        n = device.ring.n_written
        until(lambda: device.ring.n_written > n + 30)
        os.kill(device.pid, signal.SIGKILL)
        until(lambda: device.state is State.FAILED)
        assert device.failure == ""
        capture.end()
    assert load(tmp_path / "a.mcap").pressure.n_frames >= 25


def test_a_full_outbox_drops_counted_bytes_and_says_so_when_there_is_room_again():
    there, here = multiprocessing.Pipe(duplex=False)
    outbox = Outbox(here, largest=1000)
    # Far more than a pipe takes: the sending thread waits in the middle of the first message.
    big = bytes(900)
    for k in range(5000):
        outbox.put(Kind.CHUNK, k, big)
    assert outbox.dropped_bytes > 0
    got = []
    while there.poll(0.2):
        got.append(take(there))
    outbox.put(Kind.CHUNK, 9_999, b"after")
    got += [take(there), take(there)]
    assert got[-1] == Posted(Kind.CHUNK, 9_999, b"after")
    assert got[-2].kind is Kind.GAP
    assert b"bytes were dropped" in got[-2].data
    assert sum(len(each.data) for each in got if each.kind is Kind.CHUNK) == 5000 * 900 + 5 - outbox.dropped_bytes
    outbox.close()
    with pytest.raises(EOFError):
        take(there)


def test_an_outbox_whose_other_end_is_gone_counts_and_goes_on():
    there, here = multiprocessing.Pipe(duplex=False)
    outbox = Outbox(here)
    there.close()
    outbox.put(Kind.CHUNK, 1, b"abc")
    until(lambda: outbox.broken)
    outbox.put(Kind.CHUNK, 2, b"defg")
    assert outbox.dropped_bytes == 4
    outbox.close()


def test_the_pipes_are_emptied_while_a_recording_is_finished(tmp_path, monkeypatch):
    """Writing half an hour again takes longer than an outbox holds; without this its bytes would count as lost."""
    import threading

    from devices.opening import Opening, RecordedDevice, TrialMetadata
    from devices.recorder import Recorder
    from devices.writing import _Writing

    into_ours, from_theirs = multiprocessing.Pipe(duplex=False)
    all_sent, close = threading.Event(), Recorder.close

    def slow(recorder, summary):
        assert all_sent.wait(20), "the pipe was not emptied"
        return close(recorder, summary)

    monkeypatch.setattr(Recorder, "close", slow)
    writing = _Writing([into_ours])
    now_ns = time.monotonic_ns()
    opening = Opening(TrialMetadata(), (RecordedDevice(DEMO, {}),), now_ns, time.time_ns(), "footload test")
    writing.begin(str(tmp_path / "a.mcap"), opening.to_json(), None)
    outbox = Outbox(from_theirs)
    outbox.put(Kind.CHUNK, now_ns, b"first")
    for k in range(40):
        outbox.put(Kind.CHUNK, now_ns + 3600 * 10**9 + k, bytes(1 << 16))

    def send():
        outbox.close(20)
        all_sent.set()

    threading.Thread(target=send, daemon=True).start()
    recorded, _ = writing.end("test")
    assert recorded.n_chunks < 40
    assert outbox.dropped_bytes == 0
