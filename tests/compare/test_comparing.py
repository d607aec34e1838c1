"""Findings of two conditions compared: by hand, and against what was put in."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from footload.compare.comparing import compare_conditions, repetitions_needed
from footload.compare.conditions import Adjustment, Comparing, Measured, Pairing, Recorded
from footload.compare.studies import ReliabilityStudy, Repeated, StudyError, studied
from footload.findings import Finding
from footload.trials import Side

TIME_S = 0.7


def steps(metric: str, values: list[float]) -> list[Finding]:
    return [Finding(metric, metric, v, "kPa", Side.LEFT, "foot", contact=n) for n, v in enumerate(values)]


def trial(values: list[float], person: str = "p1", contact_s: float = TIME_S, **more: list[float]) -> Recorded:
    times = [
        Finding("contact_time", "contact time", contact_s + n / 1e4, "s", Side.LEFT, "foot", contact=n)
        for n in range(len(values))
    ]
    found = [*times, *steps("peak_pressure", values)]
    for name, each in more.items():
        found += steps(name, each)
    return Recorded(person, "trial", "walking", "emed", tuple(found))


def peak(comparison):
    return next(each for each in comparison.findings if each.measured.metric == "peak_pressure")


def test_the_steps_of_one_person_by_hand() -> None:
    one, other = [100.0, 104, 96, 100, 100], [110.0, 114, 106, 110, 112]
    found = peak(compare_conditions([trial(one)], [trial(other)]))
    sd = sqrt((np.var(one, ddof=1) + np.var(other, ddof=1)) / 2)
    assert (found.first, found.second) == (100, pytest.approx(110.4))
    assert found.difference.p == pytest.approx(stats.ttest_ind(other, one, equal_var=False).pvalue)
    assert found.mdc == pytest.approx(1.96 * sd * sqrt(2 / 5), rel=1e-4)
    assert found.is_beyond_mdc is True
    assert found.n_values == (5, 5)
    assert found.p_adjusted == pytest.approx(2 * found.difference.p)  # Holm: two findings, this is the smaller p
    assert "between sessions is not in it" in found.mdc_from


def test_of_several_people_each_counts_once_however_many_steps_they_made() -> None:
    first = [trial([100.0] * 3 + [103.0], "a"), trial([120.0, 122], "b"), trial([90.0, 92], "c")]
    second = [trial([104.0, 106], "a"), trial([125.0, 129], "b"), trial([92.0, 96], "c")]
    found = compare_conditions(first, second)
    assert found.pairing is Pairing.PEOPLE
    assert peak(found).difference.value == pytest.approx(np.mean([105 - 100.75, 127 - 121, 94 - 91]))
    assert peak(found).difference.n_first == 3


def test_groups_of_other_people_are_not_paired_and_partners_that_miss_are_told() -> None:
    first, second = [trial([1.0, 2], "a"), trial([2.0, 3], "b")], [trial([4.0, 5], "c"), trial([5.0, 7], "d")]
    assert compare_conditions(first, second).pairing is Pairing.NONE
    with pytest.raises(ValueError, match="a, b, c, d has no partner"):
        compare_conditions(first, second, Comparing(pairing=Pairing.PEOPLE))


def test_speeds_devices_and_few_steps_are_never_passed_over() -> None:
    slow = Recorded("p1", "t", "walking", "footscan", trial([1.0, 2], contact_s=0.9).findings)
    said = " ".join(compare_conditions([trial([1.0, 2])], [slow]).warnings)
    assert "contact time differs by 29 %" in said
    assert "emed, footscan" in said
    assert "only 2 whole steps; 5 barefoot" in said
    (one,) = compare_conditions([trial([1.0])], [trial([1.0] * 4 + [2.0])]).warnings
    assert "only 1 whole step; 5 barefoot" in one
    assert not compare_conditions([trial([1.0] * 4 + [2.0])], [trial([1.0] * 4 + [2.0])]).warnings


def test_squats_are_counted_as_repetitions_and_stances_as_trials() -> None:
    def of(task: str, n: int, person: str = "p1") -> Recorded:
        standing = [Finding("contact_time", "contact time", 20.0, "s", Side.LEFT, "foot", contact=0)]
        values = [Finding("squat_depth", "depth", 300.0 + k, "mm", repetition=k) for k in range(n)]
        sway = [Finding("sway_path", "path", 100.0, "mm")]
        return Recorded(person, "t", task, "emed", (*standing, *(sway if task == "quiet stance" else values)))

    few = compare_conditions([of("squat", 1)], [of("squat", 2)])
    assert few.units == "repetitions"
    assert [said.split(";")[0] for said in few.warnings] == [
        "The first condition has only 1 repetition",
        "The second condition has only 2 repetitions",
    ]
    assert not compare_conditions([of("squat", 5)], [of("squat", 5)]).warnings  # nothing of steps or of speed
    once = compare_conditions([of("quiet stance", 0)], [of("quiet stance", 0)])
    assert once.units == "trials"
    assert all("one trial only" in said for said in once.warnings)
    assert len(once.warnings) == 2
    again = [of("quiet stance", 0)] * 2
    assert not compare_conditions(again, again).warnings
    walks = compare_conditions([trial([1.0] * 5)], [trial([1.0] * 5)])
    assert walks.units == "steps"


def test_different_tasks_are_refused() -> None:
    squat = Recorded("p1", "t", "squat", "emed", trial([1.0]).findings)
    with pytest.raises(ValueError, match=r"squat, walking"):
        compare_conditions([trial([1.0])], [squat])


@pytest.mark.parametrize(("first", "second"), [([100.0, 101.0, 99.0], [130.0]), ([130.0], [100.0, 101.0, 99.0])])
def test_what_was_done_once_is_not_beyond_the_scatter_of_what_was_repeated(
    first: list[float], second: list[float]
) -> None:
    """There is no interval either: nobody knows how a condition scatters that was done once."""
    found = peak(compare_conditions([trial(first)], [trial(second)]))
    assert np.isnan(found.difference.low)
    assert np.isnan(found.mdc)
    assert found.is_beyond_mdc is None
    assert found.mdc_from == ""


def test_a_study_gives_the_error_and_more_steps_do_not_shrink_it() -> None:
    rng = np.random.default_rng(0)
    base, shift = rng.normal(100, 20, (30, 1)), rng.normal(0, 4, (30, 2))
    rows = [
        Repeated(f"p{i}", f"s{k}", "peak_pressure", "left", "foot", "kPa", base[i, 0] + shift[i, k] + e)
        for i in range(30)
        for k in range(2)
        for e in (-1.0, 0.0, 1.0)
    ]
    (table,), _ = studied(rows)
    assert table.measure.sem == pytest.approx(4, abs=1.1)  # two standard errors of a SD of 30 differences, twofold
    study = ReliabilityStudy(name="ours", measures=(table.measure,))
    first, second = [100.0, 101, 99, 100, 100] * 6, [103.0, 104, 102, 103, 103] * 6
    alone = peak(compare_conditions([trial(first)], [trial(second)]))
    held = peak(compare_conditions([trial(first)], [trial(second)], Comparing(study=study)))
    assert (alone.is_beyond_mdc, held.is_beyond_mdc) == (True, False)
    assert held.mdc == pytest.approx(1.96 * sqrt(2) * table.measure.sem, rel=1e-4)
    assert held.mdc_from == "reliability study ours"


def test_the_largest_t_over_findings_is_milder_than_holm_where_findings_say_the_same() -> None:
    rng = np.random.default_rng(1)
    first, second = [], []
    for n in range(10):
        one, other = rng.normal(100, 5), rng.normal(105, 5)
        twins = {f"twin_{k}": [one + k] for k in range(8)}, {f"twin_{k}": [other + k] for k in range(8)}
        first.append(trial([one], f"p{n}", **twins[0]))
        second.append(trial([other], f"p{n}", **twins[1]))
    # Without contact time, which does not vary here and asks nothing.
    names = ("peak_pressure", *(f"twin_{k}" for k in range(8)))
    holm, most = (
        peak(compare_conditions(first, second, Comparing(adjustment=how, metrics=names))) for how in Adjustment
    )
    assert holm.p_adjusted == pytest.approx(9 * holm.difference.p)
    alone = Comparing(adjustment=Adjustment.MAXIMUM, metrics=("peak_pressure",))
    assert most.p_adjusted == peak(compare_conditions(first, second, alone)).p_adjusted  # one question, nine times
    assert most.p_adjusted < holm.p_adjusted


def test_needed_repetitions_tell_the_change_in_eighty_percent() -> None:
    n = repetitions_needed(10.0, 8.0)
    assert n == 25  # 2 (2.8016 * 10 / 8)² = 24.5
    rng = np.random.default_rng(2)
    one, other = rng.normal(0, 10, (4000, n)), rng.normal(8, 10, (4000, n))
    told = np.abs(other.mean(axis=1) - one.mean(axis=1)) > 1.96 * 10 * sqrt(2 / n)
    assert told.mean() == pytest.approx(0.8, abs=0.03)  # rounding up to 25, and four standard errors of 4000
    assert repetitions_needed(float("nan"), 1) == repetitions_needed(1, 0) == 0


def test_a_study_is_kept_without_anybodys_values_and_read_again(tmp_path) -> None:
    rows = [
        Repeated(f"anna{i}", f"s{k}", "cpei", "left", "foot", "%", 10.0 + i + k * (0.3 + i / 10))
        for i in range(5)
        for k in (1, 2)
        if (i, k) != (4, 2)
    ]
    tables, said = studied(rows)
    assert said == ("cpei left foot: 1 person has fewer sessions and is left out.",)
    ReliabilityStudy(name="x", measures=tuple(t.measure for t in tables)).write(tmp_path / "s.json")
    assert "anna" not in (tmp_path / "s.json").read_text()
    back = ReliabilityStudy.read(tmp_path / "s.json")
    assert back.measure("cpei", Side.LEFT, "foot", "%") == tables[0].measure
    assert back.measure("cpei", Side.RIGHT, "foot", "%") is None
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(StudyError, match=r"other\.json is no reliability study"):
        ReliabilityStudy.read(tmp_path / "other.json")


def test_the_tenth_session_comes_after_the_second() -> None:
    shift = {"1": 0.0, "2": 5.0, "10": 9.0}
    rows = [Repeated(f"P{p}", name, "x", "", "", "mm", p + more) for p in range(4) for name, more in shift.items()]
    (table,), _ = studied(rows)
    assert table.agreement is not None
    assert table.agreement.bias == pytest.approx(5)  # the second visit against the first
    assert table.values[0].tolist() == [0, 5, 9]


def test_a_key_of_a_measure_is_metric_side_region_and_unit() -> None:
    assert next(iter(trial([1.0]).values)) == Measured("contact_time", Side.LEFT, "foot", "s")
