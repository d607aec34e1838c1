"""Processes that read and analyze, so that no calculation ever holds up a page or the live view."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import lru_cache
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

import numpy as np

from dashboard.giving_way import SPAWNED
from footload.batch_pool import DIED, process_pool
from footload.errors import FootloadError

P = ParamSpec("P")
R = TypeVar("R")

WARMED_BY = ("footload.analysis", "footload.readers.registry", "footload.report.drawing")
"""What a new process imports before anyone waits for it."""


class ProcessDiedError(FootloadError):
    """A process died while it worked on something, twice.

    Example scenarios
    -----------------
    - The machine ran out of memory.
    - A library of a file format crashed on a damaged file.
    """


class Workers:
    """Workers beside the server: processes, or threads of this process where there are none.

    Parameters
    ----------
    n_processes : int
        How many processes; 0 for threads instead.
    n_threads : int
        How many threads then.
    """

    def __init__(self, n_processes: int, n_threads: int = 2) -> None:
        self.n_processes, self._n_threads = n_processes, n_threads
        self._lock = threading.Lock()
        self._held = ExitStack()
        self._executor: Executor | None = None
        self._closed = False

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Hand work to the next free worker.

        Parameters
        ----------
        function : callable
            Importable by name, where there are processes.
        *args, **kwargs
            Its arguments.

        Returns
        -------
        Future
            Of what it returns.

        Raises
        ------
        RuntimeError
            When the workers were let go.
        """
        for _ in range(2):
            executor = self._open()
            try:
                return executor.submit(_prepared, function, *args, **kwargs)
            except BrokenExecutor:
                self._forget(executor)
        raise ProcessDiedError(DIED)

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Let a worker do something and wait for it; once more, where its process died meanwhile.

        Parameters
        ----------
        function : callable
            Importable by name, where there are processes.
        *args, **kwargs
            Its arguments.

        Returns
        -------
        object
            What it returns.

        Raises
        ------
        ProcessDiedError
            When the process died again.
        """
        for _ in range(2):
            executor = self._open()
            try:
                return executor.submit(_prepared, function, *args, **kwargs).result()
            except BrokenExecutor:
                self._forget(executor)
        raise ProcessDiedError(DIED)

    def warm(self) -> None:
        """Start the processes before somebody waits for them."""
        for _ in range(self.n_processes):
            self.submit(_warmed)

    def close(self) -> None:
        """Let the workers go; what has not begun is dropped."""
        with self._lock:
            executor, self._executor, self._closed = self._executor, None, True
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
        self._held.close()

    def _open(self) -> Executor:
        with self._lock:
            if self._closed:
                raise RuntimeError("The dashboard is being closed; nothing is worked out any more.")
            if self._executor is None:
                self._executor = self._made()
            return self._executor

    def _made(self) -> Executor:
        if self.n_processes:
            # What a trial says of itself is frozen; such mappings travel to a worker as they come from one.
            ForkingPickler.register(MappingProxyType, _mapping_apart)
            return self._held.enter_context(process_pool(self.n_processes, context=SPAWNED))
        return ThreadPoolExecutor(self._n_threads, thread_name_prefix="footload-analysis")

    def _forget(self, executor: Executor) -> None:
        with self._lock:
            if self._executor is executor:
                self._executor = None
                self._held.close()


def _prepared(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """In a worker: what was asked for, after the process was made ready once."""
    prepare_process()
    return function(*args, **kwargs)


@lru_cache(maxsize=1)
def prepare_process() -> None:
    """Make a process ready: it ends with the server, and sends arrays as frozen as they were.

    In the server itself, whose workers are threads then, nothing is changed.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    threading.Thread(target=_end_with, args=(parent,), daemon=True, name="footload-server-watched").start()
    ForkingPickler.register(np.ndarray, _array_apart)
    ForkingPickler.register(MappingProxyType, _mapping_apart)


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _array_apart(array: np.ndarray[Any, Any]) -> Any:
    """Read-only arrays travel as bytes, which nobody can write to; all others as numpy sends them."""
    if array.flags.writeable or array.dtype.hasobject or array.dtype.names:
        return array.__reduce__()
    return _frozen_array, (array.tobytes(), array.dtype.str, array.shape)


def _frozen_array(content: bytes, dtype: str, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.frombuffer(content, dtype).reshape(shape)


def _mapping_apart(mapping: MappingProxyType[Any, Any]) -> Any:
    return _frozen_mapping, (dict(mapping),)


def _frozen_mapping(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


def _warmed() -> None:
    for module in WARMED_BY:
        import_module(module)
