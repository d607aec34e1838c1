"""Tables and citations as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a table.

    Parameters
    ----------
    header : sequence of str
        Column titles.
    rows : iterable of sequence of str
        Cells; bars in them are made harmless.

    Returns
    -------
    str
        Markdown without a last line break.
    """
    lines = chain([header, ["---"] * len(header)], rows)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def cited(keys: Iterable[str]) -> str:
    """Citation keys in brackets.

    Parameters
    ----------
    keys : iterable of str
        Into `references.toml`.

    Returns
    -------
    str
        Such as ``[s67, s36]``.
    """
    return "[" + ", ".join(keys) + "]"
