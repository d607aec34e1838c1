"""A device that stays connected: when its cable is pulled, the port is looked for, opened again and started again.

A port of a USB device is found again by the device's identity, because the system may give it another name; anything
else (a pty, a socket) by its own name. The gap is reported once the device is back, with the moment it went away.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from pathlib import Path

from devices.cell_calibration import load_calibration
from devices.dialogue import Dialogue, FrameWatcher
from devices.framing.decoder import Counters
from devices.profile import Profile
from devices.raw_log import Chunk
from devices.transport import Transport, find_again, identity_of, open_transport
from footload.errors import DeviceError, DeviceLostError

RETRY_S = 0.05
"""How long to wait before a port is tried again. [s]"""
USB_SETTLE_S = 0.5
"""A port of a USB device is there before it can be used. [s]"""


@dataclass(slots=True)
class LinkCounters:
    """What happened to the connection, beside what the decoder counts.

    Parameters
    ----------
    dropped_host_bytes : int
        Bytes that this computer read and could not keep, because a queue was full.
    reconnects : int
        How often the device went away and came back.
    max_gap_ms : int
        The longest time between two reads. [ms]
    """

    dropped_host_bytes: int = 0
    reconnects: int = 0
    max_gap_ms: int = 0

    def as_dict(self) -> dict[str, int]:
        """Every counter by name.

        Returns
        -------
        dict
            For recordings and for `--json`.
        """
        return asdict(self)


_ON_THE_WIRE = tuple(each.name for each in fields(Counters))
_OF_THE_LINK = tuple(each.name for each in fields(LinkCounters))
_wire_values, _link_values = attrgetter(*_ON_THE_WIRE), attrgetter(*_OF_THE_LINK)
_PACKED = struct.Struct(f"<{len(_ON_THE_WIRE) + len(_OF_THE_LINK)}q")


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a device.

    Parameters
    ----------
    from_ns, until_ns : int
        When it was found to be away, and when it was back. [ns]
    note : str
        What people should know about it.
    """

    from_ns: int
    until_ns: int
    note: str


