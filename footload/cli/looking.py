"""`footload info`: what is in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from footload.trials import Trial


def info(
    file: Annotated[Path, typer.Argument(help="A vendor's export or a recording (.mcap).", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
) -> None:
    """Say what is in a file: device, frames, times, units, gaps, and what was done to it."""
    with speaking.faults_told():
        trial = read_trial(file, format_name)
    if as_json:
        speaking.show_json({"file": file.name, **trial_record(trial)})
    else:
        speaking.show(trial_table(trial, file.name))


def read_trial(file: Path, format_name: str | None = None) -> Trial:
    """Read a file as a trial; an unknown format's name ends the command.

    Parameters
    ----------
    file : Path
        The file.
    format_name : str, optional
        A reader's name.

    Returns
    -------
    Trial
        As its reader gives it.

    Raises
    ------
    UnreadableTrialError
        When the file is at fault.
    """
    from footload.readers.registry import read, readers

    known = [reader.name for reader in readers()] if format_name else []
    if format_name and format_name not in known:
        speaking.usage_fault(f"there is no file format {format_name!r}; known: {', '.join(known)}.")
    return read(file, format_name)


def trial_record(trial: Trial) -> dict[str, Any]:
    """What a trial is, as plain values.

    Parameters
    ----------
    trial : Trial
        Any trial.

    Returns
    -------
    dict
        Keys in a fixed order.
    """
    person = trial.participant
    return {
        "trial": trial.name,
        "task": trial.task.value,
        "condition": trial.condition.name or None,
        "side": trial.side.value if trial.side else None,
        "participant": {
            "id": person.id or None,
            "body_mass_kg": person.body_mass_kg,
            "age_years": person.age_years,
            "sex": person.sex or None,
        },
        "contents": trial.contents,
        "duration_s": trial.duration_s,
        "pressure": [_pressure_record(recording) for recording in trial.pressures],
        "events": [{"time_s": event.time_s, "name": event.name, "note": event.note} for event in trial.events],
        "notes": dict(trial.notes),
        "sha256": trial.source_sha256 or None,
    }


def _pressure_record(recording: Any) -> dict[str, Any]:
    peak = recording.pressure_kpa[:, recording.valid]
    return {
        "source": recording.source,
        "n_frames": recording.n_frames,
        "sampling_rate_hz": recording.sampling_rate_hz,
        "n_sensors": recording.layout.n_sensors,
        "grid": list(recording.layout.grid) if recording.layout.grid else None,
        "pitch_mm": list(recording.layout.pitch_mm),
        "n_invalid_sensors": int((~recording.valid).sum()),
        "calibrated": recording.calibrated,
        "unit": recording.pressure_unit,
        "highest": float(peak.max()) if peak.size else float("nan"),
        "history": list(recording.history),
    }


def trial_table(trial: Trial, title: str) -> Any:
    """What a trial is, for people.

    Parameters
    ----------
    trial : Trial
        Any trial.
    title : str
        Stands in the first row.

    Returns
    -------
    Table
        Two columns.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("file", Text(title, style="bold"))
    for topic, words in _facts(trial):
        table.add_row(topic, Text(words))
    return table


def _facts(trial: Trial) -> list[tuple[str, str]]:
    facts = [("trial", f"{trial.name}, {trial.task.value}"), ("contents", trial.contents)]
    for recording in trial.pressures:
        grid = recording.layout.grid
        cells = f"{grid[0]} rows x {grid[1]} columns" if grid else f"{recording.layout.n_sensors} sensors"
        pitch = " x ".join(f"{side:g}" for side in recording.layout.pitch_mm)
        record = _pressure_record(recording)
        facts += [
            ("device", recording.source),
            ("sensors", f"{cells}, {pitch} mm, {record['n_invalid_sensors']} not valid"),
            ("frames", f"{recording.n_frames} at {recording.sampling_rate_hz:.4g} Hz"),
            ("highest", f"{record['highest']:g} {record['unit']}{'' if recording.calibrated else ' (uncalibrated)'}"),
        ]
        facts += [("history" if not i else "", line) for i, line in enumerate(recording.history)]
    facts.append(("duration", f"{trial.duration_s:.3f} s"))
    facts += [("event", f"{event.time_s:.3f} s: {event.name} {event.note}".rstrip()) for event in trial.events]
    facts += [(topic, text) for topic, text in trial.notes.items()]
    if trial.source_sha256:
        facts.append(("sha256", trial.source_sha256))
    return facts
