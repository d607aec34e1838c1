"""The container: what is written comes back, another library reads the same, and damage is told in one sentence."""

import faulthandler

import ezc3d
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.c3d.container import parse_container
from footload.c3d.events import C3dEvent
from footload.c3d.numbers import Processor, decode_floats, decode_integers, encode_floats, encode_integers
from footload.c3d.parameters import DamagedC3dError
from footload.c3d.writing import C3dContent, C3dStorage, encode_container
from footload.errors import UnreadableTrialError
from footload.readers.c3d import load
from footload.synthetic.plates import PlateFileOptions, plate_c3d, standing_load
from footload.trials import Trial

RNG = np.random.default_rng(7)
POINTS = RNG.uniform(-2000, 2000, (12, 5, 3)).astype(np.float32).astype(np.float64)
POINTS[3, 2] = np.nan
ANALOG = RNG.uniform(-900, 900, (48, 7)).astype(np.float32).astype(np.float64)
CONTENT = C3dContent(
    50.0,
    POINTS,
    ["LHEE", "LTOE", "RHEE", "RTOE", "C7"],
    ANALOG,
    [f"channel {i}" for i in range(7)],
    ["N"] * 7,
    events=[C3dEvent(0.02, "Foot Strike", "Left"), C3dEvent(61.5, "Foot Off", "Right")],
)


def test_dec_floats_by_hand():
    """1.0 is 0x4080 0000 as DEC writes it: two words, the high one first, exponent excess 128."""
    assert decode_floats(bytes([0x80, 0x40, 0, 0]), Processor.DEC).tolist() == [1.0]
    assert decode_floats(bytes([0x20, 0xC1, 0, 0]), Processor.DEC).tolist() == [-2.5]
    assert decode_floats(bytes(4), Processor.DEC).tolist() == [0.0]


def test_whole_numbers_by_hand():
    assert decode_integers(bytes([1, 2]), Processor.INTEL).tolist() == [513]
    assert decode_integers(bytes([1, 2]), Processor.MIPS).tolist() == [258]
    assert decode_integers(bytes([255, 255]), Processor.DEC).tolist() == [-1]
    assert decode_integers(bytes([255, 255]), Processor.DEC, unsigned=True).tolist() == [65535]
    assert encode_integers(np.array([-1, 65535]), Processor.MIPS) == bytes([255] * 4)


@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32)), st.sampled_from(list(Processor)))
def test_floats_of_every_processor_come_back(values, processor):
    numbers = np.array(values, np.float32)
    numbers[np.abs(numbers) < 1e-30] = 0  # below what a DEC number holds
    np.testing.assert_array_equal(decode_floats(encode_floats(numbers, processor), processor), numbers)


@pytest.mark.parametrize("processor", list(Processor))
def test_points_channels_labels_and_events_come_back(processor):
    file = parse_container(encode_container(CONTENT, C3dStorage(processor)))
    assert (file.n_frames, file.n_points, file.n_channels, file.samples_per_frame) == (12, 5, 7, 4)
    assert (file.frame_rate_hz, file.analog_rate_hz) == (50.0, 200.0)
    np.testing.assert_array_equal(file.points(), POINTS)
    np.testing.assert_array_equal(file.analog(), ANALOG)
    np.testing.assert_array_equal(file.analog([6, 0]), ANALOG[:, [6, 0]])
    assert file.point_labels == tuple(CONTENT.point_labels)
    assert [(round(e.time_s, 5), e.label, e.context) for e in file.events] == [
        (0.02, "Foot Strike", "Left"),
        (61.5, "Foot Off", "Right"),
    ]
    assert file.notes == ()


@pytest.mark.parametrize("processor", list(Processor))
def test_whole_numbers_come_back_within_half_a_step(processor):
    file = parse_container(encode_container(CONTENT, C3dStorage(processor, integers=True)))
    step = np.nanmax(np.abs(POINTS)) / 32000
    np.testing.assert_allclose(file.points(), POINTS, atol=0.51 * step)
    np.testing.assert_allclose(file.analog(), ANALOG, atol=0.51 * np.abs(ANALOG).max() / 32000)


