"""The audit log: who did what, when, on which trial; lines are added and never changed.

Every line carries a fingerprint of itself and of the one before, so that a line that was changed, put in or taken out
is noticed; the file refuses both by itself. A log that lost its last lines looks like a shorter one: whoever needs to
notice that keeps the last fingerprint, which `footload users audit --check` prints, somewhere else.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dashboard.access_file import AccessError, reading, writing

_log = logging.getLogger(__name__)

FIRST: Final = "0" * 64
"""What stands before the first line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log.

    Parameters
    ----------
    n : int
        From 1.
    at : str
        When, in UTC.
    who : str
        Name of the account, or what was given as one.
    action, about, outcome : str
        What, on which trial or page, and what came of it.
    where : str
        Address of the machine.
    """

    n: int
    at: str
    who: str
    action: str
    about: str
    outcome: str
    where: str

    def fingerprint(self, before: str) -> str:
        """Fingerprint of this line and of all before it.

        Parameters
        ----------
        before : str
            Of the line before.

        Returns
        -------
        str
            64 hexadecimal digits.
        """
        return hashlib.sha256(f"{before}{json.dumps(astuple(self))}".encode()).hexdigest()


class AuditLog:
    """The log of one served folder.

    Parameters
    ----------
    folder : Path
        That is served.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, who: str, action: str, about: str = "", outcome: str = "done", where: str = "") -> None:
        """Add a line. One that cannot be written is said in the server's log, and what was done stays done.

        Parameters
        ----------
        who, action, about, outcome, where : str
            As in `Line`; taken as text, whatever stands in them.
        """
        try:
            with writing(self.folder) as file:
                last = file.execute("SELECT n, chain FROM audit ORDER BY n DESC LIMIT 1").fetchone() or (0, FIRST)
                at = datetime.now(UTC).isoformat(timespec="milliseconds")
                words = (_plain(word) for word in (who, action, about, outcome, where))
                line = Line(last[0] + 1, at, *words)
                row = (*astuple(line), line.fingerprint(last[1]))
                file.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        except AccessError:
            _log.exception("The audit log lacks: %s, %s, %s, %s", who, action, about, outcome)

    def lines(self, last: int | None = None) -> tuple[Line, ...]:
        """Read the log.

        Parameters
        ----------
        last : int, optional
            Only so many, from the end.

        Returns
        -------
        tuple of Line
            In the order in which they were written.

        Raises
        ------
        AccessError
            When the file is damaged.
        """
        with reading(self.folder) as file:
            if file is None:
                return ()
            rows = file.execute(
                "SELECT n, at, who, action, about, outcome, place FROM audit ORDER BY n DESC LIMIT ?",
                (-1 if last is None else last,),
            ).fetchall()
        return tuple(Line(*row) for row in reversed(rows))

    def check(self) -> tuple[int, str]:
        """Look whether every line is as it was written.

        Returns
        -------
        n : int
            Lines.
        fingerprint : str
            Of the last one, and so of all.

        Raises
        ------
        AccessError
            Naming the first line that is not.
        """
        before, n = FIRST, 0
        with reading(self.folder) as file:
            rows = [] if file is None else file.execute("SELECT * FROM audit ORDER BY n").fetchall()
        for *words, chain in rows:
            line, n = Line(*words), n + 1
            if line.n != n or line.fingerprint(before) != chain:
                raise AccessError(f"Line {n} of the audit log is not what was written; a line was changed or lost.")
            before = chain
        return n, before


def _plain(word: str) -> str:
    """Without line ends and control characters, so that no name can fake a line where the log is printed."""
    return "".join(letter if letter.isprintable() else "�" for letter in word)[:300]
