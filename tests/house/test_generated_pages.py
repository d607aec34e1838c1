"""The pages made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

from footload.cli.documentation import pages, stale_pages, table, write_pages


def test_the_generated_pages_are_current() -> None:
    assert stale_pages() == [], "run `make docs`"


def test_a_changed_and_a_missing_page_are_noticed(tmp_path: Path) -> None:
    assert sorted(stale_pages(tmp_path)) == sorted(pages())
    write_pages(tmp_path)
    assert stale_pages(tmp_path) == []
    (tmp_path / "metrics.md").write_text("old", encoding="utf-8")
    assert stale_pages(tmp_path) == ["metrics.md"]


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table() -> None:
    assert table(("a", "b"), [("x|y", "two\nlines")]) == "| a | b |\n| --- | --- |\n| x\\|y | two lines |\n"
