"""Makes every file of this folder again, byte for byte: `make sample-data`.

A recording of a mat is what `footload record` would have written, with clocks that stand still in between: the bytes of
the simulated mat, frame by frame, each read at the instant at which it was due.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from answers import readme  # noqa: E402
from listing import listing, step  # noqa: E402

from devices.emulator import emulate_recording  # noqa: E402
from devices.opening import Opening, RecordedDevice, TrialMetadata  # noqa: E402
from devices.profile import load_profile  # noqa: E402
from devices.raw_log import Chunk  # noqa: E402
from devices.recorder import Recorder  # noqa: E402
from footload.cli.rehearsal import PROFILE, simulated_trials  # noqa: E402
from footload.readers.hdf5_writing import write_hdf5  # noqa: E402
from footload.synthetic.study import study_stems, study_trial  # noqa: E402
from footload.trials import Trial  # noqa: E402

STUDY = "study"
BEGIN_NS = 1_000_000_000
WALL_NS = 1_767_258_000_000_000_000
"""1 January 2026, 9:00: the same for every file, so that it is the same every time."""

SOFTWARE = "footload sample data"


def record_mat(trial: Trial, path: Path) -> None:
    """Record a simulated mat whose reads come exactly when they are due.

    Parameters
    ----------
    trial : Trial
        With the pressures that the mat measures.
    path : Path
        A file that does not exist yet.
    """
    profile = load_profile(PROFILE)
    about = TrialMetadata(trial.name, trial.task, trial.condition, trial.participant, trial.side)
    opening = Opening(about, (RecordedDevice(profile, {"port": "simulated"}),), BEGIN_NS, WALL_NS, SOFTWARE)
    mat = emulate_recording(profile, trial.pressure)
    with Recorder(path, opening) as recorder:
        for order in profile.script.start:
            recorder.write(Chunk(BEGIN_NS, mat.feed(order.request)))
        while not mat.finished and (due_s := mat.due_s) is not None:
            recorder.write(Chunk(BEGIN_NS + round(due_s * 1e9), mat.tick(due_s)))
        recorder.close({"ended_by": "stopped"})


def makers() -> Mapping[str, Callable[[Path], None]]:
    """What makes each file, by its path in this folder.

    Returns
    -------
    mapping
        Each takes the path to write, which does not exist yet.
    """
    found: dict[str, Callable[[Path], None]] = {
        "synthetic_step.lst": lambda path: _written(path, listing(step().pressure.images))
    }
    for stem in ("demo_walk", "demo_squat"):
        found[f"{stem}.mcap"] = lambda path, stem=stem: record_mat(simulated_trials()[stem].trial, path)
    for stem in study_stems():
        found[f"{STUDY}/{stem}.{'mcap' if stem.endswith('mat') else 'h5'}"] = partial(_study, stem)
    found["README.md"] = lambda path: _written(path, readme().encode())
    return found


def _study(stem: str, path: Path) -> None:
    trial = study_trial(stem).trial
    if path.suffix == ".h5":
        write_hdf5(trial, path)
    else:
        record_mat(trial, path)


def _written(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def main() -> None:
    """Make every file, and say which changed."""
    changed = 0
    with tempfile.TemporaryDirectory(prefix="footload-samples-") as temporary:
        for name, make in makers().items():
            made, kept = Path(temporary) / Path(name).name, HERE / name
            make(made)
            content = made.read_bytes()
            if not kept.is_file() or kept.read_bytes() != content:
                kept.parent.mkdir(exist_ok=True)
                kept.write_bytes(content)
                changed += 1
                print(f"{name}: {len(content)} bytes")  # noqa: T201
    print(f"{changed} of {len(makers())} files changed.")  # noqa: T201


if __name__ == "__main__":
    main()
