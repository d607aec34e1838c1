"""Tables that a script draws: what they say, and what stays a component."""

from __future__ import annotations

import json

from dash import dcc, html

from dashboard.components.signs import chip, table
from dashboard.components.still import FEWEST, make_still


def rows(*cells: object) -> list[list[object]]:
    return [["a", cell] for cell in cells]


def test_a_table_of_words_is_one_component_that_holds_its_words() -> None:
    page = html.Div([table(("x", "y"), rows(*"bcd", chip("yes", "good", "check")), "Numbers")])
    make_still(page)
    drawn = next(part for part in page._traverse() if isinstance(part, html.Table))
    assert drawn.to_plotly_json()["props"]["className"] == "table"
    assert getattr(drawn, "children", None) is None
    head, body = json.loads(getattr(drawn, "data-still"))
    assert head == ["thead", {}, [["tr", {}, [["th", {"scope": "col"}, ["x"]], ["th", {"scope": "col"}, ["y"]]]]]]
    assert body[2][0] == ["tr", {}, [["th", {"scope": "row"}, ["a"]], ["td", {}, ["b"]]]]
    sign, word = body[2][3][2][1][2][0][2]
    assert sign == ["span", {"class": "icon icon-check", "aria-hidden": "true"}, []]
    assert word == ["span", {}, ["yes"]]


def test_a_script_in_a_cell_stays_a_word() -> None:
    page = html.Div(table(("x", "y"), rows(*["<script>alert(1)</script>"] * FEWEST), "Names"))
    make_still(page)
    drawn = next(part for part in page._traverse() if isinstance(part, html.Table))
    # The script makes a text node of it; only names of elements in lists of three become elements.
    assert json.loads(getattr(drawn, "data-still"))[1][2][0][2][1] == ["td", {}, ["<script>alert(1)</script>"]]


def test_what_is_pressed_or_leads_elsewhere_or_is_styled_stays_a_component() -> None:
    more = (
        dcc.Link("a", href="/trial/1"),
        html.Button("a", id="button"),
        html.Span("a", style={"width": "1px"}),
        html.A("a", href="javascript:alert(1)"),
    )
    for part in more:
        page = html.Div(table(("x", "y"), rows(*"bcdefgh", part), "Links"))
        make_still(page)
        assert not any(hasattr(each, "data-still") for each in page._traverse())
    kept = html.A("a", href="https://doi.org/10.1/x", target="_blank")
    page = html.Div(table(("x", "y"), rows(*"bcdefgh", kept), "Sources"))
    make_still(page)
    assert any(hasattr(each, "data-still") for each in page._traverse())


def test_small_lists_and_lists_within_what_stays_are_left_alone() -> None:
    small = html.Ul([html.Li("a"), html.Li("b")])
    large = html.Ul([html.Li(f"{n}") for n in range(FEWEST)])
    page = html.Details([html.Summary(dcc.Link("a", href="/")), small, large])
    make_still(page)
    assert not hasattr(small, "data-still")
    assert len(json.loads(getattr(large, "data-still"))) == FEWEST
    assert not hasattr(page, "data-still")
