"""Which module analyzes which movement; a new movement is one more line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from footload.foot.contact import FootContact
from footload.recordings import PressureRecording
from footload.tasks.bad_repetitions import Watched, judging
from footload.tasks.movement import Movement, RepetitionFoot
from footload.tasks.region_loads import region_loads
from footload.tasks.squat import find_squats
from footload.tasks.squat_feet import Search, analyze_squat
from footload.tasks.step_down import find_step_downs
from footload.trials import Side, Task

MOVEMENTS: Mapping[Task, Search] = MappingProxyType(
    {Task.SQUAT: find_squats, Task.SINGLE_LEG_SQUAT: find_squats, Task.STEP_DOWN: find_step_downs}
)
"""What finds the repetitions, by what the person did."""

REST_S = 0.5
"""Length of the rest before a descent that a load is compared with."""


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
    return with_region_loads(analyze_squat(contacts, recording, axis_from_standing=True, find=find), contacts)


def with_region_loads(movement: Movement, contacts: Sequence[FootContact]) -> Movement:
    """Give each foot of each repetition the load of its parts.

    Parameters
    ----------
    movement : Movement
        As found on a mat.
    contacts : sequence of FootContact
        The feet; the longest of each side is the one that was followed.

    Returns
    -------
    Movement
        The same; feet without regions stay as they are.
    """
    followed = {side: _longest(contacts, side) for side in Side}
    feet = tuple(_loaded(foot, followed[foot.side]) for foot in movement.feet)
    return replace(movement, feet=feet)


def _longest(contacts: Sequence[FootContact], side: Side) -> FootContact | None:
    mine = [c for c in contacts if c.side is side and c.axis is not None and c.regions]
    return max(mine, key=lambda contact: contact.n_frames, default=None)


def _loaded(foot: RepetitionFoot, contact: FootContact | None) -> RepetitionFoot:
    if contact is None:
        return foot
    start, stop = foot.repetition.start, foot.repetition.stop
    time_s = contact.recording.time_s
    before = int(np.searchsorted(time_s, float(time_s[start]) - REST_S - 1e-9))
    return replace(foot, loads=region_loads(contact, (start, stop), (before, start)))
