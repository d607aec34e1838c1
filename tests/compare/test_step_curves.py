"""Curves on one normalized time and footprints over each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import footload as fl
from footload.compare.curves import Quantity, contact_curves, normalized, registered_prints
from footload.compare.waveforms import Permuting, compare_unpaired

LISTING = Path(__file__).resolve().parents[2] / "sample_data" / "synthetic_step.lst"


def test_a_curve_is_stretched_and_its_gaps_are_bridged() -> None:
    np.testing.assert_allclose(normalized(np.array([0.0, 2, 4]), 5), [0, 1, 2, 3, 4])
    np.testing.assert_allclose(normalized(np.array([np.nan, 2, np.nan, 4]), 4), [2, 2, 3, 4])
    with pytest.raises(ValueError, match="1 frames"):
        normalized(np.array([np.nan, 2]))


def test_curves_of_contacts_are_their_own_at_the_ends_and_the_cop_is_in_shares_of_the_foot() -> None:
    contact = fl.analyze(fl.read(LISTING)).contacts[0]
    (force,) = contact_curves([contact], Quantity.FORCE)
    assert (force[0], force[-1]) == (contact.force[0], contact.force[-1])
    assert force.shape == (101,)
    (along,) = contact_curves([contact], Quantity.COP_AP)
    assert 0 < along[5] < along[95] < 100  # from heel to toe
    assert contact_curves([contact], Quantity.PEAK).max() == pytest.approx(contact.peak.max(), rel=0.05)


def test_footprints_of_one_foot_lie_over_each_other_and_a_lighter_heel_is_found() -> None:
    contact = fl.analyze(fl.read(LISTING)).contacts[0]
    first, second, shape = registered_prints([contact] * 2, [contact] * 2)
    assert first.shape == second.shape == (2, shape[0] * shape[1])
    np.testing.assert_allclose(first, second, atol=1e-6)
    rng = np.random.default_rng(0)
    one, other = (np.repeat(first[:1], 8, axis=0) * rng.normal(1, 0.02, (8, first.shape[1])) for _ in range(2))
    heel = np.zeros(shape, bool)
    heel[: shape[0] // 4] = True
    other[:, heel.ravel()] *= 0.7
    found = compare_unpaired(one, other, Permuting(n_permutations=1000, shape=shape))
    loaded = first[0] > 0.05 * first[0].max()
    beyond = np.abs(found.t) > found.threshold
    assert beyond[loaded & heel.ravel()].mean() > 0.95
    assert not beyond[~heel.ravel()].any()
    assert {each.sign for each in found.clusters} == {-1}
    with pytest.raises(ValueError, match="no whole step"):
        registered_prints([], [contact])
