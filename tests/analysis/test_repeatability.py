"""Scatter over steps and the pronation picture, by hand."""

import numpy as np
import pytest

from footload.findings import Finding
from footload.pronation import ReferenceDistribution, pronation_of
from footload.repeatability import repeatability_of, speed_warning
from footload.trials import Side


def steps(metric: str, values: list[float], unit: str = "%") -> list[Finding]:
    return [Finding(metric, metric, v, unit, Side.LEFT, "foot", contact=k) for k, v in enumerate(values)]


def test_five_steps_by_hand() -> None:
    (found,) = repeatability_of(steps("cpei", [10, 12, 14, 16, 18]))
    assert (found.n, found.mean, found.median) == (5, 14, 14)
    assert found.sd == pytest.approx(np.sqrt(10))
    assert found.cv_percent == pytest.approx(100 * np.sqrt(10) / 14)
    assert found.sem == pytest.approx(np.sqrt(2))
    assert found.mdc95 == pytest.approx(1.96 * 2)
    assert found.warnings == ()


def test_few_steps_warn_and_one_step_has_no_scatter() -> None:
    (found,) = repeatability_of(steps("cpei", [10.0]))
    assert np.isnan(found.sd)
    assert found.to_record()["mdc95"] is None
    assert "only 1 step" in found.warnings[0]
    (shod,) = repeatability_of(steps("cpei", [10.0] * 29), in_shoe=True)
    assert "30 in-shoe steps" in shod.warnings[0]


def test_different_speeds_are_said() -> None:
    slow, fast = steps("contact_time", [0.8, 0.8], "s"), steps("contact_time", [0.6, 0.6], "s")
    assert "25 %" in speed_warning(slow, fast)
    assert speed_warning(slow, slow) == ""
    assert "not known" in speed_warning(slow, [])


def test_indices_are_turned_to_one_direction_and_not_averaged() -> None:
    findings = steps("cpei", [8.0]) + steps("arch_index", [0.20], "ratio") + steps("foot_balance", [5.0])
    own = {
        "cpei": ReferenceDistribution(14, 3, "this site, 20 adults"),
        "arch_index": ReferenceDistribution(0.24, 0.02, "this site, 20 adults"),
        "foot_balance": ReferenceDistribution(0, 5, "remembered", verified=False),
    }
    (picture,) = pronation_of(findings, own)
    z = {index.metric: index.z for index in picture.indices}
    assert z["cpei"] == pytest.approx(2.0)
    assert z["arch_index"] == pytest.approx(-2.0)
    assert np.isnan(z["foot_balance"])
    assert picture.indices[2].reference == "no reference: remembered is unverified"
    assert picture.agreement.startswith("the indices disagree")


def test_without_a_reference_there_is_no_score() -> None:
    (picture,) = pronation_of(steps("cpei", [8.0]))
    assert np.isnan(picture.indices[0].z)
    assert picture.agreement.startswith("no reference")


def test_a_reference_without_spread_or_name_is_refused() -> None:
    with pytest.raises(ValueError, match="spread above 0"):
        ReferenceDistribution(1, 0, "x")
    with pytest.raises(ValueError, match="needs a name"):
        ReferenceDistribution(1, 1, "")
