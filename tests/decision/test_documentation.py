from pathlib import Path

from footload.decision.documentation import evidence_page, write_evidence_page
from footload.decision.tables import input_table, referral_table, rule_table, screening_table, unscored_table
from footload.references import references

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"


def test_the_page_in_docs_is_current():
    assert PAGE.read_text(encoding="utf-8") == evidence_page(), "run: python -m footload.decision.documentation"


def test_the_page_holds_every_rule_flag_factor_input_and_source():
    page = evidence_page()

    assert all(f"### {rule.id} {rule.title}" in page for rule in rule_table().rules)
    assert all(f"`{flag.id}`" in page for flag in referral_table().red_flags)
    assert all(f"(`{test.id}`)" in page and said.text in page for test in screening_table().tests for said in test.says)
    assert all(f"| {factor.label} |" in page for factor in unscored_table().factors)
    assert all(f"`{row.name}`" in page for row in (*input_table().inputs, *input_table().findings))
    assert all(f"* **{key}** " in page for key in references())


def test_every_table_row_has_as_many_cells_as_its_header():
    for block in evidence_page().split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({row.replace("\\|", "").count("|") for row in rows}) <= 1


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path):
    write_evidence_page(tmp_path / "page.md")

    assert (tmp_path / "page.md").read_text(encoding="utf-8") == evidence_page()