def test_another_library_reads_the_same(tmp_path):
    path = tmp_path / "written.c3d"
    path.write_bytes(encode_container(CONTENT))
    theirs = ezc3d.c3d(str(path))
    np.testing.assert_array_equal(theirs["data"]["points"][:3].transpose(2, 1, 0), POINTS)
    np.testing.assert_array_equal(theirs["data"]["analogs"][0].T, ANALOG)
    assert theirs["parameters"]["POINT"]["LABELS"]["value"] == CONTENT.point_labels
    assert theirs["parameters"]["EVENT"]["LABELS"]["value"] == ["Foot Strike", "Foot Off"]


def test_what_another_library_writes_is_read_the_same(tmp_path):
    theirs = ezc3d.c3d()
    theirs["parameters"]["POINT"]["RATE"]["value"] = [50.0]
    theirs["parameters"]["POINT"]["LABELS"]["value"] = CONTENT.point_labels
    theirs["data"]["points"] = np.concatenate([POINTS.transpose(2, 1, 0), np.ones((1, 5, 12))])
    theirs["parameters"]["ANALOG"]["RATE"]["value"] = [200.0]
    theirs["parameters"]["ANALOG"]["LABELS"]["value"] = CONTENT.analog_labels
    theirs["data"]["analogs"] = ANALOG.T[np.newaxis]
    path = tmp_path / "theirs.c3d"
    theirs.write(str(path))
    file = parse_container(path.read_bytes())
    np.testing.assert_array_equal(file.points(), POINTS)
    np.testing.assert_allclose(file.analog(), ANALOG, rtol=1e-6)
    assert file.point_labels == tuple(CONTENT.point_labels)


def test_more_than_255_labels_are_continued():
    labels = [f"marker {i}" for i in range(600)]
    content = C3dContent(10.0, np.ones((1, 600, 3)), labels, np.ones((1, 300)), [f"a{i}" for i in range(300)])
    file = parse_container(encode_container(content))
    assert file.point_labels == tuple(labels)
    assert file.analog_labels[299] == "a299"
    np.testing.assert_array_equal(file.analog(), np.ones((1, 300)))


def test_more_than_65535_frames():
    content = C3dContent(100.0, n_frames=70_000, analog=np.arange(70_000.0)[:, None], analog_labels=["a"])
    file = parse_container(encode_container(content))
    assert file.n_frames == 70_000
    assert file.analog()[-1, 0] == 69_999
    assert any("70000 were read" in note for note in file.notes)


def test_unsigned_offsets_and_values():
    groups = {
        "ANALOG": {
            "SCALE": np.array([0.5]),
            "OFFSET": np.array([-25536]),  # 40000 when it is read as unsigned
            "FORMAT": ["UNSIGNED"],
            "GEN_SCALE": np.array([2.0]),
        }
    }
    content = C3dContent(
        100.0, analog=np.array([[25_000.0], [20_000.0]]), analog_labels=["a"], n_frames=2, groups=groups
    )
    file = parse_container(encode_container(content, C3dStorage(integers=True)))
    # Stored are 50000 and 40000 (value / SCALE); read: (stored - 40000) x 0.5 x 2.
    assert file.analog()[:, 0].tolist() == [10_000.0, 0.0]


def test_a_negative_scale_turns_a_channel_round():
    content = C3dContent(
        100.0,
        analog=np.array([[131.0]]),
        analog_labels=["a"],
        n_frames=1,
        groups={"ANALOG": {"SCALE": np.array([-131.0])}},
    )
    assert parse_container(encode_container(content)).analog().tolist() == [[131.0]]


def test_events_of_the_header_where_there_is_no_group():
    data = bytearray(encode_container(C3dContent(100.0, np.ones((3, 1, 3)), ["a"])))
    data[298:302] = encode_integers(np.array([12345, 1]), Processor.INTEL)
    data[304:308] = encode_floats(np.array([0.25]), Processor.INTEL)
    data[396:400] = b"RHS "
    assert parse_container(bytes(data)).events == (C3dEvent(0.25, "RHS", ""),)


def test_times_of_events_count_from_the_first_stored_frame(tmp_path):
    data = bytearray(encode_container(CONTENT))
    data[6:10] = encode_integers(np.array([51, 62]), Processor.INTEL)  # the capture began one second before
    path = tmp_path / "later.c3d"
    path.write_bytes(data)
    assert [round(event.time_s, 5) for event in load(path).events] == [-0.98, 60.5]


def test_labels_that_stand_twice_get_a_number(tmp_path):
    path = tmp_path / "twice.c3d"
    path.write_bytes(encode_container(C3dContent(100.0, np.ones((2, 4, 3)), ["RKNE", "RKNE", "", "RKNE #2"])))
    trial = load(path)
    assert trial.markers[0].labels == ("RKNE", "RKNE #2", "point 3", "RKNE #2 #2")
    assert any("more than once" in note for note in trial.notes.values())


