"""A mat whose cable is pulled and put back again and again while it is recorded: prints what was kept and lost.

    python tests/faults/unplugging.py [times]

Every second pull comes in the middle of a frame, whose first half is on the wire already.
"""

# ruff: noqa: T201
from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

import numpy as np

from devices.acquisition import record
from devices.emulator import FrameEmulator, serve_pty
from devices.framing.encoder import encode
from devices.profile import parse_profile
from devices.recording import load, read_recording

PROFILE = """
schema = 1
id = "test.plugged_mat"
name = "Plugged mat"
kind = "mat"
source = "made up"
certainty = "simulated"
[[script.start]]
send = "GO\\n"
expect_hex = "4F4B"
[framing]
kind = "sync_fixed"
sync = "A55A"
header_size = 8
length = 34
[check]
kind = "crc16"
[payload]
kind = "dense"
dtype = "<u2"
shape = [3, 4]
[time]
rate_hz = 500
counter = { offset = 2, format = "<H" }
clock = { offset = 4, format = "<I", unit = "us" }
[cells]
pitch_mm = [10.0, 10.0]
[[test.vector]]
bytes = "A55A 0000 00000000 00*24 10C2"
frames = 1
sum = 0
"""


class Cut(FrameEmulator):
    """Sends half a frame after its last one."""

    cut = False

    def tick(self, now_s):
        sent = super().tick(now_s)
        if sent and self.finished and not self.cut:
            self.cut = True
            sent += encode(self.profile, np.full(12, 9, np.uint16))[:17]
        return sent


def session(number, n_frames):
    """What the mat counts between two pulls: its first cells say which session and which frame."""
    counts = np.random.default_rng(number).integers(0, 4096, (n_frames, 12)).astype(np.uint16)
    counts[:, 0], counts[:, 1] = number, np.arange(n_frames)
    return counts


def replugged(profile, times, n_frames, folder):
    """Record `times` + 1 sessions over one port name; the summary and everything that was sent."""
    port = Path(folder) / "port"
    done = threading.Event()
    seen = [0]
    sent = [session(number, n_frames) for number in range(times + 1)]

    def play():
        for number, counts in enumerate(sent):
            emulator = (Cut if number % 2 and number < times else FrameEmulator)(profile, counts)
            with serve_pty(emulator, speed=None) as served:
                fresh = port.with_suffix(".new")
                fresh.symlink_to(served.port)
                fresh.replace(port)
                assert served.finished.wait(30), f"session {number} was not read"
                # On a busy machine the system itself holds bytes back for a while, and closing would lose these.
                for _ in range(3000):
                    if seen[0] >= (number + 1) * n_frames:
                        break
                    done.wait(0.01)
            port.unlink()
        done.set()

    def count(frames):
        seen[0] += len(frames)

    player = threading.Thread(target=play, daemon=True)
    player.start()
    while not port.exists():
        done.wait(0.01)
    out = Path(folder) / "unplugged.mcap"
    summary = record(profile, str(port), out, stop=done, patience_s=30, on_frames=count)
    player.join()
    return summary, np.concatenate(sent)


def main(times=100):
    """Print what was kept and lost."""
    profile = parse_profile(PROFILE)
    with tempfile.TemporaryDirectory() as folder:
        summary, sent = replugged(profile, times, 40, folder)
        files = sorted(path.name for path in Path(folder).glob("*.mcap"))
        trial = load(summary.path)
        raw = read_recording(summary.path)
    pressure = np.asarray(trial.pressure.pressure_kpa).astype(int)
    gaps = [event for event in trial.events if event.name == "gap"]
    whole = pressure.shape == sent.shape and bool((pressure == sent).all())
    print(f"{times} times unplugged and put back; files: {files}")
    print(f"frames sent {len(sent)}, in the file {len(pressure)}, all equal and in order: {whole}")
    print(f"gap events {len(gaps)}, reconnects counted {summary.counters['reconnects']}, largest gap "
          f"{summary.counters['max_gap_ms']} ms, half frames cut off: "
          f"{summary.counters['incomplete_bytes']} bytes, junk {summary.counters['junk_bytes']} bytes")  # fmt: skip
    print(f"times rise: {bool((np.diff(trial.pressure.time_s) > 0).all())}; recovery needed: {raw.recovery or 'no'}; "
          f"ended by: {summary.ended_by}")  # fmt: skip
    return 0 if whole and len(gaps) == times else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
