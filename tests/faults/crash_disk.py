"""A disk that runs full, and a power cut, while two devices are recorded: prints what the files still hold.

    python tests/faults/crash_disk.py [images] [folder on a small disk]

Power cut: every write and every sync of a real recording is noted; an image of the disk at a random moment holds all
that was synced, and of later writes a random half of the 4 KiB pages (zeros instead), or a torn length. Full disk: a
tmpfs of 12 MB (as root), or the folder that is given; frames that do not compress.
"""

# ruff: noqa: T201
from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

import devices.recorder
from devices.framing.decoder import Decoder
from devices.framing.encoder import encode
from devices.mcap_file import sync_data
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import parse_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder
from devices.recording import read_recording
from devices.reserve import ReservedFile
from footload.errors import UnreadableTrialError

sys.path.insert(0, str(Path(__file__).parent))
from crash_recorder import CHANNELS, MAT

PAGE = 4096


class NotedFile(ReservedFile):
    """Notes every write with its place and time, and every sync."""

    notes: list[tuple[float, int, bytes | None]]

    def __init__(self, path):
        super().__init__(path)
        self.notes = []

    def flush(self):
        at, data = self._file.tell(), bytes(self._waiting)
        super().flush()
        if data:
            self.notes.append((time.monotonic(), at, data))


def noted_sync(file):
    # What is written while the disk syncs may or may not be on it; only what came before is.
    covered = len(file.notes)
    sync_data(file)
    file.notes.append((time.monotonic(), covered, None))


def noted_opening(file):
    file.flush()
    noted_sync(file)


