"""The phases of a roll-off, and where the load lies at its events."""

from __future__ import annotations

from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.foot.roll_off import RollOff, roll_off_of
from footload.metrics.registry import Scope, metric


def _phase(contact: FootContact, start: str, stop: str) -> float:
    events = roll_off_of(contact)
    return 100.0 * (getattr(events, stop) - getattr(events, start)) / events.n_frames


@metric(
    label="Initial contact phase",
    unit="%",
    scope=Scope.CONTACT,
    citation="decock2005",
    direction="high = long on the heel alone",
)
def initial_contact_phase(contact: FootContact) -> float:
    """From the first contact to the first metatarsal's, in per cent of stance. [%]

    NaN when the foot did not roll from heel to toe.
    """
    return _phase(contact, "first_contact", "first_metatarsal")


@metric(
    label="Forefoot contact phase",
    unit="%",
    scope=Scope.CONTACT,
    citation="decock2005",
    direction="high = the metatarsals come down one after the other",
)
def forefoot_contact_phase(contact: FootContact) -> float:
    """From the first metatarsal's contact to that of all five, in per cent of stance. [%]

    NaN when the foot did not roll from heel to toe.
    """
    return _phase(contact, "first_metatarsal", "forefoot_flat")


@metric(
    label="Foot flat phase",
    unit="%",
    scope=Scope.CONTACT,
    citation="decock2005",
    direction="high = the heel stays down long",
)
def foot_flat_phase(contact: FootContact) -> float:
    """From the contact of all metatarsals to the heel's leaving, in per cent of stance. [%]

    NaN when the foot did not roll from heel to toe.
    """
    return _phase(contact, "forefoot_flat", "heel_off")


@metric(
    label="Push-off phase",
    unit="%",
    scope=Scope.CONTACT,
    citation="decock2005",
    direction="high = long on the forefoot alone",
)
def push_off_phase(contact: FootContact) -> float:
    """From the heel's leaving to the last contact, in per cent of stance. [%]

    NaN when the foot did not roll from heel to toe.
    """
    return _phase(contact, "heel_off", "last_contact")


def _pressure_ratio(contact: FootContact, event: str) -> float:
    """``100 ((HM + M1 + M2) - (HL + M4 + M5)) / sum`` of the mean pressures of the zones, in one frame."""
    events: RollOff = roll_off_of(contact)
    frame = min(getattr(events, event), events.last_contact - 1)

    def mean_pressure(region: str) -> float:
        part = contact.parts[region]
        area = float(part.recording.layout.area_mm2[part.print.sensors].sum())
        return float(part.force[frame]) / area if area else 0.0

    medial = sum(mean_pressure(name) for name in ("medial heel", "m1", "m2"))
    lateral = sum(mean_pressure(name) for name in ("lateral heel", "m4", "m5"))
    if medial + lateral <= 0:
        raise UndefinedMetricError("None of the zones that are compared is loaded at this event.")
    return 100.0 * (medial - lateral) / (medial + lateral)


@metric(
    label="Medio-lateral pressure ratio at first metatarsal contact",
    unit="%",
    scope=Scope.CONTACT,
    citation="s17",
    direction="high = medial, as in pronation; low = lateral",
    needs_medial=True,
)
def pressure_ratio_at_first_metatarsal(contact: FootContact) -> float:
    """Medial against lateral pressure of heel and forefoot at the first metatarsal's contact. [%]

    ``100 ((HM + M1 + M2) - (HL + M4 + M5)) / ((HM + M1 + M2) + (HL + M4 + M5))`` of the zones' mean pressures; M3 is
    left out, which differs between papers (unverified). NaN when the foot did not roll off.
    """
    return _pressure_ratio(contact, "first_metatarsal")


@metric(
    label="Medio-lateral pressure ratio at forefoot flat",
    unit="%",
    scope=Scope.CONTACT,
    citation="s17",
    direction="high = medial, as in pronation; low = lateral",
    needs_medial=True,
)
def pressure_ratio_at_forefoot_flat(contact: FootContact) -> float:
    """Medial against lateral pressure of heel and forefoot when all metatarsals are down. [%]

    Formula as in `pressure_ratio_at_first_metatarsal`. NaN when the foot did not roll off.
    """
    return _pressure_ratio(contact, "forefoot_flat")


@metric(
    label="Medio-lateral pressure ratio at heel off",
    unit="%",
    scope=Scope.CONTACT,
    citation="s17",
    direction="high = medial, as in pronation; low = lateral",
    needs_medial=True,
)
def pressure_ratio_at_heel_off(contact: FootContact) -> float:
    """Medial against lateral pressure of heel and forefoot when the heel leaves the ground. [%]

    Formula as in `pressure_ratio_at_first_metatarsal`. NaN when the foot did not roll off.
    """
    return _pressure_ratio(contact, "heel_off")
