"""A folder in the manner of BIDS: persons, sessions, moments and values as TSV, each with a JSON beside it.

BIDS has no modality for plantar pressure, so recordings are footload's HDF5 and the folder is BIDS-like, not BIDS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from footload.export.exported import Exported, Tracked, finding_rows, person_rows
from footload.export.tables import whole_folder, write_dictionary, write_rows
from footload.trials import Trial

ABSENT: Final = "n/a"
_README: Final = """Plantar pressure and force plates, exported by footload in the manner of BIDS.

BIDS has no modality for plantar pressure: this folder follows its names, tables and sidecars, and a BIDS validator will
not know the *_recording.h5 files (HDF5, footload's exchange format, any HDF5 reader opens them).
"""


def write_bids(
    trials: Sequence[Exported],
    folder: Path,
    write_recording: Callable[[Trial, Path], object],
    whole: Callable[[Exported], Exported] = lambda each: each,
    tracked: Tracked = iter,
) -> int:
    """Write trials as a BIDS-like folder.

    Parameters
    ----------
    trials : sequence of Exported
        As `coded` gives them.
    folder : path
        New or empty.
    write_recording : callable
        ``write_recording(trial, path)`` writes a trial as ``.h5``.
    whole : callable, optional
        Gives a trial its recordings back when its turn has come.
    tracked : callable, optional
        Goes through the trials and shows how far it is.

    Returns
    -------
    int
        How many files were written.

    Raises
    ------
    RecordingError
        When there is something in the folder.
    """
    with whole_folder(folder) as unfinished:
        subjects = _subjects(dict.fromkeys(each.person for each in trials))
        _write_people(trials, unfinished, subjects)
        for each in tracked(trials):
            _write_trial(whole(each), unfinished, subjects[each.person], write_recording)
        return sum(path.is_file() for path in unfinished.rglob("*"))


def _write_people(trials: Sequence[Exported], folder: Path, subjects: Mapping[str, str]) -> None:
    described = {"Name": "footload export", "BIDSVersion": "1.10.0", "DatasetType": "raw"}
    described_by = [{"Name": "footload", "Version": version} for version in sorted({each.version for each in trials})]
    _write_json(folder / "dataset_description.json", {**described, "GeneratedBy": described_by})
    (folder / "README").write_text(_README, "utf-8")
    _write_tsv(
        folder / "participants",
        [{**row, "participant_id": subjects[row["participant_id"]]} for row in person_rows(trials)],
    )
    for person, subject in subjects.items():
        theirs = {each.session: each for each in trials if each.person == person}
        rows = [{"session_id": session, "day": each.day} for session, each in theirs.items()]
        (folder / subject).mkdir()
        _write_tsv(folder / subject / f"{subject}_sessions", rows)


def _write_trial(each: Exported, whole: Path, subject: str, write_recording: Callable[[Trial, Path], object]) -> None:
    folder = whole / subject / each.session
    folder.mkdir(exist_ok=True)
    condition = _label(each.trial.condition.name)
    entities = [subject, each.session, f"task-{_label(each.trial.task.value)}"]
    stem = "_".join([*entities, *([f"acq-{condition}"] if condition else []), each.code])
    write_recording(each.trial, folder / f"{stem}_recording.h5")
    sidecar = {
        "TaskName": each.trial.task.value,
        "Condition": each.trial.condition.name or ABSENT,
        "RecordingDuration": each.trial.duration_s,
        "Recordings": [
            {"Kind": type(one).__name__, "Source": one.source or ABSENT, "Frames": one.n_frames}
            for one in each.trial.recordings
        ],
    }
    _write_json(folder / f"{stem}_recording.json", sidecar)
    _write_tsv(folder / f"{stem}_events", [asdict(moment) for moment in each.moments])
    about = set(each.about)
    values = [{key: value for key, value in row.items() if key not in about} for row in finding_rows(each)]
    _write_tsv(folder / f"{stem}_findings", values)


def _write_tsv(stem: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = list(rows[0]) if rows else ["onset", "duration", "trial_type", "side"]
    clean = [{key: _cell(value) for key, value in row.items()} for row in rows]
    write_rows(stem.with_name(f"{stem.name}.tsv"), columns, clean, absent=ABSENT, separator="\t")
    write_dictionary(stem.with_name(f"{stem.name}.json"), columns)


def _cell(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _label(text: str) -> str:
    """A BIDS label: letters and digits only."""
    return re.sub(r"[^0-9A-Za-z]", "", text.title() if " " in text else text)


def _subjects(people: Iterable[str]) -> dict[str, str]:
    """A BIDS label for each person; pseudonyms that differ in other signs only (``P-1``, ``P1``) stay apart."""
    found: dict[str, str] = {}
    for person in people:
        label = person if re.fullmatch(r"sub-[0-9A-Za-z]+", person) else f"sub-{_label(person) or 'person'}"
        numbered = (f"{label}x{number}" for number in count(2))
        taken = {name.casefold() for name in found.values()}  # some file systems tell no case
        found[person] = next(name for name in chain([label], numbered) if name.casefold() not in taken)
    return found


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
