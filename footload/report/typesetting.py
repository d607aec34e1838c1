"""A report as PDF, by Typst: tagged, so that a screen reader reads it in order.

What people wrote reaches the template as data and never as mark-up: `report.typ` reads one JSON text, so a name such as
``#read("...")`` is printed as these letters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from footload.report.document import Report

STANDARD = "ua-1"
"""PDF/UA-1: every picture has its words, headings do not skip, and the language is named."""


_KEPT_FOR = 10


def pdf_of(report: Report) -> bytes:
    """Print a report.

    Parameters
    ----------
    report : Report
        Signed or not.

    Returns
    -------
    bytes
        A tagged PDF (PDF/UA-1). The same report gives the same bytes, as long as the font that comes along has its
        letters; others are taken from the machine's fonts, and written as ``[U+4E2D]`` where no font has them.
    """
    record = {**report.to_record(), "sha256": report.sha256}
    lacking = {letter for text in _texts(record) for letter in text} - _letters()
    if any(letter.isprintable() for letter in lacking):
        # Only then: fonts of the machine are not the same everywhere.
        from typst import TypstError

        try:
            return _compiled(_without(record, {one for one in lacking if not one.isprintable()}), report.made_at, True)
        except TypstError:
            pass
    return _compiled(_without(record, lacking), report.made_at, False)


def forget_printings() -> None:
    """Let Typst forget what it keeps for a next printing of the same: some 25 MB of each of the last ten reports.

    It drops what ten printings did not use, so eleven empty ones leave nothing. Servers call it, which go on for days.
    """
    import typst

    fonts = typst.Fonts(font_paths=[], include_system_fonts=False)
    for _ in range(_KEPT_FOR + 1):
        typst.compile(b" ", format="pdf", font_paths=fonts)


def _compiled(record: Any, made_at: str, system_fonts: bool) -> bytes:
    import typst

    fonts = typst.Fonts(font_paths=[_fonts()], include_system_fonts=system_fonts)
    return typst.compile(
        _template(),
        sys_inputs={"report": json.dumps(record)},
        format="pdf",
        pdf_standards=STANDARD,
        timestamp=int(_moment(made_at).timestamp()),
        font_paths=fonts,
    )


@cache
def _template() -> bytes:
    return (files("footload.report") / "report.typ").read_bytes()


@cache
def _fonts() -> Path:
    """The folder of the fonts that come with matplotlib: DejaVu, with Greek, Cyrillic, Hebrew and Arabic letters."""
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf"


@cache
def _letters() -> frozenset[str]:
    """What the font can show, regular and bold."""
    from matplotlib.ft2font import FT2Font

    faces = (FT2Font(str(_fonts() / name)).get_charmap() for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))
    regular, bold = (frozenset(chr(code) for code in face if chr(code).isprintable()) for face in faces)
    return (regular & bold) | {"\n"}


def _texts(part: object) -> Iterator[str]:
    """Every text of a record that is printed; drawings hold outlines, not letters."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():  # pyright: ignore[reportUnknownVariableType]
            if name != "svg":
                yield from _texts(value)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(part, list):
        for item in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(item)  # pyright: ignore[reportUnknownArgumentType]


def _without(part: Any, lacking: Iterable[str]) -> Any:
    """The same with letters that cannot be shown written as their number, so that nothing is lost unseen."""
    table = {ord(letter): f"[U+{ord(letter):04X}]" for letter in lacking}

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return value.translate(table)
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        return [plain(item) for item in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]

    return plain(part)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
