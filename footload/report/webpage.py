"""A report as one page of HTML with a look for print: no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

from footload.report.document import Block, Picture, Report, Section, Text

_OPENING = {"urgent": "Please read first. ", "warning": "Note. "}


def html_of(report: Report) -> str:
    """Show a report.

    Parameters
    ----------
    report : Report
        Signed or not.

    Returns
    -------
    str
        A whole document; every word of it is text, whoever wrote it.
    """
    page = ET.Element("html", lang="en")
    head = _in(page, "head")
    _in(head, "meta", charset="utf-8")
    _in(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _in(head, "title", f"{report.title} · {report.participant}" if report.participant else report.title)
    _in(head, "style", _style())
    main = _in(_in(page, "body"), "main")
    if report.signature is None:
        _in(main, "p", "DRAFT: not signed", {"class": "draft"})
    _heading(main, report)
    for section in report.sections:
        _section(main, section)
    _ending(main, report)
    # A stylesheet holds > and " that the browser reads literally inside <style>; method html keeps them.
    return "<!DOCTYPE html>\n" + ET.tostring(page, encoding="unicode", method="html")


@cache
def _style() -> str:
    return (files("footload.report") / "report.css").read_text(encoding="utf-8")


def _in(parent: ET.Element, tag: str, text: str = "", given: dict[str, str] | None = None, **more: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {**(given or {}), **more})
    element.text = _shown(text)
    return element


def _shown(text: str) -> str:
    """Without control characters and halves of letters, which no page can hold."""
    return "".join(
        letter
        if letter in "\t\n" or (ord(letter) >= 32 and not 0xD7FF < ord(letter) < 0xE000)
        else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def _heading(main: ET.Element, report: Report) -> None:
    head = _in(main, "header")
    whose = _in(head, "p", given={"class": "clinic"})
    for line in filter(None, (report.clinic.name, *report.clinic.lines)):
        _in(whose, "span", line)
    _in(head, "h1", report.title)
    facts = _in(head, "dl")
    for term, said in (("Participant", report.participant or "no pseudonym"), ("Made", report.made_at[:10])):
        _in(facts, "dt", term)
        _in(facts, "dd", said)


def _section(main: ET.Element, section: Section) -> None:
    part = _in(main, "section", given={"data-section": section.name})
    _in(part, "h2", section.title)
    for block in section.blocks:
        _block(part, block)


def _block(part: ET.Element, block: Block) -> None:
    if isinstance(block, Text):
        paragraph = _in(part, "p", given={"class": block.tone})
        if block.tone in _OPENING:
            _in(paragraph, "strong", _OPENING[block.tone]).tail = _shown(block.text)
        else:
            paragraph.text = _shown(block.text)
    elif isinstance(block, Picture):
        figure = _in(part, "figure")
        data = base64.b64encode(block.svg.encode()).decode()
        _in(figure, "img", src=f"data:image/svg+xml;base64,{data}", alt=_shown(block.words))
        _in(figure, "figcaption", block.caption)
    else:
        _table(part, block.heads, block.rows, block.caption)


def _table(part: ET.Element, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], caption: str) -> None:
    table = _in(part, "table", given={"class": "listed"} if not heads else None)
    if caption:
        _in(table, "caption", caption)
    if heads:
        row = _in(_in(table, "thead"), "tr")
        for head in heads:
            _in(row, "th", head, scope="col")
    body = _in(table, "tbody")
    for cells in rows:
        row = _in(body, "tr")
        for place, cell in enumerate(cells):
            _in(row, "td", cell) if place else _in(row, "th", cell, scope="row")


def _ending(main: ET.Element, report: Report) -> None:
    part = _in(main, "section", given={"data-section": "origin"})
    _in(part, "h2", "Where it comes from")
    _table(part, ("File", "Fingerprint (sha256)"), report.fingerprints, "")
    part = _in(main, "section", given={"data-section": "signature"})
    _in(part, "h2", "Signature")
    if report.signature is None:
        _in(part, "p", "Nobody has signed this report; it is a draft.")
    else:
        _in(part, "p", report.signature.statement)
        _in(part, "p", f"{report.signature.by}, {report.signature.at[:16].replace('T', ' ')}", {"class": "signed"})
        _in(part, "p", f"Fingerprint of the signature: {report.signature.sha256}", {"class": "dim"})
    foot = f"{report.statement} footload {report.version} · fingerprint {report.sha256}"
    _in(main, "footer", foot)
