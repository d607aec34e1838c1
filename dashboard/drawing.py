"""Feet that are drawn by hand on a trial's page: what can be dragged, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from dashboard.theme import SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.foot.contact import DRAWN_BY_HAND, FootContact
from footload.foot.divisions import FootDivision, ap_at, ml_at
from footload.foot.drawn import DrawnFeet, DrawnFoot, DrawnLines
from footload.foot.drawn_history import DrawnHistory, drawn_beside, read_history

if TYPE_CHECKING:
    from dashboard.store import TrialStore

MARGIN_MM: Final = 20.0
POINTS: Final = {"heel": "heel point", "toe": "toe point"}
LINES: Final = {
    "heel_mm": "heel line",
    "forefoot_mm": "forefoot line",
    "toes_mm": "toe line",
    "hallux_mm": "hallux line",
    **{f"metatarsals_mm-{n}": f"line between metatarsals {n + 1} and {n + 2}" for n in range(4)},
}
"""Every line between regions that can be dragged, in words."""
_NO_NAME: Final = "somebody at this machine"
_writing = threading.Lock()

_Place = tuple[FiniteFloat, FiniteFloat]


class Dragged(BaseModel):
    """One handle of one foot that was moved: the whole foot as it stands then."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(ge=0)
    handle: str = Field(max_length=40)
    heel_mm: _Place
    toe_mm: _Place
    lines: dict[str, tuple[_Place, ...]] = Field(default_factory=dict[str, tuple[_Place, ...]], max_length=8)


def history_of(store: TrialStore, trial_id: str) -> DrawnHistory:
    """The edits of one trial.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        From the list.

    Returns
    -------
    DrawnHistory
        As its file says at this moment.

    Raises
    ------
    KeyError
        When there is no such trial.
    UnreadableTrialError
        When the file of the edits is damaged.
    """
    return read_history(drawn_beside(store.path(trial_id)))


def feet_to_draw(analysis: Analysis) -> list[dict[str, Any]]:
    """Say what of each foot can be dragged.

    Parameters
    ----------
    analysis : Analysis
        Of the trial as it stands.

    Returns
    -------
    list of dict
        Fit for JSON, one a foot with an axis: its cells, heel and toe point, lines with their handles. [mm]
    """
    return [
        _foot(contact, number)
        for number, contact in enumerate(analysis.contacts)
        if contact.axis is not None and contact.division is not None
    ]


def draw(store: TrialStore, trial_id: str, dragged: Mapping[str, Any], by: str) -> DrawnHistory:
    """Keep a foot as somebody dragged it.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        Which trial.
    dragged : mapping
        From the page; see `Dragged`.
    by : str
        Who did it.

    Returns
    -------
    DrawnHistory
        With one more edit, which holds.

    Raises
    ------
    ValueError
        When such a foot cannot be; nothing is kept then.
    UnreadableTrialError
        When the edits so far are damaged, or of another recording.
    """
    try:
        asked = Dragged.model_validate(dragged)
    except ValidationError as error:
        raise ValueError(f"This edit cannot be read: {error.errors()[0]['msg']}.") from error
    analysis = store.analysis(trial_id)
    if asked.number >= len(analysis.contacts) or asked.handle not in POINTS.keys() | LINES.keys() | {"side"}:
        raise ValueError("The foot or the line that was dragged is not there any more; open the trial again.")
    with _writing:
        before = read_history(drawn_beside(store.path(trial_id)), analysis.trial)
        known = {_number_of(each, analysis): each for each in before.drawn.feet}
        foot = _drawn_foot(analysis, asked, known.pop(asked.number, None))
        what = f"foot {asked.number + 1}, {SIDE_WORD[foot.side]}: {({**POINTS, **LINES, 'side': 'side'})[asked.handle]}"
        feet = (*known.values(), foot)
        after = before.edited(DrawnFeet(feet=feet), what, _name(by), _now())
        _keep(store, trial_id, analysis, after)
    return after


def go_to(store: TrialStore, trial_id: str, where: str, by: str) -> DrawnHistory:
    """Go back or forth among the edits.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        Which trial.
    where : str
        ``undo``, ``redo``, ``automatic``, or the number of an edit.
    by : str
        Who did it; kept where it is an edit of its own.

    Returns
    -------
    DrawnHistory
        The one that holds now.

    Raises
    ------
    ValueError
        When there is no such edit.
    UnreadableTrialError
        When the edits so far are damaged, or of another recording.
    """
    analysis = store.analysis(trial_id)
    with _writing:
        before = read_history(drawn_beside(store.path(trial_id)), analysis.trial)
        if where == "undo":
            after = before.undone()
        elif where == "redo":
            after = before.redone()
        elif where == "automatic":
            after = before.edited(DrawnFeet(), "all feet back to what was found", _name(by), _now())
            after = before if not before.drawn.feet else after
        else:
            after = before.at_edit(int(where))
        if after != before:
            _keep(store, trial_id, analysis, after)
    return after


def _keep(store: TrialStore, trial_id: str, analysis: Analysis, after: DrawnHistory) -> None:
    source = analysis.trial.source_sha256
    after.model_copy(update={"source_sha256": source}).write(drawn_beside(store.path(trial_id)))


