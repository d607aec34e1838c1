"""Two conditions in words and numbers: what to know first, the table of differences, predicted against measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from types import MappingProxyType
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.comparisons import Tried
from dashboard.components.evidence import bullets, sources
from dashboard.components.signs import chip, data, named, notice, side_mark, table
from dashboard.components.told import formulas_view
from footload.compare.conditions import ComparedFinding, Comparison, Pairing
from footload.decision.telling import told_of_trial
from footload.findings import Finding

WHOLE: Final = frozenset({"", "foot"})
MOST_REGIONS: Final = 40
PAIRED: Final = {
    Pairing.NONE: "none of one condition belongs to a certain one of the other",
    Pairing.TRIALS: "the first trial of one condition is set against the first of the other, and so on",
    Pairing.PEOPLE: "everybody is set against themselves",
}
_HEADS = (
    "Measure",
    "Foot",
    "First",
    "Second",
    "Difference",
    "Interval",
    "Least that counts",
    "Beyond it",
    "p, adjusted",
)


def comparison_view(
    found: Comparison, names: tuple[str, str], notes: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> list[Component]:
    """Show the differences of one condition from the first.

    Parameters
    ----------
    found : Comparison
        Second minus first.
    names : (str, str)
        Of the two.
    notes : mapping of str to sequence of str
        Quality notes by metric, of the trials of both.

    Returns
    -------
    list of dash component
        Warnings, how it is to be read, whole feet, then what is folded away.
    """
    parts: list[Component] = []
    if found.warnings:
        parts.append(notice("Before you read it", bullets(found.warnings), "watch", "warning"))
    parts.append(html.P(how_read(found), className="dim"))
    whole = [each for each in found.findings if each.measured.region in WHOLE]
    regions = [each for each in found.findings if each.measured.region not in WHOLE and differs(each)]
    told, rest = [each for each in whole if differs(each)], [each for each in whole if not differs(each)]
    label = f"{names[1]} against {names[0]}"
    if told:
        parts.append(_table(told, names, f"What differs: {label}"))
    else:
        parts.append(html.P(_nothing(whole)))
    shown: Sequence[ComparedFinding] = ()
    if regions:
        regions.sort(key=lambda each: abs(each.difference.value) / each.mdc if each.mdc > 0 else 0.0, reverse=True)
        shown = regions[:MOST_REGIONS]
        left = len(regions) - len(shown)
        more = (
            [html.P(f"{left} more differ by less; footload compare --all lists them.", className="dim")] if left else []
        )
        summary = html.Summary(f"Regions of the foot that differ ({len(regions)})")
        parts.append(html.Details([summary, _table(shown, names, f"Regions: {label}"), *more]))
    if rest:
        summary = html.Summary(f"Within error, or not to be told ({len(rest)})")
        parts.append(html.Details([summary, _table(rest, names, f"Within error: {label}")]))
    parts.append(formulas_view((each.measured.metric for each in (*told, *shown, *rest)), notes))
    return parts


def how_read(found: Comparison) -> str:
    """Say what the table rests on.

    Parameters
    ----------
    found : Comparison
        Of two conditions.

    Returns
    -------
    str
        Four sentences.
    """
    beyond = sum(each.is_beyond_mdc is True for each in found.findings)
    n = sum(not isnan(each.difference.p) for each in found.findings)
    from_ = " and ".join(sorted({each.mdc_from for each in found.findings if each.mdc_from}))
    each = (
        f"each {found.units.removesuffix('s')} counts once"
        if found.units != "people"
        else ("each person counts once, by the mean of their values")
    )
    return (
        f"Each number is a mean; {each}, and {PAIRED[found.pairing]}. The interval is where the true difference lies "
        f"in 95 of 100 such measurements. {n} measures are asked about at once, so each p is raised for it "
        f"({found.adjustment.value}). {beyond} of {len(found.findings)} differences are larger than what the "
        f"measurement itself may change by chance ({from_ or 'no error of measurement is known'})."
    )


def differs(each: ComparedFinding) -> bool:
    """Whether a difference is beyond error or chance.

    Parameters
    ----------
    each : ComparedFinding
        One measure.

    Returns
    -------
    bool
        False also where neither is known.
    """
    return each.is_beyond_mdc is True or each.p_adjusted <= 0.05


def tried_view(option: str, label: str, tried: Tried) -> list[Component]:
    """Show predicted against measured.

    Parameters
    ----------
    option : str
        Title of the option.
    label : str
        Which conditions.
    tried : Tried
        What became of it.

    Returns
    -------
    list of dash component
        The decision first, then each line.
    """
    comfort = (
        f"Comfort entered: {tried.comfort_mm:+g} mm of 100 with it against without."
        if tried.comfort_mm is not None
        else "No change of comfort is entered; it goes into the form of the page Knee of a trial with the option."
    )
    if tried.result is None:
        return [notice(f"{option}: not judged", tried.why_not, "bad", "warning"), html.P(comfort)]
    told = told_of_trial(tried.result)
    kind = {"kept": "good", "dropped": "bad"}.get(tried.result.decision, "watch")
    rows = [[kind_, text] for kind_, text in told.rows if kind_ != "decision"]
    found: list[Component] = [
        html.Div([html.H3(label), chip(tried.result.decision, kind)], className="chips"),
        html.P(comfort),
        table(("What", "In words"), rows, f"Predicted against measured: {label}"),
    ]
    cited = sources(tried.result.citations)
    return [*found, cited] if cited is not None else found


def _nothing(whole: Sequence[ComparedFinding]) -> str:
    if all(each.is_beyond_mdc is None and isnan(each.p_adjusted) for each in whole):
        return (
            "Whether anything differs cannot be told: each condition needs two values or more of the same measure. "
            "Means and differences are below."
        )
    return (
        "No value of a whole foot or of the trial differs by more than error and chance. That is no proof that the "
        "conditions are equal."
    )


def _table(findings: Iterable[ComparedFinding], names: tuple[str, str], label: str) -> Component:
    heads = [*_HEADS]
    heads[2:4] = names
    return table(heads, [_row(each) for each in findings], label)


def _row(each: ComparedFinding) -> Sequence[str | Component]:
    unit, change, region = each.measured.unit, each.difference, each.measured.region
    mark = {
        True: chip("beyond", "info", "check"),
        False: chip("within error"),
        None: chip("not known", "watch"),
    }[each.is_beyond_mdc]
    label = each.label if region in WHOLE else f"{each.label}, {region.replace('_', ' ')}"
    foot = side_mark(each.measured.side) if each.measured.side else "–"
    interval = (
        "needs two values each" if isnan(change.low) else f"{_text(change.low, '')} to {_text(change.high, unit)}"
    )
    p = "–" if isnan(each.p_adjusted) else "< 0.001" if each.p_adjusted < 0.001 else f"{each.p_adjusted:.2g}"
    numbers = (_text(each.first, unit), _text(each.second, unit), _text(change.value, unit, sign=True), interval)
    told = [_number(text, each) for text in (*numbers, _text(each.mdc, unit), p)]
    return [_told_here(label, each, {}), foot, *told[:-1], mark, told[-1]]


def _number(text: str, each: ComparedFinding) -> Component:
    # Not a stop of the Tab key: the measure's name, in the same row, leads to the same place.
    return html.Span(
        _told_here(text, each, {"tabIndex": -1, **named(f"{text}: where this is from")}), className="number"
    )


def _told_here(text: str, each: ComparedFinding, more: Mapping[str, Any]) -> Component:
    of_metric = data("told-here", each.measured.metric)
    return html.Button(text, type="button", className="told-link", **of_metric, **more)  # type: ignore[arg-type]


def _text(value: float, unit: str, *, sign: bool = False) -> str:
    text = Finding("", "", value, unit or "ratio", reason="not known").text
    return f"+{text}" if sign and value > 0 else text
