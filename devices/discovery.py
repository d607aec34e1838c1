"""Which device is at which port: by what its USB plug says of itself, and by asking where its profile allows that.

Many devices share a chip (CH340, Teensy, FTDI), so a plug often fits several profiles; then all are named. A port is
only opened for a profile that states the speeds at which asking does no harm (`match.probe_bauds`), because opening
alone restarts some boards.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from devices.dialogue import Dialogue
from devices.profile import Profile, bundled_profiles, load_profile
from devices.transport import Port, SerialTransport, serial_ports
from footload.errors import DeviceError

ANSWER = "its answer"
LISTEN_S = 0.4
"""How long a device that talks by itself is listened to. [s]"""


@dataclass(frozen=True, slots=True)
class Fit:
    """A profile that fits a port.

    Parameters
    ----------
    profile : str
        The name that `load_profile` takes.
    name : str
        What people call the device.
    how : str
        ``USB identity``, ``its answer``, ``its frames``, or ``its answer and frames``.
    baud : int
        The speed at which it answered; 0 when it was not asked.
    told : dict
        What it said of itself.
    """

    profile: str
    name: str
    how: str
    baud: int = 0
    told: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A port, and the profiles that fit it.

    Parameters
    ----------
    port : Port
        As the system describes it.
    fits : tuple of Fit
        What answered first, then what its USB identity allows.
    note : str
        Why it could not be asked; empty when it was, or was not to be.
    """

    port: Port
    fits: tuple[Fit, ...]
    note: str = ""


def discover(
    ports: Iterable[Port] | None = None, profiles: Mapping[str, Profile] | None = None, *, probe: bool = True
) -> tuple[FoundPort, ...]:
    """Look at every port.

    Parameters
    ----------
    ports : iterable of Port, optional
        Those of this computer by default.
    profiles : mapping, optional
        By name; the bundled ones by default.
    probe : bool
        Ask where a profile allows it.

    Returns
    -------
    tuple of FoundPort
        One a port.
    """
    known = {name: load_profile(name) for name in bundled_profiles()} if profiles is None else profiles
    return tuple(_look(port, known, probe=probe) for port in (serial_ports() if ports is None else ports))


def fits_usb(profile: Profile, port: Port) -> bool:
    """Whether what the USB plug says fits a profile.

    Parameters
    ----------
    profile : Profile
        With its `match` table.
    port : Port
        As the system describes it.

    Returns
    -------
    bool
        False for a profile that names no USB device, and for a port that is none.
    """
    match = profile.match
    if not port.usb or port.usb not in match.usb:
        return False
    named = (match.manufacturer, port.manufacturer), (match.product, port.product)
    return all(not wanted or re.search(wanted, said) for wanted, said in named)


def _look(port: Port, profiles: Mapping[str, Profile], *, probe: bool) -> FoundPort:
    by_usb = [Fit(name, profile.name, "USB identity") for name, profile in profiles.items() if fits_usb(profile, port)]
    if not probe:
        return FoundPort(port, tuple(by_usb))
    # With a plug that says what it is, only what it can be is asked; anything else might be harmed.
    candidates = [fit.profile for fit in by_usb] if port.usb else list(profiles)
    answered: list[Fit] = []
    note = ""
    for name in candidates:
        try:
            fit = _ask(port.name, name, profiles[name])
        except DeviceError as error:
            note = str(error)
            break
        if fit is not None:
            answered.append(fit)
            if fit.how != ANSWER:
                # Frames that are understood settle it; an answer alone may be that of a sister model.
                answered = [fit]
                break
    rest = [fit for fit in by_usb if fit.profile not in {each.profile for each in answered}]
    return FoundPort(port, (*answered, *rest), note)


def _ask(url: str, name: str, profile: Profile) -> Fit | None:
    for baud in profile.match.probe_bauds:
        transport = SerialTransport(url, profile.link.model_copy(update={"baud": baud}))
        transport.open()
        dialogue = Dialogue(profile, transport)
        try:
            dialogue.settle()
            if profile.script.identify:
                dialogue.identify()
            told = dict(dialogue.told)
            if profile.flow.mode == "stream" and not profile.script.start and _hears(dialogue):
                return Fit(name, profile.name, f"{ANSWER} and frames" if told else "its frames", baud, told)
            if told:
                return Fit(name, profile.name, ANSWER, baud, told)
        finally:
            transport.close()
    return None


def _hears(dialogue: Dialogue) -> bool:
    """Whether frames come: two, because one may be an accident."""
    until_s = time.monotonic() + LISTEN_S
    while time.monotonic() < until_s and dialogue.counters.frames < 2:
        dialogue.step()
    return dialogue.counters.frames >= 2
