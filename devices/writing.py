"""What writes a recording, in a process of its own: it takes what the reading processes post."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from devices.connection import unpack_counters
from devices.outbox import Kind, take
from devices.processes import leave_signals_to_the_parent
from devices.raw_log import Chunk
from footload.errors import RecordingError

if TYPE_CHECKING:
    from devices.recorder import Recorder
    from devices.rewriting import Recorded

DRAIN_S = 5.0
"""How long is waited, at the end of a recording, for what was read by then; a busy machine needs seconds."""
QUIET_S = 0.1
_EVER = 1 << 62


def write_recording(posts: Sequence[Pipe], control: Pipe) -> None:
    """The writing process: takes what the reading processes post, and writes it while a recording is open.

    Parameters
    ----------
    posts : sequence of Connection
        From each device, in the order of the recording.
    control : Connection
        Orders of the parent; when it is gone, the recording is finished and the process ends.
    """
    leave_signals_to_the_parent()
    writing = _Writing(posts)
    try:
        while True:
            for ready in wait([control, *writing.open_posts]):
                if ready is control:
                    name, *details = control.recv()
                    control.send(writing.obey(name, *details))
                else:
                    writing.take(ready)
    except (EOFError, OSError):
        # The parent is gone without a word: what was recorded is finished in order.
        writing.end("the program that recorded ended")


class _Tally:
    """What one device's counters say about one recording: exactly the reads that are in it."""

    def __init__(self) -> None:
        self._latest: dict[str, int] = {}
        self._before: dict[str, int] | None = None
        self._last_ns = self._max_gap_ns = 0

    def begin(self, from_ns: int) -> None:
        """What comes from that moment on belongs to another recording; a silence at its beginning counts too."""
        self._before, self._last_ns, self._max_gap_ns = None, from_ns, 0

    def learn(self, packed: bytes) -> None:
        """What all reads up to now came to."""
        self._latest = unpack_counters(packed)

    def count(self, monotonic_ns: int) -> None:
        """A read goes into the recording."""
        if self._before is None:
            self._before = self._latest
        self._max_gap_ns = max(self._max_gap_ns, monotonic_ns - self._last_ns)
        self._last_ns = monotonic_ns

    def result(self) -> dict[str, int]:
        """From the first read of the recording to the last."""
        before = self._latest if self._before is None else self._before
        found = {name: value - before.get(name, 0) for name, value in self._latest.items()}
        return {**found, "max_gap_ms": self._max_gap_ns // 1_000_000} if found else found


class _Writing:
    """At most one open recording, and where its bytes come from."""

    def __init__(self, posts: Sequence[Pipe]) -> None:
        self._numbers = {id(post): number for number, post in enumerate(posts)}
        self._tallies = [_Tally() for _ in posts]
        self.open_posts = list(posts)
        self._recorder: Recorder | None = None
        self._from_ns, self._until_ns = 0, _EVER
        self._failure = ""

    def obey(self, name: str, *details: Any) -> tuple[str, Any]:
        """Carry out an order; ``("done", ...)`` or ``("failed", why)``."""
        try:
            return "done", getattr(self, name)(*details)
        except RecordingError as error:
            return "failed", str(error)

    def begin(self, path: str, opening: str, duration_s: float | None) -> None:
        """Open a recording; what was read before this moment is not in it."""
        from devices.opening import Opening
        from devices.recorder import Recorder

        stated = Opening.from_json(opening)
        self._recorder = Recorder(path, stated, duration_s)
        self._from_ns, self._until_ns = stated.monotonic_ns, _EVER
        self._failure = ""
        for tally in self._tallies:
            tally.begin(stated.monotonic_ns)

    def mark(self, name: str, note: str, monotonic_ns: int) -> None:
        """Keep a mark of the user."""
        if self._recorder is not None:
            self._recorder.mark(name, note, monotonic_ns)

    def trouble(self) -> str:
        """Why the recording does not go on; empty while it does."""
        if self._recorder is not None and self._recorder.full:
            return "the disk is full"
        return self._failure

    def end(self, ended_by: str) -> tuple[Recorded, list[dict[str, int]]] | None:
        """Take what was read until now, and finish the recording; it, and what each device's counters say of it."""
        if self._recorder is None:
            return None
        self._until_ns = time.monotonic_ns()
        until_s = time.monotonic() + DRAIN_S
        waiting = list(self.open_posts)
        while waiting and (left_s := until_s - time.monotonic()) > 0:
            for post in wait(waiting, left_s):
                if self.take(post) > self._until_ns:
                    waiting.remove(post)  # type: ignore[arg-type]
        recorder, self._recorder = self._recorder, None
        counters = [tally.result() for tally in self._tallies]
        return self._finished(recorder, {"devices": counters, "ended_by": ended_by}), counters

    def _finished(self, recorder: Recorder, summary: dict[str, Any]) -> Recorded:
        """Close a recording; meanwhile the pipes are emptied, for writing a long one again takes minutes."""
        with ThreadPoolExecutor(1) as aside:
            closing = aside.submit(recorder.close, summary)
            while not closing.done():
                for post in wait(self.open_posts, QUIET_S):
                    self.take(post)
            return closing.result()

    def take(self, post: Any) -> int:
        """Take one message; when it was read. [ns]"""
        try:
            kind, monotonic_ns, data = take(post)
        except (EOFError, OSError):
            self.open_posts.remove(post)
            return _EVER
        number = self._numbers[id(post)]
        if kind is Kind.COUNTERS:
            self._tallies[number].learn(data)
        elif self._recorder is not None and self._from_ns <= monotonic_ns <= self._until_ns:
            try:
                self._keep(self._recorder, number, kind, monotonic_ns, data)
            except RecordingError as error:
                # Told when the recording ends; until then the pipes have to be emptied all the same.
                self._failure = str(error)
        return monotonic_ns

    def _keep(self, recorder: Recorder, number: int, kind: Kind, monotonic_ns: int, data: bytes) -> None:
        if kind is Kind.CHUNK:
            self._tallies[number].count(monotonic_ns)
            recorder.write(Chunk(monotonic_ns, data), number)
        else:
            recorder.mark("gap", data.decode(), monotonic_ns, device=number)
