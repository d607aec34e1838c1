"""How much, how long and how strongly a foot or a part of it is loaded."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.metrics.registry import Scope, metric
from footload.units import N_PER_KPA_MM2


def _touched(contact: FootContact) -> FootContact:
    """The contact, when anything in it was ever touched."""
    if contact.n_frames == 0 or not np.any(contact.area_cm2 > 0):
        part = "foot" if contact.region == "foot" else contact.region
        raise UndefinedMetricError(f"No sensor of the {part} was loaded in this contact.")
    return contact


def _timed(contact: FootContact) -> float:
    """Time that one frame stands for, when it is known."""
    frame_s = _touched(contact).frame_s
    if np.isnan(frame_s):
        raise UndefinedMetricError("A recording of one frame has no duration.")
    return frame_s


@metric(
    label="Peak force",
    unit="N",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = heavily loaded; depends on body mass and speed",
    per_region=True,
)
def peak_force(contact: FootContact) -> float:
    """Highest vertical force of the contact. [N]

    ``max_t sum_i p(i, t) A_i``. NaN when no sensor was loaded.
    """
    return float(_touched(contact).force.max())


@metric(
    label="Force–time integral",
    unit="N·s",
    scope=Scope.CONTACT,
    citation="novel_lst",
    direction="high = loaded strongly or long",
    per_region=True,
)
def force_time_integral(contact: FootContact) -> float:
    """Sum of the force times the time of a frame. [N·s]

    ``sum_t F(t) dt``, the rectangle sum that pressure plate makers use, not the trapezoid. NaN when no sensor was
    loaded.
    """
    frame_s = _timed(contact)
    return float(contact.force.sum() * frame_s)


@metric(
    label="Contact time",
    unit="s",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = slow",
    per_region=True,
)
def contact_time(contact: FootContact) -> float:
    """Time from the first to the last touched frame, both included. [s]

    ``(last - first + 1) dt``. NaN when no sensor was loaded.
    """
    frame_s = _timed(contact)
    touched = np.flatnonzero(contact.area_cm2 > 0)
    return float((touched[-1] - touched[0] + 1) * frame_s)


@metric(
    label="Contact area",
    unit="cm2",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = large or flat foot",
    per_region=True,
)
def contact_area(contact: FootContact) -> float:
    """Largest area that is touched at one time. [cm²]

    ``max_t sum of A_i over sensors with p(i, t) >= threshold``. NaN when no sensor was loaded.
    """
    return float(_touched(contact).area_cm2.max())


@metric(
    label="Peak pressure",
    unit="kPa",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = concentrated load; depends on sensor size, never compare devices",
    per_region=True,
)
def peak_pressure(contact: FootContact) -> float:
    """Highest single sensor over the contact. [kPa]

    ``max_i,t p(i, t)``. NaN when no sensor was loaded.
    """
    return float(_touched(contact).peak.max())


@metric(
    label="Peak-pressure–time integral",
    unit="kPa·s",
    scope=Scope.CONTACT,
    citation="novel_lst",
    direction="high = pressed strongly or long at its highest place",
    per_region=True,
)
def peak_pressure_time_integral(contact: FootContact) -> float:
    """Sum of the highest sensor of each frame times the time of a frame. [kPa·s]

    ``sum_t max_i p(i, t) dt``; one of two definitions that go by the name PTI. NaN when no sensor was loaded.
    """
    frame_s = _timed(contact)
    return float(contact.peak.sum() * frame_s)


@metric(
    label="Mean-pressure–time integral",
    unit="kPa·s",
    scope=Scope.CONTACT,
    citation="melai_pti",
    direction="high = pressed strongly or long on the whole",
    per_region=True,
)
def mean_pressure_time_integral(contact: FootContact) -> float:
    """Force–time integral over the area that is ever touched. [kPa·s]

    ``integral F dt / A`` with the trapezoid, as in its source; the other definition that goes by the name PTI. NaN
    when no sensor was loaded.
    """
    _timed(contact)
    force = _per_kpa_mm2(contact)
    area_mm2 = float(contact.recording.layout.area_mm2[contact.print.sensors].sum())
    return float(np.trapezoid(force, contact.time_s) / area_mm2)


def _per_kpa_mm2(contact: FootContact) -> FloatArray:
    """Force as pressure times area, also for counts, whose force is a plain sum."""
    if contact.recording.calibrated:
        return contact.force / N_PER_KPA_MM2
    return contact.force * float(contact.recording.layout.area_mm2[0])
