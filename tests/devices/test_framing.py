from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.framing.answers import answers_of
from devices.framing.decoder import Decoder, decode
from devices.framing.encoder import encode
from devices.parts import hex_bytes
from devices.profile import load_profile, parse_profile

V5, V6, DEMO = (load_profile(name) for name in ("dividat_flex_v5", "dividat_flex_v6", "demo_mat"))


def cells(profile, loaded):
    counts = np.zeros(profile.grid, np.uint16)
    for (row, col), value in loaded.items():
        counts[row, col] = value
    return counts.ravel()


# Each frame with its bytes: used to encode and to decode, whole, byte by byte, and with bytes left over.
BYTE_TABLE = [
    (V5, {}, "4E0A 0000 500A"),
    (V5, {(9, 10): 1124}, "4E0A 0001 500A 0A0B0464"),
    (V5, {(0, 0): 1, (23, 23): 16383}, "4E0A 0002 500A 01010001 18183FFF"),
    (V6, {(6, 17): 302, (22, 9): 4035}, "FF00 0800 1207 2E01 0A17 C30F"),
    (V6, {(0, 1): 255}, "FF00 0400 0201 FF00"),
    (DEMO, {(0, 0): 1, (63, 95): 4095}, "A55AF00F 0000 00000000 0100 00*12284 FF0F 8E4F"),
]


@pytest.mark.parametrize(("profile", "loaded", "text"), BYTE_TABLE)
def test_bytes_and_frames_stand_for_each_other(profile, loaded, text):
    counts, wire = cells(profile, loaded), hex_bytes(text)
    assert encode(profile, counts) == wire
    for pieces in ([wire], [wire[i : i + 1] for i in range(len(wire))], [wire + wire[:3], wire[3:]]):
        decoder = Decoder(profile)
        frames = [frame for piece in pieces for frame in decoder.feed(piece)]
        assert (frames[0].start, frames[0].stop) == (0, len(wire))
        for frame in frames:
            np.testing.assert_array_equal(frame.counts, counts)
        assert decoder.counters.damaged == decoder.counters.junk_bytes == 0


def test_padding_of_value_zero_does_not_erase_a_loaded_cell():
    frames, _ = decode(V5, hex_bytes("4E0A 0002 500A 0202 0064 0202 0000"))
    assert frames[0].counts.reshape(24, 24)[1, 1] == 100


def test_a_truncated_frame_is_reported_not_invented():
    # announces three entries and delivers two, as a real mat once did; the next header is not swallowed
    cut = hex_bytes("4E0A 0003 500A 0A0B0464 0A0C0464")
    good = hex_bytes("4E0A 0001 500A 0A0B0001")
    frames, counters = decode(V5, good + cut + good + good)
    assert [int(frame.counts.sum()) for frame in frames] == [1, 1, 1]
    assert (counters.bad_payload, counters.junk_bytes, counters.resyncs) == (1, len(cut), 1)
    assert "1 damaged frame reported and not used" in counters.findings


def test_a_frame_behind_a_false_beginning_is_found_at_the_end():
    false = hex_bytes("4E0A 0100 500A")
    good = hex_bytes("4E0A 0001 500A 0A0B0001")
    decoder = Decoder(V5)
    assert decoder.feed(false + good + good[:4]) == []
    assert len(decoder.finish()) == 1
    assert (decoder.counters.junk_bytes, decoder.counters.incomplete_bytes) == (len(false), 4)


def test_values_beyond_the_limit_are_damage():
    frames, counters = decode(V5, hex_bytes("4E0A 0001 500A 0A0B FFFF"))
    assert (len(frames), counters.bad_payload) == (0, 1)


@pytest.mark.parametrize("entry", ["0000", "1900", "0019", "FFFF"])
def test_places_outside_the_mat_are_damage(entry):
    frames, counters = decode(V5, hex_bytes(f"4E0A 0001 500A {entry} 0001"))
    assert (len(frames), counters.bad_payload) == (0, 1)


def test_an_announcement_longer_than_any_frame_is_not_waited_for():
    decoder = Decoder(V6)
    frames = decoder.feed(hex_bytes("FF00 FFFF FF00 0400 0201 0100"))
    assert len(frames) == 1
    assert decoder.counters.bad_header == 1


