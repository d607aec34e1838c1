"""The report: what stands in it, that words stay words, and that a signature holds."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from footload.analysis import Analysis, analyze
from footload.decision.assess import assess
from footload.decision.inputs import ClinicalInputs
from footload.decision.selection import pool
from footload.decision.tables import referral_table
from footload.findings import Finding
from footload.report import (
    Clinic,
    Report,
    Section,
    Table,
    Text,
    check_signed,
    html_of,
    pdf_of,
    read_report,
    report_of,
    sign,
    write_record,
)
from footload.report.signing import SignatureError
from footload.report.writing import SECTIONS, findings_table
from footload.synthetic.demo import demo_squat
from footload.trials import Condition, Participant, Side

AT = "2026-11-22T10:30:00+00:00"
HOSTILE = '#read("report.typ") <script>alert(1)</script> $x^2$ *b* _i_ @a \\u{0} ]) #{ "'


HARMLESS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "p", "span", "h1", "h2"),
    *(
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "img",
        "figcaption",
        "strong",
    ),
}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyze(demo_squat().trial)


@pytest.fixture(scope="module")
def report(analysis: Analysis) -> Report:
    return written(analysis)


def written(analysis: Analysis, clinical: ClinicalInputs | None = None, **more: Any) -> Report:
    pooled = pool([analysis])
    said = assess(pooled.findings, clinical or ClinicalInputs(), None, pads=pooled.pads, pseudonym=pooled.pseudonym)
    return report_of([analysis], pooled, said, made_at=AT, clinic=Clinic("Gait lab", ("Street 1",)), **more)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            Condition("wedge", "trainer", "medial wedge, 2 degrees", "in both shoes"),
            "wedge; footwear: trainer; device: medial wedge, 2 degrees; note: in both shoes",
        ),
        (Condition("wedge"), "wedge; what was worn was not entered"),
        (Condition("barefoot"), "barefoot"),
        (Condition("", "sandal"), "footwear: sandal"),
    ],
)
def test_a_report_says_what_its_condition_is(analysis: Analysis, condition: Condition, said: str) -> None:
    trial = analysis.trial.changed(condition=condition)
    first = written(replace(analysis, trial=trial), sections=["summary"]).sections[0]
    rows = [row for block in first.blocks if isinstance(block, Table) for row in block.rows]
    assert [text for what, text in rows if what == "condition"] == [said]


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def tags_of(page: str) -> set[str]:
    """Every element, and every attribute that a browser would run."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update({tag, *(name for name, _ in attrs if name.startswith("on"))})

    Reader().feed(page)
    return found


def small(*texts: str) -> Report:
    blocks = tuple(Text(text) for text in texts)
    return Report("A title", Clinic(), "P1", AT, "0", "Not a diagnosis.", (), (Section("summary", "In short", blocks),))


def test_every_section_is_there_in_its_order(report: Report) -> None:
    assert [section.name for section in report.sections] == list(SECTIONS)


def test_the_pdf_says_what_was_found_and_how_little_is_known(analysis: Analysis, report: Report) -> None:
    left = [f.value for f in analysis.findings if f.metric == "cop_medial_shift_at_depth" and f.side is Side.LEFT]
    words = words_of(pdf_of(report))
    assert "CoP medial shift at depth" in words
    assert f"{np.mean(left):.2f} ± {np.std(left, ddof=1):.2f} (n = 5)" in words
    assert "Not validated. Not a diagnosis. Does not predict injury." in words
    assert "DRAFT: not signed" in words
    assert report.sha256[:16] in words


def test_the_pdf_is_tagged_named_and_in_a_language(report: Report) -> None:
    pdf = PdfReader(io.BytesIO(pdf_of(report)))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert pdf.metadata is not None
    assert pdf.metadata.title is not None
    assert pdf.metadata.title.startswith("How the feet load")


def test_the_same_report_prints_the_same_bytes(report: Report) -> None:
    assert pdf_of(report) == pdf_of(Report.from_record(report.to_record()))


def test_words_of_people_stay_words_in_pdf_and_page(analysis: Analysis) -> None:
    person = replace(analysis.trial, name=HOSTILE, participant=Participant(HOSTILE))
    report = written(replace(analysis, trial=person))
    report = sign(replace(report, clinic=Clinic(HOSTILE, (HOSTILE,))), HOSTILE, AT, HOSTILE)
    words = words_of(pdf_of(report))
    # The template's own first line would be here if the call had been run.
    assert "One report, from data alone" not in words
    assert words.count("<script>alert(1)</script>") >= 4
    page = html_of(report)
    assert tags_of(page) <= HARMLESS
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_printed(texts: list[str]) -> None:
    report = small(*texts)
    assert pdf_of(report).startswith(b"%PDF")
    assert html_of(report).endswith("</html>")


