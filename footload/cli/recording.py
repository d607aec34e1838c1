"""`footload record` and `footload replay`: bytes from a device into a file, and once more out of it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from devices.acquisition import Progress
    from devices.opening import TrialMetadata

TASKS = (
    "unknown, quiet stance, walking, running, squat, single-leg squat, step-down, drop landing, drop vertical jump, "
    "countermovement jump, squat jump"
)


def record(
    *,
    device: Annotated[
        list[str],
        typer.Option(
            help="A bundled profile's name or a TOML file; once for each device, each with its --port.",
            show_default=False,
        ),
    ],
    port: Annotated[
        list[str],
        typer.Option(help="A serial port, socket://host:port, or a log; one for each device.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="A recording (.mcap) that does not exist yet.", show_default=False)],
    duration: Annotated[float | None, typer.Option(help="How long; until Ctrl+C when not given. [s]", min=0.01)] = None,
    name: Annotated[str, typer.Option(help="What people call the trial; the file's name when empty.")] = "",
    task: Annotated[str, typer.Option(help=f"What the person does: {TASKS}.")] = "unknown",
    side: Annotated[str, typer.Option(help="The foot that is tested, left or right, where there is one.")] = "",
    participant: Annotated[str, typer.Option(help="A pseudonym, never a name.")] = "",
    mass: Annotated[float | None, typer.Option(help="Body mass. [kg]")] = None,
    condition: Annotated[str, typer.Option(help="What was changed, such as: barefoot, wedge 4 degrees.")] = "",
    footwear: Annotated[str, typer.Option(help="The shoe.")] = "",
    calibration: Annotated[
        list[str] | None,
        typer.Option(
            help="The device's own calibration (.toml); another device's is refused. With several devices one for "
            "each, - for none.",
            show_default=False,
        ),
    ] = None,
    serial_number: Annotated[
        list[str] | None,
        typer.Option(
            help="What stands on a device that does not say it itself. With several devices one for each, - for none.",
            show_default=False,
        ),
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="When the port is a log: as fast as it goes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a sentence.")] = False,
) -> None:
    """Record one device or several into one file: every byte goes to disk first, decoded only to show how it goes."""
    from footload.cli import recording_devices

    metadata = trial_metadata(
        name, task, side, participant=participant, mass=mass, condition=condition, footwear=footwear
    )
    if out.suffix != ".mcap":
        speaking.usage_fault(f"{out.name} does not end in .mcap, but recordings do.")
    wanted = recording_devices.wanted_devices(device, port, calibration or [], serial_number or [])
    if fast and len(wanted) > 1:
        speaking.usage_fault("--fast is for one log alone; several devices are recorded as they speak.")
    if len(wanted) > 1:
        recording_devices.record_several(wanted, out, duration, metadata, as_json=as_json)
    else:
        recording_devices.record_one(wanted[0], out, duration, metadata, fast=fast, as_json=as_json)


def replay(
    file: Annotated[Path, typer.Argument(help="A recording (.mcap) or a log (.serial.dat).", show_default=False)],
    *,
    device: Annotated[str | None, typer.Option(help="The profile; a recording brings its own.")] = None,
    speed: Annotated[float, typer.Option(help="1 is as recorded, 2 twice as fast.", min=0.001)] = 1.0,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as it goes.")] = False,
    port_out: Annotated[bool, typer.Option("--port-out", help="Play it into a port that others can open.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a sentence.")] = False,
) -> None:
    """Play a recording once more: into the decoder, which counts, or into a port, as the device itself would."""
    from devices.acquisition import profile_of
    from devices.acquisition import replay as replay_log

    pace = None if fast else speed
    with speaking.faults_told(), stopped_by_signal() as stop:
        if device is None and file.suffix != ".mcap":
            speaking.usage_fault(f"{file.name} does not say which device it is from; name its profile with --device.")
        profile = profile_of(file, device)
        if port_out:
            from devices.emulator import LogEmulator
            from footload.cli.emulating import serve_device

            serve_device(LogEmulator(profile, raw_chunks(file)), speed=pace, stop=stop)
            return
        with shown_progress("replaying", None) as watch:
            counters = replay_log(file, profile, speed=pace, on_progress=watch, stop=stop)
    if as_json:
        speaking.show_json({"file": file.name, "profile": profile.id, **counters.as_dict()})
        return
    found = counters.findings
    speaking.show(f"{file.name}: {counters.frames} frames of {profile.name}{'; ' + found if found else ''}.")


def raw_chunks(file: Path) -> Any:
    """The reads of a recording or a log, bit for bit.

    Parameters
    ----------
    file : Path
        ``.mcap`` or ``.serial.dat``.

    Returns
    -------
    sequence of Chunk
        In order.
    """
    if file.suffix == ".mcap":
        from devices.recording import read_raw

        return read_raw(file)
    from devices.raw_log import read_serial_log

    return read_serial_log(file).chunks


def trial_metadata(
    name: str, task: str, side: str, *, participant: str, mass: float | None, condition: str, footwear: str
) -> TrialMetadata:
    """What is known about a trial, from the words of the command line; wrong words end the command.

    Parameters
    ----------
    name, task, side, participant, condition, footwear : str
        As typed; empty where not known.
    mass : float or None
        Body mass. [kg]

    Returns
    -------
    TrialMetadata
        For the recording.
    """
    from devices.opening import TrialMetadata
    from footload.trials import Condition, Participant, Side, Task

    if task not in set(Task):
        speaking.usage_fault(f"--task is {task!r}; known are {TASKS}.")
    if side and side not in set(Side):
        speaking.usage_fault(f"--side is {side!r}; known are left and right.")
    try:
        person = Participant(participant, float("nan") if mass is None else mass)
    except ValueError as error:
        speaking.usage_fault(str(error))
    return TrialMetadata(name, Task(task), Condition(condition, footwear), person, Side(side) if side else None)


@contextmanager
def stopped_by_signal() -> Generator[Event]:
    """Turn Ctrl+C and a request to end into an event, so that what was begun is finished in order.

    Yields
    ------
    threading.Event
        Set once somebody asked to stop.
    """
    stop = Event()

    def ask(_number: int, _frame: object) -> None:
        stop.set()

    earlier = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def shown_progress(what: str, duration_s: float | None) -> Generator[Callable[[Progress], None]]:
    """Show seconds, frames and damage while a device is read.

    Parameters
    ----------
    what : str
        Stands before the bar.
    duration_s : float or None
        How long it will take, where that is known. [s]

    Yields
    ------
    callable
        To be told how far it is.
    """
    with speaking.progress() as bar:
        row = bar.add_task(what, total=duration_s)

        def watch(progress: Progress) -> None:
            counters = progress.counters
            damage = f", {counters.damaged} damaged" if counters.damaged else ""
            bar.update(row, completed=progress.elapsed_s, description=f"{what}: {counters.frames} frames{damage}")

        yield watch
