"""How far the centre of pressure of one foot moves medially, in per cent of the foot's width.

New and not validated: no normative value, reliability or minimal detectable change of it is known. It is shipped as a
measurement, to be read against a site's own norms. A medial shift goes with a foot that pronates; as a lever it does
not push the knee inward but lowers the external abduction moment, so it is not to be read as a knee load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray, check_shape, frozen, frozen_floats
from footload.foot.axis import FootAxis
from footload.recordings import SensorLayout
from footload.trials import Side

FEWEST_SENSORS_ACROSS = 10
"""A foot that covers fewer sensors from its medial to its lateral border is measured coarsely."""


@dataclass(frozen=True, slots=True, eq=False)
class MedialShift:
    """The medial shift of one foot through a trial.

    Parameters
    ----------
    side : Side
        Which foot.
    time_s : (t,) array
        Times on the trial's time base. [s]
    shift_percent : (t,) array
        ``100 (ml - ml_reference) / width``; positive is medial; NaN where there is no CoP. [%]
    ap_percent : (t,) array
        CoP from the heel end in per cent of foot length. [%]
    width_mm : float
        Foot width at 0.667 of the length. [mm]
    reference_mm : float
        ``ml`` of the reference, such as the median of the still second before the first descent. [mm]
    reason : str
        Why there is no shift anywhere; empty when there is one.
    notes : tuple of str
        What to know before it is used.
    """

    side: Side
    time_s: FloatArray
    shift_percent: FloatArray
    ap_percent: FloatArray
    width_mm: float
    reference_mm: float
    reason: str = ""
    notes: tuple[str, ...] = ()


def medial_shift(
    side: Side,
    time_s: FloatArray,
    cop_foot_mm: FloatArray,
    *,
    width_mm: float,
    length_mm: float,
    reference: tuple[int, int] | None,
) -> MedialShift:
    """Work out the medial shift of one foot's own CoP: ``CMS(t) = 100 (ml(t) - ml_ref) / W``.

    The CoP is used as it is, without a filter. It has to be that of one foot: the CoP of both feet together shows
    how weight goes from foot to foot.

    Parameters
    ----------
    side : Side
        Which foot.
    time_s : (t,) array
        Times. [s]
    cop_foot_mm : (t, 2) array
        CoP in the foot frame as (ap, ml), +ml medial; NaN where there is none. [mm]
    width_mm : float
        W, the foot's width at 0.667 of its length. [mm]
    length_mm : float
        The foot's length. [mm]
    reference : (start, stop), optional
        Frames of rest, half open; ``ml_ref`` is the median of ml there. None when there was no rest.

    Returns
    -------
    MedialShift
        With NaN and the reason where the width or the reference is missing.

    Raises
    ------
    ValueError
        When the CoP does not fit the times.
    """
    cop = frozen_floats("cop_foot_mm", cop_foot_mm)
    check_shape("cop_foot_mm", cop, (len(time_s), 2), f"{len(time_s)} times with ap and ml")
    reference_mm = reference_of(cop[:, 1], reference) if reference else float("nan")
    reason = ""
    if not width_mm > 0:
        reason, width_mm = "the foot's width is not known: its print has no sensor at 0.667 of its length", float("nan")
    elif reference is None:
        reason = "there is no still moment in standing before the movement to compare with"
    elif np.isnan(reference_mm):
        reason = "the foot carries too little load for a CoP in the still moment before the movement"
    shift = 100.0 * (cop[:, 1] - reference_mm) / width_mm
    ap = 100.0 * cop[:, 0] / length_mm
    return MedialShift(side, frozen_floats("time_s", time_s), frozen(shift), frozen(ap), width_mm, reference_mm, reason)


def reference_of(ml_mm: FloatArray, frames: tuple[int, int]) -> float:
    """Median medial place of the CoP in some frames. [mm]

    Parameters
    ----------
    ml_mm : (t,) array
        NaN where there is no CoP. [mm]
    frames : (start, stop)
        Half open.

    Returns
    -------
    float
        NaN when less than half of the frames have a CoP. [mm]
    """
    there = ml_mm[frames[0] : frames[1]]
    known = there[np.isfinite(there)]
    return float(np.median(known)) if len(known) and 2 * len(known) >= len(there) else float("nan")


def coarseness_of(axis: FootAxis, layout: SensorLayout) -> str:
    """Say when the sensors are coarse for the width of a foot.

    Parameters
    ----------
    axis : FootAxis
        Of the foot, with its width.
    layout : SensorLayout
        The sensors.

    Returns
    -------
    str
        A quality note; empty when at least `FEWEST_SENSORS_ACROSS` sensors lie across the foot.
    """
    pitch_x, pitch_y = layout.pitch_mm
    across_x, across_y = axis.medial
    pitch_mm = float(np.hypot(pitch_x * across_x, pitch_y * across_y))
    if not axis.width_mm > 0 or axis.width_mm / pitch_mm >= FEWEST_SENSORS_ACROSS:
        return ""
    return (
        f"coarse sensors: only {axis.width_mm / pitch_mm:.1f} lie across the foot (one is {pitch_mm:.1f} mm, "
        f"{100 * pitch_mm / axis.width_mm:.0f} % of its width), so small shifts are uncertain"
    )
