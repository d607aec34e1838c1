"""Power of a signal over frequency."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def sine_tapered_power(
    values: FloatArray, rate_hz: float, n_tapers: int = 8, highest_hz: float = np.inf
) -> tuple[FloatArray, FloatArray]:
    """One-sided power density as the mean over sine tapers.

    The k-th taper is ``sqrt(2 / (n + 1)) sin(pi k i / (n + 1))``. Its transform is half the difference of the signal's
    own transform k bins up and down, on twice as many bins, so that one transform serves all tapers.

    Parameters
    ----------
    values : (n,) array
        Evenly sampled, with its mean taken away.
    rate_hz : float
        Samples per second. [Hz]
    n_tapers : int
        More are smoother and blur more: each frequency takes in ``n_tapers / (2 T)`` around it.
    highest_hz : float
        What lies above is not worked out. [Hz]

    Returns
    -------
    frequency_hz, power : (m,) array
        From 0 to half the rate, or to the highest that was asked for; the integral over frequency is the variance.

    Raises
    ------
    ValueError
        When there are too few samples for so many tapers.
    """
    n = len(values)
    if n_tapers < 1 or n <= 2 * n_tapers:
        raise ValueError(f"{n} samples are too few for {n_tapers} tapers; more than {2 * n_tapers} are needed.")
    n_bins = 2 * (n + 1)
    half = np.fft.rfft(np.concatenate([[0.0], values]), n_bins)
    # Below 0 and above half the rate the transform of a real signal is its own mirror image, conjugated.
    whole = np.concatenate([half[n_tapers:0:-1].conj(), half, half[-2 : -n_tapers - 2 : -1].conj()])
    m = min(len(half) // 2 + len(half) % 2, int(min(highest_hz / rate_hz, 1.0) * n_bins / 2 + 1e-9) + 1)
    power = np.zeros(m)
    for k in range(1, n_tapers + 1):
        below, above = n_tapers - k, n_tapers + k
        apart = whole[below : below + 2 * m - 1 : 2] - whole[above : above + 2 * m - 1 : 2]
        power += apart.real**2 + apart.imag**2
    power *= 2 / (4 * (n + 1) / 2) / n_tapers / rate_hz
    return np.arange(m) * 2 * rate_hz / n_bins, power
