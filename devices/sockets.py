"""A device, or an emulator, behind a socket."""

from __future__ import annotations

import socket
import time

from devices.raw_log import READ_TIMEOUT_S, Chunk
from footload.errors import DeviceError, DeviceLostError, DeviceNotFoundError

READ_BYTES = 65_536
"""The most that is read at once."""


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
            raise DeviceNotFoundError(f"Nobody answers at {self._url} ({reason_of(error)}).") from error

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
            raise DeviceLostError(f"The connection to {self._url} broke ({reason_of(error)}).") from error
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
            raise DeviceLostError(f"The connection to {self._url} broke ({reason_of(error)}).") from error

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


def reason_of(error: Exception) -> str:
    """Why something failed, in the system's words, without a full stop.

    Parameters
    ----------
    error : Exception
        What was raised.

    Returns
    -------
    str
        Fit for brackets.
    """
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip().rstrip(".")
