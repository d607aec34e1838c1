import json
from dataclasses import replace

import numpy as np
import pytest

from devices.container import Container, is_recording
from devices.framing.encoder import encode
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import load_profile, parse_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder, chunk_bytes
from devices.recording import load, read_raw, read_recording, reader
from footload.errors import RecordingError, UnreadableTrialError
from footload.trials import Condition, Participant, Side, Task

SECOND = 1_000_000_000
METADATA = TrialMetadata(
    "left squat", Task.SINGLE_LEG_SQUAT, Condition("wedge", device="4 mm"), Participant("P7", 71.5), Side.LEFT
)


def opening_of(profile, metadata=METADATA):
    return Opening(metadata, (RecordedDevice(profile, {"transport": "test"}),), 5 * SECOND, 10**18, "footload test")


def chunks_of(profile, counts, per_read=1):
    wires = [encode(profile, each, k, k / 100) for k, each in enumerate(counts)]
    groups = [wires[i : i + per_read] for i in range(0, len(wires), per_read)]
    return [
        Chunk(5 * SECOND + (i * per_read + len(group)) * SECOND // 100, b"".join(group))
        for i, group in enumerate(groups)
    ]


def recorded(path, profile, chunks, metadata=METADATA):
    with Recorder(path, opening_of(profile, metadata)) as recorder:
        for chunk in chunks:
            recorder.write(chunk)
        recorder.mark("mark", "heel tap", 5 * SECOND + SECOND // 10)
        return recorder.close({"ended_by": "test"})


@pytest.fixture
def finished(tmp_path, small_mat, numbered):
    path = tmp_path / "squat.mcap"
    recorded(path, small_mat, chunks_of(small_mat, numbered))
    return path


def live_copy(path, profile, chunks, flush_every=5):
    """A live file as a crash leaves it: chunks closed as the writer thread does, and no end."""
    from devices.mcap_file import McapFile

    with path.open("xb") as file:
        live = McapFile(file, opening_of(profile), 2048, padded=True)
        for k, chunk in enumerate(chunks, 1):
            live.add("/devices/0/raw", *chunk)
            if k % flush_every == 0:
                live.flush()


def test_a_recording_comes_back_bit_for_bit_and_as_a_trial(finished, small_mat, numbered):
    chunks = chunks_of(small_mat, numbered)
    assert list(read_raw(finished)) == chunks
    trial = load(finished)
    np.testing.assert_array_equal(trial.pressure.pressure_kpa, numbered * 0.5)
    np.testing.assert_allclose(trial.pressure.time_s, np.arange(50) / 100, atol=1e-9)
    assert trial.pressure.calibrated
    assert trial.pressure.layout.grid == (3, 4)
    assert (trial.name, trial.task, trial.side) == ("left squat", Task.SINGLE_LEG_SQUAT, Side.LEFT)
    assert trial.condition == METADATA.condition
    assert (trial.participant.id, trial.participant.body_mass_kg) == ("P7", 71.5)
    assert np.isnan(trial.participant.age_years)
    assert [(round(event.time_s, 6), event.name, event.note) for event in trial.events] == [(0.09, "mark", "heel tap")]
    assert "recovery" not in trial.notes
    assert "damage" not in trial.notes
    stop = read_recording(finished).stop
    assert (stop["n_chunks"], stop["n_bytes"], stop["ended_by"]) == (50, 50 * 34, "test")


def test_the_librarys_own_reader_reads_the_finished_file_with_every_check_value_on(finished):
    from mcap.reader import make_reader

    with finished.open("rb") as file:
        summary = make_reader(file, validate_crcs=True).get_summary()
        assert summary is not None
        assert summary.statistics.message_count == 50 + 2
        assert len(summary.chunk_indexes) == 2
        metadata = {each.name: each.metadata for each in make_reader(file, validate_crcs=True).iter_metadata()}
    assert json.loads(metadata["footload.stop"]["summary"])["n_chunks"] == 50


def test_nothing_but_the_recording_is_left_in_the_folder(finished):
    assert [path.name for path in finished.parent.iterdir()] == ["squat.mcap"]


def test_a_recording_is_never_overwritten(finished, small_mat):
    before = finished.read_bytes()
    with pytest.raises(RecordingError, match=r"squat\.mcap exists already"):
        Recorder(finished, opening_of(small_mat))
    assert finished.read_bytes() == before


def test_a_folder_that_does_not_exist_is_a_sentence(tmp_path, small_mat):
    with pytest.raises(RecordingError, match=r"a\.mcap cannot be written"):
        Recorder(tmp_path / "none" / "a.mcap", opening_of(small_mat))


def test_the_opening_is_on_disk_before_the_first_byte(tmp_path, small_mat):
    path = tmp_path / "a.mcap"
    with Recorder(path, opening_of(small_mat)):
        container = Container(path)
        assert [message.topic for message in container.messages()] == ["/footload/opening"]


def test_a_failing_disk_is_an_error_and_what_was_written_stays_readable(tmp_path, small_mat, numbered, monkeypatch):
    path = tmp_path / "a.mcap"
    chunks = chunks_of(small_mat, numbered)
    live_copy(path, small_mat, chunks[:20])
    path.rename(tmp_path / "kept.mcap")
    recorder = Recorder(path, opening_of(small_mat))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recorder._live, "add", full)
    recorder.write(chunks[0])
    with pytest.raises(RecordingError, match=r"a\.mcap: the recording stopped because the disk failed \(No space"):
        recorder.close()
    assert len(read_raw(tmp_path / "kept.mcap")) == 20


def test_when_rewriting_fails_the_live_file_stays(tmp_path, small_mat, numbered, monkeypatch):
    import devices.rewriting

    def broken(*_):
        raise RecordingError("no room")

    monkeypatch.setattr(devices.rewriting, "_verify", broken)
    path = tmp_path / "a.mcap"
    result = recorded(path, small_mat, chunks_of(small_mat, numbered))
    assert "left as it was recorded, which is complete (no room)" in result.note
    assert load(path).pressure.n_frames == 50
    assert "recovery" not in load(path).notes
    assert [each.name for each in tmp_path.iterdir()] == ["a.mcap"]


def test_a_queue_that_is_full_drops_counted_bytes_and_marks_the_gap(tmp_path, small_mat, numbered, monkeypatch):
    import devices.recorder

    monkeypatch.setattr(devices.recorder, "QUEUE_BYTES", 10)
    path = tmp_path / "a.mcap"
    with Recorder(path, opening_of(small_mat)) as recorder:
        recorder.write(chunks_of(small_mat, numbered[:1])[0])
        monkeypatch.setattr(devices.recorder, "QUEUE_BYTES", 1 << 20)
        for chunk in chunks_of(small_mat, numbered)[1:]:
            recorder.write(chunk)
        result = recorder.close()
    assert (result.dropped_bytes, result.n_chunks) == (34, 49)
    trial = load(path)
    assert trial.pressure.n_frames == 49
    assert "queue" in trial.events[0].note


def expected_frames(path, cut, whole_chunks):
    """How many frames the whole chunks before the cut hold, known from the positions of the chunks in the file."""
    return sum(n for stop, n in whole_chunks if stop <= cut)


def chunk_places(path):
    """For each chunk where it ends in the file, and how many frames it holds."""
    data = path.read_bytes()
    at, found = 8, []
    while at + 9 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 9], "little")
        if data[at] == 0x06:
            part = path.with_suffix(".part")
            part.write_bytes(data[: at + 9 + length])
            n = sum(message.topic == "/devices/0/raw" for message in Container(part).messages())
            found.append((at + 9 + length, n - sum(m for _, m in found)))
            part.unlink()
        at += 9 + length
    return found


