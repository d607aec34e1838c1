"""Whether what is to be written fits: its fields exist and are of the right kind, and what it refers to is there."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from footload.lab.documents import LaboratoryError, document_path
from footload.lab.indexing import DERIVED
from footload.lab.tables import KINDS


def check_fields(kind: str, fields: Mapping[str, Any]) -> None:
    """Refuse fields that a kind does not have, or of another kind of value.

    Parameters
    ----------
    kind : str
        Name of the table.
    fields : mapping of str to value
        By column.

    Raises
    ------
    LaboratoryError
        When one does not fit.
    """
    known = {column.name: column for column in KINDS[kind].columns if column.name not in DERIVED}
    for name, value in fields.items():
        if name not in known:
            raise LaboratoryError(f"{kind} have no {name!r}; they have: {', '.join(known)}.")
        wanted = known[name].type.python_type
        fits = isinstance(value, wanted) or (wanted is float and isinstance(value, int))
        if value is not None and (not fits or (isinstance(value, bool) and wanted is not bool)):
            raise LaboratoryError(f"{name!r} of {kind} is {value!r}; it has to be of the kind {wanted.__name__}.")


def check_references(
    folder: Path, kind: str, document: Mapping[str, Any], together: Container[tuple[str, Any]]
) -> None:
    """Refuse a document that refers to what is not there.

    Parameters
    ----------
    folder : path
        The laboratory's.
    kind : str
        Name of the table.
    document : mapping
        Its fields.
    together : container of (kind, id)
        What is written with it.

    Raises
    ------
    LaboratoryError
        When something is missing.
    """
    for column in KINDS[kind].columns:
        for key in column.foreign_keys:
            table, name = key.column.table.name, document.get(column.name)
            if name is None and column.nullable:
                continue
            if (table, name) in together:
                continue
            is_name = str(name) == Path(str(name)).name  # and not the way to a document of another kind
            if not (is_name and document_path(folder, table, str(name)).exists()):
                raise LaboratoryError(f"There is no {name!r} in {table}; add it first.")
