"""The facts that conditions ask for: what is known by name, and in words where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from footload.decision.conditions import Fact
from footload.decision.inputs import ClinicalInputs
from footload.decision.measures import Measure, Measures
from footload.decision.norms import SiteNorms
from footload.decision.pad_place import PadPlace
from footload.decision.predictors import ScoredPredictor, own_norm
from footload.decision.schemas import SIDED
from footload.decision.tables import input_table
from footload.trials import Side

PRONATION = "pronation"
"""The predictor whose indicators `n_pronated_measures` counts."""

TOO_FEW = "_too_few"
"""Ends the name of a fact that no condition may ask for: a measure from too few valid trials to decide anything."""


def gather_facts(
    clinical: ClinicalInputs,
    measures: Measures,
    scored: Sequence[ScoredPredictor],
    n_valid_trials: int | None,
    *,
    norms: SiteNorms | None = None,
    pads: Sequence[PadPlace] = (),
) -> dict[str, Fact]:
    """Everything that conditions may ask for and that is known.

    Parameters
    ----------
    clinical : ClinicalInputs
        Entered by hand.
    measures : mapping
        From `gather_measures`.
    scored : sequence of ScoredPredictor
        From `score_predictors`.
    n_valid_trials : int, optional
        From `count_valid_trials`.
    norms : SiteNorms, optional
        A site's own.
    pads : sequence of PadPlace
        The most loaded metatarsal heads, from the pressure map.

    Returns
    -------
    dict of str to Fact
        By name; what is not known is not in it.
    """
    facts: dict[str, Fact] = {}
    for row in input_table().inputs:
        value = getattr(clinical, row.name)
        if isinstance(value, bool):
            facts[row.name] = Fact(row.name, value, f"{row.label}: {'yes' if value else 'no'}", (row.name,))
        elif isinstance(value, float):
            facts[row.name] = Fact(row.name, value, f"{row.label}: {value:g} {row.unit}".strip(), (row.name,))
    needed = {row.name: row.n_needed for row in input_table().findings}
    for name, sides in measures.items():
        enough = {side: one for side, one in sides.items() if one.by_hand or one.n_valid >= needed.get(name, 1)}
        if enough:
            facts |= _sided_facts(enough) | _facts_against_norm(enough, norms or SiteNorms())
        else:
            facts[name + TOO_FEW] = _too_few(sides, needed[name])
    if n_valid_trials is not None:
        text = f"Valid trials: {n_valid_trials}"
        facts["n_valid_trials"] = Fact("n_valid_trials", float(n_valid_trials), text, ("n_valid_trials",))
    for found in scored:
        facts[f"{found.predictor.name}_z"] = _scored(found)
        if found.predictor.name == PRONATION and found.n_measures >= 2:
            facts["n_pronated_measures"] = _pronated(found)
    if pads:
        central = any(pad.central for pad in pads)
        text = "; ".join(pad.text for pad in pads)
        facts["forefoot_peak_is_central"] = Fact("forefoot_peak_is_central", central, text, ("peak_pressure",))
    return facts


def _too_few(sides: Mapping[Side, Measure], needed: int) -> Fact:
    one = next(iter(sides.values()))
    texts = ", ".join(measure.text for measure in sides.values())
    return Fact(one.name + TOO_FEW, True, f"{texts}: fewer than {needed} valid trials", (one.name,))


def is_known(name: str, facts: Mapping[str, Fact]) -> bool:
    """Whether anything is known of an input or a finding.

    Parameters
    ----------
    name : str
        Of the input or finding.
    facts : mapping of str to Fact
        From `gather_facts`.

    Returns
    -------
    bool
        For a measure of both sides, true when either was measured.
    """
    return name in facts or f"{name}_lowest" in facts


def missing_label(fact: str, facts: Mapping[str, Fact]) -> str:
    """What is missing for a fact: the measure, or only its other side or its norm.

    Parameters
    ----------
    fact : str
        A fact that is not known.
    facts : mapping of str to Fact
        From `gather_facts`.

    Returns
    -------
    str
        In words.
    """
    for how in sorted(SIDED, key=len, reverse=True):
        measure = fact.removesuffix(f"_{how}")
        if measure + TOO_FEW in facts:
            return facts[measure + TOO_FEW].text
        if measure != fact:
            return label_of(fact if is_known(measure, facts) else measure)
    return label_of(fact)


def _sided_facts(sides: Mapping[Side, Measure]) -> dict[str, Fact]:
    lowest = min(sides.values(), key=lambda measure: measure.value)
    highest = max(sides.values(), key=lambda measure: measure.value)
    name = lowest.name
    facts = {
        f"{name}_lowest": Fact(f"{name}_lowest", lowest.value, lowest.text, (name,)),
        f"{name}_highest": Fact(f"{name}_highest", highest.value, highest.text, (name,)),
    }
    if len(sides) == 2:
        apart = highest.value - lowest.value
        unit = "" if lowest.unit == "ratio" else f" {lowest.unit}"
        text = f"{lowest.label}: {apart:.3g}{unit} between the sides"
        facts[f"{name}_difference"] = Fact(f"{name}_difference", apart, text, (name,))
    return facts


def _facts_against_norm(sides: Mapping[Side, Measure], norms: SiteNorms) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for how, choose in (("lowest", min), ("highest", max)):
        measure = choose(sides.values(), key=lambda one: one.value)
        norm = own_norm(measure, norms)
        away = (measure.value - norm.mean) / norm.sd if norm and not isinstance(norm, str) else float("nan")
        if norm and not isinstance(norm, str) and isfinite(away):
            text = f"{measure.text}; norm {norm.mean:g} ± {norm.sd:g} ({norms.site}, n = {norm.n}); {away:+.1f} SD"
            name = f"{measure.name}_{how}_sd"
            facts[name] = Fact(name, away, text, (measure.name,))
    return facts


def _scored(found: ScoredPredictor) -> Fact:
    name = f"{found.predictor.name}_z"
    parts = ", ".join(part.measure.text for part in found.parts)
    text = f"{found.predictor.label} ({found.side}): {found.z:+.1f} SD from the norm, higher is worse ({parts})"
    return Fact(name, found.z, text, tuple(part.measure.name for part in found.parts))


def _pronated(found: ScoredPredictor) -> Fact:
    names = ", ".join(part.measure.label for part in found.pronounced) or "none"
    side = f" ({found.pronounced[0].measure.side})" if found.pronounced else ""
    text = f"Measures at least 1 SD more pronated than the site's norm{side}: {len(found.pronounced)} ({names})"
    sources = tuple(part.measure.name for part in found.pronounced or found.parts)
    return Fact("n_pronated_measures", float(len(found.pronounced)), text, sources)


def label_of(fact: str) -> str:
    """What people read for the name of a fact.

    Parameters
    ----------
    fact : str
        Such as ``wblt_cm_lowest`` or ``symptoms``.

    Returns
    -------
    str
        The label of the input or finding behind it.

    Raises
    ------
    KeyError
        When nothing provides such a fact.
    """
    table = input_table()
    labels = {row.name: row.label for row in (*table.inputs, *table.findings, *table.derived)}
    if fact in labels:
        return labels[fact]
    for how in sorted(SIDED, key=len, reverse=True):
        label = labels.get(fact.removesuffix(f"_{how}"))
        if label is not None and fact.endswith(f"_{how}"):
            more = {"difference": " on both sides", "lowest_sd": ", with a norm of the site"}
            return label + more.get(how.replace("highest", "lowest"), "")
    raise KeyError(f"{fact!r} is not a fact that the decision knows.")
