"""What holds for every reader: it reads its own sample, refuses the others', and survives damage with house errors."""

import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reader_samples import SAMPLES, every_reader

from footload.errors import UnreadableTrialError
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


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_reader_survives_damage_with_house_errors_only(reader, samples, tmp_path, data):
    content = bytearray(samples[reader.name].read_bytes())
    for _ in range(data.draw(st.integers(1, 3), label="damages")):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)), label="at")
        kind = data.draw(st.sampled_from(["change", "remove", "insert", "cut"]), label="kind")
        if kind == "change" and content:
            content[at] = data.draw(st.integers(0, 255), label="byte")
        elif kind == "remove":
            del content[at : at + data.draw(st.integers(1, 64), label="n")]
        elif kind == "insert":
            content[at:at] = data.draw(st.binary(min_size=1, max_size=16), label="bytes")
        elif kind == "cut":
            del content[at:]
    path = tmp_path / "damaged.bin"
    path.write_bytes(content)
    copy_description(samples[reader.name], path)
    reader.recognises(bytes(content[:HEAD_BYTES]), path)
    trial = trial_or_sentence(reader, path)
    if isinstance(trial, Trial):
        assert all(np.isfinite(r.pressure_kpa[:, r.valid]).all() for r in trial.pressures)
