"""Written vignettes: what a clinician would expect of each person, reviewed line by line against the evidence."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from decision_people import repeated

from footload.decision.assess import assess
from footload.decision.assessment import Assessment
from footload.decision.inputs import ClinicalInputs, SiteNorms

FILES = sorted(Path(__file__).with_name("vignettes").glob("*.toml"))


def told(vignette: dict[str, Any]) -> Assessment:
    findings = [one for metric, sides in vignette.get("findings", {}).items() for one in repeated(metric, **sides)]
    norms = SiteNorms.model_validate({"site": "Lab A", "norms": vignette.get("norms", {})})
    return assess(findings, ClinicalInputs.model_validate(vignette["clinical"]), norms)


def summary(result: Assessment) -> dict[str, Any]:
    """What the vignettes state, from an assessment."""
    by_voice = {
        voice: [one.id for one in result.contributors if one.speaks == voice] for voice in ("for", "against", "both")
    }
    plan, tendency = result.plan, result.tendency
    return {
        "factors_for": by_voice["for"],
        "factors_against": by_voice["against"],
        "factors_both": by_voice["both"],
        "options": [option.id for option in result.options],
        "withheld": [line.id for line in result.withheld],
        "referrals": [line.id for line in result.referrals],
        "refusals": [line.id for line in result.refusals],
        "colored": tendency.color_allowed if tendency else None,
        "plan_from_findings": [s.id for s in plan.steps if s.stage == "from the findings"] if plan else None,
        "plan_left_out": [line.id for line in plan.left_out] if plan else None,
        "plan_withheld": [line.id for line in plan.withheld] if plan else None,
        "plan_held": bool(plan and plan.held),
        "gate_closed": result.gate_closed and result.refusals[0].id != "red_flag",
        "retest": [plan.retest.earliest, plan.retest.latest] if plan and plan.retest else None,
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_vignette_ends_as_a_clinician_wrote_it(file: Path):
    vignette = tomllib.loads(file.read_text(encoding="utf-8"))
    result, expect = told(vignette), vignette["expect"]
    found = summary(result)
    stated = {name: value for name, value in expect.items() if name in found}

    assert {name: found[name] for name in stated} == stated
    assert found["factors_both"] == expect.get("factors_both", [])
    assert set(expect.get("undecided", [])) <= {one.id for one in result.undecided}
    assert len(vignette["story"]) > 80
    assert all(len(line) > 20 for line in expect["review"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_vignette_is_told_in_the_words_it_states(file: Path):
    vignette = tomllib.loads(file.read_text(encoding="utf-8"))
    result, expect = told(vignette), vignette["expect"]
    text = json.dumps(result.to_record(), ensure_ascii=False)

    assert [words for words in expect.get("says", []) if words not in text] == []
    if "interval" in expect:
        assert result.tendency is not None
        assert result.tendency.interval.startswith(expect["interval"])
        assert result.tendency.point.startswith(expect["point"])
    else:
        assert result.tendency is None
    assert [words for words in expect.get("knee", []) if words not in result.knee[0].text] == []
    if "next_first" in expect:
        assert result.next_steps[0].text.startswith(expect["next_first"])


def test_there_are_at_least_ten_and_a_red_flag_leaves_nothing_but_the_referral():
    assert len(FILES) >= 10
    file = next(file for file in FILES if "locked_knee" in file.stem)
    result = told(tomllib.loads(file.read_text(encoding="utf-8")))

    left = {name: value for name, value in result.to_record().items() if value}
    assert left.keys() == {"statement", "referrals", "refusals", "gate_closed"}
