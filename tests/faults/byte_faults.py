"""Damaged bytes through every framing: what is accepted, what is lost, and that nothing ever raises or grows.

    python tests/faults/byte_faults.py [frames for each kind]

Every frame's bytes are known, and so is where each fault went, so each decoded frame can be told: right, or wrong and
then either touched by the fault (plausible) or not (which must never happen).

How many wrong frames a check of n bits may accept is not the number of refused frames / 2ⁿ: what a decoder that
searches byte by byte tests, and what else has to fit (a counter, the frames behind it), depends on framing and fault.
So the same stream is decoded once more with an ideal check in the place of the real one: it holds for every frame as it
was sent, for none with one flipped bit, and for anything else by lot with the odds of 2⁻ⁿ. What it accepts is chance.
The same damage to the same frame is one throw of the dice, so the comparison counts wrong frames that differ.
"""

from __future__ import annotations

import random
import sys
import time
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.stats import poisson

from devices.emulator.faults import ByteFaults, Faults
from devices.framing.decoder import Decoder, Frame
from devices.framing.encoder import encode
from devices.profile import Profile, load_profile, parse_profile

POOL = 400
EVERY = 12
"""On average one frame of so many is damaged, and after a fault there are at least six whole ones."""
CLEAR = 6
KINDS = ("drop", "flip", "duplicate", "insert")
LOTS = 1 / 16
"""The ideal check accepts so many, whatever its width, to count enough; rare events grow with their odds."""
CASTS = 4
UNLIKELY = 1e-6
"""One in a million: so unlikely a number of wrong frames is not chance."""

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
    different: dict[str, set[bytes]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    unexplained: int = 0
    lost_whole: int = 0
    worst: int = 0
    most_waiting: int = 0
    longest: int = 0
    bits: int = 0
    odds: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def chance(self) -> float:
        """How likely so many wrong frames are by the check's own odds, for the kind of fault with the least likely."""
        # What was counted by lot is itself uncertain: three standard deviations, and one event that never came.
        least = LOTS**-1 / 2**self.bits / CASTS
        return min(
            poisson.sf(len(self.different[kind]) - 1, odds + 3 * (odds * least) ** 0.5 + least)
            for kind, odds in self.odds.items()
        )


@dataclass
class Sent:
    """A stream with its faults, and what is known about it."""

    wires: list[bytes]
    contents: list[bytes]
    pieces: list[bytes] = field(default_factory=list)
    faulty: dict[int, str] = field(default_factory=dict)

    @cached_property
    def starts(self) -> list[int]:
        """Where each frame begins in the stream, and where it ends."""
        return np.concatenate([[0], np.cumsum([len(piece) for piece in self.pieces])]).tolist()


class IdealCheck:
    """A check that knows what was sent, and lets everything else pass by lot."""

    def __init__(self, profile: Profile, sent: Sent, seed: int) -> None:
        self.size, self._dice = profile.check.size, random.Random(seed)
        flipped = [sent.pieces[k] for k, kind in sent.faulty.items() if kind == "flip"]
        self._answers = {content: False for wire in flipped if (content := profile.framing.content(wire)) is not None}
        self._answers |= {profile.framing.content(wire): True for wire in sent.wires}

    def holds(self, frame: bytes) -> bool:
        """The same answer for the same bytes, as of any check."""
        return self._answers.setdefault(bytes(frame), self._dice.random() < LOTS)


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


def damaged(profile: Profile, n_frames: int, dice: random.Random, seed: int) -> Sent:
    """A stream in which a byte of some frames is lost, flipped, doubled or preceded by another."""
    sent = Sent(*pool_of(profile, np.random.default_rng(seed)))
    injector = ByteFaults(Faults(), dice)
    since = 0
    for k in range(n_frames):
        wire = sent.wires[k % POOL]
        since += 1
        if k > 10 and since > CLEAR and dice.random() < 1 / (EVERY - CLEAR):
            place, sent.faulty[k] = dice.randrange(len(wire)), dice.choice(KINDS)
            wire = wire[:place] + injector.one(sent.faulty[k], wire[place]) + wire[place + 1 :]
            since = 0
        sent.pieces.append(wire)
    return sent


def decoded(profile: Profile, sent: Sent, seed: int) -> tuple[list[Frame], Decoder, int]:
    """The frames that a decoder finds in a stream, it, and the most bytes that it ever kept."""
    decoder, frames, most_waiting = Decoder(profile), [], 0
    if profile.framing.needs_silence:
        # Each block is the answer to a request: the host waits for it, and asks again after a pause.
        now_ns = 0
        for piece in sent.pieces:
            frames += decoder.feed(piece, now_ns)
            now_ns += 10_000_000 if not decoder.n_waiting else 50_000_000
    else:
        stream, at, dice = b"".join(sent.pieces), 0, random.Random(seed)
        while at < len(stream):
            n = dice.randrange(1, 3000)
            frames += decoder.feed(stream[at : at + n])
            most_waiting = max(most_waiting, decoder.n_waiting)
            at += n
    return frames + decoder.finish(), decoder, most_waiting


def run(profile: Profile, n_frames: int, seed: int = 1) -> Outcome:
    """Send frames with faults through a decoder, and compare."""
    sent = damaged(profile, n_frames, random.Random(seed), seed)
    outcome = Outcome(frames=n_frames, faults=len(sent.faulty))
    outcome.longest = (len(profile.parts.order) if profile.parts else 1) * profile.framing.longest(profile.tail_size)
    begun = time.perf_counter()
    frames, decoder, outcome.most_waiting = decoded(profile, sent, seed)
    outcome.seconds = time.perf_counter() - begun
    counters = decoder.counters
    assert (
        counters.bytes_in - counters.answer_bytes
        == counters.frame_bytes + counters.junk_bytes + counters.incomplete_bytes
    )
    lost = judged(outcome, sent, frames)
    outcome.lost_whole, outcome.worst = sum(lost.values()), max(lost.values(), default=0)
    if profile.check is not None:
        outcome.bits = 4 if profile.check.kind == "crc4" else 8 * profile.check.size
        by_lot = Counter()
        for cast in range(CASTS):
            ideal, found = profile.model_copy(update={"check": IdealCheck(profile, sent, seed + cast)}), Outcome()
            judged(found, sent, decoded(ideal, sent, seed)[0])
            by_lot.update({kind: len(frames) for kind, frames in found.different.items()})
        outcome.odds = {kind: by_lot[kind] / CASTS / LOTS / 2**outcome.bits for kind in KINDS}
    return outcome


def judged(outcome: Outcome, sent: Sent, frames: list[Frame]) -> dict[int, int]:
    """Add up what is right and wrong, and tell the whole frames that each fault cost."""
    n_frames, starts, contents = len(sent.pieces), sent.starts, sent.contents
    seen = bytearray(n_frames)
    for frame in frames:
        first = bisect_right(starts, frame.start) - 1
        last = min(bisect_right(starts, frame.stop - 1) - 1, n_frames - 1)
        said = frame.counts.astype(np.int64).tobytes()
        right = next((k for k in range(first, last + 1) if contents[k % POOL] == said), -1)
        if right >= 0:
            seen[right] = 1
            outcome.right += 1
            continue
        kind = next((sent.faulty[k] for k in range(max(first - 1, 0), last + 1) if k in sent.faulty), None)
        outcome.wrong += 1
        if kind is None:
            outcome.unexplained += 1
        else:
            outcome.different[kind].add(said)
    faulty, lost_by = list(sent.faulty), {}
    # Frames before the first whole one, as after joining in mid-line, belong to the beginning.
    for k in (k for k in range(2, n_frames) if not seen[k] and k not in sent.faulty):
        nearest = min((abs(k - f), f) for f in faulty[max(bisect_right(faulty, k) - 1, 0) :][:2] or [-10])[1]
        lost_by[nearest] = lost_by.get(nearest, 0) + 1
    return lost_by


def say(line: str) -> None:
    """Print at once: the whole table takes a minute or two."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(each: int) -> int:
    """Print the table; 1 when more was accepted or lost than may be."""
    head = ("framing", "frames", "faults", "wrong", "unexplained", "good lost", "worst", "buffer", "us a frame")
    say("{:34s}{:>8s}{:>8s}{:>7s}{:>12s}{:>10s}{:>6s}{:>12s}  {}".format(*head))
    total, outcomes = Outcome(), {}
    for name, profile in profiles().items():
        o = outcomes[name] = run(profile, each)
        say(
            f"{name:34s}{o.frames:8d}{o.faults:8d}{o.wrong:7d}{o.unexplained:12d}{o.lost_whole:10d}{o.worst:6d}"
            f"{o.most_waiting:6d}/{o.longest:<5d}  {1e6 * o.seconds / o.frames:.1f}",
        )
        total.frames, total.faults = total.frames + o.frames, total.faults + o.faults
        total.unexplained += o.unexplained
        total.worst = max(total.worst, o.worst)
    say(
        f"\n{'different wrong frames / by odds':34s}"
        + "".join(f"{kind:>16s}" for kind in KINDS)
        + "   chance of so many"
    )
    checked = {name: o for name, o in outcomes.items() if o.bits}
    for name, o in checked.items():
        cells = (f"{len(o.different[kind])} / {o.odds[kind]:.2f}" for kind in KINDS)
        say(f"{name:34s}" + "".join(f"{cell:>16s}" for cell in cells) + f"{o.chance:12.2g}")
    say(
        f"{total.frames} frames, {total.faults} faults; unexplained {total.unexplained}; "
        f"worst loss {total.worst} good frames"
    )
    likely = all(o.chance > UNLIKELY for o in checked.values())
    return 0 if likely and not total.unexplained and total.worst <= 2 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
