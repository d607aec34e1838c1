"""Every page is found from the first one, and every link leads somewhere."""

from __future__ import annotations

import re

import pytest
from page_blocks import REPOSITORY, pages

from footload.metrics.registry import Scope, metrics

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """The names that headings get: lower case, words joined by dashes."""
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", pages())
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: str) -> None:
    here = REPOSITORY / page
    for target in _LINK.findall(re.sub(r"```.*?```", "", here.read_text("utf-8"), flags=re.DOTALL)):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        file = (here.parent / name).resolve() if name else here
        assert file.exists(), f"{page} links to {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file.read_text("utf-8")), f"{page} links to {target}, a heading that is not there"


def test_the_first_page_of_docs_leads_to_every_other_one() -> None:
    linked = set(_LINK.findall((REPOSITORY / "docs" / "README.md").read_text("utf-8")))
    written = {page.name for page in (REPOSITORY / "docs").glob("*.md")} - {"README.md"}
    assert sorted(written - linked) == []


def test_the_page_for_clinicians_has_a_word_on_every_number() -> None:
    page = " ".join((REPOSITORY / "docs" / "clinicians.md").read_text("utf-8").lower().split())
    missing: list[str] = []
    for scope in Scope:
        for metric in metrics(scope).values():
            without_place = re.sub(r"\s*\(.*?\)", "", metric.label).split(",")[0]  # "Sway path, side to side"
            name = re.sub(r" (at|of the|in|of) .*$", "", without_place).lower()
            if name not in page:
                missing.append(name)
    assert missing == []
