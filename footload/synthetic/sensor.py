"""What a real mat does to a pressure: gain, offset, noise, steps, a threshold and dead cells, all of them known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import IntArray
from footload.recordings import PressureRecording


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor model; every parameter is truth.

    Parameters
    ----------
    full_scale_kpa : float
        Pressure of the highest count. [kPa]
    bits : int
        Counts go from 0 to ``2**bits - 1``.
    noise : float
        Standard deviation is this times the root of the count, at least of one count.
    threshold_counts : int
        Lower counts read 0.
    gain : float
        Factor on the true pressure.
    offset_counts : float
        Added to every living cell, loaded or not.
    dead : tuple of int
        Cells that always read 0.
    seed : int
        Start of the noise; the same seed gives the same noise.

    Raises
    ------
    ValueError
        When a parameter cannot be that of a sensor.
    """

    full_scale_kpa: float = 800.0
    bits: int = 12
    noise: float = 0.15
    threshold_counts: int = 12
    gain: float = 1.0
    offset_counts: float = 0.0
    dead: tuple[int, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.full_scale_kpa > 0:
            raise ValueError(f"full_scale_kpa is {self.full_scale_kpa:g}, but a sensor ends above 0 kPa.")
        if not 1 <= self.bits <= 32:
            raise ValueError(f"bits is {self.bits}, but a count has 1 to 32 bits.")
        if self.noise < 0:
            raise ValueError(f"noise is {self.noise:g}, but a standard deviation is not below 0.")

    @property
    def highest_count(self) -> int:
        """The count of a saturated cell."""
        return 2**self.bits - 1

    @property
    def kpa_per_count(self) -> float:
        """Pressure of one count. [kPa]"""
        return self.full_scale_kpa / self.highest_count

    def counts(self, recording: PressureRecording) -> IntArray:
        """What the device would send.

        Parameters
        ----------
        recording : PressureRecording
            Exact pressures. [kPa]

        Returns
        -------
        (t, n) array of int
            Counts from 0 to `highest_count`.
        """
        counts = recording.pressure_kpa * (self.gain / self.kpa_per_count) + self.offset_counts
        if self.noise:
            noise = np.random.default_rng(self.seed).standard_normal(counts.shape)
            counts = counts + noise * self.noise * np.sqrt(np.maximum(counts, 1.0))
        counts = np.rint(counts).astype(np.int64)
        counts[counts < self.threshold_counts] = 0
        counts[:, list(self.dead)] = 0
        return np.clip(counts, 0, self.highest_count)

    def apply(self, recording: PressureRecording) -> PressureRecording:
        """What is read of exact pressures.

        Parameters
        ----------
        recording : PressureRecording
            Exact pressures. [kPa]

        Returns
        -------
        PressureRecording
            In steps of `kpa_per_count`; dead cells read 0 and are not marked, as on a real mat.
        """
        return recording.with_step(f"seen by {self}", pressure_kpa=self.counts(recording) * self.kpa_per_count)
