"""What has to be said before two conditions are compared: speeds, devices, people, too few steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from footload.repeatability import FEWEST_BAREFOOT_STEPS, FEWEST_SHOD_STEPS, speed_warning

if TYPE_CHECKING:
    from footload.compare.conditions import Recorded


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
    said = [_speeds(first, second), _devices(first, second), *_steps(first, second)]
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
                f"The {name} condition has a foot with only {min(counts.values())} whole step(s); "
                f"{FEWEST_BAREFOOT_STEPS} barefoot or {FEWEST_SHOD_STEPS} in-shoe steps are needed for a mean that "
                "holds."
            )
    return said
