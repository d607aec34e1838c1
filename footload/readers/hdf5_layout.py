"""The exchange format's own words: what stands where in the file, as `docs/hdf5.md` explains it."""

from __future__ import annotations

from typing import Final

FORMAT: Final = "footload"
VERSION: Final = 1

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
BLOCK_BYTES: Final = 512
"""Before the HDF5 content stands a block that HDF5 itself skips; it holds the content's SHA-256."""

MARK: Final = b"footload exchange file; HDF5 from byte 512 on\nsha256 "
DIGEST_LETTERS: Final = 64

PRESSURE: Final = "pressure"
FORCE: Final = "force"
MARKERS: Final = "markers"
EVENTS: Final = "events"
PLACEMENTS: Final = "foot_placements"
NOTES: Final = "notes"
PARTICIPANT: Final = "participant"
CONDITION: Final = "condition"
KINDS: Final = (PRESSURE, FORCE, MARKERS)
"""Groups that hold one group a recording, named by its place in the trial, from 1."""


def user_block(digest: str) -> bytes:
    """The block before the HDF5 content.

    Parameters
    ----------
    digest : str
        SHA-256 of everything behind the block, in hexadecimal letters.

    Returns
    -------
    bytes
        512 of them.
    """
    return (MARK + digest.encode("ascii") + b"\n").ljust(BLOCK_BYTES, b"\0")
