"""Devices that show nothing below a pressure: the rim of the foot is missing, and the medial shift grows."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.findings import Severity
from footload.foot.contact import FootContact
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach

CODE: Final = "device_threshold"

EXAGGERATION: Final = ((5.0, 7.0, 0.8), (7.5, 18.0, 1.7), (9.4, 25.0, 2.1), (12.0, 27.0, 2.3), (15.0, 27.0, 2.5))
"""Threshold in kPa, and by how much it exaggerated the medial shift of synthetic squats on both feet.

By least squares in per cent of the shift itself, and the largest in per cent of the foot's width; cells of 5 mm, both
feet of 20 people of 55 to 95 kg. `tests/sanity/test_device_threshold.py` measures it again.
"""

_FRAMES: Final = 64


def threshold_checks(examined: Examined) -> tuple[Check, ...]:
    """Look for the lowest pressure that the device shows, where a medial shift was found.

    The load of a foot that tilts comes and goes at its rim first. Cells that read 0 there take the CoP further than
    it went.

    Parameters
    ----------
    examined : Examined
        With its findings.

    Returns
    -------
    tuple of Check
        None where there is no medial shift.
    """
    if not any(finding.metric.startswith("cop_medial_shift") for finding in examined.findings):
        return ()
    calibrated = [contact for contact in examined.contacts if contact.recording.calibrated]
    if not calibrated:
        why = "the device is not calibrated" if examined.contacts else "plates measure from 0 on"
        return (Check(CODE, Outcome.NOT_CHECKED, why),)
    least_kpa = min(_least_kpa(contact) for contact in calibrated)
    measured = [row for row in EXAGGERATION if row[0] <= least_kpa + 1e-9]
    if not measured:
        return (Check(CODE, Outcome.FINE, f"cells are shown from {least_kpa:.2g} kPa on"),)
    at_kpa, percent, width_percent = measured[-1]
    told = (
        f"cells below {least_kpa:.3g} kPa read 0; on synthetic feet a threshold of {at_kpa:g} kPa made the medial "
        f"shift {percent:.0f} % larger than it was (on the whole; at most by {width_percent:g} % of the foot's width)"
    )
    severity = Severity.NOTE if at_kpa == EXAGGERATION[0][0] else Severity.WARNING
    return (Check(CODE, Outcome.NOTED, told, (Reach(frozenset({Kind.MEDIAL_SHIFT})),), severity),)


def _least_kpa(contact: FootContact) -> float:
    """The lowest value above 0 in some frames of the contact: a cell that is loaded little is seen in any of them."""
    some = np.unique(np.linspace(contact.start, contact.stop - 1, _FRAMES).astype(int))
    values = contact.recording.pressure_kpa[np.ix_(some, contact.active)]
    return float(values[values > 0].min(initial=np.inf))
