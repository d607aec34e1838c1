"""How far apart two trials of one movement began, found by a heel tap that the devices of both felt."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from devices.sync import LARGEST_S, Felt, align_by_found_taps, felt_together
from footload.errors import UnresolvedTrialError
from footload.trials import Trial

MOST_OFF_S: Final = LARGEST_S
"""A tap is looked for so far on either side of the offset that was given. [s]"""


def offset_by_taps(first: Trial, other: Trial, about_s: float = 0.0) -> tuple[float, str]:
    """What is to be added to the times of a trial so that taps fall onto those of another one [s].

    Parameters
    ----------
    first : Trial
        Whose times stay.
    other : Trial
        Of the same movement.
    about_s : float
        Around which offset it is looked for. [s]

    Returns
    -------
    offset_s : float
        To be added to the times of `other`. [s]
    note : str
        How it was found, in a sentence.

    Raises
    ------
    UnresolvedTrialError
        When one of them holds nothing that feels a tap.
    ValueError
        When no tap was felt by both, or the taps do not agree on one offset.
    """
    other_felt = _felt(other)
    near = replace(other_felt, time_s=other_felt.time_s + about_s)
    alignment, _ = align_by_found_taps(_felt(first), near, largest_s=MOST_OFF_S)
    start = f"Begun {about_s:+.4f} s apart as given; then: " if about_s else ""
    return about_s + alignment.offset_s, f"{start}{alignment.note}"


def _felt(trial: Trial) -> Felt:
    felt = trial.forces or trial.pressures
    if not felt:
        raise UnresolvedTrialError(
            f"{trial.name} holds {trial.contents}, which feels no tap; its offset has to be given."
        )
    return felt_together(felt)
