"""What is offered to whom: controls that need more than the visitor's role come switched off, with a word why.

Nothing is listed here: which role a control needs follows from the callbacks that it calls, so that no page has to ask.
What the browser makes of it does not count; `dashboard.access` refuses all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.access import Role, need_of, visitor
from dashboard.components.signs import data, notice

NO_CONTROLS: Final = frozenset({"Interval", "Store", "Location"})
"""They may be switched off, too, but nobody presses them."""

WHY: Final = "needs the role {role}"


class Offer:
    """Which role every control of an application needs.

    Parameters
    ----------
    needed : mapping of str to Role
        By the control's id; of an id with parts, by its ``type``.
    """

    def __init__(self, needed: Mapping[str, Role]) -> None:
        self.needed = {name: role for name, role in needed.items() if role is not Role.VIEW}

    @classmethod
    def of(cls, app: Dash) -> Offer:
        """Read it from the callbacks of an application.

        Parameters
        ----------
        app : Dash
            With all its callbacks.

        Returns
        -------
        Offer
            What calls a callback needs its role, the lowest where there are several; what is only sent along with
            others needs theirs.
        """
        calling: dict[str, list[Role]] = {}
        sent: dict[str, list[Role]] = {}
        for entry in app.callback_map.values():
            need = need_of(entry.get("callback"))
            if need is None:
                continue
            for kind, found in (("inputs", calling), ("state", sent)):
                for each in entry.get(kind, ()):
                    found.setdefault(_name(each["id"]), []).append(need.role)
        order = list(Role)
        return cls({name: min(roles, key=order.index) for name, roles in {**sent, **calling}.items()})

    def finish(self, answer: Any) -> Any:
        """Switch off what the visitor may not use.

        Parameters
        ----------
        answer : object
            What a callback gives to the browser; its components are changed where they stand.

        Returns
        -------
        object
            The same.
        """
        if not visitor().role.covers(Role.SIGN):
            self._close(answer, None)
        return answer

    def _close(self, part: Any, why: Role | None) -> None:
        if isinstance(part, list | tuple):
            for each in part:  # pyright: ignore[reportUnknownVariableType]
                self._close(each, why)
        if not isinstance(part, Component):
            return
        role = self.needed.get(_name(getattr(part, "id", "")))
        why = role if role is not None and not visitor().role.covers(role) else why
        if why is not None:
            _switch_off(part, why)
        self._close(getattr(part, "children", None), why)


def with_reason(content: Component) -> Component:
    """Say above a page why some of it is switched off.

    Parameters
    ----------
    content : dash component
        A page, after `Offer.finish`.

    Returns
    -------
    dash component
        The same where nothing is.
    """
    roles = sorted(set(_closed(content)), key=list(Role).index)
    if not roles:
        return content
    who = visitor()
    words = " or ".join(role.value for role in roles)
    text = (
        f"The account {who.name} has the role {who.role.value}: what is grey here needs the role {words}. Whoever runs "
        "footload can change that with `footload users`."
    )
    told = html.Div(notice(f"For you this page is for {'looking' if who.role is Role.VIEW else 'recording'}", text))
    return html.Div([told, content], className="stack")


def _closed(part: Any) -> Iterator[Role]:
    if isinstance(part, list | tuple):
        for each in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _closed(each)
    elif isinstance(part, Component):
        needed = getattr(part, "data-needs", None)
        if needed:
            yield Role(needed)
        yield from _closed(getattr(part, "children", None))


def _switch_off(part: Component, role: Role) -> None:
    known: list[str] = getattr(part, "available_properties", [])
    if "disabled" not in known or type(part).__name__ in NO_CONTROLS:
        return
    part.disabled = True  # type: ignore[attr-defined]
    for name, value in data("needs", role.value).items():  # its scripts leave it as it is
        if "data-" in getattr(part, "available_wildcard_properties", []):
            setattr(part, name, value)
    why = WHY.format(role=role.value)
    if "title" in known:
        part.title = why  # type: ignore[attr-defined]
    elif "attributes" in known:
        part.attributes = {"root": {"title": why}}  # type: ignore[attr-defined]


def _name(identity: Any) -> str:
    """An id as text; of one with parts, its type."""
    if isinstance(identity, str) and identity.startswith("{"):
        identity = json.loads(identity)
    return str(identity.get("type", "")) if isinstance(identity, dict) else str(identity)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
