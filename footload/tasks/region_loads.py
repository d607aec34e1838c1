"""What each part of a foot carries through a repetition, beside what it carried in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact


@dataclass(frozen=True, slots=True, eq=False)
class RegionLoads:
    """Force of a foot and of its parts through a stretch of frames.

    Parameters
    ----------
    whole : (n,) array
        Of the foot. [N, or counts]
    parts : mapping of str to (n,) array
        Of each region. [N, or counts]
    rest : mapping of str to float
        Share of each region in the rest that it is compared with; NaN where there was none. [%]
    """

    whole: FloatArray
    parts: Mapping[str, FloatArray]
    rest: Mapping[str, float]

    def share_percent(self, region: str, frame: int) -> float:
        """Share of a region in the foot's load in one frame. [%]

        Parameters
        ----------
        region : str
            One of `parts`.
        frame : int
            Index into the arrays here.

        Returns
        -------
        float
            [%]

        Raises
        ------
        UndefinedMetricError
            When the print has no such region, or the foot carries nothing then.
        """
        if region not in self.parts:
            raise UndefinedMetricError(f"The print of this foot has no {region}.")
        if not self.whole[frame] > 0:
            raise UndefinedMetricError("The foot carries no load in this frame.")
        return float(100.0 * self.parts[region][frame] / self.whole[frame])

    def rest_percent(self, region: str) -> float:
        """Share of a region in the rest. [%]

        Parameters
        ----------
        region : str
            One of `parts`.

        Returns
        -------
        float
            [%]

        Raises
        ------
        UndefinedMetricError
            When there was no rest in which the foot carried load.
        """
        share = self.rest.get(region, float("nan"))
        if np.isnan(share):
            raise UndefinedMetricError(f"The load of the {region} in the rest before is not known.")
        return share


def region_loads(contact: FootContact, frames: tuple[int, int], rest: tuple[int, int] | None) -> RegionLoads:
    """Cut the load of a foot and its parts out of a contact.

    Parameters
    ----------
    contact : FootContact
        With regions.
    frames, rest : (start, stop)
        Frames of the recording, half open; None where there is no rest.

    Returns
    -------
    RegionLoads
        0 where the foot is not down.
    """
    parts = {name: _between(contact, part.force, frames) for name, part in contact.parts.items()}
    shares: dict[str, float] = {}
    if rest is not None and rest[1] > rest[0]:
        whole = float(_between(contact, contact.force, rest).sum())
        for name, part in contact.parts.items():
            loaded = float(_between(contact, part.force, rest).sum())
            shares[name] = 100.0 * loaded / whole if whole > 0 else float("nan")
    return RegionLoads(_between(contact, contact.force, frames), MappingProxyType(parts), MappingProxyType(shares))


def _between(contact: FootContact, force: FloatArray, frames: tuple[int, int]) -> FloatArray:
    """The part of a contact's curve in some frames of the recording, with 0 outside of the contact."""
    found = np.zeros(frames[1] - frames[0])
    start, stop = max(frames[0], contact.start), min(frames[1], contact.stop)
    if stop > start:
        found[start - frames[0] : stop - frames[0]] = force[start - contact.start : stop - contact.start]
    return frozen(found)
