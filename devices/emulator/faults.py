"""Faults on demand: a wrapper around any emulated device that damages what it sends, the same way for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, fields

from devices.emulator.device import Emulator

EVENTS = ("stall", "unplug", "reset")


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, and how often.

    Parameters
    ----------
    drop, flip, duplicate, insert : float
        Chance for each byte: not sent; sent with one bit changed; sent twice; preceded by a random byte.
    split : int
        At most so many bytes leave at a time; 0 leaves them together.
    stall, unplug, reset : float
        How often a second the device is silent and then sends all that it held back; is pulled out, so that its bytes
        are lost until it is plugged in again, when it counts anew; only begins to count anew. [1/s]
    stall_s, unplug_s : float
        How long. [s]
    seed : int
        The same seed gives the same faults.
    """

    drop: float = 0.0
    flip: float = 0.0
    duplicate: float = 0.0
    insert: float = 0.0
    split: int = 0
    stall: float = 0.0
    stall_s: float = 0.5
    unplug: float = 0.0
    unplug_s: float = 1.0
    reset: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0:
                raise ValueError(f"{field.name} is {value:g}, but a fault happens at least never.")
        if self.drop + self.flip + self.duplicate + self.insert > 1:
            raise ValueError("The chances of drop, flip, duplicate and insert add up to more than 1.")


def parse_faults(text: str) -> Faults:
    """Faults from a text such as ``drop=0.001,flip=0.001,unplug=0.05:2,seed=7``.

    Parameters
    ----------
    text : str
        Pairs of a fault and its chance; behind a colon how long it lasts in seconds.

    Returns
    -------
    Faults
        What the text says.

    Raises
    ------
    ValueError
        When a fault is not known, or a value is no number.
    """
    known = {field.name: field.type for field in fields(Faults)}
    found: dict[str, float] = {}
    for pair in filter(None, (each.strip() for each in text.split(","))):
        name, _, value = pair.partition("=")
        chance, colon, duration = value.partition(":")
        if name not in known:
            raise ValueError(f"There is no fault {name!r}; there are: {', '.join(known)}.")
        if colon and f"{name}_s" not in known:
            raise ValueError(f"{pair!r} states a duration, but {name} has none.")
        try:
            found[name] = int(chance) if name in {"split", "seed"} else float(chance)
            if colon:
                found[f"{name}_s"] = float(duration)
        except ValueError as error:
            raise ValueError(f"{pair!r} is not a fault with a number, such as drop=0.001 or unplug=0.05:2.") from error
    return Faults(**found)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class ByteFaults:
    """Damages bytes, and remembers where.

    Parameters
    ----------
    faults : Faults
        How often.
    dice : random.Random
        Where chance comes from.
    """

    def __init__(self, faults: Faults, dice: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self._dice = dice
        self._kinds = ("drop", "flip", "duplicate", "insert")
        self._chances = [getattr(faults, kind) for kind in self._kinds]
        self._chance = sum(self._chances)

    def damage(self, data: bytes) -> bytes:
        """Send bytes through the fault.

        Parameters
        ----------
        data : bytes
            As the device sends them.

        Returns
        -------
        bytes
            As they arrive.
        """
        if not self._chance:
            return data
        found = bytearray()
        for byte in data:
            if self._dice.random() >= self._chance:
                found.append(byte)
                continue
            (kind,) = self._dice.choices(self._kinds, self._chances)
            found += self.one(kind, byte)
        return bytes(found)

    def one(self, kind: str, byte: int) -> bytes:
        """One byte with one fault.

        Parameters
        ----------
        kind : str
            ``drop``, ``flip``, ``duplicate`` or ``insert``.
        byte : int
            As the device sends it.

        Returns
        -------
        bytes
            None, one or two bytes.
        """
        self.counts[kind] += 1
        if kind == "drop":
            return b""
        if kind == "flip":
            return bytes([byte ^ 1 << self._dice.randrange(8)])
        return bytes([byte, byte] if kind == "duplicate" else [self._dice.randrange(256), byte])


class FaultyEmulator:
    """An emulated device with faults; used and served as the device itself.

    Parameters
    ----------
    device : Emulator
        What is damaged.
    faults : Faults
        How.
    """

    def __init__(self, device: Emulator, faults: Faults) -> None:
        self.device = device
        self._faults = faults
        self._dice = random.Random(faults.seed)
        self._bytes = ByteFaults(faults, self._dice)
        self._waiting = bytearray()
        self._now_s = 0.0
        self._until_s = {"stall": 0.0, "unplug": 0.0}
        # Nothing is pulled out before somebody has seen it.
        self._next_s: dict[str, float] = dict.fromkeys(EVENTS, float("inf"))
        self._begun = False

    @property
    def counts(self) -> Counter[str]:
        """How often each fault has happened."""
        return self._bytes.counts

    @property
    def may_unplug(self) -> bool:
        """Whether it will ever be unplugged."""
        return self._faults.unplug > 0

    @property
    def plugged(self) -> bool:
        """Whether the device is plugged in."""
        return self._now_s >= self._until_s["unplug"]

    @property
    def finished(self) -> bool:
        """Whether it will never send again."""
        return self.device.finished and not self._waiting

    @property
    def due_s(self) -> float | None:
        """When it will send next. [s]"""
        due_s = self.device.due_s
        if not self.plugged:
            return self._until_s["unplug"]
        if self._waiting:
            return max(self._now_s, self._until_s["stall"])
        return due_s if due_s is None else max(due_s, self._until_s["stall"])

    def feed(self, host: bytes) -> bytes:
        """Take what the host sent; nobody hears it while the device is unplugged.

        Parameters
        ----------
        host : bytes
            Commands and requests.

        Returns
        -------
        bytes
            What is answered at once.
        """
        return self._bytes.damage(self.device.feed(host)) if self.plugged else b""

    def tick(self, now_s: float) -> bytes:
        """What arrives of what the device sends by itself up to now.

        Parameters
        ----------
        now_s : float
            Time since it was switched on. [s]

        Returns
        -------
        bytes
            Damaged.
        """
        self._now_s = max(self._now_s, now_s)
        for kind in EVENTS:
            while self._next_s[kind] <= self._now_s:
                self._happen(kind, self._next_s[kind])
        sent = self.device.tick(self._now_s)
        if sent and not self._begun:
            self._begun = True
            self._next_s = {kind: self._later(kind, self._now_s) for kind in EVENTS}
        if not self.plugged:
            return b""
        self._waiting += self._bytes.damage(sent)
        if self._now_s < self._until_s["stall"]:
            return b""
        n = self._faults.split
        n = self._dice.randint(1, n) if n else len(self._waiting)
        out = bytes(self._waiting[:n])
        del self._waiting[:n]
        return out

    def _later(self, kind: str, now_s: float) -> float:
        rate = getattr(self._faults, kind)
        return now_s + self._dice.expovariate(rate) if rate else float("inf")

    def _happen(self, kind: str, when_s: float) -> None:
        self._bytes.counts[kind] += 1
        if kind == "reset":
            self._restart("reset_counter")
            self._next_s[kind] = self._later(kind, when_s)
            return
        self._until_s[kind] = when_s + getattr(self._faults, f"{kind}_s")
        if kind == "unplug":
            # Power is gone: what was on its way is lost, and the counter begins anew.
            self._waiting.clear()
            self._bytes.counts["replug"] += 1
            self._restart("lose_power")
        self._next_s[kind] = self._later(kind, self._until_s[kind])

    def _restart(self, how: str) -> None:
        restart = getattr(self.device, how, None)
        if restart is not None:
            restart()
