"""The fitter's walk through: its page is current, and its numbers are those of the simulated truth."""

from pathlib import Path

import pytest

from footload.decision.walkthrough import BAREFOOT, OTHER, SHIFT, SHIFTS_MM, WEDGE, Fitting, fitting, walkthrough_page
from footload.trials import Side

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fitting_walkthrough.md"


@pytest.fixture(scope="module")
def told() -> Fitting:
    return fitting()


def test_the_page_in_docs_is_current():
    assert PAGE.read_text(encoding="utf-8") == walkthrough_page(), "run: python -m footload.decision.walkthrough"


def test_measured_shifts_are_the_simulated_ones_up_to_the_width_of_the_foot(told: Fitting):
    # One width for all conditions: what is measured in % is in proportion to the true millimetres.
    percent = {
        condition: [sum(f.value for f in pooled.findings if f.metric == SHIFT and f.side is side) / 5 for side in Side]
        for condition, pooled in told.pooled.items()
    }
    widths = {100 * SHIFTS_MM[one][side] / percent[one][side] for one in SHIFTS_MM for side in (0, 1)}

    assert max(widths) - min(widths) < 0.03 * min(widths)
    assert 85 < min(widths) < 105


def test_the_option_waits_for_the_trial_and_says_what_it_predicts(told: Fitting):
    waiting = next(rule for rule in told.before.undecided if rule.id == "O2")

    assert waiting.missing == ("CoP medial shift fell with a trial post, beyond the site's minimal detectable change",)
    assert waiting.trial is not None
    assert waiting.trial.minimal_change == pytest.approx(1.2396, abs=1e-4)
    assert {change.direction for change in waiting.changes if change.finding == SHIFT} == {"falls"}


def test_the_wedge_that_works_is_kept_and_the_one_that_does_nothing_is_dropped(told: Fitting):
    assert told.kept.decision == "kept"
    assert told.dropped.decision == "dropped"
    truth = {side.value: SHIFTS_MM[WEDGE][n] < SHIFTS_MM[BAREFOOT][n] for n, side in enumerate(Side)}
    assert {c.side: c.verdict == "falls" for c in told.kept.changes if c.measure == SHIFT} == truth
    assert {c.verdict for c in told.dropped.changes if c.measure == SHIFT} == {"within error"}
    assert SHIFTS_MM[OTHER] != SHIFTS_MM[BAREFOOT]


def test_the_answer_of_the_trial_brings_the_option(told: Fitting):
    assert "O2" not in {option.id for option in told.before.options}
    assert "O2" in {option.id for option in told.afterwards.options}
