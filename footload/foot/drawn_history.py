"""What was drawn by hand on the feet of one trial, edit by edit: who, when, what; nothing of it is ever lost.

Each edit states all the drawn feet of the trial as they were after it and names the edit that it followed, so that
going back is only another choice of the present one, and an edit after going back begins a branch of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from footload.errors import UnreadableTrialError
from footload.foot.drawn import DrawnFeet, read_drawn_feet
from footload.trials import Trial
from footload.whole_files import write_file

ENDING: Final = ".drawn.json"
"""A trial's edits lie beside its file, with this after the file's whole name."""
MOST_EDITS: Final = 10_000

_STRICT = ConfigDict(extra="forbid", frozen=True)
_Line = Annotated[str, Field(max_length=200)]


class Edit(BaseModel):
    """One edit: the drawn feet after it; without any, everything is found automatically."""

    model_config = _STRICT

    number: Annotated[int, Field(ge=1)]
    after: Annotated[int, Field(ge=0)]
    at: _Line
    by: _Line
    what: _Line
    drawn: DrawnFeet


class DrawnHistory(BaseModel):
    """Every edit of the feet of one trial, and which of them holds; 0 is what was found automatically."""

    model_config = _STRICT

    source_sha256: str = ""
    current: Annotated[int, Field(ge=0)] = 0
    edits: Annotated[tuple[Edit, ...], Field(max_length=MOST_EDITS)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(edit.number != place for place, edit in enumerate(self.edits, start=1)):
            raise ValueError("edits are numbered from 1 without a gap")
        if any(edit.after >= edit.number for edit in self.edits):
            raise ValueError("an edit follows an earlier one")
        if self.current > len(self.edits):
            raise ValueError(f"edit {self.current} holds, but there are {len(self.edits)}")
        return self

    @property
    def drawn(self) -> DrawnFeet:
        """The drawn feet that hold."""
        return self.edits[self.current - 1].drawn if self.current else DrawnFeet()

    @property
    def before(self) -> int | None:
        """Number of the edit that going one back leads to; None where nothing was edited."""
        return self.edits[self.current - 1].after if self.current else None

    @property
    def next(self) -> int | None:
        """Number of the newest edit that followed the one that holds; None where none did."""
        return max((edit.number for edit in self.edits if edit.after == self.current), default=None)

    def edited(self, drawn: DrawnFeet, what: str, by: str, at: str) -> Self:
        """Add an edit, which then holds.

        Parameters
        ----------
        drawn : DrawnFeet
            All drawn feet of the trial after it.
        what, by : str
            What was done, and by whom.
        at : str
            When, as ISO 8601.

        Returns
        -------
        DrawnHistory
            The next one.
        """
        edit = Edit(number=len(self.edits) + 1, after=self.current, at=at, by=by, what=what, drawn=drawn)
        return self._with(edits=(*self.edits, edit), current=edit.number)

    def at_edit(self, number: int) -> Self:
        """Let another edit hold.

        Parameters
        ----------
        number : int
            From 1; 0 for what was found automatically.

        Returns
        -------
        DrawnHistory
            The next one, with the same edits.

        Raises
        ------
        ValueError
            When there is no such edit.
        """
        return self._with(current=number)

    def undone(self) -> Self:
        """Go one edit back; the same where nothing was edited.

        Returns
        -------
        DrawnHistory
            The next one.
        """
        return self if self.before is None else self.at_edit(self.before)

    def redone(self) -> Self:
        """Go one edit forward again, on the newest branch; the same where there is none.

        Returns
        -------
        DrawnHistory
            The next one.
        """
        return self if self.next is None else self.at_edit(self.next)

    def write(self, path: Path) -> None:
        """Write the edits, so that after a crash the file is the old one or the new one, whole.

        Parameters
        ----------
        path : Path
            Replaced when it exists.
        """
        write_file(path, f"{self.model_dump_json(indent=1, exclude_none=True)}\n".encode())

    def _with(self, **changes: object) -> Self:
        return type(self).model_validate({**dict(self), **changes})


def drawn_beside(trial_file: Path) -> Path:
    """Where the edits of a trial lie.

    Parameters
    ----------
    trial_file : Path
        The recording or export.

    Returns
    -------
    Path
        Beside it; there may be no such file.
    """
    return trial_file.with_name(trial_file.name + ENDING)


def fingerprint_of_edits(trial_files: Iterable[Path]) -> str:
    """The fingerprint of the edits that lie beside some trials.

    Parameters
    ----------
    trial_files : iterable of Path
        Recordings or exports.

    Returns
    -------
    str
        64 digits; empty where no foot was edited.
    """
    digests = [
        f"{edits}\t{hashlib.sha256(edits.read_bytes()).hexdigest()}\n"
        for edits in map(drawn_beside, trial_files)
        if edits.is_file()
    ]
    return hashlib.sha256("".join(digests).encode()).hexdigest() if digests else ""


def read_history(path: Path, trial: Trial | None = None) -> DrawnHistory:
    """Read the edits of a trial.

    Parameters
    ----------
    path : Path
        From `drawn_beside`; where there is no such file, nothing was edited.
    trial : Trial, optional
        Whose they are to be, as it was read: edits of a file with other bytes are refused.

    Returns
    -------
    DrawnHistory
        Checked.

    Raises
    ------
    UnreadableTrialError
        When the file says something else, or is of another recording; the message names it and the place.
    """
    history = _history(path)
    if trial is not None:
        _check_same(path, history, trial)
    return history


def _history(path: Path) -> DrawnHistory:
    try:
        return DrawnHistory.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return DrawnHistory()
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(str(part) for part in first["loc"]) or "its beginning"
        raise UnreadableTrialError(path, f"it holds no edits of feet: {first['msg']} (at {where}).") from error
    except OSError as error:
        raise UnreadableTrialError(path, f"it holds no edits of feet, because it cannot be read ({error}).") from error


def _check_same(path: Path, history: DrawnHistory, trial: Trial) -> None:
    """Places on one recording mean nothing on another; edits that do not say on which they were made are taken."""
    drawn_on, here = history.source_sha256, trial.source_sha256
    if drawn_on and here and drawn_on != here:
        raise UnreadableTrialError(
            path,
            f"its feet were drawn on another recording, whose SHA-256 begins with {drawn_on[:12]}; that of this one "
            f"({trial.name}) begins with {here[:12]}. Put that recording back, or move the edits away and draw anew.",
        )


def read_drawn(path: Path, trial: Trial | None = None) -> DrawnFeet:
    """Read drawn feet, from a list of edits or from a file of drawn feet alone.

    Parameters
    ----------
    path : Path
        JSON or TOML, as `footload.foot.drawn.read_drawn_feet` takes it, or a list of edits.
    trial : Trial, optional
        As in `read_history`; drawn feet alone do not say on which recording they were drawn.

    Returns
    -------
    DrawnFeet
        Those that hold.

    Raises
    ------
    UnreadableTrialError
        When the file is neither, or is of another recording; the message names the file and the place.
    """
    try:
        is_history = b'"edits"' in path.read_bytes()
    except OSError:
        is_history = False
    return read_history(path, trial).drawn if is_history else read_drawn_feet(path)
