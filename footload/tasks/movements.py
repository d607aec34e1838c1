"""Which module analyzes which movement; a new movement is one more line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from footload.foot.contact import FootContact
from footload.recordings import PressureRecording
from footload.tasks.bad_repetitions import Watched, judging
from footload.tasks.movement import Movement
from footload.tasks.squat import find_squats
from footload.tasks.squat_feet import Search, analyze_squat
from footload.tasks.step_down import find_step_downs
from footload.trials import Task

MOVEMENTS: Mapping[Task, Search] = MappingProxyType(
    {Task.SQUAT: find_squats, Task.SINGLE_LEG_SQUAT: find_squats, Task.STEP_DOWN: find_step_downs}
)
"""What finds the repetitions, by what the person did."""


def movement_of(
    task: Task, contacts: Sequence[FootContact], recording: PressureRecording, watched: Watched | None = None
) -> Movement | None:
    """Find the repetitions of a movement and each foot in them.

    Parameters
    ----------
    task : Task
        What the person did.
    contacts : sequence of FootContact
        Feet with side and axis.
    recording : PressureRecording
        The recording that they were found in.
    watched : Watched, optional
        What tells the repetitions that do not count; without it only those of odd depth are named.

    Returns
    -------
    Movement, optional
        None for tasks that have no repetitions, such as walking or standing.
    """
    find = MOVEMENTS.get(task)
    if find is None:
        return None
    find = find if watched is None else judging(find, watched)
    return analyze_squat(contacts, recording, axis_from_standing=True, find=find)
