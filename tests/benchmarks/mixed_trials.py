"""Trials of every format that is here, real ones and made ones, from files to one table: `mixed_trials.py`.

``python tests/benchmarks/mixed_trials.py [N]`` does N trials (1,000) five ways and prints a line for each: on one
process and on two of this machine, on two of which one is killed in the middle, on a local Dask cluster of two
workers, and on one whose worker is killed in the middle. It ends with 1 when a table differs from the first by a byte,
when something fails that should not, or when 1,000 trials take two processes more than a minute. The real recordings
stand beside the project; without them only what is made here takes part, and that is said.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = REPOSITORY.parent / "shared" / "data"
SAMPLES = REPOSITORY / "sample_data"
PROMISED_S, PROMISED_TRIALS = 60.0, 1000
MOST_S = 1800.0
"""A batch that takes longer hangs."""
FAILING = ("cut_lst", "cut_mcap", "kistler_COP.txt")
"""Two files that end too early, and an export that holds no force: they are listed, the others are not stopped."""

_DESCRIBED = {
    "force/plateforce/subject01_trial*.force.txt": (
        '[[plates]]\nvertical = "fz"\n',
        'footload = "force"\nrate_hz = 1200\ncolumns = ["fz"]\ndelimiter = ","\n',
    ),
}


@dataclass(frozen=True)
class Kind:
    """A file that is done many times, under other names."""

    path: Path
    suffix: str
    beside: str = ""
    name_beside: str = ""


def kinds(folder: Path) -> list[Kind]:
    """Every format there is: real recordings, the samples, and what is made in a folder for the purpose."""
    from footload.batch_files import select_files

    roots = [SAMPLES, *([REAL] if REAL.is_dir() else [])]
    found = [Kind(path, suffix_of(path)) for path in select_files(roots).files]
    for pattern, (plates, head) in _DESCRIBED.items():
        found += [Kind(path, ".txt", head + plates) for path in sorted(REAL.glob(pattern))]
    return found + made(folder)


def suffix_of(path: Path) -> str:
    return ".lst.gz" if path.name.endswith(".lst.gz") else path.suffix


def made(folder: Path) -> list[Kind]:
    """Trials that no sample holds: footsteps as in StepUP-P150, C3D, a landing, and two files that end too early."""
    from walkway import rolling_step

    from footload.export.c3d import write_c3d
    from footload.readers.hdf5_writing import write_hdf5
    from footload.synthetic.landing import DropCourse
    from footload.synthetic.plate_movements import drop_on_plates
    from footload.synthetic.plates import PlateFileOptions, plate_c3d, standing_load

    folder.mkdir()
    landing = drop_on_plates(DropCourse())
    write_hdf5(landing, folder / "landing.h5")
    write_c3d(landing, folder / "landing.c3d")
    (folder / "standing.c3d").write_bytes(plate_c3d(standing_load(10.0), PlateFileOptions(4)))
    steps = np.zeros((4, 101, 75, 40), np.float32)
    for number in range(len(steps)):
        frames = np.linspace(0, 61, 101).round().astype(int)
        steps[number, :, 10:64, 9:31] = rolling_step(number % 2)[frames, ::-1]
    np.savez_compressed(folder / "steps.npz", arr_0=steps)
    about = "FootstepID,Side,StartFrame,EndFrame,Exclude\n" + "".join(
        f"{number},{('Left', 'Right')[number % 2]},{100 + 55 * number},{162 + 55 * number},0\n" for number in range(4)
    )
    (folder / "cut_lst.lst").write_bytes((SAMPLES / "synthetic_step.lst").read_bytes()[:300])
    (folder / "cut_mcap.mcap").write_bytes((SAMPLES / "demo_walk.mcap").read_bytes()[:40])
    whole = [Kind(folder / name, Path(name).suffix) for name in ("landing.h5", "landing.c3d", "standing.c3d")]
    cut = [Kind(folder / name, Path(name).suffix) for name in ("cut_lst.lst", "cut_mcap.mcap")]
    return [*whole, Kind(folder / "steps.npz", ".npz", about, "metadata.csv"), *cut]


def mixed(folder: Path, n_trials: int, of: list[Kind]) -> set[str]:
    """Links to every kind in turns, each in a folder of its own; gives the names of those that have to fail."""
    failing = set[str]()
    for number in range(n_trials):
        kind = of[number % len(of)]
        place = folder / f"{number:05d}"
        place.mkdir(parents=True)
        name = place / f"trial{kind.suffix}"
        name.symlink_to(kind.path)
        if kind.beside:
            (place / (kind.name_beside or "trial.toml")).write_text(kind.beside, encoding="utf-8")
        if kind.path.name.startswith(FAILING):
            failing.add(name.relative_to(folder).as_posix())
    return failing


@dataclass(frozen=True)
class Done:
    """What became of a batch."""

    seconds: float
    table: bytes
    record: dict[str, Any]
    complaints: str = ""

    @property
    def failed(self) -> set[str]:
        return {each["file"] for each in self.record["failed"]}


def run(data: Path, out: Path, *how: str, meanwhile: Callable[[int, Path], None] | None = None) -> Done:
    """`footload batch` as a command, from files to the table; `meanwhile` gets its process and its parts' folder."""
    command = [sys.executable, "-c", "from footload.cli import main; main()", "batch", str(data), "--out", str(out)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--json", *how], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    other = threading.Thread(target=meanwhile, args=(process.pid, out / "parts")) if meanwhile else None
    if other:
        other.start()
    try:
        said, complained = process.communicate(timeout=MOST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    seconds = time.perf_counter() - begun
    if other:
        other.join()
    if process.returncode not in {0, 1} or not said:
        raise RuntimeError(f"footload batch ended with {process.returncode}: {complained[-2000:]}")
    return Done(seconds, (out / "findings.csv").read_bytes(), json.loads(said), complained)


def kill_when_half_done(n_parts: int, of: Callable[[int], list[int]], killed: list[int]) -> Callable[[int, Path], None]:
    """Kill one worker as soon as a third of the parts is there."""

    def meanwhile(pid: int, parts: Path) -> None:
        while Path(f"/proc/{pid}").exists() and len(list(parts.glob("part-*[0-9].csv"))) < n_parts // 3:
            time.sleep(0.02)
        for worker in of(pid)[:1]:
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)

    return meanwhile


def workers_of(pid: int) -> list[int]:
    """The worker processes that a process has started, as Linux lists them."""
    found: list[int] = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        line = Path(f"/proc/{child}/cmdline").read_bytes()
        found += [int(child)] if b"spawn_main" in line else []
    return found


@contextmanager
def dask_cluster(workers: int = 2) -> Generator[tuple[str, Callable[[int], list[int]]]]:
    """A cluster here whose workers are set up as docs/batch.md says; its address, and its workers' processes."""
    import dask
    import distributed

    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": recipe()}),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address, lambda _: [nanny.pid for nanny in cluster.workers.values()]


def recipe() -> dict[str, Any]:
    """The environment of Dask's workers, from the page that people copy it from."""
    import yaml

    page = (REPOSITORY / "docs" / "batch.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(distributed:\n.*?)```", page, re.DOTALL)
    return yaml.safe_load(text)["distributed"]["nanny"]["pre-spawn-environ"]


def every_way(folder: Path, n_trials: int, say: Callable[[str], object]) -> dict[str, Done]:
    """Do the same trials five ways; a line is said of each."""
    failing = mixed(folder / "data", n_trials, of := kinds(folder / "made"))
    n_parts = -(-n_trials // min(64, -(-n_trials // 16)))
    formats = {kind.suffix for kind in of}
    say(f"{n_trials} trials of {len(of)} files ({', '.join(sorted(formats))}), real ones among them: {REAL.is_dir()}")
    done: dict[str, Done] = {}
    killed: list[int] = []

    def one(name: str, *how: str, workers: Callable[[int], list[int]] | None = None) -> None:
        n_killed = len(killed)
        meanwhile = kill_when_half_done(n_parts, workers, killed) if workers else None
        done[name] = run(folder / "data", folder / f"out{len(done)}", *how, meanwhile=meanwhile)
        assert done[name].failed == failing, done[name].record["failed"]
        assert not workers or len(killed) == n_killed + 1
        same = (
            "" if name == next(iter(done)) else f", same table: {done[name].table == next(iter(done.values())).table}"
        )
        say(f"{name}: {done[name].seconds:.1f} s, {n_trials / done[name].seconds:.1f} trials/s{same}")

    one("1 worker", "--workers", "1")
    one("2 workers", "--workers", "2")
    one("2 workers, one killed", "--workers", "2", workers=workers_of)
    with dask_cluster() as (address, workers):
        one("Dask, 2 workers", "--scheduler", address)
    with dask_cluster() as (address, workers):
        one("Dask, 2 workers, one killed", "--scheduler", address, workers=workers)
    say(f"{done['1 worker'].record['n_findings']} findings, {len(failing)} failures listed")
    return done


def main() -> int:
    n_trials = int(sys.argv[1]) if sys.argv[1:] else PROMISED_TRIALS
    with tempfile.TemporaryDirectory() as folder:
        done = every_way(Path(folder), n_trials, lambda line: print(line, flush=True))  # noqa: T201
    late = n_trials >= PROMISED_TRIALS and done["2 workers"].seconds > PROMISED_S
    return int(late or len({each.table for each in done.values()}) > 1)


if __name__ == "__main__":
    sys.path[:0] = [str(REPOSITORY), str(Path(__file__).parent)]
    sys.exit(main())
