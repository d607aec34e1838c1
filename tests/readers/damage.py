"""Damaged variants of a file, the same in every run, and what a reader has to do with each of them."""

from __future__ import annotations

import random
import re
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from footload.errors import UnreadableTrialError
from footload.readers import Reader
from footload.trials import Trial

LONGEST_S = 2.0
MOST_BYTES = 48 << 20  # 4 times the decoded size of a tiny file is nothing: this is what a reader's own blocks take
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


def check_survival(reader: Reader, content: bytes, folder: Path, n: int = 1000) -> int:
    """Read every damaged variant: sound numbers or one sentence, soon, in little memory; how many were read."""
    path = folder / "damaged.bin"
    n_read = 0
    tracemalloc.start()
    try:
        for data in damaged_variants(content, n):
            path.write_bytes(data)
            tracemalloc.reset_peak()
            start = time.perf_counter()
            reader.recognises(data[:4096], path)
            trial = trial_or_sentence(reader, path)
            if isinstance(trial, Trial):
                n_read += 1
                for recording in trial.pressures:
                    seen = recording.pressure_kpa[:, recording.valid]
                    assert np.isfinite(seen).all()
                    assert (seen >= 0).all()
            assert time.perf_counter() - start < LONGEST_S
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    return n_read
