"""A uniform rigid print of known width: the known answer for every measure in parts of the foot's width."""

from __future__ import annotations

from types import MappingProxyType
from typing import cast

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.recordings import SensorLayout
from footload.synthetic.foot import AxisTruth
from footload.synthetic.squat import SquatTiming, squat_force
from footload.synthetic.truth import ContactTruth, SyntheticTrial, TrialTruth, pressed
from footload.trials import Participant, Side, Task, Trial

_SUBCELLS = 20


def rectangle_cover(
    layout: SensorLayout, place_mm: tuple[float, float], size_mm: tuple[float, float], heading_deg: float
) -> FloatArray:
    """Part of every cell that lies inside a rectangle.

    Parameters
    ----------
    layout : SensorLayout
        The mat.
    place_mm : (x, y)
        Middle of the rectangle. [mm]
    size_mm : (width, length)
        Across and along the heading. [mm]
    heading_deg : float
        Direction of its length from +y, counter-clockwise. [deg]

    Returns
    -------
    (n,) array
        Between 0 and 1, to 1/400 of a cell.
    """
    pitch_x, pitch_y = layout.pitch_mm
    inside = (np.arange(_SUBCELLS) + 0.5) / _SUBCELLS - 0.5
    x = layout.x_mm[:, None, None] + inside[None, None, :] * pitch_x - place_mm[0]
    y = layout.y_mm[:, None, None] + inside[None, :, None] * pitch_y - place_mm[1]
    heading = np.radians(heading_deg)
    across = np.cos(heading) * x + np.sin(heading) * y
    along = -np.sin(heading) * x + np.cos(heading) * y
    covered = (np.abs(across) <= size_mm[0] / 2) & (np.abs(along) <= size_mm[1] / 2)
    return covered.mean(axis=(1, 2))


def uniform_print(
    layout: SensorLayout,
    *,
    side: Side = Side.LEFT,
    medial_mm: float = 5.0,
    width_mm: float = 90.0,
    length_mm: float = 250.0,
    place_mm: tuple[float, float] = (240.0, 160.0),
    heading_deg: float = 0.0,
    body_mass_kg: float = 75.0,
    timing: SquatTiming | None = None,
    sampling_rate_hz: float = 100.0,
) -> SyntheticTrial:
    """A rectangular print, uniform in standing, whose CoP goes medially by a known way at full depth.

    Parameters
    ----------
    layout : SensorLayout
        The mat.
    side : Side
        Decides where medial is.
    medial_mm : float
        Shift of the CoP at full depth. [mm]
    width_mm, length_mm : float
        Size of the print; in whole cells its borders are sharp. [mm]
    place_mm : (x, y)
        Its middle. [mm]
    heading_deg : float
        Direction of its length from +y, counter-clockwise. [deg]
    body_mass_kg : float
        Mass on this one print. [kg]
    timing : SquatTiming, optional
        One squat by default.
    sampling_rate_hz : float
        Frames per second. [Hz]

    Returns
    -------
    SyntheticTrial
        A single-leg squat. The CoP of its cells is exact: pressure is ``1 + slope . place`` with the slope solved
        from the second moments of the covered cells, so 5 mm on 90 mm is 5.56 %.

    Raises
    ------
    ValueError
        When the CoP would go so far that a part of the print had to pull.
    """
    timing = timing or SquatTiming(n_repetitions=1)
    time_s = np.arange(round(timing.duration_s * sampling_rate_hz)) / sampling_rate_hz
    force, depth = squat_force(time_s, timing, body_mass_kg), timing.depth_fraction(time_s)
    cover = rectangle_cover(layout, place_mm, (width_mm, length_mm), heading_deg)
    axis = _print_axis(side, place_mm, length_mm, heading_deg)
    uniform, sloped, base_mm = _patterns(layout, cover, axis.medial * medial_mm)
    patterns = np.vstack([uniform, sloped])
    recording = pressed(
        layout,
        time_s,
        [(0, force[:, None] * np.column_stack([1 - depth, depth]), patterns)],
        f"made: uniform print of {width_mm:g} x {length_mm:g} mm, CoP moved {medial_mm:g} mm medially",
    )
    shift_mm = depth * medial_mm
    contact = ContactTruth(
        side=side,
        start=0,
        stop=len(time_s),
        force_n=frozen(force),
        cop_mm=frozen(base_mm + shift_mm[:, None] * axis.medial),
        axis=axis,
        length_mm=length_mm,
        width_mm=width_mm,
        region_force_n=MappingProxyType({}),
        medial_shift_mm=frozen(shift_mm),
        anterior_shift_mm=frozen(np.zeros_like(shift_mm)),
    )
    person = Participant("synthetic", body_mass_kg)
    trial = Trial("uniform print", (recording,), Task.SINGLE_LEG_SQUAT, participant=person, side=side)
    return SyntheticTrial(trial, TrialTruth((contact,), body_mass_kg, timing.repetitions, timing.depth_m * depth))


def _patterns(
    layout: SensorLayout, cover: FloatArray, shift_mm: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The uniform pattern, the one whose centre is shifted, and the uniform one's centre."""
    area = cover * layout.area_mm2
    uniform = area / area.sum()
    places = np.column_stack([layout.x_mm, layout.y_mm])
    base_mm = uniform @ places
    away = places - base_mm
    slope = cast("FloatArray", np.linalg.solve((uniform[:, None] * away).T @ away, shift_mm))
    factor = 1 + away @ slope
    if (factor[cover > 0] < 0).any():
        raise ValueError(
            f"A CoP shift of {np.hypot(*shift_mm):.1f} mm needs a part of the print to pull on the mat; "
            "a uniform print allows at most a sixth of its width."
        )
    return uniform, uniform * factor, base_mm


def _print_axis(side: Side, place_mm: tuple[float, float], length_mm: float, heading_deg: float) -> AxisTruth:
    heading = np.radians(heading_deg)
    along = np.array([-np.sin(heading), np.cos(heading)])
    heel, forefoot = np.array(place_mm) - 0.4 * length_mm * along, np.array(place_mm) + 0.2 * length_mm * along
    return AxisTruth((float(heel[0]), float(heel[1])), (float(forefoot[0]), float(forefoot[1])), side)
