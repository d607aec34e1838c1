"""A laboratory of many trials: what pages and a rebuild take. `lab_numbers.py pages|rebuild [URL]`."""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from footload.lab.checking import check, rebuild
from footload.lab.database import keep_statistics, put_rows, writing
from footload.lab.documents import TRIAL_DOCUMENT, TRIAL_FINDINGS, bytes_of, document_path, read_document, sha256_of
from footload.lab.laboratory import Laboratory
from footload.lab.tables import KINDS
from footload.lab.trial_folder import FILES, TrialFacts

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
N_TRIALS, N_PEOPLE, AT_ONCE, REPEATS = 100_000, 2_000, 10_000, 30
N_REBUILT = 2_000
TASKS = ("walking", "squat", "single-leg squat", "drop landing", "quiet stance")


def synthetic_rows(rng: random.Random) -> tuple[list[dict], list[dict], list[dict], list[dict]]:
    """Participants, conditions, sessions and trials as rows."""
    mark = {"document_sha256": "0" * 64}
    people = [{"id": f"P{number:05d}", **mark} for number in range(N_PEOPLE)]
    conditions = [{"id": name, **mark} for name in ("barefoot", "shoe", "wedge")]
    sessions, trials = {}, []
    for number in range(N_TRIALS):
        person, day = rng.choice(people)["id"], f"20{rng.randrange(18, 27)}-{rng.randrange(1, 13):02d}-01"
        sessions[f"{person}_{day}"] = {"id": f"{person}_{day}", "participant_id": person, "date": day, **mark}
        trials.append(
            {
                "id": f"{rng.getrandbits(96):024x}",
                "session_id": f"{person}_{day}",
                "participant_id": person,
                "condition_id": rng.choice(conditions)["id"],
                "date": day,
                "task": rng.choice(TASKS),
                "n_findings": 100,
                "duration_s": 5.0,
                "added_at": f"{day}T10:00:00.{number:06d}Z",
                **mark,
            }
        )
    return people, conditions, list(sessions.values()), trials


def pages(url: str | None) -> None:
    """List and filter 100,000 trials, a page of 50 at a time."""
    rng = random.Random(1)
    kinds = ("participants", "conditions", "sessions", "trials")
    with tempfile.TemporaryDirectory() as made, Laboratory.create(Path(made) / "lab", url) as lab:
        rows_of = dict(zip(kinds, synthetic_rows(rng), strict=True))
        for kind in kinds:
            for start in range(0, len(rows_of[kind]), AT_ONCE):
                with writing(lab.engine) as connection:
                    put_rows(connection, KINDS[kind], rows_of[kind][start : start + AT_ONCE])
        keep_statistics(lab.engine)  # as closing does
        trials = rows_of["trials"]
        asked = {
            "newest": lambda: {},
            "a person's": lambda: {"participant": f"P{rng.randrange(N_PEOPLE):05d}"},
            "a task's": lambda: {"task": rng.choice(TASKS)},
            "task and condition": lambda: {"task": rng.choice(TASKS), "condition": "wedge"},
            "condition and days": lambda: {"condition": "shoe", "since": "2020-03-01", "until": "2020-05-31"},
            "rare: a person's task and condition": lambda: {
                "participant": f"P{rng.randrange(N_PEOPLE):05d}",
                "task": "squat",
                "condition": "shoe",
            },
            "days long ago": lambda: {"since": "2018-01-01", "until": "2018-01-31"},
            "nine years": lambda: {"since": "2018-01-01", "until": "2026-12-31"},
            "a task nobody did": lambda: {"task": "running"},
            "a page in the middle": lambda: {"before": rng.choice(trials)["id"]},
        }
        for name, choose in asked.items():
            times_ms = []
            for _ in range(REPEATS):
                wanted = choose()
                begun = time.perf_counter()
                found = lab.trials(limit=50, **wanted)
                times_ms.append(1000 * (time.perf_counter() - begun))
            said = f"{name:36} median {statistics.median(times_ms):7.2f} ms, slowest {max(times_ms):7.2f} ms"
            print(f"{lab.engine.dialect.name:11} {said}, {len(found)} rows")  # noqa: T201


def many_trials(lab: Laboratory, n: int) -> None:
    """Make copies of one real trial's folder under other ids."""
    first = lab.add_trial(SAMPLES / "synthetic_step.lst", TrialFacts("P001", "2026-11-22")).trial_id
    folder = lab.folder / "trials" / first
    document, _ = read_document(folder / TRIAL_DOCUMENT)
    (recording,) = (folder / FILES).iterdir()
    for number in range(1, n):
        draft = folder.with_name("draft")
        shutil.copytree(folder, draft)
        file = draft / FILES / recording.name
        file.write_bytes(recording.read_bytes() + b"\n" * number)
        digest = sha256_of(file)
        (draft / TRIAL_DOCUMENT).write_bytes(bytes_of({**document, "files": {file.name: digest}}))
        draft.rename(folder.with_name(digest[:24]))
    assert (folder / TRIAL_FINDINGS).exists()
    assert document_path(lab.folder, "trials", first).exists()


def rebuilt(url: str | None) -> None:
    """Make the database of 2,000 trials again from their files."""
    with tempfile.TemporaryDirectory() as made, Laboratory.create(Path(made) / "lab", url) as lab:
        many_trials(lab, N_REBUILT)
        begun = time.perf_counter()
        counts = rebuild(lab)
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        faults = check(lab)
        said = f"{counts['trials']} trials, {counts['findings']} findings: rebuild {seconds:.1f} s"
        print(f"{lab.engine.dialect.name:11} {said}, check {time.perf_counter() - begun:.1f} s, {len(faults)} faults")  # noqa: T201


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    {"pages": pages, "rebuild": rebuilt}[what](rest[0] if rest else None)
