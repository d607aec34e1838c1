"""Every page of a trial that plates alone measured."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import footload as fl
from dashboard.components.replay_card import POINTS
from dashboard.figures.force_and_cop import force_and_cop
from dashboard.figures.medial_shift import medial_shift
from dashboard.pages.routes import page_view
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.foot.medial_shift import MedialShift
from footload.recordings import Side
from footload.report.pictures import pictures_of
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"
TASKS = ("squat", "single_leg_squat", "drop_landing", "stance", "walk")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plates")
    for task in TASKS:
        shutil.copy(STUDY / f"barefoot_{task}_plates.h5", folder)
    opened = TrialStore(folder, Settings())
    yield opened
    opened.close()


@pytest.mark.parametrize("task", TASKS)
def test_every_page_of_plates_alone_is_shown_with_the_force_of_each_plate(store, task):
    which = trial_id(f"barefoot_{task}_plates.h5")
    shown = {
        page: page_view(store, f"/{page}/{which}", "light") for page in ("trial", "squat", "knee", "plan", "report")
    }
    for page, view in shown.items():
        assert view.title not in {"Not found", "This trial cannot be shown"}, page
    words = str(shown["trial"])
    assert "Force of the plates" in words
    assert "No foot was found on the mat" not in words
    analysis = store.analysis(which)
    for mark in [f"{shape} plate {n}" for n, shape in enumerate(POINTS[: len(analysis.trial.forces)], 1)]:
        assert mark in words  # the replay names each, with a dash and a shape of its own
    lines = force_and_cop(analysis).data
    assert len(lines) == len(analysis.trial.forces)
    for line, plate in zip(lines, analysis.trial.forces, strict=True):
        assert np.nanmax(line.y) == pytest.approx(np.nanmax(plate.force_n[:, 2]), rel=1e-6)  # float32 for the browser
    assert "Vertical force" in pictures_of(analysis)[0].words


def test_repetitions_and_shifts_of_plates_alone_are_drawn_on_the_time_of_the_plates():
    analysis = fl.analyze(drop_on_plates(DropCourse()))
    time_s = analysis.trial.forces[0].time_s
    flat = np.zeros(len(time_s))
    shifts = MappingProxyType({side: MedialShift(side, time_s, flat, flat, 95.0, 0.0) for side in Side})
    figure = medial_shift(replace(analysis, shifts=shifts))
    (repetition,) = analysis.repetitions
    assert figure.layout.shapes[0].x0 == pytest.approx(time_s[repetition.start])
    assert len(pictures_of(replace(analysis, shifts=shifts))) == 2
