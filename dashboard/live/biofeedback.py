"""Medial shift and depth while somebody moves, and every repetition as soon as it is certain.

What is told is worked out by `footload.tasks.streaming_squats` and `footload.tasks.streaming_landings`, which give what
the analysis of the recording gives. A target band is the user's own: no norm of the medial shift is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from dashboard.live.samples import FIELDS, TIME
from dashboard.live.standing_feet import StandingFeet
from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.landing_foot import landing_medial_shift_peak
from footload.metrics.medial_shift import cop_medial_shift_at_depth
from footload.recordings import Side
from footload.tasks.squat_rules import DEFAULT_RULES
from footload.tasks.streaming import ShiftStream
from footload.tasks.streaming_landings import LandingStream
from footload.tasks.streaming_squats import FootSize, SquatStream

FORCE: Final = FIELDS.index("force")
SHARE: Final = FIELDS.index("left_share")
DEPTH: Final = FIELDS.index("depth_mm")
PLACE: Final = {
    Side.LEFT: (FIELDS.index("left_x_mm"), FIELDS.index("left_y_mm")),
    Side.RIGHT: (FIELDS.index("right_x_mm"), FIELDS.index("right_y_mm")),
}
WHOLE_PLACE: Final = (FIELDS.index("cop_x_mm"), FIELDS.index("cop_y_mm"))
SHIFT: Final = {Side.LEFT: FIELDS.index("left_shift"), Side.RIGHT: FIELDS.index("right_shift")}
HELD_S: Final = 0.2
"""Frames that are missing for no longer than this are taken to be like the one before them. [s]"""
MOST_TOLD: Final = 50
_Foot = TypeVar("_Foot")


@dataclass(frozen=True, slots=True)
class Band:
    """Where the medial shift is wanted; chosen by whoever leads the session.

    Parameters
    ----------
    low_percent, high_percent : float
        Of foot width, at the deepest point of a squat or the peak of a landing. [%]

    Raises
    ------
    ValueError
        When they do not rise.
    """

    low_percent: float
    high_percent: float

    def __post_init__(self) -> None:
        if not self.low_percent < self.high_percent:
            raise ValueError(
                f"The band is {self.low_percent:g} to {self.high_percent:g} %, but the upper end has to be higher."
            )


@dataclass(frozen=True, slots=True)
class Told:
    """A repetition that is certain.

    Parameters
    ----------
    number : int
        From 1; of those that count and of those that do not, each on its own.
    counts : bool
        Whether it is one.
    good : bool
        Whether it counts and is not known to lie outside the band.
    text : str
        What to say of it at once.
    """

    number: int
    counts: bool
    good: bool
    text: str


class Biofeedback:
    """Follows the feet of one person in one movement.

    Parameters
    ----------
    feet : StandingFeet
        Measured beforehand; they stay where they are, or at least keep their direction.
    landing : bool
        Landings instead of squats.
    band : Band, optional
        Where the shift is wanted.
    """

    def __init__(self, feet: StandingFeet, *, landing: bool = False, band: Band | None = None) -> None:
        self.feet, self.landing, self.band = feet, landing, band
        self.told: deque[Told] = deque(maxlen=MOST_TOLD)
        self.n_counted = self.n_rejected = 0
        self._last: NDArray[np.float32] | None = None
        self._after_gap = False
        self._begin()

    def _begin(self) -> None:
        sizes = {axis.side: FootSize(axis.length_mm, axis.width_mm) for axis in self.feet.axes}
        self._movement: _Landings | _Squats = (_Landings if self.landing else _Squats)(self.feet.rate_hz, sizes)

    @property
    def delay_s(self) -> float:
        """Longest time from the end of a repetition, followed by standing still, to its being told. [s]"""
        return self._movement.delay_s

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Follow new samples and write shift and depth into them.

        Parameters
        ----------
        samples : (n, 12) array of float32
            `dashboard.live.samples.FIELDS`; rows of gaps have no force.
        """
        real = np.flatnonzero(np.isfinite(samples[:, FORCE]))
        for rows in np.split(real, np.flatnonzero(np.diff(real) > 1) + 1):
            if len(rows):
                self._after_gap = self._after_gap or bool(rows[0] > 0)
                self._follow(samples, rows)
        self._after_gap = bool(len(samples)) and not np.isfinite(samples[-1, FORCE])

    def _follow(self, samples: NDArray[np.float32], rows: NDArray[np.intp]) -> None:
        """Follow a stretch without a gap; what is missing before it is filled, or the streams begin anew."""
        mine = samples[rows]
        n_filled = 0
        if self._after_gap and self._last is not None:
            passed_s = float(mine[0, TIME]) - float(self._last[TIME])
            if 0 <= passed_s <= HELD_S:
                n_filled = max(round(passed_s * self.feet.rate_hz) - 1, 0)
                mine = np.concatenate([np.repeat(self._last[None], n_filled, axis=0), mine])
            else:
                self._begin()
        self._after_gap = False
        force, cop = self._by_foot(mine)
        found = self._movement.feed(mine, force, cop)
        samples[rows] = mine[n_filled:]
        self._last = samples[rows[-1]].copy()
        for rejected, values in found:
            self._tell(rejected, values)

    def _by_foot(self, samples: NDArray[np.float32]) -> tuple[dict[Side, FloatArray], dict[Side, FloatArray]]:
        total = samples[:, FORCE].astype(np.float64)
        share = np.nan_to_num(samples[:, SHARE].astype(np.float64), nan=0.0)
        both = len(self.feet.axes) > 1
        force: dict[Side, FloatArray] = {}
        cop: dict[Side, FloatArray] = {}
        for axis in self.feet.axes:
            x, y = PLACE[axis.side] if both else WHOLE_PLACE
            place = samples[:, [x, y]].astype(np.float64)
            cop[axis.side] = np.column_stack(axis.to_foot(place[:, 0], place[:, 1]))
            force[axis.side] = (total * (share if axis.side is Side.LEFT else 1 - share)) if both else total
        return force, cop

    def _tell(self, rejected: str, values: Mapping[Side, float]) -> None:
        what = "Landing" if self.landing else "Repetition"
        if rejected:
            self.n_rejected += 1
            self.told.append(Told(self.n_rejected, False, False, f"{what} does not count: {rejected}."))
            return
        self.n_counted += 1
        said = [f"{side} {value:+.1f} %" for side, value in values.items() if np.isfinite(value)]
        out = [side for side, value in values.items() if self._out(value)]
        end = f" Outside the band: {' and '.join(out)}." if out else ""
        shift = f" medial shift {', '.join(said)}." if said else " no medial shift is known."
        self.told.append(Told(self.n_counted, True, not out, f"{what} {self.n_counted}:{shift}{end}"))

    def _out(self, value: float) -> bool:
        return self.band is not None and (value < self.band.low_percent or value > self.band.high_percent)

    def as_dict(self) -> dict[str, Any]:
        """The state as plain values, for the pages.

        Returns
        -------
        dict
            Fit for JSON.
        """
        return {
            "sides": [str(axis.side) for axis in self.feet.axes],
            "feet": self.feet.text,
            "landing": self.landing,
            "band": asdict(self.band) if self.band else None,
            "n_counted": self.n_counted,
            "n_rejected": self.n_rejected,
            "delay_s": round(self.delay_s, 2),
            "told": asdict(self.told[-1]) if self.told else None,
        }


