"""The sample laboratory of the demonstration: the simulated participant's study in a laboratory of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footload.lab.laboratory import Laboratory

DEMO_PERSON: Final = "demo"
SAMPLE_DAY: Final = "2026-01-01"
"""Nobody came on that day; it only holds the made trials together."""

DEMO_MAT: Final = "demo mat"
DEMO_PLATES: Final = "demo plates"
MOST_TRIALS: Final = 1000


def fill_sample_lab(folder: Path, recordings: Sequence[Path]) -> int:
    """Make the sample laboratory, or go on with one that a stopped demonstration left.

    The study of `footload.synthetic.study` (one participant, barefoot, in a shoe and with a medial wedge; mat and
    plates) stands beside the recordings of the simulated mat.

    Parameters
    ----------
    folder : path
        The laboratory's: new, empty, or a sample laboratory of before.
    recordings : sequence of path
        Made by the simulated mat; they are participant `demo`'s.

    Returns
    -------
    int
        How many trials the laboratory has now.

    Raises
    ------
    LaboratoryError
        When the folder holds something else.
    """
    from footload.cli import speaking
    from footload.lab.laboratory import MARK, Laboratory
    from footload.lab.trial_folder import TrialFacts
    from footload.readers.hdf5_writing import write_hdf5
    from footload.synthetic.study import study_stems, study_trial

    is_lab = (folder / MARK).exists()
    with Laboratory(folder) if is_lab else Laboratory.create(folder) as lab:
        _introduce(lab)
        for recording in recordings:
            lab.add_trial(recording, TrialFacts(DEMO_PERSON, SAMPLE_DAY, device=DEMO_MAT, keep_name=True))
        with tempfile.TemporaryDirectory(prefix="footload-study-", ignore_cleanup_errors=True) as temporary:
            for stem in speaking.tracked(study_stems(), "sample laboratory"):
                file = Path(temporary) / f"{stem}.h5"
                trial = study_trial(stem).trial
                write_hdf5(trial, file)
                condition, device = trial.condition.name, DEMO_MAT if trial.pressures else DEMO_PLATES
                facts = TrialFacts(trial.participant.id, SAMPLE_DAY, condition, device, keep_name=True)
                lab.add_trial(file, facts)  # the same bytes every time, so a second demonstration adds nothing
        return len(lab.trials(limit=MOST_TRIALS))


def _introduce(lab: Laboratory) -> None:
    """Write down who and what the trials are of."""
    from footload.synthetic.participant import CONDITIONS, PERSON

    made = "made by footload's simulation"
    lab.put("participants", DEMO_PERSON, note=f"on the simulated mat; {made}")
    lab.put("participants", PERSON.id, sex=PERSON.sex, body_mass_kg=PERSON.body_mass_kg, note=made)
    lab.put("devices", DEMO_MAT, name="demo mat, 64 x 64 cells", profile="demo_mat", note=made)
    lab.put("devices", DEMO_PLATES, name="two force plates", note=made)
    for one in CONDITIONS:
        worn = one.condition
        lab.put("conditions", worn.name, footwear=worn.footwear, device=worn.device, note=made)
