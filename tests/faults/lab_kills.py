"""kill -9 of processes that write into a laboratory, at random moments of every kind of write: what is left.

`lab_kills.py [--kills N] [--seed S] [--only ACT] [URL]`; a table of acts, and 1 when anything was lost or is at fault.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from lab_acts import ONCE, REPEATED, Place, analyzed_once, kept_of, kept_rightly, prepared, whole_afterwards

from footload.lab.archive import restore
from footload.lab.checking import check

LONGEST_S = {"rebuild": 0.3, "backup": 0.4, "trial analyzed again": 0.5}
BEGUN, SURE = b"b", b"."


@dataclass
class Tally:
    """What became of the kills of one act."""

    n_kills: int = 0
    n_confirmed: int = 0
    n_finished_afterwards: int = 0
    n_under_way: int = 0
    n_bad: int = 0


def killed(work: Callable[[Callable[[bytes], object]], None], after_s: float) -> int:
    """Fork a process that tells when it begins, and each round it is sure of; kill it, and count the rounds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda word: os.write(writing, word))
        finally:
            os._exit(0)
    os.close(writing)
    told = os.read(reading, 1)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    while piece := os.read(reading, 65536):
        told += piece
    os.close(reading)
    os.waitpid(child, 0)
    return told.count(SURE)


def repeated(place: Place, act: str, name: str, after_s: float, tally: Tally) -> None:
    """Kill a process that does the act again and again; all that it told is there, at most one round more."""

    def work(tell: Callable[[bytes], object]) -> None:
        with place.opened() as lab:
            tell(BEGUN)
            for number in range(1_000_000):
                REPEATED[act](place, lab, name, number)
                tell(SURE)

    with place.opened() as lab:
        before = len(kept_of(place, lab, act, name))
    n_told = killed(work, after_s)
    with place.opened() as lab:
        faults = check(lab)
        kept = kept_of(place, lab, act, name)
        n_kept = len(kept) - before
        right = kept_rightly(lab, act, name) and n_kept - n_told in {0, 1}
        tally.n_finished_afterwards += lab.n_recovered
    tally.n_confirmed += n_told
    tally.n_under_way += n_kept - n_told == 1
    if act == "backup":
        right = right and backups_whole(place, name, n_told)
    if faults or not right:
        tally.n_bad += 1
        print(f"{act}: {n_told} told, {n_kept} kept, faults {faults[:3]}")


def backups_whole(place: Place, name: str, n_told: int) -> bool:
    """Whether the last backup that was told of can be restored; all are removed."""
    found = sorted(place.beside.glob(f"{name}-*.zip"), key=lambda path: int(path.stem.rpartition("-")[2]))
    whole = True
    if found:
        place.emptied()
        with tempfile.TemporaryDirectory() as made, restore(found[-1], Path(made) / "lab", place.other_url) as lab:
            whole = check(lab) == []
    for path in place.beside.glob(f"{name}-*"):
        path.unlink()
    return whole


def lasting(place: Place, before: Callable[[Place], None], do: Callable[[Place], object]) -> float:
    """How long an act takes in a process of its own that nobody kills, so that kills reach to its very end. [s]"""
    before(place)
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            do(place)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return time.perf_counter() - begun


def once(place: Place, act: str, share: float, tally: Tally, lasts_s: dict[str, float]) -> None:
    """Kill a process somewhere in an act that is done once; doing it again, or opening, makes it whole."""
    before, do = ONCE[act]
    if act not in lasts_s:
        lasts_s[act] = max(lasting(place, before, do) for _ in range(3))
    before(place)

    def work(tell: Callable[[bytes], object]) -> None:
        tell(BEGUN)
        do(place)
        tell(SURE)

    tally.n_confirmed += killed(work, share * 1.1 * lasts_s[act])
    if not whole_afterwards(place, act):
        tally.n_bad += 1
        print(f"{act}: not whole afterwards")


def main(n_kills: int, seed: int, url: str | None, only: str | None) -> int:
    """Kill in every act; the number of kills after which something was lost or at fault."""
    rng, lasts_s, tallies = random.Random(seed), dict[str, float](), dict[str, Tally]()
    with tempfile.TemporaryDirectory(prefix="footload-kills-") as made:
        analyzed_once(Path(made) / "kept")
        begun = time.perf_counter()
        for act in (act for act in (*REPEATED, *ONCE) if only in {None, act}):
            beside = Path(made) / act
            beside.mkdir()
            place = Place(beside / "lab", url, beside)
            prepared(place)
            tally = tallies.setdefault(act, Tally())
            for number in range(n_kills):
                tally.n_kills += 1
                if act in ONCE:
                    once(place, act, rng.random(), tally, lasts_s)
                else:
                    repeated(place, act, f"w{number:03d}", rng.uniform(0, LONGEST_S.get(act, 0.12)), tally)
            n = f"{tally.n_kills} kills, {tally.n_confirmed:5} acts told, {tally.n_under_way:3} more were whole"
            print(
                f"{act:20} {n}, {tally.n_finished_afterwards:3} finished afterwards, {tally.n_bad} at fault", flush=True
            )
    n_all, n_bad = sum(t.n_kills for t in tallies.values()), sum(t.n_bad for t in tallies.values())
    where = "PostgreSQL" if url else "SQLite"
    print(f"{where}: {n_all} kills in {time.perf_counter() - begun:.0f} s, {n_bad} at fault")
    return n_bad


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only")
    asked.add_argument("url", nargs="?")
    given = asked.parse_args()
    sys.exit(bool(main(given.kills, given.seed, given.url, given.only)))
