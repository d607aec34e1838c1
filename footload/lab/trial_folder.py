"""The folder of one trial: the files as they came, what is known around them, what was found in them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import footload
from footload.foot.drawn_history import drawn_beside, read_history
from footload.lab.documents import (
    TRIAL_FINDINGS,
    LaboratoryError,
    bytes_of,
    checked_id,
    moment,
    sha256_of,
)
from footload.parameters import DEFAULTS, Parameters
from footload.trials import Task, Trial
from footload.whole_files import sync_folder, write_file

if TYPE_CHECKING:
    from footload.analysis import Analysis

FILES: Final = "files"
ID_DIGITS: Final = 24
RECORDING: Final = "recording"
"""What a file is called in a trial's folder; files that it was joined from are named behind it in the alphabet."""


def checked_day(text: str) -> str:
    """Check a day.

    Parameters
    ----------
    text : str
        Such as ``2026-11-22``.

    Returns
    -------
    str
        The same.

    Raises
    ------
    LaboratoryError
        When it is written otherwise, or no calendar has it: days are compared as text and counted between.
    """
    try:
        if len(text) == len("2026-11-22") and text == date.fromisoformat(text).isoformat():
            return text
    except ValueError:
        pass
    raise LaboratoryError(f"{text!r} is no day; one is written as 2026-11-22.")


@dataclass(frozen=True, slots=True)
class TrialFacts:
    """What the laboratory knows around a file.

    Parameters
    ----------
    participant : str
        A pseudonym; names and birth dates have no place here.
    date : str
        The session's day, as ``2026-11-22``.
    condition, device : str
        Ids; empty when not said.
    task : Task, optional
        What the person did; the file's own word when not given.
    keep_name : bool
        Keep the name of the file, which may name a person; it becomes ``recording`` otherwise.
    parameters : Parameters
        What the analysis is asked with.
    sources : tuple of Path
        Files that the file was joined from; they are kept beside it under the names that they have.

    Raises
    ------
    LaboratoryError
        When a name or the date cannot be used.
    """

    participant: str
    date: str
    condition: str = ""
    device: str = ""
    task: Task | None = None
    keep_name: bool = False
    parameters: Parameters = DEFAULTS
    sources: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        checked_day(self.date)
        for name, what in ((self.participant, "participant"), (self.condition, "condition"), (self.device, "device")):
            if name or what == "participant":
                checked_id(name, what)

    @property
    def session_id(self) -> str:
        """All trials of one participant on one day are one session."""
        return f"{self.participant}_{self.date}"


def fill_trial_folder(file: Path, facts: TrialFacts, folder: Path) -> tuple[str, dict[str, Any]]:
    """Copy a file with its companions, analyze the copy, and write its findings beside it.

    Edits of feet that lie beside the file come along and hold; they are no part of what the trial's id is made of.

    Parameters
    ----------
    file : path
        Any format that is read.
    facts : TrialFacts
        What is known around it.
    folder : path
        Empty; it becomes the trial's.

    Returns
    -------
    trial_id : str
        The beginning of the files' fingerprint.
    document : dict
        The trial's document, which is not written here.

    Raises
    ------
    FootloadError
        When the file cannot be read, or reads differently under another name.
    """
    from footload.analysis import analyze_as_drawn
    from footload.readers.registry import read

    original = read(file)
    (folder / FILES).mkdir()
    copies = copied(file, original, folder / FILES, None if facts.keep_name else RECORDING)
    trial = read(copies[0])
    if shape_of(trial) != shape_of(original):
        raise LaboratoryError(f"{file.name} reads differently under another name; add it with --keep-name.")
    if drawn_beside(file).is_file():
        read_history(drawn_beside(file), original)  # names the file as it is called where it lies
        _copy(drawn_beside(file), drawn_beside(copies[0]))
    analysis = analyze_as_drawn(copies[0], trial.changed(task=facts.task or trial.task), facts.parameters)
    copies += [_copy(source, folder / FILES / source.name) for source in facts.sources]
    digests = {copy.name: sha256_of(copy) for copy in copies}
    write_file(folder / TRIAL_FINDINGS, bytes_of(findings_document(analysis)))
    sync_folder(folder / FILES)
    sync_folder(folder)
    return fingerprint(digests)[:ID_DIGITS], _trial_document(analysis, facts, digests)