@dataclass(slots=True)
class Connection:
    """Keeps one device connected and running.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    url : str
        Where it is.
    speed : float, optional
        For logs: 1 is as recorded, None as fast as possible.
    patience_s : float
        How long a device that went away after its first frame is waited for. [s]
    on_chunk : callable, optional
        Gets every read first.
    on_frames : callable, optional
        Gets the frames that a read completed.
    on_gap : callable, optional
        Gets every time that the device was away, when it is back.
    link : LinkCounters
        What happened to the connection so far.
    """

    profile: Profile
    url: str
    speed: float | None = 1.0
    patience_s: float = 0.0
    on_chunk: Callable[[Chunk], None] | None = None
    on_frames: FrameWatcher | None = None
    on_gap: Callable[[Gap], None] | None = None
    link: LinkCounters = field(default_factory=LinkCounters)
    dialogue: Dialogue = field(init=False)
    identity: dict[str, str] = field(init=False, default_factory=dict[str, str])
    _lost_ns: int = field(init=False, default=0)
    _why: DeviceLostError | None = field(init=False, default=None)
    _last_ns: int = field(init=False, default=0)
    _asked: bool = field(init=False, default=False)

    @property
    def connected(self) -> bool:
        """Whether the device is there."""
        return self._why is None

    @property
    def transport(self) -> Transport:
        """The port, or what stands for it."""
        return self.dialogue.transport

    def open(self) -> None:
        """Open the port for the first time.

        Raises
        ------
        DeviceNotFoundError
            When it cannot be opened.
        """
        transport = open_transport(self.url, self.profile.link, speed=self.speed)
        self.identity = identity_of(self.url)
        self.dialogue = Dialogue(self.profile, transport, on_chunk=self._take, on_frames=self.on_frames)
        self.dialogue.on_stall = self._stalled
        self.dialogue.settle()

    def start(self) -> None:
        """Say what starts the device.

        Raises
        ------
        DeviceSilentError
            When an answer that has to come does not.
        DeviceLostError
            When the device went away.
        """
        self.identify()
        self.dialogue.start()

    def identify(self) -> dict[str, str]:
        """Ask the device once who it is, where its profile knows how.

        Returns
        -------
        dict
            What its plug says, and what it says of itself.

        Raises
        ------
        DeviceLostError
            When the device went away.
        """
        if not self._asked:
            self._asked = True
            self.dialogue.identify()
        return {**self.identity, **self.dialogue.told}

    def step(self) -> bool:
        """Read once, or look once for a device that went away; takes about a tenth of a second at most.

        Returns
        -------
        bool
            Whether anything came.

        Raises
        ------
        DeviceLostError
            When a device that went away did not come back in time.
        """
        if self._why is not None:
            self._look_again(self._why)
            return False
        try:
            return self.dialogue.step()
        except DeviceLostError as error:
            self._lose(error)
            return False

    def stop(self, *, drain: bool = False) -> None:
        """Say what stops the device, and read what is still on its way.

        Parameters
        ----------
        drain : bool
            Read on although the device knows no word for stop.
        """
        if self.connected:
            self.dialogue.stop(drain=drain)

    def close(self) -> None:
        """Let go of the port; more than once does no harm."""
        if hasattr(self, "dialogue"):
            self.dialogue.transport.close()

    def counters(self) -> dict[str, int]:
        """What went right and wrong, on the wire and with the connection.

        Returns
        -------
        dict
            By name.
        """
        return {**self.dialogue.counters.as_dict(), **self.link.as_dict()}

    def packed_counters(self) -> bytes:
        """The same counters as bytes; cheap enough for every read.

        Returns
        -------
        bytes
            For `unpack_counters`.
        """
        return _PACKED.pack(*_wire_values(self.dialogue.counters), *_link_values(self.link))

    def _take(self, chunk: Chunk) -> None:
        if self._last_ns:
            self.link.max_gap_ms = max(self.link.max_gap_ms, (chunk.monotonic_ns - self._last_ns) // 1_000_000)
        self._last_ns = chunk.monotonic_ns
        if self.on_chunk is not None:
            self.on_chunk(chunk)

    def _lose(self, error: DeviceLostError) -> None:
        self.dialogue.transport.close()
        if self.patience_s <= 0 or not self.dialogue.counters.frames:
            raise error
        self._lost_ns, self._why = time.monotonic_ns(), error
        # What was begun before the gap cannot be completed by what comes after it.
        self.dialogue.cut()

    def _stalled(self, from_ns: int) -> None:
        now_ns = time.monotonic_ns()
        if self.on_gap is not None:
            silent_s = (now_ns - from_ns) * 1e-9
            note = f"Nothing that is understood came for {silent_s:.3f} s; the device was started again."
            # Here, and not where the silence began: what came meanwhile is read as it was then.
            self.on_gap(Gap(now_ns, now_ns, note))

    def _look_again(self, why: DeviceLostError) -> None:
        """Try once to open the port and to start the device."""
        if time.monotonic_ns() - self._lost_ns > self.patience_s * 1e9:
            raise DeviceLostError(f"{str(why).rstrip('.')}, and did not come back in {self.patience_s:g} s.") from why
        url = find_again(self.url, self.identity)
        if url is None:
            time.sleep(RETRY_S)
            return
        try:
            if self.identity:
                time.sleep(USB_SETTLE_S)
            transport = open_transport(url, self.profile.link, speed=self.speed)
        except DeviceError:
            time.sleep(RETRY_S)
            return
        self.dialogue.transport = transport
        from_ns, until_ns = self._lost_ns, time.monotonic_ns()
        try:
            self.dialogue.settle()
            # Told before the first byte: what follows belongs behind the gap.
            if self.on_gap is not None:
                self.on_gap(Gap(from_ns, until_ns, _sentence(why, until_ns - from_ns)))
            self.link.reconnects += 1
            self._why = None
            self.dialogue.start()
        except DeviceError as error:
            transport.close()
            self._lost_ns, self._why = time.monotonic_ns(), DeviceLostError(str(error))
            self.dialogue.cut()


def identified(known: Mapping[str, str], serial_number: str) -> dict[str, str]:
    """What is known about a device, with the number that stands on it where it does not say its own.

    Parameters
    ----------
    known : mapping
        What its plug and the device itself say.
    serial_number : str
        What stands on it; empty when nobody looked.

    Returns
    -------
    dict
        For the recording.
    """
    stated = {} if serial_number_of(known) or not serial_number else {"serial_number": serial_number}
    return {**known, **stated}


def unpack_counters(packed: bytes) -> dict[str, int]:
    """Counters from bytes.

    Parameters
    ----------
    packed : bytes
        Made by `Connection.packed_counters` in this version.

    Returns
    -------
    dict
        By name.
    """
    return dict(zip((*_ON_THE_WIRE, *_OF_THE_LINK), _PACKED.unpack(packed), strict=True))


def _sentence(why: DeviceLostError, away_ns: int) -> str:
    return f"{str(why).rstrip('.')}; it was back after {away_ns * 1e-9:.3f} s."


def own_calibration(connection: Connection, path: Path | str | None, serial_number: str = "") -> str:
    """The text of a device's calibration, once it is sure that it is this device's.

    Parameters
    ----------
    connection : Connection
        Opened.
    path : path or None
        The calibration's file.
    serial_number : str
        What stands on the device; what the device says of itself counts more.

    Returns
    -------
    str
        Empty when there is none.

    Raises
    ------
    ProfileError
        When it is another device's.
    """
    if path is None:
        return ""
    known = identified(connection.identify(), serial_number)
    return load_calibration(path, connection.profile, serial_number_of(known)).to_toml()


def serial_number_of(known: Mapping[str, str]) -> str:
    """The serial number among what is known about a device.

    Parameters
    ----------
    known : mapping
        What its plug and the device itself say, such as `RecordedDevice.transport`.

    Returns
    -------
    str
        Empty when it does not say one.
    """
    return known.get("serial") or known.get("serial_number") or ""
