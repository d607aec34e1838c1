"""From counts to kPa and back, as a profile states it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from devices.parts import Part
from footload.arrays import FloatArray, IntArray


class Polynomial(Part):
    """kPa as a polynomial of counts, the same for every cell.

    ``pressure = c[0] + c[1] counts + c[2] counts² ...``; it has to rise over the whole range of counts, so that it
    can be turned around.
    """

    unit: Literal["kPa"]
    model: Literal["poly"]
    coefficients: tuple[float, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.coefficients[1] <= 0 and len(self.coefficients) == 2:
            raise ValueError(f"coefficients {self.coefficients} fall with the counts; pressure has to rise with them.")
        return self

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
        if len(self.coefficients) == 2:
            zero, gain = self.coefficients
            steps = (np.asarray(pressure_kpa, np.float64) - zero) / gain
        else:
            every = np.arange(count_max + 1)
            table = np.polynomial.polynomial.polyval(every, np.asarray(self.coefficients))
            if (np.diff(table) <= 0).any():
                raise ValueError(f"coefficients {self.coefficients} do not rise over 0 to {count_max} counts.")
            steps = np.interp(pressure_kpa, table, every)
        return np.clip(np.rint(steps), 0, count_max).astype(np.uint32)


Calibration = Annotated[Polynomial, Field()]
"""Every calibration model there is; a new one joins this union with its own ``model``."""
