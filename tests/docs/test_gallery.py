"""The gallery shows what the code draws today."""

from __future__ import annotations

import re

from footload.report.gallery import PROJECT, gallery


def test_the_gallery_is_what_the_code_draws() -> None:
    """Numbers inside a path may differ in the last digits on another machine; what is drawn may not."""
    for name, text in gallery().items():
        kept = (PROJECT / "docs" / name).read_text(encoding="utf-8")
        assert shape(kept) == shape(text), f"docs/{name} is not what is drawn; `python -m footload.report.gallery`"


def shape(text: str) -> list[str]:
    return re.findall(r"<[a-z]+|^[#A-Z].*$", text, flags=re.MULTILINE)
