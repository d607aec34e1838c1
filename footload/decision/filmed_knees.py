"""Knee angles that were typed in with a trial, as inputs of an assessment and as one measure of a screening test."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, sqrt
from typing import Final

import numpy as np

from footload.analysis import Analysis
from footload.decision.changes import Conditions, MeasuredChange, measured_change
from footload.decision.inputs import ClinicalInputs, KneeAngle
from footload.decision.measures import mean_of
from footload.decision.norms import SiteNorms
from footload.knee.filmed import FILMED, PUBLISHED_ERROR_DEG
from footload.trials import Side, Task, Trial

_Z_95 = 1.96

_TASKS: Final = frozenset(
    {Task.DROP_VERTICAL_JUMP, Task.SINGLE_LEG_SQUAT, Task.STEP_DOWN, Task.SQUAT}
)  # known by the same words


def with_filmed_knees(clinical: ClinicalInputs, analyses: Sequence[Analysis]) -> ClinicalInputs:
    """Add the typed-in knee angles of trials to what was entered by hand.

    Parameters
    ----------
    clinical : ClinicalInputs
        As entered; its own angles stay.
    analyses : sequence of Analysis
        Of one person.

    Returns
    -------
    ClinicalInputs
        The same where no trial has such an angle, or its task is none that angles are compared in.
    """
    angles: list[KneeAngle] = []
    for analysis in analyses:
        task = _task_of(analysis.trial)
        for finding in analysis.findings:
            if finding.metric == FILMED and finding.side is not None and task:
                error = None if np.isnan(finding.uncertainty) else finding.uncertainty / _Z_95
                said = {"task": task, "side": finding.side, "angle_deg": finding.value, "error_deg": error}
                angles.append(KneeAngle.model_validate(said))
    return clinical.model_copy(update={"fppa": (*clinical.fppa, *angles)}) if angles else clinical


def filmed_change(side: Side, a: Sequence[Analysis], b: Sequence[Analysis], words: Conditions) -> MeasuredChange | None:
    """What a typed-in knee angle did from one condition to the other, against the error that was typed in with it.

    Parameters
    ----------
    side : Side
        Which knee.
    a, b : sequence of Analysis
        Trials of each condition.
    words : Conditions
        What the conditions are called.

    Returns
    -------
    MeasuredChange or None
        None where one condition has no such angle. Without a typed-in error the largest published one counts.
    """
    typed = [
        [f for one in analyses for f in one.findings if f.metric == FILMED and f.side is side] for analyses in (a, b)
    ]
    first, second = (mean_of(FILMED, side, found, label="Knee projection angle, from video") for found in typed)
    if first is None or second is None:
        return None
    errors = [finding.uncertainty / _Z_95 for found in typed for finding in found]
    known = not any(isnan(error) for error in errors)
    squares = [error**2 if known else PUBLISHED_ERROR_DEG[1] ** 2 for error in errors]
    source = "typed in" if known else f"largest published error of such an angle, {PUBLISHED_ERROR_DEG[1]:g} deg (S47)"
    error = (sqrt(sum(squares) / len(squares)), f"error {source}" if known else source)
    return measured_change((first, second), SiteNorms(), words=words, error=error)


def _task_of(trial: Trial) -> str:
    """The task in the words of an assessment; empty where angles of it are not compared."""
    if trial.task is Task.DROP_LANDING and trial.side is not None:
        return "unilateral step landing"
    return trial.task.value if trial.task in _TASKS else ""
