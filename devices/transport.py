"""Where bytes come from: a serial port, a socket, or a log of earlier reads. The only module that knows pyserial."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import serial

from devices.profile import Link
from devices.raw_log import LOG_SUFFIXES, READ_TIMEOUT_S, Chunk, LogTransport
from footload.errors import DeviceError, DeviceLostError, DeviceNotFoundError

try:
    from termios import error as _TermiosError  # noqa: N812 - termios calls its exception `error`
except ImportError:  # Windows has no termios
    _TermiosError = OSError

READ_BYTES = 65_536

# What pyserial really raises: its own error, bare errors of the system, and TypeError when a port vanishes mid-read.
_PORT_ERRORS: tuple[type[Exception], ...] = (serial.SerialException, OSError, TypeError, _TermiosError)


class Transport(Protocol):
    """A source of bytes with the time of their arrival."""

    live: bool
    """Whether something answers; a log does not."""

    def open(self) -> None:
        """Open it."""
        ...

    def read_available(self) -> Chunk | None:
        """What is there, or the first that comes within a tenth of a second; None when nothing does."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes to the device."""
        ...

    def set_baud(self, baud: int) -> None:
        """Go on at another speed."""
        ...

    def close(self) -> None:
        """Close it; more than once does no harm."""
        ...

    @property
    def ended(self) -> bool:
        """Whether nothing can ever come again."""
        ...

    def describe(self) -> dict[str, str]:
        """What it is, for the recording."""
        ...


def open_transport(url: str, link: Link, *, speed: float | None = 1.0) -> Transport:
    """Open whatever a URL names.

    Parameters
    ----------
    url : str
        A serial port (``/dev/ttyUSB0``, ``COM5``, a pty), ``socket://host:port``, or a log (`.serial.dat`, `.mcap`).
    link : Link
        How the profile wants a port opened.
    speed : float, optional
        For logs: 1 is as recorded, 2 twice as fast, None as fast as possible.

    Returns
    -------
    Transport
        Opened.

    Raises
    ------
    DeviceNotFoundError
        When it does not exist, cannot be opened or is in use.
    """
    if url.startswith("socket://"):
        transport: Transport = SocketTransport(url)
    elif url.endswith(LOG_SUFFIXES):
        transport = LogTransport(Path(url), speed=speed)
    else:
        transport = SerialTransport(url, link)
    transport.open()
    return transport


class SerialTransport:
    """A serial port, or a pty that stands for one.

    Parameters
    ----------
    url : str
        The port's name.
    link : Link
        How it is opened.
    """

    live = True
    ended = False

    def __init__(self, url: str, link: Link) -> None:
        self._url, self._link = url, link
        self._port = serial.Serial()

    def open(self) -> None:
        """Open the port for this program alone.

        Raises
        ------
        DeviceNotFoundError
            When it does not exist, cannot be opened or is in use.
        """
        port, link = self._port, self._link
        try:
            port.port, port.baudrate, port.bytesize = self._url, link.baud, link.bytesize
            port.parity, port.stopbits, port.rtscts = link.parity, link.stopbits, link.rtscts
            port.dtr, port.rts = link.dtr, link.rts
            port.timeout, port.write_timeout, port.exclusive = READ_TIMEOUT_S, 2.0, True
            port.open()
            grow: Callable[..., None] | None = getattr(port, "set_buffer_size", None)
            if grow is not None:  # Windows: 4096 bytes are 14 ms at 3 Mbaud
                grow(rx_size=1 << 20)
        except (*_PORT_ERRORS, ValueError) as error:
            raise DeviceNotFoundError(
                f"The port {self._url} cannot be opened ({_reason(error)}). Is it plugged in, and not in use elsewhere?"
            ) from error

    def read_available(self) -> Chunk | None:
        """What is there, or the first that comes within a tenth of a second.

        Returns
        -------
        Chunk or None
            None when nothing came.

        Raises
        ------
        DeviceLostError
            When the port went away.
        """
        try:
            data = self._port.read(max(1, min(self._port.in_waiting, READ_BYTES)))
        except _PORT_ERRORS as error:
            raise DeviceLostError(
                f"The device at {self._url} went away while being read ({_reason(error)})."
            ) from error
        return Chunk(time.monotonic_ns(), data) if data else None

    def write(self, data: bytes) -> None:
        """Send bytes to the device.

        Parameters
        ----------
        data : bytes
            What to send.

        Raises
        ------
        DeviceLostError
            When the port went away or does not take them within two seconds.
        """
        try:
            self._port.write(data)
        except _PORT_ERRORS as error:
            raise DeviceLostError(f"The device at {self._url} takes no bytes ({_reason(error)}).") from error

    def set_baud(self, baud: int) -> None:
        """Go on at another speed.

        Parameters
        ----------
        baud : int
            Bits per second.

        Raises
        ------
        DeviceLostError
            When the port went away or does not know that speed.
        """
        try:
            self._port.baudrate = baud
        except (*_PORT_ERRORS, ValueError) as error:
            raise DeviceLostError(f"The port {self._url} does not go to {baud} baud ({_reason(error)}).") from error

    def close(self) -> None:
        """Close the port; more than once does no harm."""
        try:
            self._port.close()
        except _PORT_ERRORS:
            # A port that vanished is as closed as it gets.
            return

    def describe(self) -> dict[str, str]:
        """What it is, for the recording.

        Returns
        -------
        dict
            Kind and settings.
        """
        link = self._link
        return {"transport": "serial", "baud": str(link.baud), "mode": f"{link.bytesize}{link.parity}{link.stopbits}"}


