"""What has to be said before two conditions are compared: speeds, devices, people, too few steps or repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from footload.repeatability import FEWEST_BAREFOOT_STEPS, FEWEST_SHOD_STEPS, speed_warning
from footload.trials import Task

FEWEST_REPETITIONS: Final = 3
"""Fewer repetitions show hardly anything of their scatter. Chosen, not measured."""

_OF_STEPS: Final = (Task.WALKING, Task.RUNNING, Task.UNKNOWN)

if TYPE_CHECKING:
    from footload.compare.conditions import Recorded


def noun_of(task: str) -> str:
    """What is done again and again in a task.

    Parameters
    ----------
    task : str
        As in `footload.trials.Task`.

    Returns
    -------
    str
        ``step``, ``repetition``, or ``trial`` for a stance, in which nothing is repeated.
    """
    if task in {*_OF_STEPS}:
        return "step"
    return "trial" if task == Task.QUIET_STANCE else "repetition"


def warnings_of(
    first: Sequence[Recorded], second: Sequence[Recorded], pairing: str, *, is_paired: bool
) -> tuple[str, ...]:
    """Say what may make a difference beside the condition.

    Parameters
    ----------
    first, second : sequence of Recorded
        The trials.
    pairing : str
        How they are paired, in words.
    is_paired : bool
        Whether they are.

    Returns
    -------
    tuple of str
        Sentences; empty when there is nothing to say.
    """
    noun = noun_of(first[0].task)
    said = [_devices(first, second)]
    if noun == "step":
        said = [_speeds(first, second), *said, *_steps(first, second)]
    elif noun == "repetition":
        said += _repetitions(first, second)
    else:
        said += _trials(first, second)
    people = [{each.person for each in trials} for trials in (first, second)]
    if any("" in each for each in people):
        said.append("Not every file says whose it is; those that do not are taken as one person.")
    both = (people[0] & people[1]) - {""}
    if not is_paired and both and len(people[0] | people[1]) > 1:
        said.append(f"{len(both)} of the people are in both conditions, but the values are {pairing}.")
    if is_paired and len(people[0]) == 1 and len(first) < 5:
        said.append(f"Only {len(first)} pairs of trials; the interval is wide for that reason alone.")
    return tuple(each for each in said if each)


def _speeds(first: Sequence[Recorded], second: Sequence[Recorded]) -> str:
    if not any(f.metric == "contact_time" for each in (*first, *second) for f in each.findings):
        return ""
    return speed_warning(*([f for each in trials for f in each.findings] for trials in (first, second)))


def _devices(first: Sequence[Recorded], second: Sequence[Recorded]) -> str:
    one, other = ({each.source for each in trials} for trials in (first, second))
    if one == other and len(one) == 1:
        return ""
    names = ", ".join(sorted(name or "not named" for name in one | other))
    return f"The trials are of several devices ({names}); pressures of different instruments are not comparable."


def _steps(first: Sequence[Recorded], second: Sequence[Recorded]) -> list[str]:
    said: list[str] = []
    for name, trials in (("first", first), ("second", second)):
        counts: dict[tuple[str, str], int] = {}
        for each in trials:
            for f in each.findings:
                if f.metric == "contact_time" and f.region == "foot" and f.side:
                    counts[each.person, f.side.value] = counts.get((each.person, f.side.value), 0) + 1
        if counts and min(counts.values()) < FEWEST_BAREFOOT_STEPS:
            said.append(
                f"The {name} condition has a foot with only {_counted(min(counts.values()), 'whole step')}; "
                f"{FEWEST_BAREFOOT_STEPS} barefoot or {FEWEST_SHOD_STEPS} in-shoe steps are needed for a mean that "
                "holds."
            )
    return said


def _repetitions(first: Sequence[Recorded], second: Sequence[Recorded]) -> list[str]:
    said: list[str] = []
    for name, trials in (("first", first), ("second", second)):
        counts: dict[str, int] = {}
        for each in trials:
            known = {f.repetition for f in each.findings if f.repetition is not None}
            counts[each.person] = counts.get(each.person, 0) + len(known)
        fewest = min(counts.values())
        if fewest < FEWEST_REPETITIONS:
            who = "a person" if len(counts) > 1 else ""
            said.append(
                f"The {name} condition has {f'{who} with ' if who else ''}only {_counted(fewest, 'repetition')}; fewer "
                f"than {FEWEST_REPETITIONS} show hardly anything of their scatter."
            )
    return said


def _trials(first: Sequence[Recorded], second: Sequence[Recorded]) -> list[str]:
    return [
        f"The {name} condition has a person with one trial only, which shows nothing of its scatter."
        for name, trials in (("first", first), ("second", second))
        if any(sum(other.person == each.person for other in trials) < 2 for each in trials)
    ]


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
