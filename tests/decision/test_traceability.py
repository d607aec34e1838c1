"""Every row of the traceability table of the evidence reference, each end to end through `assess`."""

import re
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from decision_people import repeated

from footload.decision.assess import assess
from footload.decision.assessment import Assessment
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.protocols import protocol
from footload.decision.tables import drill_table, kinetic_chain, protocol_table, referral_table, tendency_model

ROWS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("traceability.toml").read_text(encoding="utf-8"))[
    "row"
]
REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "evidence.md"


def assessed(row: dict[str, Any]) -> Assessment:
    findings = [one for metric, sides in row.get("findings", {}).items() for one in repeated(metric, **sides)]
    clinical = ClinicalInputs.model_validate(row.get("person", {}))
    return assess(findings, clinical, SiteNorms.model_validate({"norms": row.get("norms", {})}))


def check_factor(result: Assessment, expect: dict[str, Any]):
    factor = next(one for one in result.contributors if one.id == expect["factor"])
    assert factor.speaks == "for"
    assert factor.certainty.value == expect["certainty"]
    assert expect.get("claim", "") in factor.claim
    assert factor.plate
    if "ends_in" in expect:
        assert factor.way[-1] == expect["ends_in"]
    if "scored" in expect:
        assert result.tendency is not None
        assert expect["scored"] in {one.name for one in result.tendency.factors}
    else:
        assert result.tendency is not None
        predictor = next(one.predictor for one in kinetic_chain().factors if one.id == expect["factor"])
        assert predictor not in {one.name for one in result.tendency.factors}


def check_drill(result: Assessment, expect: dict[str, Any]):
    assert result.plan is not None
    steps = {step.id: step for step in result.plan.steps}
    for name in (expect["drill"], *expect.get("also", [])):
        assert steps[name].stage == "from the findings"
        assert steps[name].because
        assert steps[name].doses
        assert steps[name].addition is expect.get("addition", False)
    assert expect["for"] in steps[expect["drill"]].factors
    assert steps[expect["drill"]].kind == expect["kind"]


def check_protocol(expect: dict[str, Any]):
    found = protocol(expect["protocol"])
    assert found.article
    text = " ".join((found.instruction, found.stance, *found.notes)).lower()
    assert [word for word in expect["words"] if word not in text] == []


def check_way(way: list[str]):
    chain = kinetic_chain()
    for start, end in pairwise(way):
        assert end in {edge.end for edge in chain.edges_from(start)}, f"{start} to {end}"


def check_counts(counts: dict[str, int]):
    drills = drill_table().drills
    article = [drill for drill in drills if not drill.addition]
    kinds = Counter(drill.kind for drill in article)
    ankle = sum("limited_dorsiflexion" in drill.factors for drill in article if drill.kind == "mobility")
    assert counts == {
        "strength": kinds["strength"],
        "ankle": ankle,
        "hip": kinds["mobility"] - ankle,
        "neuromuscular": kinds["neuromuscular"],
        "footwear": kinds["footwear"],
        "added": len(drills) - len(article),
    }


def check_words(result: Assessment, expect: dict[str, Any]):
    if "note" in expect:
        assert result.plan is not None
        note = next(line for line in result.plan.notes if line.id == expect["note"])
        assert [word for word in expect["words"] if word not in note.text] == []
    if "outcome" in expect:
        assert expect["outcome"] in kinetic_chain().labels[kinetic_chain().outcome]
        assert "travel medially" in tendency_model().outcome
    if "optional" in expect:
        assert any(expect["optional"] in line for line in protocol_table().optional)


def check_referral(result: Assessment, expect: dict[str, Any]):
    line = next(line for line in result.referrals if line.id == expect["referral"])
    for name in expect.get("professionals", referral_table().professionals):
        assert name in line.text
    assert result.plan is not None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['table']}{row['row']}: {row['item'][:40]}")
def test_every_row_is_said_to_the_person_it_is_about(row: dict[str, Any]):
    result, expect = assessed(row), row["expect"]
    checks = {
        "factor": lambda: check_factor(result, expect),
        "drill": lambda: check_drill(result, expect),
        "protocol": lambda: check_protocol(expect),
        "way": lambda: check_way(expect["way"]),
        "counts": lambda: check_counts(expect["counts"]),
        "referral": lambda: check_referral(result, expect),
    }
    asked = [check for name, check in checks.items() if name in expect]
    for check in asked:
        check()
    check_words(result, expect)
    assert set(expect.get("shown", [])) <= {line.id for line in result.not_scored}
    for name, place in expect.get("place", {}).items():
        assert next(one.place for one in result.contributors if one.id == name) == place
    if "option" in expect:
        assert expect["option"] in {option.id for option in result.options}
    assert asked or {"note", "outcome", "optional"} & set(expect)


def test_without_a_word_about_it_every_factor_is_silent_and_says_what_is_missing():
    for one in assess([]).contributors:
        assert one.speaks == "silent"
        assert one.silent_because


@pytest.mark.validation
def test_no_row_of_the_reference_is_without_a_test():
    if not REFERENCE.is_file():
        pytest.skip("the evidence reference does not stand beside the project")
    section = REFERENCE.read_text(encoding="utf-8").partition("\n# 9.")[2].partition("\n# ")[0]
    for table in "abcd":
        part = section.partition(f"## 9{table}.")[2].partition("\n## ")[0]
        lines = [line for line in part.splitlines() if re.match(r"\|", line)][2:]
        assert len(lines) > 3
        assert sorted(row["row"] for row in ROWS if row["table"] == table) == list(range(1, len(lines) + 1))
