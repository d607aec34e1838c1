"""Room on the disk: asked for before a recording begins, and a little held back so that it can end in order.

When the disk is full, the reserve is given back, and what fits into it is the end of the recording: the chunk that was
open, a mark that says why it ends, the counters, the index.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from footload.errors import RecordingError

RESERVE_BYTES = 4 << 20
FIRST_MINUTE_S = 60.0
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Reserve:
    """A file that holds room on the disk until it is needed.

    Parameters
    ----------
    path : path
        The recording; the reserve stands beside it.
    size : int
        How much. [B]

    Raises
    ------
    OSError
        When the disk has not even that much.
    """

    def __init__(self, path: Path, size: int = RESERVE_BYTES) -> None:
        self._path = path.with_name(f".{path.name}.reserve")
        self.used = False
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            # A sparse file would hold nothing.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(handle, 0, size)
            else:
                for _ in range(0, size, 1 << 16):
                    os.write(handle, bytes(1 << 16))
        except OSError:
            os.close(handle)
            self._path.unlink(missing_ok=True)
            raise
        os.close(handle)

    def release(self) -> bool:
        """Give the room back.

        Returns
        -------
        bool
            Whether there was any.
        """
        held = self._path.exists()
        self._path.unlink(missing_ok=True)
        return held


class ReservedFile:
    """A file whose writer does not notice the first time that the disk is full: the reserve takes its place.

    Parameters
    ----------
    path : path
        A file that does not exist yet.
    reserve : int
        Room to hold back. [B]

    Raises
    ------
    OSError
        When it exists, or there is no room.
    """

    def __init__(self, path: Path, reserve: int = RESERVE_BYTES) -> None:
        self._file: BinaryIO = path.open("xb", buffering=0)
        self._waiting = bytearray()
        self.full = False
        try:
            self._reserve = Reserve(path, reserve)
        except OSError:
            self._file.close()
            path.unlink()
            raise

    def write(self, data: bytes) -> int:
        """Take bytes; they go to the system in pieces of 64 KiB, and with `flush`.

        Parameters
        ----------
        data : bytes
            What to write.

        Returns
        -------
        int
            All of them.
        """
        self._waiting += data
        if len(self._waiting) >= 1 << 16:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand everything to the system.

        Raises
        ------
        OSError
            When the disk failed, or is full and the reserve is used up.
        """
        while self._waiting:
            try:
                written = self._file.write(bytes(self._waiting))
            except OSError as error:
                if error.errno not in _FULL or not self._reserve.release():
                    raise
                self.full = True
                continue
            del self._waiting[: written or 0]

    def tell(self) -> int:
        """How much was written, and waits to be. [B]

        Returns
        -------
        int
            [B]
        """
        return self._file.tell() + len(self._waiting)

    def fileno(self) -> int:
        """The system's number of the file.

        Returns
        -------
        int
            For syncing.
        """
        return self._file.fileno()

    def close(self) -> None:
        """Hand everything to the system, close, and give the reserve back; more than once does no harm.

        Raises
        ------
        OSError
            When what was still to be written cannot be.
        """
        if self._file.closed:
            return
        try:
            self.flush()
        finally:
            self._waiting.clear()
            self._file.close()
            self._reserve.release()


def check_room(folder: Path, bytes_per_s: float, duration_s: float | None = None) -> str:
    """Ask whether a recording will have room, before it begins.

    Parameters
    ----------
    folder : path
        Where it will be.
    bytes_per_s : float
        Of all devices together, as they come from the wire; on the disk they mostly are a tenth of that. [B/s]
    duration_s : float, optional
        How long, where that is known; a minute is asked for otherwise. [s]

    Returns
    -------
    str
        A warning when the room might not do; empty when it does in any case.

    Raises
    ------
    RecordingError
        When there is no room for the reserve and a second of recording.
    """
    seconds = FIRST_MINUTE_S if duration_s is None else duration_s
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        # A folder that is not there is told by the attempt to write into it.
        return ""
    if free < RESERVE_BYTES + bytes_per_s + (1 << 16):
        raise RecordingError(
            f"The disk has {free / 1e6:.1f} MB left; a recording needs at least "
            f"{(RESERVE_BYTES + bytes_per_s + (1 << 16)) / 1e6:.1f} MB to begin. Make room or choose another folder."
        )
    needed = RESERVE_BYTES + bytes_per_s * seconds
    if free < needed:
        return (
            f"the disk has {free / 1e6:.0f} MB left, and {seconds:.0f} s may need up to {needed / 1e6:.0f} MB; "
            "a recording that fills it ends there, in order"
        )
    return ""
