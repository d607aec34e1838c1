"""The medial and the lateral rim of a print, and places between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.foot.axis import FootAxis
from footload.foot.hulls import hull_of, longest_edge
from footload.foot.prints import Footprint


@dataclass(frozen=True, slots=True)
class PrintRims:
    """Two straight lines that a foot lies between, in the foot frame: ``ml = offset + slope ap``.

    Parameters
    ----------
    medial, lateral : (offset, slope)
        The rims. [mm, ratio]
    """

    medial: tuple[float, float]
    lateral: tuple[float, float]

    def across(self, ap_mm: FloatArray, ml_mm: FloatArray) -> FloatArray:
        """Place between the medial (0) and the lateral rim (1). [ratio]

        Parameters
        ----------
        ap_mm, ml_mm : array
            Points in the foot frame. [mm]

        Returns
        -------
        array
            Below 0 and above 1 beside the print. [ratio]
        """
        medial, lateral = self._at(ap_mm)
        return (medial - ml_mm) / np.maximum(medial - lateral, 1e-9)

    def line_mm(self, across: float, length_mm: float) -> FloatArray:
        """The straight line of one place between the rims, along the whole foot. [mm]

        Parameters
        ----------
        across : float
            From 0 (medial) to 1 (lateral). [ratio]
        length_mm : float
            Length of the foot. [mm]

        Returns
        -------
        (2, 2) array
            Its points (ap, ml) at heel and toes. [mm]
        """
        ap_mm = np.array([0.0, length_mm])
        medial, lateral = self._at(ap_mm)
        return np.column_stack([ap_mm, medial + across * (lateral - medial)])

    def _at(self, ap_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
        return self.medial[0] + self.medial[1] * ap_mm, self.lateral[0] + self.lateral[1] * ap_mm


def rims_of(foot: Footprint, axis: FootAxis) -> PrintRims:
    """Find the rims of a print: the longest edges of its hull on either side.

    Parameters
    ----------
    foot : Footprint
        The touched cells.
    axis : FootAxis
        The foot's frame.

    Returns
    -------
    PrintRims
        Parallel to the axis and as far apart as the foot is wide where the print has no such edges.
    """
    hull = hull_of(foot.corners_mm)
    medial = longest_edge(hull, axis.medial)
    lateral = longest_edge(hull, (-axis.medial[0], -axis.medial[1]))
    if medial is None or lateral is None:
        return PrintRims((axis.width_mm / 2, 0.0), (-axis.width_mm / 2, 0.0))
    return PrintRims(_rim(medial, axis), _rim(lateral, axis))


def _rim(edge: FloatArray, axis: FootAxis) -> tuple[float, float]:
    ap, ml = axis.to_foot(edge[:, 0], edge[:, 1])
    slope = float((ml[1] - ml[0]) / (ap[1] - ap[0]))
    return float(ml[0] - slope * ap[0]), slope