@pytest.mark.parametrize("kind", ["live", "finished"])
def test_a_recording_cut_at_any_byte_gives_what_is_whole_or_one_clear_sentence(tmp_path, small_mat, numbered, kind):
    whole, cut_file = tmp_path / "whole.mcap", tmp_path / "cut.mcap"
    chunks = chunks_of(small_mat, numbered[:12])
    if kind == "live":
        live_copy(whole, small_mat, chunks)
    else:
        recorded(whole, small_mat, chunks)
    places = chunk_places(whole)
    data = whole.read_bytes()
    assert len(data) < 8000
    for cut in range(len(data)):
        cut_file.write_bytes(data[:cut])
        n_frames = expected_frames(cut_file, cut, places)
        if n_frames:
            trial = load(cut_file)
            assert trial.pressure.n_frames == n_frames
            np.testing.assert_array_equal(trial.pressure.pressure_kpa, numbered[:n_frames] * 0.5)
            assert trial.notes["recovery"]
            if kind == "finished" and f"byte {cut}" not in trial.notes["recovery"]:
                assert "whole" in trial.notes["recovery"] or "everything that was recorded" in trial.notes["recovery"]
        else:
            with pytest.raises(UnreadableTrialError, match=r"^cut\.mcap: .+\.$"):
                load(cut_file)


def test_a_cut_live_file_says_what_was_read_and_that_the_rest_is_not_known(tmp_path, small_mat, numbered):
    path = tmp_path / "live.mcap"
    live_copy(path, small_mat, chunks_of(small_mat, numbered[:22]))
    note = load(path).notes["recovery"]
    assert "20 reads with 680 bytes, 0.19 s, were recovered" in note
    assert "not known because the recording was never finished" in note
    assert "recovered:" in load(path).pressure.history[-1]


