"""Every check: its note appears when it should, on the findings it touches, and on a clean trial it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footload.analysis import Analysis, analyze
from footload.errors import UnresolvedTrialError
from footload.findings import Severity
from footload.foot.contacts import find_contacts
from footload.metrics.registry import RUNNING_RATE, Scope, metrics
from footload.parameters import Parameters
from footload.recordings import PressureRecording, SensorLayout
from footload.sanity.baseline import baseline_checks
from footload.sanity.body_weight import standing_mass_kg
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach, kinds_of
from footload.synthetic.demo import DEMO_BODY_MASS_KG, demo_mat, demo_squat, demo_walk
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.plate_movements import squat_on_plates
from footload.synthetic.sensor import Sensor
from footload.synthetic.squat import SquatTiming
from footload.synthetic.walking import walking_contact
from footload.trials import Event, Participant, Side, Task, Trial

FULL_SCALE_KPA = 800.0


def seen(trial: Trial, **changes: object) -> Trial:
    """The same trial with another recording."""
    return trial.changed(recordings=(trial.pressure.with_step("changed for a test", **changes),))


def weighing(trial: Trial, mass_kg: float) -> Trial:
    return trial.changed(participant=Participant("test", mass_kg))


def outcomes(analysis: Analysis) -> dict[str, Outcome]:
    return {check.code: check.outcome for check in analysis.checks}


def check(analysis: Analysis, code: str) -> Check:
    (found,) = [each for each in analysis.checks if each.code == code]
    return found


def noted(analysis: Analysis, code: str) -> set[tuple[str, int | None, str]]:
    """Which findings carry the note of a check: metric, contact, region."""
    return {
        (finding.metric, finding.contact, finding.region)
        for finding in analysis.findings
        if any(note.code == code for note in finding.quality)
    }


@pytest.fixture(scope="module")
def walk() -> Trial:
    """Two steps of 72 kg on an empty mat, seen by a 12-bit sensor: nothing is wrong with it."""
    trial = demo_walk().trial
    return trial.changed(recordings=(Sensor(FULL_SCALE_KPA).apply(trial.pressure),))


@pytest.fixture(scope="module")
def squats() -> Trial:
    return demo_squat().trial


def test_a_clean_walk_has_no_note_at_all(walk: Trial) -> None:
    analysis = analyze(walk)
    assert outcomes(analysis) == dict.fromkeys(
        ("body_weight", "saturation", "baseline", "missing_frames", "uneven_frames", "sampling_rate"), Outcome.FINE
    )
    assert not any(finding.quality for finding in analysis.findings)


def test_the_note_of_a_check_is_typed_and_stands_among_the_notes(walk: Trial) -> None:
    analysis = analyze(weighing(walk, 200.0))
    finding = next(f for f in analysis.findings if f.metric == "peak_force")
    (note,) = finding.quality
    assert (note.code, note.severity) == ("body_weight", Severity.WARNING)
    assert note.text in finding.notes
    assert finding.to_record()["quality"] == [{"code": "body_weight", "severity": "warning", "text": note.text}]
    assert finding.to_row()["quality"] == "body_weight"
    assert analysis.to_table()["quality"].eq("body_weight").sum() == len(noted(analysis, "body_weight"))


# Body weight


def test_a_wrong_body_mass_is_noted_on_forces_and_pressures_and_on_nothing_else(walk: Trial) -> None:
    analysis = analyze(weighing(walk, 200.0))
    names = {metric for metric, _, _ in noted(analysis, "body_weight")}
    assert {"peak_force", "force_time_integral", "peak_pressure", "average_loading_rate"} <= names
    assert not names & {"cpei", "arch_index", "contact_time", "contact_area", "foot_balance", "force_time_share"}
    # 801 N at the highest over 200 kg x 9.81 m/s²
    assert "0.41 in contact 1, 0.41 in contact 2" in check(analysis, "body_weight").text


def test_without_a_body_mass_or_a_calibration_nothing_is_checked_and_it_is_said(walk: Trial) -> None:
    unknown = check(analyze(weighing(walk, float("nan"))), "body_weight")
    assert (unknown.outcome, unknown.to_record()["severity"]) == (Outcome.NOT_CHECKED, None)
    assert "body mass is not known" in unknown.text
    assert "not calibrated" in check(analyze(seen(walk, calibrated=False)), "body_weight").text


def test_running_is_not_judged_by_the_bounds_of_walking(walk: Trial) -> None:
    assert check(analyze(walk.changed(task=Task.RUNNING)), "body_weight").outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize(("mass_kg", "outcome"), [(72.0, Outcome.FINE), (60.0, Outcome.NOTED), (85.0, Outcome.NOTED)])
def test_standing_is_one_body_weight(squats: Trial, mass_kg: float, outcome: Outcome) -> None:
    assert check(analyze(weighing(squats, mass_kg)), "body_weight").outcome is outcome


def test_one_foot_of_two_is_not_called_a_wrong_mass(squats: Trial) -> None:
    """The right half of the mat is cut away: half of the person is not seen."""
    pressure = np.where(squats.pressure.layout.x_mm < 240, squats.pressure.pressure_kpa, 0.0)
    found = check(analyze(seen(squats, pressure_kpa=pressure)), "body_weight")
    assert found.outcome is Outcome.NOT_CHECKED
    assert "the other one is not seen" in found.text


def test_a_standing_trial_weighs_the_person(squats: Trial, walk: Trial) -> None:
    # the quietest second of standing, on exact pressures: the mass itself but for the half cell at the rim
    assert standing_mass_kg(squats) == pytest.approx(DEMO_BODY_MASS_KG, rel=1e-3)
    with pytest.raises(UnresolvedTrialError, match="nobody stands still"):
        standing_mass_kg(walk)
    with pytest.raises(UnresolvedTrialError, match="not calibrated"):
        standing_mass_kg(seen(squats, calibrated=False))


def test_plates_are_weighed_too() -> None:
    trial = squat_on_plates(SquatTiming(2))
    mass_kg = standing_mass_kg(trial)
    assert outcomes(analyze(weighing(trial, mass_kg)))["body_weight"] is Outcome.FINE
    heavy = analyze(weighing(trial, 1.3 * mass_kg))
    assert outcomes(heavy)["body_weight"] is Outcome.NOTED
    touched = {f.unit for f in heavy.findings if f.quality}
    assert touched <= {"N", "N·s", "N/s", "W", "N·m"}


# Saturation


@pytest.mark.parametrize("part", [0.9, 0.75, 0.5])
def test_a_plateau_is_noted_where_it_lies(walk: Trial, part: float) -> None:
    cut_kpa = part * float(walk.pressure.pressure_kpa.max())
    analysis = analyze(seen(walk, pressure_kpa=np.minimum(walk.pressure.pressure_kpa, cut_kpa)))
    found = noted(analysis, "saturation")
    full = (walk.pressure.pressure_kpa >= cut_kpa).any(axis=0)
    for number, contact in enumerate(analysis.contacts):
        for region, mask in contact.regions.items():
            is_cut = bool((full & mask & contact.sensors).any())
            assert (("peak_pressure", number, region) in found) is is_cut, region
    assert ("contact_time", 0, "foot") not in found
    assert f"{cut_kpa:g} kPa" in check(analysis, "saturation").text


def test_a_known_ceiling_is_noted_at_the_first_value_that_reaches_it(walk: Trial) -> None:
    top = float(walk.pressure.pressure_kpa.max())
    analysis = analyze(seen(walk, ceiling=top))
    assert "1 cells stand at" in check(analysis, "saturation").text
    assert "where this device ends" in check(analysis, "saturation").text
    assert outcomes(analyze(seen(walk, ceiling=1.01 * top)))["saturation"] is Outcome.FINE


def test_zeroing_does_not_hide_a_plateau(walk: Trial) -> None:
    """Each cell has an offset of its own, so that after subtracting it no two cells are at one value."""
    offsets = np.random.default_rng(2).uniform(0.0, 4.0, walk.pressure.layout.n_sensors)
    pressure = walk.pressure.pressure_kpa + offsets
    pressure = np.minimum(pressure, 0.6 * pressure.max())
    analysis = analyze(seen(walk, pressure_kpa=pressure), Parameters(zero_s=0.3, noise_floor_kpa=1.0))
    assert outcomes(analysis)["saturation"] is Outcome.NOTED


@pytest.mark.parametrize("bits", [7, 8, 12])
def test_the_steps_of_a_device_are_no_plateau(bits: int) -> None:
    """Seven different feet on a device of coarse to fine steps that none of them saturates."""
    rng = np.random.default_rng(bits)
    for number in range(7):
        foot = SyntheticFoot(
            Side.LEFT if number % 2 else Side.RIGHT, pronation=rng.uniform(-0.5, 0.5), place_mm=(240.0, 160.0)
        )
        trial = walking_contact(foot, demo_mat(), body_mass_kg=rng.uniform(50, 90)).trial
        full_scale = 1.3 * float(trial.pressure.pressure_kpa.max())
        sensor = Sensor(full_scale, bits=bits, threshold_counts=2, seed=number)
        analysis = analyze(trial.changed(recordings=(sensor.apply(trial.pressure),)))
        assert outcomes(analysis)["saturation"] is Outcome.FINE, check(analysis, "saturation").text


# Baseline


def test_a_constant_offset_is_noted_and_gone_after_zeroing(walk: Trial) -> None:
    raised = seen(walk, pressure_kpa=walk.pressure.pressure_kpa + 2.0)
    analysis = analyze(raised)
    found = check(analysis, "baseline")
    assert found.outcome is Outcome.NOTED
    assert "drifts" not in found.text
    assert {("peak_force", 0, "foot"), ("cpei", 1, "foot")} <= noted(analysis, "baseline")
    assert ("contact_area", 0, "foot") not in noted(analysis, "baseline")
    assert outcomes(analyze(raised, Parameters(zero_s=0.3)))["baseline"] is Outcome.FINE


def test_a_drift_is_noted_though_the_start_was_zeroed(walk: Trial) -> None:
    time_s = walk.pressure.time_s
    ramp = 4.0 * (time_s / time_s[-1])[:, None]
    analysis = analyze(seen(walk, pressure_kpa=walk.pressure.pressure_kpa + ramp), Parameters(zero_s=0.1))
    assert "the baseline drifts" in check(analysis, "baseline").text


@pytest.mark.parametrize(("offset_kpa", "outcome"), [(0.0, Outcome.FINE), (2.0, Outcome.NOTED)])
def test_a_file_without_an_empty_frame_is_judged_by_its_empty_cells(
    walk: Trial, offset_kpa: float, outcome: Outcome
) -> None:
    (contact, *_) = analyze(walk).contacts
    frames = slice(contact.start, contact.stop)
    pressure = walk.pressure.pressure_kpa[frames] + offset_kpa
    trimmed = seen(walk, time_s=walk.pressure.time_s[frames], pressure_kpa=pressure)
    assert outcomes(analyze(trimmed))["baseline"] is outcome


def test_where_every_cell_carries_a_foot_in_every_frame_nothing_is_checked() -> None:
    """A print that fills its whole window, as an insole is filled by its foot."""
    layout = SensorLayout.rectangle(30, 4, (25.0, 8.0))
    recording = PressureRecording(np.arange(60) / 100, np.full((60, 120), 60.0), layout, side=Side.LEFT)
    (contact,) = find_contacts(recording)
    found = baseline_checks(Examined(Trial("filled", (recording,)), (contact,)))
    assert [each.outcome for each in found] == [Outcome.NOT_CHECKED]


# Frames


def without(trial: Trial, lost: list[int]) -> Trial:
    kept = np.setdiff1d(np.arange(trial.pressure.n_frames), lost)
    return seen(trial, time_s=trial.pressure.time_s[kept], pressure_kpa=trial.pressure.pressure_kpa[kept])


def test_missing_frames_are_noted_on_what_was_taken_from_that_time(walk: Trial) -> None:
    start = analyze(walk).contacts[0].start
    analysis = analyze(without(walk, list(range(start + 20, start + 26))))
    assert "6 frames are missing in 1 place" in check(analysis, "missing_frames").text
    touched = noted(analysis, "missing_frames")
    assert ("peak_force", 0, "foot") in touched
    assert ("arch_index", 0, "foot") in touched
    assert not any(contact == 1 for _, contact, _ in touched)


def test_a_gap_that_the_device_reported_counts_once(walk: Trial) -> None:
    contact = analyze(walk).contacts[1]
    at_s = float(contact.time_s[10])
    reported = walk.changed(events=(Event(at_s, "gap", "a packet was lost"), Event(0.1, "mark", "ready")))
    analysis = analyze(reported)
    assert "in 1 place" in check(analysis, "missing_frames").text
    assert ("contact_time", 1, "foot") in noted(analysis, "missing_frames")
    assert ("contact_time", 0, "foot") not in noted(analysis, "missing_frames")
    lost = without(reported, list(range(contact.start + 9, contact.start + 12)))
    assert "3 frames are missing in 1 place" in check(analyze(lost), "missing_frames").text


def test_uneven_frames_are_noted_on_times_and_integrals(walk: Trial) -> None:
    steps_s = np.random.default_rng(3).uniform(0.007, 0.013, walk.pressure.n_frames - 1)
    analysis = analyze(seen(walk, time_s=np.concatenate([[0.0], np.cumsum(steps_s)])))
    assert outcomes(analysis)["missing_frames"] is Outcome.FINE
    names = {metric for metric, _, _ in noted(analysis, "uneven_frames")}
    assert {"contact_time", "force_time_integral", "foot_flat_phase"} <= names
    assert not names & {"peak_force", "cpei", "contact_area"}


def test_rounded_time_stamps_are_even(walk: Trial) -> None:
    """Half a millisecond of rounding at 100 frames a second is no fault."""
    analysis = analyze(seen(walk, time_s=np.round(walk.pressure.time_s + 1e-4, 3)))
    assert outcomes(analysis)["uneven_frames"] is Outcome.FINE


# Sampling rate


@pytest.mark.parametrize(("rate_hz", "severity"), [(50.0, Severity.NOTE), (25.0, Severity.WARNING)])
def test_too_few_frames_are_noted_on_what_needs_them(rate_hz: float, severity: Severity) -> None:
    analysis = analyze(demo_walk(sampling_rate_hz=rate_hz).trial)
    found = check(analysis, "sampling_rate")
    assert (found.outcome, found.severity) == (Outcome.NOTED, severity)
    assert f"{rate_hz:g} Hz" in found.text
    assert "100 Hz (unverified)" in found.text
    names = {metric for metric, _, _ in noted(analysis, "sampling_rate")}
    assert {"peak_force", "contact_time", "cpei"} <= names
    assert not names & {"arch_index", "chippaux_smirak_index", "contact_area", "foot_progression_angle"}


def test_running_needs_twice_the_rate_of_walking(walk: Trial) -> None:
    assert f"{RUNNING_RATE.hz:g} Hz" in check(analyze(walk.changed(task=Task.RUNNING)), "sampling_rate").text


def test_every_metric_of_a_step_says_what_rate_it_needs_or_needs_no_time() -> None:
    timeless = {name for name, record in metrics(Scope.CONTACT).items() if record.rate is None}
    assert timeless == {
        "arch_index",
        "arch_index_cop_chord",
        "chippaux_smirak_index",
        "clarke_angle",
        "contact_area",
        "foot_progression_angle",
        "modified_arch_index",
        "staheli_index",
    }
    for record in metrics().values():
        if record.rate is not None:
            assert record.rate.hz > 0
            assert ("unverified" in record.rate.text) is not record.rate.verified


def test_squats_on_plates_have_no_known_rate_and_are_not_called_fine() -> None:
    assert outcomes(analyze(squat_on_plates(SquatTiming(2))))["sampling_rate"] is Outcome.NOT_CHECKED


# What a value rests on


def test_values_rest_on_what_they_are_made_of() -> None:
    assert kinds_of("peak_force", "N") == {Kind.LEVEL}
    assert kinds_of("force_time_integral", "N·s") == {Kind.LEVEL, Kind.TIMED}
    assert kinds_of("peak_force", "counts") == {Kind.LEVEL}
    assert kinds_of("cpei", "%") == {Kind.SPREAD}
    assert kinds_of("arch_index", "ratio") == frozenset()
    assert kinds_of("cop_medial_shift_at_depth", "%") == {Kind.SPREAD, Kind.MEDIAL_SHIFT}


def test_a_reach_asks_for_all_it_names(walk: Trial) -> None:
    finding = next(f for f in analyze(walk).findings if (f.metric, f.contact) == ("peak_force", 0))
    during = (0.5, 1.2)
    assert Reach().covers(finding, during)
    assert not Reach(metrics=frozenset({"cpei"})).covers(finding, during)
    assert not Reach(contact=1).covers(finding, during)
    assert not Reach(side=finding.side.other).covers(finding, during)
    assert not Reach(span_s=(1.3, 1.4)).covers(finding, during)
    assert Reach(span_s=(1.1, 1.4)).covers(finding, during)
    assert Reach(regions=frozenset({"heel"})).covers(finding, during)
    assert not Reach(regions=frozenset({"heel"})).covers(replace(finding, region="hallux"), during)


def test_a_value_that_is_missing_keeps_its_reason_and_gets_no_note(squats: Trial) -> None:
    analysis = analyze(weighing(squats, 200.0))
    missing = [finding for finding in analysis.findings if np.isnan(finding.value)]
    assert missing
    assert not any(finding.quality for finding in missing)
