"""A fast mat recorded for a long time with viewers that look, and one that has stalled: memory, drops and gaps.

    python tests/faults/soak.py [seconds]

Mat, reader, recorder and each viewer are processes of their own. Every minute prints the memory that each has to itself
(USS), what was dropped on this computer, and the longest time between two reads with when it was. The mat and this
program say how long they themselves were kept waiting by the machine, so that a gap can be told from a stall of all.
Fails when memory grows by 5 % after the first minute, or anything is dropped or damaged.
"""

# ruff: noqa: T201
from __future__ import annotations

import multiprocessing
import re
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
from crash_recorder import MAT, sent_counts

from devices.capture import Capture
from devices.captured import Wanted
from devices.container import EVENTS_TOPIC, OPENING_TOPIC, Container
from devices.emulator import FrameEmulator, serve_pty
from devices.profile import parse_profile
from devices.ring import Ring

FAST = MAT.replace("<u2", "u1").replace("length = 8202", "length = 4106").replace("rate_hz = 100", "rate_hz = 500")
GROWTH = 0.05
SAMPLE_S = 2.0
TICK_S = 0.05
PAUSES_S = (0.012, 0.016, 20.0)
"""How often the viewers look; the last one has as good as stalled."""
LIMIT = 200
SPAWN = multiprocessing.get_context("spawn")


class Longest:
    """The longest of many waits, and when it ended."""

    def __init__(self):
        self.begun_s, self.wait_s, self.at_s, self._last_s = time.monotonic(), 0.0, 0.0, None

    def look(self, expected_s=0.0):
        """Once more."""
        now_s = time.monotonic()
        if self._last_s is not None and now_s - self._last_s - expected_s > self.wait_s:
            self.wait_s, self.at_s = now_s - self._last_s - expected_s, now_s - self.begun_s
        self._last_s = now_s

    def __str__(self):
        return f"{1e3 * self.wait_s:.0f} ms at {self.at_s:.1f} s"


class WatchedMat(FrameEmulator):
    """Notes how long its own loop stood still; whoever reads it too slowly does not make it."""

    waits = None

    @property
    def due_s(self):
        """When it will send next; asked each time around."""
        if self.waits is not None:
            self.waits.look()
        return super().due_s


def send(told):
    """The mat; watched from the parent's first word to its second."""
    profile = parse_profile(FAST)
    mat = WatchedMat(profile, sent_counts(profile, 0).clip(0, 255), repeat=True)
    with serve_pty(mat) as served:
        told.send(served.port)
        told.recv()
        mat.waits = Longest()
        told.recv()
        told.send(str(mat.waits))


def view(name, pause_s, told):
    """A viewer: takes what is new, over and over."""
    ring, last, n, missed = Ring.attach(name), 0, 0, 0
    while not told.poll(pause_s):
        # A bound, so that a viewer's memory is what it needs and not what it once missed.
        batch = ring.since(last, LIMIT)
        if len(batch):
            last = int(batch.seq[-1])
            n, missed = n + len(batch), missed + batch.missed
    told.send((n, missed))
    ring.close()


@contextmanager
def running(target, *details):
    """A process, and the pipe to it."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=target, args=(*details, theirs), daemon=True)
    process.start()
    try:
        yield process.pid, ours
    finally:
        ours.close()
        process.join(5)
        process.kill()


def memory_kb(pid):
    """What a process has to itself. [kB]"""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.MULTILINE))


def cpu_s(pid):
    """Processor time of a process so far. [s]"""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / 100


def watched(seconds, pids, device):
    """Print a line a minute until the time is over; every sample's time and memories, and how long all stood still."""
    print(f"{'minute':>6s}  " + "".join(f"{name + ' MB':>16s}" for name in pids) + "   dropped   longest gap so far")
    begun_s, samples, machine = time.monotonic(), [], Longest()
    longest_ms, told = device.numbers()["max_gap_ms"], "none"
    while (now_s := time.monotonic() - begun_s) < seconds:
        numbers = device.numbers()
        if numbers["max_gap_ms"] > longest_ms:
            longest_ms = numbers["max_gap_ms"]
            told = f"{longest_ms} ms, seen at {now_s:.1f} s"
        if not samples or now_s - samples[-1][0] >= SAMPLE_S:
            samples.append((now_s, [memory_kb(pid) for pid in pids.values()]))
            before_s = samples[-2][0] if len(samples) > 1 else 0.0
            if now_s // 60 > before_s // 60:
                memory = np.median([row for at, row in samples if at >= before_s - 60], axis=0) / 1e3
                print(f"{now_s / 60:6.0f}  " + "".join(f"{mb:16.2f}" for mb in memory)
                      + f"{numbers['dropped_host_bytes']:10d}   {told}", flush=True)  # fmt: skip
        time.sleep(TICK_S)
        machine.look(TICK_S)
    return samples, machine


