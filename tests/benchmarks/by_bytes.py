"""What a straightforward driver does: a state machine over single bytes for each framing, and a check byte by byte.

What a frame says is then read as footload reads it, so that the difference is how frames are found and checked.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from devices.framing.codec import codec_of
from devices.profile import Profile


def crc16_table() -> list[int]:
    """Of CRC-16/CCITT-FALSE."""
    table = []
    for value in range(256):
        crc = value << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
        table.append(crc)
    return table


CRC16 = crc16_table()
ANSWERS = {0xDC: 0xC0, 0xDD: 0xDB}


def synced(profile: Profile, wire: bytes) -> Iterator[bytearray]:
    """Wait for the sync bytes, then for as many as belong to the frame."""
    framing, tail, frame = profile.framing, profile.tail_size, bytearray()
    n_sync, n_header, needed = len(framing.sync), framing.header_size, 0
    for byte in wire:
        frame.append(byte)
        if len(frame) <= n_sync and not framing.sync.startswith(frame):
            frame.clear()
        elif len(frame) == n_header:
            needed = framing._n_bytes(frame, 0, tail)
        if len(frame) == needed:
            yield frame
            frame, needed = bytearray(), 0


def marked(profile: Profile, wire: bytes) -> Iterator[bytearray]:
    """Collect until the delimiter stands at the end."""
    mark, sizes, frame = profile.framing.mark, profile.framing.content_sizes, bytearray()
    last = mark[-1]
    for byte in wire:
        frame.append(byte)
        if byte == last and frame.endswith(mark) and (not sizes or len(frame) - len(mark) in sizes):
            yield frame
            frame = bytearray()


def texts(_: Profile, wire: bytes) -> Iterator[list[int]]:
    """Add up digits to numbers until the line ends."""
    numbers, value, inside = [], 0, False
    for byte in wire:
        if 48 <= byte <= 57:
            value, inside = 10 * value + byte - 48, True
        else:
            if inside:
                numbers.append(value)
            value, inside = 0, False
            if byte == 10:
                yield numbers
                numbers = []


def slip(_: Profile, wire: bytes) -> Iterator[bytearray]:
    """Put each escaped byte back."""
    frame, escaped = bytearray(), False
    for byte in wire:
        if escaped:
            frame.append(ANSWERS.get(byte, byte))
            escaped = False
        elif byte == 0xDB:
            escaped = True
        elif byte == 0xC0:
            yield frame
            frame = bytearray()
        else:
            frame.append(byte)


def cobs(_: Profile, wire: bytes) -> Iterator[bytearray]:
    """Count down to the next zero."""
    frame, left, full = bytearray(), 0, True
    for byte in wire:
        if byte == 0:
            yield frame
            frame, left, full = bytearray(), 0, True
        elif left:
            frame.append(byte)
            left -= 1
        else:
            if not full:
                frame.append(0)
            left, full = byte - 1, byte == 0xFF


def tagged(profile: Profile, wire: bytes) -> Iterator[bytearray]:
    """Look at the tag of every second byte."""
    n, frame = profile.framing.length, bytearray()
    for byte in wire:
        frame.append(byte)
        if len(frame) % 2 == 0 and byte >> 4 != len(frame) // 2 - 1:
            frame.clear()
        elif len(frame) == n:
            yield frame
            frame = bytearray()


def counted(profile: Profile, wire: bytes) -> Iterator[bytearray]:
    """Take so many bytes."""
    n, frame = profile.framing.length, bytearray()
    for byte in wire:
        frame.append(byte)
        if len(frame) == n:
            yield frame
            frame = bytearray()


KINDS = {
    "sync_fixed": synced, "sync_length": synced, "delimited": marked, "terminated": marked, "lines": texts,
    "slip": slip, "cobs": cobs, "nibble_tagged": tagged, "fixed": counted, "none": counted,
}  # fmt: skip


def holds(profile: Profile, frame: bytearray) -> bool:
    """The check value, byte by byte."""
    check = profile.check
    if check is None:
        return True
    if check.kind == "crc4":
        crc = 0
        for byte in bytes(frame[:-1]) + bytes([frame[-1] & 0xF0]):
            for bit in range(7, -1, -1):
                crc = crc << 1 | byte >> bit & 1
                if crc & 0x10:
                    crc ^= 0x13
        return crc == frame[-1] & 0x0F
    total = 0xFFFF if check.kind == "crc16" else 0
    for byte in frame[check.start : -check.size]:
        total = total << 8 & 0xFFFF ^ CRC16[total >> 8 ^ byte] if check.kind == "crc16" else total + byte
    return total & (1 << 8 * check.size) - 1 == int.from_bytes(frame[-check.size :], check.order)


def values(profile: Profile, wire: bytes) -> Iterator[np.ndarray]:
    """Every set of values in a stream."""
    codec = codec_of(profile)
    for frame in KINDS[profile.framing.kind](profile, wire):
        if profile.framing.kind == "lines":
            yield np.array(frame)
        elif holds(profile, frame):
            content = bytes(frame)
            if profile.framing.kind not in {"slip", "cobs"}:
                content = profile.framing.content(content)
            samples = codec._part(content).samples if profile.parts else codec.samples(content, codec._body(content))
            yield from (sample.counts for sample in samples)


def n_frames(profile: Profile, wire: bytes) -> int:
    """How many whole frames a stream holds."""
    return sum(1 for _ in values(profile, wire))
