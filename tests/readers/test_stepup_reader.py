import tracemalloc

import numpy as np
import pytest
from damage import check_survival
from exported_files import npz_bytes, unpacked_npz, walkway

from footload.errors import UnknownFormatError, UnreadableTrialError
from footload.readers import read, sparse_frames, stepup
from footload.recordings import Side
from footload.trials import Task

HEADER = "ParticipantID,FootstepID,PassID,Side,StartFrame,EndFrame,Exclude"


@pytest.fixture
def written(tmp_path):
    def write(array: np.ndarray, name: str = "trial.npz", table: str = ""):
        path = tmp_path / name
        path.write_bytes(npz_bytes(arr_0=array))
        if table:
            (tmp_path / "metadata.csv").write_text(f"{HEADER}\n{table}\n", encoding="utf-8")
        return path

    return write


def test_a_walkway_is_cropped_to_what_was_loaded_and_stays_in_its_place(written):
    images = walkway(4)
    trial = read(written(images))
    recording = trial.pressure
    assert recording.layout.grid == (13, 4)
    np.testing.assert_array_equal(recording.images, images[:, 100:113, 50:54])
    assert recording.layout.x_mm[0] == pytest.approx(50.5 * 5)
    assert recording.layout.y_mm[0] == pytest.approx(100.5 * 5)
    assert recording.sampling_rate_hz == pytest.approx(100)
    assert recording.pressure_kpa.dtype == np.float32
    assert trial.task is Task.UNKNOWN  # too short for one of the set's walks


def test_an_empty_walkway_is_a_trial_of_zeros(written):
    recording = read(written(walkway(3) * 0)).pressure
    assert recording.n_frames == 3
    assert not recording.pressure_kpa.any()


def test_a_walkway_that_does_not_fit_is_cut_into_its_passes(written, monkeypatch):
    monkeypatch.setattr(sparse_frames, "ONE_WINDOW", 100)
    images = np.zeros((80, 720, 240), np.float32)
    images[5:15, 10:20, 30:34] = 50
    images[50:60, 600:620, 200:210] = 60
    first, second = read(written(images)).pressures
    np.testing.assert_allclose(first.time_s[[0, -1]], [0.04, 0.15])  # a frame without load on each side
    np.testing.assert_allclose(second.time_s[[0, -1]], [0.49, 0.60])
    assert first.layout.grid == (10, 4)
    assert second.layout.grid == (20, 10)
    np.testing.assert_array_equal(second.images[1:-1], images[50:60, 600:620, 200:210])
    assert not second.images[[0, -1]].any()


def test_a_long_walk_is_streamed_within_a_fraction_of_its_size(tmp_path):
    """300 frames are 207 MB of numbers; a walk of 9000 is read the same way."""
    images = np.zeros((300, 720, 240), np.float32)
    for frame in range(300):
        images[frame, 2 * frame : 2 * frame + 50, 100:120] = 30
    path = tmp_path / "trial.npz"
    path.write_bytes(npz_bytes(arr_0=images))
    del images
    tracemalloc.start()
    recording = stepup.load(path).pressure
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert recording.n_frames == 300
    assert peak < 100 << 20


def test_a_standing_trial_of_180_cells_is_read(written):
    images = np.zeros((3, 180, 180), np.float32)
    images[:, 80:100, 60:70] = 20
    assert read(written(images, "preprocessed.npz")).pressure.layout.grid == (20, 10)


def footsteps():
    steps = np.zeros((3, 101, 75, 40), np.float32)
    for step in range(3):
        steps[step, 10:90, 5:30, 10:20] = 100 + step  # row 0 is at the toes
    return steps


def test_footsteps_get_side_and_time_from_their_table(written):
    table = "7,0,0,Left,300,360,0\n7,1,0,Right,100,170,0\n7,2,0,Left,500,560,1"
    trial = read(written(footsteps(), "pipeline_1.npz", table))
    assert [recording.side for recording in trial.pressures] == [Side.RIGHT, Side.LEFT]  # in order of time
    np.testing.assert_allclose(trial.pressures[0].time_s[[0, -1]], [1.0, 1.7])
    np.testing.assert_array_equal(trial.pressures[0].images, footsteps()[1][:, ::-1])
    assert trial.task is Task.WALKING
    assert "1 of 3 footsteps" in trial.notes["excluded"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "metadata.csv of the same folder"),
        ("7,0,0,Left,300,360,0", "describes 1"),
        ("7,0,0,Left,300,x,0\n" * 3, "not a whole number"),
        ("7,0,0,Left,300,200,0\n" * 3, "which is no time"),
        ("7,0,0,Left,300,360,1\n" * 3, "excludes every footstep"),
    ],
)
def test_footsteps_without_a_table_that_fits_are_refused(table, told, written):
    with pytest.raises(UnreadableTrialError) as error:
        stepup.load(written(footsteps(), "pipeline_1.npz", table.strip()))
    assert told in str(error.value)


def test_shares_are_never_passed_off_as_pressures(written):
    with pytest.raises(UnreadableTrialError, match=r"open pipeline_1\.npz"):
        stepup.load(written(footsteps() / 200, "pipeline_2.npz", "7,0,0,Left,300,360,0\n" * 2 + "7,0,0,Left,300,360,0"))


def test_arrays_of_other_shapes_or_names_are_not_claimed(written, tmp_path):
    with pytest.raises(UnknownFormatError):
        read(written(np.zeros((3, 50, 50), np.float32)))
    (tmp_path / "other.npz").write_bytes(npz_bytes(pressure=walkway(1)))
    with pytest.raises(UnknownFormatError):
        read(tmp_path / "other.npz")


def test_what_is_no_pressure_is_named_with_its_frame(written):
    for wrong in (np.nan, -3, np.inf):
        images = walkway(3)
        images[2, 5, 5] = wrong
        with pytest.raises(UnreadableTrialError, match="frame 2 holds"):
            stepup.load(written(images))


def test_an_array_that_says_more_than_it_holds_is_refused(tmp_path):
    path = tmp_path / "trial.npz"
    data = unpacked_npz(arr_0=walkway(1))
    path.write_bytes(data.replace(b"(1, 720, 240)", b"(9, 720, 240)"))
    with pytest.raises(UnreadableTrialError):
        stepup.load(path)


def test_objects_that_python_would_have_to_run_are_never_loaded(tmp_path):
    path = tmp_path / "trial.npz"
    path.write_bytes(unpacked_npz(arr_0=np.array([{"a": 1}], dtype=object)))
    with pytest.raises(UnreadableTrialError):
        stepup.load(path)


def test_damage_to_a_balance_trial_is_read_or_refused_with_one_sentence(tmp_path):
    images = np.zeros((1, 180, 180), np.float32)
    images[:, 80:83, 60:63] = 20
    assert check_survival(stepup.reader, npz_bytes(arr_0=images), tmp_path).share_read < 0.9
