"""How many threads the matrix products of one process take; numpy asks once, when it is first imported."""

from __future__ import annotations

import os
from typing import Final

BLAS_THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""What the usual libraries under numpy read from the environment."""


def compute_on_one_thread() -> None:
    """Have the matrix products of this process run on one thread, where the user has said nothing else.

    A trial's products are small: on a machine that does other work too, threads that wait for each other cost several
    times what they save. It counts for a numpy that is imported afterwards, here and in processes started from here;
    who sets any of `BLAS_THREADS` decides for all of them.
    """
    if not any(os.environ.get(name) for name in BLAS_THREADS):
        os.environ.update(dict.fromkeys(BLAS_THREADS, "1"))
