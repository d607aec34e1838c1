"""Many steps of one frame as one array: what every region of every step carries, added up without a loop over regions.

Where steps were cut out and laid on one grid, as in StepUP-P150, one set of regions serves all of them. Each step is
then read once: its loaded cells are taken out in the order of the smallest parts that no region divides, and sums and
peaks of any region follow from those parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray, check_shape, frozen, frozen_floats
from footload.foot.axis import FootAxis
from footload.foot.contact import WHOLE
from footload.parameters import DEFAULTS
from footload.recordings import SensorLayout
from footload.units import CM2_PER_MM2, N_PER_KPA_MM2

STEPS_AT_ONCE: Final = 128
"""Steps whose curves are held at one time; 2,000 regions' curves of 101 frames are about 1.6 MB."""

_MOST_REGIONS: Final = 62


def _no_regions() -> Mapping[str, BoolArray]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class StepStack:
    """Steps that were cut out and laid on one grid, with the regions that hold for all of them.

    Parameters
    ----------
    pressure_kpa : (steps, t, rows, cols) array
        Anything that numpy can index, such as an array, a memory map or a data set of HDF5; never copied whole. [kPa]
    frame_s : float or (steps,) array
        Time that one frame stands for, of all steps or of each. [s]
    layout : SensorLayout
        Of the grid; row 0 has the smallest y.
    regions : mapping of name to (n,) array of bool
        Parts of the foot, in the order of the layout; they may overlap.
    axis : FootAxis, optional
        The frame that all steps share, for the gait line.
    toes_first : bool
        Whether row 0 of the array lies at the toes, so that its rows run against those of the layout.
    loaded_kpa, cop_threshold_n : float
        As in `Parameters`. [kPa], [N]

    Raises
    ------
    ValueError
        When shapes do not fit each other or a time is not positive.
    """

    pressure_kpa: Any
    frame_s: FloatArray
    layout: SensorLayout
    regions: Mapping[str, BoolArray] = field(default_factory=_no_regions)
    axis: FootAxis | None = None
    toes_first: bool = False
    loaded_kpa: float = DEFAULTS.loaded_kpa
    cop_threshold_n: float = DEFAULTS.cop_threshold_n

    def __post_init__(self) -> None:
        shape = tuple(self.pressure_kpa.shape)
        if len(shape) != 4 or 0 in shape[1:] or self.layout.grid != shape[2:]:
            raise ValueError(f"pressure_kpa is {shape}, but it has to be steps x frames x the grid {self.layout.grid}.")
        frame_s = frozen_floats("frame_s", np.broadcast_to(np.asarray(self.frame_s, np.float64), shape[:1]))
        if not (np.isfinite(frame_s) & (frame_s > 0)).all():
            raise ValueError("frame_s holds a time that is not above 0 s; every frame takes some time.")
        if len(self.regions) > _MOST_REGIONS:
            raise ValueError(
                f"{len(self.regions)} regions are too many; up to {_MOST_REGIONS} are worked out together."
            )
        for name, mask in self.regions.items():
            check_shape(name, mask, (self.layout.n_sensors,), "the sensors of the layout")
        object.__setattr__(self, "frame_s", frame_s)

    @property
    def n_steps(self) -> int:
        """Number of steps."""
        return int(self.pressure_kpa.shape[0])

    @property
    def n_frames(self) -> int:
        """Frames of each step."""
        return int(self.pressure_kpa.shape[1])

    @property
    def parts(self) -> tuple[str, ...]:
        """The whole foot, then the regions: the last axis of `StackLoads`."""
        return (WHOLE, *self.regions)

    def blocks(self) -> Iterator[tuple[slice, StackLoads]]:
        """Add up what the parts carry, so many steps at a time that memory stays small.

        Yields
        ------
        slice, StackLoads
            Which steps, and what was found in them.

        Raises
        ------
        ValueError
            When a step holds a value that is no pressure.
        """
        kernel = _Kernel.of(self)
        for start in range(0, self.n_steps, STEPS_AT_ONCE):
            steps = slice(start, min(start + STEPS_AT_ONCE, self.n_steps))
            yield steps, kernel.loads(self.pressure_kpa, range(steps.start, steps.stop))


@dataclass(frozen=True, slots=True, eq=False)
class StackLoads:
    """What each part of each step carries over time; part 0 is the whole foot.

    Parameters
    ----------
    force : (steps, t, parts) array
        Vertical force; 0 before the first and after the last touch of the foot. [N]
    area_cm2 : (steps, t, parts) array
        Area of the touched cells. [cm²]
    peak : (steps, t, parts) array
        Highest cell; 0 before the first and after the last touch of the foot. [kPa]
    moment : (steps, t, 2) array
        Force of the whole foot times its place, x and y. [N·mm]
    print_mm2 : (steps, parts) array
        Area that was ever touched. [mm²]
    start, stop : (steps,) array
        Frames of the foot's contact, half open, from its first to its last touch; equal where it never touched.
    """

    force: FloatArray
    area_cm2: FloatArray
    peak: FloatArray
    moment: FloatArray
    print_mm2: FloatArray
    start: IntArray
    stop: IntArray

    def cop_mm(self, threshold_n: float) -> FloatArray:
        """Centre of pressure of the whole foot; NaN in frames below the threshold. [mm]

        Parameters
        ----------
        threshold_n : float
            Least force that gives a CoP. [N]

        Returns
        -------
        (steps, t, 2) array
            x and y in the frame of the layout. [mm]
        """
        force = self.force[:, :, :1]
        cop = np.full(self.moment.shape, np.nan)
        np.divide(self.moment, force, out=cop, where=np.broadcast_to((force >= threshold_n) & (force > 0), cop.shape))
        return cop


