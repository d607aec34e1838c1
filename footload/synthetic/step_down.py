"""Step-downs from a step: one leg lowers the body until the other heel taps the floor, and lifts it again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from footload.arrays import FloatArray
from footload.synthetic.squat import SquatTiming, squat_force


def _slow() -> SquatTiming:
    return SquatTiming(5, 2.0, 1.5, 0.4, 1.3, 1.5, 0.16)


@dataclass(frozen=True, slots=True)
class StepDownCourse:
    """Step-downs whose answers are known.

    Parameters
    ----------
    timing : SquatTiming
        When the body goes down and up, and how far. The heel taps within the hold, so a tap needs one.
    body_mass_kg : float
        Mass. [kg]
    tap_part : float
        Most of the body weight that the tapping heel carries, in the middle of the hold. [BW]

    Raises
    ------
    ValueError
        When there is a tap but no hold for it, or the heel carries more than the body.
    """

    timing: SquatTiming = field(default_factory=_slow)
    body_mass_kg: float = 70.0
    tap_part: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.tap_part < 1:
            raise ValueError(f"tap_part is {self.tap_part:g}, but the heel carries from 0 to below 1 of the body.")
        if self.tap_part and not self.timing.hold_s > 0:
            raise ValueError("The heel taps within the hold, but this timing has none.")

    def tapping(self, time_s: FloatArray) -> FloatArray:
        """Part of the body weight on the heel beside the step: half a sine over each hold. [BW]

        Parameters
        ----------
        time_s : (t,) array
            Times. [s]

        Returns
        -------
        (t,) array
            [BW]
        """
        tapped = np.zeros(len(time_s))
        for repetition in self.timing.repetitions:
            within = (time_s - repetition.bottom_start_s) / max(self.timing.hold_s, 1e-9)
            inside = (within > 0) & (within < 1)
            tapped[inside] += self.tap_part * np.sin(np.pi * within[inside])
        return tapped

    def force_n(self, time_s: FloatArray) -> FloatArray:
        """Vertical force under the foot on the step: what the body needs, less what the other heel carries. [N]

        Parameters
        ----------
        time_s : (t,) array
            Times. [s]

        Returns
        -------
        (t,) array
            [N]
        """
        whole = squat_force(time_s, self.timing, self.body_mass_kg)
        return whole * (1 - self.tapping(time_s))
