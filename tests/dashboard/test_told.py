"""Every number leads to its formula, its source and its quality notes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import html
from dash.development.base_component import Component

from dashboard.comparisons import compared
from dashboard.components.comparison import comparison_view
from dashboard.components.evidence import facts_in, told_from
from dashboard.components.told import notes_by_metric, told
from dashboard.pages import knee, plan, squat, trial
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.analysis import Analysis
from footload.decision.inputs import ClinicalInputs
from footload.decision.tables import input_table
from footload.metrics.registry import metrics

PAGES = {"trial": trial.page, "squat": squat.page, "knee": knee.page, "plan": plan.page}
PLATES, MAT, SHOE = "barefoot_squat_plates.h5", "barefoot_squat_mat.mcap", "shoe_squat_mat.mcap"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[TrialStore]:
    folder = tmp_path_factory.mktemp("study")
    for name in (PLATES, MAT, SHOE):
        shutil.copy(repository / "sample_data" / "study" / name, folder)
    made = TrialStore(folder, Settings(n_processes=0))
    yield made
    made.close()


def parts_of(part: Any) -> Iterator[Component]:
    if isinstance(part, Component):
        yield part
        yield from parts_of(getattr(part, "children", None))
    elif isinstance(part, list | tuple):
        for each in part:
            yield from parts_of(each)


def text_of(part: Any) -> str:
    if isinstance(part, Component):
        return text_of(getattr(part, "children", None))
    if isinstance(part, list | tuple):
        return " ".join(map(text_of, part))
    return "" if part is None else str(part)


def asked_in(content: Any, kind: str) -> list[str]:
    return [value for part in parts_of(content) if (value := getattr(part, f"data-told-{kind}", None))]


def numbers_of_tables(content: Any) -> Iterator[Component]:
    """Cells that hold a number: not those that say which row it is."""
    for part in parts_of(content):
        if isinstance(part, html.Td) and re.search(r"\d", text_of(part)):
            yield part


@pytest.mark.parametrize("name", [MAT, PLATES])
@pytest.mark.parametrize("kind_of_page", ["trial", "squat"])
def test_every_number_of_a_table_and_of_a_card_leads_to_formula_source_and_notes(
    store: TrialStore, kind_of_page: str, name: str
) -> None:
    analysis = store.analysis(trial_id(name))
    content = PAGES[kind_of_page].show(store, trial_id(name), "light").content
    tables = [part for part in parts_of(content) if getattr(part, "className", "") == "table-scroll"]
    findings = [part for part in tables if getattr(part, "aria-label", "").startswith("Findings of every repetition")]
    assert findings
    cells = [cell for part in findings for cell in numbers_of_tables(part)]
    assert len(cells) > 20
    assert [text_of(cell) for cell in cells if not asked_in(cell, "finding")] == []
    cards = [part for part in parts_of(content) if getattr(part, "className", "") == "finding"]
    assert [text_of(card) for card in cards if "Formula from" not in text_of(card)] == []
    for kind in ("finding", "metric"):
        asked = set(asked_in(findings, kind))
        assert len(asked) > 3
        for key in asked:
            said = text_of(told(analysis, {kind: key}))
            assert "Formula from" in said
            assert "Quality" in said


def test_what_a_replay_reads_out_leads_to_what_it_is(store: TrialStore) -> None:
    analysis = store.analysis(trial_id(PLATES))
    content = trial.page.show(store, trial_id(PLATES), "light").content
    (card,) = [part for part in parts_of(content) if getattr(part, "className", "") == "card card-replay"]
    asked = asked_in(card, "metric")
    assert asked == ["peak_force", "cop_medial_shift_peak", "knee_projection_peak"]
    for name in asked:
        said = text_of(told(analysis, {"metric": name}))
        assert metrics()[name].definition in said
        assert "Formula from" in said


def test_every_number_of_a_comparison_leads_to_formula_source_and_notes_below_it(store: TrialStore) -> None:
    first, second = ([store.analysis(trial_id(name))] for name in (MAT, SHOE))
    found = compared(first, second)
    content = comparison_view(found, ("barefoot", "shoe"), notes_by_metric([first, second]))
    cells = list(numbers_of_tables(content))
    assert len(cells) > 40
    assert [text_of(cell) for cell in cells if not asked_in(cell, "here")] == []
    explained = {
        name: text_of(part)
        for part in parts_of(content)
        if (name := getattr(part, "data-formula", None)) and isinstance(part, html.Details)
    }
    assert set(asked_in(content, "here")) <= set(explained)
    assert all("Formula from" in said and "Quality notes" in said for said in explained.values())


def test_notes_stand_once_with_the_trial_they_are_of(walk: Analysis) -> None:
    notes = notes_by_metric([[walk], [walk]])
    assert notes["arch_index"] == [f"Made by hand. ({walk.trial.name})"]
    assert notes["cpei"] == [f"The gait line is too short. ({walk.trial.name})"]


def test_what_the_knee_and_the_plan_rest_on_leads_to_where_it_is_from(store: TrialStore) -> None:
    name = trial_id(MAT)
    store.enter(name, ClinicalInputs.model_validate({"wblt_cm": {"left": 6.0, "right": 9.5}, "fpi": {"left": 9}}))
    for page, least in (("knee", 1), ("plan", 2)):
        content = PAGES[page].show(store, name, "light").content
        asked = set(asked_in(content, "fact"))
        assert len(asked) >= least, page
        assert "wblt_cm" in asked
        assert "told-place" in {getattr(part, "className", "") for part in parts_of(content)}
        for fact in asked:
            assert len(text_of(told(store.analysis(name), {"fact": fact}))) > 40
    sheet = [part for part in parts_of(content) if getattr(part, "className", "") == "sheet"]
    assert "cop_medial_shift_at_depth" in asked_in(sheet, "fact")


def test_every_fact_that_the_decision_reads_can_be_explained(store: TrialStore) -> None:
    analysis, table = store.analysis(trial_id(MAT)), input_table()
    for row in table.findings:
        said = text_of(told(analysis, {"fact": row.name}))
        assert "Formula from" in said
        assert row.informs in said
    for row in table.inputs:
        said = text_of(told(analysis, {"fact": row.name}))
        assert row.label in said
        assert "entered by hand" in said
        assert "Sources" in said
    for row in table.derived:
        assert row.label in text_of(told(analysis, {"fact": row.name}))
    told_of = text_of(told(analysis, {"fact": "cop_medial_shift_at_depth"}))
    assert "Values of this trial" in told_of
    assert "Fingerprint of the file" in told_of


def test_nothing_stands_where_nothing_is_behind_it() -> None:
    assert told_from(()) is None


def test_a_fact_is_found_in_a_sentence_by_its_own_words() -> None:
    assert facts_in(["Arch index: 0.191 (left, mean of 1) is not scored.", "CPEI is not known."]) == ["arch_index"]
    assert facts_in([]) == []
