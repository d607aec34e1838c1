import numpy as np
import pytest

from devices.framing.encoder import encode
from devices.mcap_file import McapFile
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.raw_log import Chunk
from devices.recording import load, read_raw, read_recording
from devices.recovery import recover
from footload.errors import RecordingError, UnreadableTrialError

SECOND = 1_000_000_000


@pytest.fixture
def crashed(tmp_path, small_mat, numbered):
    """A live file as a crash leaves it, with a mark."""
    path = tmp_path / "walk.mcap"
    opening = Opening(TrialMetadata("walk"), (RecordedDevice(small_mat),), 5 * SECOND, 10**18, "footload test")
    with path.open("xb") as file:
        live = McapFile(file, opening, 2048, padded=True)
        for k, counts in enumerate(numbered, 1):
            live.add(
                "/devices/0/raw", *Chunk(5 * SECOND + k * SECOND // 100, encode(small_mat, counts, k - 1, k / 100))
            )
            if k == 20:
                live.add("/footload/events", 5 * SECOND + SECOND // 5, b'{"name": "mark", "note": "tap"}')
            if k % 15 == 0:
                live.flush()
    return path


def test_what_a_crash_left_becomes_a_whole_recording_beside_it(crashed, numbered):
    before = crashed.read_bytes()
    found = recover(crashed)
    assert found.path.name == "walk.recovered.mcap"
    assert (found.n_chunks, found.n_bytes) == (45, 45 * 34)
    assert found.duration_s == pytest.approx(0.44)
    assert "45 reads with 1530 bytes, 0.44 s, were recovered" in found.note
    assert crashed.read_bytes() == before
    assert read_raw(found.path) == read_raw(crashed)
    trial = load(found.path)
    np.testing.assert_array_equal(trial.pressure.pressure_kpa, numbered[:45] * 0.5)
    assert [event.name for event in trial.events] == ["mark", "recovered"]
    # the new file is whole, and goes on saying what was lost
    assert trial.notes["recovery"] == found.note
    assert read_recording(found.path).stop["n_chunks"] == 45


def test_the_librarys_own_reader_reads_the_recovered_file(crashed):
    from mcap.reader import make_reader

    with recover(crashed).path.open("rb") as file:
        assert make_reader(file, validate_crcs=True).get_summary().statistics.message_count == 45 + 3


def test_a_whole_file_is_left_alone(crashed, tmp_path):
    found = recover(crashed)
    again = recover(found.path)
    assert (again.path, again.note) == (found.path, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["walk.mcap", "walk.recovered.mcap"]


def test_a_recovered_file_is_never_overwritten(crashed, tmp_path):
    recover(crashed)
    with pytest.raises(RecordingError, match=r"walk\.recovered\.mcap exists already"):
        recover(crashed)
    assert recover(crashed, tmp_path / "other.mcap").path.name == "other.mcap"
    with pytest.raises(RecordingError, match="cannot be written"):
        recover(crashed, tmp_path / "none" / "a.mcap")


def test_nothing_usable_is_a_sentence_and_no_file(tmp_path, crashed):
    stub = tmp_path / "stub.mcap"
    stub.write_bytes(crashed.read_bytes()[:60])
    with pytest.raises(UnreadableTrialError, match=r"stub\.mcap: nothing can be recovered"):
        recover(stub)
    assert not (tmp_path / "stub.recovered.mcap").exists()