@dataclass(frozen=True, slots=True, eq=False)
class _Kernel:
    """What is the same for every step: cells sorted by their atom, and which atoms make up a part.

    An atom is what no region divides: two cells are of one atom when the same regions hold them.
    """

    cells: IntArray
    atom_of: IntArray
    weights: FloatArray
    areas_cm2: FloatArray
    of_parts: FloatArray
    loaded: float

    @classmethod
    def of(cls, stack: StepStack) -> _Kernel:
        """Sort the cells, in the order of the array's own rows."""
        rows, cols = (int(size) for size in stack.pressure_kpa.shape[2:])
        place = np.arange(rows * cols).reshape(rows, cols)
        place = (place[::-1] if stack.toes_first else place).ravel()  # the sensor that each cell of the array is
        masks = [np.ones(rows * cols, bool), *(np.asarray(mask, bool) for mask in stack.regions.values())]
        code = sum((mask.astype(np.int64) << bit for bit, mask in enumerate(masks)), np.zeros(rows * cols, np.int64))
        codes, atom_of = np.unique(code[place], return_inverse=True)
        cells = np.argsort(atom_of, kind="stable")
        sensors, atom_of = place[cells], atom_of[cells]
        layout = stack.layout
        newton = layout.area_mm2[sensors] * N_PER_KPA_MM2
        atoms = (atom_of[:, None] == np.arange(len(codes))).astype(np.float64)
        moments = (newton * layout.x_mm[sensors], newton * layout.y_mm[sensors])
        weights = np.column_stack([atoms * newton[:, None], *moments])
        areas_cm2 = atoms * layout.area_mm2[sensors, None] * CM2_PER_MM2
        of_parts = ((codes[:, None] >> np.arange(len(masks))) & 1).astype(np.float64)
        return cls(cells, atom_of, weights, areas_cm2, of_parts, stack.loaded_kpa)

    def loads(self, pressure: Any, numbers: Sequence[int]) -> StackLoads:
        """Add up some steps."""
        n, t, n_atoms = len(numbers), int(pressure.shape[1]), len(self.of_parts)
        sums, areas = np.zeros((n, t, n_atoms + 2)), np.zeros((n, t, n_atoms))
        peaks, prints = np.zeros((n, t, n_atoms)), np.zeros((n, n_atoms))
        for at, number in enumerate(numbers):
            frames = np.asarray(pressure[number]).reshape(t, -1)
            self._add_up(frames, number, (sums[at], areas[at], peaks[at], prints[at]))
        touched: BoolArray = np.asarray(areas.any(axis=2))
        start = np.where(touched.any(axis=1), touched.argmax(axis=1), 0)
        stop = np.where(touched.any(axis=1), t - touched[:, ::-1].argmax(axis=1), 0)
        frame: IntArray = np.arange(t)
        inside = ((frame >= start[:, None]) & (frame < stop[:, None]))[:, :, None]
        sums *= inside
        peaks *= inside
        members = [np.flatnonzero(column) for column in self.of_parts.T]
        peak = np.stack([peaks[:, :, atoms].max(axis=2, initial=0.0) for atoms in members], axis=2)
        found = (sums[:, :, :-2] @ self.of_parts, areas @ self.of_parts, peak, sums[:, :, -2:], prints @ self.of_parts)
        return StackLoads(*(frozen(array) for array in (*found, start, stop)))

    def _add_up(self, frames: FloatArray, number: int, into: tuple[FloatArray, ...]) -> None:
        """One step, into its place in the block."""
        sums, areas, peaks, print_mm2 = into
        highest = frames.max(axis=0)[self.cells]
        if not np.isfinite(highest).all():
            raise ValueError(f"Step {number} holds a pressure that is not finite; every cell needs a number of kPa.")
        active = np.flatnonzero(highest > 0)
        if not len(active):
            return
        block = frames.take(self.cells[active], axis=1)
        if block.min() < 0:
            raise ValueError(f"Step {number} holds a pressure below 0 kPa; subtract the zero and cut it first.")
        np.matmul(block.astype(np.float64, copy=False), self.weights[active], out=sums)
        atom_of = self.atom_of[active]
        starts = np.flatnonzero(np.diff(atom_of, prepend=-1))
        peaks[:, atom_of[starts]] = np.maximum.reduceat(block, starts, axis=1)
        touched = (block >= self.loaded) & (block > 0)
        np.matmul(touched.astype(np.float64), self.areas_cm2[active], out=areas)
        ever = (highest[active] >= self.loaded).astype(np.float64)
        np.matmul(ever, self.areas_cm2[active] / CM2_PER_MM2, out=print_mm2)
