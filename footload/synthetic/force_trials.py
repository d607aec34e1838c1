"""Whole trials on force plates: a known vertical force on one plate for each foot, and a CoP at a known place on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import ForceRecording, PlateGeometry, Side
from footload.trials import FootPlacement, Participant, Task, Trial

_PLATE_MM = 400.0


@dataclass(frozen=True, slots=True)
class PlacedFoot:
    """A foot on a plate of its own, 400 mm wide; the left plate ends and the right one begins at x = 0.

    Parameters
    ----------
    side : Side
        Which foot.
    heading_deg : float
        Turned so far counterclockwise from +y. [deg]
    length_mm, width_mm : float
        Of the foot. [mm]
    """

    side: Side
    heading_deg: float = 0.0
    length_mm: float = 260.0
    width_mm: float = 95.0

    @property
    def corners_mm(self) -> FloatArray:
        """(4, 3) corners of its plate, whose own z axis points down. [mm]"""
        middle = -_PLATE_MM / 2 if self.side is Side.LEFT else _PLATE_MM / 2
        x, y = np.array([-1, 1, 1, -1]) * _PLATE_MM / 2 + middle, np.array([1, 1, -1, -1]) * _PLATE_MM / 2
        return np.column_stack([x, y, np.zeros(4)])

    @property
    def placement(self) -> FootPlacement:
        """Heel and second toe in the lab. [mm]"""
        heel = self.corners_mm.mean(axis=0)[:2] - 0.5 * self.length_mm * self._along
        toe = heel + 0.8 * self.length_mm * self._along
        return FootPlacement(
            self.side, (float(heel[0]), float(heel[1])), (float(toe[0]), float(toe[1])), self.length_mm, self.width_mm
        )

    @property
    def _along(self) -> FloatArray:
        turn = np.deg2rad(self.heading_deg)
        return np.array([-np.sin(turn), np.cos(turn)])

    def places_mm(self, ap_mm: FloatArray, ml_mm: FloatArray) -> FloatArray:
        """(t, 3) lab places of points given along and medial of the axis. [mm]

        Parameters
        ----------
        ap_mm, ml_mm : (t,) array
            From the heel toward the toes, and medial. [mm]

        Returns
        -------
        (t, 3) array
            On the plate's surface. [mm]
        """
        along = self._along
        right = np.array([along[1], -along[0]])
        medial = right if self.side is Side.LEFT else -right
        heel = np.array(self.placement.heel_mm)
        flat = heel + ap_mm[:, None] * along + ml_mm[:, None] * medial
        return np.column_stack([flat, np.zeros(len(flat))])


@dataclass(frozen=True, slots=True, eq=False)
class FootLoad:
    """What one foot does in a trial.

    Parameters
    ----------
    foot : PlacedFoot
        Which foot, and where.
    vertical_n : (t,) array
        [N]
    ap_mm, ml_mm : (t,) array
        Its CoP from the heel, and medial of the axis. [mm]
    shear_n : (t, 2) array, optional
        Side to side, and front to back; none by default. [N]
    """

    foot: PlacedFoot
    vertical_n: FloatArray
    ap_mm: FloatArray
    ml_mm: FloatArray
    shear_n: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class TrialWords:
    """What a made trial is called.

    Parameters
    ----------
    name : str
        Name of the trial.
    task : Task
        What is done in it.
    body_mass_kg : float
        Mass. [kg]
    placed : bool
        Whether the trial says where the feet stand.
    notes : mapping
        Anything else.
    """

    name: str
    task: Task
    body_mass_kg: float = 70.0
    placed: bool = True
    notes: Mapping[str, str] = field(default_factory=dict[str, str])


def plate_trial(time_s: FloatArray, loads: tuple[FootLoad, ...], words: TrialWords, noise_n: float = 0.0) -> Trial:
    """Put feet on plates.

    Parameters
    ----------
    time_s : (t,) array
        Times. [s]
    loads : tuple of FootLoad
        One or both feet.
    words : TrialWords
        Name and task.
    noise_n : float
        Standard deviation of the noise of every force; that of the moments is 100 mm times it. [N]

    Returns
    -------
    Trial
        One plate for each foot, its side not named: it follows from the feet's places.
    """
    rng = np.random.default_rng(7)
    recordings: list[ForceRecording] = []
    for load in loads:
        shear = np.zeros((len(time_s), 2)) if load.shear_n is None else load.shear_n
        force = np.column_stack([shear, load.vertical_n])
        center = load.foot.corners_mm.mean(axis=0)
        moment = np.cross(load.foot.places_mm(load.ap_mm, load.ml_mm) - center, force)
        if noise_n:
            force = force + rng.normal(0, noise_n, force.shape)
            moment = moment + rng.normal(0, 100 * noise_n, moment.shape)
        side = None if words.placed else load.foot.side
        recordings.append(
            ForceRecording(time_s, force, moment, PlateGeometry(load.foot.corners_mm), "synthetic plate", side=side)
        )
    return Trial(
        words.name,
        tuple(recordings),
        words.task,
        participant=Participant("synthetic", words.body_mass_kg),
        side=loads[0].foot.side if len(loads) == 1 else None,
        foot_placements=tuple(load.foot.placement for load in loads) if words.placed else (),
        notes=words.notes,
    )
