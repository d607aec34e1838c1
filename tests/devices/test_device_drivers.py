"""The drivers with code: published bytes, the talk with each twin, and force as a person on the plate would make it."""

import numpy as np
import pytest

from devices.acquisition import record
from devices.drivers import DRIVERS, driver
from devices.drivers.sensel import read_runs, write_runs
from devices.emulator import emulate_counts, serve_pty, standing_device
from devices.framing.decoder import Decoder, decode
from devices.framing.encoder import encode
from devices.parts import hex_bytes
from devices.profile import load_profile
from devices.recording import load
from devices.wrench import counts_for, force_recordings
from footload.errors import ProfileError
from footload.plates.pressure_center import center_of_pressure_mm

AMTI = hex_bytes("0008 0218 3428 FF37 0048 FC58 0068 FE77 6C87 0198 00A8 98B8")
TEN = np.arange(10) / 100


def test_every_driver_has_a_codec_and_a_twin():
    for name in DRIVERS:
        assert driver(name).codec
        assert driver(name).emulator
    with pytest.raises(KeyError, match="There is no driver 'novel'"):
        driver("novel")


# AMTI AccuSway Plus


def test_amti_words_are_those_of_the_published_frame():
    frames, _ = decode(load_profile("amti_accusway_plus"), AMTI)
    assert (frames[0].counts.astype(int) - 2048).tolist() == [0, 2, 52, -1, 0, 252, 0, -2, -148, 1, 0, 152]


def test_amti_keeps_the_high_half_of_every_word():
    """Public programs lose it: one forgets to shift, another takes the wrong byte for the last channel."""
    profile = load_profile("amti_accusway_plus")
    counts = np.array([0, 4095, 256, 255, 2048, 1, 3840, 16, 4080, 15, 1234, 3072])
    frames, _ = decode(profile, encode(profile, counts))
    np.testing.assert_array_equal(frames[0].counts, counts)


def test_amti_finds_its_ladder_again_after_every_lost_byte():
    for place in range(24):
        frames, counters = decode(
            load_profile("amti_accusway_plus"), AMTI + AMTI[:place] + AMTI[place + 1 :] + AMTI + AMTI
        )
        assert len(frames) == 3
        assert counters.junk_bytes == 23


def test_amti_answers_its_letters():
    profile = load_profile("amti_accusway_plus")
    plate = emulate_counts(profile, np.full((4, 12), 2048))
    assert plate.tick(1.0) == b""
    assert plate.feed(b"f") == b"f"
    assert plate.fast
    assert plate.feed(b"S") == b"T" + bytes(12)
    assert plate.feed(b"X")[:1] == b"x"
    assert plate.feed(b"RQ") == b"U"
    assert len(plate.tick(1.0)) == 24
    plate.feed(b"R")
    assert plate.tick(2.0) == b""


def acl_profile(tmp_path, units='force_unit = "N"\nmoment_unit = "N.m"'):
    rows = np.zeros((6, 12))
    rows[0, 0::3] = rows[1, 1::3] = 0.5
    rows[2, 2::3] = 0.25
    rows[3, 2::3] = [0.05, 0.05, -0.05, -0.05]
    rows[4, 2::3] = [-0.05, 0.05, 0.05, -0.05]
    rows[5, 0::3] = 0.01
    (tmp_path / "plate.acl").write_text(
        "SERIAL:0156\n" + "".join(f"COEFFROW{k}:{','.join(map(str, row))}\n" for k, row in enumerate(rows))
    )
    text = load_profile("amti_accusway_plus").text
    text += f'\n[calibration]\nmodel = "matrix"\nfile = "plate.acl"\n{units}\n'
    (tmp_path / "mine.toml").write_text(text)
    return load_profile(tmp_path / "mine.toml")


def test_amti_force_needs_the_plates_own_matrix_and_units(tmp_path):
    profile = load_profile("amti_accusway_plus")
    with pytest.raises(ProfileError, match="add its own calibration matrix with its units"):
        force_recordings(profile, np.full((10, 12), 2048), TEN)
    with pytest.raises(ProfileError, match="moment_unit"):
        acl_profile(tmp_path, 'force_unit = "N"')


