"""Damaged bytes through every framing: what is accepted, what is lost, and that nothing ever raises or grows.

    python tests/faults/byte_faults.py [frames for each kind]

Every frame's bytes are known, and so is where each fault went, so each decoded frame can be told: right, or wrong and
then either touched by the fault (plausible) or not (which must never happen).
"""

from __future__ import annotations

import random
import sys
import time
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from devices.emulator.faults import ByteFaults, Faults
from devices.framing.decoder import Decoder
from devices.framing.encoder import encode
from devices.profile import Profile, load_profile, parse_profile

POOL = 400
EVERY = 12
"""On average one frame of so many is damaged, and after a fault there are at least six whole ones."""
CLEAR = 6
KINDS = ("drop", "flip", "duplicate", "insert")

HEAD = """schema = 1
id = "test.{name}"
name = "{name}"
kind = "mat"
source = "made up"
certainty = "simulated"
[time]
rate_hz = 100
[cells]
pitch_mm = [10.0, 10.0]
[[test.vector]]
bytes = "00"
frames = 0
sum = 0
"""
DENSE = '[payload]\nkind = "dense"\ndtype = "<u2"\nshape = [3, 4]\n[limits]\nvalue_max = 4095\n'
DENSE_U1 = '[payload]\nkind = "dense"\ndtype = "u1"\nshape = [4, 8]\n'
SYNCED = '[framing]\nkind = "sync_fixed"\nsync = "A55A"\nheader_size = 2\n'

MADE = {
    "sync_fixed, no check, lock_after": SYNCED + "length = 26\nlock_after = 2\n" + DENSE,
    "sync_fixed, sum8": SYNCED + 'length = 27\n[check]\nkind = "sum8"\n' + DENSE,
    "sync_fixed, xor8": SYNCED + 'length = 27\n[check]\nkind = "xor8"\n' + DENSE,
    "sync_fixed, sum16": SYNCED + 'length = 28\n[check]\nkind = "sum16"\n' + DENSE,
    "sync_fixed, crc8": SYNCED + 'length = 27\n[check]\nkind = "crc8"\n' + DENSE,
    "sync_fixed, crc16": SYNCED + 'length = 28\n[check]\nkind = "crc16"\n' + DENSE,
    "sync_length, crc32": '[framing]\nkind = "sync_length"\nsync = "A55A"\nheader_size = 3\nmax_payload = 64\n'
    'length_field = { offset = 2, format = "B" }\n[check]\nkind = "crc32"\n' + DENSE,
    "fixed, crc16": '[framing]\nkind = "fixed"\nlength = 26\nlock_after = 3\n[check]\nkind = "crc16"\n' + DENSE,
    "delimited, no check": '[framing]\nkind = "delimited"\ntail = "AA550399"\nlength = 32\n' + DENSE_U1,
    "delimited, parts": '[framing]\nkind = "delimited"\ntail = "AA550399"\nlength = [18, 22]\nheader_size = 2\n'
    '[parts]\nkey = { offset = 0, format = "B" }\norder = [1, 2]\ngroup_by = { offset = 1, format = "B" }\ngroup = 3\n'
    "lengths = [[16], [20]]\ntake = [16, 16]\n" + DENSE_U1,
    "terminated, rle": '[framing]\nkind = "terminated"\ntail = "FF"\nmax_length = 64\n'
    '[payload]\nkind = "rle"\nshape = [4, 8]\n',
    "slip, crc16": '[framing]\nkind = "slip"\nmax_length = 80\n[check]\nkind = "crc16"\n' + DENSE,
    "cobs, crc16": '[framing]\nkind = "cobs"\nmax_length = 80\n[check]\nkind = "crc16"\n' + DENSE,
    "cobs, no check": '[framing]\nkind = "cobs"\nmax_length = 80\n' + DENSE,
    "lines, ascii": '[framing]\nkind = "lines"\nmax_length = 160\n[payload]\nkind = "ascii"\nseparator = ","\n'
    "shape = [3, 4]\n[limits]\nvalue_max = 4095\n",
    "lines, json": '[framing]\nkind = "lines"\nmax_length = 160\n[payload]\nkind = "json"\nvalues = "f"\n'
    "shape = [3, 4]\n[limits]\nvalue_max = 4095\n",
}
BUNDLED = {
    "sync_length, sparse, no check": "dividat_flex_v6",
    "nibble_tagged": "amti_accusway_plus",
    "fixed, crc4 (BITalino)": "bitalino",
    "sync_length, sum8, rle (Sensel)": "sensel_morph",
}
UNASKED = '[framing]\nkind = "none"\nlength = 24\n[flow]\nmode = "poll"\nrequest_hex = "41"\nstale_ms = 20\n' + DENSE


@dataclass
class Outcome:
    """What came of one stream."""

    frames: int = 0
    faults: int = 0
    right: int = 0
    wrong: int = 0
    unexplained: int = 0
    lost_whole: int = 0
    worst: int = 0
    candidates: int = 0
    most_waiting: int = 0
    longest: int = 0
    bits: int = 0
    seconds: float = 0.0

    @property
    def odds(self) -> float:
        """Wrong frames that the check lets through by its own odds."""
        return self.candidates / 2**self.bits if self.bits else float("nan")


def profiles() -> dict[str, Profile]:
    """Every framing with its profile, made up or bundled."""
    found = {name: parse_profile(HEAD.format(name="made") + text) for name, text in MADE.items()}
    found |= {name: load_profile(file) for name, file in BUNDLED.items()}
    found["none, polled"] = parse_profile(HEAD.format(name="made") + UNASKED)
    return found


