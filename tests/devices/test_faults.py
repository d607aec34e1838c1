"""The scripts in tests/faults with a handful of runs each; their full tables are run by hand."""

import errno
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest

from devices.framing.encoder import encode
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import parse_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder
from devices.recording import load, read_recording
from devices.reserve import RESERVE_BYTES, Reserve, ReservedFile, check_room
from footload.errors import RecordingError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")


@pytest.fixture(scope="module", autouse=True)
def scripts():
    """The scripts as modules."""
    folder = str(Path(__file__).resolve().parents[1] / "faults")
    sys.path.insert(0, folder)
    yield
    sys.path.remove(folder)


def test_a_cable_pulled_and_put_back_leaves_one_file_with_its_gaps_and_every_frame(tmp_path):
    import unplugging

    summary, sent = unplugging.replugged(parse_profile(unplugging.PROFILE), 4, 30, tmp_path)
    trial = load(summary.path)
    np.testing.assert_array_equal(trial.pressure.pressure_kpa, sent)
    gaps = [event for event in trial.events if event.name == "gap"]
    assert len(gaps) == summary.counters["reconnects"] == 4
    assert all("it was back after" in gap.note for gap in gaps)
    assert (np.diff(trial.pressure.time_s) > 0).all()
    # two half frames, if the system let them through before the pull
    assert summary.counters["incomplete_bytes"] in {0, 17, 2 * 17}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["unplugged.mcap"]


def test_a_killed_recorder_loses_little_and_no_frame_is_wrong():
    import crash_recorder

    (rows,) = crash_recorder.kills(1, seed=3)
    for lost_s, n_frames, wrong in rows:
        # a quarter second by design; on a loaded machine the flush itself may be late
        assert lost_s <= 1.0
        assert n_frames >= 0
        assert wrong == 0


def test_a_power_cut_gives_no_wrong_frame_and_loses_little_more_than_a_second(tmp_path):
    import crash_disk

    profiles, counts, notes, (begun_s, ended_s) = crash_disk.noted_recording(tmp_path / "live.mcap", 2)
    rng = Random(1)
    for number in range(40):
        cut_s = rng.uniform(begun_s, ended_s)
        path = tmp_path / f"{number}.mcap"
        path.write_bytes(crash_disk.image(notes, cut_s, rng))
        _, _, wrong, last_s = crash_disk.check(path, profiles, counts)
        assert wrong == 0
        assert cut_s - max(last_s, begun_s) <= 1.5


class SmallDisk:
    """A file on a disk with so much room; what the reserve gives back is room again."""

    def __init__(self, file, room, reserve):
        self._file, self.room, self._reserve = file, room, reserve

    def write(self, data):
        if not self._reserve.path.exists():
            self.room += self._reserve.take()
        n = min(len(data), self.room)
        if not n:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= n
        return self._file.write(data[:n])

    def __getattr__(self, name):
        return getattr(self._file, name)


class Once:
    def __init__(self, path):
        self.path, self._rest = path, RESERVE_BYTES

    def take(self):
        rest, self._rest = self._rest, 0
        return rest


def small(path, room):
    file = ReservedFile(path)
    file._file = SmallDisk(file._file, room, Once(path.with_name(f".{path.name}.reserve")))
    return file


def test_a_disk_that_runs_full_ends_the_recording_in_order(tmp_path, small_mat, monkeypatch):
    import devices.recorder

    monkeypatch.setattr(devices.recorder, "ReservedFile", lambda path: small(path, 30_000))
    counts = np.random.default_rng(0).integers(0, 4096, (5000, 12)).astype(np.uint16)
    path = tmp_path / "a.mcap"
    opening = Opening(TrialMetadata(), (RecordedDevice(small_mat),), 0, 10**18, "footload test")
    recorder = Recorder(path, opening)
    handed = 0
    while not recorder.full and handed < 5000:
        recorder.write(Chunk(1 + handed * 10_000_000, encode(small_mat, counts[handed], handed, handed / 100)))
        handed += 1
        if handed % 100 == 0:
            recorder._closing.wait(0.03)
    assert recorder.full
    recorder.write(Chunk(10**12, b"too late"))
    result = recorder.close({"ended_by": "the disk is full"})
    raw = read_recording(path)
    assert raw.recovery == ""
    assert raw.stop["ended_by"] == "the disk is full"
    assert raw.stop["dropped_bytes"] == result.dropped_bytes >= 8
    trial = load(path)
    n = trial.pressure.n_frames
    assert 0 < n <= handed
    np.testing.assert_array_equal(trial.pressure.pressure_kpa, counts[:n] * 0.5)
    assert (handed - n) * 34 + 8 == result.dropped_bytes
    if n < handed:
        assert trial.events[-1].note == "the disk is full; the recording ends here"
    assert [each.name for each in tmp_path.iterdir()] == ["a.mcap"]


def test_a_disk_whose_reserve_is_used_up_is_a_sentence_and_the_file_recovers(tmp_path, small_mat, monkeypatch):
    import devices.recorder

    monkeypatch.setattr(Once, "take", lambda _: 0)
    monkeypatch.setattr(devices.recorder, "ReservedFile", lambda path: small(path, 3_000))
    opening = Opening(TrialMetadata(), (RecordedDevice(small_mat),), 0, 10**18, "footload test")
    counts = np.random.default_rng(0).integers(0, 4096, (2000, 12)).astype(np.uint16)
    with pytest.raises(RecordingError, match="the disk failed"), Recorder(tmp_path / "a.mcap", opening) as recorder:  # noqa: PT012
        for k, each in enumerate(counts):
            recorder.write(Chunk(1 + k, encode(small_mat, each, k, k / 100)))
    assert "damaged" in read_recording(tmp_path / "a.mcap").recovery


def test_the_reserve_holds_room_and_is_gone_when_the_file_is_closed(tmp_path):
    file = ReservedFile(tmp_path / "a.mcap")
    reserve = tmp_path / ".a.mcap.reserve"
    # really allocated, not sparse
    assert reserve.stat().st_blocks * 512 >= RESERVE_BYTES
    file.write(b"abc")
    assert (tmp_path / "a.mcap").read_bytes() == b""
    file.flush()
    assert (tmp_path / "a.mcap").read_bytes() == b"abc"
    assert file.tell() == 3
    file.close()
    file.close()
    assert not reserve.exists()
    again = Reserve(tmp_path / "b.mcap", 4096)
    assert again.release()
    assert not again.release()


def test_room_is_asked_for_before_a_recording_begins(tmp_path, monkeypatch):
    import shutil
    from types import SimpleNamespace

    assert check_room(tmp_path / "none", 1e6) == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100e6))
    assert check_room(tmp_path, 1e6) == ""
    assert "100 MB left, and 200 s may need up to 204 MB" in check_room(tmp_path, 1e6, 200)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2e6))
    with pytest.raises(RecordingError, match=r"2\.0 MB left; a recording needs at least 5\.3 MB"):
        check_room(tmp_path, 1e6)
