"""`footload health`: cells that lie, from a minute without load and a minute of being stepped on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking
from footload.cli.calibrating import AFTER, AS_JSON, BY, DEVICE, NUMBER, SERIAL_NUMBER, counted, faults_told, kept_after

if TYPE_CHECKING:
    from devices.health import Health


def health(
    unloaded: Annotated[Path, typer.Argument(help="A recording or a log with nothing on the mat, about a minute.")],
    loaded: Annotated[Path, typer.Argument(help="One in which somebody steps everywhere, about a minute.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Keep the mask: a calibration (.toml) for --calibration.", show_default=False)
    ] = None,
    after: Annotated[Path | None, AFTER] = None,
    serial_number: Annotated[str, SERIAL_NUMBER] = "",
    device: Annotated[str | None, DEVICE] = None,
    number: Annotated[int | None, NUMBER] = None,
    by: Annotated[str, BY] = "",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Find cells that are dead, stuck, offset, noisy, saturated or shorted, and mask them."""
    from devices.cell_calibration import save_calibration
    from devices.health import LIES, examine

    with faults_told():
        still = counted(unloaded, device, serial_number, number)
        under = counted(loaded, device, serial_number, number)
        if (still.profile.id, still.serial_number) != (under.profile.id, under.serial_number):
            raise ValueError(f"{unloaded.name} and {loaded.name} are not of the same device.")
        found = examine(still.counts, under.counts, still.profile.grid, still.profile.count_max)
        if out is not None:
            masked = {name: found.cells(name) for name in LIES}
            how = f"health check of {unloaded.name} and {loaded.name}"
            save_calibration(out, kept_after(still, after, masked=masked, how=how, by=by))
    if as_json:
        speaking.show_json(_plain(found) | {"out": None if out is None else str(out)})
        return
    n_cells = found.usable.size
    head = f"{still.profile.id}: {int(found.usable.sum())} of {n_cells} cells can be believed."
    speaking.show(head, *([speaking.list_of(found.sentences)] if found.sentences else []))
    if out is not None:
        speaking.show(f"{out.name} masks {n_cells - int(found.usable.sum())} cells of {still.serial_number}.")


def _plain(found: Health) -> dict[str, object]:
    from devices.health import NAMES

    return {
        "n_cells": int(found.usable.size),
        "n_usable": int(found.usable.sum()),
        "n_untouched": found.untouched,
        "cells": {name: found.cells(name) for name in NAMES},
    }
