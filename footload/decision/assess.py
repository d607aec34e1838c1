"""One call from findings and clinical inputs to everything that may be said, in the order that safety asks for.

Red flags, then the safety gate, then who is not scored, then the measured knee or else its tendency, then options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from footload.decision.assessment import Assessment, FactorLine, MissingLine, Tendency
from footload.decision.chain import find_contributors, find_next_steps
from footload.decision.conditions import Fact, evaluate
from footload.decision.facts import gather_facts
from footload.decision.inputs import ClinicalInputs
from footload.decision.knee import report_knee
from footload.decision.lines import Line
from footload.decision.measures import Measures, count_valid_trials, gather_measures
from footload.decision.norms import SiteNorms
from footload.decision.options import Suggestions, consider
from footload.decision.pad_place import PadPlace
from footload.decision.plan import make_plan
from footload.decision.predictors import MissingPredictor, ScoredPredictor, score_predictors
from footload.decision.prescription import prescription_sheet
from footload.decision.presentation import direction, frequency_text, interval_text, percent, point_text, points
from footload.decision.schemas import ReferralTable, TendencyModel, UnscoredTable
from footload.decision.shoe_sizes import shoe_sizes
from footload.decision.tables import (
    drill_table,
    input_table,
    kinetic_chain,
    knee_table,
    protocol_table,
    referral_table,
    rule_table,
    tendency_model,
    unscored_table,
)
from footload.decision.tendency import Gain, Prediction, predict, what_measuring_could_change
from footload.findings import Finding

SHOWN = "shown"
"""Begins what an input informs when it enters neither tendency nor rule nor factor."""

_OTHER_BASE_RATES = (0.1, 0.2, 0.3, 0.5)
_OTHER_CORRELATIONS = (0.0, 0.2, 0.4)


def assess(
    findings: Sequence[Finding],
    clinical: ClinicalInputs | None = None,
    norms: SiteNorms | None = None,
    *,
    pads: Sequence[PadPlace] = (),
    pseudonym: str = "",
) -> Assessment:
    """Everything that may be said about one person, each line with its findings, rule and sources.

    Parameters
    ----------
    findings : sequence of Finding
        Of one person in one condition; findings of one metric and side are averaged.
    clinical : ClinicalInputs, optional
        Entered by hand; what is missing is not known, never "no".
    norms : SiteNorms, optional
        A site's own; without them pronation and hip strength are shown, not scored.
    pads : sequence of PadPlace
        The most loaded metatarsal heads, from `footload.decision.pad_place.pad_places`.
    pseudonym : str
        Stands on the prescription sheet.

    Returns
    -------
    Assessment
        The same for the same input.
    """
    clinical = clinical or ClinicalInputs()
    norms = norms or SiteNorms()
    model, referral = tendency_model(), referral_table()
    if clinical.red_flags:
        return _red_flagged(model, referral, clinical)
    measures = gather_measures(findings, clinical)
    scored, missing = score_predictors(model, measures, norms)
    facts = gather_facts(clinical, measures, scored, count_valid_trials(findings, measures), norms=norms, pads=pads)
    suggestions = consider(rule_table(), facts, norms, pads)
    refusals = _refusals(model, facts, suggestions)
    knee = report_knee(knee_table(), clinical, norms, model.n_valid_trials, refusals[0].text if refusals else "")
    unscored = unscored_table()
    result = Assessment(
        statement=model.statement,
        referrals=(*suggestions.gate, *_triggered(referral, facts)),
        refusals=refusals,
        gate_closed=bool(suggestions.gate),
        knee=knee,
        tendency=None if refusals or knee else _tendency(model, scored, missing, norms),
        options=suggestions.options,
        undecided=suggestions.undecided,
        withheld=suggestions.withheld,
        not_scored=_not_scored(unscored),
        context=tuple(Line(n.id, n.text, citations=n.citations, certainty=n.certainty) for n in unscored.context),
    )
    if suggestions.gate:
        return result
    return _with_plan(result, clinical, measures, facts, _gains(model, scored, norms), pads=pads, pseudonym=pseudonym)


def _with_plan(
    result: Assessment,
    clinical: ClinicalInputs,
    measures: Measures,
    facts: Mapping[str, Fact],
    gains: Sequence[Gain],
    *,
    pads: Sequence[PadPlace],
    pseudonym: str,
) -> Assessment:
    chain = kinetic_chain()
    contributors = find_contributors(chain, facts)
    indicators = {
        predictor.name: [name for indicator in predictor.indicators for name in indicator.names]
        for predictor in tendency_model().predictors
    }
    shoe = shoe_sizes(clinical.foot_length_mm.values, clinical.foot_width_mm.values)
    return replace(
        result,
        contributors=contributors,
        next_steps=find_next_steps(chain, facts, gains, indicators),
        plan=make_plan((drill_table(), chain, protocol_table()), contributors, facts, clinical.assessed_on),
        sheet=prescription_sheet(measures, clinical, pseudonym=pseudonym, shoe=shoe, pads=pads),
        shoe=shoe,
        shown=_shown(facts),
    )


def _shown(facts: Mapping[str, Fact]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for row in input_table().inputs:
        known = [facts[name].text for name in (row.name, f"{row.name}_lowest", f"{row.name}_highest") if name in facts]
        if known and row.informs.startswith(SHOWN):
            parts = (*dict.fromkeys(known), f"Normal: {row.normal}" if row.normal else "", row.informs)
            lines.append(Line(row.name, ". ".join(part for part in parts if part), (), (row.name,), row.citations))
    return tuple(lines)


def _gains(model: TendencyModel, scored: Sequence[ScoredPredictor], norms: SiteNorms) -> tuple[Gain, ...]:
    own = norms.base_rate
    p0, sd_logit = (own.p0, own.sd_logit) if own else (None, None)
    return what_measuring_could_change(model, {one.predictor.name: one.z for one in scored}, p0=p0, sd_logit=sd_logit)


def _red_flagged(model: TendencyModel, referral: ReferralTable, clinical: ClinicalInputs) -> Assessment:
    urgent = tuple(
        Line(
            flag.id,
            f"{referral.urgent_text} Reason: {flag.text}{flag.mark.beside}.",
            (flag.text,),
            ("red_flags",),
            flag.citations,
        )
        for flag in referral.red_flags
        if flag.id in clinical.red_flags
    )
    cited = tuple(dict.fromkeys(key for line in urgent for key in line.citations))
    reasons = tuple(line.why[0] for line in urgent)
    refused = Line("red_flag", "Not scored: a red flag is present.", reasons, ("red_flags",), cited)
    return Assessment(model.statement, urgent, (refused,), gate_closed=True)


def _triggered(referral: ReferralTable, facts: Mapping[str, Fact]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for trigger in referral.triggers:
        verdict = evaluate(trigger.condition, facts)
        if verdict.holds:
            text = f"{trigger.text} Consider a referral: {', '.join(referral.professionals)}."
            lines.append(Line(trigger.id, text, verdict.because, verdict.sources, trigger.citations))
    return tuple(lines)


def _refusals(model: TendencyModel, facts: Mapping[str, Fact], suggestions: Suggestions) -> tuple[Line, ...]:
    lines = [
        Line(gate.id, "Not scored: the safety gate is closed.", gate.why, gate.sources, gate.citations)
        for gate in suggestions.gate
    ]
    for refusal in model.refusals:
        verdict = evaluate(refusal.condition, facts)
        if verdict.holds:
            lines.append(Line(refusal.id, refusal.text, verdict.because, verdict.sources, refusal.citations))
    return tuple(lines)


def _tendency(
    model: TendencyModel, scored: Sequence[ScoredPredictor], missing: Sequence[MissingPredictor], norms: SiteNorms
) -> Tendency:
    z = {one.predictor.name: one.z for one in scored}
    own = norms.base_rate
    p0, sd_logit = (own.p0, own.sd_logit) if own else (None, None)
    prediction = predict(model, z, p0=p0, sd_logit=sd_logit)
    gains = _gains(model, scored, norms)
    by_name = {one.predictor.name: one for one in missing}
    return Tendency(
        model=f"{model.name}: {model.title}",
        outcome=f"Chance that {model.outcome}",
        interval=interval_text(prediction, model.rounding),
        point=point_text(prediction, model.rounding),
        frequency=frequency_text(prediction),
        color_allowed=prediction.differs_from_base_rate,
        direction=direction(prediction),
        factors=tuple(_factor(model, one, prediction) for one in scored),
        missing=tuple(_missing(by_name[gain.name], gain, model.rounding) for gain in gains),
        sensitivity=_sensitivity(model, z, sd_logit, prediction),
        base_rate_note=f"{norms.site}: {own.source or 'its own base rate'}" if own else model.base_rate.note,
        certainty=model.base_rate.certainty,
        citations=model.base_rate.citations,
        prediction=prediction,
        statement=model.statement,
    )


def _factor(model: TendencyModel, one: ScoredPredictor, prediction: Prediction) -> FactorLine:
    row = one.predictor
    log_odds = prediction.beta[row.name] * prediction.z[row.name]
    cited = [row.citations, *(part.citations for part in one.parts)]
    return FactorLine(
        name=row.name,
        label=row.label,
        side=one.side.value,
        z=prediction.z[row.name],
        log_odds=log_odds,
        points=points(log_odds, model.log_odds_per_point),
        measured=tuple(f"{part.measure.text}; norm {part.norm}; {part.z:+.1f} SD" for part in one.parts),
        sources=tuple(part.measure.name for part in one.parts),
        certainty=row.certainty,
        mark=row.mark,
        note=row.note,
        citations=tuple(dict.fromkeys(key for keys in cited for key in keys)),
    )


def _missing(one: MissingPredictor, gain: Gain, rounding: float) -> MissingLine:
    row = one.predictor
    could = (
        f"Measuring it could move the chance to between {percent(gain.p_if_better, rounding)} (one SD better) and "
        f"{percent(gain.p_if_worse, rounding)} (one SD worse); expected AUC {gain.auc_now:.3f} now, "
        f"{gain.auc_then:.3f} then."
    )
    return MissingLine(
        row.name,
        row.label,
        one.reasons,
        row.how_to_measure,
        could,
        gain.auc_now,
        gain.auc_then,
        row.certainty,
        row.citations,
    )


def _sensitivity(
    model: TendencyModel, z: Mapping[str, float], sd_logit: float | None, prediction: Prediction
) -> tuple[str, ...]:
    lines = [
        f"base rate {percent(p0, model.rounding)}: {percent(predict(model, z, p0=p0).p, model.rounding)}"
        for p0 in _OTHER_BASE_RATES
    ]
    if len(z) > 1:
        for rho in _OTHER_CORRELATIONS:
            other = predict(model, z, p0=prediction.base_rate, sd_logit=sd_logit, rho=rho)
            lines.append(f"correlation of the factors {rho:g}: {percent(other.p, model.rounding)}")
    return tuple(lines)


def _not_scored(table: UnscoredTable) -> tuple[Line, ...]:
    return tuple(
        Line(row.id, f"{row.label}: {table.text} {row.reason} {row.plate}", (), (), row.citations, row.certainty)
        for row in table.factors
    )
