import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.findings import Finding, Provenance, ReferenceRange, ReferenceStatus
from footload.trials import Side
from footload.units import UNITS, shown

RANGE = ReferenceRange(21.0, 26.0, "adults, barefoot", 66, "key", True, "flat", "high")


@pytest.mark.parametrize(
    ("value", "status"),
    [(20.9, "below"), (21.0, "within"), (26.0, "within"), (26.1, "above"), (float("nan"), "no reference")],
)
def test_a_value_lies_below_within_or_above_its_reference(value, status):
    assert RANGE.status(value) == status


def test_a_reference_says_who_was_measured_and_whether_it_was_read():
    assert RANGE.text == "21 to 26 (adults, barefoot, n = 66)"
    unread = ReferenceRange(-np.inf, 5, "adults", 0, "key", verified=False)
    assert unread.text == "up to 5 (adults; unverified)"
    assert ReferenceRange(5, np.inf, "adults", 9, "key", verified=True).text == "from 5 (adults, n = 9)"


@pytest.mark.parametrize(("low", "high"), [(2, 1), (1, 1), (float("nan"), 1)])
def test_an_empty_reference_is_refused(low, high):
    with pytest.raises(ValueError, match="is empty"):
        ReferenceRange(low, high, "nobody", 0, "key", verified=True)


def test_a_nan_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="'arch_index' is NaN without a reason"):
        Finding("arch_index", "Arch index", float("nan"), "ratio")
    assert Finding("arch_index", "Arch index", float("nan"), "ratio", reason="no toes").text == "–"


def test_a_foreign_unit_is_refused():
    with pytest.raises(KeyError, match="'psi' is not a unit"):
        Finding("peak_pressure", "Peak pressure", 1.0, "psi")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234.56, "N", "1235 N"),
        (818.625, "N", "818.6 N"),
        (5.556, "%", "5.56 %"),
        (0.23671, "ratio", "0.237"),
        (106.5, "cm2", "106.5 cm²"),
        (-12.34, "deg", "-12.3 °"),
    ],
)
def test_a_finding_is_shown_with_fitting_digits_and_its_unit(value, unit, text):
    assert Finding("m", "M", value, unit).text == text


def test_the_status_of_a_finding_is_that_of_its_reference():
    assert Finding("m", "M", 30.0, "%", reference=RANGE).status is ReferenceStatus.ABOVE
    assert Finding("m", "M", 30.0, "%").status is ReferenceStatus.NONE


def test_a_record_is_plain_json_without_nan():
    finding = Finding(
        "m", "M", float("nan"), "%", Side.LEFT, "foot", 0, reason="too light", provenance=Provenance(citation="key")
    )
    record = json.loads(json.dumps(finding.to_record(), allow_nan=False))
    assert record["value"] is None
    assert record["reason"] == "too light"
    assert (record["side"], record["contact"], record["citation"]) == ("left", 0, "key")


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(UNITS)))
def test_every_finite_value_makes_a_record_that_keeps_it(value, unit):
    record = Finding("m", "M", value, unit, notes=("low load",)).to_record()
    assert record["value"] == value
    assert record["notes"] == ["low load"]
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_pure_numbers_are_shown_without_a_unit():
    assert shown("ratio") == ""
    assert shown("cm2") == "cm²"
