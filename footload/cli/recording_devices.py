"""One device or several being recorded, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from footload.cli import speaking
from footload.cli.recording import shown_progress, stopped_by_signal

if TYPE_CHECKING:
    from rich.table import Table

    from devices.acquisition import RecordingSummary
    from devices.captured import Wanted
    from devices.opening import TrialMetadata
    from devices.session import SessionProgress, SessionSummary

NONE = "-"
"""What stands for a device without calibration or number among others that have one."""
STATES = ("starting", "", "away", "stopped", "lost")


def wanted_devices(
    profiles: Sequence[str], ports: Sequence[str], calibrations: Sequence[str], serial_numbers: Sequence[str]
) -> list[Wanted]:
    """The devices that options name, in their order; options that do not fit end the command.

    Parameters
    ----------
    profiles, ports : sequence of str
        One of each for every device.
    calibrations, serial_numbers : sequence of str
        None at all, or one for every device; ``-`` for a device that has none.

    Returns
    -------
    list of Wanted
        At least one.
    """
    from devices.captured import Wanted

    n = len(profiles)
    if len(ports) != n:
        speaking.usage_fault(f"There are {n} --device and {len(ports)} --port; every device has one of each.")
    for name, given in (("--calibration", calibrations), ("--serial-number", serial_numbers)):
        if given and len(given) != n:
            speaking.usage_fault(
                f"There are {n} --device and {len(given)} {name}; give one for each device, in the same order, "
                f"and {NONE} for a device without."
            )
    if len(set(ports)) != n:
        speaking.usage_fault("Two devices have the same --port; a port belongs to one device.")
    files = [None if each == NONE else Path(each) for each in calibrations] or [None] * n
    numbers = ["" if each == NONE else each for each in serial_numbers] or [""] * n
    return [
        Wanted(profile, port, file, number)
        for profile, port, file, number in zip(profiles, ports, files, numbers, strict=True)
    ]


def recorded_one(
    wanted: Wanted, out: Path, duration_s: float | None, metadata: TrialMetadata | None = None, *, fast: bool = False
) -> RecordingSummary:
    """Record one device while a line shows how it goes.

    Parameters
    ----------
    wanted : Wanted
        The device.
    out : Path
        A recording that does not exist yet.
    duration_s : float or None
        How long; until Ctrl+C when not given. [s]
    metadata : TrialMetadata, optional
        What is known about the trial.
    fast : bool
        A log is read as fast as it goes.

    Returns
    -------
    RecordingSummary
        What the file holds.
    """
    from devices.acquisition import record

    with stopped_by_signal() as stop, shown_progress("recording", duration_s) as watch:
        return record(
            wanted.profile,
            wanted.url,
            out,
            duration_s=duration_s,
            stop=stop,
            metadata=metadata,
            on_progress=watch,
            speed=None if fast else 1.0,
            calibration=wanted.calibration,
            serial_number=wanted.serial_number,
        )


def record_one(
    wanted: Wanted, out: Path, duration_s: float | None, metadata: TrialMetadata, *, fast: bool, as_json: bool
) -> None:
    """Record one device and say what came of it.

    Parameters
    ----------
    wanted : Wanted
        The device.
    out : Path
        A recording that does not exist yet.
    duration_s : float or None
        How long; until Ctrl+C when not given. [s]
    metadata : TrialMetadata
        What is known about the trial.
    fast : bool
        A log is read as fast as it goes.
    as_json : bool
        One JSON document instead of a sentence.
    """
    with speaking.faults_told():
        summary = recorded_one(wanted, out, duration_s, metadata, fast=fast)
    if as_json:
        speaking.show_json(asdict(summary) | {"path": str(summary.path)})
        return
    speaking.show(
        f"{summary.path.name}: {summary.n_frames} frames, {summary.n_bytes} bytes in {summary.duration_s:.2f} s"
        f"{_because(summary.ended_by)}.",
        *([speaking.list_of(summary.notes)] if summary.notes else []),
    )


def record_several(
    wanted: Sequence[Wanted], out: Path, duration_s: float | None, metadata: TrialMetadata, *, as_json: bool
) -> None:
    """Record several devices into one file and say what came of each.

    Parameters
    ----------
    wanted : sequence of Wanted
        The devices.
    out : Path
        A recording that does not exist yet.
    duration_s : float or None
        How long; until Ctrl+C when not given. [s]
    metadata : TrialMetadata
        What is known about the trial.
    as_json : bool
        One JSON document instead of a table.
    """
    from devices.session import record_together

    if any(each.url.endswith((".mcap", ".serial.dat")) for each in wanted):
        speaking.usage_fault("A log is recorded again alone; several devices have to be on ports.")
    with speaking.faults_told(), stopped_by_signal() as stop, _rows(wanted, duration_s) as watch:
        summary = record_together(wanted, out, duration_s=duration_s, stop=stop, metadata=metadata, on_progress=watch)
    if as_json:
        speaking.show_json(_plain(wanted, summary))
        return
    recorded = summary.recorded
    notes = [f"{name}: {why}" for name, why in zip(_names(wanted), summary.failures, strict=True) if why]
    notes += [f"{recorded.note}."] if recorded.note else []
    speaking.show(
        f"{recorded.path.name}: {len(wanted)} devices, {recorded.n_bytes} bytes in {recorded.duration_s:.2f} s"
        f"{_because(summary.ended_by)}.",
        _table(wanted, summary),
        *([speaking.list_of(notes)] if notes else []),
    )


@contextmanager
def _rows(wanted: Sequence[Wanted], duration_s: float | None) -> Generator[Callable[[SessionProgress], None]]:
    """A line for each device while it is recorded."""
    with speaking.progress() as bar:
        names = _names(wanted)
        rows = [bar.add_task(f"{name}: starting", total=duration_s) for name in names]

        def watch(progress: SessionProgress) -> None:
            for name, row, counters, state in zip(names, rows, progress.counters, progress.states, strict=True):
                said = ", ".join(
                    filter(None, (f"{counters.get('frames', 0)} frames", _damage(counters), STATES[state]))
                )
                bar.update(row, completed=progress.elapsed_s, description=f"{name}: {said}")

        yield watch


def _damage(counters: dict[str, int]) -> str:
    """What went wrong, in few words; empty when nothing did."""
    damaged = counters.get("bad_check", 0) + counters.get("bad_payload", 0)
    lost_bytes = counters.get("dropped_host_bytes", 0)
    said = (
        (damaged, f"{damaged} damaged"),
        (counters.get("junk_bytes", 0), f"{counters.get('junk_bytes', 0)} bytes outside frames"),
        (counters.get("dropped_device", 0), f"{counters.get('dropped_device', 0)} missing"),
        (lost_bytes, f"{lost_bytes} bytes lost here"),
        (counters.get("reconnects", 0), f"away {counters.get('reconnects', 0)} x"),
    )
    return ", ".join(text for count, text in said if count)


def _table(wanted: Sequence[Wanted], summary: SessionSummary) -> Table:
    from rich.table import Table

    table = Table()
    for heading in ("device", "port", "serial number", "frames", "bytes", "longest gap", "damage"):
        table.add_column(heading, overflow="fold")
    for each, counters, identity in zip(wanted, summary.recorded.counters, summary.identities, strict=True):
        table.add_row(
            _name(each),
            each.url,
            _serial_number(identity) or "not said",
            str(counters.get("frames", 0)),
            str(counters.get("bytes_in", 0)),
            f"{counters.get('max_gap_ms', 0)} ms",
            _damage(counters) or "none",
        )
    return table


def _plain(wanted: Sequence[Wanted], summary: SessionSummary) -> dict[str, object]:
    recorded = summary.recorded
    found = zip(wanted, recorded.counters, recorded.raw_sha256, summary.identities, summary.failures, strict=True)
    return {
        "path": str(recorded.path),
        "n_chunks": recorded.n_chunks,
        "n_bytes": recorded.n_bytes,
        "duration_s": recorded.duration_s,
        "ended_by": summary.ended_by,
        "dropped_bytes": recorded.dropped_bytes,
        "note": recorded.note,
        "devices": [
            {
                "device": str(each.profile),
                "port": each.url,
                "serial_number": _serial_number(identity),
                "raw_sha256": sha256,
                "failure": failure,
                "counters": counters,
            }
            for each, counters, sha256, identity, failure in found
        ],
    }


def _serial_number(identity: dict[str, str]) -> str:
    from devices.connection import serial_number_of

    return serial_number_of(identity)


def _name(wanted: Wanted) -> str:
    return Path(str(wanted.profile)).stem


def _names(wanted: Sequence[Wanted]) -> list[str]:
    return [f"{_name(each)} at {each.url}" for each in wanted]


def _because(ended_by: str) -> str:
    why = ended_by.rstrip(".")
    return "" if why == "stopped" else f"; it ended because {why}"
