"""Several files of one movement become one trial on the time base of the first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footload.joined import join
from footload.readers import read
from footload.synthetic.demo import demo_squat
from footload.trials import Condition, Event, Participant, Task, Trial

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture(scope="module")
def mat() -> Trial:
    trial = demo_squat().trial
    return replace(trial, name="mat", participant=Participant("P01", 72.0), events=(Event(1.0, "mark"),))


@pytest.fixture(scope="module")
def plates() -> Trial:
    trial = read(SAMPLES / "study" / "barefoot_squat_plates.h5")
    return replace(trial, name="plates", participant=Participant(""), events=(Event(0.5, "sync", "light"),))


def test_times_and_events_of_the_second_are_shifted_and_nothing_else_is(mat: Trial, plates: Trial) -> None:
    trial = join([mat, plates], [1.25])
    assert (len(trial.pressures), len(trial.forces), len(trial.markers)) == (1, 2, 1)
    assert trial.pressure is mat.pressure
    for before, after in zip(plates.forces, trial.forces, strict=True):
        np.testing.assert_allclose(after.time_s - before.time_s, 1.25, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(after.force_n, before.force_n)
        assert after.history[-1] == "Times shifted by +1.2500 s onto those of 'mat'."
    assert trial.markers[0].time_s[0] == pytest.approx(plates.markers[0].time_s[0] + 1.25)
    assert [(event.time_s, event.name) for event in trial.events] == [(1.0, "mark"), (1.75, "sync")]
    assert (trial.name, trial.participant.id, trial.participant.body_mass_kg) == ("mat", "P01", 72.0)
    assert (
        f"plates ({plates.contents}; shifted by +1.2500 s; sha256 {plates.source_sha256[:16]})" in trial.notes["joined"]
    )
    assert trial.source_sha256 not in {"", mat.source_sha256, plates.source_sha256}


def test_without_an_offset_the_second_stays_as_it_is(mat: Trial, plates: Trial) -> None:
    assert join([mat, plates], [0.0]).forces == plates.forces


def test_what_one_of_them_does_not_say_the_other_says(mat: Trial, plates: Trial) -> None:
    silent = replace(mat, task=Task.UNKNOWN, condition=Condition(), participant=Participant())
    said = replace(plates, condition=Condition("wedge"), participant=Participant("P07", age_years=33.0))
    trial = join([silent, said], [0.0])
    assert (trial.task, trial.condition.name) == (plates.task, "wedge")
    assert (trial.participant.id, trial.participant.age_years) == ("P07", 33.0)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"participant": Participant("P02")}, "another participant \\('P01' and 'P02'\\)"),
        ({"task": Task.WALKING}, "another task"),
    ],
)
def test_what_does_not_belong_together_is_refused(mat: Trial, plates: Trial, changes: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        join([mat, replace(plates, **changes)], [0.0])


@pytest.mark.parametrize(
    ("n", "offsets", "why"),
    [(1, [], "two trials or more; 1"), (2, [], "take 1 offset"), (2, [float("nan")], "no finite number")],
)
def test_what_cannot_be_joined_is_said(mat: Trial, n: int, offsets: list[float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        join([mat] * n, offsets)


def test_notes_of_the_same_topic_stay_apart(mat: Trial, plates: Trial) -> None:
    one, other = replace(mat, notes={"unit": "kPa"}), replace(plates, notes={"unit": "N", "rate": "100 Hz"})
    notes = join([one, other], [0.0]).notes
    assert (notes["unit"], notes["unit of plates"], notes["rate"]) == ("kPa", "N", "100 Hz")
