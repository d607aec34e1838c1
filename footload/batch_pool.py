"""A batch on the processors of this machine; a worker that dies costs time, not results."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any, Final

from footload.batch import Part, PartOutcome, Rows, RowsOf, attempt, run_batch, write_part
from footload.processor_threads import BLAS_THREADS

POOL_SHARE: Final = 0.8
DIED = "The process that worked on it died (killed, out of memory, or a fault in a library)."


def memory_of_worker(workers: int) -> int | None:
    """The memory that each worker may take, so that all of them leave the machine alive. [bytes]

    Parameters
    ----------
    workers : int
        How many share it.

    Returns
    -------
    int or None
        None where the system does not tell how much there is.
    """
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return int(whole * POOL_SHARE / workers)


def keep_within(memory_bytes: int | None) -> None:
    """Bound the memory of this process: a trial that wants more fails with a MemoryError, and the machine lives on.

    Parameters
    ----------
    memory_bytes : int or None
        The bound; None, and systems without such a bound (only Linux has one that holds), leave the process as it is.
    """
    if memory_bytes is None or not sys.platform.startswith("linux"):
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))


@contextmanager
def process_pool(
    workers: int, memory_bytes: int | None = None, context: SpawnContext | None = None
) -> Generator[ProcessPoolExecutor]:
    """Open a pool of fresh processes, each of which computes on one thread and keeps within its memory.

    Parameters
    ----------
    workers : int
        How many.
    memory_bytes : int, optional
        What each may take, where the system can enforce it; by default its share of `POOL_SHARE` of the machine.
    context : SpawnContext, optional
        How its processes are started, where that is not as usual.

    Yields
    ------
    ProcessPoolExecutor
        Processes start while the context is open; the environment is as before afterwards.
    """
    before = {name: os.environ.get(name) for name in BLAS_THREADS}
    os.environ.update(dict.fromkeys(BLAS_THREADS, "1"))  # read when a child imports numpy
    try:
        bound = memory_of_worker(workers) if memory_bytes is None else memory_bytes
        spawned = context or multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, spawned, initializer=keep_within, initargs=(bound,)) as pool:
            yield pool
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_on_processes(
    trials: Sequence[Any],
    fn: RowsOf,
    out: Path,
    workers: int,
    *,
    chunk: int | None = None,
    shard: tuple[int, int] = (0, 1),
    memory_bytes: int | None = None,
) -> Generator[PartOutcome]:
    """Run a batch on processes of this machine.

    When a worker dies, the pool is opened again for what is left; when one dies again, each trial that is left gets a
    process of its own, so that only a trial that takes its process with it is lost, and is listed.

    Parameters
    ----------
    trials, fn, out, chunk, shard
        As in `footload.batch.run_batch`.
    workers : int
        How many processes.
    memory_bytes : int, optional
        As in `process_pool`.

    Yields
    ------
    PartOutcome
        Each part once, none with an error that a dead worker caused.
    """
    told: set[int] = set()
    lost: list[Part] = []
    for _ in range(2):
        lost = []
        with process_pool(workers, memory_bytes) as pool:
            for outcome in run_batch(trials, fn, pool, out, chunk=chunk, shard=shard):
                if isinstance(outcome.error, BrokenExecutor):
                    lost.append(outcome.part)
                elif outcome.part.number not in told:
                    told.add(outcome.part.number)
                    yield outcome
        if not lost:
            return
    for part in sorted(lost, key=lambda each: each.number):
        yield PartOutcome(part, write_part(part, _one_by_one(fn, part.trials, memory_bytes)))


def _one_by_one(fn: RowsOf, trials: Sequence[Any], memory_bytes: int | None) -> list[Rows | str]:
    """Each trial in a process of its own, so that a death has a name."""
    results: list[Rows | str] = []
    for trial in trials:
        with process_pool(1, memory_bytes) as pool:
            try:
                results.append(pool.submit(attempt, fn, trial).result())
            except BrokenExecutor:
                results.append(DIED)
    return results
