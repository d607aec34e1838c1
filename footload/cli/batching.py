"""`footload batch`: many trials to one table."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import norming, speaking

if TYPE_CHECKING:
    from footload.batch import PartOutcome
    from footload.batch_files import Selection
    from footload.norms.reference_set import NormSet

MOST_FAILURES_SHOWN = 20
LABORATORY = "laboratory.json"


@dataclass(frozen=True, slots=True)
class Running:
    """Where and how a batch runs.

    Parameters
    ----------
    workers : int
        Processes here; 0 for one a processor.
    scheduler : str or None
        Address of a Dask scheduler.
    shard : (int, int)
        Which of how many, from 0.
    chunk : int or None
        Trials in a part.
    memory_bytes : int or None
        What a worker may take; None for its share of the machine.
    """

    workers: int
    scheduler: str | None
    shard: tuple[int, int]
    chunk: int | None
    memory_bytes: int | None


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files, folders and globs such as 'data/**/*.asf'; or a laboratory.", show_default=False),
    ],
    *,
    out: Annotated[Path, typer.Option("--out", help="A folder for the tables; calling again does what is left.")],
    workers: Annotated[int, typer.Option(help="Processes; 0 takes one for each processor.", min=0)] = 0,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler (tcp://...) instead of processes here.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option(help="Do every n-th part only, such as 1/4: several machines, one folder.")
    ] = None,
    chunk: Annotated[int | None, typer.Option(help="Trials in a part; by default up to 64.", min=1)] = None,
    memory_gb: Annotated[
        float | None, typer.Option(help="What a process may take, on Linux; by default its share. [GB]", min=0.2)
    ] = None,
    participant: Annotated[str | None, typer.Option(help="Of a laboratory: only this participant's.")] = None,
    task: Annotated[str | None, typer.Option(help="Of a laboratory: only of this task.")] = None,
    condition: Annotated[str | None, typer.Option(help="Of a laboratory: only in this condition.")] = None,
    since: Annotated[str | None, typer.Option(help="Of a laboratory: only from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Of a laboratory: only up to this day.")] = None,
    norms: Annotated[
        Path | None, typer.Option(help="A set of norms (.json); a laboratory's own by default.", show_default=False)
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Also findings.parquet; needs pyarrow.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of sentences.")] = False,
    noise_floor: Annotated[float, typer.Option(help="Pressure below it counts as 0. [kPa, or counts]", min=0)] = 0.0,
    zero: Annotated[float, typer.Option(help="How long the mat is empty at the start. [s]", min=0)] = 0.0,
) -> None:
    """Analyze many trials into one table, findings.csv, the same whatever the number of workers.

    A laboratory's folder gives its trials with their task, condition and pseudonym, those that are asked for, and its
    own norms where no verified range was published.

    A trial that fails is listed in failures.csv and does not stop the others; the exit code is then 1. Stopped or
    killed, the same command goes on where it was.
    """
    running = Running(workers, scheduler, _shard(shard), chunk, None if memory_gb is None else int(memory_gb * 1e9))
    if parquet:
        _need("pyarrow", "--parquet", "parquet")
    asked = {"participant": participant, "task": task, "condition": condition, "since": since, "until": until}
    selection, kept = _selected(inputs, asked)
    for missing in selection.absent:
        speaking.complain(f"{missing} is not there.")
    if not selection.files:
        speaking.complain("there is no trial in what was named; name files, folders or globs that hold some.")
        raise typer.Exit(speaking.INPUT_AT_FAULT)
    norm_set = norming.set_of(norms, selection.root.parent if kept else None)
    started = time.perf_counter()
    record = _run(selection, out.absolute(), running, (noise_floor, zero), norm_set, kept=kept)
    if record["n_parts_left"] == 0:
        record |= _gathered(selection, out.absolute(), chunk, parquet=parquet)
    record["seconds"] = round(time.perf_counter() - started, 3)
    record["absent"] = list(selection.absent)
    if as_json:
        speaking.show_json(record)
    else:
        _tell(record, out)
    fine = not (record["failed"] or selection.absent or record["not_written"])
    raise typer.Exit(speaking.FINE if fine else speaking.INPUT_AT_FAULT)


def _selected(inputs: list[str], asked: dict[str, str | None]) -> tuple[Selection, bool]:
    """The files, and whether they are those of a laboratory."""
    from footload.batch_files import Selection, select_files

    folders = [Path(given) for given in inputs if (Path(given) / LABORATORY).is_file()]
    if not folders:
        if any(asked.values()):
            named = ", ".join(f"--{name}" for name, value in asked.items() if value)
            speaking.usage_fault(f"{named} ask a laboratory, but none was named; `footload lab init` makes one.")
        return select_files(inputs), False
    if len(inputs) > 1:
        speaking.usage_fault("a laboratory is done by itself; name it alone.")
    from footload.lab.kept_trials import Wanted, kept_files

    with speaking.faults_told():
        files = kept_files(folders[0], Wanted(**asked))
    return Selection(tuple(files), folders[0].absolute() / "trials"), True


def _run(
    selection: Selection,
    out: Path,
    running: Running,
    choices: tuple[float, float],
    norms: NormSet | None,
    *,
    kept: bool,
) -> dict[str, Any]:
    from footload import __version__
    from footload.batch import parts_of
    from footload.batch_files import second_feet
    from footload.batch_findings import FindingRows
    from footload.foot.drawn_history import fingerprint_of_edits
    from footload.parameters import Parameters

    parameters = Parameters(noise_floor_kpa=choices[0], zero_s=choices[1])
    if kept:
        from footload.lab.kept_trials import fingerprint_of, read_kept

        around = fingerprint_of(selection.files)
        fn = FindingRows(selection.root, parameters, read_trial=read_kept, around=around, norms=norms)
    else:
        around = fingerprint_of_edits(selection.files)
        fn = FindingRows(selection.root, parameters, second_feet(selection.files), around=around, norms=norms)
    outcomes = _outcomes(selection.files, fn, out, running)
    not_written: list[dict[str, str]] = []
    try:
        with speaking.progress() as bar:
            task = bar.add_task("analyzing", total=len(selection.files))
            for outcome in outcomes:
                bar.advance(task, len(outcome.part.trials))
                if outcome.error is not None:
                    name, why = outcome.part.path.name, outcome.error
                    not_written.append({"part": name, "error": f"{type(why).__name__}: {why}"})
    except ValueError as error:
        speaking.usage_fault(str(error))
    except OSError as error:
        speaking.usage_fault(f"{out.name} cannot be written or the scheduler not be reached ({error}).")
    left = sum(not part.path.exists() for part in parts_of(selection.files, out, running.chunk))
    return {
        "footload": __version__,
        "norms": norms.model_dump(include={"name", "revision", "made_on", "footload", "n_people"}) if norms else None,
        "n_files": len(selection.files),
        "n_skipped": len(selection.skipped),
        "n_parts_left": left,
        "not_written": not_written,
        "n_findings": None,
        "failed": [],
    }


def _outcomes(files: tuple[Path, ...], fn: Any, out: Path, running: Running) -> Iterator[PartOutcome]:
    """On processes of this machine, or on a cluster."""
    import os
    from importlib import import_module

    from footload.batch_pool import run_on_processes

    how: dict[str, Any] = {"chunk": running.chunk, "shard": running.shard}
    if running.scheduler is None:
        workers = running.workers or os.cpu_count() or 1
        yield from run_on_processes(files, fn, out, workers, memory_bytes=running.memory_bytes, **how)
        return
    _need("distributed", "--scheduler", "cluster")
    distributed: Any = import_module("distributed")
    from footload.batch_cluster import TRAP, is_trapped, run_on_cluster

    with distributed.Client(running.scheduler, timeout="10s") as client:
        if is_trapped(client.run(os.getenv, TRAP)):
            speaking.complain(
                f"the workers have Dask's own {TRAP}, which slows this work; docs/batch.md sets it right."
            )
        yield from run_on_cluster(files, fn, client.get_executor(), out, **how)


def _gathered(selection: Selection, out: Path, chunk: int | None, *, parquet: bool) -> dict[str, Any]:
    """Put the parts together once all of them are there."""
    from footload.batch import parts_of
    from footload.batch_findings import gather
    from footload.parquet import write_parquet

    n_findings, failures = gather(parts_of(selection.files, out, chunk), out, selection.root)
    tables = ["findings.csv", "failures.csv"]
    if parquet:
        write_parquet(out / "findings.csv", out / "findings.parquet")
        tables.append("findings.parquet")
    named = [{"file": each["trial"], "error": each["error"]} for each in failures]
    return {"n_findings": n_findings, "failed": named, "tables": tables}


def _tell(record: dict[str, Any], out: Path) -> None:
    for each in record["not_written"]:
        speaking.complain(f"{each['part']} was not written: {each['error']} The same command tries it again.")
    for each in record["failed"][:MOST_FAILURES_SHOWN]:
        speaking.complain(each["error"] if each["file"] in each["error"] else f"{each['file']}: {each['error']}")
    if (more := len(record["failed"]) - MOST_FAILURES_SHOWN) > 0:
        speaking.complain(f"{more} more failed; all are in failures.csv.")
    if record["n_parts_left"]:
        speaking.show(f"{record['n_parts_left']} parts are left; the tables are made when all are done.")
        return
    if known := record["norms"]:
        speaking.show(
            f"Reference ranges of {known['name']}, revision {known['revision']} ({known['n_people']} people), where no "
            "verified one was published."
        )
    speaking.show(
        f"{record['n_findings']} findings of {record['n_files'] - len(record['failed'])} files in {out.name} "
        f"({', '.join(record['tables'])}); {len(record['failed'])} failed, {record['n_skipped']} other files skipped; "
        f"{record['seconds']:.1f} s."
    )


def _shard(text: str | None) -> tuple[int, int]:
    """Read 1/4 as the first of four."""
    if text is None:
        return 0, 1
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        speaking.usage_fault(f"--shard is {text!r}; it is i/n with i from 1 to n, such as 1/4.")
    return int(number) - 1, int(of)


def _need(package: str, option: str, extra: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        speaking.usage_fault(f"{option} needs {package}, which is not installed: pip install 'footload[{extra}]'.")
