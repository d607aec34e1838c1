import pytest

from devices.raw_log import LogTransport, read_log, read_serial_log
from footload.errors import DeviceNotFoundError, UnreadableTrialError


def test_a_text_log_gives_reads_with_their_times(tmp_path):
    path = tmp_path / "a.serial.dat"
    path.write_text("0, TgoA\n16, BFAK\n\n4,AAAA\n")
    log = read_serial_log(path)
    assert [(chunk.monotonic_ns, chunk.data.hex()) for chunk in log.chunks] == [
        (0, "4e0a00"),
        (16_000_000, "04500a"),
        (20_000_000, "000000"),
    ]
    assert log.notes == ()


def test_a_line_made_of_two_is_named_and_can_be_taken_apart(tmp_path):
    path = tmp_path / "a.serial.dat"
    path.write_text("0, TgoA\n16, 0, TgoABFAKAgIAAAEBAAA=\n")
    as_published, repaired = read_serial_log(path), read_serial_log(path, repair=True)
    assert "line 2 holds 2 commas" in as_published.notes[0]
    assert as_published.chunks[1].data == bytes.fromhex("d1382800114028080800000404 0000")
    assert repaired.chunks[1] == (16_000_000, bytes.fromhex("4e0a0004500a 02020000 01010000"))


@pytest.mark.parametrize("line", ["16", "x, TgoA", "16, Tgo", "16, T\u00e4oA"])
def test_a_line_that_is_none_is_an_error_with_file_and_line(tmp_path, line):
    path = tmp_path / "a.serial.dat"
    path.write_text(f"0, TgoA\n{line}\n")
    with pytest.raises(UnreadableTrialError, match=r"a\.serial\.dat: (line 2|is not a readable text log)"):
        read_serial_log(path)


def test_a_log_is_played_at_its_own_pace_or_at_once(tmp_path):
    path = tmp_path / "a.serial.dat"
    path.write_text("0, TgoA\n30, BFAK\n")
    naps: list[float] = []
    transport = LogTransport(path, speed=2.0, sleep=naps.append)
    transport.open()
    assert transport.read_available() is not None
    assert transport.read_available() is not None
    assert 0.01 < naps[0] <= 0.015
    assert transport.ended
    assert transport.read_available() is None
    fast = LogTransport(path, speed=None, sleep=naps.append)
    fast.open()
    assert (fast.read_available(), fast.read_available()) == read_log(path)
    assert len(naps) == 1


def test_a_log_that_does_not_exist_is_not_found(tmp_path):
    with pytest.raises(DeviceNotFoundError, match="no log 'none"):
        LogTransport(tmp_path / "none.mcap").open()
