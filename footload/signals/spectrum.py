"""Power of a signal over frequency."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray

_Complex = NDArray[np.complex128]
_KEPT_CHIRPS = 4


def sine_tapered_power(
    values: FloatArray, rate_hz: float, n_tapers: int = 8, highest_hz: float = np.inf
) -> tuple[FloatArray, FloatArray]:
    """One-sided power density as the mean over sine tapers.

    The k-th taper is ``sqrt(2 / (n + 1)) sin(pi k i / (n + 1))``. Its transform is half the difference of the signal's
    own transform k bins up and down, on twice as many bins, so that one transform serves all tapers. That transform is
    worked out at the bins in use alone (the chirp transform of Bluestein and Rabiner, exact): 2 (n + 1) bins mostly
    have a large prime factor, and all of them would cost more.

    Parameters
    ----------
    values : (n,) or (2, n) array
        One signal or two, evenly sampled, with their mean taken away.
    rate_hz : float
        Samples per second. [Hz]
    n_tapers : int
        More are smoother and blur more: each frequency takes in ``n_tapers / (2 T)`` around it.
    highest_hz : float
        What lies above is not worked out. [Hz]

    Returns
    -------
    frequency_hz : (m,) array
        From 0 to half the rate, or to the highest that was asked for. [Hz]
    power : (m,) or (2, m) array
        Its integral over frequency is the variance.

    Raises
    ------
    ValueError
        When there are too few samples for so many tapers, or more than two signals.
    """
    n: int = values.shape[-1]
    if n_tapers < 1 or n <= 2 * n_tapers:
        raise ValueError(f"{n} samples are too few for {n_tapers} tapers; more than {2 * n_tapers} are needed.")
    if values.ndim > 1 and values.shape != (2, n):
        raise ValueError(f"The signals have the shape {values.shape}; one, (n,), or two, (2, n), are transformed.")
    m = min((n + 3) // 2, int(min(highest_hz / rate_hz, 1.0) * (n + 1) + 1e-9) + 1)
    bins = _bins(values, 2 * (m - 1) + n_tapers, n_tapers)
    # Every second bin with the n_tapers below it and above it; the k-th of either belong to the k-th taper.
    by_row, by_bin = bins.strides
    around = np.ndarray((len(bins), m, 2 * n_tapers + 1), bins.dtype, bins, 0, (by_row, 2 * by_bin, by_bin))
    apart = (around[..., n_tapers + 1 :] - around[..., n_tapers - 1 :: -1]).view(np.float64)
    power = np.einsum("ijk,ijk->ij", apart, apart) * (1 / ((n + 1) * n_tapers * rate_hz))
    return np.arange(m) * (rate_hz / (n + 1)), power if values.ndim > 1 else power[0]


def _bins(values: FloatArray, highest: int, n_below: int) -> _Complex:
    """(k, n_below + 1 + highest) transforms on 2 (n + 1) bins, from a few below 0 on; of a second signal i times it."""
    n = values.shape[-1]
    chirps = _chirps(n, highest)
    both = np.zeros(chirps.of_samples.shape, np.complex128)
    flat = both.reshape(-1)
    flat.real[:n] = values[0] if values.ndim > 1 else values
    if values.ndim > 1:
        flat.imag[:n] = values[1]
    both *= chirps.of_samples
    through = _transformed(both, chirps.between.shape[1])
    through *= chirps.between
    # A second transform instead of its inverse: the same, from the last to the first.
    found = _transformed(through.sum(axis=0))[: -2 * highest - 2 : -1] * chirps.of_bins
    # Two real signals went through as one complex signal; what mirrors about 0 is that of the first.
    upward, downward = found[highest - n_below :], found[highest + n_below :: -1].conj()
    if values.ndim == 1:
        return upward[None]
    both = np.empty((2, len(upward)), np.complex128)
    np.add(upward, downward, out=both[0])
    np.subtract(upward, downward, out=both[1])
    both *= 0.5
    return both


class _Chirps(NamedTuple):
    """What a sum over samples needs to become a convolution: ``i l = (i² + l² - (l - i)²) / 2``.

    The samples are taken in blocks up to three times as long as there are bins, whose transforms are added up.
    """

    of_samples: _Complex
    """(blocks, samples)"""
    of_bins: _Complex
    between: _Complex
    """(blocks, length) already transformed."""


@lru_cache(maxsize=_KEPT_CHIRPS)
def _chirps(n: int, highest: int) -> _Chirps:
    from scipy.fft import next_fast_len

    def chirp(steps: IntArray) -> _Complex:
        # A whole turn is 4 (n + 1) half steps: taken off in whole numbers, the angle stays exact.
        return np.exp(-0.5j * np.pi / (n + 1) * (steps**2 % (4 * (n + 1))))

    n_bins = 2 * highest + 1
    n_blocks = -(-n // (3 * n_bins))
    block = -(-n // n_blocks)
    length: int = next_fast_len(block + n_bins - 1)
    samples = np.arange(1, n_blocks * block + 1).reshape(n_blocks, block)
    lags = np.arange(length)
    lags[n_bins + 1 :] -= length  # the negative ones come last
    between = chirp(lags - 1 - highest - samples[:, :1]).conj() / length
    return _Chirps(chirp(samples), chirp(np.arange(-highest, highest + 1)), _transformed(between))


def _transformed(values: _Complex, length: int | None = None) -> _Complex:
    """Along the last axis; what was given may be overwritten."""
    from scipy.fft import fft

    found: Any = fft(values, length, overwrite_x=True)
    return found