def test_amti_force_is_that_of_the_person_with_z_up(tmp_path):
    profile = acl_profile(tmp_path)
    # the file's numbers are part of the profile's own text, which is stored beside recorded bytes
    assert "COEFFROW" not in profile.text
    assert "rows = [[0.5, 0.0" in profile.text
    counts = np.full((10, 12), 2048)
    counts[:, 2::3] += 700  # 4 x 700 x 0.25 N press the plate down
    counts[:, 0] += 40  # 20 N along x
    (made,) = force_recordings(profile, counts, TEN)
    np.testing.assert_allclose(made.force_n[0], [-20, 0, 700], atol=1e-9)
    # My at the origin 41.3 mm below: the surface sees 20 N x 41.3 mm more; Mz = 40 x 0.01 N m
    np.testing.assert_allclose(made.moment_nmm[0], [0, 20 * 41.3, 400], atol=1e-9)
    assert "matrix of 6 x 12 in N and N.m" in made.history[-1]


def test_amti_pounds_are_not_newtons(tmp_path):
    profile = acl_profile(tmp_path, 'force_unit = "lb"\nmoment_unit = "lb.in"')
    counts = np.full((1, 12), 2048)
    counts[:, 2::3] += 100
    (made,) = force_recordings(profile, counts, TEN[:1])
    assert made.force_n[0, 2] == pytest.approx(100 * 4.4482216152605)


# Tec Gihan


def test_tecgihan_sample_is_the_published_one():
    profile = load_profile("tecgihan")
    frames, _ = decode(profile, hex_bytes("64009CFF983A000000000000") * 100)
    assert len(frames) == 100
    (made,) = force_recordings(profile, np.stack([frame.counts for frame in frames]), np.arange(100.0))
    # 5 N, -5 N and 1500 N on the plate with z down are, on the person with z up, -5, -5 and 1500 N
    np.testing.assert_allclose(made.force_n[0], [-5, -5, 1500])


def test_tecgihan_sends_each_further_block_for_a_request():
    profile = load_profile("tecgihan")
    device = emulate_counts(profile, np.zeros((400, 6), np.int32))
    assert device.feed(b"STATE\n") == b"SLEEP\n"
    assert device.feed(b"START\n") == b""
    assert device.feed(b"WAKE\nSTATE\nFPCOUNT\nSPS_500\nFP_0001_GET_AZ0\n") == b"IDLE\nFPCOUNT_1\nSPS_OK\nAZ0_-0.0413\n"
    assert device.feed(b"START\n") == b""
    assert len(device.tick(1.0)) == 1200
    assert device.tick(9.0) == b""
    device.feed(b"DT\n")
    assert len(device.tick(10.0)) == 1200
    assert device.feed(b"STOP\nSTATE\n") == b"IDLE\n"


def test_two_plates_follow_each_other_in_one_block():
    profile = load_profile("tecgihan?setup=two_120hz")
    counts = np.arange(12 * 12).reshape(12, 12)
    wire = encode(profile, counts)
    assert np.frombuffer(wire, "<i2")[:8].tolist() == [0, 1, 2, 3, 4, 5, 12, 13]
    frames, _ = decode(profile, wire)
    np.testing.assert_array_equal(np.stack([frame.counts for frame in frames]), counts)
    assert len(force_recordings(profile, counts, np.arange(12.0))) == 2


def test_a_lost_byte_of_an_unmarked_block_costs_that_block_because_silence_follows():
    profile = load_profile("tecgihan")
    block = hex_bytes("64009CFF983A000000000000") * 100
    decoder = Decoder(profile)
    frames, now_ns = [], 0
    for piece, pause_ns in (
        (block, 10**8),
        (block[:-1], 3 * 10**9),
        (block, 10**8),
        (block + b"\0", 10**8),
        (block, 1),
    ):
        frames += decoder.feed(piece, now_ns)
        now_ns += pause_ns
    assert len(frames) == 400
    assert {tuple(frame.counts) for frame in frames} == {(100, -100, 15000, 0, 0, 0)}
    assert decoder.counters.incomplete_bytes == 1199 + 1


