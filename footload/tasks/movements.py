"""Which module analyzes which movement; a new movement is one more line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from footload.foot.contact import FootContact
from footload.recordings import PressureRecording
from footload.tasks.movement import Movement
from footload.tasks.squat_feet import analyze_squat
from footload.tasks.step_down import find_step_downs
from footload.trials import Task

MOVEMENTS: Mapping[Task, Callable[[Sequence[FootContact], PressureRecording], Movement]] = MappingProxyType(
    {
        **dict.fromkeys((Task.SQUAT, Task.SINGLE_LEG_SQUAT), partial(analyze_squat, axis_from_standing=True)),
        Task.STEP_DOWN: partial(analyze_squat, axis_from_standing=True, find=find_step_downs),
    }
)
"""From the feet on a mat and its recording to the repetitions, by what the person did."""


def movement_of(task: Task, contacts: Sequence[FootContact], recording: PressureRecording) -> Movement | None:
    """Find the repetitions of a movement and each foot in them.

    Parameters
    ----------
    task : Task
        What the person did.
    contacts : sequence of FootContact
        Feet with side and axis.
    recording : PressureRecording
        The recording that they were found in.

    Returns
    -------
    Movement, optional
        None for tasks that have no repetitions, such as walking or standing.
    """
    analyze = MOVEMENTS.get(task)
    return analyze(contacts, recording) if analyze else None
