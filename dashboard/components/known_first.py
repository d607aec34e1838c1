"""What to know before a trial's values are used, in the order of a clinician; how it was recorded stands apart."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.checks import checks_part
from dashboard.components.signs import notice
from footload.analysis import Analysis
from footload.findings import Severity
from footload.sanity.check import Outcome

RECORDING: Final = frozenset(
    {
        "area",
        "belt",
        "calibration",  # that a device is not calibrated is a note of the analysis, too
        "choices",
        "description",
        "device",
        "insole size",
        "mirrored",
        "passes",
        "place",
        "precision",
        "rows",
        "sensel size",
        "summary pages",
        "summary rows",
        "time",
        "unit",
    }
)
"""Topics of a trial's notes that tell how it was recorded and read; every other topic may change what a value means."""

SIMULATED: Final = "Simulated: nobody stood here, and the values are of no person."


def known_first(analysis: Analysis) -> Component | None:
    """Say what matters for the values first, and what only tells how they came about below, closed.

    Parameters
    ----------
    analysis : Analysis
        Of a trial.

    Returns
    -------
    dash component
        A notice where something is to be known; marks and gaps, checks and the recording to unfold. None without any.
    """
    first, recorded = sorted_notes(analysis)
    parts: list[Component] = []
    if first:
        parts.append(notice("Know this first", html.Ul([html.Li(note) for note in first]), "watch", "warning"))
    about = [f"{event.name} at {event.time_s:.2f} s: {event.note}" for event in analysis.trial.events if event.note]
    parts += _folded("Marks and gaps", about)
    checks = checks_part(analysis.checks)
    parts += [checks] if checks is not None else []
    parts += _folded("How it was recorded", recorded)
    return html.Div(parts, className="stack") if parts else None


def sorted_notes(analysis: Analysis) -> tuple[list[str], list[str]]:
    """Part the notes of a trial by whether they bear on its values.

    Parameters
    ----------
    analysis : Analysis
        Of a trial.

    Returns
    -------
    tuple of two lists of str
        What to know first: that nobody was measured, what the analysis left out or could not say, what a check warned
        of, what the file's notes say of the values, what a check noted. Then how it was recorded and read.
    """
    by_topic = analysis.trial.notes
    recorded = [text for topic, text in by_topic.items() if topic in RECORDING]
    own = [note for note in analysis.notes if note not in by_topic.values()]
    of_values = [note for note in analysis.notes if note in by_topic.values() and note not in recorded]
    noted = sorted(
        (check for check in analysis.checks if check.outcome is Outcome.NOTED),
        key=lambda check: check.severity is not Severity.WARNING,
    )
    said = [(check.severity is Severity.WARNING, _sentence(check.code, check.text)) for check in noted]
    warned, mild = ([text for is_warning, text in said if is_warning is wanted] for wanted in (True, False))
    simulated = [SIMULATED] if "simulated" in by_topic.get("device", "") else []
    return list(dict.fromkeys([*simulated, *own, *warned, *of_values, *mild])), recorded


def _sentence(code: str, text: str) -> str:
    return f"{code.replace('_', ' ').replace('-', ' ').capitalize()}: {text}"


def _folded(title: str, lines: list[str]) -> list[Component]:
    if not lines:
        return []
    items = html.Ul([html.Li(line) for line in lines], className="reasons")
    return [html.Details([html.Summary(f"{title} ({len(lines)})"), items])]
