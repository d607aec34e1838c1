"""Files that are whole after a crash or a power cut: the old one or the new one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is the old one or the new one, whole.

    Parameters
    ----------
    path : path
        The file; folders are made.
    content : bytes
        All of it.

    Raises
    ------
    OSError
        When it cannot be written; the old one stays, and nothing unfinished lies beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the system can.

    Parameters
    ----------
    folder : path
        Whose entries were changed.
    """
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