def growth_of(samples, seconds):
    """For each process the memory of the minute after the first, how much larger the last minute's is, and the most."""
    minute_s = min(60.0, seconds / 3)
    minutes = {}
    for at, row in samples:
        minutes.setdefault(int(at // minute_s), []).append(row)
    rows = np.array([np.median(minutes[number], axis=0) for number in sorted(minutes) if number])
    most = np.max([row for at, row in samples if at >= minute_s], axis=0)
    return rows[0] / 1e3, rows[-1] / rows[0] - 1, most / 1e3


def gaps_in(path):
    """The three longest times between reads in a recording, and when they ended."""
    container = Container(path)
    times = [(m.monotonic_ns * 1e-9) for m in container.messages() if m.topic not in {OPENING_TOPIC, EVENTS_TOPIC}]
    gaps = sorted(((b - a, b - times[0]) for a, b in pairwise(times)), reverse=True)[:3]
    return ", ".join(f"{1e3 * gap:.0f} ms at {at:.1f} s" for gap, at in gaps)


def main(seconds=180):
    """Record, watch, and print what came of it."""
    profile = parse_profile(FAST)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        _, mat = stack.enter_context(running(send))
        capture = stack.enter_context(Capture([Wanted(profile, mat.recv())]))
        device = capture.devices[0]
        viewers = [stack.enter_context(running(view, device.ring.name, pause_s)) for pause_s in PAUSES_S]
        pids = {"reader": device.pid, "recorder": capture.recorder_pid}
        pids |= {f"viewer {pause_s:g} s": pid for pause_s, (pid, _) in zip(PAUSES_S, viewers, strict=True)}
        capture.begin(Path(folder) / "soak.mcap", duration_s=seconds)
        mat.send("begun")
        busy_s = {name: cpu_s(pid) for name, pid in pids.items()}
        samples, machine = watched(seconds, pids, device)
        busy = {name: (cpu_s(pid) - busy_s[name]) / seconds for name, pid in pids.items()}
        begun_s = time.monotonic()
        summary = capture.end()
        ended_s = time.monotonic() - begun_s
        dropped_later = device.numbers()["dropped_host_bytes"]
        for _, told in viewers:
            told.send("enough")
        seen = [told.recv() for _, told in viewers]
        mat.send("enough")
        mat_waits, size, gaps = mat.recv(), summary.path.stat().st_size, gaps_in(summary.path)
    numbers = summary.counters[0]
    print(f"{seconds} s at {profile.time.rate_hz:g} Hz, 64 x 64: {numbers['frames']} frames "
          f"({numbers['frames'] / summary.duration_s:.1f}/s), file {size / 1e6:.1f} MB of {summary.n_bytes / 1e6:.0f}, "
          f"finished in {ended_s:.1f} s")  # fmt: skip
    first_mb, growth, most_mb = growth_of(samples, seconds)
    for place, name in enumerate(pids):
        print(f"  {name:14s} {first_mb[place]:7.2f} MB after the first minute, {100 * growth[place]:+.1f} % in the "
              f"last, at most {most_mb[place]:.2f} MB; {100 * busy[name]:.0f} % of a core")  # fmt: skip
    print(f"  dropped on this computer: {numbers['dropped_host_bytes']} bytes before the recorder, "
          f"{summary.dropped_bytes} in it, {dropped_later} until it had finished; missing by the mat's counter "
          f"{numbers['dropped_device']}, bad checks {numbers['bad_check']}")  # fmt: skip
    print(f"  longest between reads: {gaps}; the mat itself stood still for {mat_waits}, "
          f"this program for {machine}")  # fmt: skip
    for pause_s, (n, missed) in zip(PAUSES_S, seen, strict=True):
        print(f"  viewer that looks every {1e3 * pause_s:g} ms: {n} frames, {missed} overwritten before it looked")
    bad = numbers["dropped_host_bytes"] + summary.dropped_bytes + dropped_later
    bad += numbers["dropped_device"] + numbers["bad_check"]
    return 0 if not bad and growth.max() < GROWTH else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
