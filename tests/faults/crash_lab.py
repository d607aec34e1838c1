"""kill -9 of a process that writes into a laboratory, at random moments: what is left. `crash_lab.py [runs] [seed]`."""

# ruff: noqa: T201
from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from footload.lab.checking import check
from footload.lab.laboratory import Laboratory

WRITER = Path(__file__).resolve().parents[1] / "lab" / "lab_writer.py"
LONGEST_S = 0.4


def main(runs: int, seed: int) -> int:
    """Kill so many writers; the number of runs after which something was lost or at fault."""
    rng = random.Random(seed)
    n_bad = n_kept = n_recovered = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "lab"
        Laboratory.create(folder).close()
        for run in range(runs):
            name = f"w{run:03d}"
            command = [sys.executable, str(WRITER), str(folder), name, "100000"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
                assert writer.stdout is not None
                writer.stdout.readline()
                time.sleep(rng.uniform(0, LONGEST_S))
                writer.send_signal(signal.SIGKILL)
                confirmed = max([0, *map(int, writer.stdout.read().split())])
            with Laboratory(folder) as lab:
                n_recovered += lab.n_recovered
                faults = check(lab)
                n_mine = sum(row["id"].startswith(f"{name}-") for row in lab.rows("participants"))
            n_kept += n_mine
            if faults or n_mine not in {confirmed + 1, confirmed + 2}:
                n_bad += 1
                print(f"run {run}: {confirmed + 1} confirmed, {n_mine} there, faults: {faults[:3]}")
    print(f"{runs} kills, {n_kept} records kept, {n_recovered} changes finished afterwards, {n_bad} runs at fault")
    return n_bad


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(bool(main(given[0] if given else 100, given[1] if len(given) > 1 else 1)))
