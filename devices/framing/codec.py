"""What stands between a frame's bytes and its values, both ways: check, packets of one frame, payload, limits.

`ProfileCodec` does it as a profile says. A driver that needs code inherits from it and says only what is different.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from devices.framing.texts import Ascii, Json, TextInteger
from devices.parts import Counts, WireInteger

if TYPE_CHECKING:
    from devices.profile import Profile


FEW = 32


class Damage(Enum):
    """Why a frame was refused."""

    CHECK = "a wrong check value"
    CONTENT = "impossible content"


class Sample(NamedTuple):
    """One set of values, with the device's counter and clock as sent.

    Parameters
    ----------
    counter, clock : int or None
        As sent; None when the device has none.
    counts : (n,) array
        Of every cell or channel.
    """

    counter: int | None
    clock: int | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Reading:
    """What a frame's bytes say.

    Parameters
    ----------
    samples : tuple of Sample
        Usually one; several where a device sends blocks, none where more packets belong to the frame.
    damage : Damage, optional
        Why they say nothing.
    held : bool
        The packet waits for others of its frame.
    abandoned : bool
        Packets that waited for others were given up.
    """

    samples: tuple[Sample, ...] = ()
    damage: Damage | None = None
    held: bool = False
    abandoned: bool = False


class ProfileCodec:
    """Frames as a profile describes them.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.framing = profile.framing
        self.tail = profile.tail_size
        self._least = profile.framing.header_size + self.tail
        self._fewest = profile.count_min
        self._most = None if profile.limits is None else profile.limits.value_max
        self._bodies: list[bytes] = []
        self._group: int | None = None
        self._first: bytes = b""

    @property
    def counter_bits(self) -> int:
        """Width of the device's frame counter; 0 when it has none."""
        counter = self.profile.time.counter
        return 0 if counter is None else 8 * counter.size

    @property
    def counter_step(self) -> int:
        """What the counter grows by with every frame."""
        counter = self.profile.time.counter
        return 1 if counter is None else counter.step

    def reset(self) -> bool:
        """Forget packets that wait for others.

        Returns
        -------
        bool
            Whether there were any.
        """
        waiting, self._bodies, self._group = bool(self._bodies), [], None
        return waiting

    def read(self, raw: bytes) -> Reading:
        """Understand the bytes of one frame, or of one packet of it.

        Parameters
        ----------
        raw : bytes
            As they were on the wire.

        Returns
        -------
        Reading
            Values, or why there are none.
        """
        content, damage = self._checked(raw)
        if content is None:
            return Reading(damage=damage)
        if self.profile.parts is not None:
            return self._part(content)
        samples = self.samples(content, self._body(content))
        return Reading(damage=Damage.CONTENT) if samples is None else Reading(samples)

    def possible(self, raw: bytes) -> bool:
        """Whether bytes pass the check and could be a frame; nothing is remembered.

        Parameters
        ----------
        raw : bytes
            As they were on the wire.

        Returns
        -------
        bool
            False for damage.
        """
        content, _ = self._checked(raw)
        if content is None or self.profile.parts is not None:
            return content is not None
        return self.samples(content, self._body(content)) is not None

    def follows(self, previous: bytes, raw: bytes) -> bool:
        """Whether one possible frame can be the next after another; where there is nothing to tell, it can.

        Parameters
        ----------
        previous, raw : bytes
            As they were on the wire.

        Returns
        -------
        bool
            False for damage.
        """
        return len(previous) > 0 and len(raw) > 0

    def samples(self, content: bytes, body: bytes) -> tuple[Sample, ...] | None:
        """The values in a frame.

        Parameters
        ----------
        content : bytes
            The first packet's header, payload and tail, checked.
        body : bytes
            The payload of all packets.

        Returns
        -------
        tuple of Sample or None
            None when the values are impossible.
        """
        payload = self.profile.payload
        counts = payload.decode(content if payload.whole else body)
        if counts is None or not self.within_limits(counts):
            return None
        counter, counted = self._number(content, self.profile.time.counter)
        clock, timed = self._number(content, self.profile.time.clock)
        if not (counted and timed):
            return None
        if counts.ndim == 1:
            return (Sample(counter, clock, counts),)
        return tuple(Sample(counter, clock, row) for row in counts)

    def within_limits(self, counts: Counts) -> bool:
        """Whether values are possible for the device.

        Parameters
        ----------
        counts : array
            As sent.

        Returns
        -------
        bool
            False for damage.
        """
        signed = counts.dtype.kind != "u"
        if self._most is None and not signed:
            return True
        if counts.size <= FEW:
            # Python compares a few numbers before numpy has begun.
            few = counts.ravel().tolist()
            return self._fewest <= min(few) and (self._most is None or max(few) <= self._most)
        if signed and bool(counts.min(initial=0) < self._fewest):
            return False
        return self._most is None or bool(counts.max(initial=0) <= self._most)

    def pack(self, counts: Counts, counter: int, time_s: float) -> bytes:
        """The bytes a device would send for one set of values, or for one block of them.

        Parameters
        ----------
        counts : (n,) or (samples, n) array
            As `samples` gives them.
        counter : int
            Running number of the frame.
        time_s : float
            The device's own time. [s]

        Returns
        -------
        bytes
            All packets, with delimiters and check values.
        """
        body = self.body(counts, counter, time_s)
        parts = self.profile.parts
        if parts is None:
            return self._sealed(self.framing.build(body, self.tail), counter, time_s)
        sent, at = bytearray(), 0
        for number, key in enumerate(parts.order):
            n = parts.take[number] if parts.take else parts.lengths[number][0]
            piece = body[at : at + n]
            at += n
            if parts.lengths:
                piece = piece.ljust(parts.lengths[number][0], b"\0")
            content = self.framing.build(piece, self.tail)
            parts.key.put(content, key)
            if parts.group_by is not None:
                parts.group_by.put(content, parts.group)
            sent += self._sealed(content, counter, time_s, number)
        return bytes(sent)

    def body(self, counts: Counts, counter: int, time_s: float) -> bytes:
        """The payload that stands for values.

        Parameters
        ----------
        counts : (n,) or (samples, n) array
            As `samples` gives them.
        counter : int
            Running number of the frame.
        time_s : float
            The device's own time. [s]

        Returns
        -------
        bytes
            Without header and tail.
        """
        payload, time = self.profile.payload, self.profile.time
        if not isinstance(payload, Ascii | Json):
            return payload.encode(counts)
        numbers: dict[int | str, int | float] = {}
        if isinstance(time.counter, TextInteger):
            numbers[time.counter.key or time.counter.column or 0] = counter * time.counter.step
        if isinstance(time.clock, TextInteger):
            ticks = round(time_s / time.clock.tick_s)
            whole = time.clock.per_unit == 1
            numbers[time.clock.key or time.clock.column or 0] = ticks if whole else ticks / time.clock.per_unit
        return payload.encode(counts, numbers)

    def _checked(self, raw: bytes) -> tuple[bytes | None, Damage]:
        content = self.framing.content(raw)
        if content is None or len(content) < self._least:
            return None, Damage.CONTENT
        if self.profile.check is not None and not self.profile.check.holds(content):
            return None, Damage.CHECK
        if self.framing.constants and not self.framing.constants_hold(content, 0):
            return None, Damage.CONTENT
        return content, Damage.CONTENT

    def _body(self, content: bytes) -> bytes:
        return content[self.framing.header_size : len(content) - self.tail]

    def _number(self, content: bytes, field: WireInteger | TextInteger | None) -> tuple[int | None, bool]:
        """A counter or clock, and whether it is there when it should be."""
        if field is None:
            return None, True
        payload = self.profile.payload
        if isinstance(field, TextInteger):
            found = payload.number(content, field) if isinstance(payload, Ascii | Json) else None
            return found, found is not None
        return field.take(content), True

    def _sealed(self, content: bytearray, counter: int, time_s: float, number: int = 0) -> bytes:
        time = self.profile.time
        if time.counter is not None and not isinstance(time.counter, TextInteger):
            time.counter.put(content, counter * time.counter.step + number)
        if time.clock is not None and not isinstance(time.clock, TextInteger):
            time.clock.put(content, round(time_s / time.clock.tick_s))
        if self.profile.check is not None:
            self.profile.check.seal(content)
        return self.framing.wrap(bytes(content))

    def _part(self, content: bytes) -> Reading:
        """One packet of a frame: kept until the last one is there."""
        parts = self.profile.parts
        assert parts is not None
        body, key = self._body(content), parts.key.take(content)
        group = None if parts.group_by is None else parts.group_by.take(content)
        number = parts.order.index(key) if key in parts.order else -1
        if number < 0 or (parts.lengths and len(body) not in parts.lengths[number]):
            return Reading(damage=Damage.CONTENT, abandoned=self.reset())
        abandoned = False
        if number != len(self._bodies) or (number and group != self._group):
            abandoned = self.reset()
            if number:
                return Reading(damage=Damage.CONTENT, abandoned=abandoned)
        if number == 0:
            self._group, self._first = group, content
        self._bodies.append(body[: parts.take[number]] if parts.take else body)
        if number + 1 < len(parts.order):
            return Reading(held=True, abandoned=abandoned)
        whole = b"".join(self._bodies)
        self.reset()
        samples = self.samples(self._first, whole)
        if samples is None:
            return Reading(damage=Damage.CONTENT, abandoned=True)
        return Reading(samples)


