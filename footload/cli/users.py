"""`footload users`: accounts for dashboards that others reach, and the log of what was done by them."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from dashboard.audit import AuditLog

application = typer.Typer(
    help="Accounts for `footload serve` beyond this machine, and their log.", no_args_is_help=True
)

FOLDER = typer.Argument(help="The folder that is served.", show_default=False, exists=True)
NAME = typer.Argument(help="Small letters, digits, dots and dashes.", show_default=False)


class RoleName(StrEnum):
    """What an account is for; each one may do what those before it may."""

    VIEW = "view"
    RECORD = "record"
    SIGN = "sign"


@application.command("add")
def add(
    folder: Annotated[Path, FOLDER],
    name: Annotated[str, NAME],
    *,
    role: Annotated[RoleName, typer.Option(help="view looks; record also records, edits, imports; sign also signs.")],
    signs_as: Annotated[
        str, typer.Option(help="The name under signed reports; the account's name by default.", show_default=False)
    ] = "",
) -> None:
    """Make an account. The password is asked for, or read from standard input; no option takes it."""
    from dashboard.access import Role
    from dashboard.users import Accounts

    with speaking.faults_told():
        account = Accounts(folder).add(name, Role(role.value), _password(), signs_as)
    _write_down(folder, "add account", f"{name} ({role.value})")
    speaking.show(f"{account.name} may {_may(role)} and signs as {account.signs_as}.")


@application.command("list")
def listed(
    folder: Annotated[Path, FOLDER],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List the accounts of a folder."""
    from dashboard.users import Accounts

    with speaking.faults_told():
        accounts = Accounts(folder).all()
    if as_json:
        speaking.show_json([asdict(account) for account in accounts])
        return
    if not accounts:
        speaking.show("There is no account; `footload users add` makes one.")
        return
    from rich.table import Table

    table = Table("name", "role", "signs as", "changed")
    for account in accounts:
        table.add_row(account.name, account.role.value, account.signs_as, account.changed[:19])
    speaking.show(table)


@application.command("remove")
def remove(folder: Annotated[Path, FOLDER], name: Annotated[str, NAME]) -> None:
    """Remove an account; whoever came in by it is out within seconds. What was done by it stays in the log."""
    from dashboard.users import Accounts

    with speaking.faults_told():
        Accounts(folder).remove(name)
    _write_down(folder, "remove account", name)
    speaking.show(f"{name} is removed.")


@application.command("password")
def password(folder: Annotated[Path, FOLDER], name: Annotated[str, NAME]) -> None:
    """Give an account another password, asked for or read from standard input; its open sessions end."""
    from dashboard.users import Accounts

    with speaking.faults_told():
        Accounts(folder).set_password(name, _password())
    _write_down(folder, "change password", name)
    speaking.show(f"{name} has another password.")


@application.command("role")
def role(
    folder: Annotated[Path, FOLDER],
    name: Annotated[str, NAME],
    role: Annotated[RoleName, typer.Argument(help="view, record or sign.", show_default=False)],
) -> None:
    """Give an account another role; its open sessions end."""
    from dashboard.access import Role
    from dashboard.users import Accounts

    with speaking.faults_told():
        Accounts(folder).set_role(name, Role(role.value))
    _write_down(folder, "change role", f"{name} ({role.value})")
    speaking.show(f"{name} may {_may(role)}.")


@application.command("audit")
def audit(
    folder: Annotated[Path, FOLDER],
    *,
    last: Annotated[int | None, typer.Option(help="Only so many lines, the newest.", min=1)] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Look whether every line is as it was written, and print the fingerprint.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show who did what, when, on which trial; nobody can change a line unnoticed."""
    from dashboard.audit import AuditLog

    log = AuditLog(folder)
    with speaking.faults_told():
        if check:
            n, fingerprint = log.check()
            speaking.show(f"{n} lines are as they were written; fingerprint {fingerprint}")
            return
        lines = log.lines(last)
    if as_json:
        speaking.show_json([asdict(line) for line in lines])
        return
    _show(folder, log, last)


def _show(folder: Path, log: AuditLog, last: int | None) -> None:
    from rich.table import Table

    files = _files(folder)
    table = Table("when (UTC)", "who", "what", "about", "outcome", "from")
    for line in log.lines(last):
        about = line.about
        for each, name in files.items():
            if each in about:
                about = f"{about} = {name}"
                break
        table.add_row(line.at[:19].replace("T", " "), line.who, line.action, about, line.outcome, line.where)
    speaking.show(table)


def _files(folder: Path) -> dict[str, str]:
    """Ids that stand in the log, and the files behind them that are still there."""
    from dashboard.store import trial_id

    found = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return {trial_id(name): name for name in found if not any(part.startswith(".") for part in name.split("/"))}


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _write_down(folder: Path, action: str, about: str) -> None:
    import getpass

    from dashboard.audit import AuditLog

    AuditLog(folder).append(f"{getpass.getuser()} at the machine", action, about)


def _may(role: RoleName) -> str:
    return {"view": "look", "record": "look, record, edit and import", "sign": "look, record, edit, import and sign"}[
        role.value
    ]
