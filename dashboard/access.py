"""What a visitor may do: the role that every callback, address and websocket needs, and who is asking.

`needs` stands above whatever a browser can reach::

    @app.callback(...)
    @offload
    @needs(Role.RECORD, "edit note", about="trial_id")
    def keep_note(text: str, trial_id: str) -> Component: ...

    @needs(Role.RECORD, "import")
    async def upload(request: Request) -> Response: ...

What carries no role is refused to everybody who came in by an account; a test fails on it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar, cast

import anyio
import anyio.to_thread
from starlette.requests import HTTPConnection

from footload.errors import FootloadError

Called = TypeVar("Called", bound=Callable[..., Any])

DECLARED: Final = "footload_needs"
"""Attribute of what `needs` stands above."""

LONGEST_SUBJECT: Final = 200


class Role(StrEnum):
    """What an account is for; each one may do what those before it may."""

    VIEW = "view"
    RECORD = "record"
    SIGN = "sign"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what another one is needed for.

        Parameters
        ----------
        other : Role
            What is needed.

        Returns
        -------
        bool
            Roles stand in their order.
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


class NotAllowedError(FootloadError):
    """A visitor asked for what the visitor's role does not cover."""


class Log(Protocol):
    """Where deeds are written down."""

    def append(self, who: str, action: str, about: str = "", outcome: str = "done", where: str = "") -> None:
        """Write one line."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking.

    Parameters
    ----------
    name : str
        Of the account; empty for whoever sits at the machine and was given the token.
    role : Role
        Of the account.
    signs_as : str
        The name under what this person signs; empty where a person types it.
    where : str
        Address of the machine.
    log : Log, optional
        Where deeds are written down; nowhere for the machine's own user.
    """

    name: str = ""
    role: Role = Role.SIGN
    signs_as: str = ""
    where: str = ""
    log: Log | None = None

    def did(self, action: str, about: str = "", outcome: str = "done") -> None:
        """Write down what was done.

        Parameters
        ----------
        action : str
            In a word or two.
        about : str
            On which trial.
        outcome : str
            What came of it.
        """
        if self.log is not None:
            self.log.append(self.name, action, about[:LONGEST_SUBJECT], outcome, self.where)


HERE: Final = Visitor()
"""Whoever sits at the machine: all roles, no account."""

_visitor: ContextVar[Visitor] = ContextVar("visitor", default=HERE)
_outcome: ContextVar[list[str] | None] = ContextVar("outcome", default=None)
_finish: ContextVar[Callable[[Any], Any] | None] = ContextVar("finish", default=None)


def visitor() -> Visitor:
    """Who is asking; also in the thread that does a callback's work.

    Returns
    -------
    Visitor
        As the guard let them in.
    """
    return _visitor.get()


def outcome(text: str) -> None:
    """Say to the audit log what came of what is being done; without it, it was done.

    Parameters
    ----------
    text : str
        Such as the name of the file that was written, or why nothing was done. Outside of `needs` nothing happens.
    """
    told = _outcome.get()
    if told is not None:
        told[:] = [text[:LONGEST_SUBJECT]]


@contextmanager
def visited_by(who: Visitor) -> Iterator[None]:
    """Let someone ask for a while.

    Parameters
    ----------
    who : Visitor
        From the guard.

    Yields
    ------
    None
    """
    before = _visitor.set(who)
    try:
        yield
    finally:
        _visitor.reset(before)


@contextmanager
def finishing(how: Callable[[Any], Any]) -> Iterator[None]:
    """Let every answer of a callback be fitted to who asked for it.

    Parameters
    ----------
    how : callable
        Takes and gives the answer.

    Yields
    ------
    None
    """
    token = _finish.set(how)
    try:
        yield
    finally:
        _finish.reset(token)


def fitted(answer: Any) -> Any:
    """Fit an answer to who asked for it; what a callback gives back is, without being asked.

    Parameters
    ----------
    answer : object
        What goes to the browser.

    Returns
    -------
    object
        As `finishing` says; the same where nothing was said.
    """
    finish = _finish.get()
    return answer if finish is None else finish(answer)


@dataclass(frozen=True, slots=True)
class Need:
    """What `needs` says.

    Parameters
    ----------
    role : Role
        At least.
    action : str
        What the audit log calls it; empty where looking leaves no line.
    about : str
        Name of the argument that says on which trial.
    """

    role: Role
    action: str = ""
    about: str = ""


