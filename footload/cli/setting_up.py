"""What a person says about a trial on the command line or in a set-up file, for the commands that analyze."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from footload.cli import speaking

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.foot.drawn import DrawnFeet
    from footload.knee.filmed import FilmedKnees
    from footload.setups import Setup
    from footload.trials import Trial


@dataclass(frozen=True, slots=True)
class SaidOfTrial:
    """A set-up, knee angles from video, and feet drawn by hand.

    Parameters
    ----------
    setup : Setup
        Of the file and the options together.
    filmed : FilmedKnees, optional
        Typed-in knee angles.
    drawn : Path, optional
        Feet drawn by hand; by default the edits that lie beside each trial's file.
    as_found : bool
        Leave out edits of feet, wherever they lie.
    """

    setup: Setup
    filmed: FilmedKnees | None = None
    drawn: Path | None = None
    as_found: bool = False

    def added(self, analysis: Analysis) -> Analysis:
        """Add what was typed in to an analysis.

        Parameters
        ----------
        analysis : Analysis
            Of the trial.

        Returns
        -------
        Analysis
            With a finding for each typed-in angle.
        """
        if self.filmed is None:
            return analysis
        from dataclasses import replace

        from footload.findings import Provenance

        provenance = Provenance(analysis.trial.name, "typed in", "", "", "s47_fppa", analysis.parameters.to_record())
        return replace(analysis, findings=(*analysis.findings, *self.filmed.findings(provenance)))


def said_of_trial(
    file: Path | None,
    task: str | None,
    asymmetry: str | None,
    fppa: str | None,
    *,
    keep_rejected: bool,
    drawn: Path | None = None,
    as_found: bool = False,
) -> SaidOfTrial:
    """Put a set-up file and options together; an option comes before the file. A mistake in either ends the command.

    Parameters
    ----------
    file : Path or None
        The set-up (TOML).
    task : str or None
        What the person did.
    asymmetry : str or None
        Name of a formula.
    fppa : str or None
        Typed-in knee angles, ``LEFT:RIGHT±ERROR``.
    keep_rejected : bool
        Whether repetitions that do not count keep their values.
    drawn : Path or None
        Feet drawn by hand.
    as_found : bool
        Whether edits of feet are left out.

    Returns
    -------
    SaidOfTrial
        Checked.
    """
    from pydantic import ValidationError

    from footload.knee.filmed import FilmedKnees
    from footload.setups import NOTHING_SAID, Setup, read_setup

    said: dict[str, object] = {"task": task, "asymmetry": asymmetry, "keep_rejected": keep_rejected or None}
    try:
        found = NOTHING_SAID if file is None else read_setup(file)
        changes = {name: value for name, value in said.items() if value is not None}
        setup = Setup.model_validate({**found.model_dump(exclude_unset=True), **changes})
        filmed = setup.filmed if fppa is None else FilmedKnees.parsed(fppa)
        return SaidOfTrial(setup, filmed, drawn, as_found)
    except ValidationError as error:
        speaking.usage_fault(f"{error.errors()[0]['msg'].removeprefix('Value error, ')}.")
    except ValueError as error:
        speaking.usage_fault(str(error))


def check_drawn(drawn: Path | None, as_found: bool, n_files: int) -> None:
    """End the command where drawn feet are given for more than one file, or to be left out as well.

    Parameters
    ----------
    drawn : Path or None
        Feet drawn by hand.
    as_found : bool
        Whether edits of feet are left out.
    n_files : int
        Trials of the command.
    """
    if drawn is not None and (as_found or n_files > 1):
        speaking.usage_fault("--drawn gives the feet of one file: name one file, and leave --as-found out.")


def drawn_of(file: Path, trial: Trial, said: SaidOfTrial | None) -> DrawnFeet | None:
    """Feet drawn by hand for one trial.

    Parameters
    ----------
    file : Path
        The trial's.
    trial : Trial
        As it was read from it.
    said : SaidOfTrial, optional
        What was said; without it the edits beside the file hold, as they do on the dashboard.

    Returns
    -------
    DrawnFeet, optional
        None where nothing was drawn, or it is to be left out.

    Raises
    ------
    UnreadableTrialError
        When what was drawn cannot be read, or was drawn on another recording.
    """
    if said is not None and said.as_found:
        return None
    from footload.foot.drawn_history import drawn_beside, read_drawn

    named = said.drawn if said is not None and said.drawn is not None else drawn_beside(file)
    return read_drawn(named, trial) if named.is_file() or (said is not None and said.drawn) else None
