"""`footload lab analyze`: kept trials analyzed again with the present software, the values before them kept."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking
from footload.cli.opened_lab import AS_JSON, DATABASE, LAB, opened

if TYPE_CHECKING:
    from footload.batch_again import Again


def analyze(
    *,
    folder: Annotated[Path, LAB] = Path(),
    participant: Annotated[str | None, typer.Option(help="Only this participant's.")] = None,
    task: Annotated[str | None, typer.Option(help="Only of this task.")] = None,
    condition: Annotated[str | None, typer.Option(help="Only in this condition.")] = None,
    since: Annotated[str | None, typer.Option(help="Only from this day on, as 2026-11-22.")] = None,
    until: Annotated[str | None, typer.Option(help="Only up to this day.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also trials of which nothing has changed.")] = False,
    only_compare: Annotated[bool, typer.Option("--compare", help="Only say what differs; what is kept stays.")] = False,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="With the present default parameters, not each trial's own.")
    ] = False,
    noise_floor: Annotated[
        float | None, typer.Option(help="Pressure below it counts as 0. [kPa, or counts]", min=0)
    ] = None,
    zero: Annotated[float | None, typer.Option(help="How long the mat is empty at the start. [s]", min=0)] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write every value beside the one before, a row each.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0 takes one for each processor.", min=0)] = 0,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Analyze kept trials again with the present software, and keep what was found.

    A trial is due when footload's version, its parameters, what the laboratory knows of it, edits of its feet or the
    laboratory's own norms are others than those that its values were made from. Values that differ stay beside the new
    ones (`footload lab findings TRIAL --earlier`). Stopped or killed, the same command does what is left. A trial that
    fails keeps its values; the exit code is then 1.
    """
    from footload.batch_again import Again, Choice, due
    from footload.lab.kept_trials import Wanted, kept_files

    if csv is not None and csv.exists():
        speaking.usage_fault(f"{csv.name} exists already; choose another name.")
    choice = Choice(present_defaults=defaults, noise_floor_kpa=noise_floor, zero_s=zero)
    with opened(folder, database) as lab:
        files = kept_files(lab.folder, Wanted(participant, task, condition, since, until))
        todo = files if everything else due(files, choice)
        keeping = None if only_compare else (database, lab.by)
        again = Again(lab.folder, choice, keeping)
    record: dict[str, Any] = {"n_trials": len(files), "n_due": len(todo), "kept": not only_compare}
    record |= {"differences": None, "failed": []}
    if todo:
        record |= _done(todo, again, workers or os.cpu_count() or 1, csv)
    if as_json:
        speaking.show_json(record)
    else:
        _tell(record)
    raise typer.Exit(speaking.INPUT_AT_FAULT if record["failed"] else speaking.FINE)


def _done(files: list[Path], again: Again, workers: int, csv: Path | None) -> dict[str, Any]:
    from footload.batch import parts_of
    from footload.batch_again import Differences
    from footload.batch_findings import gather
    from footload.batch_pool import run_on_processes

    with tempfile.TemporaryDirectory(prefix="footload-again-") as made, speaking.progress() as bar:
        out, task = Path(made), bar.add_task("analyzing", total=len(files))
        lost: list[dict[str, str]] = []
        for outcome in run_on_processes(files, again, out, min(workers, len(files))):
            bar.advance(task, len(outcome.part.trials))
            if outcome.error is not None:
                lost += [{"trial": _name_of(each), "error": str(outcome.error)} for each in outcome.part.trials]
        parts = [part for part in parts_of(files, out) if part.path.exists()]
        _, failures = gather(parts, out, again.folder)
        differences = Differences.of(out / "findings.csv")
        if csv is not None:
            with speaking.faults_told():
                _copied(out / "findings.csv", csv)
    failed = [{"trial": _name_of(Path(each["trial"])), "error": each["error"]} for each in failures]
    return {"differences": {**asdict(differences), "text": differences.text}, "failed": [*failed, *lost]}


def _name_of(file: Path) -> str:
    return file.parent.parent.name


def _copied(table: Path, csv: Path) -> None:
    from footload.errors import RecordingError
    from footload.whole_files import write_file

    try:
        write_file(csv, table.read_bytes())
    except OSError as error:
        raise RecordingError(f"{csv.name} cannot be written ({error.strerror or error}).") from error


def _tell(record: dict[str, Any]) -> None:
    for each in record["failed"]:
        speaking.complain(f"{each['trial']}: {each['error']}")
    n_others = record["n_trials"] - record["n_due"]
    if record["differences"] is None:
        speaking.show(f"Nothing to do: what {n_others} trial(s) were made from has not changed (--all does them too).")
        return
    left = f" {n_others} other(s) were made from the same as today." if n_others else ""
    stays = "" if record["kept"] else " What is kept stays as it is."
    speaking.show(f"{record['differences']['text']}{stays}{left}")
