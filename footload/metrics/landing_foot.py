"""One foot in a landing: its medial shift, and how hard it lands.

House definitions of the shift, new and not validated: no norms, reliability or minimal detectable change are published,
so there are no reference ranges. More is not worse.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.signals.integration import integral
from footload.tasks.landing_feet import SEEN_S, LandingFoot

EARLY_S = (0.020, 0.100)
_NEAR_S = 1e-9
_MEDIAL = "high = the CoP moves further medially, as under a pronating foot; negative = laterally; no risk score"


@metric(
    label="CoP medial shift, 20 to 100 ms after landing",
    unit="%",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def landing_medial_shift_early(foot: LandingFoot) -> float:
    """Mean medial shift of the CoP from 20 to 100 ms after the foot's touchdown, in per cent of foot width. [%]

    ``100 (ml - ml_ref) / W``; ml_ref is the median of the quiet stance. Frames below 50 N do not count;
    at least half have to.
    """
    inside = (foot.since_s >= EARLY_S[0] - _NEAR_S) & (foot.since_s <= EARLY_S[1] + _NEAR_S)
    shift = shift_in_landing(foot)[inside]
    known = shift[np.isfinite(shift)]
    if foot.since_s[-1] < EARLY_S[1] - _NEAR_S or 2 * len(known) < max(len(shift), 1):
        raise UndefinedMetricError("The foot carries less than 50 N in most of the time from 20 to 100 ms.")
    return float(known.mean())


@metric(
    label="CoP medial shift in landing, peak",
    unit="%",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def landing_medial_shift_peak(foot: LandingFoot) -> float:
    """Most medial shift of the CoP within 250 ms after the foot's touchdown, in per cent of foot width. [%]

    ``max 100 (ml - ml_ref) / W`` where the foot carries at least 50 N, unfiltered.
    """
    return float(np.nanmax(shift_in_landing(foot)))


@metric(
    label="Time to peak CoP medial shift in landing",
    unit="s",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction="high = the most medial CoP comes late after touchdown",
    needs_medial=True,
)
def landing_medial_shift_time_to_peak(foot: LandingFoot) -> float:
    """From the foot's touchdown to its most medial CoP within 250 ms. [s]

    The first frame of the largest shift.
    """
    return float(foot.since_s[int(np.nanargmax(shift_in_landing(foot)))])


@metric(
    label="CoP medial shift at peak landing force",
    unit="%",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def landing_medial_shift_at_peak_force(foot: LandingFoot) -> float:
    """Medial shift of the CoP at the foot's own highest force within 250 ms, in per cent of foot width. [%]

    ``100 (ml - ml_ref) / W``.
    """
    return _at_peak(foot, shift_in_landing(foot))


@metric(
    label="CoP along the foot at peak landing force",
    unit="%",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction="high = lands on the forefoot; low = on the heel",
)
def landing_cop_ap_at_peak_force(foot: LandingFoot) -> float:
    """Place of the CoP from the heel at the foot's own highest force, in per cent of foot length. [%]

    ``100 ap / L``.
    """
    shift_in_landing(foot)
    return _at_peak(foot, foot.ap_percent)


@metric(
    label="Peak landing force of the foot",
    unit="BW",
    scope=Scope.LANDING_FOOT,
    citation="landing_loading",
    direction="high = a harder impact",
)
def foot_landing_peak_force(foot: LandingFoot) -> float:
    """Highest vertical force of this foot within 250 ms, in body weights. [BW]

    ``max F / BW``; BW is that of the whole body.
    """
    return float(foot.force_n.max()) / foot.landing.weight_n


@metric(
    label="Loading rate of the foot, average",
    unit="BW/s",
    scope=Scope.LANDING_FOOT,
    citation="landing_loading",
    direction="high = a harder impact",
)
def foot_loading_rate_average(foot: LandingFoot) -> float:
    """Mean rise of this foot's force from its touchdown to its peak. [BW/s]

    ``(F_peak - F_touchdown) / (t_peak - t_touchdown) / BW``.
    """
    if foot.peak == 0:
        raise UndefinedMetricError("The foot's force is highest in its first frame, so there is no rise to measure.")
    return float(foot.force_n[foot.peak] - foot.force_n[0]) / float(foot.since_s[foot.peak]) / foot.landing.weight_n


@metric(
    label="Landing impulse of the foot",
    unit="N·s",
    scope=Scope.LANDING_FOOT,
    citation="landing_loading",
    direction="high = takes more of the landing",
)
def foot_landing_impulse(foot: LandingFoot) -> float:
    """Impulse of this foot's vertical force within 250 ms after its touchdown. [N·s]

    ``int F dt``, body weight not taken away.
    """
    if foot.since_s[-1] < 0.99 * SEEN_S:
        raise UndefinedMetricError("The foot leaves the ground within 250 ms, or the recording ends.")
    return float(integral(foot.since_s, foot.force_n)[-1])


def shift_in_landing(foot: LandingFoot) -> FloatArray:
    """The shift curve of a foot in a landing, in per cent of its width, where there is one. [%]

    Parameters
    ----------
    foot : LandingFoot
        One foot in one landing.

    Returns
    -------
    (n,) array
        NaN where the foot carries less than 50 N. [%]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference.
    """
    if foot.reason:
        raise UndefinedMetricError(f"There is no medial shift: {foot.reason}.")
    if not np.isfinite(foot.shift_percent).any():
        raise UndefinedMetricError("The foot carries less than 50 N in the whole landing.")
    return foot.shift_percent


def _at_peak(foot: LandingFoot, values: FloatArray) -> float:
    value = float(values[foot.peak])
    if np.isnan(value):
        raise UndefinedMetricError("The foot carries too little load for a CoP at its highest force.")
    return value
