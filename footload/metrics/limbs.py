"""Squats by force: how hard going down and up, on each limb and shared, and how fast."""

from __future__ import annotations

from footload.errors import UndefinedMetricError
from footload.metrics.asymmetry import asymmetry
from footload.metrics.registry import Scope, metric
from footload.recordings import Side
from footload.signals.integration import integral
from footload.tasks.limbs import LimbLoad


@metric(
    label="Peak eccentric force",
    unit="BW",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = this limb takes more",
)
def eccentric_peak_force(limb: LimbLoad) -> float:
    """Highest vertical force of this foot in the descent, in body weights. [BW]

    ``max F / BW``; BW is that of the whole body.
    """
    return float(limb.force_n[limb.within("descent")].max()) / limb.body_weight_n


@metric(
    label="Mean eccentric force",
    unit="BW",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = this limb takes more",
)
def eccentric_mean_force(limb: LimbLoad) -> float:
    """Mean vertical force of this foot in the descent, in body weights. [BW]

    ``mean F / BW``.
    """
    return float(limb.force_n[limb.within("descent")].mean()) / limb.body_weight_n


@metric(
    label="Eccentric impulse",
    unit="N·s",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = this limb takes more, or the phase lasts longer",
)
def eccentric_impulse(limb: LimbLoad) -> float:
    """Impulse of this foot's vertical force in the descent. [N·s]

    ``int F dt``, body weight not taken away.
    """
    frames = limb.within("descent")
    return float(integral(limb.time_s[frames], limb.force_n[frames])[-1])


@metric(
    label="Descent time",
    unit="s",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = a slower descent",
    per_side=False,
)
def descent_time(limb: LimbLoad) -> float:
    """Length of the descent. [s]

    From and to where the speed passes 5 % of its peak.
    """
    frames = limb.within("descent")
    return float(limb.time_s[frames.stop - 1] - limb.time_s[frames.start])


@metric(
    label="Eccentric force, asymmetry",
    unit="%",
    scope=Scope.LIMB,
    citation="bishop_asymmetry",
    direction="positive = the right limb takes more",
    per_side=False,
)
def eccentric_force_asymmetry(limb: LimbLoad) -> float:
    """Asymmetry of the mean force in the descent, ``100 (R - L) / (R + L)`` unless another is asked for. [%]

    By the share of the sum; double it to compare with sources that divide by the mean.
    """
    return _asymmetry(limb, "descent")


@metric(
    label="Peak concentric force",
    unit="BW",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = this limb takes more",
)
def concentric_peak_force(limb: LimbLoad) -> float:
    """Highest vertical force of this foot in the ascent, in body weights. [BW]

    ``max F / BW``; BW is that of the whole body.
    """
    return float(limb.force_n[limb.within("ascent")].max()) / limb.body_weight_n


@metric(
    label="Mean concentric force",
    unit="BW",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = this limb takes more",
)
def concentric_mean_force(limb: LimbLoad) -> float:
    """Mean vertical force of this foot in the ascent, in body weights. [BW]

    ``mean F / BW``.
    """
    return float(limb.force_n[limb.within("ascent")].mean()) / limb.body_weight_n


@metric(
    label="Concentric impulse",
    unit="N·s",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = this limb takes more, or the phase lasts longer",
)
def concentric_impulse(limb: LimbLoad) -> float:
    """Impulse of this foot's vertical force in the ascent. [N·s]

    ``int F dt``, body weight not taken away.
    """
    frames = limb.within("ascent")
    return float(integral(limb.time_s[frames], limb.force_n[frames])[-1])


@metric(
    label="Ascent time",
    unit="s",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="high = a slower ascent",
    per_side=False,
)
def ascent_time(limb: LimbLoad) -> float:
    """Length of the ascent. [s]

    From and to where the speed passes 5 % of its peak.
    """
    frames = limb.within("ascent")
    return float(limb.time_s[frames.stop - 1] - limb.time_s[frames.start])


@metric(
    label="Concentric force, asymmetry",
    unit="%",
    scope=Scope.LIMB,
    citation="bishop_asymmetry",
    direction="positive = the right limb takes more",
    per_side=False,
)
def concentric_force_asymmetry(limb: LimbLoad) -> float:
    """Asymmetry of the mean force in the ascent, ``100 (R - L) / (R + L)`` unless another is asked for. [%]

    By the share of the sum; double it to compare with sources that divide by the mean.
    """
    return _asymmetry(limb, "ascent")


@metric(
    label="Squat tempo, down over up",
    unit="ratio",
    scope=Scope.LIMB,
    citation="footload_definition",
    direction="above 1 = slower down than up",
    per_side=False,
)
def squat_tempo(limb: LimbLoad) -> float:
    """Length of the descent over that of the ascent. [ratio]

    ``t_descent / t_ascent``.
    """
    return descent_time(limb) / ascent_time(limb)


def _asymmetry(limb: LimbLoad, phase: str) -> float:
    frames = limb.within(phase)
    if len(limb.side_force_n) < 2:
        raise UndefinedMetricError("The feet are not known each on its own plate, so the limbs cannot be compared.")
    left, right = (float(limb.side_force_n[side][frames].mean()) for side in (Side.LEFT, Side.RIGHT))
    return asymmetry(max(left, 0.0), max(right, 0.0), limb.comparison.formula, limb.comparison.involved)