def pressed(clicks: object, *_: object) -> bool:
    """Whether somebody pressed a button, or one of several: callbacks are called for buttons that only appear, too.

    Parameters
    ----------
    clicks : object
        How often, or a list of it.
    *_
        Whatever else the callback takes.

    Returns
    -------
    bool
        For the `asked` of `needs`.
    """
    return any(cast("list[object]", clicks)) if isinstance(clicks, list) else bool(clicks)


def needs(
    role: Role, action: str = "", about: str = "", asked: Callable[..., bool] | None = None
) -> Callable[[Called], Called]:
    """Say which role a callback, an address or a websocket needs, and hold to it.

    Parameters
    ----------
    role : Role
        `VIEW` for looking, `RECORD` for whatever changes a file, an entry or a device, `SIGN` for signing.
    action : str
        What the audit log calls it; needed for all but `VIEW`.
    about : str
        Name of the argument that says on which trial; an address says it by itself.
    asked : callable, optional
        Takes what a callback takes and says whether somebody asked for it. Where nobody did, nothing is called, refused
        or written down: pages call a callback also when its button appears.

    Returns
    -------
    callable
        The decorator.

    Raises
    ------
    ValueError
        When something is changed and the audit log would not know what.
    """
    if role is not Role.VIEW and not action:
        raise ValueError(f"A change that needs the role {role.value!r} needs a name for the audit log, too.")
    need = Need(role, action, about)

    def declare(function: Called) -> Called:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def later(*args: Any, **kwargs: Any) -> Any:
                subject = _allow(need, function, args, kwargs)
                told: list[str] = []
                try:
                    with _telling(told):
                        return await function(*args, **kwargs)
                finally:
                    if need.action:  # by a thread: the disk must not hold up the loop, nor a browser that left the line
                        with anyio.CancelScope(shield=True):
                            await anyio.to_thread.run_sync(_write_down, need, subject, told)

            made: Callable[..., Any] = later
        else:

            @functools.wraps(function)
            def now(*args: Any, **kwargs: Any) -> Any:
                if asked is not None and not asked(*args, **kwargs):
                    from dash.exceptions import PreventUpdate

                    raise PreventUpdate
                subject = _allow(need, function, args, kwargs)
                told: list[str] = []
                try:
                    with _telling(told):
                        return fitted(function(*args, **kwargs))
                finally:
                    _write_down(need, subject, told)

            made = now
        setattr(made, DECLARED, need)
        return cast("Called", made)

    return declare


def need_of(function: object) -> Need | None:
    """What was said of a function.

    Parameters
    ----------
    function : object
        A callback, an endpoint, or either wrapped by others that keep attributes.

    Returns
    -------
    Need
        None where nothing was said.
    """
    return getattr(function, DECLARED, None)


def _allow(need: Need, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    subject = _subject(need, function, args, kwargs)
    check(need, subject)
    return subject


def check(need: Need, subject: str = "") -> None:
    """Refuse a visitor whose role does not cover a need.

    Parameters
    ----------
    need : Need
        What is asked for.
    subject : str
        On which trial.

    Raises
    ------
    NotAllowedError
        Said in one sentence, and written down.
    """
    who = visitor()
    if who.role.covers(need.role):
        return
    who.did(need.action or "look", subject, "refused")
    raise NotAllowedError(
        f"The account {who.name!r} has the role {who.role.value!r}, but this needs {need.role.value!r}; "
        "whoever runs footload can change that with `footload users`."
    )


@contextmanager
def _telling(told: list[str]) -> Iterator[None]:
    before = _outcome.set(told)
    try:
        yield
    except Exception as error:
        told[:] = [f"failed: {type(error).__name__}"]
        raise
    finally:
        _outcome.reset(before)


def _write_down(need: Need, subject: str, told: list[str]) -> None:
    if need.action:
        visitor().did(need.action, subject, told[0] if told else "done")


def _subject(need: Need, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    for each in args:
        if isinstance(each, HTTPConnection):
            return str(each.scope.get("path", ""))
    if not need.about:
        return ""
    bound = inspect.signature(function).bind_partial(*args, **kwargs).arguments
    return str(bound.get(need.about) or "")
