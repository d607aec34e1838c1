"""Pronation of a foot as several indices side by side: each against a named reference, never added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from footload.findings import Finding
from footload.trials import Side

SIGNS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "cpei": -1,
        "lateral_cop_area": -1,
        "arch_index": 1,
        "modified_arch_index": 1,
        "chippaux_smirak_index": 1,
        "staheli_index": 1,
        "clarke_angle": -1,
        "foot_balance": 1,
        "rearfoot_balance": 1,
        "forefoot_balance": 1,
        "medial_forefoot_force_ratio": 1,
        "pressure_ratio_at_forefoot_flat": 1,
    }
)
"""+1 where a high value goes with pronation or a low arch, -1 where a low one does."""


@dataclass(frozen=True, slots=True)
class ReferenceDistribution:
    """Mean and spread of one index in a group of people.

    Parameters
    ----------
    mean, sd : float
        In the index's unit.
    name : str
        Who was measured, such as "this site, 40 adults, barefoot".
    verified : bool
        Whether the numbers were read in their source or measured at the site; others are not used for a score.

    Raises
    ------
    ValueError
        When the spread is not positive or the reference has no name.
    """

    mean: float
    sd: float
    name: str
    verified: bool = True

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise ValueError(f"sd is {self.sd:g}, but a reference needs a spread above 0.")
        if not self.name:
            raise ValueError("A reference needs a name that says who was measured.")


@dataclass(frozen=True, slots=True)
class PronationIndex:
    """One index of one foot.

    Parameters
    ----------
    metric, label, unit : str
        As in the findings.
    value : float
        Median over the steps, in `unit`.
    n : int
        Steps.
    z : float
        ``sign (value - mean) / SD``; above 0 is more pronated than the reference; NaN without one.
    reference : str
        Its name, or why there is none.
    """

    metric: str
    label: str
    unit: str
    value: float
    n: int
    z: float
    reference: str


@dataclass(frozen=True, slots=True)
class PronationPicture:
    """The indices of one foot, and whether they agree.

    Parameters
    ----------
    side : Side
        Which foot.
    indices : tuple of PronationIndex
        In the order of `SIGNS`.
    agreement : str
        In words; the indices are not averaged.
    """

    side: Side
    indices: tuple[PronationIndex, ...]
    agreement: str


def pronation_of(
    findings: Iterable[Finding], references: Mapping[str, ReferenceDistribution] | None = None
) -> tuple[PronationPicture, ...]:
    """Put the indices of pronation of each foot side by side.

    Parameters
    ----------
    findings : iterable of Finding
        Of one condition.
    references : mapping of metric name to ReferenceDistribution, optional
        The site's own or published ones. None ships with the program: no published mean and SD was verified.

    Returns
    -------
    tuple of PronationPicture
        One a foot that has any of the indices, left before right.
    """
    known = references or {}
    values: dict[tuple[Side, str], list[Finding]] = {}
    for finding in findings:
        if finding.metric in SIGNS and finding.side and finding.region == "foot" and not np.isnan(finding.value):
            values.setdefault((finding.side, finding.metric), []).append(finding)
    pictures: list[PronationPicture] = []
    for side in Side:
        indices = tuple(_index(values[side, name], known.get(name)) for name in SIGNS if (side, name) in values)
        if indices:
            pictures.append(PronationPicture(side, indices, _agreement(indices)))
    return tuple(pictures)


def _index(found: list[Finding], reference: ReferenceDistribution | None) -> PronationIndex:
    one, value = found[0], float(np.median([finding.value for finding in found]))
    z, name = float("nan"), "no reference"
    if reference is not None and reference.verified:
        z, name = SIGNS[one.metric] * (value - reference.mean) / reference.sd, reference.name
    elif reference is not None:
        name = f"no reference: {reference.name} is unverified"
    return PronationIndex(one.metric, one.label, one.unit, value, len(found), z, name)


def _agreement(indices: tuple[PronationIndex, ...]) -> str:
    """Which indices lie more than one SD to either side."""
    scored = [index for index in indices if not np.isnan(index.z)]
    if not scored:
        return "no reference: the indices are shown as they are and say nothing about pronation against other people"
    more = [index.label for index in scored if index.z > 1]
    less = [index.label for index in scored if index.z < -1]
    between = len(scored) - len(more) - len(less)
    told = f"{len(more)} of {len(scored)} more pronated, {len(less)} less, {between} within 1 SD of the reference"
    if more and less:
        return f"the indices disagree: {told} ({', '.join(more)} against {', '.join(less)})"
    return told