def codec_of(profile: Profile) -> ProfileCodec:
    """What reads and writes a device's frames: a driver's own class where the profile names one.

    Parameters
    ----------
    profile : Profile
        The device.

    Returns
    -------
    ProfileCodec
        Fresh: it remembers packets between frames.
    """
    if profile.decoder is None:
        return ProfileCodec(profile)
    from devices.drivers import driver

    return driver(profile.decoder).codec(profile)


def check_counts(profile: Profile, counts: Counts) -> None:
    """Refuse values that a device cannot send.

    Parameters
    ----------
    profile : Profile
        The device.
    counts : array
        One frame's values, or a block of them.

    Raises
    ------
    ValueError
        When there is not one value for each cell or channel, or one is out of range.
    """
    n, what = profile.n_values, "cells" if profile.channels is None else "channels"
    block = (profile.samples, n) if profile.samples > 1 else (n,)
    if counts.shape != block:
        each = f" in each of {profile.samples} samples" if profile.samples > 1 else ""
        raise ValueError(f"counts has shape {counts.shape}, but {profile.id} has {n} {what}{each}.")
    least, most = np.min(counts), np.max(counts)
    if least < profile.count_min or most > profile.count_max:
        raise ValueError(
            f"counts reach from {least} to {most}, but {profile.id} sends {profile.count_min} to {profile.count_max}."
        )
