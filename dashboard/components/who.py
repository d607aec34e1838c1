"""Who is logged in, and the way out."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.access import Visitor
from dashboard.components.signs import named


def who_view(visitor: Visitor) -> Component | None:
    """Show the account and a button that ends its session.

    Parameters
    ----------
    visitor : Visitor
        Who is asking.

    Returns
    -------
    dash component
        Nothing for whoever sits at the machine and has no account.
    """
    if not visitor.name:
        return None
    told = html.Span(visitor.name, className="small", title=f"may {visitor.role.value}")
    button = html.Button("Log out", type="submit", className="log-out")
    return html.Form([told, button], action="/logout", method="POST", className="who", **named("Account"))
