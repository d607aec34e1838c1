"""The excursion of the centre of pressure from its chord, at the distal third of the foot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.foot.hulls import crossing_mm, hull_of, longest_edge
from footload.foot.shape import WIDTH_LINE


@dataclass(frozen=True, slots=True, eq=False)
class Excursion:
    """What the CPEI is made of, for a picture of it.

    Parameters
    ----------
    chord_mm : (2, 2) array
        Chord of the CoP, in the plate frame. [mm]
    medial_tangent_mm : (2, 2) array
        Medial border of the print. [mm]
    excursion_mm : float
        From the chord to the CoP, positive when the CoP lies lateral of the chord. [mm]
    width_mm : float
        Forefoot width on the same line. [mm]
    """

    chord_mm: FloatArray
    medial_tangent_mm: FloatArray
    excursion_mm: float
    width_mm: float


def loaded_cop_mm(contact: FootContact) -> FloatArray:
    """(t, 2) centre of pressure in the frames that have one. [mm]

    Parameters
    ----------
    contact : FootContact
        A foot.

    Returns
    -------
    (t, 2) array
        Without NaN. [mm]

    Raises
    ------
    UndefinedMetricError
        When fewer than three frames are loaded above the threshold.
    """
    cop = contact.cop_mm[np.isfinite(contact.cop_mm[:, 0])]
    if len(cop) < 3:
        raise UndefinedMetricError(
            f"Only {len(cop)} frames are loaded above the threshold of {contact.cop_threshold:g} "
            f"{contact.recording.force_unit}, but a gait line needs 3."
        )
    return cop


def cop_chord_mm(contact: FootContact) -> FloatArray:
    """(2, 2) chord of the gait line: the longest edge of its convex hull, from heel to toes. [mm]

    Parameters
    ----------
    contact : FootContact
        A foot that rolled over.

    Returns
    -------
    (2, 2) array
        Rear and front end. [mm]

    Raises
    ------
    UndefinedMetricError
        When the CoP did not travel: then there is nothing to draw a chord of.
    """
    chord = longest_edge(hull_of(loaded_cop_mm(contact)))
    along = np.asarray(contact.needed_axis.direction)
    if chord is None or abs((chord[1] - chord[0]) @ along) < contact.needed_axis.length_mm / 3:
        raise UndefinedMetricError(
            "The centre of pressure did not travel a third of the foot's length, so there was no roll-over."
        )
    return chord if (chord[1] - chord[0]) @ along > 0 else chord[::-1]


def excursion_of(contact: FootContact) -> Excursion:
    """Measure how far the CoP leaves its chord at the distal third. [mm]

    Parameters
    ----------
    contact : FootContact
        A foot that rolled over.

    Returns
    -------
    Excursion
        Its geometry.

    Raises
    ------
    UndefinedMetricError
        When the foot has no axis, did not roll over, or its CoP never reaches the distal third.

    Notes
    -----
    The medial tangent is the longest edge of the print's hull on the medial side. On it, 0.667 of the foot's length
    from the heel, a perpendicular is drawn: its distances from the chord to the CoP, and across the print's hull,
    are the excursion and the width.
    """
    axis, chord, path = contact.needed_axis, cop_chord_mm(contact), loaded_cop_mm(contact)
    hull = hull_of(contact.print.corners_mm)
    tangent = longest_edge(hull, axis.medial)
    if tangent is None:
        raise UndefinedMetricError("The print has no medial border, because it spans no area.")
    along = tangent[1] - tangent[0]
    along = along / np.hypot(*along) * np.sign(along @ np.asarray(axis.direction))
    medial = np.array([along[1], -along[0]]) * np.sign(along[1] * axis.medial[0] - along[0] * axis.medial[1])
    forward = (hull - tangent[0]) @ along
    at = float(forward.min() + WIDTH_LINE * np.ptp(forward))
    frame = (tangent[0], along, medial, at)
    cop_ml = crossing_mm(path, *frame)
    chord_ml = _on_line(chord, tangent[0], along, medial, at)
    closed = np.vstack([hull, hull[:1]])
    lateral = _farthest(closed, *frame)
    if np.isnan(cop_ml):
        raise UndefinedMetricError("The centre of pressure never crosses the line at two thirds of the foot's length.")
    return Excursion(chord, tangent, chord_ml - cop_ml, -lateral)


def _on_line(chord: FloatArray, origin: FloatArray, along: FloatArray, across: FloatArray, at: float) -> float:
    """Where the chord, made as long as needed, crosses the line."""
    forward, sideways = (chord - origin) @ along, (chord - origin) @ across
    return float(sideways[0] + (at - forward[0]) / (forward[1] - forward[0]) * (sideways[1] - sideways[0]))


def _farthest(path: FloatArray, origin: FloatArray, along: FloatArray, across: FloatArray, at: float) -> float:
    """Lateral crossing of the hull with the line."""
    forward = (path - origin) @ along
    crossings = [
        crossing_mm(path[i : i + 2], origin, along, across, at)
        for i in np.flatnonzero((forward[:-1] <= at) != (forward[1:] <= at))
    ]
    return min(crossings)
