import os
import subprocess
import sys
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event

import numpy as np
import pytest

from devices.acquisition import profile_of, record, replay
from devices.emulator import FrameEmulator, LogEmulator, serve_pty, serve_tcp
from devices.framing.encoder import encode
from devices.profile import load_profile, parse_profile
from devices.raw_log import Chunk
from devices.recording import load, read_raw, read_recording
from devices.transport import SerialTransport, SocketTransport, open_transport
from footload.errors import (
    DeviceError,
    DeviceLostError,
    DeviceNotFoundError,
    DeviceSilentError,
    RecordingError,
    UnreadableTrialError,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")

DEMO = load_profile("demo_mat")


@pytest.fixture(scope="module")
def started_mat(small_mat):
    """The small mat, silent until it is told to go: what a free mat says before the port is open is lost."""
    return parse_profile(small_mat.text.replace("[framing]", '[[script.start]]\nsend = "GO\\n"\n[framing]'))


def demo_counts(n):
    counts = np.zeros((n, 6144), np.uint16)
    counts[:, 0] = np.arange(n)
    counts[:, 100:200] = np.random.default_rng(1).integers(0, 4096, (n, 100))
    return counts


@pytest.mark.parametrize("serve", [serve_pty, serve_tcp])
def test_a_mat_is_recorded_over_the_wire_without_loss(tmp_path, serve):
    counts = demo_counts(150)
    seen = []
    with serve(FrameEmulator(DEMO, counts), speed=None) as served:
        summary = record(
            DEMO, served.port, tmp_path / "a.mcap", stop=served.finished, on_frames=lambda f: seen.append(len(f))
        )
    assert (summary.n_frames, sum(seen), summary.ended_by) == (150, 150, "stopped")
    # the answer OK\n to START\n is recorded too, and is no damage
    assert summary.n_bytes == 150 * 12_300 + 3
    assert (summary.counters["answer_bytes"], summary.counters["junk_bytes"]) == (3, 0)
    trial = load(summary.path)
    np.testing.assert_allclose(trial.pressure.pressure_kpa, counts * (800 / 4095), rtol=1e-6)
    np.testing.assert_allclose(np.diff(trial.pressure.time_s), 0.01, atol=1e-9)


def test_a_mat_in_real_time_stops_when_told(tmp_path):
    with serve_pty(FrameEmulator(DEMO, demo_counts(5), repeat=True)) as served:
        summary = record("demo_mat", served.port, tmp_path / "a.mcap", duration_s=0.3)
    assert summary.ended_by == "0.3 s were over"
    # 100 Hz; a loaded machine may be late, and stopping takes a moment
    assert 15 <= summary.n_frames <= 60
    assert summary.counters["bad_check"] == summary.counters["dropped_device"] == 0
    assert load(summary.path).pressure.n_frames == summary.n_frames


def test_marks_of_the_user_and_progress(tmp_path):
    marks: SimpleQueue[str] = SimpleQueue()
    marks.put("heel tap")
    shown = []
    with serve_pty(FrameEmulator(DEMO, demo_counts(5), repeat=True)) as served:
        summary = record(DEMO, served.port, tmp_path / "a.mcap", duration_s=0.25, marks=marks, on_progress=shown.append)
    assert [event.note for event in load(summary.path).events if event.name == "mark"] == ["heel tap"]
    assert shown
    assert shown[-1].counters.frames > 0


def test_a_polled_mat_is_asked_for_every_frame_and_again_after_a_damaged_answer(tmp_path):
    profile = parse_profile(load_profile("dividat_flex_v5").text.replace("stale_ms = 200", "stale_ms = 30"))
    counts = np.zeros((20, 576), np.uint16)
    counts[:, 3] = 1 + np.arange(20)

    class Stumbling(FrameEmulator):
        def tick(self, now_s):
            sent = super().tick(now_s)
            # the seventh answer loses its last two bytes, so that the host waits for more than ever comes
            return sent[:-2] if self._next == 7 and sent else sent

    with serve_pty(Stumbling(profile, counts), speed=None) as served:
        summary = record(profile, served.port, tmp_path / "a.mcap", stop=served.finished)
    sums = load(summary.path).pressure.pressure_kpa.sum(axis=1).tolist()
    assert sums == [float(k) for k in range(1, 21) if k != 7]
    assert summary.counters["bad_payload"] == 1


def test_the_wrong_device_is_silent_with_a_reason_and_its_bytes_are_kept(tmp_path, started_mat):
    noise = LogEmulator(started_mat, [Chunk(k * 1_000_000, b"hello\r\n") for k in range(20)])
    with serve_pty(noise, speed=None) as served, pytest.raises(DeviceSilentError, match=r"140 bytes came in 0\.2 s"):
        record(started_mat, served.port, tmp_path / "a.mcap", silent_s=0.2)
    assert b"".join(chunk.data for chunk in read_raw(tmp_path / "a.mcap")) == b"hello\r\n" * 20


def test_a_silent_device_leaves_no_file(tmp_path, small_mat):
    with (
        serve_pty(LogEmulator(small_mat, [])) as served,
        pytest.raises(DeviceSilentError, match=r"Nothing came from Small mat in 0\.2 s"),
    ):
        record(small_mat, served.port, tmp_path / "a.mcap", silent_s=0.2)
    assert list(tmp_path.iterdir()) == []


def test_a_handshake_without_its_answer_is_silence(tmp_path, small_mat):
    text = DEMO.text.replace("timeout_ms = 500", "timeout_ms = 20").replace("retries = 3", "retries = 1")
    with (
        serve_pty(LogEmulator(small_mat, [])) as served,
        pytest.raises(DeviceSilentError, match=r"did not answer b'OK\\n' to b'START\\n' in 2 attempts of 20 ms"),
    ):
        record(parse_profile(text), served.port, tmp_path / "a.mcap")


def test_a_port_that_does_not_exist_writes_nothing(tmp_path, small_mat):
    for url in ("/dev/no_such_port", "socket://127.0.0.1:9", "socket://nowhere", "none.serial.dat"):
        with pytest.raises(DeviceNotFoundError):
            record(small_mat, url, tmp_path / "a.mcap")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_refused_before_the_port_is_touched(tmp_path, small_mat):
    path = tmp_path / "a.mcap"
    path.write_text("mine")
    with pytest.raises(RecordingError, match="never overwritten"):
        record(small_mat, "/dev/no_such_port", path)
    assert path.read_text() == "mine"


def test_a_pulled_cable_ends_the_recording_with_a_gap_and_loses_nothing(tmp_path, small_mat, numbered):
    with unplugged_after(small_mat, numbered[:10]) as port:
        summary = record(small_mat, port, tmp_path / "a.mcap", patience_s=0.0)
    assert summary.ended_by.startswith("the device was lost")
    trial = load(summary.path)
    assert trial.pressure.n_frames == 10
    assert [event.name for event in trial.events] == ["gap"]
    assert "went away" in trial.events[0].note


@contextmanager
def unplugged_after(profile, counts):
    """A pty whose other end vanishes once the host has read everything."""
    import pty
    import threading
    import tty

    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    wire = b"".join(encode(profile, each, k, k / 100) for k, each in enumerate(counts))
    # Opening a port throws away what is on it, so the device talks a moment later.
    talk, pull = threading.Timer(0.15, os.write, [master, wire]), threading.Timer(0.4, os.close, [master])
    talk.start()
    pull.start()
    try:
        yield name
    finally:
        talk.join()
        pull.join()
        os.close(slave)


def test_a_cable_pulled_before_the_first_byte_is_an_error_and_leaves_no_file(tmp_path, small_mat):
    with unplugged_after(small_mat, []) as port, pytest.raises(DeviceLostError, match="went away"):
        record(small_mat, port, tmp_path / "a.mcap")
    assert list(tmp_path.iterdir()) == []


def test_a_pty_is_finished_only_when_the_host_has_read_everything():
    profile = load_profile("dividat_flex_v6")
    with serve_pty(LogEmulator(profile, [Chunk(0, b"a" * 100)]), speed=None) as served:
        transport = open_transport(served.port, profile.link)
        transport.write(b"S\n")
        assert not served.finished.wait(0.2)
        assert transport.read_available() is not None
        while transport.read_available():
            pass
        assert served.finished.wait(2)
        transport.close()


def test_a_tcp_device_survives_hosts_that_come_and_go():
    profile = load_profile("dividat_flex_v6")
    with serve_tcp(LogEmulator(profile, [Chunk(0, b"abc")]), speed=None) as served:
        first = open_transport(served.port, profile.link)
        first.close()
        second = open_transport(served.port, profile.link)
        second.write(b"S\n")
        heard = [chunk.data for chunk in (second.read_available() for _ in range(10)) if chunk is not None]
        second.close()
    assert heard == [b"abc"]


def test_a_socket_that_closes_is_a_lost_device():
    with serve_tcp(LogEmulator(load_profile("dividat_flex_v6"), [])) as served:
        transport = SocketTransport(served.port)
        transport.open()
        assert transport.read_available() is None
    with pytest.raises(DeviceLostError, match=r"closed the connection|broke"):
        transport.read_available()
    with pytest.raises(DeviceError, match="cannot go to 9600 baud"):
        transport.set_baud(9600)
    transport.close()
    transport.close()
    with pytest.raises(DeviceLostError, match="not open"):
        transport.write(b"x")


def test_a_port_is_opened_for_one_program_alone(small_mat):
    with serve_pty(LogEmulator(small_mat, [])) as served:
        first = open_transport(served.port, small_mat.link)
        with pytest.raises(DeviceNotFoundError, match="not in use elsewhere"):
            SerialTransport(served.port, small_mat.link).open()
        first.set_baud(57_600)
        first.close()
        first.close()


def test_a_log_recorded_again_keeps_its_bytes_cuts_and_times(tmp_path, started_mat, numbered):
    chunks = [Chunk(40 + k * 10_000_000, encode(started_mat, each, k, k / 100)) for k, each in enumerate(numbered)]
    with serve_pty(LogEmulator(started_mat, chunks), speed=None) as served:
        first = record(started_mat, served.port, tmp_path / "a.mcap", stop=served.finished)
    second = record(started_mat, str(first.path), tmp_path / "b.mcap", speed=None)
    assert read_raw(second.path) == read_raw(first.path)
    assert second.ended_by == "the log ended"
    assert second.raw_sha256 == first.raw_sha256
    assert second.n_frames == 50
    assert profile_of(second.path).text == started_mat.text


def test_replaying_gives_every_frame_to_whoever_watches(tmp_path, started_mat, numbered):
    chunks = [Chunk(k * 10_000_000, encode(started_mat, each, k)) for k, each in enumerate(numbered)]
    with serve_pty(LogEmulator(started_mat, chunks), speed=None) as served:
        path = record(started_mat, served.port, tmp_path / "a.mcap", stop=served.finished).path
    seen = []
    counters = replay(path, speed=None, on_frames=lambda frames: seen.extend(int(f.counts[0]) for f in frames))
    assert seen == list(range(50))
    assert counters.findings == ""
    stop = Event()
    stop.set()
    assert replay(path, speed=None, stop=stop).frames == 0


def test_a_text_log_needs_a_profile(tmp_path):
    path = tmp_path / "a.serial.dat"
    path.write_text("0, TgoA\n")
    with pytest.raises(ValueError, match="name a profile"):
        replay(path)
    path.write_text("nonsense")
    with pytest.raises(UnreadableTrialError, match=r"a\.serial\.dat: line 1"):
        replay(path, "dividat_flex_v5")


def test_a_recorder_killed_in_the_middle_leaves_a_file_that_opens(tmp_path):
    """The first slice of the crash test: nothing is finished, everything up to the last quarter second is there."""
    path = tmp_path / "a.mcap"
    script = (
        "import sys, os; from threading import Event; from devices.acquisition import record\n"
        "seen = [0]\n"
        "def watch(frames):\n"
        "    seen[0] += len(frames)\n"
        "    if seen[0] >= 100:\n"
        "        os.kill(os.getpid(), 9)\n"
        f"record('demo_mat', sys.argv[1], {str(path)!r}, on_frames=watch)\n"
    )
    counts = demo_counts(120)
    with serve_pty(FrameEmulator(DEMO, counts)) as served:
        done = subprocess.run([sys.executable, "-c", script, served.port], check=False, timeout=30)
    assert done.returncode == -9
    trial = load(path)
    n = trial.pressure.n_frames
    # 100 frames at 100 Hz, chunks closed every 0.25 s: at most 0.5 s is lost
    assert 50 <= n <= 100
    np.testing.assert_allclose(trial.pressure.pressure_kpa, counts[:n] * (800 / 4095), rtol=1e-6)
    assert "never finished" in trial.notes["recovery"]
    assert read_recording(path).stop == {}
