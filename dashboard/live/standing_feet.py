"""Where the feet of somebody who stands still on the mat are, so that what comes later can be told by foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import DeviceError
from footload.foot.axis import FootAxis
from footload.foot.contacts import find_contacts
from footload.recordings import PressureRecording, SensorLayout, Side

LOOK_S: Final = 1.0
"""How long somebody has to stand still. [s]"""
STILL_PART: Final = 0.1
"""More change of the force than this part of it is not standing still."""


@dataclass(frozen=True, slots=True)
class StandingFeet:
    """The feet that were measured.

    Parameters
    ----------
    axes : tuple of FootAxis
        One or two; two are the left foot and the right one.
    rate_hz : float
        How fast frames really came meanwhile. [Hz]
    """

    axes: tuple[FootAxis, ...]
    rate_hz: float

    @property
    def text(self) -> str:
        """What was measured, as a sentence."""
        feet = [f"{axis.side} foot {axis.length_mm:.0f} mm long, {axis.width_mm:.0f} mm wide" for axis in self.axes]
        return f"Measured: {'; '.join(feet)}."


def standing_feet(
    time_s: FloatArray, pressure: FloatArray, layout: SensorLayout, *, calibrated: bool = True, side: Side | None = None
) -> StandingFeet:
    """Measure the feet of somebody who stands still.

    Parameters
    ----------
    time_s : (n,) array
        Of about a second. [s]
    pressure : (n, sensors) array
        Zeroed. [kPa, or counts]
    layout : SensorLayout
        Of the mat.
    calibrated : bool
        Whether pressures are in kPa.
    side : Side, optional
        The foot that stands there where somebody stands on one.

    Returns
    -------
    StandingFeet
        Left foot first.

    Raises
    ------
    DeviceError
        When nobody stands still, or other than one or two whole feet are seen; the message says what to do.
    """
    force = pressure.sum(axis=1)
    if len(time_s) < 3 or not float(np.ptp(force)) <= STILL_PART * float(force.mean()):
        raise DeviceError("Nobody stood still on the mat for a second, so the feet were not measured. Try again.")
    recording = PressureRecording(time_s, pressure, layout, calibrated=calibrated)
    found = [c for c in find_contacts(recording, side=side) if c.axis is not None and not c.rejected]
    axes = sorted((c.axis for c in found if c.axis), key=lambda axis: axis.heel_mm[0])
    if not 1 <= len(axes) <= 2:
        raise DeviceError(
            f"{len(axes)} whole feet are seen, but one or two are needed. Stand with a hand's breadth between them, "
            "wholly on the mat."
        )
    if len(axes) == 2 and [axis.side for axis in axes] != [Side.LEFT, Side.RIGHT]:
        raise DeviceError(
            "The feet are not seen as a left one beside a right one. Face the walking direction of the mat, upward in "
            "the picture, with both feet side by side."
        )
    return StandingFeet(tuple(axes), (len(time_s) - 1) / float(time_s[-1] - time_s[0]))
