"""Files of a drop that can be one trial: whether they can, told with its reason, and joined where somebody said so.

When each file began, no file says by a clock that the other one knows; so nothing is ever joined unasked.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.working import Place, Said
from footload.errors import UnreadableTrialError
from footload.foot.drawn_history import ENDING as DRAWN
from footload.lab.kept_trials import DESCRIPTION

if TYPE_CHECKING:
    from footload.lab.laboratory import Added
    from footload.trials import Trial

MOST_LOOKED_AT: Final = 20
"""Files of one drop; where there are more, each is a trial of its own, as a folder of exports is."""

MOST_OFFSET_S: Final = 3600.0

OTHERWISE: Final = " Where you know better, `footload join` puts them together with the offset that you name."


class Apart(StrEnum):
    """How it is known when two recordings of one movement began."""

    TRIGGER = "trigger"
    TAP = "tap"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class Joining:
    """What a person said of two files that are one trial.

    Parameters
    ----------
    apart : Apart
        How it is known when they began.
    offset_s : float
        How much later the second one began; 0 where one trigger began both. [s]
    """

    apart: Apart
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Together:
    """What was seen of the files of a drop.

    Parameters
    ----------
    files : tuple of str
        Names of the two that can be one trial, the one with pressure first; empty where none can.
    beside : tuple of str
        Files that go with them: that of the other foot.
    reason : str
        Why they can or cannot, as sentences; empty where nothing could be one trial anyway.
    """

    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    reason: str = ""


def recordings_of(files: Sequence[Path]) -> list[Path]:
    """Those files of a drop that are read: no feet drawn by hand, no description beside another file.

    Parameters
    ----------
    files : sequence of Path
        Of a drop.

    Returns
    -------
    list of Path
        In the same order.
    """
    trials = [file for file in files if not file.name.endswith(DRAWN)]
    stems = {file.stem for file in trials if file.suffix != DESCRIPTION}
    return [file for file in trials if file.suffix != DESCRIPTION or file.stem not in stems]


def together(files: Sequence[Path]) -> Together:
    """Look whether files of a drop can be one trial: one with pressure, one with plates or markers, at the same times.

    Parameters
    ----------
    files : sequence of Path
        Of a drop.

    Returns
    -------
    Together
        Files that cannot be read are left out; adding them says why.
    """
    from footload.batch_files import second_feet

    found = recordings_of(files)
    if not 2 <= len(found) <= MOST_LOOKED_AT:
        return Together()
    mats, others, beside = _sorted_out(found, second_feet(found))
    if not mats or not others:
        return Together()
    if len(mats) > 1 or len(others) > 1:
        return Together(
            reason=f"{len(mats)} recording(s) of pressure and {len(others)} of plates or markers came together. Which "
            "of them belong to one movement is not known, so each becomes a trial of its own; drop two that belong "
            "together by themselves, and you are asked whether they are one."
        )
    (mat, pressed), (other, stood) = *mats.items(), *others.items()
    if why := _why_not(mat, pressed, other, stood):
        return Together(reason=f"{mat.name} and {other.name} become two trials. {why}{OTHERWISE}")
    return Together((mat.name, other.name), tuple(beside), _why(mat, pressed, other, stood))


def _sorted_out(
    files: Sequence[Path], seconds: Collection[Path]
) -> tuple[dict[Path, Trial], dict[Path, Trial], list[str]]:
    """Recordings of pressure alone, of anything else without pressure, and files of right feet that a reader joined."""
    mats: dict[Path, Trial] = {}
    others: dict[Path, Trial] = {}
    beside: list[str] = []
    for file in files:
        trial = _read(file)
        if trial is None:
            continue
        if not trial.pressures:
            others[file] = trial
        elif file in seconds and "pair" in trial.notes and len(trial.pressures) > 1:
            beside.append(file.name)
        elif not trial.forces and not trial.markers:
            mats[file] = trial
    return mats, others, beside


def _read(file: Path) -> Trial | None:
    from footload.readers import read

    try:
        return read(file)
    except Exception:  # whatever it is, adding the file says so
        return None


def _why_not(mat: Path, pressed: Trial, other: Path, stood: Trial) -> str:
    """A sentence; empty where they can be one trial."""
    from footload.joined import join

    people = {trial.participant.id for trial in (pressed, stood)} - {""}
    if len(people) > 1:  # the names themselves are nobody's business here
        return "Each file names another participant."
    try:
        join([pressed.changed(name=mat.name), stood.changed(name=other.name)], [0.0])
    except ValueError as error:
        return str(error)
    return ""


def _why(mat: Path, pressed: Trial, other: Path, stood: Trial) -> str:
    from footload.joined import span_s

    first, second = span_s(pressed), span_s(stood)
    common_s = min(first[1], second[1]) - max(first[0], second[0])
    return (
        f"{mat.name} holds {pressed.contents} ({_length(first)}), {other.name} holds {stood.contents} "
        f"({_length(second)}). As their times stand they have {common_s:.1f} s in common, so they can be of one "
        "movement; the files themselves do not say whether they are, nor when each began."
    )


def _length(span: tuple[float, float]) -> str:
    return f"{span[1] - span[0]:.1f} s"


def joined_in(place: Place, files: Sequence[Path], said: Said, joining: Joining) -> tuple[Added, str]:
    """Join files to one trial of a laboratory.

    Parameters
    ----------
    place : Place
        Which laboratory.
    files : sequence of Path
        The two of `together`.
    said : Said
        What was said of them; the files' own words count where nothing was.
    joining : Joining
        How it is known when they began.

    Returns
    -------
    added : Added
        The same files, joined alike, twice are one trial.
    note : str
        How they were joined, in a sentence.

    Raises
    ------
    FootloadError
        When a file cannot be read, or nobody says whose trial it is.
    ValueError
        When they cannot be joined; the message says why.
    """
    from footload.lab.joined_trials import add_joined
    from footload.lab.laboratory import Laboratory
    from footload.lab.trial_folder import TrialFacts
    from footload.readers import read
    from footload.trials import Task

    participant = said.participant or next(filter(None, (read(file).participant.id for file in files)), "")
    if not participant:
        raise UnreadableTrialError(files[0], "does not say whose trial it is; enter a participant and add it again.")
    notes: list[str] = []

    def offsets_of(trials: Sequence[Trial]) -> list[float]:
        offset_s, note = _offset(trials, joining)
        notes.append(note)
        return [offset_s]

    facts = TrialFacts(participant, said.date, said.condition, task=Task(said.task) if said.task else None)
    with Laboratory(place.folder, place.database, place.by) as lab:
        return add_joined(lab, files, facts, offsets_of), notes[0]


def _offset(trials: Sequence[Trial], joining: Joining) -> tuple[float, str]:
    if joining.apart is Apart.TAP:
        from devices.joining import offset_by_taps

        return offset_by_taps(trials[0], trials[1])
    if not math.isfinite(joining.offset_s) or abs(joining.offset_s) > MOST_OFFSET_S:
        raise ValueError(
            f"They cannot have begun {joining.offset_s} s apart; at most {MOST_OFFSET_S:.0f} s can be said."
        )
    if joining.apart is Apart.TRIGGER:
        return 0.0, "Times as they stand: one trigger began both, as was said."
    return joining.offset_s, f"Shifted by {joining.offset_s:+.4f} s, as was said."
