"""Serving an emulated device: over a pty, which looks like a serial port, or over TCP for ``socket://``."""

from __future__ import annotations

import os
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from devices.emulator.device import Emulator
from footload.errors import DeviceError

IDLE_S = 0.01
WAITING_BYTES = 1 << 16
"""At full speed the device runs ahead of the wire by this much and no more."""


@dataclass(frozen=True, slots=True)
class Served:
    """A device that is being served.

    Parameters
    ----------
    port : str
        What to open: the name of a pty, or ``socket://host:port``.
    finished : threading.Event
        Set when the device has sent everything and the host has read it. Over TCP nobody can see what the host has
        read; there it means that everything was handed to the system, which delivers it.
    """

    port: str
    finished: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serve_pty(emulator: Emulator, *, speed: float | None = 1.0) -> Generator[Served]:
    """Serve a device over a pty while the block runs.

    Parameters
    ----------
    emulator : Emulator
        The device.
    speed : float, optional
        1 is real time, None as fast as the host reads.

    Yields
    ------
    Served
        With the pty's name; for a device that may be unplugged, that of a link to it, which goes and comes back.

    Raises
    ------
    DeviceError
        On Windows, which has no pty.
    """
    if os.name != "posix":
        raise DeviceError("This system has no pseudo-terminals; serve the device over TCP with serve_tcp.")
    # A device whose cable is pulled comes back under the same name, which a pty alone cannot.
    with TemporaryDirectory(prefix="footload-") as folder:
        port = _Pty(Path(folder) / "port" if pluggable(emulator) else None)
        served = Served(port.name)
        try:
            wire = _Wire(port.fileno, port.read, port.write, port.n_unread, cut=port.close, join=port.open)
            with _running(emulator, speed, served, wire):
                yield served
        finally:
            port.close()


def pluggable(emulator: Emulator) -> bool:
    """Whether a device may be unplugged while it is served.

    Parameters
    ----------
    emulator : Emulator
        The device.

    Returns
    -------
    bool
        False for one without faults.
    """
    return getattr(emulator, "may_unplug", False)


class _Pty:
    """A pseudo-terminal that can be closed and opened again under the same name."""

    def __init__(self, link: Path | None) -> None:
        self._link = link
        self._ends: tuple[int, int] | None = None
        self.open()

    @property
    def name(self) -> str:
        return str(self._link or (os.ttyname(self._ends[1]) if self._ends else ""))

    def open(self) -> None:
        if self._ends is not None:
            return
        import pty
        import tty

        master, slave = self._ends = pty.openpty()
        # The slave is held open, so that the device survives hosts that come and go; raw, so that every byte passes.
        tty.setraw(slave)
        os.set_blocking(master, False)
        if self._link is not None:
            self._link.symlink_to(os.ttyname(slave))

    def close(self) -> None:
        if self._ends is None:
            return
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = None

    def fileno(self) -> int | None:
        return None if self._ends is None else self._ends[0]

    def read(self) -> bytes:
        return b"" if self._ends is None else os.read(self._ends[0], 65_536)

    def write(self, data: bytes) -> int:
        if self._ends is None:
            raise BlockingIOError
        return os.write(self._ends[0], data)

    def n_unread(self) -> int:
        """What the host has still to read: it would be lost if the pty were closed."""
        import fcntl
        import termios

        if self._ends is None:
            return 0
        return int.from_bytes(fcntl.ioctl(self._ends[1], termios.FIONREAD, bytes(4)), sys.byteorder)


@contextmanager
def serve_tcp(emulator: Emulator, *, speed: float | None = 1.0, port: int = 0) -> Generator[Served]:
    """Serve a device over TCP on this computer while the block runs; one host at a time.

    Parameters
    ----------
    emulator : Emulator
        The device.
    speed : float, optional
        1 is real time, None as fast as the host reads.
    port : int
        Where to listen; any free port by default.

    Yields
    ------
    Served
        With its ``socket://`` URL.
    """
    with socket.create_server(("127.0.0.1", port)) as server:
        server.setblocking(False)
        served = Served(f"socket://127.0.0.1:{server.getsockname()[1]}")
        host = _Host(server)
        try:
            with _running(emulator, speed, served, _Wire(host.fileno, host.read, host.write, cut=host.close)):
                yield served
        finally:
            host.close()


@dataclass(frozen=True, slots=True)
class _Wire:
    """Something that can be waited for, read and written without blocking."""

    fileno: Callable[[], int | None]
    read: Callable[[], bytes]
    write: Callable[[bytes], int]
    n_unread: Callable[[], int] = lambda: 0
    cut: Callable[[], None] = lambda: None
    join: Callable[[], None] = lambda: None


class _Host:
    """The one host of a TCP device: waits for it, and for the next one when it leaves."""

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self._host: socket.socket | None = None

    def fileno(self) -> int:
        return (self._host or self._server).fileno()

    def read(self) -> bytes:
        if self._host is None:
            self._host, _ = self._server.accept()
            self._host.setblocking(False)
            return b""
        try:
            data = self._host.recv(65_536)
        except ConnectionError:
            data = b""
        if not data:
            self.close()
        return data

    def write(self, data: bytes) -> int:
        if self._host is None:
            raise BlockingIOError
        try:
            return self._host.send(data)
        except ConnectionError:
            # The host left; the next one gets what is still to be sent.
            self.close()
            return 0

    def close(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None


@contextmanager
def _running(emulator: Emulator, speed: float | None, served: Served, wire: _Wire) -> Generator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=_serve, args=(emulator, speed, served, wire, stop), daemon=True, name="emulator")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _serve(emulator: Emulator, speed: float | None, served: Served, wire: _Wire, stop: threading.Event) -> None:
    begun_s = time.monotonic()
    waiting = bytearray()
    seen_read = False
    while not stop.is_set():
        handle = wire.fileno()
        there = [] if handle is None else [handle]
        nap_s = _nap_s(emulator, speed, begun_s, waiting) if there else IDLE_S
        readable, writable, _ = select.select(there, there if waiting else [], [], nap_s)
        try:
            if not getattr(emulator, "plugged", True):
                # Pulled out: the host's port breaks, and over a pty its name is gone.
                wire.cut()
                waiting.clear()
                readable = []
            else:
                wire.join()
            if readable:
                waiting += emulator.feed(wire.read())
            if len(waiting) < WAITING_BYTES:
                waiting += emulator.tick(_now_s(emulator, speed, begun_s))
            if waiting and (writable or not readable):
                del waiting[: wire.write(bytes(waiting[:WAITING_BYTES]))]
        except BlockingIOError:
            pass
        except OSError:
            # The host closed its end; what was on the wire is lost, as it would be with a real device.
            stop.wait(IDLE_S)
        # Seen twice: for a moment bytes are on their way inside the system and counted by nobody.
        all_read = emulator.finished and not waiting and not wire.n_unread()
        if all_read and seen_read:
            served.finished.set()
        seen_read = all_read


def _now_s(emulator: Emulator, speed: float | None, begun_s: float) -> float:
    """The device's time: the host's, scaled, or always just late enough for the next thing to be sent."""
    if speed is not None:
        return (time.monotonic() - begun_s) * speed
    due_s = emulator.due_s
    return 0.0 if due_s is None else due_s


def _nap_s(emulator: Emulator, speed: float | None, begun_s: float, waiting: bytearray) -> float:
    due_s = emulator.due_s
    if due_s is None or len(waiting) >= WAITING_BYTES:
        return IDLE_S
    if speed is None:
        return 0.0
    return min(max(due_s / speed - (time.monotonic() - begun_s), 0.0), IDLE_S)
