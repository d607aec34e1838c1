"""Reports of a folder's trials: drafts made when they are asked for, signed ones kept and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.access import Role, needs
from dashboard.store import REPORTS, TrialStore
from dashboard.working import printed
from footload.errors import FootloadError

if TYPE_CHECKING:
    from footload.report import Report

PRINTED: Final = "/printed/{trial_id}.{kind}"
"""Address of a draft; what it should hold stands behind the question mark."""

SIGNED: Final = "/signed/{name}.{kind}"
"""Address of a signed report."""

MOST_LETTERS: Final = 300
_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
_NAME: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report should hold.

    Parameters
    ----------
    trial_id : str
        Of the first trial.
    more : tuple of str
        Further trials of the same person in the same condition.
    clinic : tuple of str
        Name, then lines of the address.
    sections : tuple of str
        Wanted sections; all where it is empty.
    """

    trial_id: str
    more: tuple[str, ...] = ()
    clinic: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def address(self, kind: str) -> str:
        """Where the draft is to be had.

        Parameters
        ----------
        kind : str
            ``pdf`` or ``html``.

        Returns
        -------
        str
            Path with its question.
        """
        asked = [("more", each) for each in self.more] + [("clinic", line) for line in self.clinic]
        asked += [("section", name) for name in self.sections]
        path = PRINTED.format(trial_id=self.trial_id, kind=kind)
        return f"{path}?{urlencode(asked)}" if asked else path


@dataclass(frozen=True, slots=True)
class Kept:
    """One signed report of the folder.

    Parameters
    ----------
    name : str
        Of its files, without ending.
    participant, by, at : str
        Whose it is, who signed it, when.
    fault : str
        Why it is not what was signed; empty when it is.
    """

    name: str
    participant: str
    by: str
    at: str
    fault: str = ""


def draft(store: TrialStore, wish: Wish) -> Report:
    """Make the report of one person's trials.

    Parameters
    ----------
    store : TrialStore
        The folder.
    wish : Wish
        What it should hold.

    Returns
    -------
    Report
        Not signed.

    Raises
    ------
    KeyError
        When there is no such trial.
    ValueError
        When the trials are not of one person in one condition, or a section is not known.
    FootloadError
        When a trial cannot be analyzed.
    """
    from footload.lab.documents import moment
    from footload.report import Clinic, report_of
    from footload.report.writing import SECTIONS

    said = store.assessment(wish.trial_id, wish.more)
    lines = [line[:MOST_LETTERS] for line in wish.clinic if line.strip()]
    return report_of(
        said.analyses,
        said.pooled,
        said.assessment,
        made_at=moment(),
        clinic=Clinic(lines[0], tuple(lines[1:])) if lines else None,
        sections=wish.sections or SECTIONS,
    )


def keep_signed(store: TrialStore, wish: Wish, by: str, statement: str) -> Kept:
    """Make a report, put a name under it and keep it: its record, its PDF and its page.

    Parameters
    ----------
    store : TrialStore
        The folder.
    wish : Wish
        What it should hold.
    by : str
        Name of who signs.
    statement : str
        What is said with it.

    Returns
    -------
    Kept
        As the list shows it.

    Raises
    ------
    FootloadError
        When there is no name.
    """
    from footload.lab.documents import moment
    from footload.report import check_name, html_of, sign, write_record

    name = check_name(by[:MOST_LETTERS])
    report = sign(store.beside(wish.trial_id, draft, wish), name, moment(), statement[: 4 * MOST_LETTERS])
    folder = store.folder / REPORTS
    folder.mkdir(exist_ok=True)
    key = report.sha256[:16]
    # The record last: what is listed is whole.
    (folder / f"{key}.pdf").write_bytes(store.workers.call(printed, report))
    (folder / f"{key}.html").write_text(html_of(report), encoding="utf-8")
    write_record(report, folder / f"{key}.json")
    return kept_reports(store, report.participant, only=key)[0]


