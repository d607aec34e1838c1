"""`footload lab participant|calibration|assess|sign|show`: what a laboratory keeps beside its trials."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking
from footload.cli.laboratory_views import table_of
from footload.cli.opened_lab import AS_JSON, DATABASE, LAB, opened

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.lab.laboratory import Laboratory


def participant(
    name: Annotated[str, typer.Argument(help="A pseudonym; names have no place here.", show_default=False)],
    *,
    folder: Annotated[Path, LAB] = Path(),
    sex: Annotated[str | None, typer.Option(help="female or male.")] = None,
    birth_year: Annotated[int | None, typer.Option(help="A year, no date.", min=1880, max=2200)] = None,
    body_mass_kg: Annotated[float | None, typer.Option(help="[kg]", min=1, max=500)] = None,
    healthy: Annotated[bool | None, typer.Option(help="Whether the person counts for the laboratory's norms.")] = None,
    note: Annotated[str | None, typer.Option(help="Anything else; no names.")] = None,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write down what is known of a participant; what is not named stays as it is, and every change is in the audit."""
    if sex not in {None, "female", "male"}:
        speaking.usage_fault(f"--sex is {sex!r}; known are female and male, and not to name it.")
    said = {"sex": sex, "birth_year": birth_year, "body_mass_kg": body_mass_kg, "healthy": healthy, "note": note}
    with opened(folder, database) as lab:
        lab.put("participants", name, **{key: value for key, value in said.items() if value is not None})
        known = _document(lab, "participants", name)
    _tell_written("participants", name, known, as_json=as_json)


