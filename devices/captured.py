"""One device of a capture, as the program that started it sees it: its ring, its counters, its process."""

from __future__ import annotations

from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from devices.cell_calibration import load_calibration
from devices.connection import identified, serial_number_of
from devices.processes import FAILURES, DeviceOrder, State, read_device
from devices.profile import Profile, load_profile
from devices.ring import Ring
from footload.errors import DeviceError, DeviceLostError

START_S = 30.0
"""How long processes may take to start and to end; a busy machine needs seconds."""
RING_S = 4.0
FEWEST_SLOTS = 64
_NO_COUNTERS = {"state", "pid", "last_arrival_ns", "drift_ppb", "jitter_us"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A device to be captured.

    Parameters
    ----------
    profile : Profile or str
        The device, or its profile's name or file.
    url : str
        A serial port, or ``socket://host:port``.
    calibration : path, optional
        Its own calibration; another device's is refused when it is started.
    serial_number : str
        What stands on a device that does not say it itself.
    """

    profile: Profile | str
    url: str
    calibration: Path | str | None = None
    serial_number: str = ""


@dataclass(slots=True)
class CapturedDevice:
    """One device of a capture.

    Parameters
    ----------
    wanted : Wanted
        What was asked for.
    profile : Profile
        How it speaks.
    ring : Ring
        Its newest frames and its counters.
    calibration : str
        The text of its calibration; empty when there is none, and until it was started.
    transport, identity : dict
        How it is connected, and who it is; known once it was started.
    """

    wanted: Wanted
    profile: Profile
    ring: Ring
    calibration: str = ""
    transport: dict[str, str] = field(default_factory=dict[str, str])
    identity: dict[str, str] = field(default_factory=dict[str, str])
    _process: BaseProcess | None = field(init=False, default=None)
    _control: Pipe | None = field(init=False, default=None)

    @property
    def url(self) -> str:
        """Where it is."""
        return self.wanted.url

    @property
    def state(self) -> State:
        """How it is with it."""
        said = State(self.numbers()["state"])
        if said < State.STOPPED and self._process is not None and not self._process.is_alive():
            return State.FAILED
        return said

    @property
    def pid(self) -> int | None:
        """The reading process."""
        return self._process.pid if self._process else None

    def numbers(self) -> dict[str, int]:
        """Counters, state and clock, as they are now.

        Returns
        -------
        dict
            See `devices.ring.NUMBERS`.
        """
        return self.ring.numbers()

    def counters(self) -> dict[str, int]:
        """What went right and wrong so far.

        Returns
        -------
        dict
            By name; `max_gap_ms` among them.
        """
        return {name: value for name, value in self.numbers().items() if name not in _NO_COUNTERS}

    @property
    def failure(self) -> str:
        """Why it stopped; empty when it did not, or when it was told to."""
        if self._control is None or self.state is not State.FAILED or not self._control.poll():
            return ""
        try:
            message = self._control.recv()
        except (EOFError, OSError):
            return ""
        return str(message[-1]) if message[0] == "failed" else ""

    def launch(self, context: SpawnContext, patience_s: float, silent_s: float) -> Pipe:
        """Start the reading process.

        Parameters
        ----------
        context : SpawnContext
            Makes processes.
        patience_s, silent_s : float
            How long it is waited for when it goes away, and how long it may be silent at first. [s]

        Returns
        -------
        Connection
            Where what it posts comes out.
        """
        out, into = context.Pipe(duplex=False)
        ours, theirs = context.Pipe()
        order = DeviceOrder(self.profile.text, self.profile.choices, self.url, self.ring.name, patience_s, silent_s)
        self._process = context.Process(
            target=read_device, args=(order, into, theirs), name=f"footload {self.profile.id}", daemon=True
        )
        self._process.start()
        # Only the child holds its ends now, so that each side notices when the other is gone.
        into.close()
        theirs.close()
        self._control = ours
        return out

    def await_start(self) -> None:
        """Wait until it streams, and make sure that its calibration is its own.

        Raises
        ------
        ProfileError
            When the calibration is another device's, or cannot be read.
        DeviceNotFoundError, DeviceSilentError, DeviceLostError
            When it does not.
        """
        control = self._control
        if control is None:
            raise DeviceLostError(f"Nothing reads {self.url}; launch it first.")
        try:
            if not control.poll(START_S):
                raise DeviceLostError(f"The process that reads {self.url} did not start in {START_S:g} s.")
            outcome, first, second = control.recv()
        except (EOFError, OSError) as error:
            raise DeviceLostError(f"The process that reads {self.url} ended at once.") from error
        if outcome == "failed":
            raise FAILURES.get(first, DeviceError)(second)
        self.transport, self.identity = first, identified(second, self.wanted.serial_number)
        if self.wanted.calibration is not None:
            own = load_calibration(self.wanted.calibration, self.profile, serial_number_of(self.identity))
            self.calibration = own.to_toml()

    def tell_to_stop(self) -> None:
        """Ask the reading process to end; one that has ended needs no asking."""
        if self._control is not None:
            try:
                self._control.send("stop")
            except OSError:
                return

    def join(self) -> None:
        """Wait until the reading process has ended."""
        end_process(self._process)
        if self._control is not None:
            self._control.close()
            self._control = None


def captured(wanted: Wanted) -> CapturedDevice:
    """A device that is not read yet, with an empty ring.

    Parameters
    ----------
    wanted : Wanted
        Which.

    Returns
    -------
    CapturedDevice
        Its ring belongs to the caller.
    """
    profile = load_profile(wanted.profile) if isinstance(wanted.profile, str) else wanted.profile
    low, high = profile.count_min, profile.count_max
    dtype = "f8" if profile.channels else "u2" if low >= 0 and high < 1 << 16 else "i8"
    ring = Ring.create(profile.n_values, dtype, max(int(profile.time.rate_hz * RING_S), FEWEST_SLOTS))
    return CapturedDevice(wanted, profile, ring)


def end_process(process: BaseProcess | None) -> None:
    """Wait for a process that was told to end; one that does not is killed.

    Parameters
    ----------
    process : Process, optional
        Started.
    """
    if process is None or process.pid is None:
        return
    process.join(START_S)
    if process.is_alive():
        process.kill()
        process.join()
