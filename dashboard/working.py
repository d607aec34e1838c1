"""What the workers do beside the server; none of it knows a page, so that a new process is ready soon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from footload.errors import UnreadableTrialError
from footload.foot.drawn_history import drawn_beside
from footload.parameters import DEFAULTS
from footload.trials import Trial

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.lab.laboratory import Added
    from footload.report import Report

ID_DIGITS_SHOWN = 6
"""So many digits of a trial's id tell those of one session apart, and still lead to the file."""


def analyzed(path: Path, lab: Path | None = None) -> Analysis:
    """Read and analyze one file.

    Parameters
    ----------
    path : Path
        A recording.
    lab : Path, optional
        Folder of the laboratory beside it; its own norms are taken where no verified range was published.

    Returns
    -------
    Analysis
        All that was found.

    Raises
    ------
    FootloadError
        When it cannot be read or analyzed; the message says why.
    """
    from footload.readers import read

    return compared(_with_drawn_feet(path, lambda: read(path)), lab)


def analyzed_kept(path: Path) -> Analysis:
    """Read and analyze a trial of a laboratory, with what the laboratory knows of it.

    Parameters
    ----------
    path : Path
        Of `kept_file`.

    Returns
    -------
    Analysis
        Its trial is named as people find it again.

    Raises
    ------
    FootloadError
        When it cannot be read or analyzed; the message says why.
    """
    from footload.lab.kept_trials import read_kept

    def named() -> Trial:
        trial = read_kept(path)
        who, what = trial.participant.id, trial.condition.name
        return trial.changed(name=kept_name(who, trial.task.value, what, trial.name))

    return compared(_with_drawn_feet(path, named), path.parent.parent.parent.parent)


def compared(analysis: Analysis, lab: Path | None) -> Analysis:
    """Compare values with a laboratory's own norms, where it has any.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    lab : Path or None
        The laboratory's folder.

    Returns
    -------
    Analysis
        With a note which norms were used, or why they could not be.
    """
    from footload.norms.comparing import with_norms
    from footload.norms.kept_sets import own_norms
    from footload.norms.reference_set import NormSetError

    try:
        known = own_norms(lab) if lab is not None else None
    except NormSetError as error:
        return replace(analysis, notes=(*analysis.notes, f"The laboratory's own norms are not used: {error}"))
    return analysis if known is None else with_norms(analysis, known)


def _with_drawn_feet(path: Path, read: Callable[[], Trial]) -> Analysis:
    from footload.analysis import analyze_as_drawn

    try:
        return analyze_as_drawn(path, read(), DEFAULTS)
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error


def kept_name(participant: str, task: str, condition: str | None, trial_id: str) -> str:
    """Call a trial of a laboratory by what people know of it.

    Parameters
    ----------
    participant, task : str
        Whose it is, and what was done.
    condition : str, optional
        What was worn.
    trial_id : str
        Its id in the laboratory.

    Returns
    -------
    str
        Such as ``P01 squat wedge 3fa51c``.
    """
    return " ".join(filter(None, (participant, task.replace("_", " "), condition, trial_id[:ID_DIGITS_SHOWN])))


@dataclass(frozen=True, slots=True)
class Place:
    """A laboratory, for a process that opens it anew.

    Parameters
    ----------
    folder : Path
        The laboratory's.
    database : str, optional
        URL of its database; SQLite in the folder without it.
    by : str, optional
        Who works, for the audit.
    """

    folder: Path
    database: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of files that are to be added.

    Parameters
    ----------
    participant, date, condition, task : str
        Empty where the file itself is to say it.
    """

    participant: str = ""
    date: str = ""
    condition: str = ""
    task: str = ""


def added(place: Place, file: Path, said: Said) -> Added:
    """Add one file to a laboratory.

    Parameters
    ----------
    place : Place
        Which laboratory.
    file : Path
        Any format that is read; feet that were drawn by hand beside it go with it.
    said : Said
        What was said of it; the file's own words count where nothing was.

    Returns
    -------
    Added
        The same file twice is one trial.

    Raises
    ------
    FootloadError
        When it cannot be read or added, or the laboratory has other edits of its feet; the message says why.
    """
    from footload.lab.laboratory import Laboratory
    from footload.lab.trial_folder import TrialFacts
    from footload.readers import read
    from footload.trials import Task

    trial = read(file)
    participant = said.participant or trial.participant.id
    if not participant:
        raise UnreadableTrialError(file, "does not say whose trial it is; enter a participant and add it again.")
    facts = TrialFacts(
        participant,
        said.date,
        said.condition or trial.condition.name,
        task=Task(said.task) if said.task else None,
    )
    with Laboratory(place.folder, place.database, place.by) as lab:
        return lab.add_trial(file, facts)


def taken_in(place: Place, file: Path, said: Said) -> Added:
    """Add a recording of footload to a laboratory, and remove it from where it was once the laboratory holds it.

    Parameters
    ----------
    place : Place
        Which laboratory.
    file : Path
        A recording; feet that were drawn by hand beside it go with it.
    said : Said
        What was said of it; its day is the one on which it was recorded where none is given.

    Returns
    -------
    Added
        The same file twice is one trial.

    Raises
    ------
    FootloadError
        When it cannot be read or added, or the laboratory holds other bytes; then it stays where it was.
    OSError
        When it cannot be removed; the laboratory has it all the same.
    """
    from devices.recording import read_recording
    from footload.lab.documents import LaboratoryError, sha256_of
    from footload.lab.kept_trials import kept_file

    if not said.date:
        recorded = datetime.fromtimestamp(read_recording(file).opening.wall_ns * 1e-9, UTC)
        said = replace(said, date=recorded.astimezone().date().isoformat())
    result = added(place, file, said)
    kept = kept_file(place.folder, result.trial_id)
    for theirs, ours in ((drawn_beside(file), drawn_beside(kept)), (file, kept)):
        if theirs.is_file() and sha256_of(theirs) != sha256_of(ours):
            raise LaboratoryError(f"The laboratory holds other bytes than {theirs.name}, which stays where it is.")
    drawn_beside(file).unlink(missing_ok=True)
    file.unlink()
    return result


def printed(report: Report) -> bytes:
    """Print a report.

    Parameters
    ----------
    report : Report
        Signed or not.

    Returns
    -------
    bytes
        A PDF.
    """
    from footload.report import forget_printings, pdf_of

    try:
        return pdf_of(report)
    finally:
        forget_printings()
