"""The parts of `docs/evidence.md` about factors, plan, protocols, screening tests, sheet and shoe sizes."""

from __future__ import annotations

from footload.decision.chain import effect_text
from footload.decision.markdown import cited, markdown_table
from footload.decision.plan_schemas import Drill, Factor, Protocol
from footload.decision.screening_schemas import ScreeningTest
from footload.decision.tables import (
    drill_table,
    kinetic_chain,
    protocol_table,
    screening_table,
    sheet_table,
    size_table,
)


def plan_sections() -> tuple[str, ...]:
    """Every section that is made here.

    Returns
    -------
    tuple of str
        Markdown.
    """
    return _factors(), _drills(), _protocols(), _screening(), _sheet(), _sizes()


def _factors() -> str:
    chain = kinetic_chain()
    labels = chain.labels
    rows = [
        [labels[edge.start], effect_text(edge, labels)]
        for edge in chain.edges
        if edge.start not in {factor.id for factor in chain.factors}
    ]
    parts = ["## Contributing factors", chain.text, *(_factor(factor) for factor in chain.factors)]
    return "\n\n".join([*parts, "### Links between mechanisms and outcomes", markdown_table(["from", "to"], rows)])


def _factor(factor: Factor) -> str:
    chain = kinetic_chain()
    labels = chain.labels
    way = " → ".join(labels[node] for node in chain.path(factor.id))
    scored = f"scored as {factor.predictor}" if factor.predictor else "shown, not scored"
    lines = [
        f"### {factor.label} ({factor.group}, {factor.place}; {scored})",
        "",
        f"* The article: {factor.claim}",
        f"* Known: {factor.evidence} Certainty {factor.certainty.value}. {cited(factor.citations)}",
        f"* Way: {way}",
        f"* Plate: {factor.plate}",
        *(
            f"* Speaks {signal.speaks} it: {signal.condition.text}{f' ({signal.note})' if signal.note else ''} "
            f"{cited(signal.citations)}"
            for signal in factor.signals
        ),
        *(f"* Test: {test.text}" for test in factor.tests),
        *(f"* {effect_text(edge, labels)}" for edge in chain.edges_from(factor.id)),
    ]
    return "\n".join(lines)


def _drills() -> str:
    drills = drill_table()
    labels = kinetic_chain().labels
    pain = drills.pain_stop
    retest = drills.retest
    lines = [
        "## Correction plan",
        "The drills come in the order of what speaks for their factors in the person's data. Additions fill gaps of "
        "the article. None has been shown to prevent an injury by changing alignment.",
        "\n".join(
            [
                f"* {pain.text}{pain.mark.beside} {cited(pain.citations)}",
                *(f"* {note.text}{note.mark.beside} {cited(note.citations)}" for note in drills.notes),
                f"* Measured again after {retest.earliest_weeks} to {retest.latest_weeks} weeks{retest.mark.beside} "
                f"{cited(retest.citations)}",
                *(f"* No plan: {one.text} {cited(one.citations)}" for one in drills.holds),
            ]
        ),
        markdown_table(
            ["drill", "for", "dose", "harder by, once", "stop, not with", "evidence", "sources"],
            [_drill_row(drill, labels) for drill in drills.drills],
        ),
    ]
    return "\n\n".join(lines)


def _drill_row(drill: Drill, labels: dict[str, str]) -> list[str]:
    not_with = "; ".join(one.text for one in drill.contraindications)
    return [
        f"**{drill.title}** ({drill.kind}{', addition' if drill.addition else ''}): {drill.instruction}",
        ", ".join(labels[name] for name in drill.factors),
        "; ".join(dose.text + dose.mark.beside for dose in drill.doses),
        f"{drill.progression}{drill.doses[0].mark.beside}; once: {drill.gate}",
        f"{drill.stop}{f'. Not with: {not_with}' if not_with else ''}",
        f"{drill.evidence} ({drill.certainty.value})",
        cited(drill.citations),
    ]


def _protocols() -> str:
    protocols = protocol_table()
    common = "\n".join(f"* {line}" for line in (*protocols.common, *protocols.optional))
    return "\n\n".join(
        [
            "## Protocols",
            f"{common}\n* {protocols.washout_min:g} minutes between conditions, whose order is drawn at random"
            f"{protocols.mark.beside} {cited(protocols.citations)}",
            *(_protocol(one) for one in protocols.protocols),
        ]
    )


def _protocol(one: Protocol) -> str:
    sets = f"{one.n_sets} sets of " if one.n_sets > 1 else ""
    lines = [
        f"### {one.title}{' (test of the article)' if one.article else ''}",
        "",
        f"* {one.instruction}",
        f"* Stance: {one.stance}",
        f"* {sets}{one.n_repetitions} x {one.repetition}, at least {one.sampling_hz:g} Hz"
        f"{one.sampling_mark.beside}{_protocol_mark(one)}",
        f"* Measured: {', '.join(one.measures)}",
        f"* Rejected: {', '.join(one.rejects)}",
        *(f"* Variant: {variant.text} (answers `{variant.answers}`)" for variant in one.variants),
        *(f"* {note}" for note in one.notes),
        f"* Sources: {cited(one.citations)}",
    ]
    return "\n".join(lines)


def _protocol_mark(one: Protocol) -> str:
    return f"; repetitions {one.mark.value}" if one.mark.beside else ""


def _screening() -> str:
    table = screening_table()
    return "\n\n".join(
        [
            "## Screening tests",
            f"{table.text} From {table.n_sets_paired} sets each, done in turns, sets are paired{table.mark.beside}. "
            f"`footload screen` does them. {cited(table.citations)}",
            *(_screening_test(test) for test in table.tests),
        ]
    )


def _screening_test(test: ScreeningTest) -> str:
    says = [[said.when, f"{said.text} ({said.certainty.value})", cited(said.citations)] for said in test.says]
    done = ", ".join(f"`{name}`" for name in (test.protocol, *test.other_protocols))
    lines = [
        f"* {test.question} A: {test.a}. B: {test.b}. Protocol: {done}",
        f"* {test.do}",
        *(f"* Keep: {line}" for line in test.keep),
        f"* Decided by the {test.decides}; answers `{test.answers}`, yes when it {test.answered_by}",
    ]
    head = f"### {test.title} (`{test.id}`)"
    return "\n\n".join([head, "\n".join(lines), markdown_table(["when the measure", "may be said", "sources"], says)])


def _sheet() -> str:
    sheet = sheet_table()
    filled = ", ".join(field.label for field in sheet.fields if field.kind == "measured")
    blank = ", ".join(field.label for field in sheet.fields if field.kind == "prescribed")
    return (
        f"## {sheet.title}\n\n{sheet.text}\n\n* Filled in: {filled}\n* Blank: {blank}\n"
        f"* The fields are those common to laboratory forms{sheet.mark.beside} {cited(sheet.citations)}"
    )


def _sizes() -> str:
    sizes = size_table()
    low, high = sizes.toe_allowance_mm
    rows = [
        [one.label, f"{one.per_unit:g} x length in {one.unit} {one.offset:+g}", f"{one.step:g}", one.mark.value]
        for one in sizes.systems
    ]
    return (
        f"## Shoe sizes\n\n{sizes.text} Room before the toes {low:g} to {high:g} mm. {cited(sizes.citations)}\n\n"
        + markdown_table(["system", "formula", "step", "mark"], rows)
    )
