"""The server of the live benchmark, and the device that it watches, each a process of its own; ends with its input."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from dashboard.live.sources import Source
from dashboard.server import Server
from dashboard.settings import Settings
from dashboard.store import trial_id
from devices.acquisition import record
from devices.emulator import FrameEmulator, emulate_counts, emulate_recording, serve_pty
from devices.emulator.device import counts_from
from devices.opening import TrialMetadata
from devices.profile import load_profile, parse_profile
from footload.lab.laboratory import Laboratory
from footload.recordings import SensorLayout
from footload.synthetic import demo_squat, demo_walk
from footload.trials import Participant, Task

ROWS = COLS = 64
REPLAY_HZ = 250
REPLAY_S = 10
N_TRIALS = 4
"""The first is replayed; the others are not looked at before the test with work beside the live page."""


def square_mat_text(rate_hz: int = 100) -> str:
    """The simulated mat with 64 x 64 cells."""
    text = load_profile("demo_mat").text.replace("rate_hz = 100", f"rate_hz = {rate_hz}")
    return text.replace("12300", str(12 + 2 * ROWS * COLS)).replace("[64, 96]", f"[{ROWS}, {COLS}]")


class TimedMat(FrameEmulator):
    """Writes the wall clock in tenths of a millisecond into the first two cells of every frame as it is made."""

    def tick(self, now_s: float) -> bytes:
        due_s = self.due_s
        if due_s is not None and due_s <= max(self._now_s, now_s):
            tenths = round(time.time() * 1e4) % (1 << 24)
            self._counts[self._next % len(self._counts), :2] = tenths & 0xFFF, tenths >> 12
        return super().tick(now_s)


def play(told: Connection) -> None:
    """The device: somebody walks on it until nobody wants that any more."""
    profile = parse_profile(square_mat_text())
    walk = emulate_recording(profile, demo_walk(SensorLayout.rectangle(ROWS, COLS, 5.0)).pressure)
    counts = np.array(walk._counts)
    with serve_pty(TimedMat(profile, counts, repeat=True)) as served:
        told.send(served.port)
        told.recv()


def record_squats(folder: Path) -> list[str]:
    """Ten seconds of squats at 250 Hz on 64 x 64 cells, in several files; their ids."""
    profile = parse_profile(square_mat_text(REPLAY_HZ))
    squat = demo_squat(SensorLayout.rectangle(ROWS, COLS, 5.0), sampling_rate_hz=float(REPLAY_HZ)).pressure
    n = REPLAY_HZ * REPLAY_S
    counts, time_s = counts_from(squat, profile)[:n], np.asarray(squat.time_s)[:n]
    about = TrialMetadata(task=Task.SQUAT, participant=Participant(id="P1"))
    first = folder / "squat_0.mcap"
    with serve_pty(emulate_counts(profile, counts, time_s), speed=None) as mat:
        record(profile, mat.port, first, duration_s=60, stop=mat.finished, metadata=about)
    names = [f"squat_{number}.mcap" for number in range(N_TRIALS)]
    for name in names[1:]:
        shutil.copy(first, folder / name)
    return [trial_id(name) for name in names]


def main() -> None:
    """Serve a folder with recorded squats and a laboratory, with the timed mat connected."""
    folder = Path(sys.argv[1])
    trials = record_squats(folder)
    Laboratory.create(folder / "lab").close()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    device = multiprocessing.get_context("spawn").Process(target=play, args=(theirs,), daemon=True)
    device.start()
    port = ours.recv()
    with Server(folder, settings=Settings.of_this_machine()) as server:
        server.session.connect(Source("timed mat", parse_profile(square_mat_text()), port))
        sys.stdout.write(json.dumps({"url": server.url, "trials": trials}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    ours.send("enough")
    device.join(10)


if __name__ == "__main__":
    main()
