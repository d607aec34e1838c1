"""The page `docs/fitting_walkthrough.md`, with the numbers that it prints: `python -m footload.decision.walkthrough`.

A made-up participant squats barefoot and on a wedge; the feet and the shift of their CoP are simulated, so the truth is
known. Same input, same page; a test compares it with the one in docs.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from footload.analysis import analyze
from footload.decision.assess import assess
from footload.decision.assessment import Assessment
from footload.decision.confirmation import TrialResult, judge_trial
from footload.decision.inputs import ClinicalInputs
from footload.decision.markdown import markdown_table
from footload.decision.norms import SiteNorms
from footload.decision.protocols import randomized
from footload.decision.selection import Pooled, pool
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.squat import StandingFoot, squat
from footload.trials import Condition, Side

SEED = 7
OPTION = "O2"
SHIFT = "cop_medial_shift_at_depth"
BAREFOOT, WEDGE, OTHER = "barefoot", "2 degree wedge", "2 degree wedge that does nothing"
SHIFTS_MM = {BAREFOOT: (6.0, 4.5), WEDGE: (3.0, 2.5), OTHER: (5.6, 4.3)}
"""How far the CoP of the left and the right foot goes medially at full depth, in each condition. [mm]"""

PERSON = {
    "age_years": 45.0,
    "symptoms": True,
    "prolonged_standing": True,
    "fpi": {"left": 9.0, "right": 8.0},
    "wblt_cm": {"left": 12.0, "right": 12.5},
}
SITE = {
    "site": "the example's site",
    "norms": {
        "fpi": {"mean": 4, "sd": 3, "n": 60},
        SHIFT: {"mean": 2, "sd": 2, "n": 60, "sem": 1.0},
    },
}


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """Everything that the page tells.

    Parameters
    ----------
    pooled : mapping of str to Pooled
        Findings by condition.
    before, afterwards : Assessment
        Barefoot, and with the answer that the trial gave.
    kept, dropped : TrialResult
        Of the wedge that works, and of the one that does nothing.
    order : tuple of str
        In which the conditions were recorded.
    """

    pooled: dict[str, Pooled]
    before: Assessment
    afterwards: Assessment
    kept: TrialResult
    dropped: TrialResult
    order: tuple[str, ...]


@cache
def recorded(condition: str) -> Pooled:
    """Five simulated squats in one condition, analyzed.

    Parameters
    ----------
    condition : str
        One of `SHIFTS_MM`.

    Returns
    -------
    Pooled
        Their findings.
    """
    layout = SensorLayout.rectangle(64, 96, 5.0)
    feet = tuple(
        StandingFoot(
            SyntheticFoot(side, pronation=0.6, place_mm=(240.0 + (-100.0 if side is Side.LEFT else 100.0), 160.0)),
            medial_mm=shift,
            anterior_mm=-6.0,
        )
        for side, shift in zip(Side, SHIFTS_MM[condition], strict=True)
    )
    trial = squat(feet, layout, body_mass_kg=68.0, sampling_rate_hz=50.0, name=f"squats, {condition}").trial
    return pool([analyze(trial.changed(condition=Condition(condition)))])


def fitting() -> Fitting:
    """Go through the whole fitting.

    Returns
    -------
    Fitting
        The same every time.
    """
    norms, clinical = SiteNorms.model_validate(SITE), ClinicalInputs.model_validate(PERSON)
    pooled = {condition: recorded(condition) for condition in SHIFTS_MM}
    barefoot = pooled[BAREFOOT]
    kept = judge_trial(OPTION, barefoot.findings, pooled[WEDGE].findings, norms, clinical)
    dropped = judge_trial(OPTION, barefoot.findings, pooled[OTHER].findings, norms, clinical)
    answered = ClinicalInputs.model_validate(PERSON | {"medial_shift_falls_with_trial_post": kept.decision == "kept"})
    return Fitting(
        pooled,
        assess(barefoot.findings, clinical, norms, pads=barefoot.pads, pseudonym="example"),
        assess(barefoot.findings, answered, norms, pads=barefoot.pads, pseudonym="example"),
        kept,
        dropped,
        randomized((BAREFOOT, WEDGE), SEED),
    )


def walkthrough_page() -> str:
    """The whole page.

    Returns
    -------
    str
        Markdown, ending with a newline.
    """
    told = fitting()
    sections = (_opening(told), _barefoot(told), _predicted(told), _measured(told), _decision(told), _by_hand())
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _opening(told: Fitting) -> str:
    return f"""# A fitting, step by step