def pool_of(profile: Profile, dice: np.random.Generator) -> tuple[list[bytes], list[bytes]]:
    """Different frames with their bytes; some cells are 0, as on a mat."""
    wires, contents = [], []
    for k in range(POOL):
        n = profile.n_values
        counts = dice.integers(0, min(profile.count_max, 4000) + 1, n) * (dice.random(n) < min(0.4, 20 / n))
        if profile.decoder == "bitalino":
            counts[-4:] = counts[-4:] > 0
        counts[0] = k if profile.count_max > POOL else k % 250
        dtype = np.uint8 if profile.count_max < 256 else np.uint16
        wires.append(encode(profile, counts.astype(dtype), k, k / 100))
        contents.append(counts.astype(np.int64).tobytes())
    return wires, contents


def run(profile: Profile, n_frames: int, seed: int = 1) -> Outcome:
    """Send frames with faults through a decoder, and compare."""
    dice, rng = random.Random(seed), np.random.default_rng(seed)
    wires, contents = pool_of(profile, rng)
    injector = ByteFaults(Faults(), dice)
    check = profile.check
    decoder = Decoder(profile)
    outcome = Outcome(bits=0 if check is None else 4 if check.kind == "crc4" else 8 * check.size)
    n_packets = len(profile.parts.order) if profile.parts else 1
    outcome.longest = n_packets * profile.framing.longest(profile.tail_size)
    silent = profile.framing.needs_silence
    pieces: list[bytes] = []
    faulty: list[int] = []
    since = 0
    for k in range(n_frames):
        wire = wires[k % POOL]
        since += 1
        if k > 10 and since > CLEAR and dice.random() < 1 / (EVERY - CLEAR):
            place = dice.randrange(len(wire))
            wire = wire[:place] + injector.one(dice.choice(KINDS), wire[place]) + wire[place + 1 :]
            faulty.append(k)
            since = 0
        pieces.append(wire)
    starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).tolist()
    begun = time.perf_counter()
    frames = []
    if silent:
        # Each block is the answer to a request: the host waits for it, and asks again after a pause.
        now_ns = 0
        for piece in pieces:
            frames += decoder.feed(piece, now_ns)
            now_ns += 10_000_000 if not decoder.n_waiting else 50_000_000
    else:
        stream, at = b"".join(pieces), 0
        while at < len(stream):
            n = dice.randrange(1, 3000)
            frames += decoder.feed(stream[at : at + n])
            outcome.most_waiting = max(outcome.most_waiting, decoder.n_waiting)
            at += n
    frames += decoder.finish()
    outcome.seconds = time.perf_counter() - begun
    _judge(outcome, frames, starts, contents, faulty)
    counters = decoder.counters
    assert counters.bytes_in == counters.frame_bytes + counters.junk_bytes + counters.incomplete_bytes
    outcome.candidates = counters.bad_check + outcome.wrong
    return outcome


def _judge(outcome: Outcome, frames: list, starts: list, contents: list, faulty: list) -> None:
    n_frames = len(starts) - 1
    seen = bytearray(n_frames)
    touched = set(faulty)
    for frame in frames:
        first = bisect_right(starts, frame.start) - 1
        last = bisect_right(starts, frame.stop - 1) - 1
        said = frame.counts.astype(np.int64).tobytes()
        right = next((k for k in range(first, min(last, n_frames - 1) + 1) if contents[k % POOL] == said), -1)
        if right >= 0:
            seen[right] = 1
            outcome.right += 1
            continue
        outcome.wrong += 1
        outcome.unexplained += not any(k in touched for k in range(max(first - 1, 0), last + 1))
    lost_by: dict[int, int] = {}
    for k in range(n_frames):
        if not seen[k] and k not in touched:
            # Frames before the first whole one, as after joining in mid-line, belong to the beginning.
            nearest = min((abs(k - f), f) for f in faulty[max(bisect_right(faulty, k) - 1, 0) :][:2] or [-10])[1]
            if k > 1:
                lost_by[nearest] = lost_by.get(nearest, 0) + 1
    outcome.frames, outcome.faults = n_frames, len(faulty)
    outcome.lost_whole, outcome.worst = sum(lost_by.values()), max(lost_by.values(), default=0)


def say(line: str) -> None:
    """Print at once: the whole table takes a minute or two."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(each: int) -> None:
    """Print the table."""
    head = ("framing", "frames", "faults", "wrong", "odds", "unexplained", "good lost", "worst", "buffer", "us a frame")
    say("{:34s}{:>8s}{:>8s}{:>7s}{:>9s}{:>12s}{:>10s}{:>6s}{:>12s}  {}".format(*head))
    total = Outcome()
    for name, profile in profiles().items():
        o = run(profile, each)
        odds = f"{o.odds:9.2f}" if o.bits else "     none"
        say(
            f"{name:34s}{o.frames:8d}{o.faults:8d}{o.wrong:7d}{odds}{o.unexplained:12d}{o.lost_whole:10d}{o.worst:6d}"
            f"{o.most_waiting:6d}/{o.longest:<5d}  {1e6 * o.seconds / o.frames:.1f}",
        )
        total.frames, total.faults = total.frames + o.frames, total.faults + o.faults
        total.unexplained += o.unexplained
        total.worst = max(total.worst, o.worst)
    say(
        f"{total.frames} frames, {total.faults} faults; unexplained {total.unexplained}; "
        f"worst loss {total.worst} good frames"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