def test_a_flipped_byte_costs_one_frame(small_mat, numbered):
    wire = bytearray(b"".join(encode(small_mat, counts, k) for k, counts in enumerate(numbered)))
    wire[34 * 20 + 15] ^= 0x40
    frames, counters = decode(small_mat, bytes(wire))
    assert [int(frame.counts[0]) for frame in frames] == [k for k in range(50) if k != 20]
    assert (counters.bad_check, counters.dropped_device, counters.resyncs, counters.junk_bytes) == (1, 1, 1, 34)


def test_the_devices_counter_tells_lost_repeated_and_restarted(small_mat, numbered):
    order = [0, 1, 4, 4, 5, 65535, 0, 1]
    wire = b"".join(encode(small_mat, numbered[0], k) for k in order)
    _, counters = decode(small_mat, wire)
    # 4 -> 65535 is a step back of 6 rather than 65530 lost frames
    assert (counters.dropped_device, counters.repeated, counters.device_resets) == (2, 1, 1)


@pytest.mark.parametrize("flip", ["none", "ud", "lr", "both"])
@pytest.mark.parametrize("transpose", [True, False])
@pytest.mark.parametrize("name", ["dense", "sparse"])
def test_turned_mats_survive_the_way_there_and_back(small_mat, name, transpose, flip):
    text = small_mat.text.replace("[payload]", f"[payload]\ntranspose = {str(transpose).lower()}\nflip = '{flip}'")
    if name == "sparse":
        text = text.replace('kind = "dense"', 'kind = "sparse"')
        text = text.replace('dtype = "<u2"', 'fields = [["value", ">u2"], ["col", "u1"], ["row", "u1"]]')
        text = text.replace('kind = "sync_fixed"', 'kind = "sync_length"\nmax_payload = 48')
        text = text.replace(
            "header_size = 8\nlength = 34", 'header_size = 9\nlength_field = {offset = 8, format = "B"}'
        )
    profile = parse_profile(text)
    counts = np.random.default_rng(1).integers(0, 4096, 12).astype(np.uint16)
    frames, _ = decode(profile, encode(profile, counts))
    np.testing.assert_array_equal(frames[0].counts, counts)
    assert profile.grid == ((4, 3) if transpose else (3, 4))


def test_transposing_and_flipping_go_to_the_plate_frame(small_mat):
    # the wire's first cell lies, transposed and flipped left to right, at the right end of the plate's first row
    text = small_mat.text.replace("[payload]", "[payload]\ntranspose = true\nflip = 'lr'")
    wire = encode(small_mat, np.arange(12, dtype=np.uint16))
    frames, _ = decode(parse_profile(text), wire)
    np.testing.assert_array_equal(frames[0].counts.reshape(4, 3), [[8, 4, 0], [9, 5, 1], [10, 6, 2], [11, 7, 3]])


def test_a_count_that_cannot_be_sent_is_refused(small_mat):
    with pytest.raises(ValueError, match="0 to 4095"):
        encode(small_mat, np.full(12, 5000))
    with pytest.raises(ValueError, match="12 cells"):
        encode(small_mat, np.zeros(11, int))


def test_frames_cannot_be_changed(small_mat, numbered):
    frames, _ = decode(small_mat, encode(small_mat, numbered[3], 3))
    with pytest.raises(ValueError, match="read-only"):
        frames[0].counts[0] = 1


def outcome(decoder, pieces):
    frames = [frame for piece in pieces for frame in decoder.feed(piece)] + decoder.finish()
    said = [(f.index, f.counter, f.clock, f.start, f.stop, f.counts.tobytes()) for f in frames]
    return said, decoder.counters


STREAM = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from([b"\x4e", b"\x4e\x0a", b"\xff\x00", b"\xff", b"\xa5", b"\xa5\x5a"]),
        st.tuples(st.integers(0, 2**20), st.integers(0, 40), st.integers(0, 255)),
    ),
    max_size=12,
)


