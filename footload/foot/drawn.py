"""Feet as somebody drew them: heel and toe points and the lines between regions, as a file that people can edit."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError
from footload.foot.axis import FootAxis
from footload.foot.contact import DRAWN_BY_HAND, FootContact
from footload.foot.contacts import with_axis, with_division
from footload.foot.divisions import FootDivision
from footload.foot.shape import width_mm
from footload.recordings import PressureRecording
from footload.trials import Side

_FARTHEST_MM = 150.0
"""A drawn foot whose middle lies farther from every print than this is of another file."""

_STRICT = ConfigDict(extra="forbid", frozen=True)
Place = tuple[FiniteFloat, FiniteFloat]
Line = Annotated[tuple[Place, ...], Field(min_length=1)]


class DrawnLines(BaseModel):
    """The lines between the regions of a foot, as points (ap, ml) in its frame: see `FootDivision`. [mm]"""

    model_config = _STRICT

    heel_mm: Line
    forefoot_mm: Line
    metatarsals_mm: Annotated[tuple[Line, ...], Field(min_length=4, max_length=4)]
    toes_mm: Line | None = None
    hallux_mm: Line | None = None

    @classmethod
    def of(cls, division: FootDivision) -> DrawnLines:
        """Take the lines of a foot for a start.

        Parameters
        ----------
        division : FootDivision
            As it was found.

        Returns
        -------
        DrawnLines
            The same lines.
        """
        return cls(
            heel_mm=_points(division.heel_mm),
            forefoot_mm=_points(division.forefoot_mm),
            metatarsals_mm=tuple(_points(line) for line in division.metatarsals_mm),
            toes_mm=None if division.toes_mm is None else _points(division.toes_mm),
            hallux_mm=None if division.hallux_mm is None else _points(division.hallux_mm),
        )

    @property
    def division(self) -> FootDivision:
        """The lines as an analysis uses them."""
        metatarsals = tuple(np.array(line) for line in self.metatarsals_mm)
        toes, hallux = (None if line is None else np.array(line) for line in (self.toes_mm, self.hallux_mm))
        return FootDivision(np.array(self.heel_mm), np.array(self.forefoot_mm), metatarsals, toes, hallux)


class DrawnFoot(BaseModel):
    """One foot as somebody drew it: its axis, and the lines between its regions where they were changed as well.

    The foot is the contact that starts at `start_s` and lies nearest. Points are in the plate frame; `heel_mm` is the
    rear end of the foot on the axis, `forefoot_mm` any other point of the axis, such as the second toe. A length or
    width that is not given is that of the print on the drawn axis; lines that are not given are found anew.
    """

    model_config = _STRICT

    start_s: FiniteFloat
    side: Side
    heel_mm: Place
    forefoot_mm: Place
    recording: Annotated[int, Field(ge=0)] = 0
    length_mm: Annotated[FiniteFloat, Field(gt=0)] | None = None
    width_mm: Annotated[FiniteFloat, Field(gt=0)] | None = None
    lines: DrawnLines | None = None

    def axis_on(self, contact: FootContact) -> FootAxis:
        """The drawn axis over a print.

        Parameters
        ----------
        contact : FootContact
            The foot that was drawn.

        Returns
        -------
        FootAxis
            With the length and width of the print where none was given.
        """
        axis = FootAxis(self.side, self.heel_mm, self.forefoot_mm, self.length_mm or 1.0, float("nan"))
        if self.length_mm is None:
            axis = replace(axis, length_mm=contact.print.extent_mm(self.heel_mm, axis.direction)[1])
        return replace(axis, width_mm=self.width_mm or width_mm(contact.print, axis))


class DrawnFeet(BaseModel):
    """The feet of one trial as somebody drew them; feet that are not among them are found as always."""

    model_config = _STRICT

    feet: tuple[DrawnFoot, ...] = ()

    def on(self, contacts: Sequence[FootContact], recording: int = 0) -> tuple[FootContact, ...]:
        """Give contacts the axes and regions that were drawn.

        Parameters
        ----------
        contacts : sequence of FootContact
            Of one recording.
        recording : int
            Its number in the trial, from 0.

        Returns
        -------
        tuple of FootContact
            In the same order; a drawn one says so in `flags`, and its side is taken for sure.

        Raises
        ------
        ValueError
            When a drawn foot is none of the contacts.
        """
        found = list(contacts)
        for foot in self.feet:
            if foot.recording == recording:
                number = _contact_of(foot, found)
                found[number] = _drawn(found[number], foot)
        return tuple(found)

    def write(self, path: Path) -> None:
        """Write them as JSON.

        Parameters
        ----------
        path : Path
            Replaced when it exists.
        """
        path.write_text(self.model_dump_json(indent=1, exclude_none=True) + "\n", "utf-8")


def drawn_feet(contacts: Sequence[FootContact], recordings: Sequence[PressureRecording]) -> DrawnFeet:
    """Take the feet of an analysis for a start: analyzed with them unchanged, a trial gives the same values.

    Parameters
    ----------
    contacts : sequence of FootContact
        Those without axis are left out.
    recordings : sequence of PressureRecording
        The trial's, in their order.

    Returns
    -------
    DrawnFeet
        To be edited, on a page or in a text file.
    """
    number = {id(recording): place for place, recording in enumerate(recordings)}
    feet: list[DrawnFoot] = []
    for contact in contacts:
        if contact.axis is None or contact.division is None:
            continue
        axis = contact.axis
        foot = DrawnFoot(
            start_s=float(contact.time_s[0]),
            side=axis.side,
            heel_mm=axis.heel_mm,
            forefoot_mm=axis.forefoot_mm,
            recording=number[id(contact.recording)],
            length_mm=axis.length_mm,
            width_mm=axis.width_mm if axis.width_mm > 0 else None,
            lines=DrawnLines.of(contact.division),
        )
        feet.append(foot)
    return DrawnFeet(feet=tuple(feet))


def read_drawn_feet(path: Path) -> DrawnFeet:
    """Read drawn feet from a JSON or TOML file.

    Parameters
    ----------
    path : Path
        Ends in .toml for TOML; anything else is JSON.

    Returns
    -------
    DrawnFeet
        Checked.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be read or says something else; the message names the file and the place.
    """
    load: Callable[[str], Any] = tomllib.loads if path.suffix.lower() == ".toml" else _json
    try:
        return DrawnFeet.model_validate(load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(str(part) for part in first["loc"])
        raise UnreadableTrialError(path, f"it holds no drawn feet: {first['msg']} (at {where}).") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableTrialError(path, f"it holds no drawn feet, because it cannot be read ({error}).") from error


def _drawn(contact: FootContact, foot: DrawnFoot) -> FootContact:
    drawn = with_axis(contact, foot.axis_on(contact), 1.0)
    drawn = with_division(drawn, foot.lines.division) if foot.lines else drawn
    return replace(drawn, flags=(*contact.flags, DRAWN_BY_HAND))


def _contact_of(foot: DrawnFoot, contacts: Sequence[FootContact]) -> int:
    middle = np.add(foot.heel_mm, foot.forefoot_mm) / 2
    near = [
        (float(np.hypot(*(contact.print_center_mm - middle))), number)
        for number, contact in enumerate(contacts)
        if abs(float(contact.time_s[0]) - foot.start_s) <= 1.5 * contact.frame_s
    ]
    distance, number = min(near, default=(np.inf, 0))
    if not distance <= _FARTHEST_MM:
        raise ValueError(
            f"The {foot.side} foot drawn at {foot.start_s:g} s is no contact of this recording: "
            + (f"the nearest print lies {distance:.0f} mm away." if near else "nothing was put down then.")
        )
    return number


def _points(line: FloatArray) -> Line:
    return tuple((float(ap), float(ml)) for ap, ml in line)


def _json(text: str) -> Any:
    import json

    return json.loads(text)
