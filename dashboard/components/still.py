"""Tables and lists of words and marks as one component each, drawn by a script: the browser has less to watch over.

Dash watches every component for itself: each one that comes onto a page tells all the others, so that a page takes the
square of their number. A comparison has thousands of cells that never change; as components they made the browser stand
still for a minute.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.signs import data

ATTRIBUTES: Final = {"className": "class", "tabIndex": "tabindex", "colSpan": "colspan", "rowSpan": "rowspan"} | {
    name: name for name in ("title", "scope", "role", "type", "lang", "href", "target", "rel")
}
"""What a still part may have, by its name in the document; beside ``aria-`` and ``data-``."""

ROOTS: Final = (html.Table, html.Details, html.Ul, html.Ol, html.Dl)
FEWEST: Final = 8
"""Parts that are worth it."""

SAFE: Final = ("https://", "http://", "/", "#")
"""How the address of a link begins."""

STILL: Final = "still"
"""The script finds the tables by ``data-still``."""


def make_still(part: Any) -> None:
    """Let a script draw every table and list of a page that holds words and marks alone; others stay as they are.

    Parameters
    ----------
    part : dash component, list or text
        Of a page; it is changed where it stands.
    """
    if isinstance(part, list | tuple):
        for each in part:  # pyright: ignore[reportUnknownVariableType]
            make_still(each)
    elif isinstance(part, Component):
        drawn = _drawn(part) if isinstance(part, ROOTS) and _is_worth(part) else None
        if drawn is None:
            make_still(getattr(part, "children", None))
        else:
            del part.children
            for name, value in data(STILL, json.dumps(drawn[-1], separators=(",", ":"))).items():
                setattr(part, name, value)


def _is_worth(part: Component) -> bool:
    return sum(1 for _ in islice(part._traverse(), FEWEST)) == FEWEST  # type: ignore[no-untyped-call]


def _is_safe(address: str | int) -> bool:
    return str(address).startswith(SAFE)


def _drawn_all(children: Any) -> list[Any] | None:
    """What stands in a part; None where something of it is more than words and marks."""
    if children is None:
        return []
    several: list[Any] = list(children) if isinstance(children, list | tuple) else [children]  # pyright: ignore[reportUnknownArgumentType]
    found = [_drawn(each) for each in several if each is not None]
    return None if any(each is None for each in found) else found


def _drawn(part: Any) -> Any:
    """A text, or name, attributes and content of an element."""
    if isinstance(part, str | int | float):
        return str(part)
    if not isinstance(part, Component) or part._namespace != html.Div._namespace:  # type: ignore[attr-defined]
        return None
    attributes: dict[str, str] = {}
    for name in part._prop_names:
        value = getattr(part, name, None)
        if name != "children" and value is not None:
            known = ATTRIBUTES.get(name)
            if known is None or not isinstance(value, str | int) or (name == "href" and not _is_safe(value)):
                return None
            attributes[known] = str(value)
    for name, value in vars(part).items():
        if name.startswith(("aria-", "data-")):
            attributes[name] = str(value)
    content = _drawn_all(getattr(part, "children", None))
    # In an order of their own: that of a component is another one in each process.
    return None if content is None else [type(part).__name__.lower(), dict(sorted(attributes.items())), content]
