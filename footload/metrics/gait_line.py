"""The way of the centre of pressure under one foot."""

from __future__ import annotations

import numpy as np

from footload.errors import UndefinedMetricError
from footload.findings import ReferenceRange
from footload.foot.contact import FootContact
from footload.foot.excursion import excursion_of, loaded_cop_mm
from footload.metrics.registry import Scope, metric

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
)
def foot_progression_angle(contact: FootContact) -> float:
    """Angle of the foot axis to the mat's long direction, positive = toe-out. [deg]

    Only the walking direction when the person walks along the mat. NaN without an axis, or when the foot points to
    the near end of the mat.
    """
    angle = contact.needed_axis.progression_angle_deg
    if abs(angle) > 90:
        raise UndefinedMetricError(
            f"The foot points {abs(angle):.0f}° away from the mat's walking direction, so toe-out is not known."
        )
    return angle
