"""Where the five metatarsal heads lie across the forefoot: read from the load, held by their usual places."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import FloatArray

USUAL_CUTS: Final = (0.30, 0.47, 0.64, 0.81)
"""Borders between the metatarsals from the medial (0) to the lateral (1) border of the print, as open software has
them after the practice of a vendor's automatic mask."""

_HEADS: Final = np.array([0.215, 0.385, 0.555, 0.725, 0.895])
"""Heads in the middle between these borders, with which every border is the middle between two heads."""

_HEADS_LINE: Final = 0.667
"""Part of the length at which the heads are expected: where the width of the forefoot is measured."""

_SPREAD: Final = 0.085
"""Standard deviation of the load about a head: half of what lies between two heads, so that bands meet at one."""

_HOLD: Final = 0.01
"""Load, as a share of the forefoot's, with which each usual place is held, over the relative variance of the pressure
(0.15 to 0.8 in 618 recorded steps): the more even it is, the less it says where heads are. With less hold the borders
of one person wander more than half a cell (2.5 mm) from step to step; 600 steps of ten people, on which alone it was
chosen."""

_ROUNDS: Final = 25


def metatarsal_cuts(part: FloatArray, across: FloatArray, load: FloatArray, width_to_length: float) -> FloatArray:
    """Borders between the metatarsals, midway between heads that are found in the picture. [ratio]

    Parameters
    ----------
    part : (n,) array
        Place of the forefoot's cells along the foot, in parts of its length. [ratio]
    across : (n,) array
        Their place between the medial (0) and the lateral (1) border of the print. [ratio]
    load : (n,) array
        Their highest pressure. [kPa, or counts]
    width_to_length : float
        Width of the foot in parts of its length. [ratio]

    Returns
    -------
    (4,) array
        Rising; the usual borders where nothing is loaded, or everything evenly. [ratio]

    Notes
    -----
    Five equal round patches of load are fitted by expectation maximization, each held by its usual place as if some of
    the load lay there (a maximum a posteriori estimate). Without a valley between two heads, which a coarse
    mat seldom shows, the load still says where they are; without load they stay where they usually are.
    """
    if not load.sum() > 0 or np.ptp(load) == 0:
        return np.array(USUAL_CUTS)
    weight = load / load.sum()
    hold = _HOLD * float(load.mean() ** 2 / load.var())
    places = np.column_stack([across, part / width_to_length])
    usual = np.column_stack([_HEADS, np.full(5, _HEADS_LINE / width_to_length)])
    heads, share = usual, np.full(5, 0.2)
    for _ in range(_ROUNDS):
        away = ((places[:, None] - heads) ** 2).sum(axis=2)
        belongs = share * np.exp((away.min(axis=1, keepdims=True) - away) / (2 * _SPREAD**2))
        belongs *= (weight / belongs.sum(axis=1))[:, None]
        carried = belongs.sum(axis=0)
        heads = (belongs.T @ places + hold * usual) / (carried + hold)[:, None]
        share = (carried + hold) / (1 + 5 * hold)
    return np.sort((heads[1:, 0] + heads[:-1, 0]) / 2)
