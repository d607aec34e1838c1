import itertools
import os
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest
from damage import check_survival
from exported_files import exchange_file, full_trial
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from footload.errors import RecordingError, UnreadableTrialError
from footload.readers import hdf5, hdf5_writing, read
from footload.readers.hdf5_layout import BLOCK_BYTES
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Trial

h5py = pytest.importorskip("h5py")
REPOSITORY = Path(__file__).resolve().parents[2]


def assert_same(one, other, where="trial"):
    """Compare nouns field by field; arrays by shape, type and every number."""
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, where
        np.testing.assert_array_equal(one, other, err_msg=where)
    elif is_dataclass(one):
        assert type(one) is type(other), where
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
    elif isinstance(one, tuple) and one and is_dataclass(one[0]):
        assert len(one) == len(other), where
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{where}[{number}]")
    elif isinstance(one, float) and np.isnan(one):
        assert np.isnan(other), where
    else:
        assert one == other, where


def test_that_only_highest_pressures_are_known_is_kept(tmp_path):
    recording = PressureRecording(np.zeros(1), np.ones((1, 4)), SensorLayout.rectangle(2, 2, 5.0), maxima_only=True)
    hdf5_writing.write_hdf5(Trial("print", (recording,)), tmp_path / "print.h5")
    assert read(tmp_path / "print.h5").pressure.maxima_only
    with pytest.raises(ValueError, match="maxima_only is said of 2 frames"):
        PressureRecording(np.arange(2.0), np.ones((2, 4)), recording.layout, maxima_only=True)


def test_every_noun_comes_back_as_it_was(tmp_path):
    assert_same(full_trial(), hdf5.load(exchange_file(tmp_path)))


@pytest.mark.parametrize("ceiling", [800.0, float("nan")])
def test_where_a_device_ends_comes_back(ceiling, tmp_path):
    recording = PressureRecording([0.0, 0.1], [[1.0], [2.0]], SensorLayout.rectangle(1, 1, 5.0), ceiling=ceiling)
    path = tmp_path / "trial.h5"
    hdf5_writing.write_hdf5(Trial("t", (recording,)), path)
    assert read(path).pressure.ceiling == pytest.approx(ceiling, nan_ok=True)


def test_a_bare_trial_comes_back_as_it_was(tmp_path):
    trial = Trial("", (PressureRecording(np.zeros(0), np.zeros((0, 1)), SensorLayout.rectangle(1, 1, 5.0)),))
    hdf5_writing.write_hdf5(trial, tmp_path / "bare.h5")
    again = hdf5.load(tmp_path / "bare.h5")
    assert again.name == "bare"  # a trial without a name takes the file's
    assert_same(trial, again.changed(name=""))


count = itertools.count()


@settings(max_examples=25, deadline=None)
@given(
    pressure=arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(0, 40), st.integers(1, 60)),
        elements=st.floats(0, 1e6, width=32),
    ),
    words=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30), max_size=4),
)
def test_any_numbers_and_any_words_come_back(tmp_path_factory, pressure, words):
    n = pressure.shape[1]
    layout = SensorLayout(np.arange(n) * 1.5, np.arange(n) * 0.1, np.full(n, 7.0))
    recording = PressureRecording(np.arange(len(pressure)) * 0.1, pressure, layout, history=tuple(words))
    trial = Trial("any", (recording,), notes={f"topic {i}": word for i, word in enumerate(words)})
    path = tmp_path_factory.getbasetemp() / f"any{next(count)}.h5"
    hdf5_writing.write_hdf5(trial, path)
    assert_same(trial, hdf5.load(path))
    path.unlink()


def test_the_recordings_keep_their_order(tmp_path):
    kinds = [type(recording).__name__ for recording in hdf5.load(exchange_file(tmp_path)).recordings]
    assert kinds == ["PressureRecording", "ForceRecording", "PressureRecording", "MarkerRecording"]


def test_large_arrays_are_packed_with_filters_that_every_reader_has(tmp_path):
    recording = PressureRecording(np.arange(400.0), np.ones((400, 100)), SensorLayout.rectangle(10, 10, 5.0))
    hdf5_writing.write_hdf5(Trial("big", (recording,)), tmp_path / "big.h5")
    with h5py.File(tmp_path / "big.h5") as file:
        data = file["pressure/1/pressure"]
        assert (data.compression, data.shuffle, data.fletcher32) == ("gzip", True, True)
        assert file.libver == ("earliest", "v114") or file.libver[0] == "earliest"
        assert data.shape == (400, 100)
        assert file["pressure/1"].attrs["unit"] == b"kPa"
    assert (tmp_path / "big.h5").stat().st_size < 400 * 100 * 8 / 5


