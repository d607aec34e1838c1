"""Where the most loaded metatarsal head is, from the pressure map, and so where the apex of a pad would go.

House definition: the heads lie between 0.60 and 0.80 of the foot length; the width there is cut in thirds, and the
highest sensor of the contact's maximum pressure image is taken for the head. Proximal of it lies the apex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.foot.contact import FootContact
from footload.trials import Side

HEADS = (0.60, 0.80)
"""Where along the foot the metatarsal heads lie, in parts of its length; a house definition."""

APEX_BEHIND_MM = (5.0, 10.0)
"""How far behind the head the apex goes; unverified. [mm]"""


@dataclass(frozen=True, slots=True)
class PadPlace:
    """The most loaded metatarsal head of one foot, mean of its contacts.

    Parameters
    ----------
    side : Side
        Which foot.
    head_ap_mm, head_ml_mm : float
        From the heel end along the foot, and medial of its axis. [mm]
    central : bool
        Whether it lies in the middle third of the width.
    n_contacts : int
        How many contacts it is the mean of.
    """

    side: Side
    head_ap_mm: float
    head_ml_mm: float
    central: bool
    n_contacts: int

    @property
    def apex_ap_mm(self) -> tuple[float, float]:
        """Where the apex goes, from the heel end. [mm]"""
        near, far = APEX_BEHIND_MM
        return self.head_ap_mm - far, self.head_ap_mm - near

    @property
    def text(self) -> str:
        """The place in words."""
        low, high = self.apex_ap_mm
        across = f"{abs(self.head_ml_mm):.0f} mm {'medial' if self.head_ml_mm >= 0 else 'lateral'} of the foot axis"
        return (
            f"{self.side}: highest forefoot pressure {self.head_ap_mm:.0f} mm from the heel end, {across} "
            f"({'central' if self.central else 'not central'}, {self.n_contacts} contact(s)); "
            f"apex {low:.0f} to {high:.0f} mm from the heel end (unverified)"
        )


def pad_places(contacts: Sequence[FootContact]) -> tuple[PadPlace, ...]:
    """Find the most loaded metatarsal head of each foot.

    Parameters
    ----------
    contacts : sequence of FootContact
        Of one person in one condition; those without an axis or without load there are left out.

    Returns
    -------
    tuple of PadPlace
        One a foot, left first.
    """
    places: list[PadPlace] = []
    for side in Side:
        found = [head for one in contacts if one.side is side for head in [_head(one)] if head is not None]
        if not found:
            continue
        ap, ml, central = (float(value) for value in np.mean(np.array(found), axis=0))
        places.append(PadPlace(side, ap, ml, central > 0.5, len(found)))
    return tuple(places)


def _head(contact: FootContact) -> tuple[float, float, float] | None:
    axis = contact.axis
    if axis is None:
        return None
    layout = contact.recording.layout
    ap, ml = axis.to_foot(layout.x_mm, layout.y_mm)
    pressure = contact.maximum_pressure_image
    heads = (pressure > 0) & (ap >= HEADS[0] * axis.length_mm) & (ap <= HEADS[1] * axis.length_mm)
    if not heads.any():
        return None
    highest = int(np.argmax(np.where(heads, pressure, -1.0)))
    lateral, medial = float(ml[heads].min()), float(ml[heads].max())
    third = (medial - lateral) / 3
    central = lateral + third <= ml[highest] <= medial - third
    return float(ap[highest]), float(ml[highest]), float(central)
