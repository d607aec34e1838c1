"""The accounts of a served folder: a name, a role, and a password that only its owner knows."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.access import Role
from dashboard.access_file import AccessError, reading, writing

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
"""A longer one would only keep the machine busy."""

KNOWN_FOR_S: Final = 2.0
"""An account that was removed or changed is shut out after this time. [s]"""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$Zm9vdGxvYWQgc2FsdDAx$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Checked against where there is no such account, so that an answer takes as long."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account.

    Parameters
    ----------
    name : str
        For coming in.
    role : Role
        What it is for.
    signs_as : str
        The name under a signed report.
    changed : str
        When it was last changed, in UTC; sessions from before are over.
    """

    name: str
    role: Role
    signs_as: str
    changed: str


class Accounts:
    """The accounts of one served folder.

    Parameters
    ----------
    folder : Path
        That is served.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, Account] = {}
        self._known_until_s = 0.0

    def all(self) -> tuple[Account, ...]:
        """List them.

        Returns
        -------
        tuple of Account
            By name; none where nobody made any.

        Raises
        ------
        AccessError
            When the file is damaged.
        """
        with reading(self.folder) as file:
            if file is None:
                return ()
            rows = file.execute("SELECT name, role, signs_as, changed FROM accounts ORDER BY name").fetchall()
        return tuple(Account(name, Role(role), signs_as, changed) for name, role, signs_as, changed in rows)

    def get(self, name: str) -> Account | None:
        """Look one up; what another process changed is known after two seconds.

        Parameters
        ----------
        name : str
            Of the account.

        Returns
        -------
        Account
            None where there is none.
        """
        with self._lock:
            if time.monotonic() > self._known_until_s:
                self._known = {account.name: account for account in self.all()}
                self._known_until_s = time.monotonic() + KNOWN_FOR_S
            return self._known.get(name)

    def add(self, name: str, role: Role, password: str, signs_as: str = "") -> Account:
        """Make an account.

        Parameters
        ----------
        name : str
            Small letters, digits, dots and dashes.
        role : Role
            What it is for.
        password : str
            At least twelve letters.
        signs_as : str
            The name under a signed report; the account's name by default.

        Returns
        -------
        Account
            As it is kept, without the password.

        Raises
        ------
        AccessError
            When there is one of that name, or name or password cannot be used.
        """
        if not _NAME.fullmatch(name):
            raise AccessError(
                f"{name!r} is no name for an account; use up to 40 small letters, digits, dots and dashes."
            )
        account = Account(name, role, " ".join(signs_as.split())[:100] or name, _now())
        hashed = _hashed(name, password)
        with writing(self.folder) as file:
            if file.execute("SELECT 1 FROM accounts WHERE name = ?", (name,)).fetchone():
                raise AccessError(f"There is an account {name!r} already; remove it first, or change its password.")
            row = (name, role.value, account.signs_as, hashed, account.changed)
            file.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)", row)
        self._forget()
        return account

    def remove(self, name: str) -> None:
        """Remove an account; whoever came in by it is out.

        Parameters
        ----------
        name : str
            Of the account.

        Raises
        ------
        AccessError
            When there is none.
        """
        self._change("DELETE FROM accounts WHERE name = ?", (name,), name)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; whoever came in by the old one is out.

        Parameters
        ----------
        name : str
            Of the account.
        password : str
            At least twelve letters.

        Raises
        ------
        AccessError
            When there is no such account, or the password cannot be used.
        """
        hashed = _hashed(name, password)
        self._change("UPDATE accounts SET password = ?, changed = ? WHERE name = ?", (hashed, _now(), name), name)

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role; whoever came in by it has to come in again.

        Parameters
        ----------
        name : str
            Of the account.
        role : Role
            What it is for from now on.

        Raises
        ------
        AccessError
            When there is no such account.
        """
        self._change("UPDATE accounts SET role = ?, changed = ? WHERE name = ?", (role.value, _now(), name), name)

    def check(self, name: str, password: str) -> Account | None:
        """Look whether a name and a password belong together; takes as long where there is no such name.

        Parameters
        ----------
        name, password : str
            As they were typed.

        Returns
        -------
        Account
            None where they do not.
        """
        with reading(self.folder) as file:
            row = (
                None
                if file is None
                else file.execute("SELECT password FROM accounts WHERE name = ?", (name,)).fetchone()
            )
        right = _fits(row[0] if row else _NOBODY, password)
        self._forget()
        return self.get(name) if row and right else None

    def _change(self, statement: str, values: tuple[str, ...], name: str) -> None:
        with writing(self.folder) as file:
            if not file.execute(statement, values).rowcount:
                raise AccessError(f"There is no account {name!r}.")
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self._known_until_s = 0.0


def _hashed(name: str, password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccessError(
            f"The password has {len(password)} characters; use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}, such as "
            "four words that nobody would guess."
        )
    if name.lower() in password.lower() or len(set(password)) < 5:
        raise AccessError("The password is easily guessed: it holds the account's name, or few different letters.")
    return _hasher().hash(_normal(password))


def _hasher() -> PasswordHasher:
    """Argon2id as the library sets it: 64 MB and three passes."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def _fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, _normal(password[:LONGEST_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    # The same letters come in different codes from different keyboards.
    return unicodedata.normalize("NFKC", password)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
