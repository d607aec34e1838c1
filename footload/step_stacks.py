"""The metrics of thousands of steps at once: the values of `footload.analyze` for steps that share a grid and regions.

``measure_steps(StepStack(pressure_kpa, 0.01, layout, regions))`` gives an array over the steps for every metric that
forces, areas and peaks of regions, and the gait line, are enough for. What needs the shape of each print (arch indices,
CPEI) or a filter over each gait line (its mean speed) is left to the analysis of single steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray, frozen
from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.contact import WHOLE
from footload.foot.contacts import find_contacts
from footload.foot.regions import FOREFOOT, HEEL, MEDIAL_FOREFOOT, METATARSALS, regions_of
from footload.foot.step_stack import StackLoads, StepStack
from footload.metrics.balances import BALANCES
from footload.recordings import PressureRecording
from footload.trials import Side
from footload.units import CM2_PER_MM2, N_PER_KPA_MM2

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StepStack", "StepValues", "measure_steps", "with_common_regions"]

_MOST_AVERAGED: Final = 200
_LEAST_FRAMES: Final = 3
_Values = dict[tuple[str, str], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class StepValues:
    """What was measured in a stack of steps.

    Parameters
    ----------
    values : mapping of (metric, part) to (steps,) array
        In the unit of the metric's record; NaN where it has no value in a step.
    n_steps : int
        How many steps.
    """

    values: Mapping[tuple[str, str], FloatArray]
    n_steps: int

    def of(self, metric: str, part: str = WHOLE) -> FloatArray:
        """One metric of all steps, in the unit of its record.

        Parameters
        ----------
        metric : str
            Its name.
        part : str
            A region, or ``foot`` for the whole.

        Returns
        -------
        (steps,) array
            NaN where it has no value.

        Raises
        ------
        KeyError
            When it was not measured there.
        """
        if (metric, part) not in self.values:
            there = sorted({name for name, where in self.values if where == part})
            raise KeyError(f"{metric!r} of the part {part!r} was not measured; there: {', '.join(there) or 'nothing'}.")
        return self.values[metric, part]

    def to_table(self) -> pd.DataFrame:
        """All values as a table, a row for each step and part.

        Returns
        -------
        DataFrame
            Columns ``step`` from 0, ``region``, then the metrics.
        """
        import pandas as pd

        found: list[pd.DataFrame] = []
        for part in dict.fromkeys(where for _, where in self.values):
            columns = {name: values for (name, where), values in self.values.items() if where == part}
            found.append(pd.DataFrame({"step": np.arange(self.n_steps), "region": part, **columns}))
        return pd.concat(found, ignore_index=True).sort_values("step", kind="stable", ignore_index=True)


def measure_steps(stack: StepStack) -> StepValues:
    """Measure every step of a stack: the same numbers as one step at a time, at thousands of steps a second.

    Parameters
    ----------
    stack : StepStack
        Steps on one grid, with regions and, for the gait line, an axis.

    Returns
    -------
    StepValues
        Loads and times of the foot and of each region; balances and roll-off where the regions have those names; the
        gait line where there is an axis.
    """
    found: _Values = {}
    for steps, loads in stack.blocks():
        for key, values in _block(stack, loads, stack.frame_s[steps]).items():
            found.setdefault(key, np.full(stack.n_steps, np.nan))[steps] = values
    return StepValues(MappingProxyType({key: frozen(values) for key, values in found.items()}), stack.n_steps)


def with_common_regions(stack: StepStack, side: Side) -> StepStack:
    """Find axis and regions in the mean of the steps, as those of a single step are found, and take them for all.

    Parameters
    ----------
    stack : StepStack
        Steps of one foot that were laid on each other.
    side : Side
        Which foot.

    Returns
    -------
    StepStack
        The same steps with the ten fine and the coarse regions and the axis; of up to 200 steps, evenly spread.

    Raises
    ------
    UndefinedMetricError
        When the mean step does not show one whole foot.
    """
    chosen = np.unique(np.linspace(0, stack.n_steps - 1, min(stack.n_steps, _MOST_AVERAGED)).round().astype(int))
    mean = np.zeros(tuple(stack.pressure_kpa.shape[1:]))
    for number in chosen:
        mean += np.asarray(stack.pressure_kpa[number])
    frames = (mean[:, ::-1] if stack.toes_first else mean).reshape(stack.n_frames, -1) / max(len(chosen), 1)
    recording = PressureRecording(
        np.arange(stack.n_frames) * float(np.median(stack.frame_s)), frames, stack.layout, side=side
    )
    contacts = [contact for contact in find_contacts(recording, side=side) if contact.axis and contact.division]
    if len(contacts) != 1:
        raise UndefinedMetricError(
            f"The mean of the steps shows {len(contacts)} whole feet instead of one, so it has no regions; "
            "give regions and axis yourself."
        )
    axis, division = contacts[0].axis, contacts[0].division
    assert axis is not None
    assert division is not None
    return replace(stack, regions=MappingProxyType(regions_of(division, axis, stack.layout)), axis=axis)


def _block(stack: StepStack, loads: StackLoads, frame_s: FloatArray) -> _Values:
    """Everything of some steps."""
    touched = loads.area_cm2 > 0
    first = touched.argmax(axis=1)
    stop = touched.shape[1] - touched[:, ::-1].argmax(axis=1)
    ever: BoolArray = np.asarray(touched.any(axis=1))
    found: _Values = {}
    for name, values in _loaded(loads, frame_s[:, None], ever, first, stop).items():
        found |= {(name, part): values[:, number] for number, part in enumerate(stack.parts)}
    impulse = dict(zip(stack.parts, loads.force.sum(axis=1).T, strict=True))
    whole = _balanced(impulse) | _forefoot(stack, loads) | _rolled_off(stack, loads, ever, first, stop)
    if stack.axis is not None:
        whole |= _gait_line(loads.cop_mm(stack.cop_threshold_n), stack.axis)
    return found | {(name, WHOLE): values for name, values in whole.items()}


def _loaded(
    loads: StackLoads, frame_s: FloatArray, ever: BoolArray, first: IntArray, stop: IntArray
) -> dict[str, FloatArray]:
    """The metrics of `footload.metrics.loading`, each (steps, parts)."""
    force, n_frames = loads.force, (loads.stop - loads.start)[:, None]
    highest, total = force.max(axis=1), force.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # what was never touched becomes NaN below
        duration_s = (stop - first) * frame_s
        ends = [np.take_along_axis(force, at[:, None, None], axis=1)[:, 0] for at in (loads.start, loads.stop - 1)]
        trapezoid = (total - (ends[0] + ends[1]) / 2) * frame_s
        found = {
            "peak_force": highest,
            "force_time_integral": total * frame_s,
            "contact_time": duration_s,
            "contact_area": loads.area_cm2.max(axis=1),
            "peak_pressure": loads.peak.max(axis=1),
            "peak_pressure_time_integral": loads.peak.sum(axis=1) * frame_s,
            "mean_pressure_time_integral": trapezoid / N_PER_KPA_MM2 / loads.print_mm2,
            "mean_pressure": total / N_PER_KPA_MM2 * frame_s / (loads.print_mm2 * duration_s),
            "average_loading_rate": _loading_rate(force, highest, first, frame_s),
            "loading_begins": 100.0 * (first - loads.start[:, None]) / n_frames,
            "loading_ends": 100.0 * (stop - loads.start[:, None]) / n_frames,
        }
        share = np.where(ever[:, :1], 100.0 * total / total[:, :1], np.nan)
    return {name: np.where(ever, values, np.nan) for name, values in found.items()} | {"force_time_share": share}


def _loading_rate(force: FloatArray, highest: FloatArray, first: IntArray, frame_s: FloatArray) -> FloatArray:
    """Peak force over its time to rise; NaN where the load was there in the first frame or has no time to rise."""
    peak = (force >= 0.999 * highest[:, None]).argmax(axis=1)
    at_peak = np.take_along_axis(force, peak[:, None], axis=1)[:, 0]
    there = (first == 0) & (force[:, 0] > 0.5 * at_peak)
    return np.where(there | (peak <= first), np.nan, at_peak / ((peak - first) * frame_s))


def _balanced(impulse: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """The balances whose zones are there."""
    found: dict[str, FloatArray] = {}
    for name, (more, less) in BALANCES.items():
        if {*more, *less} <= impulse.keys():
            above, below = (_sum(impulse[zone] for zone in zones) for zones in (more, less))
            both = above + below
            found[name] = np.divide(100.0 * (above - below), both, out=np.full(len(both), np.nan), where=both > 0)
    return found


def _sum(arrays: Iterable[FloatArray]) -> FloatArray:
    return np.sum(list(arrays), axis=0)


def _forefoot(stack: StepStack, loads: StackLoads) -> dict[str, FloatArray]:
    """Peak force of the medial forefoot in per cent of that of the forefoot."""
    if not {MEDIAL_FOREFOOT, FOREFOOT} <= set(stack.parts):
        return {}
    medial, whole = (loads.force[:, :, stack.parts.index(name)].max(axis=1) for name in (MEDIAL_FOREFOOT, FOREFOOT))
    share = np.divide(100.0 * medial, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return {"medial_forefoot_force_ratio": share}


def _rolled_off(
    stack: StepStack, loads: StackLoads, ever: BoolArray, first: IntArray, stop: IntArray
) -> dict[str, FloatArray]:
    """The phases of `footload.foot.roll_off`, where heel and metatarsals are there."""
    if not {HEEL, *METATARSALS} <= set(stack.parts):
        return {}
    heel, fore = stack.parts.index(HEEL), [stack.parts.index(name) for name in METATARSALS]
    force = loads.force[:, :, 0]
    events = (first[:, 0], first[:, fore].min(axis=1), first[:, fore].max(axis=1), stop[:, heel], stop[:, 0])
    stood_there = (loads.start == 0) & (force[:, 0] > 0.5 * force.max(axis=1))
    in_order = (events[0] <= events[1]) & (events[1] <= events[2]) & (events[2] < events[3])
    rolled = ever[:, [heel, *fore]].all(axis=1) & in_order & ~stood_there
    n_frames = np.where(rolled, events[4] - events[0], 1)
    names = ("initial_contact_phase", "forefoot_contact_phase", "foot_flat_phase", "push_off_phase")
    return {
        name: np.where(rolled, 100.0 * (events[number + 1] - events[number]) / n_frames, np.nan)
        for number, name in enumerate(names)
    }


def _gait_line(cop_mm: FloatArray, axis: FootAxis) -> dict[str, FloatArray]:
    """Those of `footload.metrics.gait_line` that need no filter and no print."""
    there = np.isfinite(cop_mm[:, :, 0])
    frame: IntArray = np.arange(int(cop_mm.shape[1]))
    at_first = there.argmax(axis=1)[:, None]
    last = np.maximum(np.maximum.accumulate(np.where(there, frame, 0), axis=1), at_first)
    held = np.take_along_axis(cop_mm, last[:, :, None], axis=1)  # a frame without a CoP adds nothing to its way
    held[there.sum(axis=1) < _LEAST_FRAMES] = np.nan
    ap_mm, ml_mm = axis.to_foot(held[:, :, 0], held[:, :, 1])
    ways = np.diff(held, axis=1)
    return {
        "gait_line_length": 100.0 * np.hypot(ways[:, :, 0], ways[:, :, 1]).sum(axis=1) / axis.length_mm,
        "gait_line_width": 100.0 * (ml_mm.max(axis=1) - ml_mm.min(axis=1)) / axis.width_mm,
        "lateral_cop_area": np.abs(np.trapezoid(np.maximum(-ml_mm, 0.0), ap_mm, axis=1)) * CM2_PER_MM2,
        "medial_cop_area": np.abs(np.trapezoid(np.maximum(ml_mm, 0.0), ap_mm, axis=1)) * CM2_PER_MM2,
        "strike_index": 100.0 * ap_mm[:, 0] / axis.length_mm,
    }
