"""A file that is added, and what the laboratory knows already: what is missing around it, what was said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footload.foot.drawn_history import drawn_beside, read_drawn, read_history
from footload.lab.documents import LaboratoryError, document_path, moment, read_document
from footload.lab.trial_folder import TrialFacts
from footload.whole_files import write_file


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was added.

    Parameters
    ----------
    trial_id : str
        The trial's id: the beginning of its fingerprint.
    is_new : bool
        False when the same file was there already.
    n_findings : int
        How many values were found in it.
    edits_taken : bool
        Whether edits of feet were taken over for a trial that was there already.
    """

    trial_id: str
    is_new: bool
    n_findings: int
    edits_taken: bool = False


def missing_around(folder: Path, facts: TrialFacts) -> dict[tuple[str, str], dict[str, Any]]:
    """Participant, session, condition and device of a trial, where they are not there yet.

    Parameters
    ----------
    folder : path
        The laboratory's.
    facts : TrialFacts
        What is known around the trial.

    Returns
    -------
    dict of (kind, id) to document
        In the order in which rows can be inserted.
    """
    needed: list[tuple[str, str, dict[str, Any]]] = [("participants", facts.participant, {})]
    if facts.condition:
        needed.append(("conditions", facts.condition, {}))
    if facts.device:
        needed.append(("devices", facts.device, {}))
    needed.append(("sessions", facts.session_id, {"participant_id": facts.participant, "date": facts.date}))
    return {(kind, name): fields for kind, name, fields in needed if not document_path(folder, kind, name).exists()}


def check_same(folder: Path, trial_id: str, file: Path, facts: TrialFacts) -> dict[str, Any]:
    """Compare what is said of a file with what stands in the laboratory for the same bytes.

    Parameters
    ----------
    folder : path
        The laboratory's.
    trial_id : str
        Of the trial that is there.
    file : path
        What is added again.
    facts : TrialFacts
        What is said of it; what is empty says nothing.

    Returns
    -------
    dict
        The trial's document.

    Raises
    ------
    LaboratoryError
        When something else stands there; the message says what, and what changes it.
    """
    known, _ = read_document(document_path(folder, "trials", trial_id))
    if known["participant_id"] != facts.participant:
        raise LaboratoryError(
            f"The same file is a trial of {known['participant_id']!r} already ({trial_id}), not of "
            f"{facts.participant!r}; one of the two is wrong."
        )
    said = {"date": facts.date, "condition": facts.condition, "device": facts.device}
    said["task"] = facts.task.value if facts.task else ""
    stands = {"date": "date", "condition": "condition_id", "device": "device_id", "task": "task"}
    others = {name: word for name, word in said.items() if word and word != known.get(stands[name])}
    if others:
        told = "; ".join(f"{name} {known.get(stands[name]) or 'none'!r}, not {word!r}" for name, word in others.items())
        options = " ".join(f'--{name} "{word}"' for name, word in others.items())
        raise LaboratoryError(
            f"{file.name} is trial {trial_id} already, and there stands: {told}. Nothing was changed; "
            f"`footload lab trial {trial_id} {options}` changes it."
        )
    return known


def take_edits(folder: Path, trial_id: str, file: Path) -> bool:
    """Take over edits of feet that lie beside a file whose trial has none yet.

    Parameters
    ----------
    folder : path
        The laboratory's.
    trial_id : str
        Of the trial that is there.
    file : path
        What is added again.

    Returns
    -------
    bool
        Whether some were taken over.

    Raises
    ------
    LaboratoryError
        When the trial has others; the message says what takes these over.
    """
    from footload.lab.kept_trials import kept_file

    theirs, ours = drawn_beside(file), drawn_beside(kept_file(folder, trial_id))
    if not theirs.is_file():
        return False
    if not ours.is_file():
        write_file(ours, theirs.read_bytes())
        return True
    if ours.read_bytes() != theirs.read_bytes():
        raise LaboratoryError(
            f"{file.name} is trial {trial_id} already, and its feet were edited otherwise there than in {theirs.name}. "
            f"Nothing was changed; `footload lab trial {trial_id} --feet {theirs.name}` takes these as the next edit."
        )
    return False


def edit_feet(folder: Path, trial_id: str, file: Path, by: str) -> None:
    """Take drawn feet from a file as the next edit of a trial; earlier edits stay.

    Parameters
    ----------
    folder : path
        The laboratory's.
    trial_id : str
        Which.
    file : path
        Edits, or drawn feet alone.
    by : str
        Who takes them.

    Raises
    ------
    FootloadError
        When there is no such trial, or the file holds no feet of it.
    """
    from footload.lab.kept_trials import kept_file, read_kept

    kept = kept_file(folder, trial_id)
    trial = read_kept(kept)
    drawn = read_drawn(file, trial)
    before = read_history(drawn_beside(kept), trial)
    if not before.source_sha256:
        before = before.model_copy(update={"source_sha256": trial.source_sha256})
    before.edited(drawn, f"taken from {file.name}"[:200], by[:200], moment()).write(drawn_beside(kept))
