"""`footload calibrate`: a mat's own zero, gains and scale, each from a recording or from the mat itself."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from devices.cell_calibration import CellCalibration
    from devices.raw_counts import RawCounts

application = typer.Typer(
    help="A device's own calibration: zero, gains, scale, drift; one dated file that belongs to one serial number.",
    no_args_is_help=True,
)

SOURCE = typer.Argument(help="A recording or a log; without one the mat is read: --device, --port.", show_default=False)
OUT = typer.Option(help="The calibration (.toml) to be written; never overwritten.", show_default=False)
AFTER = typer.Option(help="An earlier calibration of this device; what is not found anew is kept.", show_default=False)
SERIAL_NUMBER = typer.Option(help="What stands on the device, where it does not say it itself.")
DEVICE = typer.Option(help="The profile, for a port or a log; a recording brings its own.")
PORT = typer.Option(help="Read the mat itself; the recording stays beside the calibration.")
DURATION = typer.Option(help="How long the mat is read. [s]", min=0.5)
NUMBER = typer.Option("--number", help="Which device of the recording, from 1.", min=1)
BY = typer.Option(help="Who made it.")
AS_JSON = typer.Option("--json", help="One JSON document instead of a sentence.")


@application.command("tare")
def tare(
    source: Annotated[Path | None, SOURCE] = None,
    *,
    out: Annotated[Path, OUT],
    after: Annotated[Path | None, AFTER] = None,
    serial_number: Annotated[str, SERIAL_NUMBER] = "",
    device: Annotated[str | None, DEVICE] = None,
    port: Annotated[str | None, PORT] = None,
    duration: Annotated[float, DURATION] = 10.0,
    number: Annotated[int | None, NUMBER] = None,
    by: Annotated[str, BY] = "",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Take what each cell counts with nothing on the mat for its zero."""
    from devices.calibrate import tare_of

    with faults_told():
        raw = counted(source, device, serial_number, number, live=(port, duration, out))
        zero = tare_of(raw.counts)
        made = kept_after(raw, after, tare=tuple(zero.tolist()), how="nothing on the mat", by=by)
        said = f"The zeros of the cells lie between {zero.min():g} and {zero.max():g} counts."
        _keep(made, out, as_json, said, {"zero_min": float(zero.min()), "zero_max": float(zero.max())})


