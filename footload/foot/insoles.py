"""The frame of a foot in a shoe: known from the insole, not from the print of one step."""

from __future__ import annotations

import numpy as np

from footload.foot.axis import FootAxis
from footload.foot.load import maximum_pressure
from footload.foot.prints import footprint_of
from footload.foot.shape import outline_axis
from footload.recordings import PressureRecording


def insole_axis(recording: PressureRecording) -> FootAxis | None:
    """Axis of the foot on an insole: the same for every step, with the heel at the insole's rear end.

    Heel, second metatarsal head, length and width are those of the insole's outline, by the rules of a print. Where the
    sensors form a grid that is larger than the insole, the outline is what was ever loaded in the whole recording.

    Parameters
    ----------
    recording : PressureRecording
        Of an insole of known side, y from heel to toes.

    Returns
    -------
    FootAxis or None
        None when the recording is not of an insole, its side is not known, or too few sensors were loaded.
    """
    if not recording.in_shoe or recording.side is None:
        return None
    valid = np.asarray(recording.valid, bool)
    if recording.layout.grid is not None:
        valid = valid & (maximum_pressure(recording, 0, recording.n_frames) > 0)
    return outline_axis(footprint_of(valid.astype(float), recording.layout, 0.5), recording.side)
