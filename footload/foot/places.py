"""Putting together what belongs to one foot: a high arch leaves no print between heel and forefoot."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.recordings import SensorLayout

LONGEST_FOOT_MM = 330.0
WIDEST_FOOT_MM = 125.0
_LONGEST_ARCH_MM = 110.0
"""A heel and a forefoot further apart than this are taken for two feet."""

_STEEPEST = 1.0
"""Heel and forefoot of one foot lie more along the mat than across it; two heels side by side do not."""


def joined(places: list[BoolArray], touched: BoolArray, layout: SensorLayout) -> list[BoolArray]:
    """Join places that can only be heel and forefoot of one foot.

    Parameters
    ----------
    places : list of (n,) array of bool
        Groups of sensors.
    touched : (n,) array of bool
        Sensors that were touched.
    layout : SensorLayout
        Where they are.

    Returns
    -------
    list of (n,) array of bool
        The nearest pair is joined first, until no pair fits into a foot any more.
    """
    places = list(places)
    while True:
        fitting = [
            (distance, i, j)
            for i, j in combinations(range(len(places)), 2)
            if (distance := _arch_mm(places[i] & touched, places[j] & touched, layout)) <= _LONGEST_ARCH_MM
        ]
        if not fitting:
            return places
        _, i, j = min(fitting)
        both = places[i] | places[j]
        places = [place for k, place in enumerate(places) if k not in {i, j}] + [both]


def _arch_mm(one: BoolArray, other: BoolArray, layout: SensorLayout) -> float:
    """Free distance between two prints that would fit into one foot; infinite when they would not. [mm]"""
    points = np.column_stack([layout.x_mm, layout.y_mm])
    first, second = points[one], points[other]
    if not len(first) or not len(second):
        return float("inf")
    way = second.mean(axis=0) - first.mean(axis=0)
    if abs(way[0]) > _STEEPEST * abs(way[1]) or not _fits(np.vstack([first, second]), way):
        return float("inf")
    squared = (first[:, :1] - second[:, 0]) ** 2 + (first[:, 1:] - second[:, 1]) ** 2
    return float(np.sqrt(squared.min()))


def _fits(points: FloatArray, way: FloatArray) -> bool:
    along = way / np.hypot(*way)
    across = np.array([along[1], -along[0]])
    return bool(np.ptp(points @ along) <= LONGEST_FOOT_MM and np.ptp(points @ across) <= WIDEST_FOOT_MM)
