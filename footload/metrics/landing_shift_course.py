"""How the medial shift of a foot's CoP goes through a landing: in millimeters, its range, and how fast it is.

House definitions like the shift itself, new and not validated: no norms, reliability or minimal detectable change are
known. Millimeters are for one foot over time; feet of different width are compared in per cent of their width.
"""

from __future__ import annotations

from typing import Final

from footload.metrics.landing_foot import (
    landing_medial_shift_at_peak_force,
    landing_medial_shift_early,
    landing_medial_shift_peak,
    shift_in_landing,
)
from footload.metrics.medial_shift_course import fastest, range_of
from footload.metrics.registry import Scope, metric
from footload.tasks.landing_feet import LandingFoot

LANDING_WINDOW_S: Final = 0.02
"""Over how long the fastest medial movement of a landing is looked for; chosen, no source names one. [s]"""

_MEDIAL: Final = "high = the CoP moves further medially, as under a pronating foot; negative = laterally; no risk score"
_WIDE: Final = "high = the CoP wanders further across the foot, whichever way"


@metric(
    label="CoP medial shift, 20 to 100 ms after landing, as a distance",
    unit="mm",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def landing_medial_shift_early_mm(foot: LandingFoot) -> float:
    """Mean medial shift of the CoP from 20 to 100 ms after the foot's touchdown. [mm]

    Mean of ``ml - ml_ref``; ml_ref is the median of the quiet stance. Frames below 50 N do not count; at least half
    have to.
    """
    return _in_mm(foot, landing_medial_shift_early(foot))


@metric(
    label="CoP medial shift in landing, peak, as a distance",
    unit="mm",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def landing_medial_shift_peak_mm(foot: LandingFoot) -> float:
    """Most medial shift of the CoP within 250 ms after the foot's touchdown. [mm]

    ``max ml - ml_ref`` where the foot carries at least 50 N, unfiltered.
    """
    return _in_mm(foot, landing_medial_shift_peak(foot))


@metric(
    label="CoP medial shift at peak landing force, as a distance",
    unit="mm",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def landing_medial_shift_at_peak_force_mm(foot: LandingFoot) -> float:
    """Medial shift of the CoP at the foot's own highest force within 250 ms. [mm]

    ``ml - ml_ref``.
    """
    return _in_mm(foot, landing_medial_shift_at_peak_force(foot))


@metric(
    label="CoP medial shift in landing, range",
    unit="%",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_WIDE,
    needs_medial=True,
)
def landing_medial_shift_range(foot: LandingFoot) -> float:
    """Most medial less most lateral place of the CoP within 250 ms after touchdown, in per cent of foot width. [%]

    ``100 (max ml - min ml) / W`` where the foot carries at least 50 N, unfiltered: noise raises it at both ends.
    """
    return range_of(shift_in_landing(foot))


@metric(
    label="CoP medial shift in landing, range, as a distance",
    unit="mm",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction=_WIDE,
    needs_medial=True,
)
def landing_medial_shift_range_mm(foot: LandingFoot) -> float:
    """Most medial less most lateral place of the CoP within 250 ms after touchdown. [mm]

    ``max ml - min ml`` where the foot carries at least 50 N, unfiltered.
    """
    return _in_mm(foot, landing_medial_shift_range(foot))


@metric(
    label="CoP medial velocity in landing, highest over 20 ms",
    unit="mm/s",
    scope=Scope.LANDING_FOOT,
    citation="evidence_cms",
    direction="high = the CoP moves medially faster; negative = it only goes laterally",
    needs_medial=True,
)
def landing_medial_velocity_peak(foot: LandingFoot) -> float:
    """Fastest movement of the CoP toward the medial side over 20 ms, within 250 ms after touchdown. [mm/s]

    Slope of the steepest straight line through ``ml`` over 20 ms in which the foot carries at least 50 N (least
    squares; the nearest number of frames, at least two). The window is our choice. The first frames of a contact carry
    little, so their CoP is the noisiest, and noise raises the value.
    """
    return _in_mm(foot, fastest(foot.since_s, shift_in_landing(foot), LANDING_WINDOW_S))


def _in_mm(foot: LandingFoot, percent: float) -> float:
    return percent * foot.width_mm / 100.0
