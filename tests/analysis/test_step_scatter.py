"""What an analysis says about a person's own steps, and about pronation, as one trial gives it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footload.analysis import Analysis, analyze
from footload.findings import Finding, Provenance
from footload.foot.contact import TimeFlag
from footload.pronation import DIRECTIONS, ReferenceDistribution, pronation_of
from footload.recordings import SensorLayout
from footload.repeatability import repeatability_of, speed_warning
from footload.synthetic.demo import demo_squat
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walk
from footload.trials import Side


@pytest.fixture(scope="module")
def striding() -> Analysis:
    """Six steps along a walkway, the left feet more pronated from step to step."""
    feet = [
        SyntheticFoot(side, pronation=pronation, place_mm=(150.0 + across, 200.0 + 600.0 * number))
        for number, (side, across, pronation) in enumerate(
            [
                (Side.LEFT, -50.0, 0.0),
                (Side.RIGHT, 50.0, -0.4),
                (Side.LEFT, -50.0, 0.1),
                (Side.RIGHT, 50.0, -0.4),
                (Side.LEFT, -50.0, 0.2),
                (Side.RIGHT, 50.0, -0.4),
            ]
        )
    ]
    return analyze(walk(feet, SensorLayout.rectangle(720, 60, 5.0)).trial)


def test_the_scatter_of_an_analysis_is_that_of_its_findings(striding: Analysis) -> None:
    values = [f.value for f in striding.findings if (f.metric, f.side, f.region) == ("cpei", Side.LEFT, "foot")]
    (cpei,) = [r for r in striding.repeatability if (r.metric, r.side, r.region) == ("cpei", Side.LEFT, "foot")]
    assert (cpei.n, len(values)) == (3, 3)
    assert cpei.median == pytest.approx(np.median(values))
    assert cpei.sem == pytest.approx(np.std(values, ddof=1) / np.sqrt(3))
    assert cpei.mdc95 == pytest.approx(1.96 * np.sqrt(2) * cpei.sem)
    assert "only 3 steps" in cpei.warnings[0]
    assert {r.region for r in striding.repeatability if r.metric == "peak_pressure"} >= {"foot", "hallux", "heel"}
    table = striding.repeatability_table()
    assert len(table) == len(striding.repeatability)
    assert table["warnings"].str.contains("3 steps").all()


def test_a_single_step_and_standing_have_no_scatter(striding: Analysis) -> None:
    one = replace(
        striding, contacts=striding.contacts[:1], findings=tuple(f for f in striding.findings if not f.contact)
    )
    assert one.repeatability == ()
    standing = analyze(demo_squat().trial)
    assert standing.repeatability == ()
    assert "which is standing" in standing.no_steps[0]


def test_a_step_that_the_recording_cuts_off_does_not_count(striding: Analysis) -> None:
    first, *others = striding.contacts
    cut = replace(striding, contacts=(replace(first, flags=(TimeFlag.LOADED_AT_FIRST,)), *others))
    assert cut.no_steps == ("contact 1 is no whole step: already loaded in the first frame",)
    counts = {r.side: r.n for r in cut.repeatability if (r.metric, r.region) == ("peak_force", "foot")}
    assert counts == {Side.LEFT: 2, Side.RIGHT: 3}


def test_a_share_of_what_may_be_nothing_is_not_given() -> None:
    """A balance of -1, 0 and 1 % has a spread, but no spread in per cent of its mean."""
    (found,) = repeatability_of(
        [Finding("foot_balance", "b", v, "%", Side.LEFT, "foot", contact=k) for k, v in enumerate([-1.0, 0.0, 2.0])]
    )
    assert np.isnan(found.cv_percent)
    assert found.sd > 0


def test_the_fastest_and_the_slowest_of_several_trials_are_compared() -> None:
    def trial(contact_s: float) -> list[Finding]:
        return [Finding("contact_time", "t", contact_s, "s", Side.LEFT, "foot", contact=0)]

    assert speed_warning(trial(0.70), trial(0.72), trial(0.71)) == ""
    assert "11 %" in speed_warning(trial(0.72), trial(0.70), trial(0.78))
    assert "not known" in speed_warning(trial(0.0), trial(0.7))  # one picture has no duration
    assert "not known" in speed_warning(trial(0.7), [], trial(0.7))


def test_the_more_pronated_foot_is_told_without_any_reference(striding: Analysis) -> None:
    left, right = striding.pronation()
    assert left.agreement == right.agreement
    assert left.agreement.startswith("no reference")
    assert "against the right foot" in left.against_other_foot
    by_name = {index.metric: index for index in left.indices}
    assert by_name["foot_balance"].value > {i.metric: i for i in right.indices}["foot_balance"].value
    more = int(left.against_other_foot.split(": ")[1].split(" of ")[0])
    less = int(left.against_other_foot.split("more pronated, ")[1].split(" less")[0])
    assert more >= 5  # three of load, two of the CoP at least; the arch of the synthetic print changes little
    assert f"{less} of" in right.against_other_foot
    assert f"{more} less" in right.against_other_foot


def test_the_direction_of_every_index_is_that_of_synthetic_pronation() -> None:
    """A more pronated synthetic foot loads medially: every index of CoP and load moves to its own pronated side."""
    layout = SensorLayout.rectangle(64, 40, 5.0)
    pictures = []
    for pronation in (-0.4, 0.4):
        foot = SyntheticFoot(Side.RIGHT, pronation=pronation, place_mm=(100.0, 160.0))
        (picture,) = analyze(walk([foot], layout).trial).pronation()
        pictures.append({index.metric: index.value for index in picture.indices})
    for name, (sign, family) in DIRECTIONS.items():
        if family.value != "arch of the print":
            assert sign * (pictures[1][name] - pictures[0][name]) > 0, name


def test_a_reference_of_another_device_gives_no_score() -> None:
    own = {"cpei": ReferenceDistribution(14.0, 3.0, "this site, 40 people", device="emed")}

    def index_on(device: str) -> tuple[float, str]:
        finding = Finding("cpei", "CPEI", 8.0, "%", Side.LEFT, "foot", contact=0, provenance=Provenance(source=device))
        (picture,) = pronation_of([finding], own)
        return picture.indices[0].z, picture.indices[0].reference

    assert index_on("novel emed listing") == (pytest.approx(2.0), "this site, 40 people")
    z, why = index_on("footscan plate")
    assert np.isnan(z)
    assert why == "no reference: this site, 40 people holds for emed, this is footscan plate"


def test_an_index_within_the_reference_is_named_beside_those_that_are_not() -> None:
    findings = [
        Finding("cpei", "CPEI", 8.0, "%", Side.LEFT, "foot", contact=0),
        Finding("arch_index", "Arch index", 0.245, "ratio", Side.LEFT, "foot", contact=0),
    ]
    own = {
        "cpei": ReferenceDistribution(14.0, 3.0, "a"),
        "arch_index": ReferenceDistribution(0.24, 0.02, "a"),
    }
    (picture,) = pronation_of(findings, own)
    assert picture.agreement.endswith("(CPEI, but not Arch index)")
    assert picture.against_other_foot == ""