def kept_reports(store: TrialStore, participant: str, only: str = "") -> list[Kept]:
    """List the signed reports of one person, the newest first, each checked against its signature.

    Parameters
    ----------
    store : TrialStore
        The folder.
    participant : str
        A pseudonym.
    only : str
        Name of the one that is wanted.

    Returns
    -------
    list of Kept
        One that was changed says so.
    """
    from footload.report import check_signed, read_report

    found: list[Kept] = []
    folder = store.folder / REPORTS
    for path in sorted(folder.glob(f"{only or '*'}.json")) if folder.is_dir() else ():
        try:
            report = read_report(path)
        except FootloadError:
            continue
        if report.participant != participant or report.signature is None:
            continue
        fault = ""
        try:
            check_signed(report)
        except FootloadError as error:
            fault = str(error)
        found.append(Kept(path.stem, report.participant, report.signature.by, report.signature.at, fault))
    return sorted(found, key=lambda kept: kept.at, reverse=True)


class Printing:
    """Answers the addresses of drafts and of signed reports.

    Parameters
    ----------
    store : TrialStore
        The folder.
    """

    def __init__(self, store: TrialStore) -> None:
        self._store = store

    @needs(Role.VIEW, "print draft")
    async def draft(self, request: Request) -> Response:
        """Print a draft.

        Parameters
        ----------
        request : Request
            With the trial and the kind in its path.

        Returns
        -------
        Response
            A PDF or a page; one sentence where it cannot be made.
        """
        asked = request.query_params
        wish = Wish(
            request.path_params["trial_id"],
            tuple(asked.getlist("more")),
            tuple(asked.getlist("clinic")),
            tuple(asked.getlist("section")),
        )
        return await anyio.to_thread.run_sync(self._printed, wish, request.path_params["kind"])

    @needs(Role.VIEW, "print signed report")
    async def signed(self, request: Request) -> Response:
        """Hand out a signed report as it was signed.

        Parameters
        ----------
        request : Request
            With its name and the kind in its path.

        Returns
        -------
        Response
            A PDF or a page; one sentence where there is none.
        """
        name, kind = request.path_params["name"], request.path_params["kind"]
        path = self._store.folder / REPORTS / f"{name}.{kind}"
        # The name is a fingerprint and nothing else, so that no path leads out of the folder.
        if kind not in _TYPES or not _NAME.fullmatch(name) or not path.is_file():
            return PlainTextResponse("There is no such report.", 404)
        return _answer(await anyio.to_thread.run_sync(path.read_bytes), kind, name)

    def _printed(self, wish: Wish, kind: str) -> Response:
        from footload.report import html_of

        if kind not in _TYPES:
            return PlainTextResponse("A report is printed as .pdf or .html.", 404)
        try:
            report = self._store.beside(wish.trial_id, draft, wish)
        except KeyError as error:
            return PlainTextResponse(str(error.args[0]), 404)
        except (FootloadError, ValueError) as error:
            return PlainTextResponse(str(error), 409)
        content = self._store.workers.call(printed, report) if kind == "pdf" else html_of(report).encode()
        return _answer(content, kind, f"report-{report.sha256[:16]}")


def printing_address(name: str, kind: str) -> str:
    """Where a signed report is to be had.

    Parameters
    ----------
    name, kind : str
        Of a `Kept`; ``pdf`` or ``html``.

    Returns
    -------
    str
        A path.
    """
    return SIGNED.format(name=name, kind=kind)


def further_trials(store: TrialStore, trial_id: str) -> Sequence[tuple[str, str]]:
    """Trials that may stand in the same report: of the same person in the same condition.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        The first trial.

    Returns
    -------
    sequence of (str, str)
        Id and name.
    """
    entries = {entry.id: entry for entry in store.listing().entries if entry.trial is not None}
    first = entries.get(trial_id)
    if first is None or first.trial is None or not first.trial.participant:
        return []
    same = (first.trial.participant, first.trial.condition)
    return [
        (entry.id, entry.trial.name)
        for entry in entries.values()
        if entry.id != trial_id and entry.trial and (entry.trial.participant, entry.trial.condition) == same
    ]


def _answer(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return Response(content, media_type=_TYPES[kind], headers=headers)
