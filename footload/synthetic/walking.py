"""Walking over a mat, with the vertical force of Alexander and Jayes and everything about it known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.truth import ContactTruth, SyntheticTrial, TrialTruth, foot_contact, pressed
from footload.trials import Participant, Task, Trial
from footload.units import STANDARD_GRAVITY_M_PER_S2

DUTY_FACTOR = 0.62
"""Part of the stride for which one foot is on the ground."""

HUMP = 0.45
"""How deep the valley between the two humps of the force is; 0 gives a single hump."""


def walking_force(
    stance: FloatArray, body_mass_kg: float, hump: float = HUMP, duty_factor: float = DUTY_FACTOR
) -> FloatArray:
    """Vertical force of one foot in walking. [N]

    Parameters
    ----------
    stance : (t,) array
        Fraction of the contact from 0 to 1.
    body_mass_kg : float
        Mass. [kg]
    hump : float
        Depth of the valley between the two humps, from -1/3 to 1.
    duty_factor : float
        Part of the stride for which one foot is on the ground, above 0 and below 1.

    Returns
    -------
    (t,) array
        Not negative. [N]

    Raises
    ------
    ValueError
        When hump or duty factor are outside of what keeps the force positive.

    Notes
    -----
    ``F(t) = A (cos(pi t/T) - q cos(3 pi t/T))`` for t from -T/2 to T/2, with
    ``A = pi m g / (4 beta (1 + q/3))`` (Alexander and Jayes 1980); its impulse is ``m g T / (2 beta)``.
    """
    if not -1 / 3 <= hump <= 1:
        raise ValueError(f"hump is {hump:g}, but only from -1/3 to 1 does the foot never pull on the ground.")
    if not 0 < duty_factor < 1:
        raise ValueError(f"duty_factor is {duty_factor:g}, but it is a part of the stride, above 0 and below 1.")
    amplitude = np.pi * body_mass_kg * STANDARD_GRAVITY_M_PER_S2 / (4 * duty_factor * (1 + hump / 3))
    angle = np.pi * (np.asarray(stance) - 0.5)
    return np.maximum(amplitude * (np.cos(angle) - hump * np.cos(3 * angle)), 0.0)


def walk(
    feet: Sequence[SyntheticFoot],
    layout: SensorLayout,
    *,
    body_mass_kg: float = 75.0,
    duration_s: float = 0.68,
    sampling_rate_hz: float = 100.0,
    step_s: float | None = None,
    hump: float = HUMP,
    duty_factor: float = DUTY_FACTOR,
    pad_s: float = 0.1,
    name: str = "synthetic walk",
) -> SyntheticTrial:
    """Walk over a mat with one contact after the other.

    Parameters
    ----------
    feet : sequence of SyntheticFoot
        In order of their contacts.
    layout : SensorLayout
        The mat.
    body_mass_kg : float
        Mass. [kg]
    duration_s : float
        Length of each contact. [s]
    sampling_rate_hz : float
        Frames per second. [Hz]
    step_s : float, optional
        From one contact's start to the next one's; by default ``duration_s / (2 * duty_factor)``, so that the
        contacts overlap in double support and carry the body together. [s]
    hump, duty_factor : float
        Shape of the force, see `walking_force`.
    pad_s : float
        Empty mat before the first and after the last contact. [s]
    name : str
        Name of the trial.

    Returns
    -------
    SyntheticTrial
        Exact; send it through a `Sensor` with `SyntheticTrial.seen_by`.

    Raises
    ------
    ValueError
        When there is no foot or a contact has fewer than two frames.
    """
    n = round(duration_s * sampling_rate_hz)
    if not feet:
        raise ValueError("A walk needs at least one foot.")
    if n < 2:
        raise ValueError(
            f"A contact of {duration_s:g} s at {sampling_rate_hz:g} Hz has {n} frames; it needs 2 or more."
        )
    step = duration_s / (2 * duty_factor) if step_s is None else step_s
    starts = [round((pad_s + i * step) * sampling_rate_hz) for i in range(len(feet))]
    n_frames = starts[-1] + n + round(pad_s * sampling_rate_hz)
    stance = (np.arange(n) + 0.5) / n
    force = walking_force(stance, body_mass_kg, hump, duty_factor)
    contacts: list[ContactTruth] = []
    loads: list[tuple[int, FloatArray, FloatArray]] = []
    for foot, start in zip(feet, starts, strict=True):
        weights = foot.walking_weights(stance)
        contacts.append(foot_contact(foot, force, weights, start, n_frames=n_frames))
        loads.append((start, weights * force[:, None], foot.on_cells(layout)))
    time_s = np.arange(n_frames) / sampling_rate_hz
    made = f"made: walk of {len(feet)} contacts, {body_mass_kg:g} kg, {duration_s:g} s, hump {hump:g}"
    recording = pressed(layout, time_s, loads, made)
    trial = Trial(name, (recording,), Task.WALKING, participant=Participant("synthetic", body_mass_kg))
    return SyntheticTrial(trial, TrialTruth(tuple(contacts), body_mass_kg))


def walking_contact(
    foot: SyntheticFoot,
    layout: SensorLayout,
    *,
    body_mass_kg: float = 75.0,
    duration_s: float = 0.68,
    sampling_rate_hz: float = 100.0,
    hump: float = HUMP,
    pad_s: float = 0.1,
    name: str = "synthetic step",
) -> SyntheticTrial:
    """One foot that rolls over the mat.

    Parameters
    ----------
    foot : SyntheticFoot
        The foot.
    layout : SensorLayout
        The mat.
    body_mass_kg : float
        Mass. [kg]
    duration_s : float
        Length of the contact. [s]
    sampling_rate_hz : float
        Frames per second. [Hz]
    hump : float
        Shape of the force, see `walking_force`.
    pad_s : float
        Empty mat before and after. [s]
    name : str
        Name of the trial.

    Returns
    -------
    SyntheticTrial
        With one contact in its truth.
    """
    return walk(
        [foot],
        layout,
        body_mass_kg=body_mass_kg,
        duration_s=duration_s,
        sampling_rate_hz=sampling_rate_hz,
        hump=hump,
        pad_s=pad_s,
        name=name,
    )
