"""Which foot it is where the shape is weak: by its place beside the other foot, and by the order of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from footload.foot.contact import FootContact
from footload.trials import Side

_UNCROSSED = 0.97
"""How sure it is that the left foot stands left of the right one, and that feet take turns in walking. Chosen, not
measured: only a shape that is surer than this overrules it."""

_SURE = 0.95
"""A neighbor in walking helps when its own side is at least this sure."""

_BESIDE_MM = 60.0
"""Two feet that stand together are at least this far apart across their direction."""

_TOGETHER = 0.8
"""Feet that share this part of the shorter time are standing together; in double support it is far less."""

_STEP_MM = 250.0
_LONGEST_STEP_S = 1.5


def sided_by_neighbors(
    contacts: Sequence[FootContact], resided: Callable[[FootContact, Side, float], FootContact]
) -> list[FootContact]:
    """Decide the sides again of feet that stand together or follow each other.

    Parameters
    ----------
    contacts : sequence of FootContact
        In order of time, with the side that their shape has; those without axis stay as they are.
    resided : callable
        Gives a contact another side and confidence.

    Returns
    -------
    list of FootContact
        In the same order.
    """
    found = list(contacts)
    feet = [number for number, contact in enumerate(found) if contact.axis is not None]
    if not feet:
        return found
    for place, one in enumerate(feet):
        for other in feet[place + 1 :]:
            pair = _beside(found[one], found[other])
            if pair is not None:
                _decide_pair(found, (one, other) if pair else (other, one), resided)
    for before, number, after in zip([None, *feet[:-1]], feet, [*feet[1:], None], strict=True):
        right = _right(found[number])
        if _sure(found[number]):
            continue
        for neighbor in (before, after):
            if neighbor is not None and _follow(found[number], found[neighbor]) and _sure(found[neighbor]):
                turns = (1 - _UNCROSSED) / _UNCROSSED
                odds = right / (1 - right) * (turns if found[neighbor].side is Side.RIGHT else 1 / turns)
                right = odds / (1 + odds)
        found[number] = _sided(found[number], right, resided)
    return found


def _right(contact: FootContact) -> float:
    """Probability that it is a right foot."""
    return contact.side_confidence if contact.side is Side.RIGHT else 1.0 - contact.side_confidence


def _sure(contact: FootContact) -> bool:
    return contact.side_confidence >= _SURE


def _sided(
    contact: FootContact, right: float, resided: Callable[[FootContact, Side, float], FootContact]
) -> FootContact:
    side, confidence = (Side.RIGHT, right) if right > 0.5 else (Side.LEFT, 1.0 - right)
    return contact if confidence == contact.side_confidence else resided(contact, side, confidence)


def _decide_pair(
    found: list[FootContact], pair: tuple[int, int], resided: Callable[[FootContact, Side, float], FootContact]
) -> None:
    """One of two feet that stand together is left; the one on the left more likely so."""
    on_left, on_right = found[pair[0]], found[pair[1]]
    usual = (1 - _right(on_left)) * _right(on_right) * _UNCROSSED
    crossed = _right(on_left) * (1 - _right(on_right)) * (1 - _UNCROSSED)
    normal = usual / (usual + crossed) if usual + crossed > 0 else _UNCROSSED
    found[pair[0]] = _sided(on_left, 1.0 - normal, resided)
    found[pair[1]] = _sided(on_right, normal, resided)


def _beside(one: FootContact, other: FootContact) -> bool | None:
    """Whether two feet stand together, and then whether the first is on the left; None when they do not."""
    shared = min(one.time_s[-1], other.time_s[-1]) - max(one.time_s[0], other.time_s[0])
    shorter = min(one.time_s[-1] - one.time_s[0], other.time_s[-1] - other.time_s[0])
    if one.recording is not other.recording or shorter <= 0 or shared < _TOGETHER * shorter:
        return None
    along = np.add(one.needed_axis.direction, other.needed_axis.direction)
    norm = float(np.hypot(*along))
    if norm < 1.6:  # more than about 75° between them
        return None
    along = along / norm
    way = other.print_center_mm - one.print_center_mm
    across = float(way[0] * along[1] - way[1] * along[0])
    forward = abs(float(way @ along))
    if abs(across) < _BESIDE_MM or forward > one.needed_axis.length_mm:
        return None
    return across > 0


def _follow(one: FootContact, other: FootContact) -> bool:
    """Whether one is the step after the other: a step away along the foot, and soon."""
    way = other.print_center_mm - one.print_center_mm
    far = abs(float(way @ np.asarray(one.needed_axis.direction)))
    soon = abs(float(other.time_s[0] - one.time_s[0])) <= _LONGEST_STEP_S
    return one.recording is other.recording and soon and far >= _STEP_MM