# mobbo


def test_mobbo_weights_and_their_place():
    profile = load_profile("mobbo")
    (frame,), _ = decode(profile, profile.test.vector[0].bytes_hex)
    assert frame.counts.tolist() == [10, 20, 30, 40, 0, 0, 0, 0]
    # 1 ms in thousandths
    assert frame.clock == 1000
    one, two = force_recordings(profile, np.tile(frame.counts, (10, 1)), TEN)
    assert one.force_n[0, 2] == pytest.approx(980.665)
    assert np.isnan(one.force_n[0, :2]).all()
    # x = ((f1 + f4) - (f2 + f3)) / S * 287.5 mm, y = ((f1 + f2) - (f3 + f4)) / S * 212.5 mm
    np.testing.assert_allclose(center_of_pressure_mm(one)[0][:2], [0, -0.4 * 212.5], atol=1e-6)
    assert two.force_n[0, 2] == 0
    assert (one.source, two.source) == ("mobbo.dual_board board 1", "mobbo.dual_board board 2")


def test_floats_that_are_no_numbers_are_damage():
    profile = load_profile("mobbo")
    wire = bytearray(profile.test.vector[0].bytes_hex)
    wire[7:11] = b"\xff\xff\xff\xff"
    wire[-1] = sum(wire[:-1]) & 0xFF
    frames, counters = decode(profile, bytes(wire))
    assert (frames, counters.bad_payload) == ([], 1)


@pytest.mark.skipif("sys.platform == 'win32'", reason="pseudo-terminals are a POSIX thing")
def test_two_boards_on_one_wire_become_two_force_recordings(tmp_path):
    profile = load_profile("mobbo")
    with serve_pty(standing_device(profile, duration_s=1.0), speed=None) as served:
        summary = record(profile, served.port, tmp_path / "a.mcap", stop=served.finished)
    trial = load(summary.path)
    one, two = trial.recordings
    np.testing.assert_allclose(one.force_n[:, 2], 700, atol=1e-3)
    np.testing.assert_allclose(two.force_n[:, 2], 0, atol=1e-9)
    assert one.n_frames == summary.n_frames == 100
    assert "Fx, Fy, Mz not measured" in one.history[-1]


# BITalino


@pytest.mark.parametrize(
    ("name", "text", "counter", "values"),
    [
        ("bitalino", "F0 7F 00 01 02 18 52", 5, [512, 513, 1, 1023, 0, 0, 0, 1]),
        ("bitalino?channels=six", "3F F8 7F 00 01 02 08 FA", 15, [512, 513, 1, 1023, 32, 63, 0, 0, 0, 0]),
    ],
)
def test_bitalino_frames_are_the_published_ones(name, text, counter, values):
    profile = load_profile(name)
    if "six" in name:
        # the published frame has the digital bits 0000
        assert list(profile.channels)[:6] == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert encode(profile, np.array(values), counter) == hex_bytes(text)
    wire = b"".join(encode(profile, np.array(values), counter + k) for k in range(4))
    frames, _ = decode(profile, wire)
    assert [frame.counter for frame in frames] == [(counter + k) % 16 for k in range(4)]
    assert frames[0].counts.tolist() == values


def test_bitalino_counts_what_its_four_bits_can_tell():
    profile = load_profile("bitalino")
    frames = [encode(profile, np.arange(8) % 2, k) for k in range(20)]
    got, counters = decode(profile, b"".join(frames[:5] + frames[7:]))
    assert len(got) == 18
    assert (counters.dropped_device, counters.junk_bytes) == (2, 0)


