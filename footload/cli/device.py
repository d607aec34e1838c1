"""`footload profile`: which devices are known, and whether a profile of one's own is right."""

from __future__ import annotations

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
                    "pitch_mm": list(profile.cells.pitch_mm),
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
    for heading in ("profile", "device", "cells", "rate", "facts are"):
        table.add_column(heading)
    for name, profile in profiles.items():
        cells = f"{profile.grid[0]} x {profile.grid[1]}"
        table.add_row(name, profile.name, cells, f"{profile.time.rate_hz:g} Hz", profile.certainty)
    speaking.show(table)


@application.command("check")
def check(
    profile: Annotated[str, typer.Argument(help="A TOML file, or the name of a bundled profile.", show_default=False)],
) -> None:
    """Check a device profile: its keys, its sizes, and the test vectors that it carries."""
    from devices.profile import load_profile

    with speaking.faults_told():
        device = load_profile(profile)
        n_vectors = decoded_vectors(device)
    speaking.show(f"{device.id}: {device.name}; {n_vectors} test vector(s) decoded as stated.")


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
    from devices.framing.decoder import Decoder

    for number, vector in enumerate(profile.test.vector, 1):
        decoder = Decoder(profile)
        frames = [*decoder.feed(vector.bytes_hex), *decoder.finish()]
        total = sum(int(frame.counts.sum()) for frame in frames)
        if (len(frames), total) != (vector.frames, vector.sum):
            raise ProfileError(
                f"{profile.id}: test vector {number} gives {len(frames)} frame(s) with a sum of {total}, "
                f"but the profile states {vector.frames} frame(s) with a sum of {vector.sum}."
            )
    return len(profile.test.vector)
