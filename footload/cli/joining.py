"""`footload join`: the files that several makers' devices wrote of one movement, as one trial on one time base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from footload.cli import speaking
from footload.cli.calibrating import AS_JSON, faults_told

if TYPE_CHECKING:
    from footload.trials import Trial

EXCHANGE: Final = (".h5", ".hdf5")
MOST_OFF_S: Final = 0.25
"""A tap is looked for so far on either side of the offset that was given. [s]"""


def join(
    files: Annotated[
        list[Path],
        typer.Argument(help="Vendors' exports and recordings of one movement, two or more.", show_default=False),
    ],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="The exchange file (.h5) to be written.")],
    offset_s: Annotated[
        list[float] | None,
        typer.Option(
            "--offset-s",
            help="What is added to the times of the second file, then of the third; 0 where one trigger began both.",
            show_default=False,
        ),
    ] = None,
    by_tap: Annotated[
        bool,
        typer.Option(
            "--by-tap", help=f"Find the offset by a heel tap that both felt, within {MOST_OFF_S:g} s of --offset-s."
        ),
    ] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Put several files of one movement into one file, which every command and the dashboard take for one trial.

    Programs of different makers do not know of each other: when each began is said by --offset-s, or found by --by-tap.
    The first file's times stay. Bytes of makers are not kept in the joined file; keep their files, too.
    """
    if len(files) < 2:
        speaking.usage_fault("one file was named; joining takes two or more.")
    if out.suffix.lower() not in EXCHANGE:
        speaking.usage_fault(f"{out.name} ends in {out.suffix or 'nothing'}; a joined trial ends in .h5.")
    if offset_s is None and not by_tap:
        speaking.usage_fault("say when the files began, with --offset-s (0 where one trigger began both) or --by-tap.")
    given = offset_s or [0.0] * (len(files) - 1)
    if len(given) != len(files) - 1:
        speaking.usage_fault(f"{len(files)} files take {len(files) - 1} --offset-s; {len(given)} were given.")
    from footload.cli.looking import read_trial
    from footload.joined import join as joined
    from footload.readers.hdf5_writing import write_hdf5

    with faults_told():
        trials = [read_trial(file) for file in files]
        told = [f"Shifted by {shift_s:+.4f} s, as given." for shift_s in given]
        if by_tap:
            given, told = _by_taps(trials, given)
        trial = joined(trials, given)
        write_hdf5(trial, out)
    if as_json:
        shifts = [
            {"file": file.name, "offset_s": shift_s, "note": note}
            for file, shift_s, note in zip(files[1:], given, told, strict=True)
        ]
        speaking.show_json({"written": out.name, "contents": trial.contents, "files": shifts})
        return
    typer.echo(f"{out.name} written: {trial.contents} of {len(files)} files.")
    for file, note in zip(files[1:], told, strict=True):
        typer.echo(f"{file.name}: {note}")


def _by_taps(trials: list[Trial], about_s: list[float]) -> tuple[list[float], list[str]]:
    """The offset of each further trial, found around the one that was given."""
    from devices.joining import offset_by_taps

    found = [offset_by_taps(trials[0], each, shift_s) for each, shift_s in zip(trials[1:], about_s, strict=True)]
    return [offset_s for offset_s, _ in found], [note for _, note in found]
