"""Whether trials may be compared in a screening test, and what to know before they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

from footload.analysis import Analysis
from footload.decision.changes import Conditions
from footload.decision.selection import MixedTrialsError, in_condition
from footload.repeatability import speed_warning
from footload.trials import Task

DEPTH_TOLERANCE = 0.1
"""Mean depths that differ by more than this share are said to differ. Chosen, not published. [ratio]"""

_STEPS = frozenset({Task.WALKING, Task.RUNNING})


def check_trials(title: str, a: Sequence[Analysis], b: Sequence[Analysis]) -> Task:
    """Refuse what is not one person, one task, and one condition each.

    Parameters
    ----------
    title : str
        Of the test.
    a, b : sequence of Analysis
        Trials of the two conditions.

    Returns
    -------
    Task
        Of all of them.

    Raises
    ------
    MixedTrialsError
        When a condition has no trials, or they do not belong together.
    """
    if not a or not b:
        raise MixedTrialsError(f"{title}: A has {len(a)} and B {len(b)} trials; each needs one or more.")
    for analyses in (a, b):
        in_condition(analyses)
    every = [one.trial for one in (*a, *b)]
    people = {trial.participant.id for trial in every} - {""}
    if len(people) > 1:
        raise MixedTrialsError(f"These trials are of {_listed(people)}; compare one person.")
    shared = {one.trial.source_sha256 for one in a} & {one.trial.source_sha256 for one in b} - {""}
    if shared:
        twice = _listed(one.trial.name for one in a if one.trial.source_sha256 in shared)
        raise MixedTrialsError(f"The same recording stands in A and in B ({twice}); it cannot be compared with itself.")
    tasks = {trial.task for trial in every}
    if len(tasks) > 1:
        raise MixedTrialsError(f"These trials are of several tasks ({_listed(t.value for t in tasks)}); compare one.")
    return every[0].task


def remarks(a: Sequence[Analysis], b: Sequence[Analysis], words: Conditions, names: Sequence[str]) -> tuple[str, ...]:
    """What to know before a comparison is used.

    Parameters
    ----------
    a, b : sequence of Analysis
        Trials of the two conditions.
    words : Conditions
        What the conditions are called.
    names : sequence of str
        The compared metrics.

    Returns
    -------
    tuple of str
        Sentences; what the checks of the recordings say of the compared values comes last.
    """
    said: list[str] = []
    if words.first == words.second:
        said.append(f"Both conditions are called {words.first!r}; make sure that the files are the right ones.")
    worn = [{one.trial.condition.footwear for one in analyses} for analyses in (a, b)]
    if worn[0] != worn[1]:
        said.append(f"The footwear differs ({_listed(worn[0])}; {_listed(worn[1])}): the shoe is compared as well.")
    devices = [{f.provenance.source for one in analyses for f in one.findings} for analyses in (a, b)]
    if devices[0] != devices[1]:
        said.append(f"Not the same devices ({_listed(devices[0])}; {_listed(devices[1])}): a CoP is not comparable.")
    said += _about_depth(a, b, words)
    if a[0].trial.task in _STEPS:
        speed = speed_warning(*([f for one in analyses for f in one.findings] for analyses in (a, b)))
        said += [speed] if speed else []
    rejected = [sum(bool(r.rejected) for one in analyses for r in one.repetitions) for analyses in (a, b)]
    if any(rejected):
        said.append(f"Left out as not valid: {rejected[0]} repetitions of A, {rejected[1]} of B.")
    checks = [note.text for one in (*a, *b) for f in one.findings if f.metric in names for note in f.quality]
    return tuple(dict.fromkeys([*said, *checks]))


def _about_depth(a: Sequence[Analysis], b: Sequence[Analysis], words: Conditions) -> list[str]:
    values = [
        [f.value for one in analyses for f in one.findings if f.metric == "squat_depth" and isfinite(f.value)]
        for analyses in (a, b)
    ]
    if not values[0] or not values[1]:
        return []
    first, second = (sum(found) / len(found) for found in values)
    if abs(second - first) <= DEPTH_TOLERANCE * first:
        return []
    return [
        f"The depth differs: {first:.0f} mm {words.first}, {second:.0f} mm {words.second}. Compare at the same depth: "
        "what shifts at 45 degrees and at 90 degrees differs."
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(name or "not named" for name in names))
