"""Where a mat lies in the lab, so that what it sees can be laid on plates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.foot.axis import FootAxis
from footload.parameters import Parameters
from footload.trials import FootPlacement


@dataclass(frozen=True, slots=True)
class MatPlace:
    """A mat on the plates: its frame in the lab.

    Parameters
    ----------
    origin_mm : (x, y)
        The corner of its first sensor, in the lab. [mm]
    turn_deg : float
        Its own +y is turned so far counterclockwise from the lab's. [deg]
    """

    origin_mm: tuple[float, float]
    turn_deg: float = 0.0

    @classmethod
    def of(cls, parameters: Parameters) -> MatPlace | None:
        """Take what an analysis was asked with.

        Parameters
        ----------
        parameters : Parameters
            With the place of the mat, where there is one.

        Returns
        -------
        MatPlace or None
            None when nobody said where the mat lies.
        """
        return None if parameters.mat_origin_mm is None else cls(parameters.mat_origin_mm, parameters.mat_turn_deg)

    def to_lab(self, places_mm: FloatArray) -> FloatArray:
        """Bring places on the mat into the lab. [mm]

        Parameters
        ----------
        places_mm : (n, 2) array
            x and y on the mat. [mm]

        Returns
        -------
        (n, 2) array
            x and y in the lab. [mm]
        """
        turn = np.deg2rad(self.turn_deg)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        return np.asarray(places_mm) @ rotation.T + np.asarray(self.origin_mm)

    def placement(self, axis: FootAxis) -> FootPlacement:
        """A foot's place in the lab from its axis on the mat.

        Parameters
        ----------
        axis : FootAxis
            On the mat.

        Returns
        -------
        FootPlacement
            In the lab's x and y. [mm]
        """
        heel, forefoot = self.to_lab(np.array([axis.heel_mm, axis.forefoot_mm]))
        return FootPlacement(
            axis.side,
            (float(heel[0]), float(heel[1])),
            (float(forefoot[0]), float(forefoot[1])),
            axis.length_mm,
            axis.width_mm,
            "print on the mat that lies on the plate",
        )
