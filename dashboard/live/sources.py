"""What can be connected: the simulated mat, and the serial ports of this machine."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from devices.profile import Profile, bundled_profiles, load_profile
from footload.errors import DeviceNotFoundError

if TYPE_CHECKING:
    from devices.emulator import FrameEmulator
    from footload.recordings import PressureRecording

SIMULATED: Final = {
    "simulated-squat": "Simulated mat: a person who squats",
    "simulated-walk": "Simulated mat: a person who walks",
}
_SIMULATED_PROFILE: Final = "demo_mat"


@dataclass(frozen=True, slots=True)
class Source:
    """A device that can be connected.

    Parameters
    ----------
    name : str
        What people call it.
    profile : Profile
        How it speaks.
    url : str
        Its port; empty for a simulated one.
    simulated : str
        Key of `SIMULATED`; empty for a real one.
    """

    name: str
    profile: Profile
    url: str = ""
    simulated: str = ""

    @contextmanager
    def opened(self) -> Generator[str]:
        """Have it there while the block runs.

        Yields
        ------
        str
            What to open.
        """
        if not self.simulated:
            yield self.url
            return
        from devices.emulator import serve_pty, serve_tcp

        # Windows has no pseudo-terminals.
        serve = serve_pty if find_spec("termios") else serve_tcp
        with serve(_person(self.simulated)) as served:
            yield served.port


def ports() -> tuple[tuple[str, str], ...]:
    """The serial ports of this machine.

    Returns
    -------
    tuple of (str, str)
        Address and what the system says about it.
    """
    from devices.transport import serial_ports

    found: list[tuple[str, str]] = []
    for port in serial_ports():
        about = " ".join(word for word in (port.manufacturer, port.product) if word)
        found.append((port.name, f"{port.name} ({about})" if about else port.name))
    return tuple(found)


def mats() -> dict[str, str]:
    """The bundled profiles that the live view can draw: devices with cells.

    Returns
    -------
    dict
        Name by key.
    """
    profiles = {key: load_profile(key) for key in bundled_profiles()}
    return {key: profile.name for key, profile in profiles.items() if profile.cells is not None}


def source_of(chosen: str, profile_name: str) -> Source:
    """Make the source that was chosen on the page.

    Parameters
    ----------
    chosen : str
        Key of `SIMULATED`, or one of `ports`.
    profile_name : str
        A bundled profile; only asked for with a port.

    Returns
    -------
    Source
        Ready to be connected.

    Raises
    ------
    DeviceNotFoundError
        When it is neither, or the profile is not a bundled one.
    """
    if chosen in SIMULATED:
        return Source(SIMULATED[chosen], load_profile(_SIMULATED_PROFILE), simulated=chosen)
    # Only what is on the list: a page may not make this machine open any address or file.
    if chosen not in {url for url, _ in ports()}:
        raise DeviceNotFoundError(f"There is no port {chosen!r} now; look at the list again.")
    if profile_name not in mats():
        raise DeviceNotFoundError(f"There is no profile {profile_name!r}; choose the device that is on the port.")
    profile = load_profile(profile_name)
    return Source(f"{profile.name} on {chosen}", profile, chosen)


@cache
def _recording(name: str) -> PressureRecording:
    from footload.synthetic import Sensor, demo_squat, demo_walk

    made = demo_squat(sampling_rate_hz=50.0) if name == "simulated-squat" else demo_walk()
    return made.seen_by(Sensor(bits=10, noise=0.1, threshold_counts=2)).pressure


def _person(name: str) -> FrameEmulator:
    """A mat on which somebody does the same again and again."""
    from devices.emulator.device import emulate_recording

    return emulate_recording(load_profile(_SIMULATED_PROFILE), _recording(name), repeat=True)
