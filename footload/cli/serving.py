"""`footload serve`: the pages for a folder of trials, on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from footload.cli import speaking


def serve(
    folder: Annotated[Path, typer.Argument(help="Where the trials are.")] = Path(),
    *,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)] = 8050,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Show the trials of a folder as pages, to this machine only, until Ctrl+C."""
    show_pages(folder, port=port, browser=browser)


def show_pages(folder: Path, *, port: int, browser: bool) -> None:
    """Serve a folder until interrupted.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    port : int
        0 takes any free one.
    browser : bool
        Open the page in a browser.
    """
    if not folder.is_dir():
        speaking.complain(f"{folder} is not a folder; name one that holds trials.")
        raise typer.Exit(speaking.INPUT_AT_FAULT)
    from dashboard.server import serve as serve_folder

    try:
        serve_folder(folder, port=port, open_browser=browser, announce=_announce)
    except OSError as error:
        speaking.usage_fault(f"port {port} cannot be used ({error.strerror or error}); choose another with --port.")
    except KeyboardInterrupt:
        speaking.complain("stopped.")


def _announce(url: str) -> None:
    speaking.show(f"footload is at {url}", "Stop it with Ctrl+C.")
