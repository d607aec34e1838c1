"""The sample data give the answers that their README states, and are made again byte for byte."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import footload as fl

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "sample_data"
LARGEST_BYTES = 400_000
MOST_BYTES = 4_000_000
SCRIPTS = {"make.py", "answers.py", "listing.py"}
BYTES_DEPEND_ON = ("mcap", "zstandard", "h5py", "numpy")
EVERY_FILE = "FOOTLOAD_EVERY_SAMPLE"
"""Set it to make every sample again and not only a few small ones."""

FEW = ("synthetic_step.lst", "study/shoe_stance_mat.mcap", "study/wedge_walk_plates.h5")


@cache
def analysis_of(name: str) -> fl.Analysis:
    """The analysis of a sample, made once."""
    return fl.analyze(fl.read(SAMPLES / name))


class Answer(NamedTuple):
    """One row of the README's table of answers."""

    file: str
    foot: str
    metric: str
    value: float
    within: float
    unit: str


def answers() -> list[Answer]:
    """Every row of the README's table of answers."""
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    row = re.compile(r"^\| `([\w./]+)` \| (\w+) \| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| (\S+) \|$", re.MULTILINE)
    return [Answer(*words, float(value), float(within), unit) for *words, value, within, unit in row.findall(text)]


def asked() -> list[Answer]:
    """The answers that an ordinary run compares: one of the two conditions that are nearly the same is enough."""
    return [answer for answer in answers() if EVERY_FILE in os.environ or "/shoe_" not in answer.file]


@pytest.mark.parametrize("answer", asked(), ids=lambda answer: f"{answer.file} {answer.foot} {answer.metric}")
def test_a_sample_gives_the_answer_of_its_readme(answer: Answer) -> None:
    found = [
        finding
        for finding in analysis_of(answer.file).findings
        if finding.metric == answer.metric
        and finding.region in {"", "foot"}
        and (finding.side or "both") == answer.foot
    ]
    assert found
    assert {finding.unit for finding in found} == {answer.unit}
    assert np.mean([finding.value for finding in found]) == pytest.approx(answer.value, abs=answer.within)


@pytest.mark.parametrize(
    ("file", "n_contacts", "n_squats"),
    [
        ("demo_walk.mcap", 2, 0),
        ("demo_squat.mcap", 2, 5),
        ("synthetic_step.lst", 1, 0),
        ("study/wedge_squat_mat.mcap", 2, 5),
        ("study/wedge_single_leg_squat_plates.h5", 0, 5),
        ("study/barefoot_drop_landing_mat.mcap", 2, 1),
    ],
)
def test_contacts_and_squats_are_counted(file: str, n_contacts: int, n_squats: int) -> None:
    analysis = analysis_of(file)
    assert len(analysis.contacts) == n_contacts
    assert sum(not repetition.rejected for repetition in analysis.repetitions) == n_squats


def samples() -> set[str]:
    """Every sample, by its path in the folder."""
    files = (file for file in SAMPLES.rglob("*.*") if "__pycache__" not in file.parts and file.name not in SCRIPTS)
    return {file.relative_to(SAMPLES).as_posix() for file in files} - {"README.md"}


def makers() -> Mapping[str, Callable[[Path], None]]:
    """What makes each file, as `make sample-data` does it."""
    sys.path.insert(0, str(SAMPLES))
    try:
        return import_module("make").makers()
    finally:
        sys.path.remove(str(SAMPLES))


def test_the_readme_has_answers_for_every_sample() -> None:
    assert {answer.file for answer in answers()} == samples()


def test_samples_stay_small() -> None:
    sizes = {name: (SAMPLES / name).stat().st_size for name in samples()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}
    assert sum(sizes.values()) < MOST_BYTES


def test_one_command_makes_every_sample() -> None:
    assert set(makers()) == {*samples(), "README.md"}


@pytest.mark.parametrize("name", FEW if EVERY_FILE not in os.environ else sorted(makers()))
def test_a_sample_is_made_again_byte_for_byte(name: str, tmp_path: Path) -> None:
    pinned = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    other = [package for package in BYTES_DEPEND_ON if f"\n{package}=={version(package)}\n" not in f"\n{pinned}"]
    if other:
        pytest.skip(f"bytes depend on the versions in constraints.txt; here are others of {', '.join(other)}")
    made = tmp_path / Path(name).name
    makers()[name](made)
    assert made.read_bytes() == (SAMPLES / name).read_bytes()


def test_the_three_conditions_say_what_was_worn_and_are_of_one_person() -> None:
    trials = {
        stem: fl.read(SAMPLES / f"study/{stem}_{name}")
        for stem in ("barefoot", "shoe", "wedge")
        for name in ("squat_mat.mcap", "stance_plates.h5")
    }
    assert {trial.participant.id for trial in trials.values()} == {"P01"}
    assert [trials[stem].condition.device for stem in trials] == ["", "", "medial wedge, 2 degrees"]
    assert trials["shoe"].condition.footwear == trials["wedge"].condition.footwear == "trainer"
