"""Every bundled profile: its own vectors, its emulator, its encoder and its decoder tell the same story."""

import numpy as np
import pytest

from devices.emulator import emulate_counts, standing_device
from devices.framing.decoder import Decoder, decode, failed_vectors
from devices.framing.encoder import encode
from devices.profile import bundled_profiles, load_profile, parse_profile
from footload.errors import ProfileError

NAMES = sorted(bundled_profiles())
DRIVERS = {"amti", "tecgihan", "mobbo", "bitalino", "sensel"}


def variants():
    """Every profile with every choice of every option."""
    for name in NAMES:
        yield name
        for option in load_profile(name).option:
            yield from (f"{name}?{option.name}={choice}" for choice in option.choices if choice != option.default)


def counts_for_test(profile, n_frames=24):
    rng = np.random.default_rng(3)
    n = n_frames * profile.samples
    most = min(profile.count_max, 250)
    counts = rng.integers(0, most + 1, (n, profile.n_values)) * (rng.random((n, profile.n_values)) < 0.2)
    if profile.decoder == "bitalino":
        # four bits, and before them A5 and A6 of six
        counts[:, -4:] = counts[:, -4:] > 0
        counts[:, 4:-4] %= 64
    return counts.astype(np.int32)


def talk(profile, device):
    """Play the host: start the device, ask where it wants to be asked, and decode."""
    decoder, frames = Decoder(profile), []
    answered = []
    for step in profile.script.start:
        answered.append(step.understood(device.feed(step.request)))
    now_s, period_s = 0.0, 1.001 / profile.time.rate_hz * profile.samples
    for turn in range(200):
        if profile.flow.mode == "poll" or (profile.flow.mode == "credit" and turn):
            device.feed(profile.flow.request_hex)
        now_s += period_s
        frames += decoder.feed(device.tick(now_s), round(now_s * 1e9))
        if device.finished:
            break
    return answered, frames + decoder.finish(), decoder.counters


@pytest.mark.parametrize("name", [*variants()])
def test_what_the_emulator_measures_comes_out_of_the_decoder(name):
    profile = load_profile(name)
    counts = counts_for_test(profile)
    answered, frames, counters = talk(profile, emulate_counts(profile, counts))
    assert None not in answered
    # Of lines the first is thrown away: a host usually joins in its middle.
    first = 1 if profile.framing.kind == "lines" else 0
    np.testing.assert_array_equal(np.stack([frame.counts for frame in frames]), counts[first * profile.samples :])
    assert counters.damaged == counters.bad_header == counters.dropped_device == counters.resyncs == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_says_where_its_facts_are_from_and_what_was_checked(name):
    profile = load_profile(name)
    assert failed_vectors(profile) == []
    assert profile.source
    if profile.decoder or profile.certainty not in {"verified", "simulated"}:
        assert profile.checked
    if profile.decoder:
        assert "emulator-tested" in profile.checked


@pytest.mark.parametrize("name", NAMES)
def test_every_single_damaged_byte_is_survived(name):
    profile = load_profile(name)
    wire = b"".join(vector.bytes_hex for vector in profile.test.vector)[:600]
    for place in range(0, len(wire), max(len(wire) // 60, 1)):
        for damaged in (wire[:place] + wire[place + 1 :], wire[:place] + b"\xff" + wire[place:]):
            _, counters = decode(profile, damaged)
            unused = counters.answer_bytes + counters.junk_bytes + counters.incomplete_bytes
            assert counters.bytes_in == counters.frame_bytes + unused


def test_there_are_enough_profiles_and_every_driver_has_one():
    drivers = {load_profile(name).decoder for name in NAMES}
    assert drivers - {None} == DRIVERS
    assert sum(load_profile(name).decoder is None for name in NAMES) >= 14


CONFLICTS = {
    "dividat_flex_v6": "index_order",
    "jq_64": "pitch",
    "jq_32": "line_order",
    "insole_18": "byte_order",
    "sensitronics_rle": "values",
    "mobbo": "time_unit",
    "amti_accusway_plus": "speed",
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_where_sources_contradict_each_other_there_is_a_choice(name):
    (option,) = [option for option in load_profile(name).option if option.name == CONFLICTS[name]]
    assert option.why


def test_the_byte_order_of_the_18_point_insole_changes_its_values():
    vector = load_profile("insole_18").test.vector[0].bytes_hex
    big, little = (decode(load_profile(f"insole_18?byte_order={order}"), vector)[0] for order in ("big", "little"))
    np.testing.assert_array_equal(big[0].counts, np.arange(18) * 100)
    np.testing.assert_array_equal(little[0].counts, (np.arange(18) * 100).astype(">u2").view("<u2"))


def test_the_lines_of_the_jq_bed_are_turned_as_its_makers_do():
    profile = load_profile("jq_32?line_order=bed")
    wire = b"\xaa\x55\x03\x99" + np.repeat(np.arange(32, dtype=np.uint8), 32).tobytes() + b"\xaa\x55\x03\x99"
    rows = decode(profile, wire)[0][0].counts.reshape(32, 32)[:, 0]
    # rows 0 to 14 reversed, then these 15 moved to the end
    assert rows.tolist() == [*range(15, 32), *range(14, -1, -1)]


def test_the_jq_insole_shows_its_published_places_first():
    for side, places in (("left", (224, 208, 192, 176, 160, 144, 223)), ("right", (23, 7, 247, 231, 215, 199, 24))):
        profile = load_profile(f"jq_insole?side={side}")
        assert profile.payload.index_map[:7] == tuple(place - 1 for place in places)
        assert profile.side == side


def test_rle_frames_are_those_of_the_tutorial():
    profile = load_profile("sensitronics_rle")
    counts = np.zeros(160, np.uint8)
    counts[[5, 6, 159]] = 10, 254, 7
    assert encode(profile, counts).hex(" ") == "00 05 0a fe 00 98 07 ff"


def test_a_run_of_300_zeros_is_cut_at_254():
    text = load_profile("sensitronics_rle").text.replace("shape = [10, 16]", "shape = [15, 20]")
    assert encode(parse_profile(text), np.zeros(300, np.uint8)).hex(" ") == "00 fe 00 2e ff"


def test_an_unknown_unit_of_a_calibration_is_refused(tmp_path):
    text = load_profile("mobbo").text.replace('unit = "kg"', 'unit = "stone"')
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ProfileError, match="stone"):
        load_profile(tmp_path / "mine.toml")


@pytest.mark.parametrize("name", [name for name in NAMES if load_profile(name).plate])
def test_somebody_stands_on_every_force_device(name):
    profile = load_profile(name)
    device = standing_device(profile, duration_s=max(0.5, 3 * profile.samples / profile.time.rate_hz))
    _, frames, counters = talk(profile, device)
    assert frames
    assert counters.damaged == 0
