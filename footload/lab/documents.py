"""The files of a laboratory: documents that are written whole or not at all, and their fingerprints."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from footload.errors import FootloadError

Tracked: TypeAlias = Callable[[Sequence[Any]], Iterable[Any]]
"""Goes through a sequence, and may show how far it is."""

TRIAL_DOCUMENT: Final = "trial.json"
TRIAL_FINDINGS: Final = "findings.json"
EARLIER: Final = "earlier"
"""Folder of a trial with findings that stood there before, each under the moment at which it was replaced."""
_NAME: Final = re.compile(r"[\w][\w .+-]{0,99}")


class LaboratoryError(FootloadError):
    """A laboratory's folder or database cannot do what was asked.

    Example scenarios
    -----------------
    - The folder is not a laboratory's.
    - A participant is named that nobody added.
    """


def checked_id(text: str, what: str) -> str:
    """Check a name that becomes the name of a file.

    Parameters
    ----------
    text : str
        The name.
    what : str
        What it names, for the message.

    Returns
    -------
    str
        The name.

    Raises
    ------
    LaboratoryError
        When it would not do as one on every system.
    """
    if not _NAME.fullmatch(text) or text.endswith((".", " ")):
        raise LaboratoryError(
            f"The {what} {text!r} cannot be used; letters, digits, spaces, '_', '.', '+' and '-' can, up to 100."
        )
    return text


def moment() -> str:
    """The present time, in UTC to the microsecond, such that text order is time order.

    Returns
    -------
    str
        Such as ``2026-11-22T16:30:00.000000Z``.
    """
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def fresh_id() -> str:
    """A name that nobody else takes, in order of time.

    Returns
    -------
    str
        The time and random digits.
    """
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(5)}"


def bytes_of(document: Mapping[str, Any]) -> bytes:
    """A document as it stands in its file.

    Parameters
    ----------
    document : mapping
        Plain values.

    Returns
    -------
    bytes
        The same for the same values.

    Raises
    ------
    ValueError
        When a number is NaN or infinite, which JSON does not have.
    """
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def read_document(path: Path) -> tuple[dict[str, Any], str]:
    """Read a document and take its fingerprint.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    document : dict
        Its values.
    sha256 : str
        Of its bytes.

    Raises
    ------
    LaboratoryError
        When it is not a document.
    """
    content = path.read_bytes()
    try:
        document = json.loads(content)
    except ValueError as error:
        raise LaboratoryError(f"{path.name} in {path.parent.name} is damaged ({error}).") from error
    if not isinstance(document, dict):
        raise LaboratoryError(f"{path.name} in {path.parent.name} holds no document.")
    return cast("dict[str, Any]", document), hashlib.sha256(content).hexdigest()


def document_path(folder: Path, kind: str, name: str) -> Path:
    """Where the document of a row stands.

    Parameters
    ----------
    folder : path
        The laboratory's.
    kind : str
        Name of the table.
    name : str
        The row's id.

    Returns
    -------
    Path
        Whether or not it exists.
    """
    return folder / kind / name / TRIAL_DOCUMENT if kind == "trials" else folder / kind / f"{name}.json"


def document_paths(folder: Path, kind: str) -> Iterator[tuple[str, Path]]:
    """Every document of a kind.

    Parameters
    ----------
    folder : path
        The laboratory's.
    kind : str
        Name of the table.

    Yields
    ------
    (str, Path)
        Id and file, in the order of the ids.
    """
    inside = folder / kind
    if kind == "trials":
        found = ((path.parent.name, path) for path in inside.glob(f"*/{TRIAL_DOCUMENT}"))
    else:
        found = ((path.stem, path) for path in inside.glob("*.json"))
    yield from sorted((name, path) for name, path in found if not name.startswith("."))


def sha256_of(path: Path) -> str:
    """The fingerprint of a file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    str
        64 digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
