"""A laboratory of 2,000 trials: what making its database again and checking it take. `lab_numbers.py [URL]`."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from footload.lab.checking import check, rebuild
from footload.lab.documents import TRIAL_DOCUMENT, TRIAL_FINDINGS, bytes_of, document_path, read_document, sha256_of
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import FILES, TrialFacts

sys.path.insert(0, str(Path(__file__).parent))
from told import tell

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
N_REBUILT = 2_000


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
        tell(f"rebuild of {N_REBUILT} trials from their files, {lab.engine.dialect.name}", f"{seconds:.1f} s", "120 s")
        begun = time.perf_counter()
        faults = check(lab)
        said = f"{counts['trials']} trials, {counts['findings']} findings: rebuild {seconds:.1f} s"
        print(f"{lab.engine.dialect.name:11} {said}, check {time.perf_counter() - begun:.1f} s, {len(faults)} faults")  # noqa: T201


if __name__ == "__main__":
    rebuilt(sys.argv[1] if len(sys.argv) > 1 else None)
