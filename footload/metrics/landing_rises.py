"""How fast the force rises in the first 20 to 80 ms of a landing: fixed windows, whatever the peak does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.tasks.landing import Landing

_FEWEST_STEPS = 2


def _rise_over(window_ms: int) -> Callable[[Landing], float]:
    """Register the rate of one window from touchdown on."""

    def rise(landing: Landing) -> float:
        return _rate(landing, window_ms / 1000.0)

    rise.__name__ = rise.__qualname__ = f"landing_force_rise_{window_ms}ms"
    rise.__doc__ = f"""Mean rise of the vertical force in the first {window_ms} ms after touchdown. [BW/s]

    ``(F(t + {window_ms} ms) - F(t)) / {window_ms} ms / BW``, linear between frames; t is touchdown.
    """
    return metric(
        label=f"Rise of landing force, first {window_ms} ms",
        unit="BW/s",
        scope=Scope.LANDING,
        citation="landing_loading",
        direction="high = a harder impact; each window has a rate of its own",
        per_side=False,
    )(rise)


def _rate(landing: Landing, window_s: float) -> float:
    weight_n = landing.weight_n
    if landing.step_s * _FEWEST_STEPS > window_s:
        raise UndefinedMetricError(
            f"{1 / landing.step_s:.0f} Hz show no rise within {1000 * window_s:.0f} ms; "
            f"{_FEWEST_STEPS / window_s:.0f} Hz or more do."
        )
    end = landing.frame_after(window_s) + 1
    if end > min(landing.leaves, len(landing.time_s)):
        raise UndefinedMetricError(f"The landing lasts less than {1000 * window_s:.0f} ms, or the recording ends.")
    frames = slice(landing.touchdown, end)
    time_s, force_n = landing.time_s[frames], landing.vertical_n[frames]
    after_n = float(np.interp(float(time_s[0]) + window_s, time_s, force_n))
    return (after_n - float(force_n[0])) / window_s / weight_n


landing_force_rise_20ms = _rise_over(20)
landing_force_rise_40ms = _rise_over(40)
landing_force_rise_60ms = _rise_over(60)
landing_force_rise_80ms = _rise_over(80)
