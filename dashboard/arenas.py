"""How many pools the C library may keep freed memory in.

glibc gives threads pools of their own, up to eight for each processor, and a pool keeps what was freed in it. A page is
composed by whichever thread is free, so that after some hours every pool has held the largest page once: the memory of
a server grows for half a day although it holds nothing more. Threads of Python wait for each other anyway.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

FEW: Final = 2
_M_ARENA_MAX: Final = -8
_BY_USER: Final = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")


def keep_few_arenas() -> bool:
    """Let all threads of this process share two pools of memory, from now on.

    Returns
    -------
    bool
        False where nothing was changed: the C library is not glibc, or the user has said how many in the environment.
    """
    if not sys.platform.startswith("linux") or any(os.environ.get(name) for name in _BY_USER):
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, FEW))
    except (AttributeError, OSError):  # another C library
        return False
