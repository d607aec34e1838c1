"""Which task is recorded when, and the random order of the conditions, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from footload.decision.plan_schemas import Protocol
from footload.decision.tables import protocol_table


@dataclass(frozen=True, slots=True)
class SessionStep:
    """One recording of a session.

    Parameters
    ----------
    number : int
        From 1.
    protocol : Protocol
        What is done.
    condition : str
        In which footwear or device.
    n_repetitions : int
        In this recording.
    set_number : int
        From 1, where a protocol has several sets.
    rest_before_min : float
        How long to wait before it: the washout where the condition changes. [min]
    """

    number: int
    protocol: Protocol
    condition: str
    n_repetitions: int
    set_number: int
    rest_before_min: float


def protocol(name: str) -> Protocol:
    """One protocol by its id.

    Parameters
    ----------
    name : str
        Such as ``squat``.

    Returns
    -------
    Protocol
        As it stands in `protocols.toml`.

    Raises
    ------
    KeyError
        When there is none; the message lists them all.
    """
    known = {one.id: one for one in protocol_table().protocols}
    if name not in known:
        raise KeyError(f"There is no protocol {name!r}; there are {', '.join(known)}.")
    return known[name]


def randomized(conditions: Sequence[str], seed: int, first: str = "") -> tuple[str, ...]:
    """The conditions in a random order that the seed decides.

    Parameters
    ----------
    conditions : sequence of str
        Each once.
    seed : int
        The same seed gives the same order on every machine.
    first : str
        A condition that is not drawn and comes first, such as barefoot in a session that is no comparison.

    Returns
    -------
    tuple of str
        Every condition once.

    Raises
    ------
    ValueError
        When a condition is named twice, or the first one is none of them.
    """
    if len(set(conditions)) != len(conditions):
        raise ValueError(f"A condition is named twice in {', '.join(conditions)}; name each once.")
    if first and first not in conditions:
        raise ValueError(f"{first!r} is none of the conditions {', '.join(conditions)}; it cannot come first.")
    # Sorted by draws, not shuffled: only the draws themselves are promised to stay the same between versions.
    draw = random.Random(seed)
    drawn = sorted((draw.random(), name) for name in sorted(conditions) if name != first)
    return (*((first,) if first else ()), *(name for _, name in drawn))


def plan_session(
    protocols: Sequence[str], conditions: Sequence[str], seed: int, first: str = ""
) -> tuple[SessionStep, ...]:
    """Every recording of a session in its order.

    Parameters
    ----------
    protocols : sequence of str
        Ids; they come in the order of `protocols.toml`, whatever the order here.
    conditions : sequence of str
        What is compared; the order within each protocol is drawn anew.
    seed : int
        Decides all of it.
    first : str
        A condition that comes first in each protocol and is not drawn.

    Returns
    -------
    tuple of SessionStep
        One for each set in each condition of each protocol.

    Raises
    ------
    KeyError
        When there is no such protocol.
    """
    wanted = {protocol(name).id for name in protocols}
    table = protocol_table()
    steps: list[SessionStep] = []
    for place, one in enumerate(table.protocols):
        if one.id not in wanted:
            continue
        for condition in randomized(conditions, 1000 * seed + place, first):
            for set_number in range(1, one.n_sets + 1):
                changed = bool(steps) and steps[-1].condition != condition
                rest = table.washout_min if changed else 0.0
                steps.append(SessionStep(len(steps) + 1, one, condition, one.n_repetitions, set_number, rest))
    return tuple(steps)
