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
        With the pty's name.

    Raises
    ------
    DeviceError
        On Windows, which has no pty.
    """
    try:
        import pty
        import tty
    except ImportError as error:
        raise DeviceError("This system has no pseudo-terminals; serve the device over TCP with serve_tcp.") from error
    master, slave = pty.openpty()
    # Held open, so that the device survives hosts that come and go; raw, so that every byte passes.
    tty.setraw(slave)
    os.set_blocking(master, False)
    served = Served(os.ttyname(slave))
    try:
        wire = _Wire(lambda: master, lambda: os.read(master, 65_536), _writer(master), _counter_of_unread(slave))
        with _running(emulator, speed, served, wire):
            yield served
    finally:
        os.close(master)
        os.close(slave)


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

    fileno: Callable[[], int]
    read: Callable[[], bytes]
    write: Callable[[bytes], int]
    n_unread: Callable[[], int] = lambda: 0
    cut: Callable[[], None] = lambda: None


def _writer(handle: int) -> Callable[[bytes], int]:
    def write(data: bytes) -> int:
        return os.write(handle, data)

    return write


def _counter_of_unread(slave: int) -> Callable[[], int]:
    """What the host has still to read from a pty: it would be lost if the pty were closed."""
    import fcntl
    import termios

    def n_unread() -> int:
        return int.from_bytes(fcntl.ioctl(slave, termios.FIONREAD, bytes(4)), sys.byteorder)

    return n_unread


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
        readable, writable, _ = select.select([wire.fileno()], [wire.fileno()] if waiting else [], [], _nap_s(
            emulator, speed, begun_s, waiting
        ))  # fmt: skip
        try:
            if not getattr(emulator, "plugged", True):
                # Pulled out: over TCP the connection breaks, over a pty there is silence.
                wire.cut()
                waiting.clear()
            elif readable:
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
