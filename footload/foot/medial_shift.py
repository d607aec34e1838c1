"""How far the centre of pressure of one foot moves medially, in per cent of the foot's width.

New and not validated: no normative value, reliability or minimal detectable change of it is known. It is shipped as a
measurement, to be read against a site's own norms.
"""

from __future__ import annotations

from dataclasses import dataclass

from footload.arrays import FloatArray
from footload.trials import Side


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
    """

    side: Side
    time_s: FloatArray
    shift_percent: FloatArray
    ap_percent: FloatArray
    width_mm: float
    reference_mm: float
