"""`footload profile`: which devices are known, and whether a profile of one's own is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking
from footload.errors import ProfileError

if TYPE_CHECKING:
    from devices.profile import Profile

application = typer.Typer(help="Device profiles: list them, check your own.", no_args_is_help=True)


@application.command("list")
def list_profiles(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
) -> None:
    """List the device profiles that footload brings along."""
    from devices.profile import bundled_profiles, load_profile

    profiles = {name: load_profile(name) for name in bundled_profiles()}
    if as_json:
        speaking.show_json(
            [
                {
                    "profile": name,
                    "name": profile.name,
                    "rows": profile.grid[0],
                    "columns": profile.grid[1],
                    "pitch_mm": list(profile.cells.pitch_mm) if profile.cells else None,
                    "kind": profile.kind,
                    "rate_hz": profile.time.rate_hz,
                    "baud": profile.link.baud,
                    "calibrated": profile.calibration is not None,
                    "certainty": profile.certainty,
                }
                for name, profile in profiles.items()
            ]
        )
        return
    from rich.table import Table

    table = Table()
    # What has to be typed again is never cut.
    table.add_column("profile", no_wrap=True)
    for heading in ("device", "cells", "rate", "facts are"):
        table.add_column(heading, overflow="fold")
    for name, profile in profiles.items():
        cells = f"{profile.grid[0]} x {profile.grid[1]}" if profile.cells else f"{profile.n_values} channels"
        table.add_row(name, profile.name, cells, f"{profile.time.rate_hz:g} Hz", profile.certainty)
    speaking.show(table)


@application.command("check")
def check(
    profile: Annotated[str, typer.Argument(help="A TOML file, or the name of a bundled profile.", show_default=False)],
    capture: Annotated[
        Path | None, typer.Option(help="Also decode this: a recording, a log, or a file of the device's bytes.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of sentences.")] = False,
) -> None:
    """Check a device profile: its keys, its sizes, and the test vectors that it carries."""
    from devices.profile import load_profile

    with speaking.faults_told():
        device = load_profile(profile)
        n_vectors = decoded_vectors(device)
        told = None if capture is None else decoded_capture(device, capture)
    if as_json:
        record = {"profile": profile, "id": device.id, "name": device.name, "n_vectors": n_vectors, "capture": told}
        speaking.show_json(record)
        return
    speaking.show(f"{device.id}: {device.name}; {n_vectors} test vector(s) decoded as stated.")
    if capture is not None:
        speaking.show(f"{capture.name}: {told}")


def decoded_capture(profile: Profile, path: Path) -> str:
    """Decode what a device said, and say what came of it.

    Parameters
    ----------
    profile : Profile
        The device.
    path : Path
        A recording, a log, or a file of bytes.

    Returns
    -------
    str
        Frames and what went wrong, in a sentence.

    Raises
    ------
    UnreadableTrialError
        When a recording or a log cannot be read.
    """
    from devices.framing.decoder import Decoder
    from footload.cli.recording import raw_chunks

    decoder = Decoder(profile)
    if path.name.endswith((".mcap", ".serial.dat")):
        for chunk in raw_chunks(path):
            decoder.feed(chunk.data, chunk.monotonic_ns)
    else:
        decoder.feed(path.read_bytes())
    decoder.finish()
    counters = decoder.counters
    found = counters.findings or "nothing was refused"
    return f"{counters.frames} frames in {counters.frame_bytes} of {counters.bytes_in} bytes; {found}."


def decoded_vectors(profile: Profile) -> int:
    """Decode every test vector of a profile and compare with what it states.

    Parameters
    ----------
    profile : Profile
        The profile.

    Returns
    -------
    int
        How many vectors there were.

    Raises
    ------
    ProfileError
        When a vector gives other frames or another sum than the profile states.
    """
    from devices.framing.decoder import failed_vectors

    if failed := failed_vectors(profile):
        raise ProfileError(" ".join(failed))
    return len(profile.test.vector)
