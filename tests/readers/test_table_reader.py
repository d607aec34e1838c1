import re
from pathlib import Path

import numpy as np
import pytest
from damage import N_VARIANTS, damaged_variants, trial_or_sentence
from exported_files import foot_images, full_trial, npz_bytes, table_file

from footload.errors import RecordingError, UnknownFormatError, UnreadableTrialError
from footload.readers import read, table
from footload.readers.sidecar import Sidecar
from footload.readers.table_writing import write_table
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.trials import Task

IMAGES = foot_images()
GRID = 'footload = "table"\nrows = 8\ncolumns = 5\npitch_mm = [5.0, 6]\n'
KPA = 'unit = "kPa"\n'


def csv_text(values, names="", between=","):
    lines = [between.join(f"{value:g}" for value in row) for row in np.asarray(values)]
    return "\n".join([*([names] if names else []), *lines]) + "\n"


@pytest.fixture
def written(tmp_path):
    def write(content, description: str, name: str = "table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.with_suffix(".toml").write_text(description, encoding="utf-8")
        return path

    return write


ROWS = IMAGES.reshape(5, -1)


def test_rows_of_numbers_become_frames(written):
    recording = read(written(csv_text(ROWS), GRID + KPA + "rate_hz = 50")).pressure
    np.testing.assert_array_equal(recording.images, IMAGES)
    np.testing.assert_allclose(recording.time_s, np.arange(5) * 0.02)
    assert recording.layout.pitch_mm == pytest.approx((5, 6))


@pytest.mark.parametrize(("delimiter", "between"), [(";", ";"), ("tab", "\t"), ("space", "  ")])
def test_other_delimiters_names_and_lines_to_skip(delimiter, between, written):
    text = "made by a program\n" + csv_text(ROWS, between.join(f"c{i}" for i in range(40)), between)
    description = GRID + f'{KPA}rate_hz = 50\nskip_lines = 1\ndelimiter = "{delimiter}"'
    np.testing.assert_array_equal(read(written(text, description)).pressure.images, IMAGES)


def test_a_column_of_times_is_taken_by_its_name_wherever_it_stands(written):
    times = np.arange(5) * 20 + 300
    text = csv_text(np.column_stack([ROWS[:, :3], times, ROWS[:, 3:]]), "a,b,c,clock," + ",".join(["x"] * 37))
    recording = read(written(text, GRID + KPA + 'time = "clock"\ntime_unit = "ms"')).pressure
    np.testing.assert_allclose(recording.time_s, np.arange(5) * 0.02)
    np.testing.assert_array_equal(recording.images, IMAGES)


def test_orientation_unit_side_and_task_are_those_of_the_description(written):
    description = GRID + (
        'unit = "N/cm2"\nrate_hz = 50\nfirst_row = "toes"\nfirst_column = "right"\nside = "left"\ntask = "walking"\n'
        'missing = [0]\norigin_mm = [100.0, 200.0]\nsource = "my mat"'
    )
    trial = read(written(csv_text(ROWS), description))
    recording = trial.pressure
    np.testing.assert_allclose(recording.images, IMAGES[:, ::-1, ::-1] * 10)
    assert recording.side is Side.LEFT
    assert trial.task is Task.WALKING
    assert recording.source == "my mat"
    assert np.flatnonzero(~recording.valid).tolist() == [39]  # the first cell of the file is the last of the plate
    assert recording.layout.x_mm.min() == pytest.approx(102.5)


def test_free_places_make_an_insole(written):
    description = 'footload = "table"\nrate_hz = 10\ncells = [[10.0, 20.0, 150.0], [12, 200, 90]]\n' + KPA
    layout = read(written("1,2\n3,4\n", description)).pressure.layout
    assert layout.grid is None
    np.testing.assert_array_equal(layout.area_mm2, [150, 90])


def test_a_table_without_a_unit_is_counts(written):
    assert not read(written(csv_text(ROWS), GRID + "rate_hz = 50")).pressure.calibrated


@pytest.mark.parametrize("shape", [(5, 40), (5, 8, 5)])
def test_arrays_of_numpy_are_tables_too(shape, written):
    content = npz_bytes(p=IMAGES.reshape(shape).astype(np.int16), t=np.arange(5) * 0.1 + 3)
    recording = read(written(content, GRID + KPA + 'pressure = "p"\ntime = "t"', "a.npz")).pressure
    np.testing.assert_array_equal(recording.images, IMAGES)
    np.testing.assert_allclose(recording.time_s, np.arange(5) * 0.1)


def test_a_table_without_a_description_is_nobodys(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n", encoding="utf-8")
    (tmp_path / "a.toml").write_text('title = "something else"\n', encoding="utf-8")
    with pytest.raises(UnknownFormatError):
        read(tmp_path / "a.csv")


def test_an_unknown_key_is_named_with_the_nearest_known_one(written):
    with pytest.raises(UnreadableTrialError, match="'colums' that nobody reads; 'columns' was meant"):
        read(written(csv_text(ROWS), GRID + "rate_hz = 50\ncolums = 3"))


@pytest.mark.parametrize(
    ("text", "description", "told"),
    [
        (csv_text(ROWS), GRID, "either rate_hz or time"),
        (csv_text(ROWS), 'footload = "table"\nrate_hz = 5\n', "either rows, columns and pitch_mm"),
        (csv_text(ROWS), GRID + "rate_hz = 5\ncells = [[1.0, 1.0, 1.0]]", "either rows, columns and pitch_mm"),
        (csv_text(ROWS), GRID + 'rate_hz = "fast"', "rate_hz"),
        (csv_text(ROWS), GRID + "rate_hz = 0", "rate_hz"),
        (csv_text(ROWS), GRID + 'rate_hz = 5\nunit = "stones"', "'stones' is none of pressure"),
        (csv_text(ROWS), GRID + 'rate_hz = 5\ntask = "flying"', "'flying' is not known"),
        (csv_text(ROWS), GRID + "rate_hz = 5\nmissing = [40]", "cell 40"),
        (csv_text(ROWS), GRID + "rate_hz = 5\n[", "cannot be read"),
        (csv_text(ROWS), GRID.replace('"table"', '"swing_catalyst"') + "rate_hz = 5", "is for 'swing_catalyst'"),
        (csv_text(ROWS[:, :3]), GRID + "rate_hz = 5", "has 3 values, but the description gives 40"),
        (csv_text(-ROWS), GRID + "rate_hz = 5", "which is no pressure"),
        (csv_text(ROWS) + "1,x" + ",1" * 38, GRID + "rate_hz = 5", "not a number"),
        ("", GRID + "rate_hz = 5", "no frame"),
        (csv_text(np.column_stack([ROWS, ROWS[:, 0]])), GRID + 'time = "t"', "no column is named 't'"),
    ],
)
def test_a_table_and_a_description_that_do_not_fit_are_refused(text, description, told, written):
    with pytest.raises(UnreadableTrialError) as error:
        table.load(written(text, description))
    assert told in str(error.value)


def test_times_that_do_not_rise_are_refused(written):
    content = npz_bytes(pressure=IMAGES, t=np.array([0, 1, 1, 2, 3]))
    with pytest.raises(UnreadableTrialError, match="do not rise"):
        table.load(written(content, GRID + 'time = "t"', "a.npz"))


@pytest.mark.parametrize("name", ["out.csv", "out.npz"])
@pytest.mark.parametrize("which", [0, 2])
def test_what_is_written_as_a_table_reads_back_to_the_last_digit(name, which, tmp_path):
    recording = full_trial().recordings[which]
    assert isinstance(recording, PressureRecording)
    write_table(recording, tmp_path / name, "squat")
    trial = read(tmp_path / name)
    again = trial.pressure
    np.testing.assert_array_equal(again.pressure_kpa, recording.pressure_kpa)
    np.testing.assert_array_equal(again.valid, recording.valid)
    np.testing.assert_allclose(again.time_s, recording.time_s - recording.time_s[0], atol=1e-15)
    for place in ("x_mm", "y_mm", "area_mm2"):
        np.testing.assert_allclose(getattr(again.layout, place), getattr(recording.layout, place), rtol=1e-12)
    assert (again.layout.grid, again.side, again.calibrated) == (
        recording.layout.grid,
        recording.side,
        recording.calibrated,
    )
    assert again.in_shoe == recording.in_shoe
    assert trial.task is Task.SQUAT


def test_a_dead_cell_without_a_number_stays_dead(tmp_path):
    values = np.array([[1.0, np.nan], [2.0, np.nan]])
    layout = SensorLayout.rectangle(1, 2, 10.0)
    recording = PressureRecording(np.arange(2.0), values, layout, np.array([True, False]), source='a "mat"\nof ours')
    write_table(recording, tmp_path / "a.csv")
    again = read(tmp_path / "a.csv").pressure
    np.testing.assert_array_equal(again.pressure_kpa, values)
    np.testing.assert_array_equal(again.valid, [True, False])
    assert again.source == 'a "mat"\nof ours'


def test_a_table_never_replaces_a_file_unless_asked(tmp_path):
    recording = full_trial().pressure
    (tmp_path / "a.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"a\.toml exists already"):
        write_table(recording, tmp_path / "a.csv")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.toml"]
    write_table(recording, tmp_path / "a.csv", overwrite=True)
    assert read(tmp_path / "a.csv").pressure.n_frames == 6


def test_damaged_descriptions_are_read_or_refused_with_one_sentence(tmp_path):
    path = table_file(tmp_path)
    beside = path.with_suffix(".toml")
    n_refused = 0
    for data in damaged_variants(beside.read_bytes(), N_VARIANTS):
        beside.write_bytes(data)
        table.recognises(path.read_bytes()[:4096], path)
        n_refused += isinstance(trial_or_sentence(table.reader, path), str)
    assert n_refused > N_VARIANTS // 10


def test_the_written_page_has_an_example_that_is_read_and_names_every_key(written):
    page = (Path(__file__).resolve().parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    (description, *_) = re.findall(r"^```toml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    values = np.arange(2 * 64 * 32).reshape(2, -1)
    recording = read(written(csv_text(values), description)).pressure
    np.testing.assert_array_equal(recording.images, values.reshape(2, 64, 32)[:, ::-1])
    assert [key for key in Sidecar.model_fields if f"`{key}`" not in page] == []
