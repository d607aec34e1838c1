"""Pages of trials, sessions, participants and audits, in milliseconds wherever a page lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any, Final, TypedDict

import sqlalchemy as sa

from footload.lab.database import reading
from footload.lab.documents import LaboratoryError
from footload.lab.indexing import QUALITIES
from footload.lab.tables import KINDS, audit, findings, measured, participants, sessions, trials

LIMIT: Final = 50
MOST_COUNTED: Final = 1_000
FEW: Final = 1_000
"""So many trials are gone through one by one sooner than every value of a metric."""

_NOT_LISTED: Final = frozenset({"parameters", "document_sha256", "listed"})
_BEHIND: Final = "~"
_NAMED_AT_ONCE: Final = 10_000
_EQUAL: Final = {
    "participant": trials.c.participant_id,
    "session": trials.c.session_id,
    "task": trials.c.task,
    "condition": trials.c.condition_id,
    "device": trials.c.device_id,
    "quality": trials.c.quality,
}


class Asked(TypedDict, total=False):
    """Which trials; what is not named or None asks nothing.

    ``participant``, ``session``, ``condition`` and ``device`` are ids, ``task`` is its name; ``quality`` is ``good``,
    ``note`` or ``warning``: the worst that the checks said. ``since`` and ``until`` are days of sessions, as
    ``2026-11-22``. ``metric`` asks for trials with a value of it, at least one of them from ``low`` to ``high`` in the
    metric's unit.
    """

    participant: str | None
    session: str | None
    task: str | None
    condition: str | None
    device: str | None
    quality: str | None
    since: str | None
    until: str | None
    metric: str | None
    low: float | None
    high: float | None


def trials_page(
    engine: sa.Engine, asked: Asked, *, limit: int = LIMIT, before: str | None = None, after: str | None = None
) -> list[dict[str, Any]]:
    """List trials, those of the newest session first, a page at a time.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    asked : Asked
        Which.
    limit : int
        At most so many.
    before : str, optional
        Id of the last trial of the page before this one.
    after : str, optional
        Id of the first trial of the page behind this one: the way back. The empty text is the end of the list, which
        gives the last page.

    Returns
    -------
    list of dict
        A value for each column.
    """
    with reading(engine) as connection:
        key, query = _matching(connection, asked)
        since, until = asked.get("since"), asked.get("until")
        low, high = since or "", (until or "") + _BEHIND
        # One bound on each side: of two, SQLite would go along the index from the wrong one.
        high = min(high, _place(connection, before)) if before else high
        low = max(low, _place(connection, after)) if after else low
        backwards = after is not None
        query = query.where(key < high, key > low).order_by(key if backwards else key.desc()).limit(limit)
        keys = sorted(connection.execute(query).scalars(), reverse=True)
        columns = [column for column in trials.columns if column.name not in _NOT_LISTED]
        whole = sa.select(*columns).order_by(trials.c.listed.desc())
        found: list[dict[str, Any]] = []
        for start in range(0, len(keys), _NAMED_AT_ONCE):  # a statement takes so many values and no more
            some = whole.where(trials.c.listed.in_(keys[start : start + _NAMED_AT_ONCE]))
            found += _rows(connection, some)
        return found


def _place(connection: sa.Connection, trial_id: str) -> str:
    (place,) = _where_to_go_on(connection, "trial", trials.c.id, trial_id, trials.c.listed)
    return place


def _where_to_go_on(
    connection: sa.Connection, what: str, key: sa.Column[Any], name: str, *columns: sa.Column[Any]
) -> tuple[Any, ...]:
    """Where in its list the row of an id stands."""
    place = connection.execute(sa.select(*columns).where(key == name)).first()
    if place is None:
        raise LaboratoryError(f"There is no {what} {name!r} to go on from.")
    return tuple(place)


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _said(
    *terms: tuple[sa.ColumnElement[Any], Callable[[Any, Any], Any], object],
) -> list[sa.ColumnElement[bool]]:
    """Column, comparison and value of the terms whose value somebody named."""
    return [compare(column, value) for column, compare, value in terms if value is not None]


def n_trials(engine: sa.Engine, asked: Asked, *, at_most: int = MOST_COUNTED) -> int:
    """Count trials, up to where nobody pages by hand any more.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    asked : Asked
        Which.
    at_most : int
        Where counting ends.

    Returns
    -------
    int
        `at_most` stands for that many or more.
    """
    with reading(engine) as connection:
        key, query = _matching(connection, asked)
        query = query.where(*_days(key, asked))
        return connection.execute(sa.select(sa.func.count()).select_from(query.limit(at_most).subquery())).scalar_one()


def _matching(connection: sa.Connection, asked: Asked) -> tuple[sa.ColumnElement[str], sa.Select[Any]]:
    """The key of the list, and the query of the keys of all trials that are asked for.

    A metric's values stand in one index in the order of the list. The query goes along that one, except where so few
    trials have one of the other marks that going along those is sure to be quicker.
    """
    unknown = {*asked} - {*Asked.__annotations__}
    if unknown:
        raise TypeError(
            f"Trials are not listed by {', '.join(sorted(unknown))}; by {', '.join(Asked.__annotations__)}."
        )
    quality = asked.get("quality")
    if quality is not None and quality not in QUALITIES:
        raise ValueError(f"The quality is {quality!r}; known: {', '.join(QUALITIES)}.")
    marks = [column == asked.get(name) for name, column in _EQUAL.items() if asked.get(name) is not None]
    values = _values(asked)
    if not values:
        return trials.c.listed, sa.select(trials.c.listed).where(*marks)
    same = measured.c.listed == trials.c.listed
    if _are_few(connection, marks):
        has = sa.exists().where(same, *values).correlate(trials)
        return trials.c.listed, sa.select(trials.c.listed).where(*marks, has)
    also = [sa.exists().where(same, *marks).correlate(measured)] if marks else []
    return measured.c.listed, sa.select(measured.c.listed).where(*values, *also)


def _days(key: sa.ColumnElement[str], asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Bounds of the key: it begins with the day."""
    since, until = asked.get("since"), asked.get("until")
    return _said((key, ge, since), (key, lt, None if until is None else until + _BEHIND))


