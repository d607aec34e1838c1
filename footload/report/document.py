"""What a report is made of: sections of text, tables and pictures, with nothing in them that could be run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Tone = Literal["plain", "dim", "warning", "urgent"]

SCHEMA: Final = 1
"""Version of the record's layout."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph.

    Parameters
    ----------
    text : str
        Shown as it is: no mark-up is read in it.
    tone : str
        ``plain``, ``dim``, ``warning`` or ``urgent``; an urgent one is framed and opens with a word that says so.
    """

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Parameters
    ----------
    heads : tuple of str
        Of the columns; empty for a list of terms with what is said of each.
    rows : tuple of tuple of str
        Cells.
    caption : str
        What it shows.
    shares : tuple of float
        Widths of the columns against each other; alike by default.

    Raises
    ------
    ValueError
        When a row has another number of cells.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.heads) or 2
        for row in self.rows:
            if len(row) != n:
                raise ValueError(f"A row of the table {self.caption!r} has {len(row)} cells; it has {n} columns.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing.

    Parameters
    ----------
    svg : str
        The drawing.
    words : str
        The same for who cannot see it.
    caption : str
        What stands below it.
    """

    svg: str
    words: str
    caption: str


Block = Text | Table | Picture

_KINDS: Final[dict[str, type[Text] | type[Table] | type[Picture]]] = {"text": Text, "table": Table, "picture": Picture}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it.

    Parameters
    ----------
    name : str
        For choosing it: ``summary``, ``findings``, ``figures``, ``plan``, ...
    title : str
        Its heading.
    blocks : tuple of Block
        In their order.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Clinic:
    """Whose report it is.

    Parameters
    ----------
    name : str
        Of the clinic, laboratory or shop.
    lines : tuple of str
        Address and the like.
    """

    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands for a report, as it was at that moment.

    Parameters
    ----------
    by : str
        Name of who signed.
    at : str
        When, as ``2026-11-22T10:30:00+00:00``.
    statement : str
        What is said with it.
    sha256 : str
        Fingerprint of what was signed, of the name, the time and the statement together.
    """

    by: str
    at: str
    statement: str
    sha256: str

    @staticmethod
    def fingerprint(content_sha256: str, by: str, at: str, statement: str) -> str:
        """What a signature holds.

        Parameters
        ----------
        content_sha256 : str
            Fingerprint of the report.
        by, at, statement : str
            Of the signature.

        Returns
        -------
        str
            64 hexadecimal digits, others when any of the four is.
        """
        return _digest([content_sha256, by, at, statement])


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed.

    Parameters
    ----------
    title : str
        What it is.
    clinic : Clinic
        Whose it is.
    participant : str
        A pseudonym.
    made_at : str
        When, as ``2026-11-22T10:30:00+00:00``.
    version : str
        footload's version.
    statement : str
        The fixed line: what footload does not do.
    fingerprints : tuple of (str, str)
        Name and sha256 of every file that it was made from.
    sections : tuple of Section
        In their order.
    signature : Signature, optional
        None while nobody stands for it: then DRAFT is printed on every page.
    """

    title: str
    clinic: Clinic
    participant: str
    made_at: str
    version: str
    statement: str
    fingerprints: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    signature: Signature | None = None

    @property
    def sha256(self) -> str:
        """Fingerprint of everything but the signature."""
        record = self.to_record()
        del record["signature"]
        return _digest(record)

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON.

        Returns
        -------
        dict
            From which `Report.from_record` makes the same report.
        """
        record = asdict(self)
        for section, plain in zip(self.sections, record["sections"], strict=True):
            plain["blocks"] = [
                {"kind": type(block).__name__.lower(), **each}
                for block, each in zip(section.blocks, plain["blocks"], strict=True)
            ]
        return json.loads(json.dumps({"schema": SCHEMA, **record}))

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Report:
        """Make a report from plain values.

        Parameters
        ----------
        record : mapping
            As `to_record` gives them.

        Returns
        -------
        Report
            Equal to the one that the record was made from.

        Raises
        ------
        KeyError, TypeError, ValueError
            When it is no such record.
        """
        if record["schema"] != SCHEMA:
            raise ValueError(f"The report is of layout {record['schema']}, but this version reads layout {SCHEMA}.")
        fields = {name: value for name, value in record.items() if name != "schema"}
        fields["clinic"] = Clinic(record["clinic"]["name"], tuple(record["clinic"]["lines"]))
        fields["fingerprints"] = tuple((name, digest) for name, digest in record["fingerprints"])
        fields["sections"] = tuple(
            Section(each["name"], each["title"], tuple(_block(block) for block in each["blocks"]))
            for each in record["sections"]
        )
        fields["signature"] = Signature(**record["signature"]) if record["signature"] else None
        return cls(**fields)


def _digest(plain: Any) -> str:
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _block(record: Mapping[str, Any]) -> Block:
    kind = _KINDS[record["kind"]]
    values = {name: value for name, value in record.items() if name != "kind"}
    if kind is Table:
        values["heads"], values["shares"] = tuple(values["heads"]), tuple(values["shares"])
        values["rows"] = tuple(tuple(row) for row in values["rows"])
    return kind(**values)
