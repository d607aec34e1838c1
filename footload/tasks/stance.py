"""Standing on both feet: which of them carries what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.foot.contact import FootContact
from footload.trials import Side

SHORTEST_STANDING_S = 2.0
"""Both feet on the ground for less than this are a double support in walking, not standing."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The feet of a person who stands, over the frames in which all of them are on the ground.

    Parameters
    ----------
    feet : tuple of FootContact
        Left, right, or both.
    start, stop : int
        Frames of the recording, half open.
    """

    feet: tuple[FootContact, ...]
    start: int
    stop: int

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides of the feet."""
        return tuple(foot.side for foot in self.feet if foot.side is not None)

    def of(self, side: Side) -> Standing:
        """The same standing with one foot only.

        Parameters
        ----------
        side : Side
            Which foot.

        Returns
        -------
        Standing
            Over the same frames.
        """
        return Standing(tuple(foot for foot in self.feet if foot.side is side), self.start, self.stop)

    def during(self, foot: FootContact) -> slice:
        """The part of a foot's arrays that these frames are.

        Parameters
        ----------
        foot : FootContact
            One of the feet.

        Returns
        -------
        slice
            Half open.
        """
        return slice(self.start - foot.start, self.stop - foot.start)

    def cop_mm(self, foot: FootContact) -> FloatArray:
        """(t, 2) CoP of one foot as (ap, ml), in the frames that have one. [mm]

        Parameters
        ----------
        foot : FootContact
            One of the feet.

        Returns
        -------
        (t, 2) array
            In the foot frame. [mm]
        """
        cop = foot.cop_foot_mm[self.during(foot)]
        return cop[np.isfinite(cop[:, 0])]


def standing_of(contacts: Sequence[FootContact]) -> Standing | None:
    """Find the longest time in which a left and a right foot stand together, or one foot alone.

    Parameters
    ----------
    contacts : sequence of FootContact
        As found; those without axis or side are left out.

    Returns
    -------
    Standing or None
        None when nobody stands for `SHORTEST_STANDING_S`.
    """
    feet = [contact for contact in contacts if contact.axis is not None and contact.side is not None]
    pairs = [(left, right) for left in feet if left.side is Side.LEFT for right in feet if right.side is Side.RIGHT]
    candidates = [_together(pair) for pair in pairs] or [_together((foot,)) for foot in feet]
    long = [c for c in candidates if (c.stop - c.start) * c.feet[0].frame_s >= SHORTEST_STANDING_S]
    return max(long, key=lambda c: c.stop - c.start) if long else None


def _together(feet: tuple[FootContact, ...]) -> Standing:
    return Standing(feet, max(foot.start for foot in feet), min(foot.stop for foot in feet))
