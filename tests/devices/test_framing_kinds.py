"""Framings, payloads, packets and calibrations by hand: bytes on one side, values on the other."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from devices.calibration import Calibration
from devices.emulator.faults import ByteFaults, Faults
from devices.framing.decoder import Decoder, decode
from devices.framing.delimiters import Cobs, Slip
from devices.framing.encoder import encode
from devices.framing.kinds import Framing, Payload
from devices.parts import hex_bytes
from devices.profile import load_profile, parse_profile
from footload.errors import ProfileError

CALIBRATION, FRAMING, PAYLOAD = TypeAdapter(Calibration), TypeAdapter(Framing), TypeAdapter(Payload)


def profile_of(framing, payload="kind = 'dense'\ndtype = 'u1'\nshape = [2, 2]", more=""):
    return parse_profile(
        f"""schema = 1
id = "test.kinds"
name = "Made up"
kind = "mat"
source = "made up"
certainty = "simulated"
[framing]
{framing}
[payload]
{payload}
[time]
rate_hz = 100
[cells]
pitch_mm = [10.0, 10.0]
{more}
[[test.vector]]
bytes = ""
frames = 0
sum = 0
"""
    )


def values(profile, text, **named):
    frames, counters = decode(profile, hex_bytes(text) if isinstance(text, str) else text, **named)
    return [frame.counts.tolist() for frame in frames], counters


# Delimiters

MARKED = profile_of("kind = 'delimited'\ntail = 'AA55'\nlength = 4")


@pytest.mark.parametrize(
    ("text", "frames", "junk"),
    [
        # from the first byte on, and with the marker first
        ("01020304 AA55 05060708 AA55", [[1, 2, 3, 4], [5, 6, 7, 8]], 0),
        ("AA55 01020304 AA55", [[1, 2, 3, 4]], 2),
        # the last one needs no marker when nothing more comes
        ("01020304 AA55 05060708", [[1, 2, 3, 4], [5, 6, 7, 8]], 0),
        # the marker inside a frame, at its beginning, and across its end
        ("01AA5504 AA55 AA550102 AA55", [[1, 0xAA, 0x55, 4], [0xAA, 0x55, 1, 2]], 0),
        # joined in mid-frame; a byte lost; a byte too many; the marker damaged, which costs both its neighbours
        ("0304 AA55 01020304 AA55", [[1, 2, 3, 4]], 4),
        ("010204 AA55 05060708 AA55", [[5, 6, 7, 8]], 5),
        ("0102030304 AA55 05060708 AA55", [[5, 6, 7, 8]], 7),
        ("01020304 AA54 05060708 AA55 01010101 AA55", [[1, 1, 1, 1]], 12),
    ],
)
def test_frames_between_delimiters(text, frames, junk):
    found, counters = values(MARKED, text)
    assert (found, counters.junk_bytes) == (frames, junk)


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        ("01C002DB", "01 DBDC 02 DBDD C0"),
        ("C0C0C0C0", "DBDC DBDC DBDC DBDC C0"),
        ("DBDCDBDD", "DBDD DC DBDD DD C0"),
    ],
)
def test_slip_escapes_are_those_of_rfc_1055(content, wire):
    slip = Slip(kind="slip")
    assert slip.wrap(hex_bytes(content)) == hex_bytes(wire)
    assert slip.content(hex_bytes(wire)) == hex_bytes(content)
    assert slip.content(hex_bytes("01 DB 02 C0")) is None
    assert slip.content(hex_bytes("01 DB C0")) is None


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        # the examples of the paper of Cheshire and Baker
        ("00", "01 01 00"),
        ("0000", "01 01 01 00"),
        ("11220033", "03 11 22 02 33 00"),
        ("11223344", "05 11 22 33 44 00"),
        ("11000000", "02 11 01 01 01 00"),
    ],
)
def test_cobs_is_that_of_its_paper(content, wire):
    cobs = Cobs(kind="cobs")
    assert cobs.wrap(hex_bytes(content)) == hex_bytes(wire)
    assert cobs.content(hex_bytes(wire)) == hex_bytes(content)
    assert cobs.content(hex_bytes("05 11 00")) is None


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=800), run=st.integers(250, 260))
def test_escaped_frames_come_back(content, run):
    for framing in (Slip(kind="slip"), Cobs(kind="cobs")):
        for body in (content, b"\1" * run, b"\0" + b"\1" * run + b"\0"):
            wire = framing.wrap(body)
            assert framing.content(wire) == body
            assert wire.count(framing.mark) == 1
            assert wire.endswith(framing.mark)


def test_a_line_that_never_ends_is_given_up():
    profile = profile_of("kind = 'lines'\nmax_length = 8", "kind = 'ascii'\nshape = [1, 2]")
    decoder = Decoder(profile)
    assert decoder.feed(b"x\n" + b"1" * 50) == []
    assert decoder.n_waiting <= 9
    (frame,) = decoder.feed(b"\n7 8\r\n")
    assert frame.counts.tolist() == [7, 8]


# Frames without a mark, or with one that is not enough


def test_a_sync_word_in_the_cells_does_not_give_a_frame():
    profile = profile_of("kind = 'sync_fixed'\nsync = 'AA'\nheader_size = 1\nlength = 5\nlock_after = 2")
    found, counters = values(profile, "03 04 AA 01020304 AA AA060708 AA AAAAAAAA AA 00000000 AA")
    assert found == [[1, 2, 3, 4], [0xAA, 6, 7, 8], [0xAA] * 4, [0] * 4]
    assert counters.junk_bytes == 2


def test_a_byte_lost_without_a_check_gives_no_shifted_frame():
    profile = profile_of("kind = 'sync_fixed'\nsync = 'AA'\nheader_size = 1\nlength = 5\nlock_after = 2")
    good = "AA 01020304 "
    found, counters = values(profile, good * 3 + "AA 010304 " + good * 4)
    assert {tuple(each) for each in found} == {(1, 2, 3, 4)}
    assert len(found) == 3 + 4
    assert counters.junk_bytes == 4


def test_fixed_frames_lock_on_several_in_a_row():
    profile = profile_of("kind = 'fixed'\nlength = 5\nlock_after = 3", more="[check]\nkind = 'sum8'")
    good = "01020304 0A "
    assert values(profile, "0102 " + good * 3)[0] == [[1, 2, 3, 4]] * 3
    assert values(profile, "0102 " + good * 2)[0] == []


def test_a_block_without_a_mark_begins_anew_after_a_pause():
    profile = profile_of("kind = 'none'\nlength = 4", more="[flow]\nstale_ms = 100")
    decoder = Decoder(profile)
    assert decoder.feed(b"\1\2\3", 0) == []
    assert decoder.feed(b"\5\6", 50_000_000)[0].counts.tolist() == [1, 2, 3, 5]
    (frame,) = decoder.feed(b"\7\7\7\7", 200_000_000)
    assert frame.counts.tolist() == [7, 7, 7, 7]
    assert decoder.counters.incomplete_bytes == 1


def test_what_was_begun_is_not_continued_after_a_cut():
    decoder = Decoder(MARKED)
    decoder.feed(b"\1\2")
    assert decoder.cut() == []
    (frame,) = decoder.feed(hex_bytes("01020304 AA55"))
    assert frame.counts.tolist() == [1, 2, 3, 4]
    assert (decoder.counters.incomplete_bytes, decoder.counters.resyncs) == (2, 0)


# Payloads


@pytest.mark.parametrize(
    ("payload", "text", "found"),
    [
        ("kind = 'ascii'\nseparator = ','\nshape = [1, 3]", b"\n1,-2,+3\r\n", [1, -2, 3]),
        ("kind = 'ascii'\nshape = [1, 3]", b"\n 1\t 2   3 \n", [1, 2, 3]),
        ("kind = 'ascii'\nshape = [1, 2]\ndecimals = 2", b"\n1.25 -3e1\n", [1.25, -30.0]),
        (
            "kind = 'ascii'\nshape = [1, 2]\nskip = 1\nprefix = 'A:'\nsuffix = ';'\nseparator = ','",
            b"\nA:9,1,2;\n",
            [1, 2],
        ),
        ("kind = 'ascii'\nshape = [1, 2]\nwidth = 2\nbase = 16\nskip = 1", b"\n50A1F\n", [10, 31]),
        ("kind = 'json'\nvalues = 'f'\nshape = [1, 2]", b'\n{"t": 5, "f": [1, 2]}\n', [1, 2]),
    ],
)
def test_texts_become_values(payload, text, found):
    profile = profile_of("kind = 'lines'", payload, "[limits]\nvalue_max = 99\nvalue_min = -99")
    assert values(profile, text)[0] == [found]


@pytest.mark.parametrize(
    "line",
    [
        b"1,2",
        b"1,2,3,4",
        b"1,,3",
        b"1,x,3",
        b"1,2,3.5",
        b"1,2,1e99",
        b"1,2,nan",
        b"Ready",
        b"1,2,\xff",
        b"1,2-3",
        b"1 2,3",
    ],
)
def test_texts_that_are_not_these_numbers_are_damage(line):
    profile = profile_of("kind = 'lines'", "kind = 'ascii'\nseparator = ','\nshape = [1, 3]")
    found, counters = values(profile, b"\n" + line + b"\n1,2,3\n")
    assert (found, counters.bad_payload) == ([[1, 2, 3]], 1)


@pytest.mark.parametrize(
    "line", [b"{", b"[1,2]", b'{"f": [1]}', b'{"f": [1,"x"]}', b'{"f": [[1,2]]}', b'{"g": [1,2]}', b"null"]
)
def test_objects_that_do_not_hold_the_cells_are_damage(line):
    profile = profile_of("kind = 'lines'", "kind = 'json'\nvalues = 'f'\nshape = [1, 2]")
    assert values(profile, b"\n" + line + b"\n")[0] == []


def test_clock_and_counter_of_a_text():
    columns = "counter = { column = 0 }\nclock = { column = 1, unit = 's', per_unit = 1000 }\n"
    profile = profile_of("kind = 'lines'", "kind = 'ascii'\nseparator = ','\nshape = [1, 2]\nskip = 2")
    profile = parse_profile(profile.text.replace("rate_hz = 100\n", "rate_hz = 100\n" + columns))
    (frame,), _ = decode(profile, b"\n17,2.345,8,9\n")
    assert (frame.counter, frame.clock, frame.counts.tolist()) == (17, 2345, [8, 9])
    assert profile.time.clock.tick_s == 1e-3
    assert encode(profile, np.array([8, 9]), 17, 2.345) == b"17,2.345,8,9\r\n"


def test_running_numbers_become_places():
    payload = "kind = 'indexed'\nfields = [['index', '<u2'], ['value', 'u1']]\nshape = [2, 3]"
    profile = profile_of("kind = 'terminated'\ntail = 'EEFF'", payload)
    assert values(profile, "0100 07 0500 09 EEFF")[0] == [[0, 7, 0, 0, 0, 9]]
    assert values(profile, "0600 07 EEFF")[1].bad_payload == 1
    assert encode(profile, np.array([0, 7, 0, 0, 0, 9])) == hex_bytes("0100 07 0500 09 EEFF")


@pytest.mark.parametrize(
    ("dtype", "text", "found"),
    [
        ("<i2", "FFFF 0080", [-1, -32768]),
        (">i3", "FFFFFF 800000", [-1, -8388608]),
        ("<i3", "FEFFFF FFFF7F", [-2, 8388607]),
        ("<f4", "0000C03F 000000C0", [1.5, -2.0]),
        (">f8", "3FF8000000000000 C000000000000000", [1.5, -2.0]),
    ],
)
def test_channels_of_every_width(dtype, text, found):
    payload = PAYLOAD.validate_python({"kind": "scalars", "dtype": dtype, "n": 2})
    body = hex_bytes(text)
    assert payload.decode(body).tolist() == found
    assert payload.encode(np.array(found)) == body
    assert payload.decode(body[:-1]) is None


# Where cells lie


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_wiring_is_undone(data):
    rows, cols = data.draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    table = {
        "kind": "dense",
        "dtype": "u1",
        "shape": (rows, cols),
        "transpose": data.draw(st.booleans()),
        "flip": data.draw(st.sampled_from(["none", "ud", "lr", "both"])),
    }
    if data.draw(st.booleans()):
        table["row_map"] = data.draw(st.permutations(range(rows)))
    elif data.draw(st.booleans()):
        table["wire_cells"] = rows * cols + 3
        table["index_map"] = data.draw(st.permutations(range(rows * cols + 3)))[: rows * cols]
    payload = PAYLOAD.validate_python(table)
    counts = np.arange(1, rows * cols + 1, dtype=np.uint8)
    np.testing.assert_array_equal(payload.decode(payload.encode(counts)), counts)


def test_a_cell_without_a_wire_is_zero():
    payload = PAYLOAD.validate_python(
        {"kind": "dense", "dtype": "u1", "shape": (1, 3), "index_map": (2, -1, 0), "wire_cells": 3}
    )
    assert payload.decode(b"\1\2\3").tolist() == [3, 0, 1]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("row_map = [0, 0]", "each row from 0 to 1 once"),
        ("index_map = [0, 1, 2]", "3 entries for 2 x 2"),
        ("index_map = [0, 1, 2, 4]", "each of the 4 values of the wire once"),
        ("wire_cells = 5", "without an index_map"),
    ],
)
def test_wirings_that_cannot_be_are_refused(payload, said):
    with pytest.raises(ProfileError, match=said):
        profile_of("kind = 'terminated'\ntail = 'FF'", f"kind = 'dense'\ndtype = 'u1'\nshape = [2, 2]\n{payload}")


def test_dead_shorted_and_border_cells_never_count():
    profile = profile_of("kind = 'terminated'\ntail = 'FF'", "kind = 'dense'\ndtype = 'u1'\nshape = [4, 4]")
    text = profile.text.replace("pitch_mm", "dead = [[1, 1]]\nshorted = [[2, 2]]\nborder = 1\npitch_mm")
    unused = parse_profile(text).cells.unused((4, 4))
    assert len(unused) == 12 + 2
    assert (1, 2) not in unused


def test_an_index_map_may_stand_in_a_file(tmp_path):
    text = MARKED.text.replace("shape = [2, 2]", 'shape = [2, 2]\nindex_map = "places.csv"')
    (tmp_path / "places.csv").write_text("3,2\n1,0\n")
    (tmp_path / "mine.toml").write_text(text)
    profile = load_profile(tmp_path / "mine.toml")
    assert profile.payload.index_map == (3, 2, 1, 0)
    # and the text that is stored beside recorded bytes needs no file any more
    assert parse_profile(profile.text) == profile
    with pytest.raises(ProfileError, match=r"names the file 'places\.csv'"):
        parse_profile(text)
    (tmp_path / "places.csv").write_text("3,two\n")
    with pytest.raises(ProfileError, match=r"'3,two' is not a row of numbers"):
        load_profile(tmp_path / "mine.toml")


# Packets

PARTS = profile_of(
    "kind = 'delimited'\ntail = 'EE'\nlength = [4, 5]\nheader_size = 2",
    more="[parts]\nkey = { offset = 0, format = 'B' }\norder = [1, 2]\ngroup_by = { offset = 1, format = 'B' }\n"
    "group = 7\nlengths = [[2], [2, 3]]\ntake = [2, 2]",
)


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("0107 0102 EE 0207 0304 EE", [[1, 2, 3, 4]]),
        ("0107 0102 EE 0207 030499 EE", [[1, 2, 3, 4]]),
        # second without first; first twice; another group; a length that this part never has
        ("0207 0304 EE 0107 0102 EE 0207 0304 EE", [[1, 2, 3, 4]]),
        ("0107 0909 EE 0107 0102 EE 0207 0304 EE", [[1, 2, 3, 4]]),
        ("0107 0102 EE 0208 0304 EE", []),
        ("0107 010203 EE 0207 0304 EE", []),
    ],
)
def test_packets_become_one_frame_or_none(text, frames):
    found, counters = values(PARTS, text)
    assert found == frames
    assert counters.bytes_in == counters.frame_bytes + counters.junk_bytes + counters.incomplete_bytes


def test_packets_are_written_as_they_are_read():
    assert encode(PARTS, np.array([1, 2, 3, 4])) == hex_bytes("0107 0102 EE 0207 0304 EE")


# However the bytes come


@pytest.mark.parametrize(
    "name",
    ["jq_32", "jq_insole", "wiresens", "sensitronics_rle", "ascii_matrix", "amti_accusway_plus", "bitalino", "m1616"],
)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 6000), max_size=8))
def test_the_outcome_of_damaged_bytes_does_not_depend_on_how_they_arrive(name, seed, cuts):
    profile, dice = load_profile(name), Random(seed)
    rng = np.random.default_rng(seed)
    frames = [rng.integers(0, 2, profile.n_values) for _ in range(6)]
    wire = b"".join(encode(profile, counts, k) for k, counts in enumerate(frames))
    wire = ByteFaults(Faults(drop=0.001, flip=0.001, duplicate=0.001, insert=0.001), dice).damage(wire)

    def outcome(pieces):
        decoder = Decoder(profile)
        found = [frame for piece in pieces for frame in decoder.feed(piece)] + decoder.finish()
        return [(f.start, f.stop, f.counts.tobytes()) for f in found], decoder.counters

    places = sorted({0, len(wire), *(cut % (len(wire) + 1) for cut in cuts)})
    whole = outcome([wire])
    assert outcome([wire[a:b] for a, b in pairwise(places)]) == whole
    assert outcome([wire[i : i + 1] for i in range(len(wire))]) == whole


# Calibration


def test_a_table_goes_through_its_points_and_on():
    table = CALIBRATION.validate_python({"unit": "kPa", "model": "table", "points": ((10, 0), (20, 100), (40, 500))})
    assert table.pressure_kpa(np.array([5, 10, 15, 20, 30, 40, 50])).tolist() == [-50, 0, 50, 100, 300, 500, 700]
    assert table.counts(np.array([0.0, 50.0, 300.0]), 60).tolist() == [10, 15, 30]
    with pytest.raises(ValueError, match="points have to rise"):
        CALIBRATION.validate_python({"unit": "kPa", "model": "table", "points": ((10, 0), (5, 1))})


def test_the_sigmoid_of_the_12_bit_mat_is_the_published_one():
    sigmoid = load_profile("jq_32_12bit").calibration
    counts = np.array([[0, 20, 400, 600]])
    mean = (400 + 600) / 2
    mean_kpa = 2 * 25 / (1 + np.exp(-0.010637 * (mean - 438.05)))
    # float32
    np.testing.assert_allclose(sigmoid.pressure_kpa(counts), mean_kpa * counts / mean, rtol=1e-6)
    assert sigmoid.pressure_kpa(np.zeros((1, 4))).tolist() == [[0, 0, 0, 0]]
    assert "above 30" in sigmoid.described


def test_a_sigmoid_comes_back_for_any_frame():
    sigmoid = load_profile("jq_32_12bit").calibration
    counts = np.random.default_rng(1).integers(100, 900, (5, 20)) * (np.arange(20) < 12)
    np.testing.assert_array_equal(sigmoid.counts(sigmoid.pressure_kpa(counts), 4095), counts)


def test_a_matrix_has_six_equal_rows():
    table = {"model": "matrix", "force_unit": "N", "moment_unit": "N.m", "rows": [[1.0, 2.0]] * 5 + [[1.0]]}
    with pytest.raises(ValueError, match="rows have 2, 2, 2, 2, 2, 1 entries"):
        CALIBRATION.validate_python(table)
