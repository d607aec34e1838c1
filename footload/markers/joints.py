"""Joint centers from markers, each with the way it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray
from footload.markers.labels import MarkerLabels
from footload.recordings import Side


@dataclass(frozen=True, slots=True, eq=False)
class JointCenters:
    """Hip, knee and ankle of one leg.

    Parameters
    ----------
    side : Side
        Which leg.
    positions_mm : mapping of str to (t, 3) array
        ``hip``, ``knee``, ``ankle``, as far as the markers allow. [mm]
    methods : mapping of str to str
        For each of the three: how it was found, or why it was not.
    """

    side: Side
    positions_mm: Mapping[str, FloatArray]
    methods: Mapping[str, str]


def joint_centers(
    labels: MarkerLabels,
    side: Side,
    knee_width_mm: float | None = None,
    ankle_width_mm: float | None = None,
    marker_radius_mm: float = 0.0,
) -> JointCenters:
    """Find the joint centers of a leg.

    In this order: a center that the file holds already; the middle between the lateral and the medial marker; half the
    measured width and a marker's radius inward from the lateral marker. The hip is estimated from the pelvis by
    Harrington's regression (2007); a marker on the sacrum stands for the two posterior spines.

    Parameters
    ----------
    labels : MarkerLabels
        The markers.
    side : Side
        Which leg.
    knee_width_mm, ankle_width_mm : float, optional
        Of the joint, from skin to skin, for legs with lateral markers only. [mm]
    marker_radius_mm : float
        From the skin to the middle of the lateral marker. [mm]

    Returns
    -------
    JointCenters
        What cannot be found is left out, with the reason in `methods`.
    """
    positions: dict[str, FloatArray] = {}
    methods: dict[str, str] = {}
    widths = {"knee": knee_width_mm, "ankle": ankle_width_mm}
    for joint in ("hip", "knee", "ankle"):
        width_mm = widths.get(joint)
        inward_mm = None if width_mm is None else width_mm / 2 + marker_radius_mm
        place, method = _center(labels, side, joint, inward_mm)
        methods[joint] = method
        if place is not None:
            positions[joint] = place
    return JointCenters(side, MappingProxyType(positions), MappingProxyType(methods))


def _center(labels: MarkerLabels, side: Side, joint: str, inward_mm: float | None) -> tuple[FloatArray | None, str]:
    if labels.has(side, f"{joint}_center"):
        return labels.of(side, f"{joint}_center"), f"the file's own {labels.found[side, f'{joint}_center']}"
    if joint == "hip":
        return _hip(labels, side)
    lateral, medial = f"lateral_{joint}", f"medial_{joint}"
    if labels.has(side, lateral, medial):
        middle = (labels.of(side, lateral) + labels.of(side, medial)) / 2
        return middle, f"middle between {labels.found[side, lateral]} and {labels.found[side, medial]}"
    if not labels.has(side, lateral):
        return None, f"there is no marker on the lateral side of the {side} {joint}"
    return _from_lateral(labels, side, joint, inward_mm)


def _from_lateral(
    labels: MarkerLabels, side: Side, joint: str, inward_mm: float | None
) -> tuple[FloatArray | None, str]:
    inward = _inward(labels, side)
    if inward_mm is None:
        return None, f"only the lateral marker of the {side} {joint} is there, and its width was not entered"
    if inward is None:
        return None, f"the {side} {joint} needs heel and toe markers to tell which way is inward"
    lateral = f"lateral_{joint}"
    place = labels.of(side, lateral) + inward * inward_mm
    return place, f"{inward_mm:g} mm inward from {labels.found[side, lateral]} (an approximation)"


def _inward(labels: MarkerLabels, side: Side) -> FloatArray | None:
    """(t, 3) unit vector toward the other leg, square to shank and foot."""
    if not labels.has(side, "lateral_knee", "lateral_ankle", "heel", "toe"):
        return None
    shank = labels.of(side, "lateral_knee") - labels.of(side, "lateral_ankle")
    foot = labels.of(side, "toe") - labels.of(side, "heel")
    rightward = _unit(np.cross(foot, shank))
    return rightward if side is Side.LEFT else -rightward


def _hip(labels: MarkerLabels, side: Side) -> tuple[FloatArray | None, str]:
    """Harrington et al. 2007 (J Biomech 40:595): x = -0.24 PD - 9.9, y = -0.30 PW - 10.9, z = 0.33 PW + 7.3 mm.

    x forward, y up, z outward from the middle between the anterior spines; PW is the distance between those, PD from
    their middle to that of the posterior ones.
    """
    if not all(labels.has(leg, "asis") and (labels.has(leg, "psis") or labels.has(leg, "sacrum")) for leg in Side):
        return (
            None,
            "the pelvis markers (both anterior spines, and both posterior ones or the sacrum) are not all there",
        )
    left, right = labels.of(Side.LEFT, "asis"), labels.of(Side.RIGHT, "asis")
    front = (left + right) / 2
    both = all(labels.has(leg, "psis") for leg in Side)
    back = sum(labels.of(leg, "psis" if both else "sacrum") for leg in Side) / 2
    rightward = _unit(right - left)
    forward = front - back
    forward = _unit(forward - rightward * (forward * rightward).sum(axis=1, keepdims=True))
    upward = np.cross(rightward, forward)
    width = np.linalg.norm(right - left, axis=1, keepdims=True)
    depth = np.linalg.norm(front - back, axis=1, keepdims=True)
    outward = rightward if side is Side.RIGHT else -rightward
    place = front + forward * (-0.24 * depth - 9.9) + upward * (-0.30 * width - 10.9) + outward * (0.33 * width + 7.3)
    return place, f"Harrington's regression from the {'four pelvis markers' if both else 'spines and sacrum'} (2007)"


def _unit(vectors: FloatArray) -> FloatArray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, np.nan)
