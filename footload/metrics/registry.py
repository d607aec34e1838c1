"""The record beside each formula, and the one table of them that reports, pages and documentation are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from footload.findings import ReferenceRange
from footload.units import shown


class Scope(StrEnum):
    """What a metric is computed on."""

    CONTACT = "contact"
    """One foot contact: ``function(contact: FootContact) -> float``."""

    STANCE = "stance"
    """Both feet standing: ``function(standing: Standing) -> float``; of one foot where `per_side`."""

    WALK = "walk"
    """Steps and strides: ``function(walk: Walk) -> float``; of one side where `per_side`."""

    REPETITION = "repetition"
    """One foot in one repetition: ``function(foot: RepetitionFoot) -> float``."""

    TRIAL = "trial"
    """A movement through a whole trial: ``function(movement: Movement) -> float``; of one foot where `per_side`."""

    JUMP = "jump"
    """One jump: ``function(jump: Jump) -> float``; never of one side."""

    LANDING = "landing"
    """One landing on all plates or the whole mat: ``function(landing: Landing) -> float``; never of one side."""

    LANDING_FOOT = "foot in a landing"
    """One foot in one landing: ``function(foot: LandingFoot) -> float``."""

    LANDING_FEET = "pair of feet in a landing"
    """The feet of one landing beside each other: ``function(feet: LandingFeet) -> float``; never of one side."""

    SWAY = "sway"
    """Way of the CoP in quiet stance: ``function(sway: Sway) -> float``; of one foot or of all together."""

    LIMB = "limb in a repetition"
    """Force under one foot in one repetition: ``function(limb: LimbLoad) -> float``."""

    PLATE_STEP = "step on a plate"
    """One step on a force plate: ``function(step: PlateStep) -> float``."""

    PLATE_WALK = "steps on plates"
    """All steps on force plates: ``function(walk: PlateWalk) -> float``; never of one side."""

    KNEE = "knee in a repetition"
    """One knee in one repetition: ``function(knee: KneeCourse) -> float``."""


@dataclass(frozen=True, slots=True)
class RateNeed:
    """How many frames a second a metric needs, and who says so.

    Parameters
    ----------
    hz : float
        Fewer are noted on the finding. [Hz]
    citation : str
        Key into `references.toml`.
    verified : bool
        False when the number was not read in its source; then "unverified" is shown beside it.
    """

    hz: float
    citation: str
    verified: bool

    @property
    def text(self) -> str:
        """The need in words, with "unverified" where it is."""
        return f"{self.hz:g} Hz" if self.verified else f"{self.hz:g} Hz (unverified)"


_ON_THE_GROUND = RateNeed(100.0, "sampling_practice", verified=False)
_IN_LANDING = RateNeed(200.0, "sampling_practice", verified=False)
RUNNING_RATE = _IN_LANDING
"""What the metrics of a contact need in running, where a contact lasts a quarter of a second."""

_USUAL_RATES: Mapping[Scope, RateNeed] = MappingProxyType(
    {
        Scope.CONTACT: _ON_THE_GROUND,
        Scope.WALK: _ON_THE_GROUND,
        Scope.STANCE: _ON_THE_GROUND,
        Scope.SWAY: RateNeed(100.0, "s22", verified=True),
        Scope.LANDING: _IN_LANDING,
        Scope.LANDING_FOOT: _IN_LANDING,
        Scope.LANDING_FEET: _IN_LANDING,
    }
)
"""No source is known for squats, steps on plates and jumps, so nothing is asked of them."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's record.

    Parameters
    ----------
    name : str
        The function's name.
    label : str
        What people read.
    unit : str
        One of `footload.units.UNITS`.
    scope : Scope
        What it is computed on.
    citation : str
        Key into `references.toml`.
    direction : str
        What a high value means, in words.
    references : tuple of ReferenceRange
        Published ranges.
    per_region : bool
        Whether it is also computed for every region of the foot.
    needs_medial : bool
        Whether its sign or value depends on which side is medial.
    per_side : bool
        False for what both feet share, such as the depth of a squat: computed once, and the finding has no side.
    function : callable
        The formula.
    of_maxima : bool
        Whether the highest pressures of a contact are enough for it, so that a file of only these gives it.
    rate : RateNeed, optional
        How many frames a second it needs; None where no number is known, or where time plays no part.
    """

    name: str
    label: str
    unit: str
    scope: Scope
    citation: str
    direction: str
    function: Callable[[Any], float]
    references: tuple[ReferenceRange, ...] = ()
    per_region: bool = False
    needs_medial: bool = False
    per_side: bool = True
    rate: RateNeed | None = None
    of_maxima: bool = False

    @property
    def definition(self) -> str:
        """The first line of the formula's docstring."""
        return (self.function.__doc__ or "").strip().splitlines()[0]


_METRICS: dict[str, Metric] = {}


def metric(
    *,
    label: str,
    unit: str,
    scope: Scope,
    citation: str,
    direction: str,
    references: tuple[ReferenceRange, ...] = (),
    per_region: bool = False,
    needs_medial: bool = False,
    per_side: bool = True,
    needs_time: bool = True,
    of_maxima: bool = False,
) -> Callable[[Callable[[Any], float]], Callable[[Any], float]]:
    """Register a formula with its record.

    Parameters
    ----------
    label, unit, scope, citation, direction, references, per_region, needs_medial, per_side, of_maxima
        See `Metric`.
    needs_time : bool
        False for what is read off the maximum picture of a contact, however many frames it was made of; such a metric
        has no needed rate, all others have that of their scope.

    Returns
    -------
    callable
        A decorator that gives the function back as it is.

    Raises
    ------
    ValueError
        When the name is taken.
    KeyError
        When the unit is not one of footload's.
    """
    shown(unit)

    def register(function: Callable[[Any], float]) -> Callable[[Any], float]:
        name = function.__name__
        if name in _METRICS:
            raise ValueError(f"There is already a metric {name!r}; metric names are used once.")
        need = _USUAL_RATES.get(scope) if needs_time else None
        _METRICS[name] = Metric(
            name,
            label,
            unit,
            scope,
            citation,
            direction,
            function,
            references,
            per_region,
            needs_medial,
            per_side,
            need,
            of_maxima,
        )
        return function

    return register


def named(formula: Callable[[Any], float], *, name: str, module: str, doc: str) -> Callable[[Any], float]:
    """Give a formula that was made from another one the name and the words that its record is made from.

    Parameters
    ----------
    formula : callable
        Made for this metric only.
    name, module, doc : str
        As if it had been written out there.

    Returns
    -------
    callable
        The same.
    """
    formula.__name__ = formula.__qualname__ = name
    formula.__module__ = module
    formula.__doc__ = doc
    return formula


def metrics(scope: Scope | None = None) -> Mapping[str, Metric]:
    """Every metric, by name, topic by topic.

    Parameters
    ----------
    scope : Scope, optional
        Only those of one scope.

    Returns
    -------
    mapping of str to Metric
        Read-only.
    """
    from footload.metrics.catalogue import TOPICS

    order = [topic.__name__ for topic in TOPICS]
    inside = [m for m in _METRICS.values() if scope is None or m.scope is scope]
    inside.sort(key=lambda m: order.index(m.function.__module__) if m.function.__module__ in order else len(order))
    return MappingProxyType({m.name: m for m in inside})
