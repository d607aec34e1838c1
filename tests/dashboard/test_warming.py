"""What is loaded before there is a live picture: no search through all of it stops the picture afterwards."""

from __future__ import annotations

import gc
import sys
import time

from dashboard.live.warming import LARGE, warming


def test_what_is_there_when_a_device_starts_is_not_searched_again() -> None:
    kept = [[each] for each in range(300_000)]
    try:
        gc.collect()
        begun = time.thread_time()
        gc.collect()
        before_s = time.thread_time() - begun
        warming().join(60)
        assert all(name in sys.modules for name in LARGE)
        assert gc.get_freeze_count() > len(kept)
        begun = time.thread_time()
        gc.collect()
        # Objects of 300,000 lists and of all that is loaded take some 100 ms; what came since, far less.
        assert time.thread_time() - begun < before_s / 4
    finally:
        gc.unfreeze()
