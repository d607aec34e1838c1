"""A batch on a Dask cluster; a worker that dies costs time, a trial that takes its workers along is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Final

from footload.batch import Part, PartOutcome, Rows, RowsOf, attempt, run_batch, write_part
from footload.batch_pool import DIED

TRAP: Final = "MALLOC_TRIM_THRESHOLD_"
TRAPPED_BYTES: Final = 65_536
"""What Dask sets for its workers: memory is given back and asked for again with every array."""

_DEADLY: Final = "KilledWorker"
"""What Dask calls a task after several workers died with it; the package is an extra, so its class is known by name."""


def run_on_cluster(
    trials: Sequence[Any],
    fn: RowsOf,
    executor: Executor,
    out: Path,
    *,
    chunk: int | None = None,
    shard: tuple[int, int] = (0, 1),
) -> Iterator[PartOutcome]:
    """Run a batch on the workers of a cluster.

    Dask gives a part whose worker died to another one. A part that several workers died with is done again trial by
    trial, one after the other, so that only the trial that takes its worker along is lost, and is listed.

    Parameters
    ----------
    trials, fn, out, chunk, shard
        As in `footload.batch.run_batch`.
    executor : Executor
        ``distributed.Client.get_executor()``.

    Yields
    ------
    PartOutcome
        Each part once.
    """
    lost: list[Part] = []
    for outcome in run_batch(trials, fn, executor, out, chunk=chunk, shard=shard):
        if type(outcome.error).__name__ == _DEADLY:
            lost.append(outcome.part)
        else:
            yield outcome
    for part in sorted(lost, key=lambda each: each.number):
        yield PartOutcome(part, write_part(part, [_alone(executor, fn, trial) for trial in part.trials]))


def _alone(executor: Executor, fn: RowsOf, trial: Any) -> Rows | str:
    """One trial while nothing else runs, so that a death has a name."""
    done = executor.submit(attempt, fn, trial)
    error = done.exception()
    if error is None:
        return done.result()
    if type(error).__name__ == _DEADLY:
        return DIED
    raise error


def is_trapped(settings: dict[str, str | None]) -> bool:
    """Whether any worker has the allocator's setting that makes this kind of work slow.

    Parameters
    ----------
    settings : dict
        Of each worker what its environment says of `TRAP`.

    Returns
    -------
    bool
        False where nobody has set it, or set it higher.
    """
    return any(value is not None and value.isdigit() and int(value) <= TRAPPED_BYTES for value in settings.values())
