"""Damaged variants of a file, the same in every run, and what a reader has to do with each of them."""

from __future__ import annotations

import os
import random
import re
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from footload.errors import UnreadableTrialError
from footload.readers import Reader
from footload.trials import Trial

N_VARIANTS = int(os.environ.get("FOOTLOAD_DAMAGED_VARIANTS", "100"))
"""How many variants of a file are read; `make damage` reads 1,000 of every format."""

LONGEST_S = 2.0
MOST_DECODED = 4
"""A damaged file may take so many times the memory of the numbers that the whole one holds ..."""

OWN_BYTES = 4 << 20
"""... and this, which a reader needs for its own blocks: the numbers of the small files here take a few kB."""

HUGE = [b"99999999", b"4294967296", b"1e308", b"-1", b"0", b"nan", b"inf", b"9" * 40]


def damaged_variants(content: bytes, n: int, seed: int = 20) -> Iterator[bytes]:
    """Cut, swapped, overwritten, repeated and removed parts, and numbers that nobody would write."""
    chance = random.Random(seed)
    numbers = [match.span() for match in re.finditer(rb"\d+(?:\.\d+)?", content)]
    for variant in range(n):
        data = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
            kind = variant % 7
            if kind == 0:
                del data[at:]
            elif kind == 1:
                del data[at : min(to, at + chance.randint(1, 80))]
            elif kind == 2:
                data[at : at + 8] = chance.randbytes(chance.randint(1, 8))
            elif kind == 3:
                lines = bytes(data).split(b"\n")
                one, other = (chance.randrange(len(lines)) for _ in range(2))
                lines[one], lines[other] = lines[other], lines[one]
                data = bytearray(b"\n".join(lines))
            elif kind == 4:
                data[at:at] = data[at : at + chance.randint(1, 200)]
            elif kind == 5 and numbers:
                start, stop = numbers[min(int(chance.expovariate(8 / len(numbers))), len(numbers) - 1)]
                data = bytearray(content)
                data[start:stop] = chance.choice(HUGE)
            else:
                data[at : at + 1] = bytes([chance.randrange(256)])
            if not data:
                break
        yield bytes(data)


def trial_or_sentence(reader: Reader, path: Path) -> Trial | str:
    """What the reader makes of a file: a trial, or one sentence that names the file."""
    try:
        return reader.load(path)
    except UnreadableTrialError as error:
        sentence = str(error)
    assert sentence.startswith(path.name)
    assert "\n" not in sentence
    return sentence


@dataclass(frozen=True)
class Survival:
    """What became of the damaged variants of a file."""

    n_variants: int
    n_read: int
    slowest_s: float
    most_bytes: int

    @property
    def share_read(self) -> float:
        """Part of the variants that were read, in spite of the damage; the others were refused in one sentence."""
        return self.n_read / self.n_variants


def decoded_bytes(trial: Trial) -> int:
    """What the numbers of a trial take."""
    arrays = [getattr(recording, name.name) for recording in trial.recordings for name in fields(recording)]
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def check_survival(reader: Reader, content: bytes, folder: Path, n: int = N_VARIANTS) -> Survival:
    """Read every damaged variant: sound numbers or one sentence, soon, in little memory; what became of them."""
    path = folder / "damaged.bin"
    path.write_bytes(content)
    most_bytes = MOST_DECODED * decoded_bytes(reader.load(path)) + OWN_BYTES
    n_read, slowest_s, largest = 0, 0.0, 0
    tracemalloc.start()
    try:
        for data in damaged_variants(content, n):
            path.write_bytes(data)
            tracemalloc.reset_peak()
            before, start = tracemalloc.get_traced_memory()[0], time.perf_counter()
            reader.recognises(data[:4096], path)
            trial = trial_or_sentence(reader, path)
            slowest_s = max(slowest_s, time.perf_counter() - start)
            largest = max(largest, tracemalloc.get_traced_memory()[1] - before)
            if isinstance(trial, Trial):
                n_read += 1
                for recording in trial.pressures:
                    seen = recording.pressure_kpa[:, recording.valid]
                    assert np.isfinite(seen).all()
                    assert (seen >= 0).all()
            assert slowest_s < LONGEST_S
            assert largest < most_bytes
    finally:
        tracemalloc.stop()
    return Survival(n, n_read, slowest_s, largest)
