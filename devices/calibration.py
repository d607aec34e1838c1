"""From counts to kPa and back, and from channels to force and moment, as a profile states it."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from devices.parts import Part
from footload.arrays import BoolArray, FloatArray, IntArray


class _Rising(Part, ABC):
    """The same curve for every cell, which rises over the whole range of counts, so that it can be turned around."""

    unit: Literal["kPa"]

    @abstractmethod
    def pressure_kpa(self, counts: IntArray) -> FloatArray:
        """Pressure of counts. [kPa]

        Parameters
        ----------
        counts : array
            Device counts.

        Returns
        -------
        array
            Same shape, float32: 24 bits hold every count of a 16-bit device. [kPa]
        """

    def counts(self, pressure_kpa: FloatArray, count_max: int) -> IntArray:
        """Counts that a device would send for a pressure: rounded, and clipped where it saturates.

        Parameters
        ----------
        pressure_kpa : array
            Pressure. [kPa]
        count_max : int
            Where the device saturates.

        Returns
        -------
        array of uint32
            Same shape.

        Raises
        ------
        ValueError
            When the curve does not rise between 0 and `count_max`.
        """
        every = np.arange(count_max + 1)
        table = self.pressure_kpa(every).astype(np.float64)
        if (np.diff(table) <= 0).any():
            raise ValueError(f"The calibration ({self.described}) does not rise over 0 to {count_max} counts.")
        return np.rint(np.interp(pressure_kpa, table, every)).astype(np.uint32)

    @property
    @abstractmethod
    def described(self) -> str:
        """The model with its numbers, for the history of a recording."""


class Polynomial(_Rising):
    """kPa as a polynomial of counts: ``pressure = c[0] + c[1] counts + c[2] counts² ...``."""

    model: Literal["poly"]
    coefficients: tuple[float, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.coefficients[1] <= 0 and len(self.coefficients) == 2:
            raise ValueError(f"coefficients {self.coefficients} fall with the counts; pressure has to rise with them.")
        return self

    @property
    def described(self) -> str:
        """The model with its numbers."""
        return f"polynomial ({', '.join(f'{c:g}' for c in self.coefficients)})"

    def pressure_kpa(self, counts: IntArray) -> FloatArray:
        """Pressure of counts. [kPa]

        Parameters
        ----------
        counts : array
            Device counts.

        Returns
        -------
        array
            Same shape, float32. [kPa]
        """
        pressure = np.full(counts.shape, self.coefficients[-1], np.float32)
        for coefficient in self.coefficients[-2::-1]:
            pressure *= counts
            pressure += np.float32(coefficient)
        return pressure

    def counts(self, pressure_kpa: FloatArray, count_max: int) -> IntArray:
        """Counts that a device would send for a pressure: rounded, and clipped where it saturates.

        Parameters
        ----------
        pressure_kpa : array
            Pressure. [kPa]
        count_max : int
            Where the device saturates.

        Returns
        -------
        array of uint32
            Same shape.

        Raises
        ------
        ValueError
            When the polynomial does not rise between 0 and `count_max`.
        """
        zero, gain, *higher = self.coefficients
        if higher:
            return super().counts(pressure_kpa, count_max)
        steps = (np.asarray(pressure_kpa, np.float64) - zero) / gain
        return np.clip(np.rint(steps), 0, count_max).astype(np.uint32)


class Table(_Rising):
    """kPa between measured points by straight lines; beyond the last point the last line goes on."""

    model: Literal["table"]
    points: tuple[tuple[float, float], ...] = Field(min_length=2, description="counts and kPa, rising")

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if (np.diff(np.array(self.points), axis=0) <= 0).any():
            raise ValueError("points have to rise in counts and in kPa.")
        return self

    @property
    def described(self) -> str:
        """The model with its numbers."""
        (first, low), (last, high) = self.points[0], self.points[-1]
        return f"table of {len(self.points)} points from {first:g} counts, {low:g} kPa to {last:g}, {high:g}"

    def pressure_kpa(self, counts: IntArray) -> FloatArray:
        """Pressure of counts. [kPa]

        Parameters
        ----------
        counts : array
            Device counts.

        Returns
        -------
        array
            Same shape, float32. [kPa]
        """
        x, y = np.array(self.points).T
        steps = np.asarray(counts, np.float64)
        pressure = np.asarray(np.interp(steps, x, y), np.float64)
        for end, inner, beyond in ((0, 1, steps < x[0]), (-1, -2, steps > x[-1])):
            slope = float((y[end] - y[inner]) / (x[end] - x[inner]))
            pressure = np.where(beyond, float(y[end]) + slope * (steps - float(x[end])), pressure)
        return pressure.astype(np.float32)


class Sigmoid(Part):
    """kPa from the whole frame: the mean of the loaded cells gives the mean pressure, each cell its share of it.

    With A the mean of all cells above `threshold`: ``mean = top / (1 + exp(-steepness (A - middle)))`` and
    ``pressure = mean counts / A``.
    """

    unit: Literal["kPa"]
    model: Literal["sigmoid"]
    top: float = Field(gt=0, description="mean pressure that is never reached [kPa]")
    steepness: float = Field(gt=0)
    middle: float = Field(gt=0)
    threshold: float = Field(ge=0)

    @property
    def described(self) -> str:
        """The model with its numbers."""
        return (
            f"sigmoid of the frame's mean (top {self.top:g} kPa, steepness {self.steepness:g}, middle {self.middle:g}, "
            f"cells above {self.threshold:g})"
        )

    def _mean_kpa(self, mean: FloatArray) -> FloatArray:
        return self.top / (1 + np.exp(-self.steepness * (mean - self.middle)))

    def _mean_above(self, values: FloatArray, loaded: BoolArray) -> FloatArray:
        n = loaded.sum(axis=-1, keepdims=True)
        return np.where(n > 0, (values * loaded).sum(axis=-1, keepdims=True) / np.maximum(n, 1), 0.0)

    def pressure_kpa(self, counts: IntArray) -> FloatArray:
        """Pressure of whole frames. [kPa]

        Parameters
        ----------
        counts : (..., n) array
            Device counts with their zero taken off; the last axis holds the cells of one frame.

        Returns
        -------
        array
            Same shape, float32; 0 where no cell is above the threshold. [kPa]
        """
        values = np.asarray(counts, np.float64)
        mean = self._mean_above(values, values > self.threshold)
        share = np.where(mean > 0, self._mean_kpa(mean) / np.maximum(mean, 1e-12), 0.0)
        return (values * share).astype(np.float32)

    def counts(self, pressure_kpa: FloatArray, count_max: int) -> IntArray:
        """Counts that a device would send for pressures: rounded, and clipped where it saturates.

        Parameters
        ----------
        pressure_kpa : (..., n) array
            Pressure; the last axis holds the cells of one frame. [kPa]
        count_max : int
            Where the device saturates.

        Returns
        -------
        array of uint32
            Same shape.
        """
        pressure = np.maximum(np.asarray(pressure_kpa, np.float64), 0)
        loaded = pressure > 0
        counts = np.zeros_like(pressure)
        # Which cells are above the threshold depends on the counts, and these on which cells are: a few rounds settle.
        for _ in range(8):
            mean_kpa = np.clip(self._mean_above(pressure, loaded), 1e-9, self.top * (1 - 1e-9))
            mean = np.maximum(self.middle - np.log(self.top / mean_kpa - 1) / self.steepness, 1e-9)
            counts = pressure * mean / mean_kpa
            loaded = counts > self.threshold
        return np.clip(np.rint(counts), 0, count_max).astype(np.uint32)


class Matrix(Part):
    """Force and moment as a matrix times the channels, with the plate's own units, which have to be stated."""

    model: Literal["matrix"]
    rows: tuple[tuple[float, ...], ...] = Field(min_length=6, max_length=6, description="Fx Fy Fz Mx My Mz by channel")
    force_unit: Literal["N", "lb"]
    moment_unit: Literal["N.m", "N.mm", "lb.in"]

    @model_validator(mode="after")
    def _rectangle(self) -> Self:
        if len({len(row) for row in self.rows}) != 1:
            raise ValueError(
                f"rows have {', '.join(str(len(row)) for row in self.rows)} entries; they have to be equal."
            )
        return self

    @cached_property
    def array(self) -> FloatArray:
        """The (6, n) matrix."""
        return np.array(self.rows)

    @property
    def described(self) -> str:
        """The model with its units."""
        return f"matrix of 6 x {len(self.rows[0])} in {self.force_unit} and {self.moment_unit}"


