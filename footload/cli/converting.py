"""`footload convert`: from any format that is read to one that others read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from footload.trials import Trial

EXCHANGE: Final = (".h5", ".hdf5")
TABLES: Final = (".csv", ".npz")
PLATES: Final = (".c3d",)


def convert(
    file: Annotated[Path, typer.Argument(help="A vendor's export or a recording (.mcap).", show_default=False)],
    out: Annotated[Path, typer.Argument(help="Where to: .h5, .c3d, .csv or .npz.", show_default=False)],
    *,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
    recording: Annotated[
        int | None, typer.Option(help="Which pressure recording, from 1, for .csv and .npz.", min=1)
    ] = None,
    keep_private: Annotated[
        bool,
        typer.Option(
            "--keep-private",
            help="Keep names and dates that the file holds or is called by, in .h5; notes of events in .c3d.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of sentences.")] = False,
) -> None:
    """Convert a trial: everything to HDF5, plates, markers and events to C3D, or one pressure recording to a table.

    C3D holds plates of type 2 and a point CoP for each. A table gets a small description (.toml) beside it, with which
    footload reads it again. No file is replaced.
    """
    suffix = out.suffix.lower()
    if suffix not in EXCHANGE + PLATES + TABLES:
        known = ", ".join(EXCHANGE + PLATES + TABLES)
        speaking.usage_fault(f"{out.name} ends in {suffix or 'nothing'}; it has to end in one of {known}.")
    targets = [out, *([out.with_suffix(".toml")] if suffix in TABLES else [])]
    for target in targets:
        if target.exists():
            speaking.usage_fault(f"{target.name} exists already; choose another name.")
    with speaking.faults_told():
        trial = _read(file, format_name, keep_private=keep_private)
        if suffix in EXCHANGE:
            left = _write_exchange(trial, out, keep_private=keep_private)
        elif suffix in PLATES:
            left = _write_plates(trial, out, keep_private=keep_private)
        else:
            left = _write_table(trial, out, recording)
    names = [target.name for target in targets]
    if as_json:
        speaking.show_json({"file": file.name, "written": names, "contents": trial.contents, "left_out": left})
        return
    typer.echo(f"{' and '.join(names)} written: {trial.contents} in {file.name}.")
    for what in left:
        speaking.complain(f"{what} left out; .h5 keeps everything.")


def _read(file: Path, format_name: str | None, *, keep_private: bool) -> Trial:
    from footload.cli.looking import read_trial
    from footload.readers.registry import read

    trial = read_trial(file, format_name)
    return read(file, format_name, keep_private=True) if keep_private else trial


def _write_exchange(trial: Trial, out: Path, *, keep_private: bool) -> list[str]:
    """Write everything; a file's name often is a person's, so that the trial is called as the new file is."""
    from footload.export.marker_names import without_subjects
    from footload.readers.hdf5_writing import write_hdf5

    if not keep_private:
        trial = without_subjects(trial).changed(name=out.stem)
    write_hdf5(trial, out, keep_private=keep_private)
    return []


def _write_plates(trial: Trial, out: Path, *, keep_private: bool) -> list[str]:
    from footload.export.c3d import write_c3d

    write_c3d(trial, out, keep_private=keep_private)
    left = {
        "pressure recording(s)": len(trial.pressures),
        "foot placement(s)": len(trial.foot_placements),
        "note(s)": len(trial.notes),
    }
    return [f"{n} {what}" for what, n in left.items() if n]


def _write_table(trial: Trial, out: Path, number: int | None) -> list[str]:
    """Write one pressure recording; gives what of the trial is not in it."""
    from footload.readers.table_writing import write_table

    found = trial.pressures
    if not found:
        speaking.usage_fault(f"a table holds pressure, but the trial holds {trial.contents}; convert it to .h5.")
    if number is None and len(found) > 1:
        speaking.usage_fault(
            f"the trial has {len(found)} pressure recordings and a table holds one; choose it with --recording, "
            "or convert to .h5."
        )
    if number is not None and number > len(found):
        speaking.usage_fault(f"there is no pressure recording {number}; the trial has {len(found)}.")
    write_table(found[(number or 1) - 1], out, trial.task.value)
    left = {
        "pressure recording(s)": len(found) - 1,
        "force plate recording(s)": len(trial.forces),
        "marker recording(s)": len(trial.markers),
        "event(s)": len(trial.events),
        "foot placement(s)": len(trial.foot_placements),
        "note(s)": len(trial.notes),
    }
    return [f"{n} {what}" for what, n in left.items() if n]
