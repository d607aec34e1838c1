"""What stands at the beginning of a recording: the trial, the clocks, and for each device its profile's own text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from devices.profile import Profile, parse_profile
from footload.trials import Condition, Participant, Side, Task

SCHEMA = 1


def _nothing() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class TrialMetadata:
    """What is known about a trial before it begins.

    Parameters
    ----------
    name : str
        What people call it; the file's stem when empty.
    task : Task
        What the person does.
    condition : Condition
        What is worn or changed.
    participant : Participant
        By pseudonym.
    side : Side, optional
        The foot that is tested, where the whole trial has one.
    """

    name: str = ""
    task: Task = Task.UNKNOWN
    condition: Condition = field(default_factory=Condition)
    participant: Participant = field(default_factory=Participant)
    side: Side | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what is not known is left out.

        Returns
        -------
        dict
            Fit for JSON.
        """
        person = {k: v for k, v in asdict(self.participant).items() if not (isinstance(v, float) and math.isnan(v))}
        return {
            "name": self.name,
            "task": self.task.value,
            "condition": asdict(self.condition),
            "participant": person,
            "side": self.side.value if self.side else None,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The metadata that `as_dict` wrote.

        Parameters
        ----------
        stored : mapping
            Plain values.

        Returns
        -------
        TrialMetadata
            The same again.
        """
        return cls(
            stored["name"],
            Task(stored["task"]),
            Condition(**stored["condition"]),
            Participant(**stored["participant"]),
            Side(stored["side"]) if stored["side"] else None,
        )


@dataclass(frozen=True, slots=True)
class RecordedDevice:
    """One device of a recording.

    Parameters
    ----------
    profile : Profile
        With its own text.
    transport : mapping
        How it was connected, and who it is.
    calibration : str
        The text of its calibration file; empty when there is none.
    """

    profile: Profile
    transport: Mapping[str, str] = field(default_factory=_nothing)
    calibration: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first message of a recording.

    Parameters
    ----------
    trial : TrialMetadata
        What was known before it began.
    devices : tuple of RecordedDevice
        In the order of their channels.
    monotonic_ns, wall_ns : int
        The host's two clocks, read together when the recording began. [ns]
    software : str
        What wrote it.
    totals : mapping
        How much a finished recording holds, so that a cut one can say what was lost; empty while recording.
    """

    trial: TrialMetadata
    devices: tuple[RecordedDevice, ...]
    monotonic_ns: int
    wall_ns: int
    software: str
    totals: Mapping[str, int] = field(default_factory=dict[str, int])

    def to_json(self) -> str:
        """As it is stored.

        Returns
        -------
        str
            JSON.
        """
        return json.dumps(
            {
                "schema": SCHEMA,
                "software": self.software,
                "clock": {"monotonic_ns": self.monotonic_ns, "wall_ns": self.wall_ns},
                "trial": self.trial.as_dict(),
                "devices": [
                    {
                        "topic": raw_topic(number),
                        "profile": device.profile.text,
                        "choices": device.profile.choices,
                        "transport": dict(device.transport),
                        "calibration": device.calibration,
                    }
                    for number, device in enumerate(self.devices)
                ],
                "totals": dict(self.totals),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote, with the profiles as they were stored.

        Parameters
        ----------
        text : str
            JSON, white space around it.

        Returns
        -------
        Opening
            The same again.

        Raises
        ------
        ValueError
            When the text is something else, or of a later schema.
        ProfileError
            When a stored profile is not valid.
        """
        try:
            stored = json.loads(text)
            if stored["schema"] != SCHEMA:
                raise ValueError(f"The recording has schema {stored['schema']}; this version reads {SCHEMA}.")
            devices = tuple(
                RecordedDevice(
                    parse_profile(each["profile"], each["choices"], "stored profile"),
                    each["transport"],
                    # Recordings of the first version have none.
                    each.get("calibration", ""),
                )
                for each in stored["devices"]
            )
            return cls(
                TrialMetadata.from_dict(stored["trial"]),
                devices,
                int(stored["clock"]["monotonic_ns"]),
                int(stored["clock"]["wall_ns"]),
                str(stored["software"]),
                dict(stored["totals"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"The recording's opening message is not one of footload's ({error!r}).") from error


def raw_topic(number: int) -> str:
    """The channel of a device's bytes.

    Parameters
    ----------
    number : int
        Which device, from 0.

    Returns
    -------
    str
        The channel's topic.
    """
    return f"/devices/{number}/raw"
