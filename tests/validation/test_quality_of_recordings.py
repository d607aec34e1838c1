"""Checks on real recordings: what is known to be wrong with them is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import footload as fl
from footload.analysis import Analysis
from footload.sanity.check import Outcome
from footload.trials import Participant

pytestmark = pytest.mark.validation

FILES = {
    "emed": "emed/emed_test.lst",
    "footscan": "footscan/footscan_test.xls",
    "moticon": "moticon/230927_102114.txt",
    "pedar": "pedar/pedar_example.asc",
    "tekscan": "tekscan/FrasP01L.asf",
    "texisense": "texisense/pG_PabRD4.bin",
    "xsensor": "xsensor/xsensor_data.csv",
}


@pytest.fixture(scope="module")
def analyses(real_recordings: Path) -> dict[str, Analysis]:
    """The people are said to weigh 75 kg, as the walker of the Tekscan recording does."""
    found: dict[str, Analysis] = {}
    for name, file in FILES.items():
        trial = fl.read(real_recordings / "pressure" / file)
        found[name] = fl.analyze(trial.changed(participant=Participant("test", 75.0)))
    return found


def noted(analysis: Analysis, code: str) -> bool:
    return any(check.code == code and check.outcome is Outcome.NOTED for check in analysis.checks)


def test_no_recording_at_hand_is_saturated(analyses) -> None:
    assert [name for name, analysis in analyses.items() if noted(analysis, "saturation")] == []


def test_frames_are_missing_where_the_time_stamps_say_so(analyses) -> None:
    """The insoles lost 14 and 9 frames over the air; the serial mat stamps its frames unevenly and drops some."""
    assert [name for name, each in analyses.items() if noted(each, "missing_frames")] == ["moticon", "texisense"]
    assert [name for name, each in analyses.items() if noted(each, "uneven_frames")] == ["texisense"]
    told = [check.text for check in analyses["moticon"].checks if check.code == "missing_frames"]
    assert [text.split(" frames")[0] for text in told] == ["14", "9"]


def test_slow_devices_are_said_to_be_slow(analyses) -> None:
    slow = {name for name, analysis in analyses.items() if noted(analysis, "sampling_rate")}
    assert slow == {"tekscan", "texisense", "xsensor"}


def test_a_walker_of_known_weight_loads_what_walking_loads(analyses) -> None:
    (check,) = [check for check in analyses["tekscan"].checks if check.code == "body_weight"]
    assert check.outcome is Outcome.FINE
    (counts,) = [check for check in analyses["texisense"].checks if check.code == "body_weight"]
    assert counts.outcome is Outcome.NOT_CHECKED


def test_few_in_shoe_steps_are_said_to_be_few(analyses) -> None:
    found = [each for each in analyses["moticon"].repeatability if (each.metric, each.region) == ("peak_force", "foot")]
    assert {each.side for each in found} == {fl.Side.LEFT, fl.Side.RIGHT}
    assert all(2 <= each.n < 30 and "30 in-shoe steps" in each.warnings[0] for each in found)
