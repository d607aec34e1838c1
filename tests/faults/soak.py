"""A fast mat recorded for a long time with viewers that look, and one that has stalled: prints memory and drops.

python tests/faults/soak.py [seconds]
"""

# ruff: noqa: T201
from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from crash_recorder import MAT, sent_counts

from devices.capture import Capture
from devices.captured import Wanted
from devices.emulator import FrameEmulator, serve_pty
from devices.profile import parse_profile
from devices.ring import Ring

FAST = MAT.replace("<u2", "u1").replace("length = 8202", "length = 4106").replace("rate_hz = 100", "rate_hz = 500")


def memory_kb(pid):
    """Resident memory of a process without shared pages, and its processor time. [kB], [s]"""
    pages = [int(word) for word in Path(f"/proc/{pid}/statm").read_text().split()]
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (pages[1] - pages[2]) * 4, (int(times[11]) + int(times[12])) / 100


def watch(name, stop, seen, pause_s):
    """A viewer: takes what is new, over and over."""
    ring, last = Ring.attach(name), 0
    while not stop.wait(pause_s):
        batch = ring.since(last)
        if len(batch):
            last = int(batch.seq[-1])
            seen[0] += len(batch)
            seen[1] += batch.missed
    ring.close()


def main(seconds=180):
    """Print memory once in a while, and the counters at the end."""
    profile = parse_profile(FAST)
    counts = sent_counts(profile, 0).clip(0, 255)
    stop = threading.Event()
    seen = [[0, 0] for _ in range(3)]
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_pty(FrameEmulator(profile, counts, repeat=True)) as served,
        Capture([Wanted(profile, served.port)]) as capture,
    ):
        device = capture.devices[0]
        pauses = (0.012, 0.016, 20.0)
        viewers = [
            threading.Thread(target=watch, args=(device.ring.name, stop, each, pause), daemon=True)
            for each, pause in zip(seen, pauses, strict=True)
        ]
        for viewer in viewers:
            viewer.start()
        capture.begin(Path(folder) / "soak.mcap", duration_s=seconds)
        pids = {"reader": device.pid, "recorder": capture.recorder_pid}
        begun_s = time.monotonic()
        history = {name: [] for name in pids}
        while (now_s := time.monotonic() - begun_s) < seconds:
            for name, pid in pids.items():
                history[name].append((now_s, *memory_kb(pid)))
            time.sleep(min(5.0, seconds - now_s + 0.01))
        stop.set()
        for viewer in viewers:
            viewer.join(25)
        summary = capture.end()
        size = summary.path.stat().st_size
    numbers = summary.counters[0]
    rate_hz = numbers["frames"] / summary.duration_s
    print(f"{seconds} s at {profile.time.rate_hz:g} Hz, 64 x 64: {numbers['frames']} frames ({rate_hz:.1f}/s), "
          f"file {size / 1e6:.1f} MB of {summary.n_bytes / 1e6:.0f}")  # fmt: skip
    for name, rows in history.items():
        after = [kb for at, kb, _ in rows if at >= min(60, seconds / 3)]
        cpu = (rows[-1][2] - rows[0][2]) / (rows[-1][0] - rows[0][0])
        growth = 100 * (after[-1] / after[0] - 1)
        print(f"  {name:9s} memory after the first minute {after[0] / 1e3:.1f} MB, at the end {after[-1] / 1e3:.1f} MB "
              f"({growth:+.1f} %), most {max(after) / 1e3:.1f} MB; {100 * cpu:.0f} % of a core")  # fmt: skip
    print(f"  host-side drops: {numbers['dropped_host_bytes']} bytes before, {summary.dropped_bytes} in the recorder; "
          f"device-side {numbers['dropped_device']}; bad checks {numbers['bad_check']}; "
          f"largest gap between reads {numbers['max_gap_ms']} ms")  # fmt: skip
    for pause, (n, missed) in zip(pauses, seen, strict=True):
        print(f"  viewer that looks every {1e3 * pause:g} ms: {n} frames, {missed} overwritten before it looked")
    return 0 if numbers["dropped_host_bytes"] == summary.dropped_bytes == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
