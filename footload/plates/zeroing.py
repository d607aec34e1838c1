"""The offset that a file asks to take off its channels, and when that would take off a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.plates.pressure_center import LEAST_FORCE_N
from footload.plates.wrenches import PlateDefinition, force_and_moment


@dataclass(frozen=True, slots=True, eq=False)
class Zeroing:
    """Channels after their offset was taken off, or left as they were.

    Parameters
    ----------
    channels : (t, n) array
        As given, or less their mean over the stated frames.
    said : str
        What was done and why; empty when the file asks for nothing.
    """

    channels: FloatArray
    said: str


def zeroed(
    definition: PlateDefinition, channels: FloatArray, samples: slice | None, least_force_n: float = LEAST_FORCE_N
) -> Zeroing:
    """Take the mean over the stated samples off every channel, if the plate is not loaded there.

    Some programs write the same range into every file, also when somebody stands on the plate in it.

    Parameters
    ----------
    definition : PlateDefinition
        The plate.
    channels : (t, n) array
        Scaled values.
    samples : slice, optional
        What the file states; None when it states nothing.
    least_force_n : float
        The plate counts as loaded when any of these samples is farther from 0 N, vertically. [N]

    Returns
    -------
    Zeroing
        The channels and what was done.
    """
    if samples is None or definition.type == 1 or not len(channels[samples]):
        # A center of pressure has no offset: the mean of type 1's channels is not that of its force and moment.
        return Zeroing(channels, "" if samples is None else "ZERO was not applied: there are no such frames.")
    there = channels[samples]
    force, _ = force_and_moment(definition, there, np.array([0.0, 0.0, -1.0]))
    largest = float(np.abs(force[:, 2]).max())
    where = f"samples {samples.start + 1} to {samples.start + len(there)}"
    if not largest < least_force_n:
        return Zeroing(
            channels,
            f"ZERO was not applied: plate {definition.number} is loaded with {np.abs(force[:, 2]).mean():.1f} N in "
            f"the frames it names ({where}).",
        )
    return Zeroing(
        channels - there.mean(axis=0),
        f"ZERO applied to plate {definition.number}: {abs(float(force[:, 2].mean())):.2f} N vertically, "
        f"mean of {where}.",
    )
