"""What was found: one value with its unit, its place, its reference and its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from footload.trials import Side
from footload.units import shown


class Severity(StrEnum):
    """How much a quality note takes away from the value it stands on."""

    NOTE = "note"
    """To know; the value holds."""

    WARNING = "warning"
    """The value may be wrong by more than its metric's usual uncertainty."""


@dataclass(frozen=True, slots=True)
class QualityNote:
    """What is wrong with the recording that a value was computed from.

    Parameters
    ----------
    code : str
        The check that found it, such as ``saturation``.
    text : str
        A sentence for people, with the numbers.
    severity : Severity
        How much it takes away.
    """

    code: str
    text: str
    severity: Severity = Severity.WARNING


class ReferenceStatus(StrEnum):
    """Where a value lies against a reference range."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    NONE = "no reference"


class ReferenceSource(StrEnum):
    """Whose numbers a reference range has."""

    PUBLISHED = "published"
    OWN = "own norms"


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """Values of a group of people, published or a laboratory's own, and how sure they are.

    Parameters
    ----------
    low, high : float
        Bounds in the metric's unit; infinite where the range is open.
    population : str
        Who was measured, on what device.
    n : int
        How many people; 0 when not known.
    citation : str
        Key into `references.toml`; empty for own norms.
    verified : bool
        False when the number was not read in its source; then "unverified" is shown beside it.
    low_means, high_means : str
        What a value outside is called, such as ``pronated``.
    source : ReferenceSource
        Published, or a laboratory's own norms.
    spread : str
        Mean and SD with their intervals, in words, where they are known.

    Raises
    ------
    ValueError
        When low is not below high.
    """

    low: float
    high: float
    population: str
    n: int
    citation: str
    verified: bool
    low_means: str = ""
    high_means: str = ""
    source: ReferenceSource = ReferenceSource.PUBLISHED
    spread: str = ""

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(
                f"A reference range from {self.low:g} to {self.high:g} is empty; low has to be below high."
            )

    def status(self, value: float) -> ReferenceStatus:
        """Where a value lies.

        Parameters
        ----------
        value : float
            In the metric's unit.

        Returns
        -------
        ReferenceStatus
            ``NONE`` for NaN.
        """
        if np.isnan(value):
            return ReferenceStatus.NONE
        if value < self.low:
            return ReferenceStatus.BELOW
        return ReferenceStatus.ABOVE if value > self.high else ReferenceStatus.WITHIN

    @property
    def text(self) -> str:
        """The range in words, with "unverified" where it is."""
        if np.isinf(self.low):
            span = f"up to {self.high:g}"
        elif np.isinf(self.high):
            span = f"from {self.low:g}"
        else:
            # What was published stands as it was; what was computed has no more digits than it is worth.
            digits = ".4g" if self.source is ReferenceSource.OWN else "g"
            span = f"{self.low:{digits}} to {self.high:{digits}}"
        own = f"{self.source}: " if self.source is ReferenceSource.OWN else ""
        group = f"{own}{self.population}, n = {self.n}" if self.n else f"{own}{self.population}"
        group = f"{group}; {self.spread}" if self.spread else group
        return f"{span} ({group})" if self.verified else f"{span} ({group}; unverified)"


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from.

    Parameters
    ----------
    trial : str
        Name of the trial.
    source : str
        Device or file format.
    sha256 : str
        Fingerprint of the file; empty when the trial never was one.
    version : str
        footload's version.
    citation : str
        Key of the formula's source in `references.toml`.
    parameters : mapping
        Every parameter of the analysis.
    history : tuple of str
        The recording's history.
    """

    trial: str = ""
    source: str = ""
    sha256: str = ""
    version: str = ""
    citation: str = ""
    parameters: Mapping[str, Any] = field(default_factory=_nothing)
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One value of one metric.

    Parameters
    ----------
    metric : str
        Name in the registry.
    label : str
        What people read.
    value : float
        In `unit`; NaN when it could not be had, then `reason` says why.
    unit : str
        One of `footload.units.UNITS`.
    side : Side, optional
        Which foot.
    region : str
        Part of the foot; ``foot`` for all of it, empty for a whole trial.
    contact : int, optional
        Number of the foot contact in the trial, from 0.
    repetition : int, optional
        Number of the repetition in the trial, from 0.
    uncertainty : float
        Half width of the 95 % interval in `unit`; NaN when not known.
    reference : ReferenceRange, optional
        The range it is compared with.
    reason : str
        Why the value is NaN.
    notes : tuple of str
        Quality: what to know before the value is used.
    provenance : Provenance
        Where it comes from.
    quality : tuple of QualityNote
        Those of the notes that a check of the recording made; their sentences stand in `notes` too.

    Raises
    ------
    ValueError
        When a NaN comes without a reason.
    KeyError
        When the unit is not one of footload's.
    """

    metric: str
    label: str
    value: float
    unit: str
    side: Side | None = None
    region: str = ""
    contact: int | None = None
    repetition: int | None = None
    uncertainty: float = float("nan")
    reference: ReferenceRange | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    quality: tuple[QualityNote, ...] = ()

    def __post_init__(self) -> None:
        shown(self.unit)
        if np.isnan(self.value) and not self.reason:
            raise ValueError(f"The finding {self.metric!r} is NaN without a reason; say why it could not be had.")

    @property
    def status(self) -> ReferenceStatus:
        """Where the value lies against its reference."""
        return self.reference.status(self.value) if self.reference else ReferenceStatus.NONE

    @property
    def text(self) -> str:
        """Value and unit as people read them; a dash where there is none."""
        if np.isnan(self.value):
            return "–"
        digits = 0 if abs(self.value) >= 1000 else 1 if abs(self.value) >= 10 else 2 if abs(self.value) >= 1 else 3
        rounded = round(self.value, digits) + 0.0  # -0.0 becomes 0.0
        return f"{rounded:.{digits}f} {shown(self.unit)}".strip()

    def noted(self, quality: Sequence[QualityNote]) -> Self:
        """Make the next finding: the same value with quality notes.

        Parameters
        ----------
        quality : sequence of QualityNote
            What checks of the recording found.

        Returns
        -------
        Finding
            Their sentences stand behind the notes it had.
        """
        notes = (*self.notes, *(note.text for note in quality))
        return replace(self, notes=notes, quality=(*self.quality, *quality))

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON and tables; NaN becomes None.

        Returns
        -------
        dict
            Keys in a fixed order.
        """
        return {
            "metric": self.metric,
            "label": self.label,
            "value": None if np.isnan(self.value) else float(self.value),
            "unit": self.unit,
            "side": self.side.value if self.side else None,
            "region": self.region or None,
            "contact": self.contact,
            "repetition": self.repetition,
            "uncertainty": None if np.isnan(self.uncertainty) else float(self.uncertainty),
            "status": self.status.value,
            "reference": self.reference.text if self.reference else None,
            **_reference_record(self.reference),
            "reason": self.reason or None,
            "notes": list(self.notes),
            "quality": [{"code": q.code, "severity": q.severity.value, "text": q.text} for q in self.quality],
            "citation": self.provenance.citation or None,
        }

    def to_row(self) -> dict[str, Any]:
        """The record with one text in each cell, for tables.

        Returns
        -------
        dict
            As `to_record`, with notes in one line and of the quality notes their codes; a note has both.
        """
        codes = dict.fromkeys(note.code for note in self.quality)
        return {**self.to_record(), "notes": "; ".join(self.notes), "quality": "; ".join(codes)}


def _reference_record(reference: ReferenceRange | None) -> dict[str, Any]:
    def bound(value: float) -> float | None:
        return None if np.isinf(value) else float(value)

    return {
        "reference_source": reference.source.value if reference else None,
        "reference_n": (reference.n or None) if reference else None,
        "reference_low": bound(reference.low) if reference else None,
        "reference_high": bound(reference.high) if reference else None,
    }
