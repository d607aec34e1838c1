"""Pronation of a foot as several indices side by side: each against a named reference, never added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np

from footload.findings import Finding
from footload.trials import Side


class Family(StrEnum):
    """What an index looks at; indices of one family see the same thing and agree more easily."""

    ARCH = "arch of the print"
    COP = "way of the CoP"
    LOAD = "medial against lateral load"


class Direction(NamedTuple):
    """Which way an index points.

    Parameters
    ----------
    sign : int
        +1 where a high value goes with pronation or a low arch, -1 where a low one does.
    family : Family
        What it looks at.
    """

    sign: int
    family: Family


DIRECTIONS: Final[Mapping[str, Direction]] = MappingProxyType(
    {
        "cpei": Direction(-1, Family.COP),
        "lateral_cop_area": Direction(-1, Family.COP),
        "arch_index": Direction(1, Family.ARCH),
        "modified_arch_index": Direction(1, Family.ARCH),
        "chippaux_smirak_index": Direction(1, Family.ARCH),
        "staheli_index": Direction(1, Family.ARCH),
        "clarke_angle": Direction(-1, Family.ARCH),
        "foot_balance": Direction(1, Family.LOAD),
        "rearfoot_balance": Direction(1, Family.LOAD),
        "forefoot_balance": Direction(1, Family.LOAD),
        "medial_forefoot_force_ratio": Direction(1, Family.LOAD),
        "pressure_ratio_at_forefoot_flat": Direction(1, Family.LOAD),
    }
)
"""The indices in the order of tables."""

FACTOR_95: Final = 1.96


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
    device : str
        The device it holds for; empty where it is not said. Values of another device get no score.

    Raises
    ------
    ValueError
        When the spread is not positive or the reference has no name.
    """

    mean: float
    sd: float
    name: str
    verified: bool = True
    device: str = ""

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise ValueError(f"sd is {self.sd:g}, but a reference needs a spread above 0.")
        if not self.name:
            raise ValueError("A reference needs a name that says who was measured.")

    def holds_for(self, device: str) -> bool:
        """Whether values of a device may be compared with it.

        Parameters
        ----------
        device : str
            The source of a recording.

        Returns
        -------
        bool
            True where one of both names holds the other, or is empty.
        """
        mine, other = self.device.casefold(), device.casefold()
        return not mine or not other or mine in other or other in mine


@dataclass(frozen=True, slots=True)
class PronationIndex:
    """One index of one foot.

    Parameters
    ----------
    metric, label, unit : str
        As in the findings.
    family : Family
        What it looks at.
    value : float
        Median over the steps, in `unit`.
    error : float
        Standard error of the steps' mean, ``SD / sqrt(n)``, in `unit`; NaN for one step.
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
    family: Family
    value: float
    error: float
    n: int
    z: float
    reference: str

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON; NaN becomes None.

        Returns
        -------
        dict
            Keys in the order of the fields, and ``more_pronated_is``: ``higher`` or ``lower``.
        """
        return {
            "metric": self.metric,
            "label": self.label,
            "unit": self.unit,
            "family": self.family.value,
            "more_pronated_is": "higher" if DIRECTIONS[self.metric].sign > 0 else "lower",
            "value": self.value,
            "error": None if np.isnan(self.error) else self.error,
            "n": self.n,
            "z": None if np.isnan(self.z) else self.z,
            "reference": self.reference,
        }


@dataclass(frozen=True, slots=True)
class PronationPicture:
    """The indices of one foot, and whether they agree.

    Parameters
    ----------
    side : Side
        Which foot.
    indices : tuple of PronationIndex
        In the order of `DIRECTIONS`.
    agreement : str
        In words, against the reference; the indices are not averaged.
    against_other_foot : str
        In words, against the person's other foot, which needs no reference; empty where there is none.
    """

    side: Side
    indices: tuple[PronationIndex, ...]
    agreement: str
    against_other_foot: str = field(default="")

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON.

        Returns
        -------
        dict
            Keys in the order of the fields.
        """
        return {
            "side": self.side.value,
            "indices": [index.to_record() for index in self.indices],
            "agreement": self.agreement,
            "against_other_foot": self.against_other_foot or None,
        }


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
        if finding.metric in DIRECTIONS and finding.side and finding.region == "foot" and not np.isnan(finding.value):
            values.setdefault((finding.side, finding.metric), []).append(finding)
    feet = {
        side: tuple(_index(values[side, name], known.get(name)) for name in DIRECTIONS if (side, name) in values)
        for side in Side
    }
    return tuple(
        PronationPicture(side, indices, _agreement(indices), _against(side, indices, feet[side.other]))
        for side, indices in feet.items()
        if indices
    )


def _index(found: list[Finding], reference: ReferenceDistribution | None) -> PronationIndex:
    one, values = found[0], np.array([finding.value for finding in found])
    value = float(np.median(values))
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
    sign, family = DIRECTIONS[one.metric]
    z, name = float("nan"), _why_not(reference, found)
    if reference is not None and not name:
        z, name = sign * (value - reference.mean) / reference.sd, reference.name
    return PronationIndex(one.metric, one.label, one.unit, family, value, error, len(found), z, name)


def _why_not(reference: ReferenceDistribution | None, found: Sequence[Finding]) -> str:
    """Why values are not compared with a reference; empty where they are."""
    if reference is None:
        return "no reference"
    if not reference.verified:
        return f"no reference: {reference.name} is unverified"
    strange = [each.provenance.source for each in found if not reference.holds_for(each.provenance.source)]
    if strange:
        return f"no reference: {reference.name} holds for {reference.device}, this is {strange[0]}"
    return ""


def _agreement(indices: Sequence[PronationIndex]) -> str:
    """Which indices lie more than one SD to either side, and whether those of one family all do."""
    scored = [index for index in indices if not np.isnan(index.z)]
    if not scored:
        return "no reference: the indices are shown as they are and say nothing about pronation against other people"
    more = [index.label for index in scored if index.z > 1]
    less = [index.label for index in scored if index.z < -1]
    between = len(scored) - len(more) - len(less)
    told = f"{len(more)} of {len(scored)} more pronated, {len(less)} less, {between} within 1 SD of the reference"
    if more and less:
        return f"the indices disagree: {told} ({', '.join(more)} against {', '.join(less)})"
    if (more or less) and between:
        within = ", ".join(index.label for index in scored if abs(index.z) <= 1)
        return f"{told} ({', '.join(more or less)}, but not {within})"
    return told


def _against(side: Side, mine: Sequence[PronationIndex], others: Sequence[PronationIndex]) -> str:
    """Which indices say that this foot is the more pronated one of the two, beyond the scatter of the steps."""
    by_name = {index.metric: index for index in others}
    more: list[str] = []
    less: list[str] = []
    n_alike = 0
    for index in mine:
        other = by_name.get(index.metric)
        error = float(np.hypot(index.error, other.error)) if other else float("nan")
        if other is None or np.isnan(error):
            continue
        by = DIRECTIONS[index.metric].sign * (index.value - other.value)
        if abs(by) <= FACTOR_95 * error:
            n_alike += 1
        else:
            (more if by > 0 else less).append(index.label)
    n = len(more) + len(less) + n_alike
    if not n:
        return "not compared with the other foot: that needs two steps or more of both" if others else ""
    told = (
        f"against the {side.other} foot: {len(more)} of {n} more pronated, {len(less)} less, {n_alike} within scatter"
    )
    return f"{told} ({', '.join(more)} against {', '.join(less)})" if more and less else told
