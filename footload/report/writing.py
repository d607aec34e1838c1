"""Writes a report: from analyses and an assessment to sections, everything that needs care first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from footload.analysis import Analysis
from footload.decision.assessment import Assessment
from footload.decision.selection import Pooled
from footload.decision.telling import Told, told
from footload.findings import Finding, ReferenceStatus
from footload.foot.contact import WHOLE
from footload.metrics.catalogue import TOPICS
from footload.metrics.registry import metrics
from footload.references import reference
from footload.report.document import Block, Clinic, Report, Section, Table, Text
from footload.report.pictures import pictures_of
from footload.trials import Condition, Side
from footload.units import shown

TITLE = "How the feet load, and what may be considered"
SECTIONS = ("summary", "trials", "figures", "findings", "options", "plan", "quality", "sources")
"""Names of all sections, in their order."""

_PLACES = {"Assessment": "summary", "Sources": "sources", "Plan": "plan"}
_PLAN = ("Correction plan", "Shoe size")
_HEADS = {Side.LEFT: "Left", Side.RIGHT: "Right", None: "Both"}
_SIDES = tuple(_HEADS)


def report_of(
    analyses: Sequence[Analysis],
    pooled: Pooled,
    assessment: Assessment,
    *,
    made_at: str,
    clinic: Clinic | None = None,
    sections: Iterable[str] = SECTIONS,
    comparison: Iterable[Told] = (),
) -> Report:
    """Write the report of one person in one condition.

    Parameters
    ----------
    analyses : sequence of Analysis
        The trials.
    pooled : Pooled
        Their findings together.
    assessment : Assessment
        What may be said.
    made_at : str
        When, as ``2026-11-22T10:30:00+00:00``.
    clinic : Clinic, optional
        Whose report it is.
    sections : iterable of str
        Names of those that are wanted, from `SECTIONS`; referrals and the statement are always there.
    comparison : iterable of Told
        What became of options that were tried.

    Returns
    -------
    Report
        Not signed.

    Raises
    ------
    ValueError
        When a section has an unknown name, or there is nothing to report.
    """
    from footload import __version__

    if not analyses:
        raise ValueError("There is no trial to report; name at least one.")
    wanted = set(sections)
    if unknown := sorted(wanted - set(SECTIONS)):
        raise ValueError(f"There is no section {unknown[0]!r} in a report; there are: {', '.join(SECTIONS)}.")
    said = _by_section(told(pooled, assessment))
    worn = "; ".join(dict.fromkeys(filter(None, (condition_words(one.trial.condition) for one in analyses))))
    built: dict[str, list[Block]] = {
        "summary": [*_care(assessment), *_with_condition(said.get("summary", []), worn)],
        "trials": [_trials(analyses)],
        "figures": [picture for one in analyses for picture in pictures_of(one)],
        "findings": _findings(pooled.findings),
        "options": [*said.get("options", []), *(_block(each) for each in comparison)],
        "plan": said.get("plan", []),
        "quality": _quality(analyses),
        "sources": _sources(pooled.findings, assessment),
    }
    if assessment.gate_closed:
        # Behind a red flag there is nothing to choose from: only who should look, and what was measured.
        built["options"] = built["plan"] = []
    parts = tuple(
        Section(name, TITLES[name], tuple(built[name]))
        for name in SECTIONS
        if built[name] and (name in wanted or (name == "summary"))
    )
    files = {(one.trial.name, finding.provenance.sha256) for one in analyses for finding in one.findings[:1]}
    return Report(
        title=TITLE,
        clinic=clinic or Clinic(),
        participant=pooled.pseudonym,
        made_at=made_at,
        version=__version__,
        statement=assessment.statement,
        fingerprints=tuple(sorted((name, digest or "no file: simulated or live") for name, digest in files)),
        sections=parts,
    )


TITLES = {
    "summary": "In short",
    "trials": "What was recorded",
    "figures": "Pictures",
    "findings": "What was measured",
    "options": "What may be considered",
    "plan": "Plan",
    "quality": "What to know before it is used",
    "sources": "Sources",
}
"""Headings of the sections."""


def findings_table(findings: Iterable[Finding], caption: str = "") -> Table:
    """Lay findings of whole feet and whole trials out, a row a measure, left beside right.

    Parameters
    ----------
    findings : iterable of Finding
        Of one condition.
    caption : str
        What they are of.

    Returns
    -------
    Table
        Mean, standard deviation and number where there are several; the reason where there is no value.
    """
    rows: dict[str, dict[Side | None, list[Finding]]] = {}
    for finding in findings:
        rows.setdefault(finding.metric, {}).setdefault(finding.side, []).append(finding)
    sides = [side for side in _SIDES if any(side in by_side for by_side in rows.values())]
    heads = ("Measure", *(_HEADS[side] for side in sides), "Against a reference")
    cells = tuple(
        (_label(group), *(_cell(by_side.get(side, [])) for side in sides), _against(by_side))
        for by_side in rows.values()
        for group in [next(iter(by_side.values()))]
    )
    return Table(heads, cells, caption, (1.6, *(1.0 for _ in sides), 1.8))


def regions_table(findings: Iterable[Finding], caption: str = "") -> Table:
    """Lay findings of regions out, a row a region and side, a column a measure.

    Parameters
    ----------
    findings : iterable of Finding
        With a region.
    caption : str
        What they are of.

    Returns
    -------
    Table
        Means where there are several; a dash where there is no value.
    """
    places: dict[tuple[str, Side | None], dict[str, list[Finding]]] = {}
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        places.setdefault((finding.region, finding.side), {}).setdefault(finding.metric, []).append(finding)
        groups.setdefault(finding.metric, []).append(finding)
    names = tuple(groups)
    rows = tuple(
        (f"{region}, {_HEADS[side].lower()}", *(_mean(by_metric.get(name, [])) for name in names))
        for (region, side), by_metric in places.items()
    )
    heads = ("Region", *(_label(group) for group in groups.values()))
    return Table(heads, rows, caption, (1.8, *(1.0 for _ in names)))


def _label(findings: Sequence[Finding]) -> str:
    unit = shown(findings[0].unit)
    return f"{findings[0].label} [{unit}]" if unit else findings[0].label


def _values(findings: Sequence[Finding]) -> np.ndarray:
    return np.array([finding.value for finding in findings if not np.isnan(finding.value)])


def _digits(mean: float) -> int:
    return 0 if abs(mean) >= 1000 else 1 if abs(mean) >= 10 else 2


def _mean(findings: Sequence[Finding]) -> str:
    values = _values(findings)
    return f"{values.mean():.{_digits(values.mean())}f}" if len(values) else "–"


def _cell(findings: Sequence[Finding]) -> str:
    values = _values(findings)
    if not len(values):
        return f"– ({findings[0].reason})" if findings else ""
    mean, digits = _mean(findings), _digits(values.mean())
    return mean if len(values) == 1 else f"{mean} ± {values.std(ddof=1):.{digits}f} (n = {len(values)})"


def _against(by_side: Mapping[Side | None, list[Finding]]) -> str:
    """Where the mean of each side lies; a range that was not read in its source says so itself."""
    said: list[str] = []
    for side in _SIDES:
        found = [finding for finding in by_side.get(side, []) if not np.isnan(finding.value)]
        if not found or found[0].reference is None:
            continue
        span = found[0].reference
        status = span.status(float(np.mean([finding.value for finding in found])))
        means = {ReferenceStatus.BELOW: span.low_means, ReferenceStatus.ABOVE: span.high_means}.get(status, "")
        said.append(f"{side or 'both'} {status.value}{f': {means}' if means else ''}")
    if not said:
        return "no reference"
    ranges = [f.reference.text for group in by_side.values() for f in group[:1] if f.reference]
    return f"{'; '.join(said)}. {ranges[0]}"


def _findings(findings: Sequence[Finding]) -> list[Block]:
    """One table a topic, in the order of the catalogue."""
    known = metrics()
    found: list[Block] = []
    for topic in TOPICS:
        own = [f for f in findings if f.metric in known and known[f.metric].function.__module__ == topic.__name__]
        title = (topic.__doc__ or "").strip().splitlines()[0]
        found += _whole([f for f in own if f.region in {"", WHOLE}], title)
        if parts := [f for f in own if f.region not in {"", WHOLE}]:
            found.append(regions_table(parts, f"{title.removesuffix('.')}: regions, means"))
    return found


def _whole(findings: Sequence[Finding], title: str) -> list[Block]:
    """A table of what has a value; what has none is named below it with its reason."""
    had = {finding.metric for finding in findings if not np.isnan(finding.value)}
    found: list[Block] = []
    if values := [finding for finding in findings if finding.metric in had]:
        found.append(findings_table(values, title))
    missing: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.metric not in had:
            missing.setdefault(finding.reason, {})[finding.label] = None
    found += [Text(f"No value of {', '.join(labels)}: {reason}", "dim") for reason, labels in missing.items()]
    return found


def _care(assessment: Assessment) -> list[Block]:
    return [Text(f"{line.text} {'; '.join(line.why)}".strip(), "urgent") for line in assessment.referrals]


def _by_section(sections: Iterable[Told]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for each in sections:
        name = _PLACES.get(each.title, "plan" if each.title.startswith(_PLAN) else "options")
        if each.rows and name != "sources":
            found.setdefault(name, []).append(_block(each))
    return found


def _block(section: Told) -> Table:
    return Table((), section.rows, "" if section.title == "Assessment" else section.title)


def _trials(analyses: Sequence[Analysis]) -> Table:
    rows = tuple(
        (
            one.trial.name,
            one.trial.task.value,
            _condition(one.trial.condition),
            one.trial.contents,
            f"{one.trial.duration_s:.1f} s",
            _counted(one),
        )
        for one in analyses
    )
    heads = ("Trial", "Task", "Condition", "Recorded", "Length", "Counted")
    return Table(heads, rows, shares=(1.5, 1, 1.2, 1.4, 0.7, 1.3))


def condition_words(condition: Condition) -> str:
    """Say what a condition is, for who does not know its short name.

    Parameters
    ----------
    condition : Condition
        Of a trial.

    Returns
    -------
    str
        Its name, footwear, device and note; empty where nothing is known, and said where only a name is.
    """
    parts = (("footwear", condition.footwear), ("device", condition.device), ("note", condition.note))
    known = [f"{what}: {text}" for what, text in parts if text]
    if not known and condition.name and "barefoot" not in condition.name.casefold():
        known = ["what was worn was not entered"]
    return "; ".join(filter(None, (condition.name, *known)))


def _with_condition(blocks: Sequence[Block], worn: str) -> list[Block]:
    """The summary with what the condition is in place of its short name."""
    row = [("condition", worn)] if worn else []
    tables = [block for block in blocks if isinstance(block, Table) and not block.heads]
    if not tables:
        return [*([Table((), tuple(row))] if row else []), *blocks]
    rest = tuple(each for each in tables[0].rows if each[0] != "condition")
    whole = Table((), (*row, *rest), tables[0].caption, tables[0].shares)
    return [whole if block is tables[0] else block for block in blocks]


def _condition(condition: Condition) -> str:
    return " · ".join(filter(None, (condition.name, condition.footwear, condition.device))) or "not named"


def _counted(analysis: Analysis) -> str:
    out = sum(bool(one.rejected) for one in analysis.repetitions) + len(analysis.rejected)
    if analysis.repetitions:
        text = f"{sum(not one.rejected for one in analysis.repetitions)} repetitions"
    else:
        text = f"{len(analysis.contacts)} foot contacts"
    return f"{text}, {out} left out" if out else text


def _quality(analyses: Sequence[Analysis]) -> list[Block]:
    rows: list[tuple[str, str]] = []
    for one in analyses:
        said = dict.fromkeys(one.notes)
        said |= dict.fromkeys(
            f"Repetition {each.number + 1}: {each.rejected}" for each in one.repetitions if each.rejected
        )
        by_note: dict[str, dict[str, None]] = {}
        for finding in one.findings:
            for note in finding.notes:
                by_note.setdefault(note, {})[finding.label] = None
        said |= {f"{note} ({_listed(tuple(labels))})": None for note, labels in by_note.items() if note not in said}
        rows += [(one.trial.name, note) for note in said]
    if not rows:
        return [Text("Nothing was noted against these trials.")]
    return [Table((), tuple(rows))]


def _listed(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _sources(findings: Iterable[Finding], assessment: Assessment) -> list[Block]:
    keys = dict.fromkeys(assessment.citations)
    for finding in findings:
        keys |= dict.fromkeys(
            filter(None, (finding.provenance.citation, finding.reference and finding.reference.citation))
        )
    return [Table((), tuple((key, reference(key).text) for key in keys))] if keys else []
