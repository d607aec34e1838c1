"""`footload lab`: a laboratory's folder of trials and the database that finds things in it."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from footload.cli import laboratory_analyzing, laboratory_records, laboratory_views, speaking
from footload.cli.opened_lab import AS_JSON, DATABASE, LAB, opened, task_of

application = typer.Typer(help="Participants, sessions and trials of a laboratory.", no_args_is_help=True)

TRIAL_ID_WIDTH = 24

application.command("participant")(laboratory_records.participant)
application.command("session")(laboratory_records.session)
application.command("trial")(laboratory_records.trial)
application.command("analyze")(laboratory_analyzing.analyze)
application.command("calibration")(laboratory_records.calibration)
application.command("assess")(laboratory_records.assess)
application.command("sign")(laboratory_records.sign)
application.command("show")(laboratory_records.show)
application.command("findings")(laboratory_views.findings)
application.command("audit")(laboratory_views.audit)


@application.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", show_default=False)],
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Make a laboratory."""
    from footload.lab.laboratory import Laboratory

    with speaking.faults_told():
        Laboratory.create(folder, database).close()
    if as_json:
        speaking.show_json({"made": folder.name})
    else:
        speaking.show(f"{folder} is a laboratory now. Add trials with `footload lab add`.")


@application.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(help="Recordings or vendors' exports.", show_default=False)],
    *,
    participant: Annotated[str, typer.Option(help="A pseudonym; names have no place here.")],
    date: Annotated[str, typer.Option(help="Day of the session, as 2026-11-22.")],
    folder: Annotated[Path, LAB] = Path(),
    task: Annotated[str | None, typer.Option(help="What the person did, when the file does not say.")] = None,
    condition: Annotated[str, typer.Option(help="What was worn or changed, such as barefoot.")] = "",
    device: Annotated[str, typer.Option(help="The device's name in the laboratory.")] = "",
    keep_name: Annotated[
        bool, typer.Option("--keep-name", help="Keep the file's name, which may name somebody.")
    ] = False,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Copy trials into the laboratory, analyze them, and keep both.

    A file that fails is reported and does not stop the others; the exit code is then 1. The same file twice is one
    trial; said to be of another condition, day, task or device than stands there, it fails, and nothing is changed.
    """
    from footload.errors import FootloadError

    added: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    with opened(folder, database) as lab:
        from footload.lab.trial_folder import TrialFacts

        facts = TrialFacts(participant, date, condition, device, task_of(task), keep_name)
        for file in speaking.tracked(files, "adding"):
            try:
                added.append({"file": file.name, **asdict(lab.add_trial(file, facts))})
            except FootloadError as error:
                failed.append({"file": file.name, "error": str(error)})
    if as_json:
        speaking.show_json({"added": added, "failed": failed})
    else:
        for each in added:
            new = f"{each['n_findings']} findings" if each["is_new"] else "there already"
            new += ", edits of its feet taken over" if each["edits_taken"] else ""
            speaking.show(f"{each['file']}: trial {each['trial_id']}, {new}")
    for each in failed:
        speaking.complain(each["error"])
    raise typer.Exit(speaking.INPUT_AT_FAULT if failed else speaking.FINE)


@application.command("list")
def list_trials(
    *,
    folder: Annotated[Path, LAB] = Path(),
    participant: Annotated[str | None, typer.Option(help="Only this participant's.")] = None,
    task: Annotated[str | None, typer.Option(help="Only of this task.")] = None,
    condition: Annotated[str | None, typer.Option(help="Only in this condition.")] = None,
    device: Annotated[str | None, typer.Option(help="Only on this device.")] = None,
    session: Annotated[str | None, typer.Option(help="Only of this session.")] = None,
    quality: Annotated[str | None, typer.Option(help="Worst that the checks said: good, note or warning.")] = None,
    since: Annotated[str | None, typer.Option(help="Only from this day on, as 2026-11-22.")] = None,
    until: Annotated[str | None, typer.Option(help="Only up to this day.")] = None,
    metric: Annotated[str | None, typer.Option(help="Only with a value of this metric.")] = None,
    low: Annotated[float | None, typer.Option(help="The value from here on, in the metric's unit.")] = None,
    high: Annotated[float | None, typer.Option(help="The value up to here.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 50,
    before: Annotated[str | None, typer.Option(help="Go on after this trial, the last of a page.")] = None,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """List trials, those of the newest session first."""
    from footload.lab.indexing import QUALITIES

    if quality not in {None, *QUALITIES}:
        speaking.usage_fault(f"--quality is {quality!r}; known: {', '.join(QUALITIES)}.")
    if metric is None and not low is high is None:
        speaking.usage_fault("--low and --high are of a metric; name it with --metric.")
    with opened(folder, database) as lab:
        from footload.lab.trial_folder import checked_day

        for day in filter(None, (since, until)):
            checked_day(day)
        found = lab.trials(
            participant=participant,
            task=_word(task),
            condition=condition,
            device=device,
            session=session,
            quality=quality,
            since=since,
            until=until,
            metric=metric,
            low=low,
            high=high,
            limit=limit,
            before=before,
        )
    if as_json:
        speaking.show_json({"trials": found})
        return
    from footload.cli.results import plain_table

    table = plain_table()
    table.add_column("trial", min_width=TRIAL_ID_WIDTH, no_wrap=True)
    shown = {"participant_id": "participant", "date": "date", "task": "task", "condition_id": "condition"}
    shown |= {"n_findings": "findings", "quality": "quality"}
    for heading in shown.values():
        table.add_column(heading)
    for row in found:
        table.add_row(row["id"], *("" if row[column] is None else str(row[column]) for column in shown))
    speaking.show(table)
    if len(found) == limit:
        speaking.complain(f"There may be more: --before {found[-1]['id']}")


@application.command("rebuild")
def rebuild(
    folder: Annotated[Path, LAB] = Path(),
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Make the database again from the files, which are the truth."""
    with opened(folder, database) as lab:
        from footload.lab.checking import rebuild as rebuild_database

        counts = rebuild_database(lab, partial(speaking.tracked, what="rebuilding"))
    if as_json:
        speaking.show_json({"rows": counts})
    else:
        speaking.show(", ".join(f"{n} {kind.replace('_', '-')}" for kind, n in counts.items()))


