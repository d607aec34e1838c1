"""Conditions of one participant side by side: their footprints, their differences, what became of an option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.conditions import Choice, Group
from dashboard.store import TrialStore
from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.foot.contact import FootContact
from footload.tasks.gait import why_no_step
from footload.trials import Side

if TYPE_CHECKING:
    from footload.compare.conditions import Comparison
    from footload.decision.confirmation import TrialResult

MOST_PRINTS: Final = 10
"""Footprints of one foot and condition that are registered; each takes about a tenth of a second."""
N_KEPT: Final = 6
"""Comparisons, and mean footprints of one foot, that are not worked out again for the next look."""


@dataclass(frozen=True, slots=True, eq=False)
class FootPrints:
    """Mean footprints of one foot, registered on each other.

    Parameters
    ----------
    side : Side
        Which foot.
    means : tuple of (rows, cols) array
        One a condition, in the order of the choice.
    n : tuple of int
        Footprints behind each.
    pitch_mm : (float, float)
        Distance of the cells. [mm]
    unit : str
        Of the pictures.
    """

    side: Side
    means: tuple[FloatArray, ...]
    n: tuple[int, ...]
    pitch_mm: tuple[float, float]
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Predicted against measured of one condition.

    Parameters
    ----------
    result : TrialResult, optional
        None where it may not or cannot be judged.
    why_not : str
        The reason; empty where it was judged.
    comfort_mm : float, optional
        The entered change of comfort. [mm]
    """

    result: TrialResult | None
    why_not: str = ""
    comfort_mm: float | None = None


def analyses_of(store: TrialStore, choice: Choice) -> tuple[tuple[Analysis, ...], ...]:
    """Analyze what was chosen.

    Parameters
    ----------
    store : TrialStore
        The folder.
    choice : Choice
        Which trials.

    Returns
    -------
    tuple of tuple of Analysis
        Those of each condition.

    Raises
    ------
    KeyError, FootloadError
        As `TrialStore.analysis`.
    """
    return tuple(tuple(store.analysis(trial_id) for trial_id, _ in group.trials) for group in choice.groups)


def compared(first: Sequence[Analysis], other: Sequence[Analysis]) -> Comparison:
    """Compare a condition with the first one.

    Parameters
    ----------
    first, other : sequence of Analysis
        Of one person.

    Returns
    -------
    Comparison
        Not paired; second minus first.

    Raises
    ------
    ValueError
        When they have nothing in common.
    """
    return _compared(tuple(first), tuple(other))


# An analysis is kept by the store as long as its file, its edits and its parameters stay the same, so the same ones
# are the same comparison. Few are kept: each keeps its trials in memory.
@lru_cache(maxsize=N_KEPT)
def _compared(first: tuple[Analysis, ...], other: tuple[Analysis, ...]) -> Comparison:
    from footload.compare.comparing import compare_conditions
    from footload.compare.conditions import Recorded

    return compare_conditions([Recorded.of(one) for one in first], [Recorded.of(one) for one in other])


def feet_of(analyses: Sequence[Analysis], side: Side) -> tuple[FootContact, ...]:
    """Contacts of one foot that a picture is made from.

    Parameters
    ----------
    analyses : sequence of Analysis
        Trials of one condition.
    side : Side
        Which foot.

    Returns
    -------
    tuple of FootContact
        Whole steps where a trial has any; else the standing feet.
    """
    found: list[FootContact] = []
    for analysis in analyses:
        mine = [contact for contact in analysis.contacts if contact.side is side]
        found += [contact for contact in mine if not why_no_step(contact)] or mine
    return tuple(found)


def mean_prints(conditions: Sequence[Sequence[Analysis]], side: Side) -> FootPrints | None:
    """Lay the footprints of every condition over each other and average each condition.

    Parameters
    ----------
    conditions : sequence of sequence of Analysis
        Those of each condition.
    side : Side
        Which foot.

    Returns
    -------
    FootPrints or None
        None where a condition has no contact of this foot.

    Raises
    ------
    ValueError
        When the sensors stand on no grid, or on different ones.
    """
    return _mean_prints(tuple(map(tuple, conditions)), side)


@lru_cache(maxsize=N_KEPT)
def _mean_prints(conditions: tuple[tuple[Analysis, ...], ...], side: Side) -> FootPrints | None:
    from footload.compare.curves import registered_prints

    feet = [feet_of(analyses, side)[:MOST_PRINTS] for analyses in conditions]
    if not all(feet):
        return None
    first, rest, shape = registered_prints(feet[0], [contact for some in feet[1:] for contact in some])
    ends = np.cumsum([len(some) for some in feet[1:]])[:-1]
    means = (np.mean(some, axis=0).reshape(shape) for some in (first, *np.split(rest, ends)))
    recording = feet[0][0].recording
    counts = tuple(len(some) for some in feet)
    return FootPrints(side, tuple(means), counts, recording.layout.pitch_mm, recording.pressure_unit)


def tried(
    store: TrialStore, choice: Choice, other: Group, pair: tuple[Sequence[Analysis], Sequence[Analysis]]
) -> Tried:
    """Judge the option of a choice: predicted against measured.

    Parameters
    ----------
    store : TrialStore
        What was entered beside the trials counts.
    choice : Choice
        With an option.
    other : Group
        The trials with it; those without are the first condition.
    pair : (sequence of Analysis, sequence of Analysis)
        Of the trials without and with it.

    Returns
    -------
    Tried
        Nothing is judged behind a red flag or a closed safety gate.

    Raises
    ------
    KeyError, FootloadError
        As `TrialStore.analysis`.
    """
    from footload.decision.assess import assess
    from footload.decision.confirmation import judge_trial
    from footload.decision.selection import in_condition, pool

    # What was entered beside a trial with the option comes first.
    entered = [store.entered(trial_id) for group in (other, choice.groups[0]) for trial_id, _ in group.trials]
    clinical = next((one for one in entered if one.comfort_change_mm is not None or one.device_worsens), entered[0])
    before, after = (pool(in_condition(analyses)) for analyses in pair)
    different = [one for number, one in enumerate(entered) if one not in entered[:number]]
    if any(assess(pooled.findings, one).gate_closed for pooled in (before, after) for one in different):
        reason = "No option is judged behind a red flag or a closed safety gate."
        return Tried(None, reason, clinical.comfort_change_mm)
    result = judge_trial(choice.option, before.findings, after.findings, None, clinical)
    return Tried(result, comfort_mm=clinical.comfort_change_mm)