<!-- Made from the code by `python -m footload.decision.walkthrough`; changes here are lost. -->

A made-up nurse of 45 stands all day and her knees ache. Foot Posture Index 9 and 8, lunge test normal. Her squats are
simulated, so the true shift of each foot's centre of pressure (CoP) is known: barefoot {_mm(BAREFOOT)}, on the wedge
{_mm(WEDGE)} at full depth. The norms and the error (SEM 1 % of foot width) are those of an invented site: nobody has
published any for this measure, so a real site measures its own first. What is shown is how a decision is made, not
that wedges work.

> {told.before.statement}"""


def _barefoot(told: Fitting) -> str:
    result = told.before
    waiting = next(rule for rule in result.undecided if rule.id == OPTION)
    tendency = result.tendency
    assert tendency is not None
    spoken = [one for one in result.contributors if one.speaks != "silent"]
    factors = [
        [one.label, one.speaks, one.certainty.value, "; ".join(e.text for e in (*one.speaks_for, *one.speaks_against))]
        for one in spoken
    ]
    silent = sum(one.speaks == "silent" for one in result.contributors)
    return f"""## 1. Barefoot: what may be said

Tendency: {tendency.interval}; {tendency.point}. {tendency.frequency} It is {tendency.direction}.

{markdown_table(["factor", "her data speak", "certainty", "because"], factors)}

The other {silent} factors are silent: nothing that decides was measured, and a plate cannot see a hip.

**{waiting.title} ({waiting.id}) waits** for: {"; ".join(waiting.missing)}. {waiting.to_settle}"""


def _predicted(told: Fitting) -> str:
    waiting = next(rule for rule in told.before.undecided if rule.id == OPTION)
    assert waiting.trial is not None
    changes = "\n".join(f"* {change.text} [{', '.join(change.citations)}]" for change in waiting.changes)
    return f"""## 2. Predicted: what the wedge may change

{changes}

**The trial.** {waiting.trial.text}

The order was drawn (seed {SEED}): {", then ".join(told.order)}."""


def _measured(told: Fitting) -> str:
    rows = [
        [
            change.label,
            change.side,
            f"{change.without:.2f}",
            f"{change.with_it:.2f}",
            f"{change.difference:+.2f}",
            "not known" if change.minimal_change is None else f"{change.minimal_change:.2f}",
            change.verdict,
        ]
        for change in told.kept.changes
    ]
    shifts = [change for change in told.kept.changes if change.measure == SHIFT]
    fell, feet = sum(change.verdict == "falls" for change in shifts), len(shifts)
    head = ["measure, %", "foot", "barefoot", "wedge", "difference", "counts from", "verdict"]
    table = markdown_table(head, rows)
    missed = ", ".join(dict.fromkeys(line.measure for line in told.kept.not_measured))
    return f"""## 3. Measured: five squats in each condition

{table}

Predicted of the shift was that it falls, by how much nobody knows; it fell on {fell} of {feet} feet. CoP along the
foot is shown only: its error is not known at this site, so nothing is concluded from it. Predicted and not
measured: {missed}."""


def _decision(told: Fitting) -> str:
    option = next(option for option in told.afterwards.options if option.id == OPTION)
    reasons = "\n".join(f"* {reason}" for reason in told.kept.reasons)
    others = "\n".join(f"* {reason}" for reason in told.dropped.reasons)
    doses = "\n".join(f"* {dose}" for dose in option.doses)
    checks = "\n".join(f"* {check}" for check in option.check_first)
    return f"""## 4. Decision: {told.kept.decision}

{reasons}

That answers what {OPTION} waited for. Assessed again with the answer, it says:

> {option.text} Certainty: {option.certainty.value}.

{doses}

Before that, questions nobody asked yet:

{checks}

**The same with a wedge that does nothing** ({_mm(OTHER)}): {told.dropped.decision}.

{others}"""


def _by_hand() -> str:
    return """## The same by hand

```
footload assess barefoot.mcap --clinical nurse.toml --norms site.toml
footload assess barefoot.mcap --clinical nurse.toml --norms site.toml --after wedge.mcap --option O2
```

With `medial_shift_falls_with_trial_post = true` in `nurse.toml`, the first command says the option."""


def _mm(condition: str) -> str:
    left, right = SHIFTS_MM[condition]
    return f"{left:g} mm left and {right:g} mm right"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "docs/fitting_walkthrough.md").write_text(
        walkthrough_page(), encoding="utf-8"
    )
