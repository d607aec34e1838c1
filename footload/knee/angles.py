"""Frontal-plane angles of the knee from joint centers. Positive is valgus, 0 is straight."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import Side

_UP = np.array([0.0, 0.0, 1.0])


def to_the_right(forward: FloatArray) -> FloatArray:
    """Unit vector to the right of a forward direction, in the horizontal plane.

    Parameters
    ----------
    forward : (3,) array
        Where the person faces, in a lab with z upward.

    Returns
    -------
    (3,) array
        Horizontal.

    Raises
    ------
    ValueError
        When the direction is vertical or missing.
    """
    right = np.cross(forward, _UP)
    length = float(np.linalg.norm(right))
    if not length > 1e-9:
        raise ValueError("The forward direction has no horizontal part, so there is no frontal plane.")
    return right / length


def projection_angle_deg(centers_mm: dict[str, FloatArray], side: Side, forward: FloatArray) -> FloatArray:
    """Frontal-plane projection angle of the knee, as a camera in front sees it. [deg]

    Hip, knee and ankle are projected onto the plane square to the forward direction; the angle is 180 degrees less that
    between thigh and shank. A turned hip with a bent knee shows in it too: it is a projection, not an angle of the
    knee.

    Parameters
    ----------
    centers_mm : dict of str to (t, 3) array
        Places of ``hip``, ``knee`` and ``ankle``. [mm]
    side : Side
        Which leg.
    forward : (3,) array
        Where the person faces.

    Returns
    -------
    (t,) array
        Positive when the knee lies medial of the line from hip to ankle. [deg]
    """
    right = to_the_right(forward)
    medial = right if side is Side.LEFT else -right
    hip, knee, ankle = (np.column_stack([centers_mm[name] @ medial, centers_mm[name] @ _UP]) for name in _JOINTS)
    thigh, shank = hip - knee, knee - ankle
    # both point up; valgus turns the thigh laterally from the shank's own direction
    cross = shank[:, 0] * thigh[:, 1] - shank[:, 1] * thigh[:, 0]
    return np.degrees(np.arctan2(cross, (shank * thigh).sum(axis=1)))


def abduction_angle_deg(centers_mm: dict[str, FloatArray], epicondyles_mm: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Knee abduction angle in three dimensions (Grood and Suntay's floating axis). [deg]

    ``-asin(e1 . e3)`` with e1 the knee's axis from the medial to the lateral epicondyle and e3 the shank upward.
    It does not depend on where the person faces, but on where the epicondyle markers sit.

    Parameters
    ----------
    centers_mm : dict of str to (t, 3) array
        Places of ``knee`` and ``ankle``. [mm]
    epicondyles_mm : tuple of (t, 3) array
        Medial and lateral epicondyle. [mm]

    Returns
    -------
    (t,) array
        Positive is abduction, which is valgus. [deg]
    """
    medial, lateral = epicondyles_mm
    across, up = lateral - medial, centers_mm["knee"] - centers_mm["ankle"]
    sine = (across * up).sum(axis=1) / (np.linalg.norm(across, axis=1) * np.linalg.norm(up, axis=1))
    return np.degrees(np.arcsin(np.clip(-sine, -1.0, 1.0)))


_JOINTS = ("hip", "knee", "ankle")
