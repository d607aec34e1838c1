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
    device: Annotated[str, typer.Option(help="A bundled profile's name or a TOML file.", show_default=False)],
    port: Annotated[str, typer.Option(help="A serial port, socket://host:port, or a log.", show_default=False)],
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
        Path | None, typer.Option(help="The device's own calibration (.toml); another device's is refused.")
    ] = None,
    serial_number: Annotated[str, typer.Option(help="What stands on a device that does not say it itself.")] = "",
    fast: Annotated[bool, typer.Option("--fast", help="When the port is a log: as fast as it goes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a sentence.")] = False,
) -> None:
    """Record a device: every byte goes to disk first, decoded only to show how it is going."""
    from devices.acquisition import record as record_device

    metadata = trial_metadata(
        name, task, side, participant=participant, mass=mass, condition=condition, footwear=footwear
    )
    with speaking.faults_told(), stopped_by_signal() as stop, shown_progress("recording", duration) as watch:
        if out.suffix != ".mcap":
            speaking.usage_fault(f"{out.name} does not end in .mcap, but recordings do.")
        summary = record_device(
            device,
            port,
            out,
            duration_s=duration,
            stop=stop,
            metadata=metadata,
            on_progress=watch,
            speed=None if fast else 1.0,
            calibration=calibration,
            serial_number=serial_number,
        )
    if as_json:
        speaking.show_json(plain(summary) | {"path": str(summary.path)})
        return
    why = summary.ended_by.rstrip(".")
    speaking.show(
        f"{summary.path.name}: {summary.n_frames} frames, {summary.n_bytes} bytes in {summary.duration_s:.2f} s"
        f"{'' if why == 'stopped' else f'; it ended because {why}'}.",
        speaking.list_of(summary.notes),
    )


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


def plain(record_of_something: Any) -> dict[str, Any]:
    """A flat dataclass as plain values.

    Parameters
    ----------
    record_of_something : dataclass instance
        Such as a summary.

    Returns
    -------
    dict
        By field.
    """
    from dataclasses import asdict

    return asdict(record_of_something)