@application.command("check")
def check(
    folder: Annotated[Path, LAB] = Path(),
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Find what is missing, changed or orphaned; the exit code is 1 when there is anything."""
    with opened(folder, database) as lab:
        from footload.lab.checking import check as faults_of

        faults = faults_of(lab, partial(speaking.tracked, what="checking"))
        n_recovered = lab.n_recovered
    if as_json:
        speaking.show_json({"n_recovered": n_recovered, "faults": [asdict(fault) for fault in faults]})
    else:
        if n_recovered:
            speaking.show(f"{n_recovered} changes that were interrupted have been finished.")
        for fault in faults:
            speaking.show(f"{fault.what} {fault.subject}: {fault.text}")
        if not faults:
            speaking.show("Files and database agree.")
    raise typer.Exit(speaking.INPUT_AT_FAULT if faults else speaking.FINE)


@application.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="The file to write (.zip).", show_default=False)],
    folder: Annotated[Path, LAB] = Path(),
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write the whole laboratory into one file, and read it back."""
    with opened(folder, database) as lab:
        from footload.lab.archive import backup as write_backup

        n_files = write_backup(lab, target, partial(speaking.tracked, what="backing up"))
    if as_json:
        speaking.show_json({"written": target.name, "n_files": n_files})
    else:
        speaking.show(f"{n_files} files in {target.name}, read back.")


@application.command("restore")
def restore(
    source: Annotated[Path, typer.Argument(help="A backup.", show_default=False)],
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", show_default=False)],
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Make a laboratory from a backup."""
    from footload.lab.archive import restore as read_backup

    with speaking.faults_told():
        lab = read_backup(source, folder, database, tracked=partial(speaking.tracked, what="restoring"))
        n_trials = len(lab.rows("trials"))
        lab.close()
    if as_json:
        speaking.show_json({"restored": folder.name, "from": source.name, "n_trials": n_trials})
    else:
        speaking.show(f"{folder} is restored.")


def _word(text: str | None) -> str | None:
    task = task_of(text)
    return task.value if task else None
