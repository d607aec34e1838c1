"""Kistler's polynomial correction of the center of pressure."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def corrected_moment(
    force_n: FloatArray, moment_nmm: FloatArray, coefficients: FloatArray, least_force_n: float
) -> FloatArray:
    """Moment whose center of pressure is corrected; the free moment stays as it is. [N·mm]

    ``dx = (P1 y^4 + P2 y^2 + P3) x^3 + (P4 y^4 + P5 y^2 + P6) x`` is taken from x, and the same with P7 to P12 and the
    axes exchanged from y (Kistler 9287C manual 8.4.3).

    Parameters
    ----------
    force_n, moment_nmm : (t, 3) array
        In the plate's own axes, about the surface's center. [N], [N·mm]
    coefficients : (12,) array
        P1 to P12, for mm.
    least_force_n : float
        Samples with a smaller vertical force are left as they are. [N]

    Returns
    -------
    (t, 3) array
        [N·mm]
    """
    vertical = force_n[:, 2]
    loaded = np.abs(vertical) >= least_force_n
    divisor = np.where(loaded, vertical, 1.0)
    x, y = -moment_nmm[:, 1] / divisor, moment_nmm[:, 0] / divisor
    free = moment_nmm[:, 2] - x * force_n[:, 1] + y * force_n[:, 0]
    new_x = x - _error(x, y, coefficients[:6])
    new_y = y - _error(y, x, coefficients[6:])
    moment = np.column_stack(
        [new_y * vertical, -new_x * vertical, free + new_x * force_n[:, 1] - new_y * force_n[:, 0]]
    )
    return np.where(loaded[:, None], moment, moment_nmm)


def _error(along: FloatArray, across: FloatArray, p: FloatArray) -> FloatArray:
    square = across**2
    cubic = p[0] * square**2 + p[1] * square + p[2]
    linear = p[3] * square**2 + p[4] * square + p[5]
    return cubic * along**3 + linear * along
