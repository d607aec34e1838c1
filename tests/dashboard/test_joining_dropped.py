"""A mat's file and a C3D dropped together: asked, never assumed; joined by the job; told where they cannot be."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.jobs import Jobs, State
from dashboard.joining import Apart, Joining, together
from dashboard.lab_jobs import adding
from dashboard.processes import Workers
from dashboard.working import Place, Said
from footload.export.c3d import write_c3d
from footload.lab.checking import check
from footload.lab.kept_trials import kept_file, read_kept
from footload.lab.laboratory import Laboratory
from footload.readers import read
from footload.readers.hdf5_writing import write_hdf5
from footload.trials import Participant

SAID = Said("P07", "2026-11-20", "barefoot", "")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> tuple[Path, Path]:
    """A mat's recording and a C3D of the same squats, named as a clinic would."""
    folder, study = tmp_path_factory.mktemp("both"), repository / "sample_data" / "study"
    mat = folder / "Anna Müller 1980-01-02.mcap"
    shutil.copyfile(study / "barefoot_squat_mat.mcap", mat)
    write_c3d(read(study / "barefoot_squat_plates.h5"), folder / "plates.c3d")
    return mat, folder / "plates.c3d"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    with Laboratory.create(tmp_path / "lab", by="somebody") as made:
        yield made


def ended(workers: Workers, lab: Laboratory, files: list[Path], joining: Joining | None):
    jobs = Jobs()
    try:
        name = jobs.begin("Add", adding(workers, Place(lab.folder, by="somebody"), files, SAID, joining))
        for _ in range(1200):
            if jobs.get(name).state.is_over:
                break
            time.sleep(0.02)
        job = jobs.get(name)
    finally:
        jobs.close()
    assert job.state is State.DONE, job.text
    return job


def test_two_files_that_can_be_one_movement_are_told_with_the_reason(both: tuple[Path, Path]) -> None:
    mat, plates = both
    seen = together([plates, mat])
    assert seen.files == (mat.name, plates.name)
    assert "in common, so they can be of one movement" in seen.reason
    assert "do not say whether they are, nor when each began" in seen.reason


def test_unasked_they_are_two_trials(workers: Workers, lab: Laboratory, both: tuple[Path, Path]) -> None:
    assert ended(workers, lab, [*both], None).text == "2 trial(s) added."
    assert len(lab.trials()) == 2


def test_joined_they_are_one_trial_with_both_files_kept_and_named_without_their_names(
    workers: Workers, lab: Laboratory, both: tuple[Path, Path]
) -> None:
    mat, plates = both
    letter = mat.with_name("letter.pdf")
    letter.write_bytes(b"%PDF-1.7 no recording")
    job = ended(workers, lab, [letter, mat, plates], Joining(Apart.OFFSET, 0.25))
    assert job.text == f"1 trial out of {mat.name} and plates.c3d. Shifted by +0.2500 s, as was said. 0 trial(s) added."
    assert [name for name, _ in job.failures] == ["letter.pdf"]
    (row,) = lab.trials()
    assert (row["participant_id"], row["condition_id"], row["task"]) == ("P07", "barefoot", "squat")
    file = kept_file(lab.folder, row["id"])
    trial = read_kept(file)
    assert (len(trial.pressures), len(trial.forces), len(trial.markers)) == (1, 2, 1)
    assert trial.forces[0].time_s[0] == pytest.approx(read(plates).forces[0].time_s[0] + 0.25, abs=1e-9)
    assert "source1.mcap (" in trial.notes["joined"]
    assert "source2.c3d (" in trial.notes["joined"]
    assert "shifted by +0.2500 s" in trial.notes["joined"]
    # What the makers wrote is kept to the byte; its names are not.
    assert (file.name, file.with_name("source1.mcap").read_bytes()) == ("recording.h5", mat.read_bytes())
    assert file.with_name("source2.c3d").read_bytes() == plates.read_bytes()
    everything = "".join(f"{path} {path.read_bytes()!r}" for path in lab.folder.rglob("*.json"))
    assert "Anna" not in everything
    assert "Anna" not in " ".join(trial.notes.values())
    assert check(lab) == []
    assert any(each["metric"] == "arch_index" and each["value"] for each in lab.findings(row["id"]))
    again = ended(workers, lab, [mat, plates], Joining(Apart.OFFSET, 0.25))
    assert again.text.endswith("joined, are a trial already.")


def test_where_no_tap_was_felt_by_both_neither_is_added_and_it_is_said_why(
    workers: Workers, lab: Laboratory, repository: Path
) -> None:
    study = repository / "sample_data" / "study"
    mat, plates = study / "barefoot_stance_mat.mcap", study / "barefoot_stance_plates.h5"
    job = ended(workers, lab, [mat, plates], Joining(Apart.TAP))
    assert job.text == "0 trial(s) joined."
    ((name, why),) = job.failures
    assert name == f"{mat.name} and {plates.name}"
    assert why.startswith("Not joined, and neither was added:")
    assert "tap" in why
    assert lab.trials() == []


def test_an_offset_that_leaves_no_common_moment_is_refused(
    workers: Workers, lab: Laboratory, both: tuple[Path, Path]
) -> None:
    job = ended(workers, lab, [*both], Joining(Apart.OFFSET, 500.0))
    assert "no moment in common" in job.failures[0][1]
    assert lab.trials() == []


def test_what_cannot_be_one_trial_is_told_plainly(both: tuple[Path, Path], tmp_path: Path, repository: Path) -> None:
    mat, plates = both
    study = repository / "sample_data" / "study"
    walk = study / "barefoot_walk_plates.h5"
    assert "each says another task" in together([mat, walk]).reason
    assert together([mat, walk]).files == ()
    three = together([mat, plates, walk])
    assert three.files == ()
    assert "1 recording(s) of pressure and 2 of plates or markers" in three.reason
    assert together([mat]) == together([mat, study / "shoe_walk_mat.mcap"])  # no plates: nothing to ask
    trial = read(study / "barefoot_squat_plates.h5")
    later = tuple(each.with_step("later", time_s=each.time_s + 1000.0) for each in trial.recordings)
    write_hdf5(replace(trial, recordings=later), tmp_path / "later.h5")
    assert "no moment in common" in together([mat, tmp_path / "later.h5"]).reason
    named = [read(mat), trial]
    for number, one in enumerate(named):
        write_hdf5(replace(one, participant=Participant(f"Nobody{number}")), tmp_path / f"{number}.h5")
    seen = together([tmp_path / "0.h5", tmp_path / "1.h5"])
    assert "another participant" in seen.reason
    assert "Nobody" not in seen.reason