def test_private_notes_are_written_only_when_asked(tmp_path):
    trial = full_trial().changed(notes={"unit": "kPa", "private name": "Jane Doe"})
    hdf5_writing.write_hdf5(trial, tmp_path / "a.h5")
    assert dict(hdf5.load(tmp_path / "a.h5").notes) == {"unit": "kPa"}
    assert b"Jane" not in (tmp_path / "a.h5").read_bytes()
    hdf5_writing.write_hdf5(trial, tmp_path / "b.h5", keep_private=True)
    assert hdf5.load(tmp_path / "b.h5").notes["private name"] == "Jane Doe"


def test_a_file_is_never_replaced_unless_asked(tmp_path):
    path = exchange_file(tmp_path)
    with pytest.raises(RecordingError, match="exists already"):
        hdf5_writing.write_hdf5(full_trial(), path)
    hdf5_writing.write_hdf5(full_trial(1), path, overwrite=True)
    assert_same(full_trial(1), hdf5.load(path))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordingError, match="No space left on device"):
        hdf5_writing.write_hdf5(full_trial(), tmp_path / "a.h5")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", [BLOCK_BYTES, 2000, -1])
def test_one_changed_byte_anywhere_is_noticed(at, tmp_path):
    path = exchange_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(UnreadableTrialError, match="not what was written"):
        read(path)


def test_damaged_files_are_noticed(tmp_path):
    """Everything behind the block is sealed: only damage inside the block itself can go unnoticed."""
    assert check_survival(hdf5.reader, exchange_file(tmp_path).read_bytes(), tmp_path).share_read < 0.05


def foreign(path, change=None):
    """The same content as another program would write it: HDF5 from the first byte on, without a seal."""
    with h5py.File(path, "w") as file:
        hdf5_writing._write_trial(file, full_trial(), keep_private=True)
        if change:
            change(file)
    return path


def test_a_file_of_another_program_that_keeps_to_the_format_is_read(tmp_path):
    assert_same(full_trial(), read(foreign(tmp_path / "theirs.h5"), "hdf5").changed(source_sha256="ab" * 32))
    assert hdf5.recognises((tmp_path / "theirs.h5").read_bytes()[:4096], tmp_path / "theirs.h5")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f.attrs.__setitem__("format", "other"), "not footload's exchange format"),
        (lambda f: f.attrs.__setitem__("format_version", 9), "version 9"),
        (lambda f: f.attrs.__setitem__("task", "flying"), "'flying' is not known"),
        (lambda f: f["pressure/1"].attrs.__setitem__("unit", "psi"), "it has to be kPa"),
        (lambda f: f["pressure/1"].__delitem__("time_s"), "no data set 'time_s'"),
        (lambda f: f["pressure/1"].__delitem__("pressure"), "no data set 'pressure'"),
        (lambda f: f.move("pressure/1", "pressure/x"), "not numbered"),
        (lambda f: f["force/2"].attrs.__setitem__("source", 3), None),
        (lambda f: f["events"].__delitem__("name"), "no exchange file of footload, or a damaged one"),
        (lambda f: [f.__delitem__(kind) for kind in ("pressure", "force", "markers")], "has no recording"),
        (
            lambda f: [
                f["pressure/1"].__delitem__("pressure"),
                f["pressure/1"].create_dataset("pressure", (10**7, 10**4), "f8", chunks=(100, 100)),
            ],
            "far more than the file has",
        ),
    ],
)
def test_what_a_file_of_another_program_lacks_is_named(change, told, tmp_path):
    path = foreign(tmp_path / "theirs.h5", change)
    if told is None:
        assert hdf5.load(path).forces
        return
    with pytest.raises(UnreadableTrialError) as error:
        hdf5.load(path)
    assert told in str(error.value)


def test_damaged_files_of_other_programs_never_end_the_process(tmp_path):
    """No seal protects these: the HDF5 library itself meets the damage."""
    content = foreign(tmp_path / "theirs.h5").read_bytes()
    assert check_survival(hdf5.reader, content, tmp_path).share_read < 1


def test_the_python_of_the_written_page_runs_on_a_file(tmp_path, monkeypatch):
    page = (REPOSITORY / "docs" / "hdf5.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    hdf5_writing.write_hdf5(full_trial(), tmp_path / "squat.h5")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(script, names)
    recording = full_trial().pressure
    np.testing.assert_allclose(names["force_n"], recording.pressure_kpa @ recording.force_per_unit, rtol=1e-12)


def test_the_written_page_names_every_data_set_and_attribute(tmp_path):
    page = (REPOSITORY / "docs" / "hdf5.md").read_text(encoding="utf-8")
    found = set()
    with h5py.File(exchange_file(tmp_path)) as file:
        found.update(file.attrs)
        file.visititems(lambda name, item: found.update([name.split("/")[-1], *item.attrs]))
    assert [name for name in sorted(found) if not name.isdigit() and not re.search(rf"[`/]{name}[`/]", page)] == []