def _drawn_foot(analysis: Analysis, asked: Dragged, known: DrawnFoot | None) -> DrawnFoot:
    contact = analysis.contacts[asked.number]
    axis, division = contact.axis, contact.division
    if axis is None or division is None:
        raise ValueError("This foot has no axis that could be moved.")
    number = next(n for n, each in enumerate(analysis.trial.pressures) if each is contact.recording)
    foot = DrawnFoot(
        start_s=float(contact.time_s[0]),
        side=axis.side.other if asked.handle == "side" else axis.side,
        heel_mm=axis.heel_mm,
        forefoot_mm=axis.forefoot_mm,
        recording=number,
        length_mm=axis.length_mm,
        width_mm=axis.width_mm if axis.width_mm > 0 else None,
    )
    changed: dict[str, Any] = {"lines": known.lines if known is not None and asked.handle != "side" else None}
    if asked.handle in POINTS:
        length = float(np.hypot(*np.subtract(asked.toe_mm, asked.heel_mm)))
        # The width is measured anew on the axis that was dragged.
        changed |= {"heel_mm": asked.heel_mm, "forefoot_mm": asked.toe_mm, "length_mm": length, "width_mm": None}
    elif asked.handle in LINES:
        changed["lines"] = _lines(division, asked)
    foot = DrawnFoot.model_validate({**dict(foot), **changed})
    DrawnFeet(feet=(foot,)).on((contact,), number)  # says why where it cannot be
    return foot


def _lines(division: FootDivision, asked: Dragged) -> DrawnLines:
    found = dict(DrawnLines.of(division))
    metatarsals = list(found["metatarsals_mm"])
    for name, points in asked.lines.items():
        base, _, number = name.partition("-")
        if name not in LINES or (not number and found[base] is None):
            raise ValueError(f"There is no line {name!r} on this foot.")
        if number:
            metatarsals[int(number)] = points
        else:
            found[base] = points
    return DrawnLines.model_validate({**found, "metatarsals_mm": tuple(metatarsals)})


def _number_of(foot: DrawnFoot, analysis: Analysis) -> int | None:
    """Which contact of the analysis a drawn foot is: as `DrawnFeet` finds it."""
    recording = analysis.trial.pressures[foot.recording] if foot.recording < len(analysis.trial.pressures) else None
    middle = np.add(foot.heel_mm, foot.forefoot_mm) / 2
    near = [
        (float(np.hypot(*(contact.print_center_mm - middle))), number)
        for number, contact in enumerate(analysis.contacts)
        if contact.recording is recording and abs(float(contact.time_s[0]) - foot.start_s) <= 1.5 * contact.frame_s
    ]
    return min(near)[1] if near else None


def _name(by: str) -> str:
    return by.strip()[:80] or _NO_NAME


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _foot(contact: FootContact, number: int) -> dict[str, Any]:
    axis, layout = contact.needed_axis, contact.recording.layout
    image = contact.maximum_pressure_image
    seen = np.flatnonzero(contact.sensors & (image > 0))
    size = np.array(layout.pitch_mm) if layout.grid else np.repeat(np.sqrt(layout.area_mm2[seen])[:, None], 2, axis=1)
    sizes = np.broadcast_to(size, (len(seen), 2))
    shade = np.minimum(255 * image[seen] / float(image.max()), 255).astype(int)
    cells = np.column_stack([layout.x_mm[seen], layout.y_mm[seen], sizes]).round(2)
    toe = axis.points_mm(np.array([axis.length_mm]))[0]
    corners = np.vstack([cells[:, :2] - sizes / 2, cells[:, :2] + sizes / 2, [axis.heel_mm, toe]])
    return {
        "number": number,
        "name": f"{number + 1} {SIDE_WORD[axis.side]}",
        "edited": DRAWN_BY_HAND in contact.flags,
        "heel": list(axis.heel_mm),
        "toe": toe.tolist(),
        "along": list(axis.direction),
        "medial": list(axis.medial),
        "view": [*(corners.min(axis=0) - MARGIN_MM).tolist(), *(corners.max(axis=0) + MARGIN_MM).tolist()],
        "cells": [[*cell, color] for cell, color in zip(cells.tolist(), shade.tolist(), strict=True)],
        "lines": _handles(contact),
    }


def _handles(contact: FootContact) -> list[dict[str, Any]]:
    division, length = contact.division, contact.needed_axis.length_mm
    assert division is not None
    found: list[dict[str, Any]] = []
    for name, label in LINES.items():
        base, _, number = name.partition("-")
        line = getattr(division, base)
        if line is None:
            continue
        if number:
            points, along = line[int(number)], True
            shown = _between(points, division, length)
        else:
            points, along = line, base == "hallux_mm"
            shown = points
        places = shown[[0, len(shown) // 2, -1]] if len(shown) > 2 else shown[[0, -1]] if len(shown) > 1 else shown
        found.append(
            {
                "name": name,
                "label": label,
                "along": along,
                "points": points.round(3).tolist(),
                "shown": shown.round(3).tolist(),
                "handles": places.round(3).tolist(),
            }
        )
    return found


def _between(line: FloatArray, division: FootDivision, length_mm: float) -> FloatArray:
    """The part of a line between metatarsals that parts them: from the forefoot's line to the toes'."""
    ml = ml_at(line, np.array([0.7 * length_mm]))
    start = float(ap_at(division.forefoot_mm, ml)[0])
    stop = float(ap_at(division.toes_mm, ml)[0]) if division.toes_mm is not None else 0.85 * length_mm
    ap = np.array([start, max(stop, start + 5.0)])
    return np.column_stack([ap, ml_at(line, ap)])
