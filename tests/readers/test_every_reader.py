"""What holds for every reader: it reads its own sample, refuses the others', and survives damage with house errors."""

import shutil
import tracemalloc

import numpy as np
import pytest
from damage import N_VARIANTS, OWN_BYTES, check_survival
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from long_exports import FAMILIES, write_long
from reader_samples import SAMPLES, every_reader

from footload.errors import UnreadableTrialError
from footload.readers import number_blocks
from footload.readers.registry import HEAD_BYTES
from footload.recordings import ForceRecording, MarkerRecording, PressureRecording
from footload.trials import Trial


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in SAMPLES.items()}


@pytest.fixture(scope="session", params=sorted(SAMPLES))
def reader(request):
    return every_reader()[request.param]


def head(path):
    return path.read_bytes()[:HEAD_BYTES]


def trial_or_sentence(reader, path):
    try:
        return reader.load(path)
    except UnreadableTrialError as error:
        sentence = str(error)
    assert sentence.startswith(path.name)
    assert "\n" not in sentence
    return sentence


def values_of(recording):
    if isinstance(recording, PressureRecording):
        return recording.pressure_kpa
    return recording.force_n if isinstance(recording, ForceRecording) else recording.positions_mm


def copy_description(path, target):
    """Some formats need a small description beside the file."""
    if path.with_suffix(".toml").exists():
        shutil.copy(path.with_suffix(".toml"), target.with_suffix(".toml"))


def test_every_reader_has_a_sample_and_every_sample_a_reader():
    assert sorted(every_reader()) == sorted(SAMPLES)


def test_no_two_readers_claim_one_file(samples):
    for name, path in samples.items():
        assert [r.name for r in every_reader().values() if r.recognises(head(path), path)] == [name]


def test_a_reader_reads_its_own_sample(reader, samples):
    trial = reader.load(samples[reader.name])
    assert isinstance(trial, Trial)
    assert trial.name
    for recording in trial.recordings:
        assert recording.n_frames > 0
        assert recording.source
        assert recording.time_s[0] >= 0
        assert recording.history or isinstance(recording, MarkerRecording)


def test_the_ending_of_a_name_decides_nothing(reader, samples, tmp_path):
    renamed = tmp_path / "renamed.dat"
    shutil.copy(samples[reader.name], renamed)
    copy_description(samples[reader.name], renamed)
    assert reader.recognises(head(renamed), renamed)
    same, other = reader.load(samples[reader.name]), reader.load(renamed)
    assert len(same.recordings) == len(other.recordings)
    for one, two in zip(same.recordings, other.recordings, strict=True):
        np.testing.assert_array_equal(values_of(one), values_of(two))


def test_a_reader_refuses_the_samples_of_the_others(reader, samples):
    for name, path in samples.items():
        if name != reader.name:
            assert not reader.recognises(head(path), path)
            assert isinstance(trial_or_sentence(reader, path), str)


def test_a_file_that_is_not_there_is_one_sentence(reader, tmp_path):
    assert isinstance(trial_or_sentence(reader, tmp_path / "nowhere.bin"), str)


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_reader_does_not_claim_noise(reader, samples, tmp_path, noise):
    if noise:  # what a cut left of a real file may be claimed
        assume(not head(samples[reader.name]).startswith(noise))
    assert reader.recognises(noise, tmp_path / "noise") is False


def test_damaged_files_are_read_or_refused_with_one_sentence_soon_and_in_little_memory(reader, samples, tmp_path):
    """Cut, swapped, overwritten and repeated parts, and numbers that nobody would write: `make damage` reads 1,000."""
    copy_description(samples[reader.name], tmp_path / "damaged.bin")
    survival = check_survival(reader, samples[reader.name].read_bytes(), tmp_path)
    assert 0 < survival.n_read < survival.n_variants


@pytest.mark.parametrize("family", FAMILIES)
def test_damage_in_a_longer_export_takes_no_more_than_four_times_its_numbers(family, tmp_path):
    path = write_long(family, tmp_path, 2_000_000)
    copy_description(path, tmp_path / "damaged.bin")
    reader = next(each for each in every_reader().values() if each.recognises(head(path), path))
    survival = check_survival(reader, path.read_bytes(), tmp_path, max(N_VARIANTS // 10, 7))
    assert survival.n_read < survival.n_variants


@pytest.mark.parametrize("single", [False, True], ids=["double precision", "single precision"])
def test_every_export_that_can_be_long_needs_no_more_than_twice_its_numbers(single, tmp_path, monkeypatch):
    """At a size that a test has time for; `long_exports.py` does it with 500 MB and counts the whole process."""
    if single:
        monkeypatch.setattr(number_blocks, "_MOST_DOUBLES", 1)
    for family in FAMILIES:
        path = write_long(family, tmp_path, 16_000_000 if single else 8_000_000)  # half the memory a byte
        reader = next(each for each in every_reader().values() if each.recognises(head(path), path))
        tracemalloc.start()
        try:
            trial = reader.load(path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 2 * sum(recording.pressure_kpa.nbytes for recording in trial.pressures) + OWN_BYTES, family
        path.unlink()
