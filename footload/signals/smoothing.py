"""Moving means that shift nothing in time."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def moving_mean(values: FloatArray, n: int) -> FloatArray:
    """Mean over the n frames around each frame; fewer at the ends.

    An even n counts the two outermost frames half, so that nothing moves in time.

    Parameters
    ----------
    values : (t,) array
        Finite values.
    n : int
        Width of the window. [frames]

    Returns
    -------
    (t,) array
        In the unit of the values.
    """
    if n <= 1 or len(values) == 0:
        return values.astype(np.float64)
    half = min(n // 2, len(values) - 1)
    kernel = np.ones(2 * half + 1)
    if n % 2 == 0:
        kernel[[0, -1]] = 0.5
    # Around zero, so that rounding does not depend on how large the values are.
    center = float(values.mean())
    total = np.convolve(values - center, kernel)[half : half + len(values)]
    weight = np.convolve(np.ones(len(values)), kernel)[half : half + len(values)]
    return center + total / weight
