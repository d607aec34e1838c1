"""The way of the centre of pressure under one foot."""

from __future__ import annotations

import numpy as np

from footload.errors import UndefinedMetricError
from footload.findings import ReferenceRange
from footload.foot.contact import FootContact
from footload.foot.excursion import excursion_of, loaded_cop_mm
from footload.metrics.registry import Scope, metric
from footload.signals.smoothing import moving_mean
from footload.units import CM2_PER_MM2

_CPEI_RANGE = ReferenceRange(
    7.3,
    21.0,
    "older adults, quintiles of a community sample",
    2111,
    "hagedorn2013",
    verified=False,
    low_means="pronated",
    high_means="supinated",
)


@metric(
    label="CoP excursion index (CPEI)",
    unit="%",
    scope=Scope.CONTACT,
    citation="song1996",
    direction="low = pronated, high = supinated",
    references=(_CPEI_RANGE,),
    needs_medial=True,
)
def cpei(contact: FootContact) -> float:
    """Distance from the CoP's chord to the CoP at the distal third, in per cent of the forefoot width there. [%]

    ``100 CPE / width`` on the perpendicular of the medial border at 0.667 of the length; positive when the CoP lies
    lateral of its chord. One step tells little: use the mean of five or more. NaN when the foot did not roll over.
    """
    excursion = excursion_of(contact)
    return 100.0 * excursion.excursion_mm / excursion.width_mm


@metric(
    label="Gait line length",
    unit="%",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = rolled over the whole foot; noise and sampling rate lengthen it",
)
def gait_line_length(contact: FootContact) -> float:
    """Length of the way of the CoP in per cent of the foot's length. [%]

    ``100 sum |r(t) - r(t - 1)| / L`` over the frames that have a CoP, unfiltered. NaN without an axis.
    """
    steps = np.diff(loaded_cop_mm(contact), axis=0)
    return float(100.0 * np.hypot(steps[:, 0], steps[:, 1]).sum() / contact.needed_axis.length_mm)


@metric(
    label="Foot progression angle",
    unit="deg",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = toe-out, below 0 = toe-in",
    needs_medial=True,
    needs_time=False,
    of_maxima=True,
)
def foot_progression_angle(contact: FootContact) -> float:
    """Angle of the foot axis to the mat's long direction, positive = toe-out. [deg]

    Only the walking direction when the person walks along the mat. NaN without an axis, when the foot points to
    the near end of the mat, and in a shoe.
    """
    if contact.recording.in_shoe:
        raise UndefinedMetricError("An insole turns with the foot, so it does not know the walking direction.")
    angle = contact.needed_axis.progression_angle_deg
    if abs(angle) > 90:
        raise UndefinedMetricError(
            f"The foot points {abs(angle):.0f}° away from the mat's walking direction, so toe-out is not known."
        )
    return angle


@metric(
    label="Gait line width",
    unit="%",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = the CoP wanders from side to side",
)
def gait_line_width(contact: FootContact) -> float:
    """Range of the CoP across the foot in per cent of the foot's width. [%]

    ``100 (max ml - min ml) / W`` over the frames that have a CoP. NaN without an axis.
    """
    loaded_cop_mm(contact)
    return float(
        100.0 * (np.nanmax(contact.cop_foot_mm[:, 1]) - np.nanmin(contact.cop_foot_mm[:, 1])) / _width(contact)
    )


@metric(
    label="Mean CoP speed",
    unit="mm/s",
    scope=Scope.CONTACT,
    citation="chiu2013",
    direction="high = fast roll-over; depends on the filter, which is a moving mean of 50 ms",
)
def cop_mean_speed(contact: FootContact) -> float:
    """Length of the smoothed way of the CoP over its time. [mm/s]

    ``sum |r(t) - r(t - 1)| / T`` after a centred moving mean over 50 ms, because the length of an unfiltered way grows
    with noise and sampling rate. NaN below 40 frames a second.
    """
    path = loaded_cop_mm(contact)
    n = round(0.05 * contact.recording.sampling_rate_hz)
    if n < 2:
        raise UndefinedMetricError(
            f"At {contact.recording.sampling_rate_hz:.0f} Hz a filter of 50 ms does nothing; 40 Hz or more are needed."
        )
    smooth = np.column_stack([moving_mean(path[:, 0], n), moving_mean(path[:, 1], n)])
    steps = np.diff(smooth, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum() / ((len(path) - 1) * contact.frame_s))


@metric(
    label="Lateral CoP area",
    unit="cm2",
    scope=Scope.CONTACT,
    citation="s10",
    direction="high = the CoP runs far lateral of the axis, as in supination",
    needs_medial=True,
)
def lateral_cop_area(contact: FootContact) -> float:
    """Area between the foot axis and the gait line where it runs lateral of the axis. [cm²]

    ``sum max(-ml, 0) d(ap)`` by the trapezoid along the gait line. NaN without an axis.
    """
    return _area_cm2(contact, -1.0)


@metric(
    label="Medial CoP area",
    unit="cm2",
    scope=Scope.CONTACT,
    citation="s10",
    direction="high = the CoP runs far medial of the axis",
    needs_medial=True,
)
def medial_cop_area(contact: FootContact) -> float:
    """Area between the foot axis and the gait line where it runs medial of the axis. [cm²]

    ``sum max(ml, 0) d(ap)`` by the trapezoid along the gait line. NaN without an axis.
    """
    return _area_cm2(contact, 1.0)


@metric(
    label="Strike index",
    unit="%",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="low = lands on the heel, high = on the forefoot",
)
def strike_index(contact: FootContact) -> float:
    """Place of the first CoP of the contact from the heel, in per cent of the foot's length. [%]

    ``100 ap(first) / L`` in the first frame that has a CoP. NaN without an axis.
    """
    loaded_cop_mm(contact)
    ap_mm = contact.cop_foot_mm[:, 0]
    return float(100.0 * ap_mm[np.isfinite(ap_mm)][0] / contact.needed_axis.length_mm)


def _width(contact: FootContact) -> float:
    width_mm = contact.needed_axis.width_mm
    if np.isnan(width_mm):
        raise UndefinedMetricError("The print spans no area at two thirds of its length, so its width is not known.")
    return width_mm


def _area_cm2(contact: FootContact, sign: float) -> float:
    loaded_cop_mm(contact)
    path = contact.cop_foot_mm[np.isfinite(contact.cop_foot_mm[:, 0])]
    aside = np.maximum(sign * path[:, 1], 0.0)
    return float(np.abs(np.trapezoid(aside, path[:, 0]))) * CM2_PER_MM2
