"""A real emed step through the whole analysis, against an open package's values and expert regions."""

import csv
from pathlib import Path

import numpy as np
import pytest

from footload.analysis import Analysis, analyze
from footload.foot.contacts import find_contacts
from footload.readers import read
from footload.trials import Side

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pressure"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def step() -> Analysis:
    return analyze(read(DATA / "emed" / "emed_test.lst"))


def value(analysis: Analysis, metric: str, region: str = "foot") -> float:
    (found,) = [f for f in analysis.findings if f.metric == metric and f.region == region]
    return found.value


def test_the_step_is_one_right_foot_over_all_frames(step: Analysis) -> None:
    (contact,) = step.contacts
    assert (contact.start, contact.stop) == (0, 106)
    assert contact.side is Side.RIGHT
    assert contact.side_confidence > 0.99


@pytest.mark.parametrize(
    ("metric", "expected", "tolerance"),
    [
        ("peak_force", 818.625, 1e-9),  # the file's own values, exact in binary
        ("force_time_integral", 675.82375, 1e-9),
        ("contact_area", 106.5, 1e-9),
        ("peak_pressure", 370.0, 0.0),
        ("arch_index_cop_chord", 0.236707, 0.002),  # one sensor row at a cut is 0.002
        ("cpei", 25.64394, 1.5),  # another axis rule: see docs/foot.md
    ],
)
def test_values_equal_those_of_the_file_and_of_an_open_package(
    step: Analysis, metric: str, expected: float, tolerance: float
) -> None:
    assert value(step, metric) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize(("regions", "peak_kpa"), [(("heel",), 355), (("forefoot", "toes"), 370)])
def test_peaks_equal_those_of_a_mask_that_bends_its_cuts_to_the_valleys(
    step: Analysis, regions: tuple[str, ...], peak_kpa: float
) -> None:
    assert max(value(step, "peak_pressure", region) for region in regions) == peak_kpa


@pytest.mark.parametrize(
    ("region", "label", "least"),
    [("heel", 4, 0.97), ("hallux", 1, 0.90), ("medial forefoot", 2, 0.85), ("lateral forefoot", 3, 0.85)],
)
def test_regions_are_those_that_experts_drew(region: str, label: int, least: float) -> None:
    """Dice over the loaded cells, mean over the steps of each person: no cut was fitted to any of them."""
    from scipy.io import loadmat

    overlap: dict[str, list[float]] = {}
    for path in sorted((DATA / "emed_masks").glob("*.lst.gz")):
        recording = read(path).pressure
        (contact,) = find_contacts(recording)
        drawn = loadmat(path.with_name(path.name.replace(".lst.gz", ".labels.mat")))["out_mat"][::-1].ravel() == label
        touched = contact.maximum_pressure_image > 0
        mine, theirs = contact.regions[region] & touched, drawn & touched
        overlap.setdefault(path.name[:4], []).append(2 * (mine & theirs).sum() / (mine.sum() + theirs.sum()))
    assert len(overlap) == 3
    assert all(np.mean(of_one) >= least for of_one in overlap.values()), overlap


def test_the_centre_of_pressure_equals_the_golden_one(step: Analysis) -> None:
    with (DATA / "golden" / "out_cop_emed.csv").open() as file:
        golden = np.array([[float(row["x_coord"]), float(row["y_coord"])] for row in csv.DictReader(file)])
    (contact,) = step.contacts
    loaded = np.isfinite(contact.cop_mm[:, 0])
    assert loaded.sum() > 95
    # its origin is the corner of the active window: column 26, row 83 of the plate
    mine = contact.cop_mm / 1000 - (0.125, 0.060)
    np.testing.assert_allclose(mine[loaded], golden[loaded], atol=1e-12)


def test_every_masked_step_is_one_foot_with_the_right_side_and_the_stated_impulse() -> None:
    folder = DATA / "emed_masks"
    with (folder / "impulses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 18
    for row in rows:
        analysis = analyze(read(folder / f"{row['file']}.gz"))
        (contact,) = analysis.contacts
        assert contact.side is (Side.LEFT if row["side_from_masks"] == "L" else Side.RIGHT), row["file"]
        assert value(analysis, "force_time_integral") == pytest.approx(float(row["total_impulse_novel_Ns"]), abs=0.01)
        assert value(analysis, "peak_force") == pytest.approx(float(row["peak_force_N"]), abs=1e-9)
        assert value(analysis, "contact_area") == pytest.approx(float(row["contact_area_max_cm2"]), abs=1e-9)
        assert np.isfinite(value(analysis, "arch_index"))
        assert np.isfinite(value(analysis, "cpei"))
