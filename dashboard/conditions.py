"""What may stand side by side in a folder, and what an address chooses of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.store import Listing

MOST_CONDITIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Group:
    """The trials of one participant in one task and condition.

    Parameters
    ----------
    id : str
        Stable hash of the condition's name.
    name : str
        Of the condition; a sentence part where it has none.
    trials : tuple of (str, str)
        Id and name of each.
    """

    id: str
    name: str
    trials: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConditionSet:
    """Everything that may be compared with each other: one participant, one task, one kind of device.

    Parameters
    ----------
    id : str
        Stable hash; says nothing about the participant.
    participant, task, device : str
        In words.
    groups : tuple of Group
        By the name of the condition.
    """

    id: str
    participant: str
    task: str
    device: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for.

    Parameters
    ----------
    of : ConditionSet
        Whose trials.
    groups : tuple of Group
        Two to four conditions; the others are compared with the first.
    option : str
        Id of the option that was tried; empty when none is to be judged.
    """

    of: ConditionSet
    groups: tuple[Group, ...]
    option: str = ""

    @property
    def path(self) -> str:
        """What stands behind ``/compare/``."""
        parts = [self.of.id, ",".join(group.id for group in self.groups), *([self.option] if self.option else [])]
        return "/".join(parts)


def condition_sets(listing: Listing) -> tuple[ConditionSet, ...]:
    """Find what may be compared in a folder.

    Parameters
    ----------
    listing : Listing
        From the store; files without a participant are left out, because nobody knows that they are of one person.

    Returns
    -------
    tuple of ConditionSet
        Those with two conditions or more, by participant and task.
    """
    found: dict[tuple[str, str, str], dict[str, list[tuple[str, str]]]] = {}
    for entry in sorted(listing.entries, key=lambda entry: entry.name):
        trial = entry.trial
        if trial is not None and trial.participant:
            device = "pressure mat or insoles" if "pressure" in trial.contents else "force plates"
            groups = found.setdefault((trial.participant, trial.task, device), {})
            groups.setdefault(trial.condition, []).append((entry.id, trial.name))
    return tuple(
        ConditionSet(
            _hashed("\0".join(key)),
            *key,
            tuple(
                Group(_hashed(name), name or "condition not named", tuple(groups[name]))
                for name in sorted(groups, key=str.casefold)
            ),
        )
        for key, groups in sorted(found.items())
        if len(groups) > 1
    )


def n_unopened(listing: Listing) -> int:
    """Count the files that the list had no time to open.

    Parameters
    ----------
    listing : Listing
        From the store.

    Returns
    -------
    int
        They are opened when it is asked again.
    """
    return sum(entry.trial is None and not entry.error for entry in listing.entries)


def choice_of(sets: Sequence[ConditionSet], rest: str) -> Choice:
    """Read an address.

    Parameters
    ----------
    sets : sequence of ConditionSet
        What there is.
    rest : str
        What stands behind ``/compare/``: set, conditions with commas between, option.

    Returns
    -------
    Choice
        The first four conditions where the address names none.

    Raises
    ------
    KeyError
        When there is no such set, condition or option, or the conditions are not two to four.
    """
    set_id, _, chosen = rest.partition("/")
    names, _, option = chosen.partition("/")
    of = next((each for each in sets if each.id == set_id), None)
    if of is None:
        raise KeyError("There are no such conditions in this folder; their files may have been moved.")
    known = {group.id: group for group in of.groups}
    wanted = list(dict.fromkeys(names.split(","))) if names else list(known)[:MOST_CONDITIONS]
    if any(name not in known for name in wanted):
        raise KeyError("One of these conditions is not in this folder any more; choose again.")
    if not 2 <= len(wanted) <= MOST_CONDITIONS:
        raise KeyError(f"{len(wanted)} condition(s) are chosen; two to {MOST_CONDITIONS} can stand side by side.")
    if option and option not in dict(options()):
        raise KeyError(f"{option[:20]!r} is no option with a trial.")
    return Choice(of, tuple(known[name] for name in wanted), option)


def options() -> tuple[tuple[str, str], ...]:
    """Options that a trial with and without them can confirm.

    Returns
    -------
    tuple of (str, str)
        Id and title.
    """
    from footload.decision.tables import rule_table

    return tuple((rule.id, rule.title) for rule in rule_table().rules if rule.trial)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
