"""The page "add your own mat in ten minutes": what it shows is what happens."""

import re
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from devices.emulator import emulate_counts, serve_pty
from devices.framing.checks import Check
from devices.framing.decoder import Decoder, decode, failed_vectors
from devices.framing.encoder import encode
from devices.framing.kinds import Framing, Payload
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.parts import hex_bytes
from devices.profile import load_profile, parse_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder
from devices.recording import load
from footload.cli.application import application
from footload.cli.documentation import walk_commands
from footload.errors import ProfileError

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "add_a_mat.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def my_mat(tmp_path):
    (tmp_path / "my_mat.toml").write_text(blocks("toml")[0], encoding="utf-8")
    return load_profile(tmp_path / "my_mat.toml")


def sketch(frame_number, cells):
    """What the sketch sends, byte by byte."""
    sent = bytearray([0xA5, 0x5A, frame_number])
    for value in cells:
        sent += bytes([value & 0xFF, value >> 8])
    sent.append(sum(sent) & 0xFF)
    return bytes(sent)


def test_the_bytes_of_the_page_are_those_of_the_sketch_and_the_profile_reads_them(my_mat):
    shown = hex_bytes(blocks("hex")[0].replace("\n", " "))
    cells = np.zeros((4, 6), int)
    cells[1, 1], cells[1, 2] = 300, 400
    assert shown == sketch(7, cells.ravel().tolist())
    (frame,), counters = decode(my_mat, shown)
    np.testing.assert_array_equal(frame.counts.reshape(4, 6), cells)
    assert (frame.counter, counters.findings) == (7, "")
    assert my_mat.test.vector[0].bytes_hex == shown


def test_the_check_says_what_the_page_says(my_mat):
    assert failed_vectors(my_mat) == []
    said = f"{my_mat.id}: {my_mat.name}; {len(my_mat.test.vector)} test vector(s) decoded as stated."
    assert said in blocks("console")[0]


def log(name, profile, counts):
    """A recording of what the mat counts."""
    with Recorder(Path(name), Opening(TrialMetadata(), (RecordedDevice(profile, {}),), 0, 10**18, "test")) as recorder:
        for k, frame in enumerate(counts):
            recorder.write(Chunk(k * 20_000_000, encode(profile, frame, k % 256, 0.0)))


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")
def test_every_command_of_the_page_runs_as_it_stands_there(my_mat, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    empty = np.full((60, 24), 3)
    empty[:, 5] = 1020
    standing = empty + np.where(np.arange(24) % 3 == 0, 200, 0) * (np.arange(24) != 5)
    log("empty.mcap", my_mat, empty)
    log("stepped.mcap", my_mat, empty + 300 * (np.arange(24) != 5))
    log("standing.mcap", my_mat, standing)
    lines = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    assert len(lines) >= 6
    # opening a pty restarts nothing, and ten seconds are for people
    settled = (tmp_path / "my_mat.toml").read_text(encoding="utf-8").replace("settle_ms = 2000", "settle_ms = 0")
    (tmp_path / "my_mat.toml").write_text(settled, encoding="utf-8")
    with serve_pty(emulate_counts(my_mat, standing, repeat=True)) as mat:
        for line in lines:
            words = line.replace("/dev/ttyACM0", mat.port).replace("--duration 10", "").split()
            words += ["--duration", "0.3"] * (words[1] == "record")
            assert words[0] == "footload"
            result = CliRunner().invoke(application, words[1:])
            assert result.exit_code == 0, f"{line}: {result.output}"
    assert (tmp_path / "first.mcap").exists()
    pressure = load(tmp_path / "second.mcap").pressure
    assert np.flatnonzero(~np.asarray(pressure.valid)).tolist() == [5]
    force_n = pressure.pressure_kpa[3] @ (pressure.layout.area_mm2 * pressure.valid) * 1e-3
    # single precision
    assert force_n == pytest.approx(70 * 9.80665, rel=1e-5)


def test_every_command_that_the_page_mentions_exists():
    known = {path for path, _ in walk_commands("footload", typer.main.get_command(application))}
    named = re.findall(r"`(footload [a-z-]+(?: [a-z-]+)?)", PAGE)
    assert len(named) >= 4
    for words in named:
        assert words in known or words.rpartition(" ")[0] in known


def test_a_damaged_byte_costs_one_frame(my_mat):
    good = sketch(1, range(24))
    frames, counters = decode(my_mat, good + good[:20] + good[21:] + sketch(3, range(24)))
    assert [frame.counter for frame in frames] == [1, 3]
    assert counters.dropped_device == 1


def test_the_emulator_of_the_same_file_speaks_like_the_sketch(my_mat):
    counts = np.random.default_rng(1).integers(0, 1024, (300, 24))
    device, decoder = emulate_counts(my_mat, counts), Decoder(my_mat)
    wire = device.tick(0) + device.tick(100)
    assert wire[:52] == sketch(0, counts[0].tolist())
    np.testing.assert_array_equal([frame.counts for frame in decoder.feed(wire)], counts)


def test_the_calibration_of_the_page_fits_into_the_profile():
    profile = parse_profile(blocks("toml")[0] + blocks("toml")[1])
    assert profile.calibration.pressure_kpa(np.array([120, 435])).tolist() == [10, 55]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pitch_mm", "pich_mm", "'pich_mm' is not a known key; the nearest known one is 'pitch_mm'"),
        ("length = 52", "length = 50", "leaves 46 bytes for the payload, but the payload has 48"),
        ('kind = "sum8"', 'kind = "sum9"', "sum9"),
    ],
)
def test_mistakes_are_answered_as_the_page_promises(old, new, said):
    with pytest.raises(ProfileError, match=re.escape(said)):
        parse_profile(blocks("toml")[0].replace(old, new))


def kinds_of(union):
    return {kind for part in get_args(get_args(union)[0]) for kind in get_args(part.model_fields["kind"].annotation)}


def test_every_kind_that_the_page_names_exists():
    framings = set(re.findall(r"`(?:framing\.)?kind = \"(\w+)\"", PAGE))
    payloads = set(re.findall(r"`payload\.kind = \"(\w+)\"", PAGE))
    assert len(framings) >= 7
    assert framings <= kinds_of(Framing)
    assert payloads == {"ascii", "json", "sparse", "rle", "scalars"} <= kinds_of(Payload)
    checks = re.search(r"\| checks \| (.*) \|", PAGE)[1]
    assert set(re.findall(r"`(\w+)`", checks)) == kinds_of(Check)
