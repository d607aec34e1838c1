"""`footload recover`: what a crash left, as a whole recording beside the damaged one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from footload.cli import speaking


def recover(
    file: Annotated[Path, typer.Argument(help="A recording (.mcap) that was not finished, or is damaged.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="A new file; NAME.recovered.mcap beside it when not given.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of sentences.")] = False,
) -> None:
    """Write what a damaged recording still holds into a new file; the damaged one is not touched."""
    from devices.recovery import recover as recover_recording

    with speaking.faults_told():
        found = recover_recording(file, out)
    if as_json:
        speaking.show_json(
            {
                "file": file.name, "out": str(found.path), "reads": found.n_chunks, "bytes": found.n_bytes,
                "duration_s": found.duration_s, "note": found.note,
            }
        )  # fmt: skip
        return
    if not found.note:
        speaking.show(f"{file.name} is whole: {found.n_bytes} bytes in {found.duration_s:.2f} s. Nothing was written.")
        return
    speaking.show(f"{found.note}\n{found.path.name} holds it.")
