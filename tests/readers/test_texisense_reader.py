import numpy as np
import pytest
from exported_files import mat_images, texisense_bytes

from footload.errors import UnknownFormatError, UnreadableTrialError
from footload.readers import read, texisense

IMAGES = mat_images()


@pytest.fixture
def written(tmp_path):
    def write(data: bytes):
        path = tmp_path / "mat.bin"
        path.write_bytes(data)
        return path

    return write


def test_counts_are_turned_into_the_plate_frame_and_stay_counts(written):
    recording = read(written(texisense_bytes(IMAGES))).pressure
    np.testing.assert_array_equal(recording.images, IMAGES)
    assert not recording.calibrated
    assert recording.pressure_unit == "counts"


def test_the_turn_is_that_of_the_open_example(written):
    """Three turns by 90 degrees show the mat from above with the toes below: seen from behind, columns are mirrored."""
    raw = np.zeros((64, 64), np.uint8)
    raw[10, 40] = 7
    recording = read(written(bytes([20]) + raw.tobytes())).pressure
    np.testing.assert_array_equal(recording.images[0], np.rot90(raw, 3)[:, ::-1])


def test_times_are_the_sums_of_the_steps(written):
    time_s = read(written(texisense_bytes(IMAGES, [99, 20, 35]))).pressure.time_s
    np.testing.assert_allclose(time_s, [0, 0.020, 0.055], rtol=1e-12)


def test_noisy_rows_and_columns_at_the_edges_never_count(written):
    images = IMAGES.copy()
    images[:, 0, :] = images[:, :, 63] = 9
    recording = read(written(texisense_bytes(images))).pressure
    valid = recording.valid.reshape(64, 64)
    assert not valid[:3].any()
    assert not valid[60:].any()
    assert not valid[:, :4].any()
    assert not valid[:, 61:].any()
    assert valid[3:60, 4:61].all()
    assert (recording.pressure_kpa @ recording.force_per_unit)[0] == IMAGES[0].sum()


def test_files_of_another_size_or_full_of_load_are_not_claimed(written):
    with pytest.raises(UnknownFormatError):
        read(written(texisense_bytes(IMAGES) + b"\0"))
    with pytest.raises(UnknownFormatError):
        read(written(bytes([5]) * 4097))


def test_damage_is_named(written):
    with pytest.raises(UnreadableTrialError, match="after frame 2"):
        texisense.load(written(texisense_bytes(IMAGES)[:-5]))
    with pytest.raises(UnreadableTrialError, match="frame 3 has no time"):
        texisense.load(written(texisense_bytes(IMAGES, [20, 20, 0])))
    with pytest.raises(UnreadableTrialError, match="no mat with feet"):
        texisense.load(written(bytes([5]) * 4097))