class SocketTransport:
    """A device, or an emulator, behind ``socket://host:port``.

    Parameters
    ----------
    url : str
        Such as ``socket://127.0.0.1:5000``.
    """

    live = True
    ended = False

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect.

        Raises
        ------
        DeviceNotFoundError
            When the URL is not one, or nobody answers there.
        """
        host, _, port = self._url.removeprefix("socket://").rpartition(":")
        if not host or not port.isdigit():
            raise DeviceNotFoundError(f"{self._url!r} is not a socket; it is written like socket://127.0.0.1:5000.")
        try:
            self._socket = socket.create_connection((host.strip("[]"), int(port)), timeout=3.0)
            self._socket.settimeout(READ_TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, OverflowError) as error:
            raise DeviceNotFoundError(f"Nobody answers at {self._url} ({_reason(error)}).") from error

    def read_available(self) -> Chunk | None:
        """What is there, or the first that comes within a tenth of a second.

        Returns
        -------
        Chunk or None
            None when nothing came.

        Raises
        ------
        DeviceLostError
            When the other side closed the connection.
        """
        try:
            data = self._connected.recv(READ_BYTES)
        except TimeoutError:
            return None
        except OSError as error:
            raise DeviceLostError(f"The connection to {self._url} broke ({_reason(error)}).") from error
        if not data:
            raise DeviceLostError(f"The other side of {self._url} closed the connection.")
        return Chunk(time.monotonic_ns(), data)

    def write(self, data: bytes) -> None:
        """Send bytes to the device.

        Parameters
        ----------
        data : bytes
            What to send.

        Raises
        ------
        DeviceLostError
            When the connection broke.
        """
        try:
            self._connected.sendall(data)
        except OSError as error:
            raise DeviceLostError(f"The connection to {self._url} broke ({_reason(error)}).") from error

    def set_baud(self, baud: int) -> None:
        """A socket has no speed to set.

        Parameters
        ----------
        baud : int
            Bits per second.

        Raises
        ------
        DeviceError
            Always.
        """
        raise DeviceError(f"{self._url} is a socket and cannot go to {baud} baud; set the speed at its other end.")

    def close(self) -> None:
        """Close the connection; more than once does no harm."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def describe(self) -> dict[str, str]:
        """What it is, for the recording.

        Returns
        -------
        dict
            Its kind.
        """
        return {"transport": "socket"}

    @property
    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise DeviceLostError(f"{self._url} is not open.")
        return self._socket


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip().rstrip(".")
