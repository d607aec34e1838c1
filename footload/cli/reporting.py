"""`footload report`: one person's trials as a printable report, its sign-off, and whether it is what was signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from footload.report import Report

application = typer.Typer(
    help="A printable report of one person in one condition: made as a draft, signed by name, checked.",
    no_args_is_help=True,
)

OVERWRITE = typer.Option("--overwrite", help="Replace a file that exists.")
AS_JSON = typer.Option("--json", help="One JSON document instead of text.")


@application.command("make")
def make(
    trials: Annotated[list[Path], typer.Argument(help="Trials of one person in one condition.", show_default=False)],
    *,
    out: Annotated[Path, typer.Option(help="A .pdf or .html file; its record is written beside it as .json.")],
    clinical: Annotated[Path | None, typer.Option(help="What was entered by hand (TOML).")] = None,
    norms: Annotated[Path | None, typer.Option(help="A site's own norms (TOML), or a set of norms (.json).")] = None,
    condition: Annotated[str | None, typer.Option(help="Take the trials of this condition only.")] = None,
    clinic: Annotated[list[str] | None, typer.Option(help="Name of the clinic; repeat it for its address.")] = None,
    section: Annotated[
        list[str] | None, typer.Option(help="Only this section; repeat it for more. All by default.")
    ] = None,
    after: Annotated[
        list[Path] | None, typer.Option(help="A trial with the option in place; repeat it for more.")
    ] = None,
    option: Annotated[str, typer.Option(help="With --after: the option that was tried.")] = "O2",
    overwrite: Annotated[bool, OVERWRITE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Make a draft: what was measured, what may be considered, the plan, the sources, fingerprints of every file."""
    from footload.cli import assessing
    from footload.lab.documents import moment
    from footload.report import Clinic, report_of
    from footload.report.writing import SECTIONS

    record = _writable(out, overwrite)
    lines = [line for line in clinic or () if line.strip()]
    said = assessing.assessed_trials(trials, after or [], option, condition=condition, clinical=clinical, norms=norms)
    try:
        report = report_of(
            said.analyses,
            said.pooled,
            said.assessment,
            made_at=moment(),
            clinic=Clinic(lines[0], tuple(lines[1:])) if lines else None,
            sections=section or SECTIONS,
            comparison=said.tried,
        )
    except ValueError as error:
        speaking.usage_fault(str(error))
    _write(report, out, record)
    _tell(report, (out, record), as_json=as_json)


@application.command("sign")
def sign_report(
    record: Annotated[Path, typer.Argument(help="The .json of a draft.", show_default=False)],
    *,
    by: Annotated[str, typer.Option(help="Name of who signs.")],
    out: Annotated[Path, typer.Option(help="The signed .pdf or .html; its record is written beside it.")],
    statement: Annotated[str, typer.Option(help="What is said with it.")] = "",
    overwrite: Annotated[bool, OVERWRITE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Put a name under a draft; from then on every change is noticed."""
    from footload.lab.documents import moment
    from footload.report import read_report, sign

    target = _writable(out, overwrite)
    with speaking.faults_told():
        report = sign(read_report(_there(record)), by, moment(), statement)
    _write(report, out, target)
    _tell(report, (out, target), as_json=as_json)


@application.command("check")
def check(
    record: Annotated[Path, typer.Argument(help="The .json of a signed report.", show_default=False)],
    *,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Say who signed a report, and whether it is still what was signed."""
    from footload.report import check_signed, read_report

    with speaking.faults_told():
        signature = check_signed(read_report(_there(record)))
    if as_json:
        facts = {"signed_by": signature.by, "at": signature.at, "statement": signature.statement}
        speaking.show_json({**facts, "sha256": signature.sha256, "unchanged": True})
    else:
        speaking.show(f"{record.name}: signed by {signature.by} at {signature.at[:16]}, unchanged since.")


def _there(record: Path) -> Path:
    if not record.is_file():
        speaking.usage_fault(f"there is no file {record.name}; name the .json that `footload report make` wrote.")
    return record


def _writable(out: Path, overwrite: bool) -> Path:
    """The record beside the printed report, once both may be written."""
    if out.suffix.lower() not in {".pdf", ".html"}:
        speaking.usage_fault(f"{out.name} is neither a .pdf nor a .html file; a report is printed as one of the two.")
    if not out.parent.is_dir():
        speaking.usage_fault(f"there is no folder {out.parent.name!r} for {out.name}.")
    record = out.with_suffix(".json")
    for file in (out, record):
        if file.exists() and not overwrite:
            speaking.usage_fault(f"{file.name} exists already; choose another name or add --overwrite.")
    return record


def _write(report: Report, out: Path, record: Path) -> None:
    from footload.report import html_of, pdf_of, write_record

    printed = pdf_of(report) if out.suffix.lower() == ".pdf" else html_of(report).encode()
    record.unlink(missing_ok=True)
    write_record(report, record)
    out.write_bytes(printed)


def _tell(report: Report, files: Iterable[Path], *, as_json: bool) -> None:
    names = [file.name for file in files]
    by = report.signature.by if report.signature else None
    if as_json:
        facts: dict[str, Any] = {"files": names, "sha256": report.sha256, "signed_by": by}
        speaking.show_json({**facts, "sections": [section.name for section in report.sections]})
    else:
        signed = f"signed by {by}" if by else "a draft; sign it with `footload report sign`"
        speaking.show(f"{' and '.join(names)}: {signed}. Fingerprint {report.sha256[:16]}.")