PressureModel = Polynomial | Table | Sigmoid
"""What gives kPa."""

Calibration = Annotated[Polynomial | Table | Sigmoid | Matrix, Field(discriminator="model")]
"""Every calibration model there is; a new one joins this union with its own ``model``."""


def read_numbers(path: Path) -> list[list[float]]:
    """Rows of numbers from a file: CSV, white space between, or a plate's ``.acl`` file.

    Lines of an ``.acl`` file look like ``COEFFROW0:0.1,0.2,...``; a word and a colon before the numbers are left out,
    and so are lines without numbers.

    Parameters
    ----------
    path : path
        Text.

    Returns
    -------
    list of list of float
        Row by row.

    Raises
    ------
    ValueError
        When a row holds something else beside numbers, or there is no row.
    """
    rows: list[list[float]] = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        name, colon, numbers = line.rpartition(":")
        if not line.strip() or line.lstrip().startswith("#") or (colon and not name.upper().startswith("COEFFROW")):
            continue
        cells = next(csv.reader([numbers.strip()])) if "," in numbers else numbers.split()
        try:
            rows.append([float(cell) for cell in cells if cell.strip()])
        except ValueError as error:
            raise ValueError(f"{path.name}: {line.strip()!r} is not a row of numbers.") from error
    if not rows:
        raise ValueError(f"{path.name} has no row of numbers.")
    return rows
