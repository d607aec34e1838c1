"""What may be corrected in a laboratory from a page, written down with who did it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from footload.errors import FootloadError

if TYPE_CHECKING:
    from footload.lab.laboratory import Laboratory

LONGEST_TEXT: Final = 2000
MOST_AUDITS: Final = 20
_NUMBERS: Final[Mapping[str, type[int] | type[float]]] = {"birth_year": int, "body_mass_kg": float}
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


def keep(lab: Laboratory, kind: str, name: str, said: Mapping[str, Any], by: str = "") -> None:
    """Write what a person entered.

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

    Raises
    ------
    FootloadError
        When there is no such thing, or it may not be written.
    ValueError
        When a number is none.
    """
    document_of(lab, kind, name)
    values = {key: _value(key, text) for key, text in said.items()}
    signed = copy.copy(lab)  # the same database, under another name in the audit
    signed.by = by or lab.by
    if kind == "trials":
        signed.amend_trial(name, **{key: values[key] or "" for key in ("condition", "note") if key in values})
    else:
        signed.put(kind, name, **values)


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
