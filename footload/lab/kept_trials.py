"""Trials out of a laboratory's folder: which there are, and each as a trial with what the laboratory knows of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from footload.errors import FootloadError
from footload.foot.drawn_history import drawn_beside, fingerprint_of_edits
from footload.lab.documents import (
    LaboratoryError,
    checked_id,
    document_path,
    document_paths,
    read_document,
    sha256_of,
)
from footload.lab.trial_folder import FILES, checked_day
from footload.readers.registry import read
from footload.trials import Condition, Participant, Task, Trial

DESCRIPTION: Final = ".toml"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which trials of a laboratory; None asks nothing.

    Parameters
    ----------
    participant, task, condition : str, optional
        Only theirs.
    since, until : str, optional
        Only of sessions from this day to that day, as ``2026-11-22``.

    Raises
    ------
    LaboratoryError
        When a day is none: text that is no day would silently take every trial, or none.
    """

    participant: str | None = None
    task: str | None = None
    condition: str | None = None
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        for day in (self.since, self.until):
            if day is not None:
                checked_day(day)

    def takes(self, document: dict[str, Any]) -> bool:
        """Whether a trial is one of those that are wanted.

        Parameters
        ----------
        document : dict
            The trial's.

        Returns
        -------
        bool
            True when nothing that was asked speaks against it.
        """
        asked = (("participant_id", self.participant), ("task", self.task), ("condition_id", self.condition))
        if any(value is not None and document.get(name) != value for name, value in asked):
            return False
        return (self.since or "") <= document["date"] and (self.until is None or document["date"] <= self.until)


def kept_files(folder: Path, wanted: Wanted | None = None) -> list[Path]:
    """The recording of each trial; the files are asked, not the database.

    Parameters
    ----------
    folder : path
        The laboratory's.
    wanted : Wanted, optional
        Which; all by default.

    Returns
    -------
    list of Path
        In the order of the trials' ids.
    """
    asked = wanted or Wanted()
    return [
        _recording_of(path)
        for _, path in document_paths(folder.absolute(), "trials")
        if asked.takes(read_document(path)[0])
    ]


def kept_file(folder: Path, trial_id: str) -> Path:
    """The recording of one trial.

    Parameters
    ----------
    folder : path
        The laboratory's.
    trial_id : str
        Its id.

    Returns
    -------
    Path
        As `kept_files` gives them.

    Raises
    ------
    LaboratoryError
        When there is no such trial, or it names no file.
    """
    path = document_path(folder.absolute(), "trials", checked_id(trial_id, "trial"))
    if not path.is_file():
        raise LaboratoryError(f"There is no trial {trial_id!r} in this laboratory.")
    return _recording_of(path)


def fingerprint_of(files: Sequence[Path]) -> str:
    """The fingerprint of what the laboratory knows around trials: documents, participants, conditions, edits of feet.

    Parameters
    ----------
    files : sequence of Path
        As `kept_files` gives them.

    Returns
    -------
    str
        64 digits; another one as soon as any of these documents is another.
    """
    digest, seen = hashlib.sha256(), set[Path]()
    for file in files:
        folder = file.parent.parent
        lab, trial = folder.parent.parent, document_path(folder.parent.parent, "trials", folder.name)
        document, _ = read_document(trial)
        named = [("participants", document["participant_id"]), ("conditions", document.get("condition_id"))]
        for path in (trial, *(document_path(lab, kind, name) for kind, name in named if name)):
            if path not in seen:
                seen.add(path)
                digest.update(f"{path.relative_to(lab)}\t{sha256_of(path)}\n".encode())
    digest.update(fingerprint_of_edits(files).encode())
    return digest.hexdigest()


def known_of(file: Path) -> dict[str, Any]:
    """What the laboratory knows of a trial and puts into its analysis.

    Parameters
    ----------
    file : path
        As `kept_files` gives it.

    Returns
    -------
    dict
        Plain values: of its document, participant and condition, and the fingerprint of the edits of its feet.
    """
    folder = file.parent.parent
    lab = folder.parent.parent
    document, _ = read_document(document_path(lab, "trials", folder.name))
    person = _about(lab, "participants", document["participant_id"])
    worn = _about(lab, "conditions", document["condition_id"]) if document.get("condition_id") else {}
    return {
        **{name: document.get(name) for name in ("participant_id", "condition_id", "date", "task")},
        **{name: person.get(name) for name in ("sex", "birth_year", "body_mass_kg")},
        **{name: worn.get(name) for name in ("footwear", "device", "note")},
        "edits": sha256_of(edits) if (edits := drawn_beside(file)).is_file() else None,
    }


def _recording_of(document: Path) -> Path:
    """The file that is read; its description and the file of the other foot come along by themselves."""
    names = sorted(read_document(document)[0]["files"])
    recordings = [name for name in names if Path(name).suffix != DESCRIPTION] or names
    if not recordings:
        raise LaboratoryError(f"trial {document.parent.name} names no file; `footload lab check` tells more.")
    return document.parent / FILES / recordings[0]


def read_kept(file: Path) -> Trial:
    """Read a trial of a laboratory, with what the laboratory knows of it.

    Parameters
    ----------
    file : path
        As `kept_files` gives it.

    Returns
    -------
    Trial
        Named by its id; task, condition and participant are the laboratory's.

    Raises
    ------
    FootloadError
        When it cannot be read, or is no longer what was added.
    """
    folder = file.parent.parent
    lab = folder.parent.parent
    document, _ = read_document(document_path(lab, "trials", folder.name))
    trial = read(file)
    return trial.changed(
        name=folder.name,
        task=Task(document["task"]),
        condition=_condition(lab, document, trial.condition),
        participant=_participant(lab, document, trial.participant),
    )


def _condition(lab: Path, document: dict[str, Any], said: Condition) -> Condition:
    name = document.get("condition_id")
    if not name:
        return said
    known = _about(lab, "conditions", name)
    return Condition(name, **{key: known.get(key) or "" for key in ("footwear", "device", "note")})


def _participant(lab: Path, document: dict[str, Any], said: Participant) -> Participant:
    """By the laboratory's pseudonym; mass, age and sex are the laboratory's where it knows them, else the file's."""
    name = document["participant_id"]
    known = _about(lab, "participants", name)
    born, mass_kg = known.get("birth_year"), known.get("body_mass_kg")
    age = float(int(document["date"][:4]) - born) if born is not None else math.nan
    return Participant(
        name,
        body_mass_kg=said.body_mass_kg if mass_kg is None else float(mass_kg),
        age_years=age if age > 0 else said.age_years,
        sex=known.get("sex") or said.sex,
    )


def _about(lab: Path, kind: str, name: str) -> dict[str, Any]:
    try:
        return read_document(document_path(lab, kind, name))[0]
    except OSError as error:
        raise FootloadError(
            f"{kind}/{name} cannot be read ({error.strerror}); `footload lab check` tells more."
        ) from error
