"""A real emed step through the whole analysis, against an open package's values and expert regions."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from footload.analysis import Analysis, analyze
from footload.foot import cuts
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts, with_axis
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


LABELS = {"heel": 4, "hallux": 1, "medial forefoot": 2, "lateral forefoot": 3}
LEAST = {"heel": 0.97, "hallux": 0.90, "medial forefoot": 0.85, "lateral forefoot": 0.85}
DrawnStep = tuple[str, FootContact, np.ndarray]
Overlaps = dict[str, dict[str, list[float]]]


@pytest.fixture(scope="module")
def drawn_steps() -> list[DrawnStep]:
    """Person, contact and the labels that an expert drew, of every masked step."""
    from scipy.io import loadmat

    found = []
    for path in sorted((DATA / "emed_masks").glob("*.lst.gz")):
        (contact,) = find_contacts(read(path).pressure)
        drawn = loadmat(path.with_name(path.name.replace(".lst.gz", ".labels.mat")))["out_mat"][::-1].ravel()
        found.append((path.name[:4], contact, drawn))
    return found


def dice(mine: np.ndarray, drawn: np.ndarray, contact: FootContact) -> float:
    touched = contact.maximum_pressure_image > 0
    one, other = mine & touched, drawn & touched
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


@pytest.fixture(scope="module")
def overlaps(drawn_steps: list[DrawnStep]) -> Overlaps:
    found: Overlaps = {region: {} for region in LABELS}
    for person, contact, drawn in drawn_steps:
        for region, label in LABELS.items():
            found[region].setdefault(person, []).append(dice(contact.regions[region], drawn == label, contact))
    return found


@pytest.mark.parametrize("region", list(LABELS))
def test_regions_are_those_that_experts_drew(region: str, overlaps: Overlaps) -> None:
    """Dice over the loaded cells, mean over the steps of each person: no cut was fitted to any of them."""
    of_people = overlaps[region]
    assert len(of_people) == 3
    assert all(np.mean(of_one) >= LEAST[region] for of_one in of_people.values()), of_people


def test_the_page_says_how_far_regions_agree_with_experts(overlaps: Overlaps) -> None:
    """To 0.002: the table of the page is what this test shows when it is not."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "foot.md").read_text("utf-8")
    said = dict(re.findall(r"^\| ([a-z ]+) \| (\d\.\d{3}(?: \| \d\.\d{3}){4}) \|$", page, re.MULTILINE))
    assert list(said) == list(LABELS)
    rows, off = [], [0.0]
    for region, of_people in overlaps.items():
        everyone = [value for of_one in of_people.values() for value in of_one]
        values = [*(float(np.mean(of_one)) for of_one in of_people.values()), float(np.mean(everyone)), min(everyone)]
        rows.append(f"| {region} | " + " | ".join(f"{value:.3f}" for value in values) + " |")
        off += np.abs(np.subtract(values, [float(value) for value in said[region].split(" | ")])).tolist()
    assert max(off) <= 0.002, "\n".join(rows)


def test_a_heel_cut_chosen_on_two_people_does_no_better_on_the_third(
    drawn_steps: list[DrawnStep], request: pytest.FixtureRequest
) -> None:
    """Leaving one person out: the cut that is best for the two others, tried on the third, against ours."""
    people = sorted({person for person, _, _ in drawn_steps})
    tried = [0.255, 0.27, 0.285, 0.30, 0.315]
    of_cut = {cut: heel_overlaps(drawn_steps, cut) for cut in tried}
    report = {}
    for left_out in people:
        others = [person for person in people if person != left_out]
        best = max(tried, key=lambda cut, others=others: np.mean([of_cut[cut][person] for person in others]))
        report[left_out] = best, round(of_cut[best][left_out], 3), round(of_cut[0.285][left_out], 3)
    request.node.user_properties.append(("person left out: best cut of the others, its Dice, ours", str(report)))
    assert all(chosen - ours <= 0.015 for _, chosen, ours in report.values()), report


def heel_overlaps(drawn_steps: list[DrawnStep], cut: float) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuts, "HEEL_CUT", cut)
        for person, contact, drawn in drawn_steps:
            again = with_axis(contact, contact.needed_axis, 1.0)
            found.setdefault(person, []).append(dice(again.regions["heel"], drawn == LABELS["heel"], contact))
    return {person: float(np.mean(values)) for person, values in found.items()}


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
