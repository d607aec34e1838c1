"""Locks a report: a name under it, and the fingerprint of what was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from footload.errors import FootloadError
from footload.report.document import Report, Signature


class SignatureError(FootloadError):
    """A report that cannot be signed, or is not what was signed.

    Example scenarios
    -----------------
    - Somebody changed a word of a signed report.
    - A report that is signed already is signed again.
    """


def check_name(by: str) -> str:
    """Refuse a signature without a name, before anything is made for it.

    Parameters
    ----------
    by : str
        Name of who signs.

    Returns
    -------
    str
        The name without the spaces around it.

    Raises
    ------
    SignatureError
        When there is none.
    """
    if not by.strip():
        raise SignatureError("A signature needs the name of who signs.")
    return by.strip()


def sign(report: Report, by: str, at: str, statement: str = "") -> Report:
    """Put a name under a report.

    Parameters
    ----------
    report : Report
        Not signed yet.
    by : str
        Name of who signs.
    at : str
        When, as ``2026-11-22T10:30:00+00:00``.
    statement : str
        What is said with it; a usual sentence by default.

    Returns
    -------
    Report
        The same with its signature.

    Raises
    ------
    SignatureError
        When there is no name, or the report is signed already.
    """
    name = check_name(by)
    if report.signature is not None:
        raise SignatureError(f"The report was signed by {report.signature.by!r} already; make a new one to change it.")
    said = statement.strip() or "I have read this report and stand for what it says."
    named = (name, at, said)
    return replace(report, signature=Signature(*named, Signature.fingerprint(report.sha256, *named)))


def check_signed(report: Report) -> Signature:
    """Make sure that a report is what was signed.

    Parameters
    ----------
    report : Report
        From `read_report`.

    Returns
    -------
    Signature
        Who stands for it.

    Raises
    ------
    SignatureError
        When it is not signed, or was changed afterwards.
    """
    if report.signature is None:
        raise SignatureError("The report is a draft: nobody has signed it.")
    signed = report.signature
    now = Signature.fingerprint(report.sha256, signed.by, signed.at, signed.statement)
    if signed.sha256 != now:
        raise SignatureError(
            f"The report is not what {signed.by!r} signed, or the signature is not what it was: its fingerprint is "
            f"{now[:12]}..., the signed one {signed.sha256[:12]}...."
        )
    return signed


def write_record(report: Report, path: Path) -> None:
    """Write a report's record, from which it can be printed and checked again.

    Parameters
    ----------
    report : Report
        Signed or not.
    path : Path
        A JSON file that does not exist yet.

    Raises
    ------
    FileExistsError
        When it exists.
    """
    with path.open("x", encoding="utf-8") as file:
        json.dump(report.to_record(), file, indent=1, ensure_ascii=False)
        file.write("\n")


def read_report(path: Path) -> Report:
    """Read a report's record.

    Parameters
    ----------
    path : Path
        From `write_record`.

    Returns
    -------
    Report
        Not checked against its signature; `check_signed` does that.

    Raises
    ------
    SignatureError
        When it is no such record.
    """
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
        return Report.from_record(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SignatureError(
            f"{path.name} is no record of a report ({error}); `footload report` writes one as .json beside the PDF."
        ) from error