def test_bitalino_starts_with_one_byte_and_stops_with_another():
    board = emulate_counts(load_profile("bitalino"), np.zeros((5, 8), int))
    assert board.feed(b"\x07") == b"BITalino_v5.2\n"
    assert len(board.feed(b"\x0b")) == 16
    assert board.tick(1.0) == b""
    board.feed(b"\xc3\x3d")
    assert len(board.tick(2.0)) == 7
    board.feed(b"\x00")
    assert board.tick(3.0) == b""


# Sensel Morph


def test_sensel_pictures_survive_the_way_there_and_back():
    for values in ([0] * 9, [1] * 9, [0, 0, 16511, 127, 128, 0, 0, 0, 5], [5, 0, 0, 0, 0, 0, 0, 0, 0]):
        assert read_runs(write_runs(values), 0, 9)[0] == values


def test_a_sensel_picture_of_another_size_is_refused():
    data = write_runs([3] * 100)
    assert read_runs(data, 0, 50) is not None  # ends inside; the labels would follow
    assert read_runs(data[:-1], 0, 100) is None
    assert read_runs(write_runs([0] * 60), 0, 50) is None


def test_the_published_sensel_frame_is_read():
    frame = hex_bytes("0326001C00 0F CB 171780CD 0F00 40048011403B 03 A80A 01 02 00 8B0A 01 00 8B12 C126 86")
    frames, counters = decode(load_profile("sensel_morph"), frame)
    assert counters.bad_check == 0
    assert (frames[0].counter, frames[0].clock) == (0xCB, 0xCD801717)
    picture = frames[0].counts
    # base 3; 1320 zeros, the values 1 and 2, 1291 zeros, the value 1, 2315 zeros: 4929 cells
    assert np.flatnonzero(picture).tolist() == [1320, 1321, 2613]
    assert picture[[1320, 1321, 2613]].tolist() == [4, 5, 4]


def test_sensel_registers_are_read_and_written():
    pad = emulate_counts(load_profile("sensel_morph"), np.zeros((2, 53 * 93), np.uint16))
    assert pad.feed(bytes.fromhex("810006")) == b"\x01\x00\x06\x00S3NS31" + bytes([sum(b"S3NS31") & 0xFF])
    assert pad.feed(bytes.fromhex("812600")) == b""
    assert pad.tick(1.0) == b""
    # a wrong check value is not acknowledged
    assert pad.feed(bytes.fromhex("0125010102")) == b""
    assert pad.feed(bytes.fromhex("0125010101")) == b"\x05\x25"
    pad.feed(bytes.fromhex("812600"))
    assert len(decode(load_profile("sensel_morph"), pad.tick(2.0))[0]) == 1


# Force, there and back


@pytest.mark.parametrize("name", ["mobbo", "tecgihan", "tecgihan?setup=two_1000hz", "load_cells_ascii", "bota_sensone"])
def test_force_survives_the_way_through_a_devices_channels(name):
    profile = load_profile(name)
    rng = np.random.default_rng(5)
    force_n, moment_nmm = np.zeros((50, 3)), np.zeros((50, 3))
    force_n[:, 2] = rng.uniform(200, 1000, 50)
    moment_nmm[:, :2] = rng.uniform(-30_000, 30_000, (50, 2))
    made = force_recordings(profile, counts_for(profile, force_n, moment_nmm), np.arange(50.0))[0]
    # rounding: 16-bit steps of a tenth of a newton and 10 N mm, whole grams at 255 mm, float32 elsewhere
    np.testing.assert_allclose(made.force_n[:, 2], force_n[:, 2], atol=0.06)
    np.testing.assert_allclose(made.moment_nmm[:, :2], moment_nmm[:, :2], atol=6)
    np.testing.assert_allclose(
        center_of_pressure_mm(made)[:, 0], -moment_nmm[:, 1] / force_n[:, 2], atol=0.1, err_msg="x = -My / Fz"
    )


def test_channels_without_a_plate_say_what_is_missing():
    with pytest.raises(ProfileError, match=r"has channels, but no \[\[plate\]\]"):
        force_recordings(load_profile("optoforce_3d"), np.zeros((2, 3)), np.arange(2.0))
