"""The parts of a foot: they tile it, add up to it, and lie where the generator put its loads."""

import numpy as np
import pytest

from footload.foot.contacts import find_contacts
from footload.foot.regions import COARSE, FINE
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walking_contact
from footload.trials import Side

MAT = SensorLayout.rectangle(90, 80, 5.0)


def contact_of(side: Side, heading_deg: float = 0.0, pronation: float = 0.0):  # type: ignore[no-untyped-def]
    foot = SyntheticFoot(side, pronation=pronation, place_mm=(200, 225), heading_deg=heading_deg)
    trial = walking_contact(foot, MAT)
    return find_contacts(trial.pressure)[0], trial


@pytest.mark.parametrize("heading_deg", [0.0, 17.0, -30.0])
@pytest.mark.parametrize("side", list(Side))
def test_the_fine_regions_tile_the_foot(side: Side, heading_deg: float) -> None:
    contact, _ = contact_of(side, heading_deg)
    assert set(contact.regions) == {*FINE, *COARSE}
    total = sum(contact.regions[name].astype(int) for name in FINE)
    np.testing.assert_array_equal(total, contact.sensors.astype(int))
    forces = sum(contact.parts[name].force for name in FINE)
    np.testing.assert_allclose(forces, contact.force, rtol=1e-12, atol=1e-9)


def test_the_coarse_regions_are_unions_of_the_fine_ones() -> None:
    contact, _ = contact_of(Side.LEFT, 9.0)
    unions = {
        "toes": ("hallux", "lesser toes"),
        "medial forefoot": ("m1", "m2"),
        "lateral forefoot": ("m3", "m4", "m5"),
        "forefoot": ("m1", "m2", "m3", "m4", "m5"),
        "heel": ("medial heel", "lateral heel"),
    }
    assert set(unions) == set(COARSE)
    for name, parts in unions.items():
        np.testing.assert_array_equal(contact.regions[name], np.any([contact.regions[p] for p in parts], axis=0))


@pytest.mark.parametrize("side", list(Side))
def test_each_region_carries_about_what_the_generator_gave_it(side: Side) -> None:
    """Blobs of 4 to 12 mm spill into neighbours, and the central heel counts as medial there: 15 % of the peak."""
    contact, trial = contact_of(side, 12.0, 0.2)
    truth = trial.truth.contacts[0].region_force_n
    for name in FINE:
        expected = truth[name][contact.start : contact.stop]
        assert np.max(np.abs(contact.parts[name].force - expected)) < 0.15 * trial.truth.force_n.max(), name


def test_the_medial_regions_of_a_mirrored_foot_are_its_medial_regions() -> None:
    left, _ = contact_of(Side.LEFT)
    right, _ = contact_of(Side.RIGHT)
    for name in FINE:
        mirrored = left.regions[name].reshape(90, 80)[:, ::-1].ravel()
        np.testing.assert_array_equal(mirrored, right.regions[name], err_msg=name)
