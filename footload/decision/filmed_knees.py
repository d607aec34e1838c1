"""Knee angles that were typed in with a trial, as inputs of an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from footload.analysis import Analysis
from footload.decision.inputs import ClinicalInputs, KneeAngle
from footload.knee.filmed import FILMED
from footload.trials import Task, Trial

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


def _task_of(trial: Trial) -> str:
    """The task in the words of an assessment; empty where angles of it are not compared."""
    if trial.task is Task.DROP_LANDING and trial.side is not None:
        return "unilateral step landing"
    return trial.task.value if trial.task in _TASKS else ""