def session(
    name: Annotated[str, typer.Argument(help="Id of a session, such as P001_2026-11-22.", show_default=False)],
    *,
    note: Annotated[str, typer.Option(help="What to know of that day; no names.")],
    folder: Annotated[Path, LAB] = Path(),
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write a note on a session; what stood there before is in the audit."""
    with opened(folder, database) as lab:
        from footload.lab.documents import LaboratoryError, checked_id, document_path

        if not document_path(lab.folder, "sessions", checked_id(name, "session")).exists():
            raise LaboratoryError(f"There is no session {name!r}; adding a trial makes one.")
        lab.put("sessions", name, note=note or None)
        known = _document(lab, "sessions", name)
    _tell_written("sessions", name, known, as_json=as_json)


def trial(
    name: Annotated[str, typer.Argument(help="Id of a trial.", show_default=False)],
    *,
    condition: Annotated[str | None, typer.Option(help="What was worn or changed; '' for nothing.")] = None,
    task: Annotated[str | None, typer.Option(help="What the person did.")] = None,
    date: Annotated[str | None, typer.Option(help="Day of the session, as 2026-11-22.")] = None,
    device: Annotated[str | None, typer.Option(help="The device's name in the laboratory; '' for none.")] = None,
    feet: Annotated[
        Path | None, typer.Option(help="Edits of feet, or drawn feet (JSON, TOML): the trial's next edit.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What to know; no names. '' for nothing.")] = None,
    folder: Annotated[Path, LAB] = Path(),
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write down what else is known of a trial; what stood there before is in the audit, earlier edits of feet stay.

    Values stay those of before until `footload lab analyze`.
    """
    from footload.cli.opened_lab import task_of

    said = {"condition": condition, "note": note, "task": task_of(task), "date": date, "device": device}
    if feet is None and all(each is None for each in said.values()):
        speaking.usage_fault("there is nothing to write down; name --condition, --task, --date, --device or --note.")
    with opened(folder, database) as lab:
        from footload.lab.known_trials import edit_feet

        if any(each is not None for each in said.values()):
            lab.amend_trial(name, **said)  # type: ignore[arg-type]
        if feet is not None:
            edit_feet(lab.folder, name, feet, lab.by)
        known = _document(lab, "trials", name)
    _tell_written("trials", name, known, as_json=as_json, feet_taken=feet is not None)


def calibration(
    file: Annotated[Path, typer.Argument(help="What `footload calibrate` wrote (.toml).", show_default=False)],
    *,
    device: Annotated[str, typer.Option(help="The device's name in the laboratory.")],
    folder: Annotated[Path, LAB] = Path(),
    note: Annotated[str | None, typer.Option(help="Anything else.")] = None,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Keep a device's calibration, whole; of another serial number than the device's it is refused."""
    if not file.is_file():
        speaking.usage_fault(f"there is no file {file.name}; name the .toml that `footload calibrate` wrote.")
    with opened(folder, database) as lab:
        from devices.cell_calibration import parse_calibration
        from footload.lab.documents import LaboratoryError

        text = file.read_text("utf-8")
        belongs = parse_calibration(text, file.name).device
        known = {row["id"]: row for row in lab.rows("devices")}.get(device)
        number = known["serial_number"] if known else None
        if number not in {None, belongs.serial_number}:
            raise LaboratoryError(
                f"{file.name} belongs to serial number {belongs.serial_number!r}, but {device!r} is {number!r}."
            )
        if number is None:
            lab.put("devices", device, serial_number=belongs.serial_number, profile=belongs.profile)
        content = {"toml": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        kept = lab.append("calibrations", device_id=device, content=content, note=note)
    if as_json:
        speaking.show_json({"id": kept, "device": device, "serial_number": belongs.serial_number})
    else:
        speaking.show(f"{kept}: calibration of {device}.")


def assess(
    *,
    participant: Annotated[str, typer.Option(help="Whose trials.")],
    folder: Annotated[Path, LAB] = Path(),
    date: Annotated[str | None, typer.Option(help="Only those of this day; the newest session otherwise.")] = None,
    condition: Annotated[str | None, typer.Option(help="Only those in this condition.")] = None,
    clinical: Annotated[Path | None, typer.Option(help="What was entered by hand (TOML).")] = None,
    norms: Annotated[
        Path | None, typer.Option(help="A site's own norms (TOML) or a set (.json); the laboratory's own by default.")
    ] = None,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Assess a participant's session from its trials and keep what was said; sign it with `footload lab sign`."""
    from footload import __version__
    from footload.cli import norming
    from footload.cli.assessing import assessment_of, read_inputs
    from footload.cli.assessment_view import assessment_views
    from footload.norms.kept_sets import norms_of_lab

    with opened(folder, database) as lab:
        session, analyses = _session(lab.folder, participant, date, condition)
        norms = norms or norms_of_lab(lab.folder)
        analyses = norming.compared(analyses, norms)
        entered = read_inputs(clinical, norms, analyses)
        pooled, assessment = assessment_of(analyses, condition, entered)
        record: dict[str, Any] = {
            "footload": __version__,
            "condition": pooled.condition or None,
            "trials": [analysis.trial.name for analysis in analyses],
            "entered_by_hand": [_kept_text(file) for file in (clinical, norms) if file],
            "notes": list(pooled.notes),
            "assessment": assessment.to_record(),
        }
        content = speaking.without_nan(record)
        kept = lab.append("assessments", participant_id=participant, session_id=session, content=content)
    if as_json:
        speaking.show_json({"id": kept, **content})
        return
    speaking.show(*assessment_views(pooled, assessment, sheet=False))
    speaking.show(f"{kept}: assessment of {session}. Sign it with `footload lab sign {kept} --by NAME`.")


def sign(
    assessment: Annotated[str, typer.Argument(help="Id of an assessment.", show_default=False)],
    *,
    by: Annotated[str, typer.Option(help="Name of who signs.")],
    folder: Annotated[Path, LAB] = Path(),
    statement: Annotated[str, typer.Option(help="What is said with it.")] = "",
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Sign an assessment as it stands; `footload lab check` notices when it is changed afterwards."""
    if not by.strip():
        speaking.usage_fault("--by is empty; whoever stands for an assessment has a name.")
    with opened(folder, database) as lab:
        kept = lab.sign_off(assessment, by.strip(), statement)
    if as_json:
        speaking.show_json({"id": kept, "assessment": assessment, "by": by.strip(), "statement": statement})
    else:
        speaking.show(f"{kept}: {assessment} is signed by {by.strip()}.")


def show(
    kind: Annotated[str, typer.Argument(help="participants, assessments, sign-offs, audit, ...", show_default=False)],
    *,
    folder: Annotated[Path, LAB] = Path(),
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """List what a laboratory keeps of one kind, everything with --json."""
    from footload.lab.tables import KINDS

    table = kind.replace("-", "_")
    if table not in KINDS:
        speaking.usage_fault(
            f"there is no kind {kind!r}; known: {', '.join(each.replace('_', '-') for each in KINDS)}."
        )
    with opened(folder, database) as lab:
        rows = lab.rows(table)
    if as_json:
        speaking.show_json({table: rows})
    else:
        speaking.show(table_of(rows) if rows else f"There are no {kind}.")


def _document(lab: Laboratory, kind: str, name: str) -> dict[str, Any]:
    """What stands there now, without a trial's parameters and fingerprints, which `footload lab show` lists."""
    from footload.lab.documents import document_path, read_document

    document, _ = read_document(document_path(lab.folder, kind, name))
    return {key: value for key, value in document.items() if key not in {"parameters", "files"}}


def _tell_written(kind: str, name: str, known: dict[str, Any], *, as_json: bool, **more: bool) -> None:
    if as_json:
        speaking.show_json({"id": name, "kind": kind, **known, **more})
    else:
        speaking.show(f"{name} is written down.")


def _session(folder: Path, participant: str, date: str | None, condition: str | None) -> tuple[str, list[Analysis]]:
    """A participant's trials of one day, analyzed again from the files as they are kept."""
    from footload.analysis import analyze_as_drawn
    from footload.lab.documents import LaboratoryError, document_path, read_document
    from footload.lab.kept_trials import Wanted, kept_files, read_kept

    files = kept_files(folder, Wanted(participant, None, condition, date, date))
    if not files:
        asked = "".join(f" {word} {value}" for word, value in (("on", date), ("in condition", condition)) if value)
        raise LaboratoryError(f"There is no trial of {participant!r}{asked} to assess.")
    dates = {file: read_document(document_path(folder, "trials", file.parent.parent.name))[0] for file in files}
    newest = max(document["date"] for document in dates.values())
    chosen = [file for file in files if dates[file]["date"] == newest]
    return dates[chosen[0]]["session_id"], [analyze_as_drawn(file, read_kept(file)) for file in chosen]


def _kept_text(file: Path) -> dict[str, str]:
    """What was entered by hand, whole, so that an assessment can be made again; of a set of norms which it was."""
    from footload.cli.norming import read_set

    text = file.read_text("utf-8")
    known = read_set(file)
    return {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        **({"norms": known.label} if known else {"toml": text}),
    }
