"""The five events of a roll-off, from the first and last touch of heel and metatarsals.

first contact         first metatarsal      forefoot flat           heel off            last contact
FFC ................. FMC ................. FFF ................... HO ................ LFC
    initial contact       forefoot contact       foot flat              push-off
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.foot.regions import HEEL, METATARSALS


@dataclass(frozen=True, slots=True)
class RollOff:
    """The five events, as frames of the contact.

    Parameters
    ----------
    first_contact, first_metatarsal, forefoot_flat, heel_off, last_contact : int
        Frames; `last_contact` is the frame after the last touched one.
    """

    first_contact: int
    first_metatarsal: int
    forefoot_flat: int
    heel_off: int
    last_contact: int

    @property
    def n_frames(self) -> int:
        """From the first contact to the last. [frames]"""
        return self.last_contact - self.first_contact


def roll_off_of(contact: FootContact) -> RollOff:
    """Find the events of a heel-to-toe roll-off.

    Parameters
    ----------
    contact : FootContact
        A foot with its regions.

    Returns
    -------
    RollOff
        In order of time.

    Raises
    ------
    UndefinedMetricError
        When a zone is never touched, or the events do not come in this order: then it was no roll-off from heel to
        toe.
    """
    contact.needed_axis  # noqa: B018 - says why there are no regions
    if contact.start == 0 and contact.n_frames and contact.force[0] > 0.5 * contact.force.max():
        raise UndefinedMetricError("The foot stood there when the recording began, so it did not roll off in it.")
    missing = [name for name in (HEEL, *METATARSALS) if name not in contact.parts or not _touched(contact, name).any()]
    if missing:
        raise UndefinedMetricError(
            f"A roll-off needs heel and all metatarsals, but nothing touched: {', '.join(missing)}."
        )
    touched = np.flatnonzero(contact.area_cm2 > 0)
    starts = [int(np.flatnonzero(_touched(contact, name))[0]) for name in METATARSALS]
    heel_off = int(np.flatnonzero(_touched(contact, HEEL))[-1]) + 1
    events = RollOff(int(touched[0]), min(starts), max(starts), heel_off, int(touched[-1]) + 1)
    if not events.first_contact <= events.first_metatarsal <= events.forefoot_flat < events.heel_off:
        raise UndefinedMetricError(
            "The forefoot was not flat before the heel left the ground, so this was no roll-off from heel to toe."
        )
    return events


def _touched(contact: FootContact, region: str) -> np.ndarray:
    return contact.parts[region].area_cm2 > 0