def frames_of(profile, n, seed, *, compressible=True):
    """What a device sends."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((n, profile.n_values), np.uint16)
    some = max(profile.n_values // 10, 8) if compressible else profile.n_values
    counts[:, :some] = rng.integers(0, 4096 if compressible else 65536, (n, some))
    return counts, [encode(profile, each, k) for k, each in enumerate(counts)]


def opening(profiles):
    return Opening(
        TrialMetadata("test"), tuple(RecordedDevice(p) for p in profiles), time.monotonic_ns(), time.time_ns(), "test"
    )


def check(path, profiles, all_counts):
    """Frames recovered and wrong ones, and when the last read came."""
    raw = read_recording(path)
    n = wrong = last_ns = 0
    for profile, counts, chunks in zip(profiles, all_counts, raw.chunks, strict=True):
        decoder = Decoder(profile)
        frames = [frame for chunk in chunks for frame in decoder.feed(chunk.data)]
        n += len(frames)
        wrong += sum(not np.array_equal(frame.counts, counts[frame.counter]) for frame in frames)
        wrong += sum(b.counter - a.counter != 1 for a, b in pairwise(frames))
        wrong += bool(frames) and frames[0].counter != 0
        last_ns = max([last_ns, *(chunk.monotonic_ns for chunk in chunks)])
    return raw, n, wrong, last_ns * 1e-9


def noted_recording(path, seconds):
    """Record both devices in real time; the writes, and what was sent."""
    profiles = [parse_profile(MAT), parse_profile(CHANNELS)]
    mat, mat_wire = frames_of(profiles[0], 100 * seconds, 1)
    channels, wire = frames_of(profiles[1], 1000 * seconds, 2)
    kept = {name: getattr(devices.recorder, name) for name in ("ReservedFile", "sync_data", "sync_file")}
    vars(devices.recorder).update(ReservedFile=NotedFile, sync_data=noted_sync, sync_file=noted_opening)
    try:
        with Recorder(path, opening(profiles)) as recorder:
            begun_s = time.monotonic()
            for k in range(100 * seconds):
                time.sleep(max(begun_s + k / 100 - time.monotonic(), 0))
                recorder.write(Chunk(time.monotonic_ns(), mat_wire[k]), 0)
                recorder.write(Chunk(time.monotonic_ns(), b"".join(wire[10 * k : 10 * k + 10])), 1)
            notes = list(recorder._file.notes)
            ended_s = time.monotonic()
    finally:
        vars(devices.recorder).update(kept)
    return profiles, [mat, channels], notes, (begun_s, ended_s)


def image(notes, cut_s, rng):
    """What the disk holds after the power went at `cut_s`."""
    before = [note for note in notes if note[0] <= cut_s]
    synced = max((note[1] for note in before if note[2] is None), default=0)
    disk = bytearray()
    for k, (_, at, data) in enumerate(before):
        if data is None:
            continue
        if k >= synced and rng.random() < 0.2:
            data = data[: rng.randrange(len(data))]  # noqa: PLW2901
        disk.extend(bytes(max(at + len(data) - len(disk), 0)))
        if k < synced:
            disk[at : at + len(data)] = data
            continue
        for page in range(at // PAGE, (at + len(data)) // PAGE + 1):
            a, b = max(page * PAGE, at), min((page + 1) * PAGE, at + len(data))
            if rng.random() < 0.5 and b > a:
                disk[a:b] = data[a - at : b - at]
    return bytes(disk)


def power_cuts(images, folder, seconds=12):
    """Print what images of the disk hold."""
    profiles, counts, notes, (begun_s, ended_s) = noted_recording(folder / "live.mcap", seconds)
    rng = random.Random(5)
    lost, wrong, unreadable = [], 0, 0
    for number in range(images):
        cut_s = rng.uniform(begun_s, ended_s)
        path = folder / f"{number}.mcap"
        path.write_bytes(image(notes, cut_s, rng))
        try:
            _, _, bad, last_s = check(path, profiles, counts)
        except UnreadableTrialError:
            unreadable += 1
            continue
        wrong += bad
        lost.append(cut_s - max(last_s, begun_s))
        path.unlink()
    print(f"power cut, {images} images of a {seconds} s recording: unreadable {unreadable}, wrong frames {wrong}, "
          f"lost [s]: median {np.median(lost):.3f}, max {max(lost):.3f}")  # fmt: skip
    return not unreadable and not wrong and max(lost) <= 1.5


def full_disk(folder):
    """Print what a file on a full disk holds."""
    profile = parse_profile(MAT)
    counts, wires = frames_of(profile, 4000, 3, compressible=False)
    path = folder / "full.mcap"
    handed = 0
    with Recorder(path, opening([profile])) as recorder:
        while not recorder.full and handed < len(wires):
            recorder.write(Chunk(time.monotonic_ns(), wires[handed]))
            handed += 1
            if handed % 50 == 0:
                time.sleep(0.05)
        result = recorder.close({"ended_by": "the disk is full"})
    raw, n, wrong, _ = check(path, [profile], [counts])
    size = path.stat().st_size / 1e6
    print(f"full disk: {handed} frames handed over, {n} in the file ({size:.1f} MB), wrong {wrong}, "
          f"dropped {result.dropped_bytes // profile.framing.length} frames and counted; recovery needed: "
          f"{raw.recovery or 'no'}; ended by: {raw.stop.get('ended_by')}; marks: {len(raw.marks)}; "
          f"left over: {sorted(each.name for each in folder.iterdir())}; note: {result.note}")  # fmt: skip
    return not wrong and not raw.recovery and n > 0


def main(images=200, disk=""):
    """Print both."""
    with tempfile.TemporaryDirectory() as folder:
        fine = power_cuts(images, Path(folder))
    if disk:
        return 0 if full_disk(Path(disk)) and fine else 1
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], check=False)
        if mounted.returncode:
            print("full disk: not run, because a small disk cannot be mounted here; name a folder on one")
            return 1
        try:
            fine = full_disk(Path(folder)) and fine
        finally:
            subprocess.run(["umount", folder], check=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(*(int(word) if word.isdigit() else word for word in sys.argv[1:])))
