"""One formula for both parts of the way of the CoP, front to back and side to side: two metrics each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from footload.metrics.registry import Scope, metric, named
from footload.tasks.sway import Sway

AXES: Final = (("ap", "front to back"), ("ml", "side to side"))
"""The ending of a metric's name, and what people read; the place in it is the axis that a formula is given."""

_OfAxis = Callable[[Sway, int], float]
_OfSway = Callable[[Sway], float]


def axis_metrics(name: str, *, label: str, unit: str, direction: str) -> Callable[[_OfAxis], tuple[_OfSway, _OfSway]]:
    """Register a formula of one axis twice, once for each axis, after Prieto (1996).

    Parameters
    ----------
    name, label, unit, direction : str
        See `footload.metrics.registry.Metric`; the axis is added to name and label, and ``{axis}`` in the docstring
        becomes the axis in words.

    Returns
    -------
    callable
        A decorator that gives the two registered functions, front to back first.
    """

    def register(formula: _OfAxis) -> tuple[_OfSway, _OfSway]:
        return _registered(formula, 0), _registered(formula, 1)

    def _registered(formula: _OfAxis, axis: int) -> _OfSway:
        def of_axis(sway: Sway) -> float:
            return formula(sway, axis)

        ending, words = AXES[axis]
        doc = (formula.__doc__ or "").replace("{axis}", words)
        record = metric(
            label=f"{label}, {words}", unit=unit, scope=Scope.SWAY, citation="prieto1996", direction=direction
        )
        return record(named(of_axis, name=f"{name}_{ending}", module=formula.__module__, doc=doc))

    return register
