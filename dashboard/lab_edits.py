"""What may be corrected in a laboratory from a page, written down with who did it."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from footload.errors import FootloadError

if TYPE_CHECKING:
    from footload.lab.laboratory import Laboratory

EDITED: Final[Mapping[str, tuple[str, ...]]] = {
    "participants": ("note", "sex", "birth_year", "body_mass_kg", "healthy"),
    "sessions": ("note",),
    "conditions": ("note", "footwear", "device"),
    "trials": ("condition", "note"),
}
"""What may be changed, by table."""

LONGEST_TEXT: Final = 2000
MOST_AUDITS: Final = 20
_NUMBERS: Final[Mapping[str, type[int] | type[float]]] = {"birth_year": int, "body_mass_kg": float}
_ONE_AFTER_THE_OTHER: Final = threading.Lock()
"""What stands is compared and written without anybody of this server in between."""

_BOUNDS: Final = {"birth_year": (1880, 2200), "body_mass_kg": (1, 500)}


def document_of(lab: Laboratory, kind: str, name: str) -> dict[str, Any]:
    """What the laboratory says of one participant, session, condition or trial.

    Parameters
    ----------
    lab : Laboratory
        Open.
    kind, name : str
        Table and id.

    Returns
    -------
    dict
        A trial's condition stands under ``condition``.

    Raises
    ------
    FootloadError
        When there is no such thing.
    """
    from footload.lab.documents import LaboratoryError, checked_id, document_path, read_document

    path = document_path(lab.folder, kind, checked_id(name, kind))
    if not path.is_file():
        raise LaboratoryError(f"There is no {name!r} in {kind}.")
    document, _ = read_document(path)
    return {**document, "condition": document.get("condition_id")}


def audits_of(lab: Laboratory, kind: str, name: str) -> list[dict[str, Any]]:
    """Who wrote what on it, the latest first.

    Parameters
    ----------
    lab : Laboratory
        Open.
    kind, name : str
        Table and id.

    Returns
    -------
    list of dict
        With ``at``, ``by`` and ``action``.
    """
    from footload.lab.listing import audit_page

    return audit_page(lab.engine, kind=kind, subject=name, limit=MOST_AUDITS)


class WrittenMeanwhileError(FootloadError):
    """Somebody else has changed a field since its form was shown; nothing was written.

    Parameters
    ----------
    name : str
        What was edited.
    theirs : mapping of str to object
        What stands now in the fields that both changed.
    """

    def __init__(self, name: str, theirs: Mapping[str, Any]) -> None:
        self.theirs = dict(theirs)
        words = "; ".join(
            f"{_word(key)} is now {'empty' if value is None else repr(value)}" for key, value in theirs.items()
        )
        super().__init__(
            f"Somebody changed {name} after this form was shown: {words}. "
            "Save again to write yours over it, or load the page again to keep theirs."
        )


def shown_fields(kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of a document, to be compared when it comes back.

    Parameters
    ----------
    kind : str
        Table.
    document : mapping
        As `document_of` gives it.

    Returns
    -------
    dict
        Value by field.
    """
    return {key: document.get(key) for key in EDITED[kind]}


def keep(
    lab: Laboratory,
    kind: str,
    name: str,
    said: Mapping[str, Any],
    by: str = "",
    *,
    shown: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """Write the fields that a person changed, and none of the others.

    Parameters
    ----------
    lab : Laboratory
        Open.
    kind, name : str
        Table and id.
    said : mapping
        Text by field, as a form gives it; empty takes the value away.
    by : str
        Who, for the audit; the account's name on this machine when empty.
    shown : mapping, optional
        What stood in the fields when the form was shown; what stands there now when it is left out.

    Returns
    -------
    tuple of str
        The fields that were written; none when nothing was changed.

    Raises
    ------
    FootloadError
        When there is no such thing, or it may not be written.
    WrittenMeanwhileError
        When somebody else changed the same field to something else since the form was shown.
    ValueError
        When a number is none.
    """
    with _ONE_AFTER_THE_OTHER:
        stands = document_of(lab, kind, name)
        before = stands if shown is None else shown
        values = {key: _value(key, text) for key, text in said.items()}
        changed = {key: value for key, value in values.items() if value != _said(before, key)}
        theirs = {
            key: _said(stands, key)
            for key, value in changed.items()
            if _said(stands, key) not in (_said(before, key), value)
        }
        if theirs:
            raise WrittenMeanwhileError(name, theirs)
        if changed:
            _write(lab, kind, name, changed, by)
    return tuple(changed)


def _write(lab: Laboratory, kind: str, name: str, values: Mapping[str, Any], by: str) -> None:
    signed = copy.copy(lab)  # the same database, under another name in the audit
    signed.by = by or lab.by
    if kind == "trials":
        condition, note = (values[key] or "" if key in values else None for key in ("condition", "note"))
        signed.amend_trial(name, condition=condition, note=note)
    else:
        signed.put(kind, name, **values)


def _said(document: Mapping[str, Any], key: str) -> Any:
    """A value; an empty text is none."""
    value = document.get(key)
    return None if value == "" else value


def _word(key: str) -> str:
    return "the " + key.replace("_kg", " [kg]").replace("_", " ")


def _value(key: str, text: Any) -> Any:
    text = str(text or "").strip()
    if not text:
        return None
    if key == "healthy":
        return text == "yes"
    if key == "sex" and text not in {"female", "male"}:
        raise FootloadError(f"The sex is {text!r}; known are female and male, and not to say it.")
    if key not in _NUMBERS:
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"The text has {len(text)} characters; at most {LONGEST_TEXT} are kept.")
        return text
    low, high = _BOUNDS[key]
    word = key.replace("_kg", " [kg]").replace("_", " ")
    try:
        number = _NUMBERS[key](text.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"The {word} is {text!r}, which is no number.") from error
    if not low <= number <= high:
        raise ValueError(f"The {word} is {number:g}; it lies from {low} to {high}.")
    return number
