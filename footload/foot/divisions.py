"""The lines that divide a foot, as data: found in the print or drawn by hand, the same regions follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray, frozen_floats


@dataclass(frozen=True, slots=True, eq=False)
class FootDivision:
    """The lines between the regions of one foot, in the foot frame: (k, 2) points as (ap, ml).

    Parameters
    ----------
    heel_mm : (k, 2) array
        Across the foot: behind it lies the heel. [mm]
    forefoot_mm : (k, 2) array
        Across the foot: in front of it lie metatarsals and toes. [mm]
    metatarsals_mm : four (k, 2) arrays
        Along the foot, between m1 and m2, and so on to m4 and m5. [mm]
    toes_mm : (k, 2) array, optional
        Across the foot: in front of it lie the toes; None where no picture shows them. [mm]
    hallux_mm : (k, 2) array, optional
        Along the foot: medial of it lies the hallux. [mm]

    Raises
    ------
    ValueError
        When a line has no point or a place that is not finite, there are not four lines between the metatarsals, or
        only one of toes and hallux is given.
    """

    heel_mm: FloatArray
    forefoot_mm: FloatArray
    metatarsals_mm: tuple[FloatArray, ...]
    toes_mm: FloatArray | None = None
    hallux_mm: FloatArray | None = None

    def __post_init__(self) -> None:
        if len(self.metatarsals_mm) != 4:
            raise ValueError(f"Five metatarsals have 4 lines between them, not {len(self.metatarsals_mm)}.")
        if (self.toes_mm is None) is not (self.hallux_mm is None):
            raise ValueError("The toes' line and the hallux' line are given together or not at all.")
        for name in ("heel_mm", "forefoot_mm", "toes_mm", "hallux_mm"):
            line = getattr(self, name)
            if line is not None:
                object.__setattr__(self, name, _line(name, line))
        lines = tuple(_line("metatarsals_mm", line) for line in self.metatarsals_mm)
        object.__setattr__(self, "metatarsals_mm", lines)

    def heel(self, ap_mm: FloatArray, ml_mm: FloatArray) -> BoolArray:
        """Say which points lie in the heel.

        Parameters
        ----------
        ap_mm, ml_mm : (n,) array
            Points in the foot frame. [mm]

        Returns
        -------
        (n,) array of bool
            True behind the heel's line.
        """
        return ap_mm < ap_at(self.heel_mm, ml_mm)

    def front(self, ap_mm: FloatArray, ml_mm: FloatArray) -> BoolArray:
        """Say which points lie among metatarsals and toes.

        Parameters
        ----------
        ap_mm, ml_mm : (n,) array
            Points in the foot frame. [mm]

        Returns
        -------
        (n,) array of bool
            True in front of the forefoot's line and not in the heel.
        """
        return (ap_mm >= ap_at(self.forefoot_mm, ml_mm)) & ~self.heel(ap_mm, ml_mm)

    def toes(self, ap_mm: FloatArray, ml_mm: FloatArray) -> BoolArray:
        """Say which points lie among the toes.

        Parameters
        ----------
        ap_mm, ml_mm : (n,) array
            Points in the foot frame. [mm]

        Returns
        -------
        (n,) array of bool
            True in front of the toes' line; nowhere without one.
        """
        if self.toes_mm is None:
            return np.zeros(len(ap_mm), bool)
        return self.front(ap_mm, ml_mm) & (ap_mm >= ap_at(self.toes_mm, ml_mm))

    def hallux(self, ap_mm: FloatArray, ml_mm: FloatArray) -> BoolArray:
        """Say which points lie in the hallux.

        Parameters
        ----------
        ap_mm, ml_mm : (n,) array
            Points in the foot frame. [mm]

        Returns
        -------
        (n,) array of bool
            True for toes medial of the hallux' line; nowhere without one.
        """
        if self.hallux_mm is None:
            return np.zeros(len(ap_mm), bool)
        return self.toes(ap_mm, ml_mm) & (ml_mm > ml_at(self.hallux_mm, ap_mm))

    def metatarsal(self, ap_mm: FloatArray, ml_mm: FloatArray) -> IntArray:
        """Number of the metatarsal band that each point lies in, 0 for the first to 4 for the fifth.

        Parameters
        ----------
        ap_mm, ml_mm : (n,) array
            Points in the foot frame. [mm]

        Returns
        -------
        (n,) array of int
            How many of the four lines it lies on or lateral of.
        """
        lateral = [ml_mm <= ml_at(line, ap_mm) for line in self.metatarsals_mm]
        return np.asarray(np.sum(lateral, axis=0), np.int64)


def _line(name: str, line: FloatArray) -> FloatArray:
    points = frozen_floats(name, line)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"{name} has the shape {points.shape}, but a line is a list of points (ap, ml).")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} has a place that is not a number, but a line is drawn through known points.")
    return points


def ap_at(line: FloatArray, ml_mm: FloatArray) -> FloatArray:
    """Where a line across the foot lies; beside its ends it goes on straight across. [mm]

    Parameters
    ----------
    line : (k, 2) array
        Its points (ap, ml). [mm]
    ml_mm : array
        Places across the foot. [mm]

    Returns
    -------
    array
        ap at these places. [mm]
    """
    return _between(line[:, 1], line[:, 0], ml_mm)


def ml_at(line: FloatArray, ap_mm: FloatArray) -> FloatArray:
    """Where a line along the foot lies; before and behind its ends it goes on straight along. [mm]

    Parameters
    ----------
    line : (k, 2) array
        Its points (ap, ml). [mm]
    ap_mm : array
        Places along the foot. [mm]

    Returns
    -------
    array
        ml at these places. [mm]
    """
    return _between(line[:, 0], line[:, 1], ap_mm)


def _between(known: FloatArray, values: FloatArray, places: FloatArray) -> FloatArray:
    order = np.argsort(known, kind="stable")
    return np.asarray(np.interp(places, known[order], values[order]), np.float64)
