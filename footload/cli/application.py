"""Every command under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from footload import __version__
from footload.cli import (
    analyzing,
    assessing,
    batching,
    calibrating,
    checking_health,
    comparing,
    converting,
    demonstration,
    device,
    emulating,
    exporting,
    finding_devices,
    joining,
    laboratory,
    looking,
    norming,
    recording,
    recovering,
    reliability,
    reporting,
    screening,
    serving,
    synchronizing,
    users,
)

application = typer.Typer(
    name="footload",
    help="How feet load: record pressure mats, analyze trials, see the findings with their sources.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

application.command("analyze")(analyzing.analyze)
application.command("assess")(assessing.assess)
application.command("batch")(batching.batch)
application.command("info")(looking.info)
application.command("convert")(converting.convert)
application.command("record")(recording.record)
application.command("recover")(recovering.recover)
application.command("join")(joining.join)
application.command("sync")(synchronizing.sync)
application.command("replay")(recording.replay)
application.command("devices")(finding_devices.devices)
application.command("health")(checking_health.health)
application.command("emulate")(emulating.emulate)
application.command("compare", cls=comparing.command_class())(comparing.compare)
application.command("reliability")(reliability.reliability)
application.command("screen")(screening.screen)
application.command("serve")(serving.serve)
application.command("demo")(demonstration.demo)
application.add_typer(calibrating.application, name="calibrate")
application.add_typer(exporting.application, name="export")
application.add_typer(norming.application, name="norms")
application.add_typer(device.application, name="profile")
application.add_typer(laboratory.application, name="lab")
application.add_typer(reporting.application, name="report")
application.add_typer(users.application, name="users")


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"footload {__version__}")
        raise typer.Exit


@application.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Options that stand before the command."""
