"""Real footprints laid on each other and on the mean foot of 104 people; regions carried over against experts'."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat

from footload.foot.contacts import find_contacts
from footload.foot.registration import mean_print, register, transferred_regions
from footload.readers import read
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout
from footload.trials import Side

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pressure"
LABELS = {"heel": 4, "hallux": 1, "medial forefoot": 2, "lateral forefoot": 3}
LEAST_FROM_ATLAS = {"heel": 0.97, "hallux": 0.93, "medial forefoot": 0.90, "lateral forefoot": 0.85}
LEAST_WITHIN_FOOT = {"heel": 0.96, "hallux": 0.93, "medial forefoot": 0.93, "lateral forefoot": 0.89}

Step = tuple[str, Side, np.ndarray, np.ndarray]

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    """Person, side, maximum pressure image and drawn regions of 18 steps."""
    found: list[Step] = []
    for path in sorted((DATA / "emed_masks").glob("*.lst.gz")):
        recording = read(path).pressure
        (contact,) = find_contacts(recording)
        drawn = loadmat(path.with_name(path.name.replace(".lst.gz", ".labels.mat")))["out_mat"][::-1]
        assert contact.side is not None
        found.append((path.name[:4], contact.side, contact.maximum_pressure_image.reshape(drawn.shape), drawn))
    return found


@pytest.fixture(scope="module")
def atlases() -> dict[Side, tuple[np.ndarray, dict[str, np.ndarray]]]:
    """The mean foot of 104 people with its regions, found as in any print."""
    found = {}
    with zipfile.ZipFile(DATA / "mun104" / "MUN104.csv.zip") as archive:
        for name in "LR":
            rows = csv.reader(io.StringIO(archive.read(f"MUN104{name}.csv").decode("utf-8")))
            image = np.array([[float(cell) for cell in row] for row in rows if row])
            layout = SensorLayout.rectangle(*image.shape, 5.0, device_mm=UNKNOWN_DEVICE_MM)
            pressure = np.vstack([np.zeros(image.size), image.ravel()])
            (contact,) = find_contacts(PressureRecording(np.array([0.0, 0.5]), pressure, layout))
            found[contact.side] = image, {name: mask.reshape(image.shape) for name, mask in contact.regions.items()}
    return found


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2.0 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


def overlaps(moved: dict[str, np.ndarray], image: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    return {name: dice(moved[name] & (image > 0), (drawn == label) & (image > 0)) for name, label in LABELS.items()}


def test_regions_of_the_mean_foot_fall_on_those_that_experts_drew(steps: list[Step], atlases) -> None:  # type: ignore[no-untyped-def]
    """Affine, from 104 people to 3 others: 0.98, 0.96, 0.94 and 0.87 on the mean of 18 steps."""
    found = []
    for _, side, image, drawn in steps:
        atlas, regions = atlases[side]
        found.append(overlaps(transferred_regions(regions, atlas, image), image, drawn))
    for name, least in LEAST_FROM_ATLAS.items():
        assert np.mean([each[name] for each in found]) >= least, name


@pytest.mark.parametrize("affine", [False, True])
def test_regions_drawn_on_one_step_fall_on_those_of_the_foots_other_steps(steps: list[Step], affine: bool) -> None:
    """The first step of each of six feet carries its drawn regions to the other twelve."""
    first: dict[tuple[str, Side], tuple[np.ndarray, np.ndarray]] = {}
    found = []
    for person, side, image, drawn in steps:
        if (person, side) not in first:
            first[person, side] = image, drawn
            continue
        atlas, expert = first[person, side]
        masks = {name: expert == label for name, label in LABELS.items()}
        found.append(overlaps(transferred_regions(masks, atlas, image, affine=affine), image, drawn))
    assert len(found) == 12
    for name, least in LEAST_WITHIN_FOOT.items():
        assert np.mean([each[name] for each in found]) >= least, name


def test_affine_lies_closer_than_rigid_on_the_mean_foot(steps: list[Step], atlases) -> None:  # type: ignore[no-untyped-def]
    pairs = [(image, atlases[side][0]) for _, side, image, _ in steps]
    rigid = np.mean([register(image, atlas).mismatch for image, atlas in pairs])
    affine = np.mean([register(image, atlas, affine=True).mismatch for image, atlas in pairs])
    assert affine < 0.8 * rigid


def test_a_step_is_nearer_to_the_mean_of_the_others_than_to_each_of_them(steps: list[Step]) -> None:
    """Means that were laid together badly would blur toes and heads, and every step would lie farther from them."""
    left = [image for person, side, image, _ in steps if person == "NP21" and side is Side.LEFT]
    to_mean, to_each = [], []
    for number, image in enumerate(left):
        others = [other for place, other in enumerate(left) if place != number]
        to_mean.append(register(image, mean_print(others, others[0])).mismatch)
        to_each += [register(image, other).mismatch for other in others]
    assert np.mean(to_mean) < np.mean(to_each)
