"""`footload devices`: which ports there are, what answers, and which profile fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from devices.discovery import FoundPort


def devices(
    *,
    port: Annotated[
        list[str] | None, typer.Option(help="Look at this port only; may be given several times.", show_default=False)
    ] = None,
    profile: Annotated[
        list[Path] | None, typer.Option(help="A profile of your own beside the bundled ones.", show_default=False)
    ] = None,
    ask: Annotated[bool, typer.Option(help="Ask devices who they are, where their profile allows it.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
) -> None:
    """List the serial ports, what answers there, and which profile fits."""
    from devices.discovery import discover
    from devices.profile import bundled_profiles, load_profile
    from devices.transport import Port, serial_ports

    with speaking.faults_told():
        known = {name: load_profile(name) for name in bundled_profiles()}
        known |= {str(path): load_profile(path) for path in profile or ()}
        ports = serial_ports()
        if port:
            named = {each.name: each for each in ports}
            ports = tuple(named.get(name, Port(name)) for name in port)
        found = discover(ports, known, probe=ask)
    if as_json:
        speaking.show_json({"ports": [_plain(each) for each in found]})
        return
    if not found:
        speaking.show("There is no serial port. Devices behind a socket are not looked for: socket://host:port.")
        return
    from rich.table import Table

    table = Table("port", "what it says of itself", "profile", "known by")
    for each in found:
        about = " ".join(filter(None, (each.port.manufacturer, each.port.product, each.port.usb)))
        for fit in each.fits:
            told = ", ".join(f"{key} {value}" for key, value in fit.told.items())
            table.add_row(each.port.name, told or about, fit.profile, fit.how)
        if not each.fits:
            table.add_row(each.port.name, about, "none", each.note)
    speaking.show(table)


def _plain(found: FoundPort) -> dict[str, object]:
    port = found.port
    return {
        "port": port.name,
        "usb": port.usb,
        "serial_number": port.serial_number,
        "manufacturer": port.manufacturer,
        "product": port.product,
        "fits": [
            {"profile": fit.profile, "name": fit.name, "how": fit.how, "baud": fit.baud, "told": dict(fit.told)}
            for fit in found.fits
        ],
        "note": found.note,
    }
