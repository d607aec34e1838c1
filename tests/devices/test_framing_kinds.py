"""Framings and packets by hand: bytes on one side, frames on the other."""

import inspect
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_profiles import profile_of, values

from devices.emulator.faults import ByteFaults, Faults
from devices.framing.decoder import Decoder
from devices.framing.delimiters import Cobs, Slip
from devices.framing.encoder import encode
from devices.parts import hex_bytes
from devices.profile import load_profile

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


def test_every_kind_that_a_profile_can_name_is_whole_and_every_base_is_not() -> None:
    import devices.calibration
    import devices.profile
    from devices.parts import Part

    def below(kind: type) -> list[type]:
        return [each for one in kind.__subclasses__() for each in (one, *below(one))]

    abstract = {kind.__name__ for kind in below(Part) if inspect.isabstract(kind)}
    assert {"FramingPart", "PayloadPart", "_Check", "_Rising"} <= abstract
    leaves = [kind for kind in below(Part) if not kind.__subclasses__()]
    assert not [kind.__name__ for kind in leaves if inspect.isabstract(kind)]
    with pytest.raises(TypeError, match="abstract method"):
        devices.calibration._Rising(unit="kPa")
