"""Every metric, also those written later: its record, and how it behaves on feet whose truth is known.

A newcomer's metric is tested here before anybody writes a test for it.
"""

from dataclasses import replace

import numpy as np
import pytest

from footload.analysis import Analysis, analyze
from footload.errors import UndefinedMetricError
from footload.findings import Finding
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.metrics.registry import Metric, Scope, metric, metrics
from footload.recordings import PressureRecording, SensorLayout
from footload.references import reference
from footload.synthetic.demo import demo_squat, demo_walk
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.jump import JumpCourse
from footload.synthetic.landing import DropCourse
from footload.synthetic.mat_movements import drop_on_mat
from footload.synthetic.plate_movements import drop_on_plates, jump_on_plates, squat_on_plates, stand_on_plates
from footload.synthetic.plate_steps import GaitCourse, walk_on_plates
from footload.synthetic.squat import SquatTiming
from footload.synthetic.stance import StanceCourse
from footload.synthetic.standing_feet import StandingFoot
from footload.synthetic.walking import walk
from footload.trials import Side, Task, Trial
from footload.units import UNITS

ALL = list(metrics().values())
ON_CONTACTS = list(metrics(Scope.CONTACT).values())


def names(found: list[Metric]) -> list[str]:
    return [m.name for m in found]


@pytest.fixture(scope="module")
def walking() -> Analysis:
    return analyze(demo_walk().trial)


@pytest.fixture(scope="module")
def squatting() -> Analysis:
    return analyze(demo_squat().trial)


@pytest.fixture(scope="module")
def striding() -> Analysis:
    """Four steps of 600 mm along a walkway of two and a half metres."""
    feet = [
        SyntheticFoot(side, place_mm=(150.0 + across, 200.0 + 600.0 * number))
        for number, (side, across) in enumerate([(Side.LEFT, -50.0), (Side.RIGHT, 50.0)] * 2)
    ]
    return analyze(walk(feet, SensorLayout.rectangle(500, 60, 5.0)).trial)


@pytest.fixture(scope="module")
def jumping() -> Analysis:
    return analyze(jump_on_plates(JumpCourse()))


@pytest.fixture(scope="module")
def landing() -> Analysis:
    """A drop jump: a first landing with a rebound, and a second one that is held."""
    return analyze(drop_on_plates(DropCourse(rebound_m_per_s=2.2), shift_mm=(5.0, 3.0)))


@pytest.fixture(scope="module")
def landing_on_mat() -> Analysis:
    """A drop onto a mat, which sees the parts of the feet that a plate does not see."""
    feet = [
        StandingFoot(SyntheticFoot(side, place_mm=(x, 160.0)), 4.0)
        for side, x in ((Side.LEFT, 140.0), (Side.RIGHT, 340.0))
    ]
    return analyze(drop_on_mat(feet, SensorLayout.rectangle(64, 96, 5.0), DropCourse()).trial)


@pytest.fixture(scope="module")
def swaying() -> Analysis:
    return analyze(stand_on_plates(StanceCourse()))


@pytest.fixture(scope="module")
def squatting_on_plates() -> Analysis:
    return analyze(squat_on_plates(SquatTiming(3)))


@pytest.fixture(scope="module")
def stepping() -> Analysis:
    """Four walking steps on plates with a small impact at their beginning."""
    return analyze(walk_on_plates(GaitCourse(impact=0.5)))


@pytest.fixture(scope="module")
def standing() -> Analysis:
    return analyze(demo_squat().trial.changed(task=Task.QUIET_STANCE))


def changed(trial: Trial, recording: PressureRecording, **changes: object) -> Trial:
    return trial.changed(recordings=(recording.with_step("changed for a test", **changes),))


def mirrored(trial: Trial) -> Trial:
    recording = trial.pressure
    pressure = np.ascontiguousarray(recording.images[:, :, ::-1]).reshape(recording.n_frames, -1)
    return changed(trial, recording, pressure_kpa=pressure)


def by_place(analysis: Analysis, *, swap: bool = False) -> dict[tuple[object, ...], Finding]:
    """Findings by metric, region, repetition and side; contacts by their side, since mirrored ones change places."""

    def side(finding: Finding) -> Side | None:
        return finding.side.other if swap and finding.side else finding.side

    return {(f.metric, f.region, f.repetition, side(f)): f for f in analysis.findings}


@pytest.mark.parametrize("record", ALL, ids=names(ALL))
def test_a_metric_has_a_label_a_unit_a_source_and_a_definition(record: Metric) -> None:
    assert record.label
    assert record.direction
    assert record.unit in UNITS
    assert reference(record.citation).text
    shown = "cm²" if record.unit == "cm2" else "°" if record.unit == "deg" else record.unit
    assert record.definition.endswith((f"[{record.unit}]", f"[{shown}]"))
    # Headings put the unit behind the label; a label that names it too reads "in mm (mm)".
    assert f" in {shown}" not in record.label
    for span in record.references:
        assert reference(span.citation).text
        assert span.population
        assert span.n > 0 or not span.verified


