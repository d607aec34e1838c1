"""What a clinician or fitter may enter by hand; every field comes from the table of inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from pydantic import ValidationError

from dashboard import ids
from dashboard.components.signs import named
from footload.decision.inputs import ClinicalInputs
from footload.decision.schemas import InputRow
from footload.decision.tables import input_table, referral_table, sentences
from footload.trials import Side

FIRST = ("wblt_cm",)
"""Asked for at once: the one test that the tendency can use without a site's own norms."""

RED_FLAGS = "red_flags"
NOT_KNOWN = ""
_ANSWERS = {NOT_KNOWN: None, "no": False, "yes": True}


def clinical_form(entered: ClinicalInputs | None = None) -> Component:
    """Make the form.

    Parameters
    ----------
    entered : ClinicalInputs, optional
        What stands in it already.

    Returns
    -------
    dash component
        Nothing in it is required; what stays empty is not known, never "no".
    """
    known = (entered or ClinicalInputs()).model_dump(mode="json")
    rows = {row.name: row for row in input_table().inputs}
    first = [field for name in FIRST for field in _fields(rows[name], known)]
    numbers = [
        f for row in rows.values() if row.name not in FIRST and row.kind != "yes-no" for f in _fields(row, known)
    ]
    questions = [field for row in rows.values() if row.kind == "yes-no" for field in _fields(row, known)]
    more = html.Details(
        [
            html.Summary("More clinical inputs"),
            html.Div(
                [_red_flags(known), html.Div(numbers, className="clinical-form"), *_asked(questions)], className="stack"
            ),
        ],
        className="clinical-more",
    )
    hint = html.P("Optional. What stays empty is not known; it is never taken for normal.", className="dim small")
    return html.Div([html.Div(first, className="clinical-form"), hint, more], className="stack clinical")


def clinical_inputs(parts: Sequence[Mapping[str, str]], values: Sequence[Any]) -> tuple[ClinicalInputs | None, str]:
    """Turn what stands in the form into inputs.

    Parameters
    ----------
    parts : sequence of dict
        Ids of the fields.
    values : sequence
        What stands in them, in the same order.

    Returns
    -------
    inputs : ClinicalInputs or None
        None when something entered cannot be.
    error : str
        What is wrong, as sentences; empty otherwise.
    """
    given: dict[str, Any] = {}
    for part, value in zip(parts, values, strict=True):
        name, side = part["name"], part["part"]
        entered = _ANSWERS.get(value, value) if isinstance(value, str) else value
        if entered is None or entered == []:
            continue
        if side:
            given.setdefault(name, {})[side] = entered
        else:
            given[name] = tuple(entered) if isinstance(entered, list) else entered
    try:
        return ClinicalInputs.model_validate(given), ""
    except ValidationError as error:
        return None, sentences(error)


def _fields(row: InputRow, known: Mapping[str, Any]) -> list[Component]:
    unit, value = f" ({row.unit})" if row.unit else "", known.get(row.name)
    if row.kind == "per side":
        return [_number(row, side.value, f"{row.label}, {side.value}{unit}", (value or {}).get(side)) for side in Side]
    if row.kind == "number":
        return [_number(row, "", f"{row.label}{unit}", value)]
    return [_question(row, value)] if row.kind == "yes-no" else []


def _number(row: InputRow, part: str, label: str, value: float | None) -> Component:
    return dmc.NumberInput(
        id=ids.clinical_id(row.name, part),
        label=label,
        min=row.low,
        max=row.high,
        clampBehavior="none",
        hideControls=True,
        debounce=400,
        value="" if value is None else value,
        w=260,
        size="sm",
    )


def _question(row: InputRow, value: bool | None) -> Component:
    data = [
        {"value": NOT_KNOWN, "label": "not known"},
        {"value": "no", "label": "no"},
        {"value": "yes", "label": "yes"},
    ]
    answer = next(word for word, meant in _ANSWERS.items() if meant is value)
    choice = dmc.SegmentedControl(id=ids.clinical_id(row.name), data=data, value=answer, size="xs", **named(row.label))
    return html.Div([html.Span(row.label), choice], className="question")


def _asked(questions: list[Component]) -> list[Component]:
    return [html.Div(questions, className="questions")]


def _red_flags(known: Mapping[str, Any]) -> Component:
    boxes = [dmc.Checkbox(value=flag.id, label=flag.text, size="sm") for flag in referral_table().red_flags]
    return dmc.CheckboxGroup(
        html.Div(boxes, className="checks"),
        id=ids.clinical_id(RED_FLAGS),
        label="Red flags",
        value=list(known[RED_FLAGS]),
    )
