"""Where the feet of somebody who stands still on the mat are, so that what comes later can be told by foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.live.plates import PlateSampler
from dashboard.live.samples import FIELDS, TIME
from footload.arrays import FloatArray
from footload.errors import DeviceError
from footload.foot.axis import FootAxis
from footload.foot.contacts import find_contacts
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.tasks.streaming_squats import FootSize


class NotStandingError(DeviceError):
    """Nobody stands in a way in which the feet can be measured; standing otherwise helps.

    Example scenarios
    -----------------
    - The person still moves.
    - The feet touch each other, or one is beside the mat.
    """


LOOK_S: Final = 1.0
"""How long somebody has to stand still. [s]"""
STILL_PART: Final = 0.1
"""More change of the force than this part of it is not standing still."""
LEAST_PART: Final = 0.1
"""A foot that carries less than this part of the load does not stand on its plate."""
_FORCE: Final = FIELDS.index("force")
_SHARE: Final = FIELDS.index("left_share")
_WHOLE: Final = [FIELDS.index("cop_x_mm"), FIELDS.index("cop_y_mm")]
_PLACES: Final = {
    Side.LEFT: [FIELDS.index("left_x_mm"), FIELDS.index("left_y_mm")],
    Side.RIGHT: [FIELDS.index("right_x_mm"), FIELDS.index("right_y_mm")],
}


@dataclass(frozen=True, slots=True)
class StandingFeet:
    """The feet that were measured.

    Parameters
    ----------
    axes : tuple of FootAxis
        One or two; two are the left foot and the right one.
    rate_hz : float
        How fast frames really came meanwhile. [Hz]
    entered : bool
        Whether their size was entered and their direction assumed, because plates see neither.
    """

    axes: tuple[FootAxis, ...]
    rate_hz: float
    entered: bool = False

    @property
    def text(self) -> str:
        """What was measured, as a sentence."""
        feet = [f"{axis.side} foot {axis.length_mm:.0f} mm long, {axis.width_mm:.0f} mm wide" for axis in self.axes]
        if self.entered:
            return f"As entered: {'; '.join(feet)}; taken to point in the walking direction. Plates see neither."
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
    NotStandingError
        When nobody stands still, or other than one or two whole feet are seen; the message says what to do.
    """
    force = pressure.sum(axis=1)
    if len(time_s) < 3 or not float(np.ptp(force)) <= STILL_PART * float(force.mean()):
        raise NotStandingError("Nobody stood still on the mat for a second, so the feet were not measured. Try again.")
    recording = PressureRecording(time_s, pressure, layout, calibrated=calibrated)
    found = [c for c in find_contacts(recording, side=side) if c.axis is not None and not c.rejected]
    axes = sorted((c.axis for c in found if c.axis), key=lambda axis: axis.heel_mm[0])
    if not 1 <= len(axes) <= 2:
        raise NotStandingError(
            f"{len(axes)} whole feet are seen, but one or two are needed. Stand with a hand's breadth between them, "
            "wholly on the mat."
        )
    if len(axes) == 2 and [axis.side for axis in axes] != [Side.LEFT, Side.RIGHT]:
        raise NotStandingError(
            "The feet are not seen as a left one beside a right one. Face the walking direction of the mat, upward in "
            "the picture, with both feet side by side."
        )
    return StandingFeet(tuple(axes), (len(time_s) - 1) / float(time_s[-1] - time_s[0]))


def feet_on_plates(
    samples: NDArray[np.float32], sampler: PlateSampler, size: FootSize | None, side: Side | None = None
) -> StandingFeet:
    """Place the feet of somebody who stands still on plates: size as entered, pointing in the walking direction.

    The shift is a difference in the foot's own frame, so its heel does not matter, only its direction and its width.

    Parameters
    ----------
    samples : (n, fields) array of float32
        Of about a second.
    sampler : PlateSampler
        Of the plates.
    size : FootSize
        Of the feet; entered.
    side : Side, optional
        The foot that stands there where somebody stands on one.

    Returns
    -------
    StandingFeet
        Left foot first.

    Raises
    ------
    NotStandingError
        When nobody stands still with one foot on each plate; the message says what to do.
    DeviceError
        When sizes are missing, or the plates cannot tell two feet apart.
    """
    if size is None:
        raise DeviceError("Plates do not see how large a foot is: enter length and width of the foot, then try again.")
    real = samples[np.isfinite(samples[:, _FORCE])]
    force = real[:, _FORCE].astype(np.float64)
    if len(real) < 3 or not float(np.ptp(force)) <= STILL_PART * float(force.mean()):
        raise NotStandingError("Nobody stood still on the plates for a second, so no feet are known. Try again.")
    sided = [drawn.side for drawn in sampler.drawn if drawn.side]
    if side is None and len(sided) != 2:
        raise DeviceError(
            "Two feet are told apart by two plates side by side; on this device say which foot stands on it."
        )
    share = float(np.nanmean(real[:, _SHARE])) if sided else float("nan")
    if side is None and not LEAST_PART <= share <= 1 - LEAST_PART:
        raise NotStandingError(f"The left plate carries {share:.0%} of the load. Stand with one foot on each plate.")
    wanted = [side] if side else [Side.LEFT, Side.RIGHT]
    axes: list[FootAxis] = []
    for each in wanted:
        x, y = (float(v) for v in np.nanmean(real[:, _PLACES[each] if side is None else _WHOLE], axis=0))
        heel, toes = (x, y - size.length_mm / 2), (x, y + size.length_mm / 2)
        axes.append(FootAxis(each, heel, toes, size.length_mm, size.width_mm))
    rate_hz = (len(real) - 1) / float(real[-1, TIME] - real[0, TIME])
    return StandingFeet(tuple(axes), rate_hz, entered=True)
