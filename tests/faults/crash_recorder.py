"""kill -9 of the recording process at random moments: prints what the files still hold.

    python tests/faults/crash_recorder.py [runs] [seed]

Two devices in real time over pseudo-terminals: a mat of 64 x 64 cells u16 at 100 Hz, and 8 channels i16 at 1 kHz. Lost
is the time between the last read that can be recovered and the kill.
"""

# ruff: noqa: T201
from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import numpy as np

from devices.capture import Capture
from devices.captured import Wanted
from devices.emulator import FrameEmulator, serve_pty
from devices.framing.decoder import Decoder
from devices.profile import parse_profile
from devices.recording import read_recording
from footload.errors import FootloadError

MAT = """
schema = 1
id = "test.mat_64"
name = "Mat 64 x 64"
kind = "mat"
source = "made up"
certainty = "simulated"
[framing]
kind = "sync_fixed"
sync = "A55AF00F"
header_size = 8
length = 8202
[check]
kind = "crc16"
[payload]
kind = "dense"
dtype = "<u2"
shape = [64, 64]
[time]
rate_hz = 100
counter = { offset = 4, format = "<I" }
[cells]
pitch_mm = [5.0, 5.0]
[[test.vector]]
bytes = "A55AF00F"
frames = 0
sum = 0
"""
CHANNELS = """
schema = 1
id = "test.channels_8"
name = "Eight channels"
kind = "mat"
source = "made up"
certainty = "simulated"
[framing]
kind = "sync_fixed"
sync = "5AA5"
header_size = 6
length = 24
[check]
kind = "crc16"
[payload]
kind = "dense"
dtype = "<u2"
shape = [1, 8]
[time]
rate_hz = 1000
counter = { offset = 2, format = "<I" }
[cells]
pitch_mm = [5.0, 5.0]
[[test.vector]]
bytes = "5AA5"
frames = 0
sum = 0
"""
N_DIFFERENT = 200


def sent_counts(profile, seed):
    """What a device counts, over and over: a foot's worth of cells loaded, the others zero, as on a real mat."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((N_DIFFERENT, profile.n_values), np.uint16)
    loaded = rng.permutation(profile.n_values)[: max(profile.n_values // 10, 8)]
    counts[:, loaded] = rng.integers(0, 4096, (N_DIFFERENT, len(loaded)))
    return counts


def checked(profile, chunks, counts):
    """Number of frames of a device's reads, and how many of them are not what was sent, or not in order."""
    decoder = Decoder(profile)
    frames = [frame for chunk in chunks for frame in decoder.feed(chunk.data, chunk.monotonic_ns)]
    wrong = sum(not np.array_equal(frame.counts, counts[frame.counter % N_DIFFERENT]) for frame in frames)
    wrong += sum(b.counter - a.counter != 1 for a, b in pairwise(frames))
    return len(frames), wrong


def one_kill(profiles, all_counts, path, after_s):
    """Record, kill, read: seconds lost and wrong frames of each device."""
    with ExitStack() as stack:
        wanted = []
        for profile, counts in zip(profiles, all_counts, strict=True):
            served = stack.enter_context(serve_pty(FrameEmulator(profile, counts, repeat=True)))
            wanted.append(Wanted(profile, served.port))
        capture = stack.enter_context(Capture(wanted))
        capture.begin(path)
        time.sleep(after_s)
        killed_ns = time.monotonic_ns()
        os.kill(capture.recorder_pid, signal.SIGKILL)
    raw = read_recording(path)
    rows = []
    for profile, counts, chunks in zip(profiles, all_counts, raw.chunks, strict=True):
        n, wrong = checked(profile, chunks, counts)
        last_ns = chunks[-1].monotonic_ns if chunks else raw.opening.monotonic_ns
        rows.append(((killed_ns - last_ns) * 1e-9, n, wrong))
    return rows


def kills(runs, seed=0):
    """Every run's rows; None where a file does not open."""
    profiles = [parse_profile(MAT), parse_profile(CHANNELS)]
    all_counts = [sent_counts(profile, number) for number, profile in enumerate(profiles)]
    rng = random.Random(seed)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs):
            path = Path(folder) / f"{run}.mcap"
            try:
                found.append(one_kill(profiles, all_counts, path, rng.uniform(0.05, 3.0)))
            except FootloadError as error:
                print(f"run {run}: {error}", flush=True)
                found.append(None)
            path.unlink(missing_ok=True)
    return found


def main(runs=200, seed=0):
    """Print the table."""
    found = kills(runs, seed)
    opened = [rows for rows in found if rows is not None]
    print(f"{len(opened)} of {runs} files open")
    for number, name in enumerate(("64 x 64 u16, 100 Hz", "8 channels u16, 1 kHz")):
        lost_s = np.array([rows[number][0] for rows in opened])
        frames, wrong = sum(rows[number][1] for rows in opened), sum(rows[number][2] for rows in opened)
        print(f"{name:24s} lost [s]: median {np.median(lost_s):.3f}, 95 % {np.quantile(lost_s, 0.95):.3f}, "
              f"max {lost_s.max():.3f}; {frames} frames recovered, {wrong} wrong")  # fmt: skip
    return 0 if len(opened) == runs else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
