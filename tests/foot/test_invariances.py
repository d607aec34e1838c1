"""A mirrored foot, a turned foot and a foot pressed harder have the values they have to have, whatever foot it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footload as fl
from footload.parameters import DEFAULTS
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walking_contact
from footload.trials import Participant, Side

MAT = SensorLayout.rectangle(76, 72, 5.0)
WIDE_MM = 72 * 5.0
SEEDS = st.integers(0, 100_000)
WITH_LOAD = {"N", "kPa", "N·s", "kPa·s", "kPa/s", "N/s", "BW", "BW·s", "BW/s"}


def random_step(seed: int) -> fl.Trial:
    rng = np.random.default_rng([11, seed])
    length = rng.uniform(215, 300)
    place = (180 + rng.uniform(-5, 5), 190 + rng.uniform(-5, 5))
    side = Side.LEFT if seed % 2 else Side.RIGHT
    pronation, heading = rng.uniform(-0.5, 0.5), rng.uniform(-30, 30)
    foot = SyntheticFoot(side, length, length * rng.uniform(0.33, 0.40), pronation, place, heading)
    return walking_contact(foot, MAT, body_mass_kg=rng.uniform(45, 110), sampling_rate_hz=40.0).trial


def with_pressure(trial: fl.Trial, pressure_kpa: np.ndarray) -> fl.Trial:
    old = trial.pressure
    return trial.changed(recordings=(PressureRecording(old.time_s, pressure_kpa, old.layout, source=old.source),))


def values(analysis: fl.Analysis) -> dict[tuple[str, str], fl.Finding]:
    found = {(finding.metric, finding.region): finding for finding in analysis.findings}
    assert len(found) > 150
    return found


@settings(max_examples=12)
@given(SEEDS)
def test_a_mirrored_foot_is_the_other_foot_with_the_same_values(seed: int) -> None:
    """Exact but for the order in which sums are rounded; every region is the mirrored one, cell by cell."""
    trial = random_step(seed)
    images = trial.pressure.images[:, :, ::-1].reshape(trial.pressure.n_frames, -1)
    one, other = fl.analyze(trial), fl.analyze(with_pressure(trial, images))
    assert one.contacts[0].side is not other.contacts[0].side
    for name, mask in one.contacts[0].regions.items():
        mirrored = other.contacts[0].regions[name].reshape(MAT.grid)[:, ::-1].ravel()
        touched = one.contacts[0].maximum_pressure_image >= one.contacts[0].loaded
        np.testing.assert_array_equal(mask & touched, mirrored & touched, err_msg=name)
    mine, theirs = values(one), values(other)
    assert set(mine) == set(theirs)
    for key, finding in mine.items():
        assert theirs[key].value == pytest.approx(finding.value, rel=1e-6, abs=1e-6, nan_ok=True), key


@settings(max_examples=12)
@given(SEEDS, st.floats(0.25, 4.0))
def test_a_foot_pressed_harder_has_the_same_shape_and_more_load(seed: int, factor: float) -> None:
    """With thresholds that grow alike: values with a unit of load grow by the factor, all others stay."""
    trial = random_step(seed)
    person = Participant("synthetic", trial.participant.body_mass_kg)
    trial = trial.changed(participant=person)
    harder = with_pressure(trial, trial.pressure.pressure_kpa * factor)
    parameters = replace(
        DEFAULTS,
        contact_threshold_n=DEFAULTS.contact_threshold_n * factor,
        cop_threshold_n=DEFAULTS.cop_threshold_n * factor,
        loaded_kpa=DEFAULTS.loaded_kpa * factor,
    )
    one, other = fl.analyze(trial), fl.analyze(harder, parameters)
    for name, mask in one.contacts[0].regions.items():
        touched = one.contacts[0].maximum_pressure_image >= one.contacts[0].loaded
        np.testing.assert_array_equal(mask & touched, other.contacts[0].regions[name] & touched, err_msg=name)
    mine, theirs = values(one), values(other)
    for key, finding in mine.items():
        expected = finding.value * (factor if finding.unit in WITH_LOAD else 1.0)
        assert theirs[key].value == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True), (key, finding.unit)
