"""The report of one trial: what it should hold, the draft to read, the signature, and what was signed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs, outcome, pressed, visitor
from dashboard.components.page_head import trial_head
from dashboard.components.signs import card, chip, notice, table
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.reports import Kept, Wish, further_trials, keep_signed, kept_reports, printing_address
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.errors import FootloadError
from footload.report.writing import SECTIONS, TITLES

if TYPE_CHECKING:
    from dash import Dash


def show(store: TrialStore, rest: str, _scheme: Scheme) -> Shown:
    """Show what a report can hold.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        The trial's id.
    _scheme : str
        Nothing here is drawn by plotly.

    Returns
    -------
    Shown
        Its page.

    Raises
    ------
    KeyError
        When there is no such trial.
    FootloadError
        When it cannot be read or analyzed.
    """
    trial = store.analysis(rest).trial
    kept = kept_reports(store, trial.participant.id)
    parts = [
        trial_head(trial, rest, "/report/", "Report"),
        _draft_card(rest, further_trials(store, rest)),
        _sign_card(),
        card("Signed reports", html.Div(kept_view(kept), id=ids.REPORT_KEPT), name="kept"),
    ]
    return Shown(f"Report: {trial.name}", html.Div(parts, className="stack"))


def draft_links(wish: Wish) -> Component:
    """Make the way to a draft.

    Parameters
    ----------
    wish : Wish
        What it should hold.

    Returns
    -------
    dash component
        To the page for reading and to the PDF; both open beside this page.
    """
    return html.Div(
        [
            html.A("Open the PDF", href=wish.address("pdf"), target="_blank", className="button-link"),
            html.A("Open as a page to print", href=wish.address("html"), target="_blank", className="button-link"),
        ],
        className="chips",
    )


def kept_view(kept: list[Kept]) -> Component:
    """List signed reports.

    Parameters
    ----------
    kept : list of Kept
        Of one person.

    Returns
    -------
    dash component
        Each says whether it is still what was signed.
    """
    if not kept:
        return html.P("None yet. Read the draft, then sign it above.", className="dim")
    rows: list[list[Any]] = []
    for one in kept:
        pdf = html.A("PDF", href=printing_address(one.name, "pdf"), target="_blank", className="link")
        page = html.A("Page", href=printing_address(one.name, "html"), target="_blank", className="link")
        state = chip("changed since", "bad", "warning", one.fault) if one.fault else chip("unchanged", "good", "check")
        rows.append([one.at[:16].replace("T", " "), one.by, html.Span(one.name, className="number"), state, pdf, page])
    return table(("Signed (UTC)", "By", "Fingerprint", "State", "Print", "Read"), rows, "Signed reports")


def _draft_card(trial_id: str, further: Any) -> Component:
    choices = [{"value": each, "label": name} for each, name in further]
    sections = [{"value": name, "label": TITLES[name]} for name in SECTIONS]
    fields: list[Component] = [
        dmc.Textarea(
            id=ids.REPORT_CLINIC,
            label="Clinic",
            description="First line: its name; then the address",
            autosize=True,
            minRows=2,
            debounce=400,
        ),
        dmc.MultiSelect(id=ids.REPORT_SECTIONS, label="Sections", data=sections, value=list(SECTIONS)),  # type: ignore[arg-type]
        dmc.MultiSelect(
            id=ids.REPORT_MORE,
            label="Further trials of this person in this condition",
            data=choices,  # type: ignore[arg-type]
            value=[],
            disabled=not choices,
            placeholder="" if choices else "none in this folder",
        ),
    ]
    links = html.Div(draft_links(Wish(trial_id)), id=ids.REPORT_LINKS)
    return card("Draft", html.Div(fields, className="report-form"), links, name="draft")


def _sign_card() -> Component:
    fields = html.Div(
        [
            dmc.TextInput(
                id=ids.REPORT_BY,
                label="Name of who signs",
                value=visitor().signs_as,
                disabled=bool(visitor().signs_as),
            ),
            dmc.Textarea(id=ids.REPORT_STATEMENT, label="Statement", autosize=True, value=""),
        ],
        className="report-form",
    )
    words = html.P(
        "A signature locks the content: the report is kept as it is, and every later change is noticed. It shows "
        "who stood for it; it is no proof of identity.",
        className="dim",
    )
    button = dmc.Button("Sign and keep", id=ids.REPORT_SIGN, n_clicks=0, w="fit-content")
    return card("Sign", words, fields, button, html.Div(id=ids.REPORT_ANSWER), name="sign")


def register(app: Dash, store: TrialStore) -> None:
    """Add the page's callbacks.

    Parameters
    ----------
    app : Dash
        The application.
    store : TrialStore
        The folder.
    """

    @app.callback(
        Output(ids.REPORT_LINKS, "children"),
        Input(ids.REPORT_CLINIC, "value"),
        Input(ids.REPORT_SECTIONS, "value"),
        Input(ids.REPORT_MORE, "value"),
        State(ids.TRIAL_ID, "data"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW, "look", about="trial_id")
    def other_draft(clinic: str | None, sections: list[str], more: list[str], trial_id: str) -> Component:
        return draft_links(_wish(trial_id, clinic, sections, more))

    @app.callback(
        Output(ids.REPORT_ANSWER, "children"),
        Output(ids.REPORT_KEPT, "children"),
        Input(ids.REPORT_SIGN, "n_clicks"),
        State(ids.REPORT_BY, "value"),
        State(ids.REPORT_STATEMENT, "value"),
        State(ids.TRIAL_ID, "data"),
        State(ids.REPORT_CLINIC, "value"),
        State(ids.REPORT_SECTIONS, "value"),
        State(ids.REPORT_MORE, "value"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.SIGN, "sign", about="trial_id", asked=pressed)
    def sign_report(_clicks: int, by: str, said: str, trial_id: str, *wished: Any) -> tuple[Any, Any]:
        # Whoever came in by an account signs under its name and no other.
        return signed_view(store, _wish(trial_id, *wished), visitor().signs_as or by or "", said or "")


def signed_view(store: TrialStore, wish: Wish, by: str, statement: str) -> tuple[Component, Any]:
    """Sign a report and say so.

    Parameters
    ----------
    store : TrialStore
        The folder.
    wish : Wish
        What it should hold.
    by, statement : str
        Who signs, and what is said with it.

    Returns
    -------
    answer : dash component
        What became of it.
    kept : dash component
        The list with it; unchanged when it could not be signed.
    """
    try:
        kept = keep_signed(store, wish, by, statement)
    except OSError as error:
        said = f"The report cannot be kept in the folder ({error.strerror or error})."
        outcome(f"not signed: {said}")
        return notice("Not signed", said, "watch", "warning"), no_update
    except (FootloadError, ValueError) as error:
        outcome(f"not signed: {error}")
        return notice("Not signed", str(error), "watch", "warning"), no_update
    outcome(f"report {kept.name}, signed by {kept.by}")
    text = f"Signed by {kept.by}; fingerprint {kept.name}."
    return notice("Signed and kept", text, "good", "check"), kept_view(kept_reports(store, kept.participant))


def _wish(trial_id: str, clinic: str | None, sections: list[str], more: list[str]) -> Wish:
    chosen = () if list(sections) == list(SECTIONS) else tuple(sections)
    return Wish(trial_id, tuple(more), tuple((clinic or "").splitlines()), chosen)


page = Page("/report/", show, register)
