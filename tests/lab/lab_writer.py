"""A workstation that does every act so many times: `lab_writer.py FOLDER NAME N [URL]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

from lab_acts import REPEATED, Place, analyzed_once

from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts

if __name__ == "__main__":
    folder, name, n, *url = sys.argv[1:]
    with (
        tempfile.TemporaryDirectory() as made,
        Laboratory(Path(folder), url[0] if url else None, by=name) as lab,
    ):
        analyzed_once(Path(made) / "kept")
        place = Place(Path(folder), None, Path(made))
        for number in range(int(n)):
            for act in REPEATED.values():
                act(place, lab, name, number)
            lab.add_trial(Path(f"same-{number}"), TrialFacts("both", "2026-11-22"))
            print(number, flush=True)  # noqa: T201 - told only after it is safe
