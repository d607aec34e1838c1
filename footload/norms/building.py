"""Making norms: each person counts once in a group, and groups of too few people are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from footload.analysis import Analysis
from footload.compare.conditions import Recorded
from footload.norms.reference_set import FEWEST_EVER, Circumstances, Norm, NormSet, NormSetError

Band = tuple[float | None, float | None]
"""From which speed, below which; None is open. [m/s]"""

_Group = tuple[str, str, str, str, Band]
_Measure = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class HealthyTrial:
    """What counts of one trial of one healthy person.

    Parameters
    ----------
    person : str
        A pseudonym; it goes into no file.
    at : Circumstances
        Of the trial.
    values : mapping of (metric, region, unit) to list of float
        Of both feet.
    """

    person: str
    at: Circumstances
    values: Mapping[_Measure, Sequence[float]]

    @classmethod
    def of(cls, analysis: Analysis) -> HealthyTrial:
        """Take what counts of an analysis.

        Parameters
        ----------
        analysis : Analysis
            Of a trial of a healthy person.

        Returns
        -------
        HealthyTrial
            Its values of whole steps, repetitions and the whole trial.
        """
        values: dict[_Measure, list[float]] = {}
        for key, found in Recorded.of(analysis).values.items():
            values.setdefault((key.metric, key.region, key.unit), []).extend(found)
        return cls(analysis.trial.participant.id, Circumstances.of(analysis), values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """How a set of norms is made.

    Parameters
    ----------
    name : str
        Whose norms.
    revision : int
        One more than that of the set before it.
    made_on : str
        The day, as ``2026-11-22``.
    fewest : int
        People that a group needs.
    speeds_m_per_s : tuple of float
        Bounds between bands of walking speed; groups are made of each band and of all speeds together. [m/s]
    """

    name: str
    revision: int = 1
    made_on: str = ""
    fewest: int = 20
    speeds_m_per_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.fewest < FEWEST_EVER:
            raise ValueError(f"fewest is {self.fewest}; a group below {FEWEST_EVER} people could give somebody away.")
        if any(low >= high for low, high in pairwise(self.speeds_m_per_s)):
            raise ValueError(f"The speeds {self.speeds_m_per_s} do not rise; bounds go from slow to fast.")


def build_norms(trials: Iterable[HealthyTrial], how: Building) -> tuple[NormSet, tuple[str, ...]]:
    """Make a set of norms.

    Parameters
    ----------
    trials : iterable of HealthyTrial
        Any number a person; a person counts once in a group, by the mean of all their values.
    how : Building
        Name, least number of people, bands of speed.

    Returns
    -------
    NormSet
        For every device, task and footwear: of both sexes and of each, at all speeds and in each band.
    left_out : tuple of str
        Groups with too few people.

    Raises
    ------
    NormSetError
        When no group has enough people.
    """
    groups: dict[_Group, dict[_Measure, dict[str, list[float]]]] = {}
    for trial in trials:
        for group in _groups(trial.at, how.speeds_m_per_s):
            for measure, values in trial.values.items():
                people = groups.setdefault(group, {}).setdefault(measure, {})
                people.setdefault(trial.person, []).extend(values)
    norms: list[Norm] = []
    left_out: list[str] = []
    counted: set[str] = set()
    for group, measures in groups.items():
        n = len({person for people in measures.values() for person in people})
        if n < how.fewest:
            left_out.append(f"{_name(group)}: {n} people, {how.fewest} are needed.")
            continue
        for measure, people in measures.items():
            norm = _norm(group, measure, [float(np.mean(values)) for values in people.values()], how.fewest)
            if norm is not None:
                norms.append(norm)
                counted |= set(people)
    if not norms:
        why = "no measure has enough people whose values differ." if groups else "there are no healthy trials."
        raise NormSetError(f"No group has enough people: {' '.join(left_out) or why}")
    made = NormSet(name=how.name, revision=how.revision, made_on=how.made_on, n_people=len(counted), norms=tuple(norms))
    return made, tuple(left_out)


def _groups(at: Circumstances, bounds: Sequence[float]) -> Iterator[_Group]:
    """Every group that a trial counts in."""
    bands: list[Band] = [(None, None)]
    if bounds and np.isfinite(at.speed_m_per_s):
        below = [bound for bound in bounds if bound <= at.speed_m_per_s]
        above = [bound for bound in bounds if bound > at.speed_m_per_s]
        bands.append((below[-1] if below else None, above[0] if above else None))
    for sex in dict.fromkeys(["", at.sex]):
        for band in bands:
            yield at.device, at.task, at.footwear, sex, band


def _name(group: _Group) -> str:
    device, task, footwear, sex, (low, high) = group
    speed = "" if low is None and high is None else f"{low or 0:g} to {f'{high:g}' if high else 'any'} m/s"
    return ", ".join(part for part in (device or "device not named", task, footwear, sex, speed) if part)


def _norm(group: _Group, measure: _Measure, values: Sequence[float], fewest: int) -> Norm | None:
    """Student's interval of the mean, chi-squared interval of the spread, 95 %; None where it says nothing."""
    n = len(values)
    mean, sd = float(np.mean(values)), float(np.std(values, ddof=1)) if n > 1 else 0.0
    if n < fewest or not sd > 1e-12 * abs(mean):
        return None
    from scipy.special import chdtri, stdtrit

    half = float(stdtrit(n - 1, 0.975)) * sd / sqrt(n)
    device, task, footwear, sex, (slowest, fastest) = group
    metric, region, unit = measure
    return Norm(
        metric=metric,
        region=region,
        unit=unit,
        device=device,
        task=task,
        footwear=footwear,
        sex=sex,
        slowest_m_per_s=slowest,
        fastest_m_per_s=fastest,
        n=n,
        mean=mean,
        mean_low=mean - half,
        mean_high=mean + half,
        sd=sd,
        sd_low=sd * sqrt((n - 1) / float(chdtri(n - 1, 0.025))),
        sd_high=sd * sqrt((n - 1) / float(chdtri(n - 1, 0.975))),
    )
