"""Which side and which end of the foot carries the load: sums and differences of zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.metrics.registry import Scope, metric

BALANCES: Final[Mapping[str, tuple[Sequence[str], Sequence[str]]]] = MappingProxyType(
    {
        "foot_balance": (("m1", "m2", "medial heel"), ("m3", "m4", "m5", "lateral heel")),
        "rearfoot_balance": (("medial heel",), ("lateral heel",)),
        "forefoot_balance": (("m1", "m2"), ("m3", "m4", "m5")),
        "medial_forefoot_balance": (("m2",), ("m1",)),
        "metatarsal_loading": (("m2", "m3"), ("m1", "m4", "m5")),
        "hallux_balance": (("hallux",), ("m1",)),
    }
)
"""Of each balance the zones that count as more, and those that count as less."""


def _impulse(contact: FootContact, regions: Sequence[str]) -> float:
    contact.needed_axis  # noqa: B018 - says why there are no regions
    missing = [name for name in regions if name not in contact.parts]
    if missing:
        raise UndefinedMetricError(f"The print has no {' and no '.join(missing)}.")
    return float(sum(contact.parts[name].force.sum() for name in regions))


def _balance(contact: FootContact, name: str) -> float:
    """``100 (more - less) / (more + less)`` of the force–time integrals."""
    above, below = (_impulse(contact, zones) for zones in BALANCES[name])
    if above + below <= 0:
        raise UndefinedMetricError("None of the zones that are compared was loaded.")
    return 100.0 * (above - below) / (above + below)


@metric(
    label="Foot balance",
    unit="%",
    scope=Scope.CONTACT,
    citation="footscan_manual",
    direction="high = medial, as in pronation; low = lateral",
    needs_medial=True,
)
def foot_balance(contact: FootContact) -> float:
    """Medial against lateral load of heel and forefoot. [%]

    ``100 ((M1 + M2 + HM) - (M3 + M4 + M5 + HL)) / sum`` of the zones' force–time integrals.
    """
    return _balance(contact, "foot_balance")


@metric(
    label="Rearfoot balance",
    unit="%",
    scope=Scope.CONTACT,
    citation="footscan_manual",
    direction="high = medial, low = lateral",
    needs_medial=True,
)
def rearfoot_balance(contact: FootContact) -> float:
    """Medial against lateral load of the heel. [%]

    ``100 (HM - HL) / (HM + HL)`` of the zones' force–time integrals (definition unverified).
    """
    return _balance(contact, "rearfoot_balance")


@metric(
    label="Forefoot balance",
    unit="%",
    scope=Scope.CONTACT,
    citation="footscan_manual",
    direction="high = medial, as in pronation; low = lateral",
    needs_medial=True,
)
def forefoot_balance(contact: FootContact) -> float:
    """Medial against lateral load of the metatarsals. [%]

    ``100 ((M1 + M2) - (M3 + M4 + M5)) / sum`` of the zones' force–time integrals.
    """
    return _balance(contact, "forefoot_balance")


@metric(
    label="Medial forefoot balance",
    unit="%",
    scope=Scope.CONTACT,
    citation="footscan_manual",
    direction="high = the second metatarsal carries more than the first",
)
def medial_forefoot_balance(contact: FootContact) -> float:
    """Load of the second against the first metatarsal. [%]

    ``100 (M2 - M1) / (M2 + M1)`` of the zones' force–time integrals.
    """
    return _balance(contact, "medial_forefoot_balance")


@metric(
    label="Metatarsal loading",
    unit="%",
    scope=Scope.CONTACT,
    citation="footscan_manual",
    direction="high = the middle metatarsals carry more than the outer ones",
)
def metatarsal_loading(contact: FootContact) -> float:
    """Load of the middle against the outer metatarsals. [%]

    ``100 ((M2 + M3) - (M1 + M4 + M5)) / sum`` of the zones' force–time integrals.
    """
    return _balance(contact, "metatarsal_loading")


@metric(
    label="Hallux balance",
    unit="%",
    scope=Scope.CONTACT,
    citation="footscan_manual",
    direction="high = the hallux carries more than the first metatarsal",
)
def hallux_balance(contact: FootContact) -> float:
    """Load of the hallux against the first metatarsal. [%]

    ``100 (T1 - M1) / (T1 + M1)`` of the zones' force–time integrals.
    """
    return _balance(contact, "hallux_balance")


@metric(
    label="Medial forefoot force ratio",
    unit="%",
    scope=Scope.CONTACT,
    citation="rathleff2014",
    direction="high = medial; higher in people with knee pain in one study, lower in others",
    needs_medial=True,
)
def medial_forefoot_force_ratio(contact: FootContact) -> float:
    """Peak force of the medial forefoot in per cent of that of the whole forefoot. [%]

    ``100 max F(m1 + m2) / max F(m1 … m5)``.
    """
    _impulse(contact, ("medial forefoot", "forefoot"))
    whole = float(contact.parts["forefoot"].force.max(initial=0.0))
    if whole <= 0:
        raise UndefinedMetricError("The forefoot was never loaded.")
    return float(100.0 * contact.parts["medial forefoot"].force.max() / whole)