def stream_of(profile, parts):
    """Frames, junk, false beginnings, and frames with one byte changed or cut."""
    n = profile.grid[0] * profile.grid[1]
    wire = bytearray()
    for k, part in enumerate(parts):
        if isinstance(part, bytes):
            wire += part
            continue
        seed, at, byte = part
        counts = np.random.default_rng(seed).integers(0, 1000, n) * (np.random.default_rng(seed).random(n) < 0.02)
        frame = bytearray(encode(profile, counts.astype(np.uint16), k, k / 100))
        if byte < 60:
            frame[at % len(frame)] = byte
        elif byte < 80:
            frame = frame[: at % len(frame)]
        wire += frame
    return bytes(wire)


@pytest.mark.parametrize("name", ["dividat_flex_v5", "dividat_flex_v6", "small"])
@settings(max_examples=60, deadline=None)
@given(parts=STREAM, cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_the_outcome_does_not_depend_on_how_the_bytes_arrive(small_mat, name, parts, cuts):
    profile = small_mat if name == "small" else load_profile(name)
    wire = stream_of(profile, parts)
    places = sorted({0, len(wire), *(cut % (len(wire) + 1) for cut in cuts)})
    pieces = [wire[a:b] for a, b in pairwise(places)]
    whole, counters = outcome(Decoder(profile), [wire])
    assert outcome(Decoder(profile), pieces) == (whole, counters)
    assert outcome(Decoder(profile), [wire[i : i + 1] for i in range(len(wire))]) == (whole, counters)
    assert counters.bytes_in == len(wire) == counters.frame_bytes + counters.junk_bytes + counters.incomplete_bytes


@settings(max_examples=40, deadline=None)
@given(skip=st.integers(0, 200))
def test_joining_in_the_middle_of_a_stream_recovers_with_the_next_frame(small_mat, numbered, skip):
    wire = b"".join(encode(small_mat, counts, k) for k, counts in enumerate(numbered))
    frames, counters = decode(small_mat, wire[skip:])
    first = -(-skip // 34)
    assert [int(frame.counts[0]) for frame in frames] == list(range(first, 50))
    assert counters.junk_bytes == first * 34 - skip


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=4000))
def test_noise_never_raises_and_never_fills_the_memory(data):
    for profile in (V5, V6, DEMO):
        decoder = Decoder(profile)
        for i in range(0, len(data), 97):
            decoder.feed(data[i : i + 97])
            assert decoder.n_waiting <= profile.framing.longest(profile.tail_size)


def test_an_answer_in_front_of_the_first_frame_is_no_damage_and_elsewhere_it_is():
    frame = [encode(DEMO, np.full(6144, k, np.uint16), k, 0.01 * k) for k in range(3)]
    decoder = Decoder(DEMO)
    assert len(decoder.feed(b"OK\n" + frame[0])) == 1
    assert (decoder.counters.answer_bytes, decoder.counters.junk_bytes, decoder.counters.findings) == (3, 0, "")
    decoder.feed(b"OK\n" + frame[1])
    assert (decoder.counters.answer_bytes, decoder.counters.junk_bytes) == (3, 3)
    # started again after the cable was pulled, with the rest of an old frame before its answer
    decoder.cut()
    decoder.feed(frame[1][-700:] + b"OK\n" + frame[2])
    assert (decoder.counters.answer_bytes, decoder.counters.junk_bytes) == (6, 703)
    total = 3 * len(frame[0]) + 6 + 703
    assert decoder.counters.bytes_in == total


def test_a_text_answer_is_taken_with_its_line_and_a_device_without_answers_has_none(small_mat, numbered):
    asked = """[[script.identify]]
send = "ID\\n"
expect = 'serial (\\d+)'
example = "mat 4 serial 77 of 2024\\r\\n"
store = ["serial"]
[framing]"""
    profile = parse_profile(small_mat.text.replace("[framing]", asked))
    (step,) = profile.script.identify
    wire = encode(profile, numbered[0], 0, 0.0)
    _, counters = decode(profile, b"\xfe\x00" + step.answer + wire)
    assert (counters.frames, counters.answer_bytes, counters.junk_bytes) == (1, len(step.answer), 2)
    # something else in front of the frame is no answer
    assert decode(profile, step.answer + b"?" + wire)[1].answer_bytes == 0
    assert answers_of(small_mat) is None