def test_a_finished_file_cut_in_half_still_gives_about_half(tmp_path):
    profile = load_profile("dividat_flex_v5")
    counts = np.zeros((1000, 576), np.uint16)
    counts[:, 100:112] = np.random.default_rng(4).integers(1, 9000, (1000, 12))
    path = tmp_path / "a.mcap"
    recorded(path, profile, chunks_of(profile, counts))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    trial = load(path)
    assert 350 < trial.pressure.n_frames < 600
    np.testing.assert_array_equal(trial.pressure.pressure_kpa, counts[: trial.pressure.n_frames])
    assert f"{1000 - trial.pressure.n_frames} reads with" in trial.notes["recovery"]


def test_a_cut_finished_file_says_exactly_what_was_lost(tmp_path, small_mat, numbered, monkeypatch):
    import devices.rewriting

    monkeypatch.setattr(devices.rewriting, "CHUNK_NS", 100_000_000)
    path = tmp_path / "a.mcap"
    recorded(path, small_mat, chunks_of(small_mat, numbered))
    stop, _ = chunk_places(path)[2]
    data = path.read_bytes()
    path.write_bytes(data[: stop + 40])
    kept = len(read_raw(path))
    assert 0 < kept < 50
    assert f"{50 - kept} reads with {34 * (50 - kept)} bytes are lost" in load(path).notes["recovery"]


def test_no_flipped_bit_gives_a_wrong_frame(finished, numbered):
    """A damaged file is read to the damage; frames may be missing at the end, but none is wrong."""
    data = finished.read_bytes()
    rng = np.random.default_rng(5)
    for bit in rng.integers(0, 8 * len(data), 400):
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        finished.write_bytes(bytes(bad))
        try:
            pressure = load(finished).pressure.pressure_kpa
        except UnreadableTrialError:
            continue
        np.testing.assert_array_equal(pressure, numbered[: len(pressure)] * 0.5)


def test_a_page_of_zeros_ends_the_recording(tmp_path, small_mat, numbered):
    path = tmp_path / "a.mcap"
    live_copy(path, small_mat, chunks_of(small_mat, numbered))
    data = bytearray(path.read_bytes())
    stop, _ = chunk_places(path)[3]
    data[stop:] = bytes(len(data) - stop)
    path.write_bytes(data)
    assert "never written (zeros)" in load(path).notes["recovery"]
    assert load(path).pressure.n_frames == 15


def test_a_record_that_claims_to_be_huge_does_not_fill_the_memory(finished):
    data = bytearray(finished.read_bytes())
    data[9:17] = (1 << 60).to_bytes(8, "little")
    finished.write_bytes(data)
    with pytest.raises(UnreadableTrialError, match="cut within a record"):
        load(finished)


def test_the_stored_profile_decodes_not_the_bundled_one(tmp_path, small_mat, numbered):
    """A wrong decoder recorded the bytes; the corrected text of its profile decodes them rightly."""
    mirrored = parse_profile(small_mat.text.replace("[payload]", "[payload]\nflip = 'lr'"))
    path = tmp_path / "a.mcap"
    recorded(path, mirrored, chunks_of(small_mat, numbered))
    images = load(path).pressure.images
    np.testing.assert_array_equal(images[:, :, ::-1].reshape(50, 12), numbered * 0.5)
    assert read_recording(path).opening.devices[0].profile.text == mirrored.text


def test_choices_travel_with_the_recording(tmp_path):
    profile = load_profile("dividat_flex_v6?index_order=row_col")
    counts = np.zeros((3, 576), np.uint16)
    counts[:, 5] = 300
    path = tmp_path / "a.mcap"
    recorded(path, profile, chunks_of(profile, counts))
    trial = load(path)
    np.testing.assert_array_equal(trial.pressure.pressure_kpa, counts)
    assert not trial.pressure.calibrated
    assert "index_order = row_col" in trial.notes["choices"]
    assert "cells.pitch_mm is unverified" in trial.notes["unverified"]
    assert any(line.startswith("unverified: cells.pitch_mm") for line in trial.pressure.history)


def test_damage_on_the_wire_stands_in_notes_and_history(tmp_path, small_mat, numbered):
    chunks = chunks_of(small_mat, numbered)
    chunks[10] = Chunk(chunks[10].monotonic_ns, b"\x00" * 34)
    path = tmp_path / "a.mcap"
    recorded(path, small_mat, chunks)
    trial = load(path)
    assert trial.pressure.n_frames == 49
    assert "34 bytes outside any frame" in trial.notes["damage"]
    assert "1 frame missing by the device's counter" in trial.notes["damage"]
    assert any("34 bytes outside any frame" in line for line in trial.pressure.history)
    gap = next(event for event in trial.events if event.name == "gap")
    assert gap.time_s == pytest.approx(0.11)


