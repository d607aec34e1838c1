"""The counted repetitions of a movement brought to one course, with their mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.knee.course import KneeCourse
from footload.movement_analysis import LANDINGS
from footload.tasks.foot_curves import curves_on_mat, curves_on_plates
from footload.tasks.foot_places import FootPlaces
from footload.tasks.landing_feet import SEEN_S
from footload.tasks.repetition import Repetition
from footload.trials import Side

COURSE: Final = np.linspace(0.0, 100.0, 101)
"""Where repetitions of different length are compared, from their beginning to their end. [%]"""
FEWEST_FOR_BAND: Final = 3
"""Two curves have no spread worth the name."""


class Course(NamedTuple):
    """The axis along which repetitions are compared: places of `COURSE`, title, unit in words, short title."""

    places: FloatArray
    title: str
    unit: str
    short: str


@dataclass(frozen=True, slots=True, eq=False)
class Overlaid:
    """The counted repetitions of one foot on one course.

    Parameters
    ----------
    numbers : tuple of int
        Which repetitions, from 0.
    curves : (r, 101) array
        Values at `COURSE`, such as the medial shift; NaN where there is no centre of pressure.
    mean, spread : (101,) array
        Mean and standard deviation of those that have a value; NaN where fewer than three do.
    """

    numbers: tuple[int, ...]
    curves: FloatArray
    mean: FloatArray
    spread: FloatArray


def overlaid(analysis: Analysis, side: Side) -> Overlaid:
    """Bring the counted repetitions of one foot to the same length.

    Parameters
    ----------
    analysis : Analysis
        With the foot's medial shift.
    side : Side
        Which foot.

    Returns
    -------
    Overlaid
        Without the repetitions that were not counted.
    """
    shift = analysis.shifts[side].shift_percent
    counted = counted_in(analysis)
    return laid_over(
        [each.number for each in counted], [on_course(shift[slice(*span(analysis, each))]) for each in counted]
    )


def laid_over(numbers: Sequence[int], curves: Sequence[FloatArray]) -> Overlaid:
    """Put curves of single repetitions together with their mean and spread.

    Parameters
    ----------
    numbers : sequence of int
        Which repetitions, from 0.
    curves : sequence of (101,) arrays
        At `COURSE`.

    Returns
    -------
    Overlaid
        Without a mean where fewer than three have a value.
    """
    stacked = np.array(curves, np.float64).reshape(len(curves), len(COURSE))
    enough = np.isfinite(stacked).sum(axis=0) >= FEWEST_FOR_BAND
    mean, spread = np.full(len(COURSE), np.nan), np.full(len(COURSE), np.nan)
    if enough.any():
        mean[enough] = np.nanmean(stacked[:, enough], axis=0)
        spread[enough] = np.nanstd(stacked[:, enough], axis=0, ddof=1)
    return Overlaid(tuple(numbers), stacked, mean, spread)


def counted_in(analysis: Analysis) -> list[Repetition]:
    """The repetitions that count.

    Parameters
    ----------
    analysis : Analysis
        Of a movement.

    Returns
    -------
    list of Repetition
        In order of time.
    """
    return [each for each in analysis.repetitions if not each.rejected]


def span(analysis: Analysis, repetition: Repetition) -> tuple[int, int]:
    """What of a repetition is drawn: all of a squat, a quarter of a second of a landing.

    Parameters
    ----------
    analysis : Analysis
        Of the movement.
    repetition : Repetition
        One of it.

    Returns
    -------
    (start, stop)
        Frames, half open.
    """
    if analysis.trial.task not in LANDINGS:
        return repetition.start, repetition.stop
    time_s = analysis.repetition_time_s
    start = repetition.phases.get("impact", (repetition.start, repetition.stop))[0]
    stop = int(np.searchsorted(time_s, float(time_s[start]) + SEEN_S + 1e-9))
    return start, min(stop, repetition.stop)


def course_of(analysis: Analysis) -> Course:
    """The axis along which repetitions are compared.

    Parameters
    ----------
    analysis : Analysis
        Of the movement.

    Returns
    -------
    Course
        [%], or [ms] in a landing
    """
    if analysis.trial.task in LANDINGS:
        return Course(COURSE * 10 * SEEN_S, "since touchdown (ms)", "ms", "time (ms)")
    return Course(COURSE, "course of the repetition (%)", "% of the repetition", "course (%)")


def on_course(values: FloatArray) -> FloatArray:
    """Values of one repetition at every per cent of its duration.

    Parameters
    ----------
    values : (t,) array
        From its first to its last frame.

    Returns
    -------
    (101,) array
        Straight lines between frames; NaN beside a frame that has no value.
    """
    if len(values) < 2:
        return np.full(len(COURSE), np.nan)
    return np.interp(COURSE, np.linspace(0.0, 100.0, len(values)), values)


def knees_overlaid(analysis: Analysis, leg: KneeCourse) -> Overlaid:
    """Bring one knee's angle in the counted repetitions to the same length.

    Parameters
    ----------
    analysis : Analysis
        With repetitions.
    leg : KneeCourse
        One knee through the whole trial.

    Returns
    -------
    Overlaid
        [deg]
    """
    time_s, counted = analysis.repetition_time_s, counted_in(analysis)
    curves: list[FloatArray] = []
    for each in counted:
        start, stop = span(analysis, each)
        asked = float(time_s[start]), float(time_s[max(stop - 1, start)])
        at = np.linspace(*asked, len(COURSE))
        curves.append(np.interp(at, leg.time_s, leg.projection_deg, left=np.nan, right=np.nan))
    return laid_over([each.number for each in counted], curves)


def common_places(analysis: Analysis, place: FloatArray) -> FloatArray:
    """From the smallest to the largest place that every counted repetition reaches.

    Parameters
    ----------
    analysis : Analysis
        Of the movement.
    place : (t,) array
        Such as the depth.

    Returns
    -------
    (101,) array
        NaN where they have nothing in common.
    """
    parts = [place[slice(*span(analysis, each))] for each in counted_in(analysis)]
    parts = [part for part in parts if np.isfinite(part).any()]
    if not parts:
        return np.full(len(COURSE), np.nan)
    low, high = max(float(np.nanmin(part)) for part in parts), min(float(np.nanmax(part)) for part in parts)
    return np.linspace(low, high, len(COURSE)) if low < high else np.full(len(COURSE), np.nan)


def values_at(grid: FloatArray, place: FloatArray, shift: FloatArray) -> FloatArray:
    """Values at the places of a grid, along a way that goes up; where it goes back for a moment, the first counts.

    Parameters
    ----------
    grid : (k,) array
        Rising places.
    place, shift : (n,) array
        The way, and the value at each of its points.

    Returns
    -------
    (k,) array
        NaN outside of the way.
    """
    rising = np.flatnonzero(
        place > np.maximum.accumulate(np.concatenate([[-np.inf], np.nan_to_num(place, nan=-np.inf)]))[:-1]
    )
    if len(rising) < 2:
        return np.full(len(grid), np.nan)
    return np.interp(grid, place[rising], shift[rising], left=np.nan, right=np.nan)


def foot_force(analysis: Analysis) -> dict[Side, FloatArray]:
    """Vertical force of each foot on the frames of the repetitions. [N]

    Parameters
    ----------
    analysis : Analysis
        On a calibrated mat, or on plates.

    Returns
    -------
    dict of Side to (t,) array
        Of the feet that are known on their own.
    """
    trial = analysis.trial
    if trial.pressures:
        if not trial.pressure.calibrated:
            return {}
        mine = [contact for contact in analysis.contacts if contact.recording is trial.pressure]
        curves = curves_on_mat(mine, trial.pressure.time_s)
    else:
        curves, _ = curves_on_plates(trial, FootPlaces.of(trial, analysis.parameters))
    return {curve.side: curve.force_n[:, 2] for curve in curves}
