"""What stands on the pages, from findings and assessments made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.components.clinical_form import RED_FLAGS, clinical_inputs
from dashboard.components.finding_card import finding_card, finding_cards, value_text
from dashboard.components.finding_tables import finding_key, region_table, repetition_table, told_number
from dashboard.components.knee import knee_view
from dashboard.components.shell import PAGE_LINKS
from dashboard.pages.devices import devices_view
from dashboard.pages.routes import page_view
from dashboard.pages.trial import contact_view
from dashboard.pages.trials import listing_view
from dashboard.settings import Settings
from dashboard.store import Listing, TrialEntry, TrialStore
from devices.profile import bundled_profiles, load_profile
from footload.analysis import Analysis
from footload.decision.assess import assess
from footload.decision.inputs import BySide, ClinicalInputs
from footload.decision.tables import referral_table
from footload.findings import Finding, Provenance, ReferenceRange
from footload.foot.contact import DRAWN_BY_HAND
from footload.metrics.registry import metrics
from footload.trials import Side


def words(part: Any) -> str:
    """Everything that people read, in order."""
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return " ".join(words(item) for item in part)
    if hasattr(part, "to_plotly_json"):
        return words(getattr(part, "children", None))
    return str(part)


REFERENCE = ReferenceRange(0.21, 0.26, "healthy adults", 107, "cavanagh1987", False, "high arch", "flat foot")


def test_a_card_says_value_unit_and_side_and_why_it_has_no_reference_where_its_details_are() -> None:
    card = finding_card(Finding("peak_force", "Peak force", 818.625, "N", side=Side.RIGHT, region="foot"))
    assert "Peak force" in words(card)
    assert "818.6" in words(card)
    assert " N " in words(card)
    assert "right" in words(card)
    assert "Reference range none: footload knows no published one" in words(card)
    assert "finding-status" not in str(card)


def test_cards_say_once_for_all_of_them_which_have_a_reference_range() -> None:
    without = [Finding("peak_force", "Peak force", 800.0 + n, "N") for n in range(3)]
    said = words(finding_cards(without))
    assert said.count("No reference range is known for these values") == 1
    with_one = finding_cards([*without, Finding("arch_index", "Arch index", 0.24, "ratio", reference=REFERENCE)])
    assert "A reference range is known for 1 of these 4 values" in words(with_one)
    assert words(with_one).count("within the reference range") == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.24, "within the reference range"), (0.1, "below the reference range: high arch"), (0.3, "flat foot")],
)
def test_a_reference_is_told_in_words_and_marked_when_it_was_not_read(value: float, said: str) -> None:
    card = words(finding_card(Finding("arch_index", "Arch index", value, "ratio", reference=REFERENCE)))
    assert said in card
    assert "unverified" in card


def test_a_missing_value_says_why() -> None:
    card = words(finding_card(Finding("cpei", "CPEI", float("nan"), "%", reason="There are no toes.")))
    assert "no value" in card
    assert "There are no toes." in card
    assert "nan" not in card.lower()


def test_a_card_names_formula_and_source() -> None:
    finding = Finding("arch_index", "Arch index", 0.2, "ratio", provenance=Provenance(citation="cavanagh1987"))
    card = words(finding_card(finding))
    assert "Cavanagh and Rodgers 1987" in card
    assert "Formula and source" in card


def test_quality_notes_are_on_the_card_unless_they_stand_above_already() -> None:
    finding = Finding("peak_force", "Peak force", 1.0, "N", notes=("partial print",))
    assert "partial print" in words(finding_card(finding))
    assert "partial print" not in words(finding_card(finding, ("partial print",)))


def test_nothing_is_shown_as_less_than_nothing() -> None:
    assert "-0" not in words(finding_card(Finding("drift", "Drift", -0.0001, "%")))
    assert "-0.500" in words(finding_card(Finding("drift", "Drift", -0.5, "%")))


def test_regions_become_rows_and_metrics_columns(walk: Analysis) -> None:
    mine = [f for f in walk.findings if f.contact == 0 and f.region in {"heel", "forefoot"}]
    table = words(region_table(mine))
    assert table.split()[:4] == ["Region", "Peak", "pressure", "(kPa)"]
    assert "heel" in table
    assert "forefoot" in table


def test_what_holds_for_both_feet_stands_beside_each_of_them() -> None:
    place = {"repetition": 0}
    found = [
        Finding("shift", "Shift", 5.0, "%", side=Side.LEFT, **place),
        Finding("shift", "Shift", 3.0, "%", side=Side.RIGHT, **place),
        Finding("depth", "Depth", 349.4, "mm", **place),
    ]
    assert words(repetition_table(found)).count("349.4") == 2


def test_a_contact_shows_its_own_findings_only(walk: Analysis) -> None:
    left, right = (words(contact_view(walk, number)) for number in (0, 1))
    assert "left" in left
    assert "right" not in left
    assert "right" in right


def test_an_empty_folder_says_what_to_do_next() -> None:
    text = words(listing_view(Listing(())))
    assert "footload demo" in text
    assert "Import files" in text
    assert "To the live page" in text


def test_files_that_cannot_be_read_are_listed_with_their_reason() -> None:
    broken = TrialEntry("1", "a/cut.lst", 10, 0.0, error="cut.lst: it ends in frame 3.")
    other = TrialEntry("2", "notes.txt", 10, 0.0, error="notes.txt: no reader knows it.", recognised=False)
    text = words(listing_view(Listing((broken, other), n_left_out=7)))
    assert "a/cut.lst: it ends in frame 3." in text
    assert "Other files in this folder (1)" in text
    assert "7 older files are not listed" in text


def test_the_interval_comes_before_the_point_and_the_fixed_sentence_is_there() -> None:
    text = words(knee_view(assess((), ClinicalInputs(wblt_cm=BySide(left=7.0, right=9.0)))))
    assert "80 % interval" in text
    assert text.index("80 % interval") < text.index("Middle of the interval")
    assert "in 10 people" in text
    assert "moderate certainty" in text
    assert "What is missing" in text
    assert "Not validated. Not a diagnosis. Does not predict injury." in text


def test_a_red_flag_shows_the_referral_and_nothing_else() -> None:
    flag = referral_table().red_flags[0]
    inputs = ClinicalInputs(wblt_cm=BySide(left=7.0), red_flags=(flag.id,))
    text = words(knee_view(assess((), inputs)))
    assert "Have someone else look at this" in text
    assert flag.text in text
    for word in ("interval", "Options to consider", "not scored", "Context", "certainty"):
        assert word not in text


def test_the_closed_safety_gate_shows_no_option() -> None:
    text = words(knee_view(assess((), ClinicalInputs(neuropathy=True, symptoms=True, wblt_cm=BySide(left=7.0)))))
    assert "Have someone else look at this" in text
    assert "interval" not in text
    assert "Options to consider" not in text


def test_an_empty_form_is_not_known_and_never_no() -> None:
    parts = [{"name": "wblt_cm", "part": "left"}, {"name": "symptoms", "part": ""}, {"name": RED_FLAGS, "part": ""}]
    inputs, error = clinical_inputs(parts, ["", "", []])
    assert not error
    assert inputs == ClinicalInputs()


def test_a_filled_form_becomes_inputs() -> None:
    flag = referral_table().red_flags[0].id
    parts = [{"name": "wblt_cm", "part": "left"}, {"name": "symptoms", "part": ""}, {"name": RED_FLAGS, "part": ""}]
    inputs, error = clinical_inputs(parts, [7.5, "no", [flag]])
    assert not error
    assert inputs is not None
    assert inputs.wblt_cm == BySide(left=7.5)
    assert inputs.symptoms is False
    assert inputs.red_flags == (flag,)


def test_an_implausible_entry_is_answered_with_a_sentence() -> None:
    inputs, error = clinical_inputs([{"name": "wblt_cm", "part": "left"}], [700])
    assert inputs is None
    assert "700" in error


def test_a_page_has_the_name_that_leads_to_it(clinic: Path) -> None:
    store = TrialStore(clinic, Settings())
    assert {name: page_view(store, path, "light").title for name, path in PAGE_LINKS} == {
        name: name for name, _ in PAGE_LINKS
    }


def test_the_help_explains_every_metric_that_there_is(clinic: Path) -> None:
    said = str(page_view(TrialStore(clinic, Settings()), "/help", "light").content)
    assert len(metrics()) > 20
    for each in metrics().values():
        assert repr(each.label) in said or each.label in said
        assert each.definition.split("'")[0] in said


def test_every_known_device_is_listed_with_how_well_it_is_known(clinic: Path) -> None:
    shown = page_view(TrialStore(clinic, Settings()), "/devices", "light")
    said = str(shown.content)
    for key in bundled_profiles():
        assert f"'{key}'" in said
    assert load_profile("demo_mat").source.split("'")[0] in said


def test_a_machine_without_ports_says_what_to_do() -> None:
    assert "Plug a device in" in str(devices_view((), {}))
    assert "/dev/ttyUSB0 (Maker Mat)" in str(devices_view((("/dev/ttyUSB0", "/dev/ttyUSB0 (Maker Mat)"),), {}))


def test_every_number_of_a_table_names_the_finding_that_explains_it(walk: Analysis) -> None:
    mine = [f for f in walk.findings if f.contact == 0 and f.region in {"heel", "forefoot"}]
    shown = str(region_table(mine))
    for finding in mine:
        assert finding_key(finding) in shown
        told = words(told_number(walk, {"finding": finding_key(finding)}))
        assert value_text(finding) in told
        assert "Quality and origin" in told
    assert "data-told-metric='peak_pressure'" in shown


def test_a_number_is_explained_by_formula_source_and_quality_notes(walk: Analysis) -> None:
    told = words(told_number(walk, {"finding": "arch_index|left|foot|0|None"}))
    for said in ("What it is", "Formula from", "Range from", "Made by hand.", "Fingerprint of the file"):
        assert said in told, said
    gone = words(told_number(walk, {"finding": "arch_index|left|foot|9|None"}))
    assert "is not there any more" in gone


def test_a_heading_tells_the_notes_of_its_column_and_where_each_one_holds(walk: Analysis) -> None:
    told = " ".join(words(told_number(walk, {"metric": "arch_index"})).split())
    assert "Made by hand. (everywhere)" in told
    some = [replace(f, notes=("Only here.",)) if f.side is Side.LEFT else f for f in walk.findings]
    told = " ".join(words(told_number(replace(walk, findings=tuple(some)), {"metric": "peak_pressure"})).split())
    assert "Only here. (left, left heel, left forefoot)" in told


def test_what_has_a_value_nowhere_stands_below_the_table_once_with_its_reason() -> None:
    place = {"side": Side.LEFT, "repetition": 0}
    found = [
        Finding("depth", "Depth", 349.4, "mm", **place),
        Finding("load", "Heel load", float("nan"), "%", reason="A plate sees no heel.", **place),
        Finding("load", "Heel load", float("nan"), "%", reason="A plate sees no heel.", **(place | {"repetition": 1})),
    ]
    told = words(repetition_table(found))
    assert told.count("A plate sees no heel.") == 1
    assert "No value anywhere (1)" in told
    assert "edited by hand" not in told
    drawn = [replace(each, notes=(DRAWN_BY_HAND,)) for each in found]
    assert "edited by hand" in words(repetition_table(drawn))
    assert "edited by hand" in words(finding_card(drawn[0]))
