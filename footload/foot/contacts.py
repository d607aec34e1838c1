"""Finding the feet in a recording: where something stood, and when.

The highest picture of a stretch of time is cut into places, the force of each place into stretches of time, and so on
until nothing more comes apart. So two feet that stand side by side, steps along a walkway and steps on the same spot
are all found, and a toe that prints apart from its foot stays with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.foot.axis import FootAxis
from footload.foot.contact import DRAWN_BY_HAND, FootContact, TimeFlag
from footload.foot.cuts import division_of
from footload.foot.divisions import FootDivision
from footload.foot.insoles import insole_axis
from footload.foot.load import Load, load_of, maximum_pressure, total_force
from footload.foot.places import joined
from footload.foot.prints import footprint_of
from footload.foot.regions import regions_of
from footload.foot.rejections import rejections_marked
from footload.foot.shape import shape_of
from footload.foot.sides import sided_by_neighbors
from footload.parameters import DEFAULTS, Parameters
from footload.recordings import PressureRecording
from footload.trials import Side

_WHOLE_FROM_THE_START = 0.1
"""A contact whose first or last frame carries this share of its peak force began or ended outside the recording."""

_ROLL_OVER = 0.3
"""A CoP that moves by this share of the print's length shows which end is the heel."""

_DEEPEST = 6
"""How often places are cut by time and times by place; two rounds are enough for every recording seen so far."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """An analysis' thresholds in the recording's own units.

    Parameters
    ----------
    contact, cop : float
        Force. [N, or counts]
    loaded : float
        Pressure. [kPa, or counts]
    """

    contact: float
    cop: float
    loaded: float

    @classmethod
    def of(cls, recording: PressureRecording, parameters: Parameters) -> Thresholds:
        """Choose the thresholds of a recording: absolute ones where it is calibrated, shares of its peak where not.

        Parameters
        ----------
        recording : PressureRecording
            What will be analyzed.
        parameters : Parameters
            Both kinds.

        Returns
        -------
        Thresholds
            In N and kPa, or in counts.
        """
        if recording.calibrated:
            return cls(parameters.contact_threshold_n, parameters.cop_threshold_n, parameters.loaded_kpa)
        force = float(total_force(recording).max(initial=0.0))
        pressure = float(maximum_pressure(recording).max(initial=0.0))
        return cls(
            parameters.contact_threshold_share * force,
            parameters.cop_threshold_share * force,
            parameters.loaded_share * pressure,
        )


def find_contacts(
    recording: PressureRecording, parameters: Parameters = DEFAULTS, side: Side | None = None
) -> tuple[FootContact, ...]:
    """Find every foot contact of a recording, with its side, axis and regions.

    Parameters
    ----------
    recording : PressureRecording
        Zeroed, with its noise cut.
    parameters : Parameters
        Thresholds.
    side : Side, optional
        The foot that was tested, where all contacts are of one foot; otherwise the shape decides.

    Returns
    -------
    tuple of FootContact
        In order of time, then from left to right. Prints that show no whole foot have no axis and say so in `flags`.
    """
    thresholds = Thresholds.of(recording, parameters)
    everything = np.asarray(recording.valid, bool)
    shortest_frames = parameters.shortest_contact_s * recording.sampling_rate_hz - 1e-6  # whole frames, rounding aside
    found: list[FootContact] = []
    search = _Search(recording, thresholds, parameters.gap_mm, {})
    insole = insole_axis(recording)
    for start, stop, sensors, load in search.cut(everything, (0, recording.n_frames)):
        if not stop - start < shortest_frames:
            contact = FootContact(
                recording, start, stop, sensors, cop_threshold=thresholds.cop, loaded=thresholds.loaded
            )
            found.append(_described(contact.with_load(load), side, insole))
    found.sort(key=lambda contact: (contact.start, _left_edge(contact)))
    if side is None:
        found = sided_by_neighbors(found, _resided)
    return rejections_marked([_with_doubt(contact) for contact in found])


def with_axis(contact: FootContact, axis: FootAxis, side_confidence: float) -> FootContact:
    """Give a contact an axis, and with it the side and the regions.

    Parameters
    ----------
    contact : FootContact
        A whole foot.
    axis : FootAxis
        Its frame.
    side_confidence : float
        How sure the side is, 0.5 to 1.

    Returns
    -------
    FootContact
        The next one; the given one stays as it is.
    """
    division = division_of(contact.maximum_pressure_image, contact.recording.layout, contact.print, axis)
    return with_division(contact.changed(side=axis.side, side_confidence=side_confidence, axis=axis), division)


def with_division(contact: FootContact, division: FootDivision) -> FootContact:
    """Give a contact other lines between its regions.

    Parameters
    ----------
    contact : FootContact
        A whole foot with an axis.
    division : FootDivision
        The lines.

    Returns
    -------
    FootContact
        The next one, with the regions that follow.

    Raises
    ------
    UndefinedMetricError
        When the foot has no axis.
    """
    found = regions_of(division, contact.needed_axis, contact.recording.layout)
    regions = {name: mask & contact.sensors for name, mask in found.items()}
    return contact.changed(division=division, regions=regions)


def standing_axis(contact: FootContact, frames: tuple[int, int]) -> FootAxis | None:
    """Axis of the print that a foot leaves in some frames, such as those of quiet standing before a squat.

    Parameters
    ----------
    contact : FootContact
        A foot of known side.
    frames : (start, stop)
        Half open, in the frames of the recording.

    Returns
    -------
    FootAxis or None
        None when these frames show no whole foot; that of the insole in a shoe, and that which somebody drew.
    """
    given = contact.recording.in_shoe or DRAWN_BY_HAND in contact.flags
    if given and contact.axis is not None:
        return contact.axis
    image = maximum_pressure(contact.recording, *frames) * contact.sensors
    direction = contact.axis.direction if contact.axis else None
    shape = shape_of(footprint_of(image, contact.recording.layout, contact.loaded), contact.side, direction)
    return shape.axis if shape else None


def _described(contact: FootContact, side: Side | None, insole: FootAxis | None) -> FootContact:
    contact = contact.changed(flags=_time_flags(contact))
    if insole is not None:
        return with_axis(contact, insole, 1.0)
    shape = shape_of(contact.print, side, _rolled(contact))
    if shape is None:
        return contact.changed(
            side=side, flags=(*contact.flags, "no whole foot: the print is too small, too round or too thin")
        )
    described = with_axis(contact, shape.axis, shape.side_confidence)
    if shape.toes_missing:
        toeless = "the toes left no print, so the foot's length is estimated from what is behind them"
        described = described.changed(flags=(*described.flags, toeless))
    return described


def _resided(contact: FootContact, side: Side, confidence: float) -> FootContact:
    """The same foot with a side that was decided by what stands beside it or follows it."""
    if side is contact.side:
        return contact.changed(side_confidence=confidence)
    shape = shape_of(contact.print, side, contact.needed_axis.direction)
    note = "side from its place beside the other foot or in the order of steps, against a weak shape"
    assert shape is not None  # it had one with the other side
    return with_axis(contact, shape.axis, confidence).changed(flags=(*contact.flags, note))


def _with_doubt(contact: FootContact) -> FootContact:
    if not contact.side_confidence < 0.9:
        return contact
    return contact.changed(flags=(*contact.flags, f"side is doubtful ({100 * contact.side_confidence:.0f} % sure)"))


def _rolled(contact: FootContact) -> tuple[float, float] | None:
    """The way of the CoP through the contact, where it is long enough to be a roll-over."""
    cop = contact.cop_mm[np.isfinite(contact.cop_mm[:, 0])]
    if len(cop) < 4:
        return None
    tenth = max(1, len(cop) // 10)
    way = cop[-tenth:].mean(axis=0) - cop[:tenth].mean(axis=0)
    extent = np.hypot(np.ptp(contact.print.x_mm), np.ptp(contact.print.y_mm)) if contact.print.n_sensors else np.inf
    return (float(way[0]), float(way[1])) if np.hypot(*way) > _ROLL_OVER * extent else None


def _time_flags(contact: FootContact) -> tuple[str, ...]:
    force, recording = contact.force, contact.recording
    if recording.maxima_only:  # no frame of it is a moment
        return ()
    flags: list[str] = []
    if contact.start == 0 and force[0] > _WHOLE_FROM_THE_START * force.max():
        flags.append(TimeFlag.LOADED_AT_FIRST)
    if contact.stop == recording.n_frames and force[-1] > _WHOLE_FROM_THE_START * force.max():
        flags.append(TimeFlag.LOADED_AT_LAST)
    return tuple(flags)


def _left_edge(contact: FootContact) -> float:
    return float(contact.recording.layout.x_mm[contact.sensors].min())


_Piece = tuple[int, int, BoolArray, Load]
"""Frames [start, stop), sensors, and what these carry in them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What stays the same while a recording is cut into places and times."""

    recording: PressureRecording
    thresholds: Thresholds
    gap_mm: float
    known: dict[tuple[int, int, bytes], Load]

    def cut(self, sensors: BoolArray, frames: tuple[int, int], depth: int = 0) -> list[_Piece]:
        """Cut a stretch of time into places and each place into stretches, until nothing more comes apart."""
        places = self.places(maximum_pressure(self.recording, *frames) * sensors)
        pieces: list[_Piece] = []
        for place in places:
            inside = place & sensors
            load = self.added_up(inside, frames)
            stretches = self.stretches(load, frames[0])
            whole = len(places) == 1 and stretches == [frames]
            for stretch in stretches:
                if whole or depth >= _DEEPEST:
                    pieces.append((*stretch, inside, load.between(stretch[0] - frames[0], stretch[1] - frames[0])))
                else:
                    pieces.extend(self.cut(inside, stretch, depth + 1))
        return pieces

    def places(self, image: FloatArray) -> list[BoolArray]:
        """Groups of sensors whose prints are closer than the gap, each with a rim of half the gap around it."""
        touched = (image >= self.thresholds.loaded) & (image > 0)
        if not touched.any():
            return []
        layout = self.recording.layout
        if layout.grid is None:
            return [np.ones(layout.n_sensors, bool)]
        from scipy import ndimage

        pitch_x, pitch_y = layout.pitch_mm
        away = np.asarray(ndimage.distance_transform_edt(~touched.reshape(layout.grid), sampling=(pitch_y, pitch_x)))
        near = away <= max(self.gap_mm / 2, pitch_x, pitch_y)
        labels, n_places = ndimage.label(near, structure=np.ones((3, 3), int))
        flat = np.asarray(labels).reshape(-1)
        return joined([flat == label for label in range(1, n_places + 1)], touched, layout)

    def added_up(self, sensors: BoolArray, frames: tuple[int, int]) -> Load:
        """What some sensors carry in a stretch of time; a place that does not come apart is asked for twice."""
        active = np.flatnonzero(sensors & (maximum_pressure(self.recording, *frames) > 0))
        asked = (*frames, active.tobytes())
        if asked not in self.known:
            alone = np.ones((len(active), 1))
            self.known[asked] = load_of(self.recording, frames, active, alone, self.thresholds.loaded)
        return self.known[asked]

    def stretches(self, load: Load, start: int) -> list[tuple[int, int]]:
        """Stretches that carry at least the threshold, widened to where the last sensor is touched."""
        strong = load.force[:, 0] >= max(self.thresholds.contact, np.finfo(float).tiny)
        peak = load.peak[:, 0]
        touched = strong | ((peak >= self.thresholds.loaded) & (peak > 0))
        edges = np.flatnonzero(np.diff(np.concatenate([[False], touched, [False]]).astype(np.int8)))
        return [(start + int(a), start + int(b)) for a, b in edges.reshape(-1, 2) if strong[a:b].any()]
