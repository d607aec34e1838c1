import pytest

from footload.decision.schemas import FindingRow
from footload.decision.tables import input_table
from footload.metrics.registry import metrics


@pytest.mark.parametrize("row", input_table().findings, ids=lambda row: row.name)
def test_every_finding_that_the_decision_reads_is_a_metric_per_side_in_the_same_unit(row: FindingRow):
    metric = metrics()[row.metric or row.name]

    assert metric.unit == row.unit
    assert metric.per_side
