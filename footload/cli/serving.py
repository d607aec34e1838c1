"""`footload serve`: the pages for a folder of trials, on this machine, or beyond it with TLS and accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from dashboard.settings import Reach


def serve(
    folder: Annotated[Path, typer.Argument(help="Where the trials are.")] = Path(),
    *,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)] = 8050,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    host: Annotated[
        str, typer.Option(help="Address to listen at; all but 127.0.0.1 need accounts and TLS.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(help="Name under which browsers know the server; repeat it.", show_default=False),
    ] = None,
    cert: Annotated[Path | None, typer.Option(help="Certificate for TLS (PEM).", show_default=False)] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM).", show_default=False)] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy with TLS stands before it.")
    ] = False,
    proxy: Annotated[str, typer.Option(help="Address of that proxy.")] = "127.0.0.1",
    accounts: Annotated[
        bool, typer.Option("--accounts", help="People log in also on this machine; see `footload users`.")
    ] = False,
) -> None:
    """Show the trials of a folder as pages until Ctrl+C: to this machine only, or to others with TLS and accounts."""
    from dashboard.settings import Reach

    for each in (cert, key):
        if each is not None and not each.is_file():
            speaking.usage_fault(f"there is no file {each}; name the certificate and its key as PEM files.")
    reach = Reach(
        names=tuple(name or ()), certificate=cert, key=key, behind_proxy=behind_proxy, proxy=proxy, accounts=accounts
    )
    show_pages(folder, port=port, browser=browser, host=host, reach=reach)


def show_pages(folder: Path, *, port: int, browser: bool, host: str = "127.0.0.1", reach: Reach | None = None) -> None:
    """Serve a folder until interrupted.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    port : int
        0 takes any free one.
    browser : bool
        Open the page in a browser.
    host : str
        Address to listen at.
    reach : Reach, optional
        How other machines reach it; by default they do not.
    """
    if not folder.is_dir():
        speaking.complain(f"{folder} is not a folder; name one that holds trials.")
        raise typer.Exit(speaking.INPUT_AT_FAULT)
    from dashboard.server import serve as serve_folder

    try:
        with speaking.faults_told():
            serve_folder(folder, host, port, open_browser=browser, reach=reach, announce=_announce)
    except ValueError as error:
        speaking.usage_fault(str(error))
    except OSError as error:
        speaking.usage_fault(f"port {port} cannot be used ({error.strerror or error}); choose another with --port.")
    except KeyboardInterrupt:
        speaking.complain("stopped.")


def _announce(url: str) -> None:
    speaking.show(f"footload is at {url}", "Stop it with Ctrl+C.")
