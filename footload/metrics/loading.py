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
    if contact.n_frames == 0 or not contact.is_touched:
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
    needs_time=False,
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
    of_maxima=True,
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


@metric(
    label="Mean pressure",
    unit="kPa",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = loaded strongly for its size and time",
    per_region=True,
)
def mean_pressure(contact: FootContact) -> float:
    """Mean over the contact time and over the sensors that are ever touched. [kPa]

    ``sum_t F(t) dt / (A T)`` with the area A that is ever touched and the contact time T. NaN when no sensor was
    loaded.
    """
    duration = contact_time(contact)
    area_mm2 = float(contact.recording.layout.area_mm2[contact.print.sensors].sum())
    return float(_per_kpa_mm2(contact).sum() * contact.frame_s / (area_mm2 * duration))


@metric(
    label="Average loading rate",
    unit="N/s",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = loaded fast; depends on speed and sampling rate",
    per_region=True,
)
def average_loading_rate(contact: FootContact) -> float:
    """Peak force over the time from the first touch to it. [N/s]

    ``F_peak / (t_peak - t_first)``, with the first frame within 0.1 % of the peak. NaN when the peak comes in the
    first touched frame, or the recording began when the part already carried half of it.
    """
    _timed(contact)
    first = int(np.flatnonzero(contact.area_cm2 > 0)[0])
    peak = int(np.flatnonzero(contact.force >= 0.999 * contact.force.max())[0])
    if contact.start + first == 0 and contact.force[0] > 0.5 * contact.force[peak]:
        raise UndefinedMetricError("The recording began when the load was already there, so its rise is not known.")
    if peak <= first:
        raise UndefinedMetricError("The peak force comes with the first touched frame, so it has no time to rise.")
    return float(contact.force[peak] / (contact.time_s[peak] - contact.time_s[first]))


@metric(
    label="Share of the force–time integral",
    unit="%",
    scope=Scope.CONTACT,
    citation="footload_definition",
    direction="high = this part carries more of the contact",
    per_region=True,
)
def force_time_share(contact: FootContact) -> float:
    """Force–time integral of a region in per cent of that of the foot. [%]

    ``100 FTI_region / FTI_foot``; 100 for the whole foot, 0 for a region that was never loaded on a foot that was.
    """
    whole = _touched(contact.whole or contact)
    return float(100.0 * contact.force.sum() / whole.force.sum())


@metric(
    label="Loading begins",
    unit="%",
    scope=Scope.CONTACT,
    citation="decock2005",
    direction="high = this part is loaded late in stance",
    per_region=True,
)
def loading_begins(contact: FootContact) -> float:
    """When a region is first touched, in per cent of the foot's stance. [%]

    ``100 first / n`` in frames of the foot's contact. NaN when the region was never loaded.
    """
    touched = np.flatnonzero(_touched(contact).area_cm2 > 0)
    return float(100.0 * touched[0] / contact.n_frames)


@metric(
    label="Loading ends",
    unit="%",
    scope=Scope.CONTACT,
    citation="decock2005",
    direction="high = this part is loaded until late in stance",
    per_region=True,
)
def loading_ends(contact: FootContact) -> float:
    """When a region is last touched, in per cent of the foot's stance. [%]

    ``100 (last + 1) / n`` in frames of the foot's contact. NaN when the region was never loaded.
    """
    touched = np.flatnonzero(_touched(contact).area_cm2 > 0)
    return float(100.0 * (touched[-1] + 1) / contact.n_frames)
