"""The sample data give the answers that their README states."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import footload as fl

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "sample_data"
LARGEST_BYTES = 400_000


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
    row = re.compile(r"^\| `([\w.]+)` \| (\w+) \| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| (\S+) \|$", re.MULTILINE)
    return [Answer(*words, float(value), float(within), unit) for *words, value, within, unit in row.findall(text)]


@pytest.mark.parametrize("answer", answers(), ids=lambda answer: f"{answer.file} {answer.foot} {answer.metric}")
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
    assert [finding.value for finding in found] == pytest.approx([answer.value] * len(found), abs=answer.within)


@pytest.mark.parametrize(
    ("file", "n_contacts", "n_squats"),
    [("demo_walk.mcap", 2, 0), ("demo_squat.mcap", 2, 5), ("synthetic_step.lst", 1, 0)],
)
def test_contacts_and_squats_are_counted(file: str, n_contacts: int, n_squats: int) -> None:
    analysis = analysis_of(file)
    assert len(analysis.contacts) == n_contacts
    assert sum(not repetition.rejected for repetition in analysis.repetitions) == n_squats


def test_the_readme_has_answers_for_every_sample() -> None:
    files = {file.name for file in SAMPLES.iterdir() if file.suffix in {".mcap", ".lst"}}
    assert {answer.file for answer in answers()} == files


def test_samples_stay_small() -> None:
    assert {file.name: file.stat().st_size for file in SAMPLES.iterdir() if file.stat().st_size > LARGEST_BYTES} == {}
