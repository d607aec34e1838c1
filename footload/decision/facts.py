"""The facts that conditions ask for: what is known by name, and in words where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footload.decision.conditions import Fact
from footload.decision.inputs import ClinicalInputs
from footload.decision.measures import Measure, Measures
from footload.decision.predictors import ScoredPredictor
from footload.decision.tables import input_table
from footload.trials import Side

PRONATION = "pronation"
"""The predictor whose indicators `n_pronated_measures` counts."""


def gather_facts(
    clinical: ClinicalInputs, measures: Measures, scored: Sequence[ScoredPredictor], n_valid_trials: int | None
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
    for sides in measures.values():
        facts |= _sided_facts(sides)
    if n_valid_trials is not None:
        text = f"Valid trials: {n_valid_trials}"
        facts["n_valid_trials"] = Fact("n_valid_trials", float(n_valid_trials), text, ("n_valid_trials",))
    for found in scored:
        if found.predictor.name == PRONATION and found.n_measures >= 2:
            facts["n_pronated_measures"] = _pronated(found)
    return facts


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
    own = {
        "n_pronated_measures": "two measures of pronation against the site's own norms",
        "n_valid_trials": "valid trials",
    }
    if fact in own:
        return own[fact]
    table = input_table()
    for suffix in ("_lowest", "_highest", "_difference", ""):
        name = fact.removesuffix(suffix)
        row = next((row for row in (*table.inputs, *table.findings) if row.name == name), None)
        if row is not None:
            return row.label + (" on both sides" if suffix == "_difference" else "")
    raise KeyError(f"{fact!r} is not a fact that the decision knows.")
