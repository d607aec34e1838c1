import numpy as np
import pytest
from exported_files import SWING_TOML, foot_images, swing_text

from footload.errors import UnreadableTrialError
from footload.readers import read, swing_catalyst

IMAGES = np.concatenate([foot_images(), np.zeros((1, 8, 5))])


@pytest.fixture
def written(tmp_path):
    def write(text: str, description: str = SWING_TOML):
        path = tmp_path / "swing.tsv"
        path.write_text(text, encoding="utf-8")
        if description:
            path.with_suffix(".toml").write_text(description, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("between", [",", ";", " ", "\t"])
@pytest.mark.parametrize("first", [0, 1])
def test_rows_that_are_left_out_carry_no_load(between, first, written):
    recording = read(written(swing_text(IMAGES, between=between, first=first))).pressure
    np.testing.assert_allclose(recording.images, IMAGES, rtol=1e-6)
    np.testing.assert_allclose(recording.time_s, np.arange(6) * 0.01, rtol=1e-12)
    assert recording.layout.pitch_mm == pytest.approx((12, 10))


def test_values_are_divided_by_their_scale_and_turned_into_kpa(written):
    recording = read(written(swing_text(IMAGES, unit="N/cm2", scale=4))).pressure
    np.testing.assert_allclose(recording.images, IMAGES * 10, rtol=1e-6)


def test_an_unknown_unit_gives_counts(written):
    assert not read(written(swing_text(IMAGES, unit="ADC"))).pressure.calibrated


def test_steps_of_ten_are_milliseconds_and_that_is_said(written):
    trial = read(written(swing_text(IMAGES, step=10)))
    assert trial.pressure.time_s[-1] == pytest.approx(0.05)
    assert "milliseconds" in trial.notes["time"]


def test_the_description_turns_rows_and_columns(written):
    text = SWING_TOML + 'first_row = "toes"\nfirst_column = "right"\n'
    recording = read(written(swing_text(IMAGES), text)).pressure
    np.testing.assert_allclose(recording.images, IMAGES[:, ::-1, ::-1], rtol=1e-6)


def test_without_a_description_the_size_of_a_cell_is_not_invented(written):
    with pytest.raises(UnreadableTrialError, match=r"how large its cells are; describe it in swing\.toml"):
        read(written(swing_text(IMAGES), ""))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\t8\t5\tkPa", "\t9\t5\tkPa", "another than before"),
        ("\tkPa\t10", "\tkPa\t0", "the scale 0"),
        ("\tkPa\t10", "\tkPa\tx", "scale in line"),
        ("1000,2000", "1000", "with 4 values"),
        ("1000,2000", "1000,-2000", "no pressure"),
        ("\t5\t0,1000", "\t99\t0,1000", "is row 99"),
        ("0.02\t", "0.001\t", "goes back in time"),
        ("\tkPa\t10\t5", "", "cut off"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    text = swing_text(IMAGES)
    at = text.rindex(old) if "values" not in told else text.index(old)
    with pytest.raises(UnreadableTrialError) as error:
        swing_catalyst.load(written(text[:at] + new + text[at + len(old) :]))
    assert told in str(error.value)
