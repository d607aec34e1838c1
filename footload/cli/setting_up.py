"""What a person says about a trial on the command line or in a set-up file, for the commands that analyze."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from footload.cli import speaking

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.knee.filmed import FilmedKnees
    from footload.setups import Setup


@dataclass(frozen=True, slots=True)
class SaidOfTrial:
    """A set-up, and knee angles from video.

    Parameters
    ----------
    setup : Setup
        Of the file and the options together.
    filmed : FilmedKnees, optional
        Typed-in knee angles.
    """

    setup: Setup
    filmed: FilmedKnees | None = None

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
    file: Path | None, task: str | None, asymmetry: str | None, fppa: str | None, *, keep_rejected: bool
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
        return SaidOfTrial(setup, setup.filmed if fppa is None else FilmedKnees.parsed(fppa))
    except ValidationError as error:
        speaking.usage_fault(f"{error.errors()[0]['msg'].removeprefix('Value error, ')}.")
    except ValueError as error:
        speaking.usage_fault(str(error))
