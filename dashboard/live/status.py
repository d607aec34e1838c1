"""How it is going with the devices of the live page, and the recording that ended last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OFF: Final = "off"
STARTING: Final = "starting"
WATCHING: Final = "watching"
RECORDING: Final = "recording"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that ended.

    Parameters
    ----------
    number : int
        Rises with every recording of this session.
    file : str
        Its name in the folder.
    text : str
        What it holds and how it ended, as sentences.
    participant, condition : str
        As they stand in it.
    ended_by : str
        Why it ended before somebody ended it; empty otherwise.
    """

    number: int
    file: str
    text: str
    participant: str = ""
    condition: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """How it is with one device.

    Parameters
    ----------
    name : str
        What people call it.
    connected : bool
        False while it is away and waited for.
    counters : dict
        What went right and wrong on its wire.
    drift_ppm : float
        How much its clock runs against this machine's. [ppm]
    jitter_ms : float
        How unevenly its frames arrive. [ms]
    """

    name: str
    connected: bool
    counters: dict[str, int]
    drift_ppm: float
    jitter_ms: float


@dataclass(frozen=True, slots=True)
class Status:
    """How it is going.

    Parameters
    ----------
    state : str
        ``off``, ``starting``, ``watching``, ``recording`` or ``failed``.
    device : str
        What is connected; all names where it is more than one.
    problem : str
        Why it failed; empty otherwise.
    connected : bool
        False while a device that went away is waited for.
    devices : tuple of DeviceHealth
        Each device.
    file : str
        What is being recorded.
    recording_s : float
        For how long. [s]
    n_marks : int
        Marks in it.
    zeroed : str
        What was taken for nothing; empty before.
    interrupted : str
        When a device was away last, as a sentence; empty where none was since connecting, or in this recording.
    last : Recorded, optional
        The recording that ended last.
    """

    state: str = OFF
    device: str = ""
    problem: str = ""
    connected: bool = True
    devices: tuple[DeviceHealth, ...] = ()
    file: str = ""
    recording_s: float = 0.0
    n_marks: int = 0
    zeroed: str = ""
    interrupted: str = ""
    last: Recorded | None = None

    @property
    def is_live(self) -> bool:
        """True while there are pictures of a device."""
        return self.state in {WATCHING, RECORDING}
