import re
from pathlib import Path

import numpy as np
import pytest

from devices.framing.decoder import failed_vectors
from devices.parts import hex_bytes
from devices.profile import bundled_profiles, load_profile, parse_profile
from footload.errors import ProfileError

BUNDLED = sorted(bundled_profiles())


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_profile_passes_its_own_vectors(name):
    profile = load_profile(name)
    assert profile.test.vector
    assert failed_vectors(profile) == []


@pytest.mark.parametrize("name", BUNDLED)
def test_every_choice_of_every_option_is_a_valid_profile(name):
    profile = load_profile(name)
    for option in profile.option:
        for choice in option.choices:
            assert load_profile(name, {option.name: choice}).choices[option.name] == choice


def test_a_vector_that_states_the_wrong_sum_is_found(small_mat):
    wrong = parse_profile(small_mat.text.replace("sum = 0", "sum = 1"))
    assert "states 1 and 1" in failed_vectors(wrong)[0]


def test_an_unknown_key_is_named_with_its_file_and_the_nearest_known_key(tmp_path, small_mat):
    path = tmp_path / "mine.toml"
    path.write_text(small_mat.text.replace("header_size", "heder_size"))
    with pytest.raises(ProfileError, match=r"mine\.toml: framing\.sync_fixed: 'heder_size'.*nearest.*'header_size'"):
        load_profile(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "sync_fixed"', 'kind = "sync_fixd"', "sync_fixd"),
        ("length = 34", "length = 35", "leaves 25 bytes .* has 24"),
        ('sync = "A55A"', 'sync = "A5G"', "not hexadecimal"),
        ("offset = 4", "offset = 6", r"time\.clock ends at byte 10"),
        ("[10.0, 10.0]", "[10.0, 0.0]", "size above 0"),
        ("coefficients = [0.0, 0.5]", "coefficients = [0.0, -0.5]", "has to rise"),
        ("schema = 1", "schema = 2", "schema"),
        ('unit = "us"', 'unit = "min"', "min"),
        ("[limits]", "[limits", "is not TOML"),
        (
            'certainty = "simulated"',
            'certainty = "simulated"\nunverified = [{key = "cells.pich", why = ""}]',
            "cells.pich",
        ),
        ("pitch_mm", "dead = [[3, 0]]\npitch_mm", "3 x 4 cells"),
        ("[framing]", "flow = {mode = 'poll'}\n[framing]", "request_hex"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused_with_a_sentence(small_mat, old, new, said):
    assert old in small_mat.text
    with pytest.raises(ProfileError, match=said):
        parse_profile(small_mat.text.replace(old, new, 1))


def test_an_unknown_profile_lists_the_known_ones():
    with pytest.raises(ProfileError, match=r"neither a file nor one of amti_accusway_plus, .*dividat_flex_v5"):
        load_profile("dividat_flex_v7")


def test_the_text_of_a_profile_makes_the_same_profile_again():
    profile = load_profile("dividat_flex_v6?index_order=row_col")
    assert parse_profile(profile.text, profile.choices) == profile
    assert profile.payload.fields[0][0] == "row"
    assert load_profile("dividat_flex_v6").payload.fields[0][0] == "col"


@pytest.mark.parametrize("query", ["index_order=diagonal", "colour=red"])
def test_an_option_or_choice_that_does_not_exist_is_refused(query):
    with pytest.raises(ProfileError, match=re.escape(query.split("=")[0])):
        load_profile(f"dividat_flex_v6?{query}")


def test_the_dividat_pitch_is_marked_unverified():
    for name in ("dividat_flex_v5", "dividat_flex_v6"):
        assert "cells.pitch_mm" in {doubt.key for doubt in load_profile(name).unverified}


def test_the_demonstration_mat_holds_a_foot_and_a_squat():
    profile = load_profile("demo_mat")
    layout = profile.layout
    assert layout.grid == (64, 96)
    assert np.ptp(layout.y_mm) + 5 == 320
    assert np.ptp(layout.x_mm) + 5 == 480
    full = profile.calibration.pressure_kpa(np.array([0, 4095], np.uint16))
    # float32 holds 800 to 6e-5
    np.testing.assert_allclose(full, [0, 800], atol=1e-4)
    assert profile.bytes_per_s == 1_230_000


def test_counts_survive_calibration_and_back():
    calibration = load_profile("demo_mat").calibration
    every = np.arange(4096, dtype=np.uint16)
    assert (calibration.counts(calibration.pressure_kpa(every), 4095) == every).all()
    assert calibration.counts(np.array([-5.0, 900.0]), 4095).tolist() == [0, 4095]


def test_a_curved_calibration_survives_too(small_mat):
    curved = parse_profile(small_mat.text.replace("[0.0, 0.5]", "[1.0, 0.1, 0.0002]")).calibration
    every = np.arange(4096, dtype=np.uint16)
    assert (curved.counts(curved.pressure_kpa(every), 4095) == every).all()
    falling = parse_profile(small_mat.text.replace("[0.0, 0.5]", "[1.0, 0.1, -0.0002]")).calibration
    with pytest.raises(ValueError, match="does not rise"):
        falling.counts(np.zeros(1), 4095)


def test_hexadecimal_text_repeats_bytes():
    assert hex_bytes("A5 | 00*3 0102*2") == bytes.fromhex("A5000000 0102 0102")


def test_bundled_profiles_are_files_with_ascii_names():
    for name, path in bundled_profiles().items():
        assert isinstance(path, Path)
        assert path.is_file()
        assert re.fullmatch(r"[a-z0-9_]+", name)
