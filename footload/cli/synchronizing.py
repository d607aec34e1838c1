"""`footload sync`: several devices of one recording put on one time base by a tap that all of them felt."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from footload.cli import speaking
from footload.cli.calibrating import AS_JSON, faults_told


def sync(
    file: Annotated[Path, typer.Argument(help="A recording (.mcap) of several devices.", show_default=False)],
    *,
    tap: Annotated[
        list[float] | None,
        typer.Option(
            help="About when a tap was, in seconds of the trial; looked for when none is given.", show_default=False
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take away what was kept before.")] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Align the devices of a recording by heel taps or stamps that all of them felt, and keep that in the file.

    Without it devices stand as this computer's clock had them, within the unknown delays of their connections. The
    devices' bytes stay as they are; reading the trial applies the shifts and says so.
    """
    from devices.synchronizing import synchronize

    with faults_told():
        found = synchronize(file, tap or (), undo=undo)
    if as_json:
        speaking.show_json(
            {"file": file.name, "devices": [{"number": n + 1, **asdict(alignment)} for n, alignment in found.items()]}
        )
        return
    if undo:
        speaking.show(f"{file.name}: the devices stand as this computer's clock had them.")
    for number, alignment in found.items():
        speaking.show(f"Device {number + 1}: {alignment.note}")
