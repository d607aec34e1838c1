"""How deep a person is at this moment, from the force alone and without looking ahead."""

from __future__ import annotations

from collections import deque
from math import isnan

import numpy as np

from footload.arrays import FloatArray
from footload.tasks.vertical_motion import MM_PER_M, RestRules
from footload.units import STANDARD_GRAVITY_M_PER_S2


class DepthStream:
    """Depth of the center of mass from blocks of vertical force, without delay.

    The force above body weight is integrated twice from the last rest on. In every rest the speed is zero, and near
    standing so is the depth. Until the next rest the error grows with time; a trial, which knows both ends of a
    movement, is more exact. This is a curve to look at while squatting, not a result.

    Parameters
    ----------
    rate_hz : float
        Samples per second. [Hz]
    rules : RestRules, optional
        How long a rest takes, and how deep is standing.
    still_part : float
        The force is still while it stays within this part of its mean. [ratio]

    Raises
    ------
    ValueError
        When the rate is not positive.
    """

    def __init__(self, rate_hz: float, rules: RestRules | None = None, still_part: float = 0.006) -> None:
        if not rate_hz > 0:
            raise ValueError(f"rate_hz is {rate_hz:g}, but samples come at a rate above 0.")
        self._rules = rules or RestRules()
        self._step_s, self._still_part = 1 / rate_hz, still_part
        self._n_rest = max(2, round(self._rules.shortest_s * rate_hz))
        self._lately: deque[float] = deque(maxlen=max(self._n_rest, round(self._rules.weighing_s * rate_hz)))
        self._stride = max(1, self._n_rest // 10)
        self._frame = 0
        self._weight, self._depth, self._deepest = float("nan"), float("nan"), 0.0
        self._speed = 0.0
        self._before = 0.0

    def feed(self, force: FloatArray) -> FloatArray:
        """Take in the next samples.

        Parameters
        ----------
        force : (n,) array
            Vertical force of the whole body; NaN is taken for body weight. [N, or counts]

        Returns
        -------
        (n,) array
            Depth below standing; NaN until somebody has stood still for a second. [mm]
        """
        depth = np.empty(len(force))
        for i, load in enumerate(force.tolist()):
            self._lately.append(load)
            self._move(load)
            self._frame += 1
            if self._frame % self._stride == 0:
                self._look()
            depth[i] = self._depth
        return depth

    def _move(self, load: float) -> None:
        surplus = load / self._weight - 1
        faster = 0.0 if isnan(surplus) else -MM_PER_M * STANDARD_GRAVITY_M_PER_S2 * surplus
        speed = self._speed + self._step_s * (self._before + faster) / 2
        self._depth += self._step_s * (self._speed + speed) / 2
        self._speed, self._before = speed, faster
        self._deepest = max(self._deepest, self._depth)

    def _look(self) -> None:
        """Weigh the person when they have been still for long; follow the motion anew from every rest's beginning."""
        lately = np.array(self._lately)
        # A hold is as deep as the squat was; what comes back at least half the way is standing, give or take the error.
        near = isnan(self._weight) or self._depth < max(self._rules.level_mm, self._deepest / 2)
        if len(lately) == self._lately.maxlen and near and self._still(lately):
            self._weight = float(lately.mean())
        rest = lately[-self._n_rest :]
        if isnan(self._weight) or len(rest) < self._n_rest or not self._still(rest):
            return
        if abs(float(rest.mean()) / self._weight - 1) >= 2 * self._still_part:
            return
        # A descent may have begun within the rest, so what happened in it counts, but nothing from before.
        self._speed, self._before = 0.0, 0.0
        if near:
            self._depth = self._deepest = 0.0
        for load in rest.tolist():
            self._move(load)

    def _still(self, force: FloatArray) -> bool:
        """Whether a stretch stays level: fifths of it, so that noise of single samples does not count."""
        mean = float(force.mean())
        n = max(1, len(force) // 5)
        means = force[: len(force) // n * n].reshape(-1, n).mean(axis=1)
        return mean > 0 and float(np.ptp(means)) <= self._still_part * mean
