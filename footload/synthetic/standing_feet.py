"""Feet that stay where they stand on a mat while the load on them changes and their CoP moves by a known amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import SensorLayout
from footload.signals.runs import runs
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.truth import (
    ContactTruth,
    RepetitionTruth,
    SyntheticTrial,
    TrialTruth,
    foot_contact,
    pressed,
)
from footload.trials import Participant, Side, Task, Trial


@dataclass(frozen=True, slots=True)
class StandingFoot:
    """A foot in a squat: where it stands, what part it carries and how far its CoP moves at full depth.

    Parameters
    ----------
    foot : SyntheticFoot
        The foot.
    medial_mm, anterior_mm : float
        Shift of the CoP at full depth, across and along the true foot axis; in between it is proportional to
        the depth. [mm]
    """

    foot: SyntheticFoot
    medial_mm: float = 0.0
    anterior_mm: float = 0.0


def tilted_weights(weights: FloatArray, centers_mm: FloatArray, targets_mm: FloatArray) -> FloatArray:
    """Tilt weights exponentially until their centre lies exactly where it is wanted.

    Parameters
    ----------
    weights : (k,) array
        Positive, in quiet standing.
    centers_mm : (k, 2) array
        Place of each blob. [mm]
    targets_mm : (t, 2) array
        Wanted centre in each frame. [mm]

    Returns
    -------
    (t, k) array
        ``w_k exp(tilt . c_k)``, rows sum to 1. Of all weights with that centre they are the nearest to the given ones
        (smallest relative entropy).

    Raises
    ------
    ValueError
        When a wanted centre is not inside the foot.
    """
    scale = 30.0
    points = (centers_mm - weights @ centers_mm / weights.sum()) / scale
    wanted = (targets_mm - weights @ centers_mm / weights.sum()) / scale
    tilt = np.zeros_like(wanted)
    tilted = np.tile(weights / weights.sum(), (len(wanted), 1))
    for _ in range(60):
        missing = wanted - tilted @ points
        if np.abs(missing).max(initial=0.0) * scale < 1e-12:
            break
        away = points[None] - (tilted @ points)[:, None]
        spread = np.einsum("tk,tki,tkj->tij", tilted, away, away)
        try:
            step = cast("FloatArray", np.linalg.solve(spread, missing[..., None]))[..., 0]
        except np.linalg.LinAlgError:
            break
        tilt += step * np.minimum(1.0, 2.0 / np.maximum(np.linalg.norm(step, axis=1), 1e-300))[:, None]
        exponent = tilt @ points.T
        tilted = weights * np.exp(exponent - exponent.max(axis=1, keepdims=True))
        tilted /= tilted.sum(axis=1, keepdims=True)
    error_mm = np.abs(wanted - tilted @ points).max(axis=1, initial=0.0) * scale
    if not (error_mm < 1e-9).all():
        worst = targets_mm[int(np.argmax(error_mm))]
        raise ValueError(
            f"The CoP cannot be moved to ({worst[0]:.1f}, {worst[1]:.1f}) mm: that is outside of the foot."
        )
    return tilted


@dataclass(frozen=True, slots=True, eq=False)
class MatLoad:
    """What one foot does in a trial on a mat.

    Parameters
    ----------
    foot : SyntheticFoot
        Which foot, and where it stands.
    force_n : (t,) array
        Its vertical force; 0 while it is in the air. [N]
    shift_mm : (t, 2) array
        How far its CoP is from its place in quiet standing, medially and anteriorly along the true axis. [mm]
    """

    foot: SyntheticFoot
    force_n: FloatArray
    shift_mm: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MatWords:
    """What a made trial is called, and what is known of its movement.

    Parameters
    ----------
    name : str
        Name of the trial.
    task : Task
        What is done in it.
    made : str
        First line of the recording's history.
    body_mass_kg : float
        Mass. [kg]
    repetitions : tuple of RepetitionTruth
        Where there are any.
    depth_m : (t,) array, optional
        How far the centre of mass is below standing. [m]
    """

    name: str
    task: Task
    made: str
    body_mass_kg: float
    repetitions: tuple[RepetitionTruth, ...] = ()
    depth_m: FloatArray | None = None


def swayed_mm(foot: SyntheticFoot, shift_mm: FloatArray, sway_mm: FloatArray | None) -> FloatArray:
    """Shift of one foot with the sway of the person added to it. [mm]

    Parameters
    ----------
    foot : SyntheticFoot
        Which way its axis points.
    shift_mm : (t, 2) array
        Medially and anteriorly. [mm]
    sway_mm : (t, 2) array, optional
        Of every foot alike: forward (+y) and to the right (+x) on the mat. [mm]

    Returns
    -------
    (t, 2) array
        Medially and anteriorly. [mm]
    """
    if sway_mm is None:
        return shift_mm
    return shift_mm + sway_mm[:, ::-1] @ np.column_stack([foot.axis.medial, foot.axis.along])


def mat_trial(layout: SensorLayout, time_s: FloatArray, loads: Sequence[MatLoad], words: MatWords) -> SyntheticTrial:
    """Put feet on a mat.

    Parameters
    ----------
    layout : SensorLayout
        The mat.
    time_s : (t,) array
        Times. [s]
    loads : sequence of MatLoad
        One foot, or one of each side; any number of them in a walk or a run.
    words : MatWords
        Name, task and what is known.

    Returns
    -------
    SyntheticTrial
        With one contact in its truth for every time that a foot is down.

    Raises
    ------
    ValueError
        When the feet are not one, or one of each side.
    """
    sides = [load.foot.side for load in loads]
    several = words.task in {Task.WALKING, Task.RUNNING}  # who runs puts each foot down again and again
    if not loads or (not several and len(set(sides)) != len(loads)):
        raise ValueError(
            f"A {words.task} has one foot or one of each side, but these were given: {', '.join(sides) or 'none'}."
        )
    contacts: list[ContactTruth] = []
    pressing: list[tuple[int, FloatArray, FloatArray]] = []
    for load in loads:
        cells = load.foot.on_cells(layout)
        for start, stop in runs(load.force_n > 0):
            contact, blob_force = _down(load, start, stop, len(time_s))
            contacts.append(contact)
            pressing.append((start, blob_force, cells))
    contacts.sort(key=lambda contact: contact.start)
    trial = Trial(
        words.name,
        (pressed(layout, time_s, pressing, words.made),),
        words.task,
        participant=Participant("synthetic", words.body_mass_kg),
        side=sides[0] if len(loads) == 1 else None,
    )
    truth = TrialTruth(tuple(contacts), words.body_mass_kg, words.repetitions, words.depth_m)
    return SyntheticTrial(trial, truth)


def part_of(side: Side, sides: Sequence[Side], left_part: float) -> float:
    """Part of the body's force that one foot carries.

    Parameters
    ----------
    side : Side
        Which foot.
    sides : sequence of Side
        All feet that stand.
    left_part : float
        Part on the left foot, when there are two.

    Returns
    -------
    float
        1 for a foot that stands alone.
    """
    if len(sides) == 1:
        return 1.0
    return left_part if side is Side.LEFT else 1 - left_part


def _down(load: MatLoad, start: int, stop: int, n_frames: int) -> tuple[ContactTruth, FloatArray]:
    foot, force, shift_mm = load.foot, load.force_n[start:stop], load.shift_mm[start:stop]
    in_plate = shift_mm @ np.array([foot.axis.medial, foot.axis.along])
    base = foot.standing_weights
    weights = tilted_weights(base, foot.centers_mm, base @ foot.centers_mm + in_plate)
    contact = foot_contact(foot, force, weights, start, shift_mm=shift_mm, n_frames=n_frames)
    return contact, weights * force[:, None]
