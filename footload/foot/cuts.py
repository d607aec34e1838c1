"""Where the lines between the regions of a foot lie: at published places, bent to valleys where a print shows any.

Across the foot: heel behind 28.5 % of the length (27 and 30 % are published), bent by up to 5 % to the valley between
heel and midfoot; metatarsals from 55 %; toes in front of the valley before the metatarsal heads. Along the foot:
metatarsals midway between their heads, hallux up to the valley beside it, usually at 33 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.foot.axis import FootAxis
from footload.foot.divisions import FootDivision, ap_at
from footload.foot.heads import USUAL_CUTS, metatarsal_cuts
from footload.foot.prints import Footprint
from footload.foot.rims import PrintRims, rims_of
from footload.foot.toes import toe_line_mm
from footload.foot.valleys import FINENESS, held_valley, pressure_in_foot
from footload.recordings import SensorLayout

HEEL_CUT: Final = 0.285
HEEL_BEND: Final = 0.05
FOREFOOT_CUT: Final = 0.55
HALLUX_CUT: Final = 0.33
HALLUX_BEND: Final = 0.17
"""The hallux' line lies between its highest place and one toe's band lateral of the usual line."""

_TIE: Final = 0.125
"""Cells that the valley behind the toes runs through are toes: a quarter of a search step, in cells, so that rounding
does not decide it anew when the axis turns by a tenth of a degree."""

_ROOM_MM = 10.0
"""Searches go on this far beside the print."""


def division_of(image: FloatArray, layout: SensorLayout, foot: Footprint, axis: FootAxis) -> FootDivision:
    """Find the lines that divide a foot.

    Parameters
    ----------
    image : (n,) array
        Maximum pressure image of the foot. [kPa, or counts]
    layout : SensorLayout
        Where the sensors are.
    foot : Footprint
        The touched cells.
    axis : FootAxis
        The foot's frame.

    Returns
    -------
    FootDivision
        Without a grid there is no picture with valleys: then the published places alone, and no toes.
    """
    rims = rims_of(foot, axis)
    forefoot = _straight(FOREFOOT_CUT, axis, rims)
    if layout.grid is None:
        usual = tuple(rims.line_mm(cut, axis.length_mm) for cut in USUAL_CUTS)
        return FootDivision(_straight(HEEL_CUT, axis, rims), forefoot, usual)
    ml_mm, ap_mm = toe_line_mm(image, layout, foot, axis)
    toes = np.column_stack([ap_mm - _TIE * min(layout.pitch_mm), ml_mm])
    search = _Search(image, layout, foot, axis, rims, _steps(foot, axis, min(layout.pitch_mm) / FINENESS))
    return FootDivision(
        search.heel_line(),
        forefoot,
        tuple(rims.line_mm(cut, axis.length_mm) for cut in search.metatarsal_cuts(toes)),
        toes,
        search.hallux_line(toes),
    )


def _straight(cut: float, axis: FootAxis, rims: PrintRims) -> FloatArray:
    ap_mm = np.full(2, cut * axis.length_mm)
    ml_mm = [float(rims.line_mm(side, axis.length_mm)[:, 1].mean()) for side in (0.0, 1.0)]
    return np.column_stack([ap_mm, ml_mm])


def _steps(foot: Footprint, axis: FootAxis, step: float) -> FloatArray:
    """Places across the foot, from medial to lateral. [mm]"""
    _, ml_mm = axis.to_foot(foot.x_mm, foot.y_mm)
    return np.arange(ml_mm.max() + _ROOM_MM, ml_mm.min() - _ROOM_MM, -step)


@dataclass(frozen=True, slots=True)
class _Search:
    """Where the lines of one foot are sought: its picture, print, frame and rims, and steps across it. [mm]"""

    image: FloatArray
    layout: SensorLayout
    foot: Footprint
    axis: FootAxis
    rims: PrintRims
    ml_mm: FloatArray

    @property
    def _step_mm(self) -> float:
        return min(self.layout.pitch_mm) / FINENESS

    def heel_line(self) -> FloatArray:
        length_mm = self.axis.length_mm
        n_steps = max(1, round(HEEL_BEND * length_mm / self._step_mm))
        away = np.arange(-n_steps, n_steps + 1) / n_steps
        ap_mm = (HEEL_CUT + HEEL_BEND * away) * length_mm
        pressure = pressure_in_foot(self.image, self.layout, self.axis, ap_mm[None, :], self.ml_mm[:, None])
        path = held_valley(pressure, np.broadcast_to(away, pressure.shape))
        return np.column_stack([ap_mm[path], self.ml_mm])

    def metatarsal_cuts(self, toes: FloatArray) -> list[float]:
        ap_mm, ml_mm = self.axis.to_foot(self.foot.x_mm, self.foot.y_mm)
        length_mm = self.axis.length_mm
        inside = (ap_mm >= FOREFOOT_CUT * length_mm) & (ap_mm < ap_at(toes, ml_mm))
        ap_mm, ml_mm, load = ap_mm[inside], ml_mm[inside], self.foot.pressure_kpa[inside]
        cuts = metatarsal_cuts(ap_mm / length_mm, self.rims.across(ap_mm, ml_mm), load, self.axis.width_mm / length_mm)
        return [float(cut) for cut in cuts]

    def hallux_line(self, toes: FloatArray) -> FloatArray:
        step = self._step_mm
        ap_mm = np.arange(toes[:, 0].min() - step, self.axis.length_mm + step, step)
        along, beside = np.meshgrid(ap_mm, self.ml_mm, indexing="ij")
        across, among_toes = self.rims.across(along, beside), along >= ap_at(toes, beside)
        pressure = pressure_in_foot(self.image, self.layout, self.axis, along, beside)
        usual = np.where(among_toes & (across < HALLUX_CUT), pressure, 0.0)
        highest = across.ravel()[usual.argmax()] if usual.any() else HALLUX_CUT - HALLUX_BEND
        away = (across - HALLUX_CUT) / HALLUX_BEND
        away[(across < highest) | (away > 1)] = np.nan
        return np.column_stack([ap_mm, self.ml_mm[held_valley(pressure, away, among_toes)]])
