import gzip
import json

import numpy as np
import pytest
from damage import check_survival
from exported_files import foot_images, zebris_content

from footload.errors import UnreadableTrialError
from footload.readers import read, zebris

IMAGES = np.zeros((6, 20, 12))
IMAGES[:5, 4:12, 3:8] = foot_images()[:, ::-1] / 10  # row 0 at the heel


@pytest.fixture
def written(tmp_path):
    def write(content, *, packed=False):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path = tmp_path / ("stand.json.gz" if packed else "stand.json")
        path.write_bytes(gzip.compress(data) if packed else data)
        return path

    return write


@pytest.mark.parametrize("packed", [True, False])
def test_windows_of_every_sample_lie_where_they_were_on_the_plate(packed, written):
    trial = read(written(zebris_content(IMAGES), packed=packed))
    recording = trial.pressure
    assert trial.name == "stand"
    rows, cols = recording.layout.grid
    whole = np.zeros_like(IMAGES)
    row, col = round(recording.layout.y_mm[0] / 8.47 - 0.5), round(recording.layout.x_mm[0] / 8.47 - 0.5)
    whole[:, row : row + rows, col : col + cols] = recording.images
    np.testing.assert_allclose(whole, IMAGES * 10, rtol=1e-6)  # N/cm2 are 10 kPa; numbers of 4 bytes
    assert recording.sampling_rate_hz == pytest.approx(100)
    assert recording.n_frames == 6


def test_a_sample_without_load_is_a_frame_of_zeros(written):
    assert not read(written(zebris_content(IMAGES))).pressure.pressure_kpa[5].any()


def test_an_empty_plate_is_a_trial_too(written):
    assert not read(written(zebris_content(IMAGES * 0))).pressure.pressure_kpa.any()


@pytest.mark.parametrize(("unit", "factor"), [("kPa", 1.0), ("N/cm²", 10.0), ("mmHg", 0.133322)])
def test_the_unit_of_the_file_is_obeyed(unit, factor, written):
    recording = read(written(zebris_content(IMAGES, pressure_unit=unit))).pressure
    assert recording.pressure_kpa.max() == pytest.approx(IMAGES.max() * factor, rel=1e-6)


def test_an_unknown_unit_gives_counts_and_a_missing_one_is_said(written):
    assert not read(written(zebris_content(IMAGES, pressure_unit="raw"))).pressure.calibrated
    content = zebris_content(IMAGES)
    del content["pressure_unit"]
    assert "names no unit" in read(written(content)).notes["unit"]


def test_a_running_belt_is_said(written):
    content = zebris_content(IMAGES)
    for sample in content["samples"]:
        sample["velocity"] = 1.2
    assert "median 1.2 m/s" in read(written(content)).notes["belt"]
    assert "belt" not in read(written(zebris_content(IMAGES))).notes


def broken(**changes):
    content = zebris_content(IMAGES)
    content["samples"][1].update(changes)
    return content


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (broken(size={"x": 2, "y": 2}), "sample 2 has"),
        (broken(origin={"x": 11, "y": 2}), "the plate has 12 x 20"),
        (broken(origin=None), "'origin' of sample 2"),
        (broken(pressure=["a"]), "not all numbers"),
        (broken(pressure=None), "no list of pressures"),
        (zebris_content(IMAGES, samples=[]), "no samples"),
        (zebris_content(IMAGES, samples=[1]), "sample 1 is no sample"),
        (zebris_content(IMAGES, frequency="fast"), "'frequency'"),
        (zebris_content(IMAGES, frequency=True), "'frequency'"),
        (zebris_content(IMAGES, cell_count={"x": 12.5, "y": 20}), "not a whole number"),
        (zebris_content(IMAGES, cell_size={"x": 0, "y": 8}), "'cell_size'"),
        ([1, 2], "not a zebris measurement"),
        (b'{"cell_count": {"x": 1', "no whole JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe\x00", "not text"),
        (b"9" * 10_000, "no JSON"),
    ],
)
def test_what_is_damaged_is_named(content, told, written):
    with pytest.raises(UnreadableTrialError) as error:
        zebris.load(written(content))
    assert told in str(error.value)


def test_the_steps_of_a_report_are_told_from_samples(written):
    content = {key: value for key, value in zebris_content(IMAGES).items() if key != "samples"} | {"events": []}
    path = written(content)
    assert zebris.recognises(path.read_bytes()[:4096], path)
    with pytest.raises(UnreadableTrialError, match="open the file of raw samples"):
        zebris.load(path)


def test_a_gzip_that_is_cut_off_is_one_sentence(written):
    path = written(zebris_content(IMAGES), packed=True)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableTrialError, match="cut off or damaged"):
        zebris.load(path)


def test_damage_to_the_text_itself_is_read_or_refused_with_one_sentence(tmp_path):
    content = json.dumps(zebris_content(IMAGES), indent=1).encode()
    assert check_survival(zebris.reader, content, tmp_path).share_read < 0.9
