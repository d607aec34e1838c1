"""Every page is found from the first one, and every link leads somewhere."""

from __future__ import annotations

import re

import pytest
from page_blocks import REPOSITORY, pages

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
