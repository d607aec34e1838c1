"""Payloads, wirings and calibrations by hand: bytes on one side, values on the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_profiles import profile_of, values
from pydantic import TypeAdapter

from devices.calibration import Calibration
from devices.framing.decoder import decode
from devices.framing.encoder import encode
from devices.framing.kinds import Payload
from devices.parts import hex_bytes
from devices.profile import load_profile, parse_profile
from footload.errors import ProfileError

CALIBRATION, PAYLOAD = TypeAdapter(Calibration), TypeAdapter(Payload)


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
    text = profile_of("kind = 'delimited'\ntail = 'AA55'\nlength = 4").text.replace(
        "shape = [2, 2]", 'shape = [2, 2]\nindex_map = "places.csv"'
    )
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
