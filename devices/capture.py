"""Several devices at once, each read in a process of its own, recorded into one file on one time base.

with Capture([Wanted(profile, url), ...]) as capture:
    ring = capture.devices[0].ring          # the newest frames, for whoever watches
    capture.begin("trial.mcap", metadata)   # the devices go on before, between and after recordings
    capture.mark("heel tap")
    summary = capture.end()
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

from devices.acquisition import PATIENCE_S, SILENT_S
from devices.captured import CapturedDevice, Wanted, captured, end_process
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.rewriting import Recorded
from devices.ring import NUMBERS
from devices.writing import write_recording
from footload.errors import RecordingError


@dataclass(frozen=True, slots=True)
class CaptureSummary:
    """What was recorded.

    Parameters
    ----------
    path : path
        The file.
    n_chunks, n_bytes : int
        Reads and bytes of all devices.
    counters : tuple of dict
        For each device what the reads in the file came to, to the byte; the same is stored in the file.
    raw_sha256 : tuple of str
        Fingerprint of each device's bytes.
    duration_s : float
        From begin to end. [s]
    dropped_bytes : int
        Bytes that a slow or full disk lost.
    note : str
        What people should know about the file; empty when nothing.
    """

    path: Path
    n_chunks: int
    n_bytes: int
    counters: tuple[dict[str, int], ...]
    raw_sha256: tuple[str, ...]
    duration_s: float
    dropped_bytes: int
    note: str


class Capture:
    """Devices read in processes of their own, and the process that records them.

    Parameters
    ----------
    wanted : sequence of Wanted
        One or more devices; their order is that of the recordings.
    patience_s : float
        How long a device that goes away is waited for. [s]
    silent_s : float
        How long a device may be silent at first. [s]
    """

    def __init__(self, wanted: Sequence[Wanted], *, patience_s: float = PATIENCE_S, silent_s: float = SILENT_S) -> None:
        if not wanted:
            raise ValueError("A capture needs at least one device.")
        self._patience_s, self._silent_s = patience_s, silent_s
        self.devices: tuple[CapturedDevice, ...] = tuple(captured(each) for each in wanted)
        self._context = multiprocessing.get_context("spawn")
        self._recorder: BaseProcess | None = None
        self._orders: Pipe | None = None
        self._path: Path | None = None
        self._begun_ns = 0

    @property
    def recorder_pid(self) -> int | None:
        """The writing process."""
        return self._recorder.pid if self._recorder else None

    @property
    def recording(self) -> Path | None:
        """The file that is being written; None between recordings."""
        return self._path

    def start(self) -> Self:
        """Start every process and wait until every device is streaming.

        Returns
        -------
        Capture
            Itself.

        Raises
        ------
        DeviceNotFoundError, DeviceSilentError, DeviceLostError
            When a device cannot be started; then nothing is left running.
        ProfileError
            When a calibration is another device's.
        """
        posts: list[Pipe] = []
        try:
            for device in self.devices:
                posts.append(device.launch(self._context, self._patience_s, self._silent_s))
            ours, theirs = self._context.Pipe()
            self._recorder = self._context.Process(
                target=write_recording, args=(posts, theirs), name="footload recorder", daemon=True
            )
            self._recorder.start()
            self._orders = ours
            theirs.close()
            for device in self.devices:
                device.await_start()
        except BaseException:
            self.close()
            raise
        finally:
            # Only the two processes hold the ends now, so that each notices when the other is gone.
            for post in posts:
                post.close()
        return self

    def begin(
        self,
        path: Path | str,
        metadata: TrialMetadata | None = None,
        *,
        duration_s: float | None = None,
    ) -> None:
        """Begin a recording; what comes from now on is in it.

        Parameters
        ----------
        path : path
            An `.mcap` file that does not exist yet.
        metadata : TrialMetadata, optional
            What is known about the trial.
        duration_s : float, optional
            How long it will be, where that is known: so much room is asked for. [s]

        Raises
        ------
        RecordingError
            When one is running already, the file exists or cannot be written.
        """
        from footload import __version__

        if self._path is not None:
            raise RecordingError(f"{self._path.name} is being recorded; end it before the next begins.")
        path = Path(path).absolute()
        devices = tuple(
            RecordedDevice(device.profile, {**device.transport, **device.identity}, device.calibration)
            for device in self.devices
        )
        self._begun_ns = time.monotonic_ns()
        opening = Opening(
            metadata or TrialMetadata(), devices, self._begun_ns, time.time_ns(), f"footload {__version__}"
        )
        self._order("begin", str(path), opening.to_json(), duration_s)
        self._path = path

    def mark(self, note: str, name: str = "mark") -> None:
        """Keep a mark with this moment.

        Parameters
        ----------
        note : str
            What people should know.
        name : str
            What kind of event it is.
        """
        self._order("mark", name, note, time.monotonic_ns())

    def trouble(self) -> str:
        """Why the recording does not go on, such as a full disk; empty while it does.

        Returns
        -------
        str
            Without a full stop.
        """
        return str(self._order("trouble"))

    def end(self, ended_by: str = "stopped") -> CaptureSummary:
        """End the recording; the devices go on.

        Parameters
        ----------
        ended_by : str
            Why.

        Returns
        -------
        CaptureSummary
            What the file holds.

        Raises
        ------
        RecordingError
            When none is running, or the disk failed; what was written before stays readable.
        """
        path = self._path
        if path is None:
            raise RecordingError("No recording is running.")
        duration_s = (time.monotonic_ns() - self._begun_ns) * 1e-9
        recorded: Recorded
        try:
            recorded, counters = self._order("end", ended_by)
        finally:
            self._path = None
        return CaptureSummary(
            path, recorded.n_chunks, recorded.n_bytes, tuple(counters), recorded.raw_sha256, duration_s,
            recorded.dropped_bytes, recorded.note,
        )  # fmt: skip

    def close(self) -> None:
        """Stop every device, finish a recording that is running, and end every process; more than once is fine."""
        for device in self.devices:
            device.tell_to_stop()
        for device in self.devices:
            device.join()
        if self._orders is not None:
            # Without its parent the writing process finishes what it has and ends.
            self._orders.close()
            self._orders = None
        end_process(self._recorder)
        self._recorder = self._path = None
        for device in self.devices:
            device.ring.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _order(self, name: str, *details: Any) -> Any:
        if self._orders is None or self._recorder is None:
            raise RecordingError("The capture was not started, or has been closed.")
        try:
            self._orders.send((name, *details))
            outcome, answer = self._orders.recv()
        except (EOFError, OSError) as error:
            path, self._path = self._path, None
            of = f" of {path.name}" if path else ""
            raise RecordingError(
                f"The process that writes the recording{of} ended; what it wrote can be recovered."
            ) from error
        if outcome == "failed":
            raise RecordingError(str(answer))
        return answer


def summed(counters: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Counters of all devices together.

    Parameters
    ----------
    counters : sequence of mapping
        One a device.

    Returns
    -------
    dict
        Sums; of `max_gap_ms` the largest.
    """
    names = [name for name in NUMBERS if any(name in each for each in counters)]
    return {
        name: max(each.get(name, 0) for each in counters) if name == "max_gap_ms"
        else sum(each.get(name, 0) for each in counters)
        for name in names
    }  # fmt: skip
