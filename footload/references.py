"""Every source that footload cites, read from `references.toml` when the first one is asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from footload.errors import EvidenceError


class Mark(StrEnum):
    """How a source is known, from best to worst."""

    READ = "read"
    ABSTRACT = "abstract"
    SECONDARY = "secondary"
    MEMORY = "memory"
    OWN = "own"

    @property
    def meaning(self) -> str:
        """The mark in words."""
        return {
            Mark.READ: "read in the source, mostly its abstract or opening",
            Mark.ABSTRACT: "only an abstract or an opening was seen",
            Mark.SECONDARY: "read in a page that reports the source",
            Mark.MEMORY: "stated from memory, unverified",
            Mark.OWN: "footload's own definition",
        }[self]


@dataclass(frozen=True, slots=True)
class Reference:
    """One source.

    Parameters
    ----------
    key : str
        What formulas and rules cite it by.
    id : str
        Its number in the evidence tables, such as ``S67``; the key where it has none.
    text : str
        Authors, year, journal as far as known, and what it is about.
    where : str
        An address or where it is found.
    mark : Mark
        How it is known.
    note : str
        What to know before it is used.
    """

    key: str
    id: str
    text: str
    where: str
    mark: Mark
    note: str = ""

    @property
    def verified(self) -> bool:
        """False when it is stated from memory only."""
        return self.mark is not Mark.MEMORY

    @property
    def short(self) -> str:
        """Number and text in one line, with "unverified" where it is."""
        line = self.text if self.id == self.key else f"[{self.id}] {self.text}"
        return line if self.verified else f"{line} (unverified)"


@cache
def references() -> Mapping[str, Reference]:
    """Every source by its key, in the order of the file.

    Returns
    -------
    mapping of str to Reference
        Read once.

    Raises
    ------
    EvidenceError
        When an entry of `references.toml` is incomplete.
    """
    text = files("footload").joinpath("references.toml").read_text(encoding="utf-8")
    return MappingProxyType({key: _entry(key, entry) for key, entry in tomllib.loads(text).items()})


def reference(key: str) -> Reference:
    """The source behind a citation key.

    Parameters
    ----------
    key : str
        Such as ``cavanagh1987`` or ``s67``.

    Returns
    -------
    Reference
        The source.

    Raises
    ------
    KeyError
        When there is none; the message lists the nearest keys.
    """
    found = references().get(key)
    if found is None:
        near = get_close_matches(key, references(), n=3, cutoff=0.5)
        hint = f"the nearest are {', '.join(near)}" if near else "see references.toml for all of them"
        raise KeyError(f"{key!r} is not a source in references.toml; {hint}.")
    return found


def _entry(key: str, entry: dict[str, Any]) -> Reference:
    fields = {"id", "text", "where", "mark", "note"}
    wrong = set(entry) - fields or {name for name in ("id", "text", "where", "mark") if not entry.get(name)}
    if wrong:
        raise EvidenceError(
            f"references.toml: source {key!r} has unknown or missing fields ({', '.join(sorted(wrong))}); "
            "each source has id, text, where, mark and perhaps a note."
        )
    if entry["mark"] not in set(Mark):
        raise EvidenceError(
            f"references.toml: source {key!r} has the mark {entry['mark']!r}; known marks are {', '.join(Mark)}."
        )
    return Reference(key, entry["id"], entry["text"], entry["where"], Mark(entry["mark"]), entry.get("note", ""))