@application.command("even-load")
def even_load(
    source: Annotated[Path | None, SOURCE] = None,
    *,
    out: Annotated[Path, OUT],
    after: Annotated[
        Path,
        typer.Option(help="A calibration of this device with its tare; a scale is left out.", show_default=False),
    ],
    serial_number: Annotated[str, SERIAL_NUMBER] = "",
    device: Annotated[str | None, DEVICE] = None,
    port: Annotated[str | None, PORT] = None,
    duration: Annotated[float, DURATION] = 10.0,
    number: Annotated[int | None, NUMBER] = None,
    by: Annotated[str, BY] = "",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Make every cell answer alike, from a load that presses all of them alike: a bladder, a vacuum bag.

    A scale from before is left out, because a person has to be weighed anew.
    """
    import numpy as np

    from devices.calibrate import gains_of

    with faults_told():
        raw = counted(source, device, serial_number, number, live=(port, duration, out))
        earlier = _earlier(after, raw)
        if earlier is None or not earlier.tare:
            raise ValueError(f"{after.name} has no tare; make one first with footload calibrate tare.")
        gain, answers = gains_of(raw.counts, np.array(earlier.tare))
        made = kept_after(raw, after, gain=tuple(gain.tolist()), scale=None, how="even load", by=by)
        n_silent = int((~answers).sum())
        low, high = float(gain[answers].min()), float(gain[answers].max())
        said = f"Gains from {low:.3g} to {high:.3g}; {n_silent} cells hardly answer and are left out."
        _keep(made, out, as_json, said, {"gain_min": low, "gain_max": high, "n_left_out": n_silent})


@application.command("person")
def person(
    source: Annotated[Path | None, SOURCE] = None,
    *,
    mass: Annotated[float, typer.Option(help="Mass of the person, with what is worn. [kg]", show_default=False)],
    out: Annotated[Path, OUT],
    after: Annotated[Path | None, AFTER] = None,
    serial_number: Annotated[str, SERIAL_NUMBER] = "",
    device: Annotated[str | None, DEVICE] = None,
    port: Annotated[str | None, PORT] = None,
    duration: Annotated[float, DURATION] = 10.0,
    number: Annotated[int | None, NUMBER] = None,
    by: Annotated[str, BY] = "",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Scale the whole mat so that it weighs a person rightly who stands still on it with both feet."""
    from devices.calibrate import scale_from_mass

    with faults_told():
        raw = counted(source, device, serial_number, number, live=(port, duration, out))
        unscaled = kept_after(raw, after, scale=None)
        pressure, _ = unscaled.pressure(raw.profile, raw.counts)
        used = ~unscaled.left_out(raw.profile.grid).ravel()
        for row, col in raw.profile.cells.unused(raw.profile.grid) if raw.profile.cells else ():
            used[row * raw.profile.grid[1] + col] = False
        scale, variation = scale_from_mass(pressure[:, used], raw.profile.layout.area_mm2[used], mass)
        made = kept_after(raw, after, scale=scale, how=f"a person of {mass:g} kg stood still", by=by)
        said = f"The scale is {scale:.4g}; while the person stood, the force varied by {100 * variation:.1f} %."
        _keep(made, out, as_json, said, {"scale": scale, "variation": variation})


@application.command("drift")
def drift(
    calibration: Annotated[Path, typer.Argument(help="A calibration of this device, with its tare.")],
    source: Annotated[Path, typer.Argument(help="A recording or a log with nothing on the mat, made now.")],
    *,
    serial_number: Annotated[str, SERIAL_NUMBER] = "",
    device: Annotated[str | None, DEVICE] = None,
    number: Annotated[int | None, NUMBER] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Say how far the zero of each cell has moved since a calibration."""
    from devices.drift import drifted

    with faults_told():
        raw = counted(source, device, serial_number, number)
        earlier = _earlier(calibration, raw)
        found = drifted(earlier, raw) if earlier else None
    if found is None:
        return
    if as_json:
        speaking.show_json(found.as_dict())
        return
    speaking.show(found.sentence)


def counted(
    source: Path | None,
    device: str | None,
    serial_number: str,
    number: int | None = None,
    *,
    live: tuple[str | None, float, Path] | None = None,
) -> RawCounts:
    """What the cells count: in a recording, or on the mat itself, which is recorded first.

    Parameters
    ----------
    source : Path or None
        A recording or a log.
    device : str or None
        The profile of a log or of the mat.
    serial_number : str
        As typed; that of the device counts more, and another one is refused.
    number : int or None
        Which device of a recording, from 1.
    live : tuple, optional
        For the mat itself: its port, how long it is read [s], and the name that its recording gets with .mcap.

    Returns
    -------
    RawCounts
        With a serial number.

    Raises
    ------
    ValueError
        When nobody says which device it is, or two say different things.
    """
    from dataclasses import replace

    from devices.raw_counts import read_counts

    port, duration_s, out = live or (None, 0.0, Path())
    if source is None:
        source = _recorded(device, port, duration_s, out.with_suffix(".mcap"), serial_number)
    elif port is not None:
        speaking.usage_fault(f"Either {source.name} is used or --port is read, not both.")
    raw = read_counts(source, device, None if number is None else number - 1)
    if raw.profile.cells is None:
        raise ValueError(f"{raw.profile.id} has channels and no cells; its calibration belongs into its profile.")
    if serial_number and raw.serial_number not in {"", serial_number}:
        raise ValueError(f"--serial-number is {serial_number}, but {source.name} is of the device {raw.serial_number}.")
    return replace(raw, serial_number=raw.serial_number or serial_number)


@contextmanager
def faults_told() -> Generator[None]:
    """End with one sentence and 1 when the recording or the load was at fault."""
    with speaking.faults_told():
        try:
            yield
        except ValueError as error:
            speaking.complain(str(error))
            raise typer.Exit(speaking.INPUT_AT_FAULT) from error


def _recorded(device: str | None, port: str | None, duration_s: float, out: Path, serial_number: str) -> Path:
    from devices.captured import Wanted
    from footload.cli.recording_devices import recorded_one

    if device is None or port is None:
        speaking.usage_fault("Name a recording, or the mat with --device and --port.")
    recorded_one(Wanted(device, port, None, serial_number), out, duration_s)
    return out


def _earlier(path: Path | None, raw: RawCounts) -> CellCalibration | None:
    from devices.cell_calibration import load_calibration

    return None if path is None else load_calibration(path, raw.profile, _owner(raw))


def kept_after(raw: RawCounts, after: Path | None, **found: Any) -> CellCalibration:
    """A calibration with what was found, and the rest of an earlier one.

    Parameters
    ----------
    raw : RawCounts
        Of the device.
    after : Path or None
        The earlier one; that of another device is refused.
    **found
        Fields of `CellCalibration`.

    Returns
    -------
    CellCalibration
        Checked.
    """
    from devices.calibrate import next_calibration

    return next_calibration(raw.profile, _owner(raw), raw.made, _earlier(after, raw), **found)


def _owner(raw: RawCounts) -> str:
    if not raw.serial_number:
        raise ValueError(
            f"The device of profile {raw.profile.id} does not say its serial number, and a calibration belongs to one "
            "device; name what stands on it with --serial-number."
        )
    return raw.serial_number


def _keep(made: CellCalibration, out: Path, as_json: bool, said: str, numbers: dict[str, float]) -> None:
    from devices.cell_calibration import save_calibration

    save_calibration(out, made)
    if as_json:
        owner = made.device
        speaking.show_json(
            {"out": str(out), "made": made.made.isoformat(), "profile": owner.profile,
             "serial_number": owner.serial_number, **numbers}
        )  # fmt: skip
        return
    speaking.show(f"{out.name}: {made.described}.", said)
