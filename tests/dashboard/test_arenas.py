"""Pools of freed memory: many threads, few pools."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALLOCATE = """
import ctypes, os, sys, threading
from dashboard.arenas import keep_few_arenas
if sys.argv[1] == "few":
    print(keep_few_arenas(), file=sys.stderr)
library, there = ctypes.CDLL(None), threading.Barrier(12)
def work():
    there.wait()  # all at once, so that none waits for the pool of another one
    for _ in range(200):
        library.free(ctypes.c_void_p(kept(50_000)))
    there.wait()
kept = library.malloc
kept.restype = ctypes.c_void_p
threads = [threading.Thread(target=work) for _ in range(12)]
[each.start() for each in threads]
[each.join() for each in threads]
library.fdopen.restype = ctypes.c_void_p
told = library.fdopen(1, b"w")
library.malloc_info(0, ctypes.c_void_p(told))
library.fflush(ctypes.c_void_p(told))
"""


def n_pools(how: str, **environment: str) -> tuple[int, str]:
    asked = [sys.executable, "-c", ALLOCATE, how]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, env={"PATH": "", **environment})
    return done.stdout.count("<heap nr="), done.stderr.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have other pools")
def test_many_threads_share_few_pools_unless_the_user_says_how_many() -> None:
    usual, _ = n_pools("usual")
    if usual < 4:
        pytest.skip("this C library makes no pools for threads")
    assert n_pools("few") == (2, "True")
    several, changed = n_pools("few", MALLOC_ARENA_MAX="4")
    assert changed == "False"
    assert 2 < several <= 4
