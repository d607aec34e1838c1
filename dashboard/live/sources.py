"""What can be connected: simulated devices, and the serial ports of this machine."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.live.plates import PlateSampler
from devices.profile import Profile, bundled_profiles, load_profile, parse_profile
from footload.errors import DeviceNotFoundError, ProfileError

if TYPE_CHECKING:
    from devices.emulator import FrameEmulator
    from footload.recordings import PressureRecording
    from footload.synthetic import SyntheticTrial
    from footload.trials import Trial

SIMULATED: Final = {
    "simulated-squat": "Simulated mat: a person who squats",
    "simulated-visit": "Simulated mat: nobody, then a person who squats",
    "simulated-shallow": "Simulated mat: a person whose every second squat is too shallow",
    "simulated-walk": "Simulated mat: a person who walks",
    "simulated-landing": "Simulated mat: a person who lands",
    "simulated-plates": "Simulated plates: a person who squats",
    "simulated-plates-landing": "Simulated plates: a person who lands",
}
EMPTY_S: Final = 8.0
"""How long the mat is empty before a simulated visit. [s]"""
SHALLOW_M: Final = 0.045
"""How deep the shallow squats go; the analysis calls less than 0.06 m no squat. [m]"""
_MAT: Final = "demo_mat"
_PLATES: Final = "mobbo"
_CENTERS_MM: Final = {"board 1": -300.0, "board 2": 300.0}
"""Where the simulated boards stand; the bundled profile leaves that to whoever sets them up. [mm]"""


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

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return self.simulated or self.url

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


@cache
def drawable() -> dict[str, str]:
    """The bundled profiles that the live view can draw: devices with cells, or with plates in known units.

    Returns
    -------
    dict
        Name by key.
    """
    profiles = {key: load_profile(key) for key in bundled_profiles()}
    return {key: profile.name for key, profile in profiles.items() if _can_be_drawn(profile)}


def _can_be_drawn(profile: Profile) -> bool:
    if profile.channels is None:
        return profile.cells is not None
    try:
        PlateSampler(profile)
    except ProfileError:
        return False
    return True


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
        profile = _two_plates() if chosen.startswith("simulated-plates") else load_profile(_MAT)
        return Source(SIMULATED[chosen], profile, simulated=chosen)
    # Only what is on the list: a page may not make this machine open any address or file.
    if chosen not in {url for url, _ in ports()}:
        raise DeviceNotFoundError(f"There is no port {chosen!r} now; look at the list again.")
    if profile_name not in drawable():
        raise DeviceNotFoundError(f"There is no profile {profile_name!r}; choose the device that is on the port.")
    profile = load_profile(profile_name)
    return Source(f"{profile.name} on {chosen}", profile, chosen)


def _two_plates() -> Profile:
    """Two boards beside each other: the bundled profile, with their places."""
    text = load_profile(_PLATES).text
    for name, x_mm in _CENTERS_MM.items():
        text = text.replace(f'name = "{name}"', f'name = "{name}"\ncenter_mm = [{x_mm}, 0.0]')
    return parse_profile(text)


@cache
def _on_mat(name: str) -> PressureRecording:
    from footload.synthetic import Sensor, demo_squat, demo_walk
    from footload.synthetic.squat import SquatTiming

    shallow = SquatTiming(1, down_s=0.5, hold_s=0.1, up_s=0.5, depth_m=SHALLOW_M)
    makers = {
        "simulated-squat": lambda: demo_squat(sampling_rate_hz=50.0),
        "one deep": lambda: demo_squat(sampling_rate_hz=50.0, timing=SquatTiming(1)),
        "one shallow": lambda: demo_squat(sampling_rate_hz=50.0, timing=shallow),
        "simulated-walk": demo_walk,
        "simulated-landing": _landing,
    }
    if name == "simulated-visit":
        return _after_nobody(_on_mat("simulated-squat"))
    if name == "simulated-shallow":
        return _after(_on_mat("one deep"), _on_mat("one shallow"))
    return makers[name]().seen_by(Sensor(bits=10, noise=0.1, threshold_counts=2)).pressure


def _after(first: PressureRecording, second: PressureRecording) -> PressureRecording:
    """One recording after the other, at the same rate."""
    from footload.recordings import PressureRecording

    step_s = float(np.median(np.diff(first.time_s)))
    time_s = np.arange(first.n_frames + second.n_frames) * step_s
    return PressureRecording(time_s, np.concatenate([first.pressure_kpa, second.pressure_kpa]), first.layout)


def _after_nobody(recording: PressureRecording) -> PressureRecording:
    """The same after a while in which the mat is empty and can be zeroed."""
    from footload.recordings import PressureRecording

    step_s = float(np.median(np.diff(recording.time_s)))
    time_s = np.arange(round(EMPTY_S / step_s)) * step_s
    return _after(
        PressureRecording(time_s, np.zeros((len(time_s), recording.layout.n_sensors)), recording.layout), recording
    )


def _landing() -> SyntheticTrial:
    """A drop whose feet go medially by 5 mm (left) and 3 mm (right) after touchdown."""
    from footload.synthetic import StandingFoot, SyntheticFoot, demo_mat
    from footload.synthetic.landing import DropCourse
    from footload.synthetic.mat_movements import drop_on_mat
    from footload.trials import Side

    layout = demo_mat()
    feet = [
        StandingFoot(SyntheticFoot(side, place_mm=(x_mm, 160.0), heading_deg=turn_deg), medial_mm=mm)
        for side, x_mm, turn_deg, mm in ((Side.LEFT, 140.0, 6.0, 5.0), (Side.RIGHT, 340.0, -6.0, 3.0))
    ]
    return drop_on_mat(feet, layout, DropCourse(before_s=0.8, after_s=6.0), sampling_rate_hz=100.0)


@cache
def _on_plates(name: str) -> Trial:
    from footload.synthetic.landing import DropCourse
    from footload.synthetic.plate_movements import drop_on_plates, squat_on_plates
    from footload.synthetic.squat import SquatTiming

    if name == "simulated-plates":
        return squat_on_plates(SquatTiming(), left_part=0.48, rate_hz=100.0, noise_n=0.5, placed=False)
    return drop_on_plates(DropCourse(before_s=0.8, after_s=6.0), rate_hz=100.0, noise_n=0.5, placed=False)


def _person(name: str) -> FrameEmulator:
    """A mat, or plates, on which somebody does the same again and again."""
    from devices.emulator.device import emulate_counts, emulate_recording
    from devices.wrench import counts_for

    if not name.startswith("simulated-plates"):
        return emulate_recording(load_profile(_MAT), _on_mat(name), repeat=True)
    profile, trial = _two_plates(), _on_plates(name)
    # One board after the other: each stands for itself, and the others hold nothing meanwhile.
    each = [
        counts_for(profile.model_copy(update={"plate": (board,)}), one.force_n, one.moment_nmm)
        for board, one in zip(profile.plate, trial.forces, strict=True)
    ]
    return emulate_counts(profile, np.sum(each, axis=0), trial.forces[0].time_s, repeat=True)
