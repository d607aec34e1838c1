"""Norms from healthy people: who counts, how often, and for whom they hold."""

from __future__ import annotations

import json
from math import sqrt

import numpy as np
import pytest
from scipy import stats

import footload as fl
from footload.decision.norms import SiteNorms
from footload.findings import Finding, Provenance
from footload.norms.building import Building, HealthyTrial, build_norms
from footload.norms.reference_set import Circumstances, NormSet, NormSetError
from footload.pronation import pronation_of
from footload.synthetic import SyntheticFoot
from footload.synthetic.walking import walk
from footload.trials import Side

CPEI = ("cpei", "foot", "%")
EMED = Circumstances("emed", "walking", "barefoot", "female", 1.2)


def people(n: int, sex: str = "female", speed: float = 1.2, mean: float = 14.0) -> list[HealthyTrial]:
    at = Circumstances("emed", "walking", "barefoot", sex, speed)
    values = mean + 3 * stats.norm.ppf((np.arange(n) + 0.5) / n)
    return [HealthyTrial(f"{sex}{k}", at, {CPEI: [v - 1, v + 1]}) for k, v in enumerate(values)]


def test_mean_spread_and_intervals_of_one_group_by_hand() -> None:
    trials = people(24)
    made, left_out = build_norms([*trials, *trials[:5]], Building(name="us"))
    means = [np.mean(each.values[CPEI]) for each in trials]
    norm = made.norm("cpei", "foot", EMED)
    assert norm is not None
    assert (norm.n, norm.mean, norm.sd) == (24, pytest.approx(np.mean(means)), pytest.approx(np.std(means, ddof=1)))
    half = stats.t.ppf(0.975, 23) * norm.sd / sqrt(24)
    assert (norm.mean_low, norm.mean_high) == pytest.approx((norm.mean - half, norm.mean + half))
    assert norm.sd_low == pytest.approx(norm.sd * sqrt(23 / stats.chi2.ppf(0.975, 23)))
    assert norm.sd_high == pytest.approx(norm.sd * sqrt(23 / stats.chi2.ppf(0.025, 23)))
    assert left_out == ()
    assert made.n_people == 24


def test_the_persons_own_sex_comes_before_both_and_other_circumstances_have_no_norm() -> None:
    made, left_out = build_norms([*people(20), *people(20, "male", mean=10)], Building(name="us"))
    own = made.norm("cpei", "foot", EMED)
    both = made.norm("cpei", "foot", Circumstances("emed", "walking", "barefoot"))
    assert own is not None
    assert both is not None
    assert (own.sex, own.n, both.sex, both.n) == ("female", 20, "", 40)
    for other in (
        Circumstances("footscan", "walking", "barefoot"),
        Circumstances("emed", "running", "barefoot"),
        Circumstances("emed", "walking", "shoe"),
    ):
        assert made.norm("cpei", "foot", other) is None
    assert left_out == ()


def test_the_speed_of_a_trial_is_in_the_unit_of_the_bands() -> None:
    places = enumerate([(Side.LEFT, -50.0), (Side.RIGHT, 50.0)] * 2)
    feet = [SyntheticFoot(side, place_mm=(150.0 + x, 200.0 + 600.0 * n)) for n, (side, x) in places]
    made = walk(feet, fl.SensorLayout.rectangle(500, 60, 5.0), step_s=0.5)
    at = Circumstances.of(fl.analyze(made.trial))
    assert at.speed_m_per_s == pytest.approx(1.2, rel=0.02)  # 600 mm in half a second


def test_values_that_do_not_differ_make_no_norm() -> None:
    same = [HealthyTrial(f"P{k}", EMED, {CPEI: [1.0]}) for k in range(6)]
    with pytest.raises(NormSetError, match="whose values differ"):
        build_norms(same, Building(name="us", fewest=5))
    with pytest.raises(NormSetError, match="no healthy trials"):
        build_norms([], Building(name="us"))


def test_a_band_of_speed_holds_for_its_speeds_only_and_small_groups_are_left_out_and_told() -> None:
    made, left_out = build_norms(
        [*people(20, speed=1.0), *people(8, "male", speed=1.6)], Building(name="us", speeds_m_per_s=(1.3,))
    )
    slow, fast = (
        made.norm("cpei", "foot", Circumstances("emed", "walking", "barefoot", "female", v)) for v in (1.0, 1.6)
    )
    assert slow is not None
    assert fast is not None
    assert (slow.fastest_m_per_s, fast.fastest_m_per_s) == (1.3, None)
    assert "barefoot, male: 8 people, 20 are needed." in " ".join(left_out)
    with pytest.raises(NormSetError, match="8 people"):
        build_norms(people(8), Building(name="us"))
    with pytest.raises(ValueError, match="give somebody away"):
        Building(name="us", fewest=4)


def test_the_file_holds_groups_and_nobody_and_comes_back_the_same(tmp_path) -> None:
    made, _ = build_norms(people(20), Building(name="us"))
    made.write(tmp_path / "n.json")
    text = (tmp_path / "n.json").read_text()
    assert "female0" not in text
    assert NormSet.read(tmp_path / "n.json") == made
    spoilt = json.loads(text)
    spoilt["norms"][0]["n"] = 2
    (tmp_path / "n.json").write_text(json.dumps(spoilt))
    with pytest.raises(NormSetError, match=r"n\.json: norms\.0\.n"):
        NormSet.read(tmp_path / "n.json")
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(NormSetError, match="is no set of norms"):
        NormSet.read(tmp_path / "x.json")


def test_pronation_gets_its_score_and_the_name_of_the_group() -> None:
    made, _ = build_norms(people(40), Building(name="us"))
    norm = made.norm("cpei", "foot", EMED)
    assert norm is not None
    finding = Finding(
        "cpei", "CPEI", norm.mean - 2 * norm.sd, "%", Side.LEFT, "foot", 0, provenance=Provenance(source="emed")
    )
    (picture,) = pronation_of([finding], made.distributions(EMED))
    assert picture.indices[0].z == pytest.approx(2)  # a low CPEI goes with pronation
    assert picture.indices[0].reference == "us, revision 1: 40 female, walking, barefoot"
    site = SiteNorms.of_set(made, EMED)
    assert (site.norms["cpei"].mean, site.norms["cpei"].n) == (norm.mean, 40)