def test_names_of_subjects_are_private(tmp_path):
    from footload.readers import read

    path = tmp_path / "named.c3d"
    groups = {"SUBJECTS": {"NAMES": ["Jane Doe"], "USED": np.array([1])}}
    path.write_bytes(encode_container(C3dContent(100.0, np.ones((2, 1, 3)), ["a"], groups=groups)))
    assert "Jane" not in repr(read(path))
    assert "Jane Doe" in repr(read(path, keep_private=True).notes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d[:1000], "was cut off"),
        (lambda d: d[:1] + b"\0" + d[2:], "does not begin like"),
        (lambda d: b"\x01" + d[1:], "begin in block 1"),
        (lambda d: d[:515] + b"\x07" + d[516:], "processor 7"),
        (lambda d: d[:2] + bytes(4) + d[6:], "neither points nor analog"),
        (lambda d: d[:18] + b"\x03\0" + d[20:], "do not divide into 3"),
        (lambda d: d[:-2000], "was cut off"),
        (lambda d: d[:16] + b"\x01\0" + d[18:], "before its parameters"),
    ],
)
def test_damage_is_told_in_one_sentence(tmp_path, change, words):
    data = encode_container(CONTENT).rstrip(b"\0")
    path = tmp_path / "damaged.c3d"
    path.write_bytes(change(data))
    with pytest.raises(UnreadableTrialError, match=words) as error:
        load(path)
    assert "\n" not in str(error.value)


def test_content_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="5 analog samples do not divide into 2 frames"):
        encode_container(C3dContent(10.0, analog=np.ones((5, 1)), analog_labels=["a"], n_frames=2))
    with pytest.raises(ValueError, match="0 frames"):
        encode_container(C3dContent(10.0))


# Damage, seeded -----------------------------------------------------------------------------------------------------


def tiny_files() -> list[bytes]:
    load_ = standing_load(0.01)
    marks = np.ones((1, 2, 3))
    kinds = [PlateFileOptions(kind, storage=C3dStorage(processor)) for kind in (1, 2, 3, 4) for processor in Processor]
    kinds += [PlateFileOptions(2, storage=C3dStorage(Processor.INTEL, integers=True), zero=(1, 1))]
    return [plate_c3d(load_, options, points_mm=marks, point_labels=("LHEE", "LTOE")) for options in kinds] + [
        encode_container(CONTENT)
    ]


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Change, remove, insert, repeat or cut, mostly where the structure is."""
    content = bytearray(data)
    structure = min(len(content), 512 * (content[16] or 2))
    for _ in range(int(rng.integers(1, 5))):
        at = int(rng.integers(0, structure if rng.random() < 0.9 else len(content) or 1))
        match int(rng.integers(0, 6)):
            case 0 | 1 | 2 if at < len(content):
                content[at] = int(rng.choice([0, 1, 127, 128, 255, int(rng.integers(0, 256))]))
            case 3:
                del content[at : at + int(rng.integers(1, 40))]
            case 4:
                content[at:at] = rng.bytes(int(rng.integers(1, 20)))
            case _:
                del content[max(at, 3) :]
    return bytes(content)


def trial_or_error(path):
    try:
        return load(path)
    except UnreadableTrialError as error:
        return error


def test_5000_damaged_files_end_in_a_trial_or_one_sentence(tmp_path):
    rng = np.random.default_rng(20240605)
    files = tiny_files()
    path = tmp_path / "damaged.c3d"
    outcomes = {"trial": 0, "sentence": 0}
    faulthandler.dump_traceback_later(120, exit=True)  # a hang ends the run and shows where
    try:
        for number in range(5000):
            path.write_bytes(damaged(files[number % len(files)], rng))
            outcome = trial_or_error(path)
            if isinstance(outcome, Trial):
                outcomes["trial"] += 1
            else:
                assert str(outcome).startswith("damaged.c3d: ")
                assert "\n" not in str(outcome)
                outcomes["sentence"] += 1
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert min(outcomes.values()) > 500, outcomes  # the damage neither misses nor destroys everything


def test_a_part_of_a_sentence_is_what_the_container_raises():
    with pytest.raises(DamagedC3dError, match="second byte is 0x50"):
        parse_container(b"not a c3d file" * 100)