def test_letters_that_no_font_has_are_written_as_their_number() -> None:
    # A private use letter: no font of any machine has it.
    assert "[U+E8F0]" in words_of(pdf_of(small("a \ue8f0 b")))
    assert "[U+0007]" in words_of(pdf_of(small("a \x07 b")))


def test_greek_and_cyrillic_are_printed_as_they_are() -> None:
    words = words_of(pdf_of(small("Ωμέγα Жук")))
    assert "Ωμέγα Жук" in words


def test_the_page_loads_nothing_and_runs_nothing(report: Report) -> None:
    page = html_of(report)
    for word in ("http://", "https://", "<script", "onload", "@import", "url("):
        assert word not in page.replace("http://www.w3.org", "")
    assert 'lang="en"' in page
    assert page.count("<img") == page.count('alt="') == 3


def test_a_section_can_be_left_out_but_not_the_summary(analysis: Analysis) -> None:
    report = written(analysis, sections=["findings"])
    assert [section.name for section in report.sections] == ["summary", "findings"]


def test_an_unknown_section_is_refused_by_name(analysis: Analysis) -> None:
    with pytest.raises(ValueError, match="no section 'diagnosis'"):
        written(analysis, sections=["diagnosis"])


def test_a_red_flag_stands_first_and_takes_options_and_plan_away(analysis: Analysis) -> None:
    report = written(analysis, ClinicalInputs(red_flags=(referral_table().red_flags[0].id,)))
    assert isinstance(report.sections[0].blocks[0], Text)
    assert report.sections[0].blocks[0].tone == "urgent"
    assert not {"options", "plan"} & {section.name for section in report.sections}
    assert "Please read first." in words_of(pdf_of(report))


def test_a_signed_report_is_known_to_be_what_was_signed(report: Report, tmp_path: Any) -> None:
    signed = sign(report, "A. Podiatrist", AT)
    write_record(signed, tmp_path / "r.json")
    assert check_signed(read_report(tmp_path / "r.json")).by == "A. Podiatrist"
    assert "DRAFT" not in words_of(pdf_of(signed))


def test_one_changed_letter_breaks_the_signature(report: Report, tmp_path: Any) -> None:
    write_record(sign(report, "A. Podiatrist", AT), tmp_path / "r.json")
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    (tmp_path / "s.json").write_text(text.replace("Squat depth", "Squat death", 1), encoding="utf-8")
    with pytest.raises(SignatureError, match=r"not what 'A\. Podiatrist' signed"):
        check_signed(read_report(tmp_path / "s.json"))


@pytest.mark.parametrize("field", ["by", "at", "statement"])
def test_a_changed_name_time_or_statement_breaks_the_signature_too(report: Report, field: str) -> None:
    signed = sign(report, "A. Podiatrist", AT)
    assert signed.signature is not None
    with pytest.raises(SignatureError, match="is not what it was"):
        check_signed(replace(signed, signature=replace(signed.signature, **{field: "2026-11-23T10:30:00+00:00"})))


def test_a_report_is_signed_once_and_by_a_name(report: Report) -> None:
    with pytest.raises(SignatureError, match="needs the name"):
        sign(report, "  ", AT)
    with pytest.raises(SignatureError, match="signed by 'A' already"):
        sign(sign(report, "A", AT), "B", AT)


def test_a_draft_is_not_taken_for_a_signed_report(report: Report) -> None:
    with pytest.raises(SignatureError, match="draft"):
        check_signed(report)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 9}', "no json", '{"schema": 1, "sections": 3}'])
def test_another_file_is_no_record(text: str, tmp_path: Any) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SignatureError, match=r"x\.json is no record of a report"):
        read_report(tmp_path / "x.json")


def test_a_record_is_plain_json(report: Report) -> None:
    assert Report.from_record(json.loads(json.dumps(report.to_record()))) == report


def test_means_and_reasons_of_findings_by_hand() -> None:
    found = [Finding("m", "Shift", value, "%", Side.LEFT, repetition=n) for n, value in enumerate((2.0, 4.0))]
    found.append(Finding("m", "Shift", float("nan"), "%", Side.RIGHT, reason="the foot was off the mat"))
    table = findings_table(found)
    assert table.heads == ("Measure", "Left", "Right", "Against a reference")
    # SD of 2 and 4 with n - 1: sqrt(2).
    assert table.rows == (("Shift [%]", "3.00 ± 1.41 (n = 2)", "– (the foot was off the mat)", "no reference"),)


def test_a_row_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="has 1 cells; it has 2 columns"):
        Table(("a", "b"), (("1",),))


def test_numbers_on_paper_are_those_of_the_findings(analysis: Analysis, report: Report) -> None:
    values = [f.value for f in analysis.findings if f.metric == "squat_depth"]
    shown = next(row for section in report.sections if section.name == "findings" for block in section.blocks
                 if isinstance(block, Table) for row in block.rows if row[0].startswith("Squat depth"))  # fmt: skip
    assert any(cell.startswith(f"{np.mean(values):.1f} ±") for cell in shown)