def _values(asked: Asked) -> list[sa.ColumnElement[bool]]:
    metric, low, high = asked.get("metric"), asked.get("low"), asked.get("high")
    if metric is None:
        if low is not None or high is not None:
            raise ValueError("A value is asked from or up to a number, but of no metric; name the metric.")
        return []
    terms = _said((measured.c.metric, eq, metric), (measured.c.greatest, ge, low), (measured.c.least, le, high))
    if low is not None and high is not None:  # one below and one above are none between
        own = trials.alias("own")
        between = (findings.c.metric == metric, findings.c.value.between(low, high))
        one = sa.exists().where(own.c.listed == measured.c.listed, findings.c.trial_id == own.c.id, *between)
        one = one.correlate(measured)
        terms.append(sa.or_(measured.c.least >= low, measured.c.greatest <= high, one))
    return terms


def _are_few(connection: sa.Connection, marks: list[sa.ColumnElement[bool]]) -> bool:
    """Whether few trials have one of the marks; each is counted along its own index, and no further than needed."""
    for mark in marks:
        some = sa.select(trials.c.listed).where(mark).limit(FEW).subquery()
        if connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() < FEW:
            return True
    return False


def sessions_page(
    engine: sa.Engine,
    *,
    participant: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = LIMIT,
    before: str | None = None,
) -> list[dict[str, Any]]:
    """List sessions, the newest first, with the number of trials of each.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    participant : str, optional
        Only theirs.
    since, until : str, optional
        Only from this day to that day.
    limit : int
        At most so many.
    before : str, optional
        Id of the last session of the page before.

    Returns
    -------
    list of dict
        A value for each column, and ``n_trials``.
    """
    query = sa.select(sessions).order_by(sessions.c.date.desc(), sessions.c.id.desc()).limit(limit)
    query = query.where(
        *_said(
            (sessions.c.participant_id, eq, participant),
            (sessions.c.date, ge, since),
            (sessions.c.date, le, until),
        )
    )
    with reading(engine) as connection:
        if before is not None:
            place = (sessions.c.date, sessions.c.id)
            last = _where_to_go_on(connection, "session", sessions.c.id, before, *place)
            query = query.where(sa.tuple_(*place) < sa.tuple_(*last))
        return _with_n_trials(connection, _rows(connection, query), trials.c.session_id)


def participants_page(
    engine: sa.Engine, *, beginning: str = "", limit: int = LIMIT, after: str | None = None
) -> list[dict[str, Any]]:
    """List participants by their pseudonyms, with the number of trials of each.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    beginning : str
        Only those whose pseudonym begins so.
    limit : int
        At most so many.
    after : str, optional
        The last pseudonym of the page before.

    Returns
    -------
    list of dict
        A value for each column, and ``n_trials``.
    """
    query = sa.select(participants).order_by(participants.c.id).limit(limit)
    if beginning:
        query = query.where(sa.func.substr(participants.c.id, 1, len(beginning)) == beginning)
    query = query.where(*_said((participants.c.id, gt, after)))
    with reading(engine) as connection:
        return _with_n_trials(connection, _rows(connection, query), trials.c.participant_id)


def _with_n_trials(
    connection: sa.Connection, rows: list[dict[str, Any]], owner: sa.ColumnElement[str]
) -> list[dict[str, Any]]:
    """Count for the rows of a page, not for all there are."""
    query = sa.select(owner, sa.func.count()).where(owner.in_([row["id"] for row in rows])).group_by(owner)
    counts: Mapping[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return [{**row, "n_trials": counts.get(row["id"], 0)} for row in rows]


def audit_page(
    engine: sa.Engine,
    *,
    kind: str | None = None,
    subject: str | None = None,
    by: str | None = None,
    limit: int = LIMIT,
    before: str | None = None,
) -> list[dict[str, Any]]:
    """List who did what, the latest first.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    kind, subject, by : str, optional
        Only on this kind, of this id, by this person.
    limit : int
        At most so many.
    before : str, optional
        Id of the last entry of the page before.

    Returns
    -------
    list of dict
        A value for each column.

    Raises
    ------
    LaboratoryError
        When there is no such kind, or no such entry to go on after.
    """
    if kind is not None and kind not in {*KINDS, "laboratory"}:
        raise LaboratoryError(f"There is no kind {kind!r}; known: {', '.join(KINDS)}, laboratory.")
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)  # an id begins with its moment
    query = query.where(
        *_said((audit.c.kind, eq, kind), (audit.c.subject, eq, subject), (audit.c.by, eq, by), (audit.c.id, lt, before))
    )
    with reading(engine) as connection:
        if before is not None:
            _where_to_go_on(connection, "entry of the audit", audit.c.id, before, audit.c.id)
        return _rows(connection, query)