def test_dead_cells_are_not_valid(tmp_path, small_mat, numbered):
    profile = parse_profile(small_mat.text.replace("[cells]", "[cells]\ndead = [[1, 2]]"))
    path = tmp_path / "a.mcap"
    recorded(path, profile, chunks_of(profile, numbered))
    valid = np.asarray(load(path).pressure.valid).reshape(3, 4)
    assert not valid[1, 2]
    assert valid.sum() == 11


def test_a_recording_without_a_whole_frame_is_one_clear_sentence(tmp_path, small_mat):
    path = tmp_path / "a.mcap"
    recorded(path, small_mat, [Chunk(5 * SECOND, b"\x01" * 100)])
    with pytest.raises(
        UnreadableTrialError, match=r"a\.mcap: there is not one whole frame in 100 bytes of test\.small"
    ):
        load(path)


def test_two_devices_share_one_time_base(tmp_path, small_mat, numbered):
    opening = opening_of(small_mat)
    opening = replace(opening, devices=(*opening.devices, RecordedDevice(load_profile("dividat_flex_v6"))))
    flex = np.zeros((5, 576), np.uint16)
    flex[:, 7] = 99
    path = tmp_path / "a.mcap"
    with Recorder(path, opening) as recorder:
        for chunk in chunks_of(small_mat, numbered):
            recorder.write(chunk, 0)
        for k, counts in enumerate(flex):
            wire = encode(opening.devices[1].profile, counts)
            recorder.write(Chunk(5 * SECOND + SECOND // 2 + k * SECOND // 31, wire), 1)
    first, second = load(path).pressures
    assert (first.n_frames, second.n_frames) == (50, 5)
    # the first device's clock runs from 5.01 s on the host, the second's first read came at 5.5 s
    assert second.time_s[0] - first.time_s[0] == pytest.approx(0.49, abs=1e-6)


def test_the_reader_claims_recordings_and_cut_recordings_only(finished):
    head = finished.read_bytes()[:4096]
    assert reader.name == "mcap"
    assert all(reader.recognises(head[:n], finished) for n in range(1, len(head)))
    assert not is_recording(b"")
    assert not is_recording(b"\x89MCAP1\r\n")
    assert not is_recording(head.replace(b"footload", b"ros2"))
    assert not is_recording(b"\x00" * 100)


def test_a_foreign_mcap_file_is_refused_with_a_sentence(tmp_path):
    from mcap.writer import Writer

    path = tmp_path / "robot.mcap"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start("ros2", "somebody")
        writer.add_message(writer.register_channel("/x", "json", 0), 1, b"{}", 1)
        writer.finish()
    assert not reader.recognises(path.read_bytes(), path)
    with pytest.raises(UnreadableTrialError, match=r"robot\.mcap: nothing can be recovered"):
        load(path)


def test_a_recording_of_a_later_schema_is_refused_with_a_sentence(tmp_path, small_mat, monkeypatch):
    import devices.opening

    monkeypatch.setattr(devices.opening, "SCHEMA", 2)
    path = tmp_path / "a.mcap"
    live_copy(path, small_mat, [])
    monkeypatch.undo()
    with pytest.raises(UnreadableTrialError, match="schema 2; this version reads 1"):
        load(path)


def test_chunks_close_about_every_quarter_second():
    # the table of measured devices: plate 64 x 64 at 500 Hz, eight channels at 2 kHz, insole, a slow scale
    assert chunk_bytes(2_050_000, 500) == 262_144
    assert chunk_bytes(32_000, 100) == 8775
    assert chunk_bytes(6000, 100) == 2275
    assert chunk_bytes(200, 10) == 1024


def test_a_live_file_takes_no_more_memory_the_longer_it_is(tmp_path, small_mat):
    """The library keeps 350 bytes a chunk for an index that a live file has not; 2000 chunks would be 700 kB."""
    import tracemalloc

    from devices.mcap_file import McapFile

    with (tmp_path / "live.mcap").open("xb") as file:
        live = McapFile(file, opening_of(small_mat), 2048, padded=True)
        tracemalloc.start()
        try:
            kept = []
            for k in range(2200):
                live.add("/devices/0/raw", k, b"0123456789")
                live.flush()
                if k in {199, 2199}:
                    kept.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    assert kept[1] - kept[0] < 20_000
