"""Where bytes come from: a serial port, a socket, or a log of earlier reads. The only module that knows pyserial."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import serial

from devices.profile import Link
from devices.raw_log import LOG_SUFFIXES, READ_TIMEOUT_S, Chunk, LogTransport
from devices.sockets import READ_BYTES, SocketTransport, reason_of
from footload.errors import DeviceLostError, DeviceNotFoundError

try:
    from termios import error as _TermiosError  # noqa: N812 - termios calls its exception `error`
except ImportError:  # Windows has no termios
    _TermiosError = OSError

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
                f"The port {self._url} cannot be opened ({reason_of(error)}). "
                "Is it plugged in, and not in use elsewhere?"
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
                f"The device at {self._url} went away while being read ({reason_of(error)})."
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
            raise DeviceLostError(f"The device at {self._url} takes no bytes ({reason_of(error)}).") from error

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
            raise DeviceLostError(f"The port {self._url} does not go to {baud} baud ({reason_of(error)}).") from error

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


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port of this computer, as the system describes it.

    Parameters
    ----------
    name : str
        What is opened: ``/dev/ttyUSB0``, ``COM5``.
    usb : str
        Vendor and product as ``VVVV:PPPP``, in capitals; empty when it is no USB device.
    serial_number, manufacturer, product : str
        What the device says of itself; empty when it does not.
    location : str
        Where it is plugged in.
    """

    name: str
    usb: str = ""
    serial_number: str = ""
    manufacturer: str = ""
    product: str = ""
    location: str = ""

    @property
    def identity(self) -> dict[str, str]:
        """What finds the device again under another name; empty when it is no USB device.

        A serial number is the device's own; without one, the socket that it is plugged into has to do.
        """
        if not self.usb:
            return {}
        own = {"serial_number": self.serial_number} if self.serial_number else {"location": self.location}
        return {"usb": self.usb, **own}


def serial_ports() -> tuple[Port, ...]:
    """The serial ports that this computer has now.

    Returns
    -------
    tuple of Port
        In order of names; ports without hardware behind them are left out.
    """
    from serial.tools import list_ports

    found: list[Port] = []
    for each in sorted(list_ports.comports(), key=lambda port: port.device):
        usb = f"{each.vid:04X}:{each.pid:04X}" if each.vid is not None and each.pid is not None else ""
        words = (each.serial_number, each.manufacturer, each.product, each.location)
        if usb or each.hwid not in {None, "", "n/a"}:
            found.append(Port(each.device, usb, *(word or "" for word in words)))
    return tuple(found)


def identity_of(url: str) -> dict[str, str]:
    """What finds a device again when its port gets another name.

    Parameters
    ----------
    url : str
        A port, or anything else that `open_transport` takes.

    Returns
    -------
    dict
        USB numbers, and serial number or place; empty for whatever is known by its name alone.
    """
    if "://" in url or url.endswith(LOG_SUFFIXES):
        return {}
    name = os.path.realpath(url) if os.name == "posix" else url
    there = next((port for port in serial_ports() if port.name in {url, name}), None)
    return there.identity if there else {}


def find_again(url: str, identity: dict[str, str]) -> str | None:
    """Where a device is now that went away.

    Parameters
    ----------
    url : str
        Where it was.
    identity : dict
        As `identity_of` gave it while it was there.

    Returns
    -------
    str or None
        Where it is; None while it is nowhere.
    """
    if identity:
        return next((port.name for port in serial_ports() if port.identity == identity), None)
    if "://" in url or os.name != "posix":
        return url
    return url if Path(url).exists() else None