class _Squats:
    def __init__(self, rate_hz: float, sizes: Mapping[Side, FootSize]) -> None:
        self._stream = SquatStream(rate_hz, sizes)

    @property
    def delay_s(self) -> float:
        return self._stream.delay_s

    def feed(
        self, samples: NDArray[np.float32], force: Mapping[Side, FloatArray], cop: Mapping[Side, FloatArray]
    ) -> list[tuple[str, Mapping[Side, float]]]:
        known = np.isfinite(samples[:, SHARE]) if len(force) > 1 else np.ones(len(samples), bool)
        own = {side: np.where(known, each, np.nan) for side, each in force.items()}
        news = self._stream.feed(samples[:, FORCE].astype(np.float64), cop, own)
        # Deeper than a person can go, or above standing by as much: the force drifted, and the depth is not known.
        believed = np.abs(news.depth_mm) <= DEFAULT_RULES.greatest_depth_mm
        samples[:, DEPTH] = np.where(believed, news.depth_mm, np.nan)
        for side, shift in news.shift_percent.items():
            samples[:, SHIFT[side]] = shift
        told: list[tuple[str, Mapping[Side, float]]] = []
        for squat in news.squats:
            told.append(("", {foot.side: _known(cop_medial_shift_at_depth, foot) for foot in squat.feet}))
        return told + [(each.rejected, {}) for each in news.rejected]


class _Landings:
    def __init__(self, rate_hz: float, sizes: Mapping[Side, FootSize]) -> None:
        self._stream = LandingStream(rate_hz, sizes)
        self._shift = {side: ShiftStream(size.width_mm, rate_hz) for side, size in sizes.items()}

    @property
    def delay_s(self) -> float:
        return self._stream.delay_s

    def feed(
        self, samples: NDArray[np.float32], force: Mapping[Side, FloatArray], cop: Mapping[Side, FloatArray]
    ) -> list[tuple[str, Mapping[Side, float]]]:
        news = self._stream.feed(force, cop)
        whole = samples[:, FORCE].astype(np.float64)
        for side, stream in self._shift.items():
            samples[:, SHIFT[side]] = stream.feed(whole, cop[side][:, 1])
        told: list[tuple[str, Mapping[Side, float]]] = []
        for each in news.landings:
            told.append(("", {foot.side: _known(landing_medial_shift_peak, foot) for foot in each.feet}))
        return told + [(each.rejected, {}) for each in news.rejected]


def _known(metric: Callable[[_Foot], float], foot: _Foot) -> float:
    """A value, or NaN where it is not defined."""
    try:
        return metric(foot)
    except UndefinedMetricError:
        return float("nan")
