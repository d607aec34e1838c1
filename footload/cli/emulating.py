"""`footload emulate`: a simulated device that walks or squats, or one that repeats a recording."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from devices.emulator import Emulator, FrameEmulator
    from devices.profile import Profile
    from footload.recordings import PressureRecording

POLL_S = 0.1
LINGER_S = 1.0
"""How long a port stays open after the last byte: closing it throws away what the host has not read yet. [s]"""
HIGHEST_PART = 0.6
"""The highest simulated pressure on a device without calibration, as a part of its highest count."""


def emulate(
    profile: Annotated[str, typer.Argument(help="A bundled profile's name or a TOML file.", show_default=False)],
    *,
    trial: Annotated[str, typer.Option(help="What stands on it: walk or squat.")] = "walk",
    source: Annotated[Path | None, typer.Option("--from", help="Repeat this recording or log instead.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End when everything was sent.")] = False,
    speed: Annotated[float, typer.Option(help="1 is real time.", min=0.001)] = 1.0,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as the host reads.")] = False,
    faults: Annotated[
        str, typer.Option(help="Damage what is sent, such as drop=0.001,flip=0.001,stall=0.1:2,unplug=0.05:3,seed=7.")
    ] = "",
    tcp: Annotated[int | None, typer.Option(help="Serve socket:// on this port instead; 0 takes any.", min=0)] = None,
) -> None:
    """Be a device: print the port to open, and send until Ctrl+C."""
    from devices.profile import load_profile
    from footload.cli.recording import raw_chunks, stopped_by_signal

    if trial not in {"walk", "squat"}:
        speaking.usage_fault(f"--trial is {trial!r}; known are walk and squat.")
    with speaking.faults_told(), stopped_by_signal() as stop:
        device = load_profile(profile)
        if source is None:
            emulator: Emulator = simulated_device(device, trial, repeat=not once)
        else:
            from devices.emulator import LogEmulator

            emulator = LogEmulator(device, raw_chunks(source))
        if faults:
            emulator = faulty(emulator, faults)
        serve_device(emulator, speed=None if fast else speed, stop=stop, tcp_port=tcp, once=once or source is not None)


def faulty(emulator: Emulator, text: str) -> Emulator:
    """A device with faults.

    Parameters
    ----------
    emulator : Emulator
        The device.
    text : str
        Faults and their chances.

    Returns
    -------
    Emulator
        The same device, damaged.
    """
    from devices.emulator import FaultyEmulator, parse_faults

    try:
        return FaultyEmulator(emulator, parse_faults(text))
    except ValueError as error:
        speaking.usage_fault(f"--faults: {error}")


def serve_device(
    emulator: Emulator, *, speed: float | None, stop: Event, tcp_port: int | None = None, once: bool = True
) -> None:
    """Serve a device until everything was sent or somebody asks to stop.

    Parameters
    ----------
    emulator : Emulator
        The device.
    speed : float or None
        1 is real time, None as fast as the host reads.
    stop : threading.Event
        Ends it.
    tcp_port : int or None
        Serve over TCP instead of a pseudo-terminal.
    once : bool
        End when everything was sent.

    Raises
    ------
    DeviceError
        Where there are no pseudo-terminals.
    """
    from devices.emulator import serve_pty, serve_tcp

    serving = serve_pty(emulator, speed=speed) if tcp_port is None else serve_tcp(emulator, speed=speed, port=tcp_port)
    with serving as served:
        typer.echo(f"port {served.port}")
        while not stop.wait(POLL_S):
            if once and served.finished.is_set():
                stop.wait(LINGER_S)
                break


def simulated_device(profile: Profile, trial: str, *, repeat: bool) -> FrameEmulator:
    """A device with a simulated person on it.

    Parameters
    ----------
    profile : Profile
        The device.
    trial : str
        ``walk`` or ``squat``; on a force device the person stands.
    repeat : bool
        Begin anew at the end.

    Returns
    -------
    FrameEmulator
        Ready to be served.
    """
    from devices.emulator import emulate_recording, standing_device
    from footload.synthetic import demo_squat, demo_walk

    if profile.channels is not None:
        return standing_device(profile, repeat=repeat)
    make = {"walk": demo_walk, "squat": demo_squat}[trial]
    made = make(profile.layout, profile.time.rate_hz)
    return emulate_recording(profile, fitted(made.pressure, profile), repeat=repeat)


def fitted(recording: PressureRecording, profile: Profile) -> PressureRecording:
    """A simulated recording in the unit of a device: counts where it has no calibration.

    Parameters
    ----------
    recording : PressureRecording
        In kPa.
    profile : Profile
        The device.

    Returns
    -------
    PressureRecording
        The same where the device is calibrated.
    """
    if profile.calibration is not None:
        return recording
    per_kpa = HIGHEST_PART * profile.count_max / float(recording.pressure_kpa.max())
    counts = recording.pressure_kpa * per_kpa
    return recording.with_step(f"in counts: {per_kpa:.4g} a kPa", pressure_kpa=counts, calibrated=False)