def copied(file: Path, trial: Trial, target: Path, stem: str | None) -> list[Path]:
    """Copy a file, its description, and the file of the other foot that was joined.

    Parameters
    ----------
    file : path
        What was read.
    trial : Trial
        What it was read as.
    target : path
        A folder.
    stem : str or None
        What the copies are called, with the letter of their foot; as before when None.

    Returns
    -------
    list of Path
        That of the file itself comes first.
    """
    from footload.readers.sidecar import sidecar_of

    found = [file]
    if "pair" in trial.notes and len(trial.pressures) > 1:
        other = {"L": "R", "R": "L", "l": "r", "r": "l"}[file.stem[-1]]
        found.append(file.with_name(file.stem[:-1] + other + file.suffix))
    described = sidecar_of(file)
    copies: list[Path] = []
    for each in found:
        letter = each.stem[-1] if each.stem[-1] in "LRlr" else ""
        name = each.name if stem is None else f"{stem}{letter}{each.suffix}"
        copies.append(_copy(each, target / name))
    if described is not None:
        copies.append(_copy(described, copies[0].with_suffix(".toml")))
    return copies


def _copy(file: Path, target: Path) -> Path:
    shutil.copyfile(file, target)
    with target.open("rb+") as copy:
        os.fsync(copy.fileno())
    return target


def shape_of(trial: Trial) -> list[tuple[Any, ...]]:
    """What a trial consists of, so that the same file under another name is known to be read alike.

    Parameters
    ----------
    trial : Trial
        Any.

    Returns
    -------
    list of tuple
        Kind, frames, side and source of each recording.
    """
    return [
        (type(each).__name__, each.n_frames, getattr(each, "side", None), getattr(each, "source", ""))
        for each in trial.recordings
    ]


def findings_document(analysis: Analysis) -> dict[str, Any]:
    """What was found in a trial, as it stands in its folder.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.

    Returns
    -------
    dict
        Version, parameters, history, notes, and every finding; no number is NaN or infinite.
    """
    records = [finding.to_record() for finding in analysis.findings]
    for record in records:
        record["notes"] = "; ".join(record["notes"]) or None
        for name in ("value", "uncertainty"):
            number = record[name]
            if number is not None and number in {float("inf"), float("-inf")}:
                record[name], record["reason"] = None, f"The value is {number}, which is no number."
    history = [line for recording in analysis.trial.recordings for line in recording.history]
    return {
        "footload": footload.__version__,
        "parameters": dict(analysis.parameters.to_record()),
        "history": history,
        "notes": list(analysis.notes),
        "findings": records,
    }


def _trial_document(analysis: Analysis, facts: TrialFacts, digests: Mapping[str, str]) -> dict[str, Any]:
    trial = analysis.trial
    return {
        "session_id": facts.session_id,
        "participant_id": facts.participant,
        "condition_id": facts.condition or None,
        "device_id": facts.device or None,
        "date": facts.date,
        "task": trial.task.value,
        "side": trial.side.value if trial.side else None,
        "source": next((each.source for each in (*trial.pressures, *trial.recordings) if each.source), None),
        "duration_s": trial.duration_s,
        "n_findings": len(analysis.findings),
        "footload": footload.__version__,
        "parameters": dict(analysis.parameters.to_record()),
        "added_at": moment(),
        "files": dict(digests),
    }


def fingerprint(digests: Mapping[str, str]) -> str:
    """The fingerprint of several files together: that of the only one, or of all with their names.

    Parameters
    ----------
    digests : mapping of str to str
        Fingerprint by name of file.

    Returns
    -------
    str
        64 digits.
    """
    if len(digests) == 1:
        return next(iter(digests.values()))
    lines = (f"{name}\t{digest}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
