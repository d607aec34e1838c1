"""What the parts of a foot carry in a squat or a landing: the companions of the medial shift.

The CoP can stay in the middle while the hallux takes more and the middle of the forefoot less, so the shift is never
read alone. Only a mat sees the parts; on a plate these values have that as their reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric, named
from footload.tasks.landing_feet import LandingFoot
from footload.tasks.movement import RepetitionFoot
from footload.tasks.region_loads import RegionLoads

_MEDIAL = ("m1", "m2", "medial heel")
_LATERAL = ("m4", "m5", "lateral heel")
_RATIO = "high = loaded on the medial side, as under a pronating foot; negative = on the lateral one; no risk score"
_NO_TOES = "forefoot, without the toes,"


@dataclass(frozen=True, slots=True)
class _Moment:
    """When the parts of a foot are looked at, and how that is called."""

    scope: Scope
    ending: str
    words: str
    frame: Callable[[Any], int]


_DEPTH: Final = _Moment(Scope.REPETITION, "at depth", "in the deepest frame", lambda foot: foot.deepest)
_PEAK: Final = _Moment(Scope.LANDING_FOOT, "at peak landing force", "at its own highest force", lambda foot: foot.peak)


def _loads(foot: RepetitionFoot | LandingFoot) -> RegionLoads:
    if foot.loads is None:
        raise UndefinedMetricError("Nothing saw the parts of this foot; a plate does not.")
    return foot.loads


def _ratio(loads: RegionLoads, frame: int) -> float:
    medial, lateral = (sum(loads.share_percent(name, frame) for name in names) for names in (_MEDIAL, _LATERAL))
    if medial + lateral <= 0:
        raise UndefinedMetricError("Heel and metatarsals carry nothing in this frame.")
    return 100.0 * (medial - lateral) / (medial + lateral)


@metric(
    label="Medial force ratio at depth",
    unit="%",
    scope=Scope.REPETITION,
    citation="s17",
    direction=_RATIO,
    needs_medial=True,
)
def medial_force_ratio_at_depth(foot: RepetitionFoot) -> float:
    """Medial less lateral load in the deepest frame, in per cent of both. [%]

    ``100 (M1 + M2 + HM - M4 - M5 - HL) / (M1 + M2 + HM + M4 + M5 + HL)`` of the zones' forces (formula from memory,
    unverified).
    """
    return _ratio(_loads(foot), foot.deepest)


@metric(
    label="Medial force ratio, change to depth",
    unit="%",
    scope=Scope.REPETITION,
    citation="s17",
    direction=_RATIO,
    needs_medial=True,
)
def medial_force_ratio_change(foot: RepetitionFoot) -> float:
    """Medial force ratio in the deepest frame less that of the half second before the descent. [%]

    Formula as that at depth.
    """
    loads = _loads(foot)
    medial, lateral = (sum(loads.rest_percent(name) for name in names) for names in (_MEDIAL, _LATERAL))
    if medial + lateral <= 0:
        raise UndefinedMetricError("Heel and metatarsals carried nothing in the rest before.")
    return _ratio(loads, foot.deepest) - 100.0 * (medial - lateral) / (medial + lateral)


@metric(
    label="Heel load loss at depth",
    unit="%",
    scope=Scope.REPETITION,
    citation="footload_definition",
    direction="high = the heel is unloaded or lifts; a finding, no fault of the repetition",
)
def heel_load_loss_at_depth(foot: RepetitionFoot) -> float:
    """How much of its share of the foot's load the heel has lost in the deepest frame. [%]

    ``100 (1 - h_depth / h_rest)`` with the heel's shares at depth and in the half second before the descent.
    """
    loads = _loads(foot)
    rest = loads.rest_percent("heel")
    if not rest > 0:
        raise UndefinedMetricError("The heel carried nothing in the rest before, so it has nothing to lose.")
    return 100.0 * (1.0 - loads.share_percent("heel", foot.deepest) / rest)


def _share(
    name: str,
    region: str,
    when: _Moment,
    *,
    words: str = "",
    citation: str = "footload_definition",
    direction: str = "high = this part carries more of the foot",
) -> Callable[[Any], float]:
    """The share of a part in the load of the foot at a moment: one metric more."""

    def of_foot(foot: RepetitionFoot | LandingFoot) -> float:
        return _loads(foot).share_percent(region, when.frame(foot))

    doc = f"""Share of the {words or region} in the foot's load {when.words}. [%]

    ``100 F_{region} / F_foot``.
    """
    record = metric(
        label=f"{region.capitalize()} load {when.ending}",
        unit="%",
        scope=when.scope,
        citation=citation,
        direction=direction,
    )
    return record(named(of_foot, name=name, module=__name__, doc=doc))


heel_load_at_depth = _share("heel_load_at_depth", "heel", _DEPTH)
midfoot_load_at_depth = _share("midfoot_load_at_depth", "midfoot", _DEPTH)
forefoot_load_at_depth = _share("forefoot_load_at_depth", "forefoot", _DEPTH, words=_NO_TOES)
hallux_load_at_depth = _share(
    "hallux_load_at_depth",
    "hallux",
    _DEPTH,
    citation="s1",
    direction="high = the big toe carries more; it did in pronated feet of one study",
)


@metric(
    label="Medial force ratio at peak landing force",
    unit="%",
    scope=Scope.LANDING_FOOT,
    citation="s17",
    direction=_RATIO,
    needs_medial=True,
)
def landing_medial_force_ratio(foot: LandingFoot) -> float:
    """Medial less lateral load at the foot's own highest force, in per cent of both. [%]

    ``100 (M1 + M2 + HM - M4 - M5 - HL) / (M1 + M2 + HM + M4 + M5 + HL)`` of the zones' forces (formula from memory,
    unverified).
    """
    return _ratio(_loads(foot), foot.peak)


landing_heel_load = _share("landing_heel_load", "heel", _PEAK)
landing_forefoot_load = _share("landing_forefoot_load", "forefoot", _PEAK, words=_NO_TOES)
