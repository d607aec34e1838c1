"""Many trials, one function: parts that can be restarted, on any executor, with the same result on all of them.

Trials go to the executor in chunks, and each chunk becomes one part file, written whole or not at all. Calling again
does what is left. Which trial belongs to which part depends on the trials alone, never on the number of workers.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import footload

Rows: TypeAlias = Sequence[Mapping[str, Any]]
RowsOf: TypeAlias = Callable[[Any], Rows]

MANIFEST: Final = "batch.json"
PARTS: Final = "parts"
FAILURE_COLUMNS: Final[tuple[str, ...]] = ("trial", "error")
MOST_IN_A_PART: Final = 64
PARTS_AIMED_AT: Final = 16


@dataclass(frozen=True, slots=True)
class Part:
    """Trials that are done together.

    Parameters
    ----------
    number : int
        From 0.
    trials : tuple
        In the order of the batch.
    path : Path
        The table of their rows; it exists once the part is done.
    """

    number: int
    trials: tuple[Any, ...]
    path: Path

    @property
    def failures_path(self) -> Path:
        """The table of the trials that failed; absent when none did."""
        return self.path.with_suffix(".failed.csv")


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """What became of a part.

    Parameters
    ----------
    part : Part
        Which.
    n_failed : int
        How many of its trials failed; their reasons are in its table of failures.
    error : BaseException, optional
        Why the part was not written at all, such as a worker that died; calling again tries it again.
    """

    part: Part
    n_failed: int = 0
    error: BaseException | None = None


def run_batch(
    trials: Sequence[Any],
    fn: RowsOf,
    executor: Executor,
    out: Path,
    *,
    chunk: int | None = None,
    shard: tuple[int, int] = (0, 1),
) -> Iterator[PartOutcome]:
    """Do what is left of a batch, and say of each part when it is done.

    Parameters
    ----------
    trials : sequence
        What `fn` is called with, one at a time: usually paths.
    fn : callable
        ``fn(trial)`` gives the rows of a trial, as mappings of column to value; it has to be importable by workers. An
        exception fails its trial, not the batch.
    executor : Executor
        Anything of the kind of `concurrent.futures`: processes, threads, ``dask.distributed.Client.get_executor()``.
    out : path
        A folder; parts and the batch's description go there.
    chunk : int, optional
        How many trials a part holds; by default up to 64, fewer when the batch is small.
    shard : (int, int)
        Do every n-th part only, as ``(i, n)`` with i from 0: for several machines without a scheduler.

    Yields
    ------
    PartOutcome
        In the order in which parts finish; those of an earlier call first.

    Raises
    ------
    ValueError
        When the folder holds another batch, or the shard is none.
    """
    if not 0 <= shard[0] < shard[1]:
        raise ValueError(f"Shard {shard[0]} of {shard[1]} does not exist; it is counted from 0 to below n.")
    parts = parts_of(trials, out, chunk)
    _describe(parts, trials, fn, out)
    waiting: dict[Any, Part] = {}
    for part in parts[shard[0] :: shard[1]]:
        if part.path.exists():
            yield PartOutcome(part, _n_rows(part.failures_path))
            continue
        try:
            waiting[executor.submit(run_part, fn, part)] = part
        except BrokenExecutor as error:  # a worker died while parts were still being handed out
            yield PartOutcome(part, error=error)
    try:
        for done in as_completed(waiting):
            error = done.exception()
            yield PartOutcome(waiting[done], error=error) if error else PartOutcome(waiting[done], done.result())
    finally:
        for each in waiting:  # whoever closes the generator wants no more parts
            each.cancel()


def parts_of(trials: Sequence[Any], out: Path, chunk: int | None = None) -> list[Part]:
    """Divide trials into parts.

    Parameters
    ----------
    trials : sequence
        In the order of the batch.
    out : path
        The batch's folder.
    chunk : int, optional
        How many trials a part holds.

    Returns
    -------
    list of Part
        The same for the same trials and chunk.

    Raises
    ------
    ValueError
        When a part would hold less than one trial.
    """
    size = min(MOST_IN_A_PART, -(-len(trials) // PARTS_AIMED_AT)) or 1 if chunk is None else chunk
    if size < 1:
        raise ValueError(f"A part of {size} trials holds nothing; it has at least 1.")
    starts = range(0, len(trials), size)
    return [
        Part(number, tuple(trials[start : start + size]), out / PARTS / f"part-{number:06d}.csv")
        for number, start in enumerate(starts)
    ]


def run_part(fn: RowsOf, part: Part) -> int:
    """Do one part and write it.

    Parameters
    ----------
    fn : callable
        As in `run_batch`.
    part : Part
        Which.

    Returns
    -------
    int
        How many of its trials failed.
    """
    return write_part(part, [attempt(fn, trial) for trial in part.trials])


def attempt(fn: RowsOf, trial: Any) -> Rows | str:
    """Call the function on one trial.

    Parameters
    ----------
    fn : callable
        As in `run_batch`.
    trial
        One of the batch.

    Returns
    -------
    rows or str
        Why it failed, where it did.
    """
    try:
        return fn(trial)
    except footload.FootloadError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def write_part(part: Part, results: Sequence[Rows | str]) -> int:
    """Write the rows and the failures of a part; the part exists when its rows do.

    Parameters
    ----------
    part : Part
        Which.
    results : sequence
        Of each trial its rows, or why it failed.

    Returns
    -------
    int
        How many of its trials failed.
    """
    rows = [row for result in results if not isinstance(result, str) for row in result]
    failures = [
        {"trial": str(trial), "error": result}
        for trial, result in zip(part.trials, results, strict=True)
        if isinstance(result, str)
    ]
    part.failures_path.unlink(missing_ok=True)
    if failures:
        _write(part.failures_path, FAILURE_COLUMNS, failures)
    _write(part.path, tuple(dict.fromkeys(column for row in rows for column in row)), rows)
    return len(failures)


def _write(path: Path, columns: Sequence[str], rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        if columns:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    unfinished.replace(path)


def _n_rows(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))


def _describe(parts: list[Part], trials: Sequence[Any], fn: RowsOf, out: Path) -> None:
    """Write what the batch is beside its parts; refuse a folder that holds another one."""
    fingerprint = hashlib.sha256("\n".join([_name_of(fn), *map(_identity, trials)]).encode()).hexdigest()
    described = {
        "footload": footload.__version__,
        "function": _name_of(fn),
        "n_trials": len(trials),
        "n_parts": len(parts),
        "sha256_of_trials": fingerprint,
    }
    path = out / MANIFEST
    if path.exists():
        if json.loads(path.read_text("utf-8")) != described:
            raise ValueError(
                f"{out.name} holds a batch of other trials, parameters or another version of footload; "
                "choose another folder."
            )
        return
    out.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    unfinished.write_text(json.dumps(described, indent=2) + "\n", "utf-8")
    unfinished.replace(path)


def _name_of(fn: RowsOf) -> str:
    name = getattr(fn, "__qualname__", None)
    return f"{fn.__module__}.{name}" if name else repr(fn)


def _identity(trial: Any) -> str:
    if not isinstance(trial, Path):
        return repr(trial)
    status = trial.stat() if trial.exists() else None
    return f"{trial}\t{status.st_size}\t{status.st_mtime_ns}" if status else f"{trial}\tabsent"