@pytest.mark.parametrize("record", ALL, ids=names(ALL))
def test_a_metric_is_finite_on_a_synthetic_foot(record: Metric, request: pytest.FixtureRequest) -> None:
    sources = {
        Scope.CONTACT: "walking",
        Scope.WALK: "striding",
        Scope.STANCE: "standing",
        Scope.JUMP: "jumping",
        Scope.LANDING: "landing",
        Scope.LANDING_FOOT: "landing_on_mat",
        Scope.LANDING_FEET: "landing_on_mat",
        Scope.SWAY: "swaying",
        Scope.LIMB: "squatting_on_plates",
        Scope.KNEE: "squatting_on_plates",
        Scope.PLATE_STEP: "stepping",
        Scope.PLATE_WALK: "stepping",
    }
    source = request.getfixturevalue(sources.get(record.scope, "squatting"))
    found = [f for f in source.findings if f.metric == record.name and f.region in {"foot", ""}]
    assert found
    # One landing has a rebound and the other a rest, so each metric of landings has its value on one of them at least.
    enough = any if record.scope in {Scope.LANDING, Scope.LANDING_FOOT, Scope.LANDING_FEET} else all
    assert enough(np.isfinite(f.value) for f in found), [f.reason for f in found]


@pytest.mark.parametrize("record", ON_CONTACTS, ids=names(ON_CONTACTS))
def test_an_empty_contact_gives_no_value_but_a_reason(record: Metric) -> None:
    layout = SensorLayout.rectangle(8, 8, 5.0)
    empty = PressureRecording(np.arange(5) / 100, np.zeros((5, 64)), layout)
    with pytest.raises(UndefinedMetricError) as raised:
        record.function(FootContact(empty, 0, 5, np.ones(64, bool)))
    assert len(str(raised.value)) > 20


@pytest.mark.parametrize("record", ON_CONTACTS, ids=names(ON_CONTACTS))
def test_a_contact_without_frames_gives_no_value_but_a_reason(record: Metric, walking: Analysis) -> None:
    contact = walking.contacts[0]
    with pytest.raises(UndefinedMetricError):
        record.function(replace(contact, stop=contact.start, axis=None, regions={}))


def test_a_dead_column_under_the_foot_leaves_every_value_finite_or_with_a_reason() -> None:
    recording = demo_walk().pressure
    valid = np.ones(recording.layout.n_sensors, bool).reshape(recording.layout.grid or ())
    valid[:, ::7] = False
    pressure = np.where(valid.ravel(), recording.pressure_kpa, np.nan)
    trial = changed(demo_walk().trial, recording, pressure_kpa=pressure, valid=valid.ravel())
    findings = analyze(trial).findings
    assert findings
    assert all(np.isfinite(f.value) or f.reason for f in findings)


def test_a_later_start_changes_no_value(walking: Analysis, squatting: Analysis) -> None:
    for analysis, trial in ((walking, demo_walk().trial), (squatting, demo_squat().trial)):
        later = analyze(changed(trial, trial.pressure, time_s=trial.pressure.time_s + 100.0))
        for one, other in zip(analysis.findings, later.findings, strict=True):
            assert one.metric == other.metric
            # 100 s cost the times seven binary digits, and with them the frame time 1e-13 of 0.01 s
            assert other.value == pytest.approx(one.value, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("make", [demo_walk, demo_squat])
def test_mirroring_swaps_the_sides_and_nothing_else(make: object) -> None:
    trial = make().trial  # type: ignore[operator]
    one, other = by_place(analyze(trial)), by_place(analyze(mirrored(trial)), swap=True)
    assert one.keys() == other.keys()
    for place, finding in one.items():
        # a difference of left and right turns its sign; mirroring a grid costs only rounding
        sign = -1.0 if place[0] == "cop_medial_shift_asymmetry" else 1.0
        assert other[place].value == pytest.approx(sign * finding.value, rel=1e-6, abs=1e-6, nan_ok=True), place


def test_three_times_the_pressure_is_three_times_the_force_on_the_same_area() -> None:
    """Thresholds scale along, so that the print is the same."""
    trial = demo_walk().trial
    parameters = Analysis(trial, (), (), ()).parameters
    tripled = changed(trial, trial.pressure, pressure_kpa=trial.pressure.pressure_kpa * 3)
    scaled = replace(
        parameters,
        loaded_kpa=3 * parameters.loaded_kpa,
        contact_threshold_n=3 * parameters.contact_threshold_n,
        cop_threshold_n=3 * parameters.cop_threshold_n,
    )
    for one, other in zip(analyze(trial).findings, analyze(tripled, scaled).findings, strict=True):
        factor = 3.0 if one.unit in {"N", "N·s", "N/s", "kPa", "kPa·s"} else 1.0
        assert other.value == pytest.approx(factor * one.value, rel=1e-9)


def test_counts_are_called_counts_and_have_no_reference_in_newtons() -> None:
    trial = demo_walk().trial
    counts = analyze(changed(trial, trial.pressure, calibrated=False))
    forces = [f for f in counts.findings if f.metric == "peak_force"]
    assert forces
    assert all(f.unit == "counts" and any("uncalibrated" in note for note in f.notes) for f in forces)
    assert all(f.unit == "cm2" for f in counts.findings if f.metric == "contact_area")


def test_the_same_trial_gives_the_same_findings_twice(walking: Analysis) -> None:
    again = analyze(demo_walk().trial)
    assert [f.to_record() for f in again.findings] == [f.to_record() for f in walking.findings]


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="already a metric 'peak_force'"):

        @metric(label="Twice", unit="N", scope=Scope.CONTACT, citation="footload_definition", direction="none")
        def peak_force(contact: object) -> float:
            return 0.0


def test_a_unit_that_footload_does_not_speak_is_refused() -> None:
    with pytest.raises(KeyError, match="'psi' is not a unit"):
        metric(label="x", unit="psi", scope=Scope.CONTACT, citation="footload_definition", direction="none")


def test_a_metric_on_a_contact_without_axis_says_why() -> None:
    (contact, *_) = find_contacts(demo_walk().pressure)
    with pytest.raises(UndefinedMetricError, match="no axis"):
        metrics()["arch_index"].function(replace(contact, axis=None))
