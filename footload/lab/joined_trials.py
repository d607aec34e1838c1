"""A trial of a laboratory out of several makers' files, which are kept beside it with all their bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from footload.joined import join
from footload.lab.documents import LaboratoryError
from footload.lab.known_trials import Added
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import RECORDING, TrialFacts, copied, shape_of
from footload.lab.writing import discard, staging_folder
from footload.readers.hdf5_writing import write_hdf5
from footload.readers.registry import read
from footload.trials import Trial


def add_joined(
    lab: Laboratory,
    files: Sequence[Path],
    facts: TrialFacts,
    offsets_of: Callable[[Sequence[Trial]], Sequence[float]],
) -> Added:
    """Join files of one movement to one trial, and keep it with the files that it was made from.

    Parameters
    ----------
    lab : Laboratory
        Open.
    files : sequence of Path
        Two or more; the first one's times stay. They lose their names, which may name a person.
    facts : TrialFacts
        What is known around them; the files' own word on the condition counts where it says none.
    offsets_of : callable
        Gives what is added to the times of each trial but the first. [s]

    Returns
    -------
    Added
        The same files with the same offsets twice are one trial.

    Raises
    ------
    FootloadError
        When a file cannot be read, or the trial is there already and something else is known of it.
    ValueError
        When the files do not belong together; the message says why.
    """
    room = staging_folder(lab.folder)
    try:
        copies: list[Path] = []
        trials: list[Trial] = []
        for number, file in enumerate(files, 1):
            original = read(file)
            made = copied(file, original, room, f"source{number}")
            trial = read(made[0])
            if shape_of(trial) != shape_of(original):
                raise LaboratoryError(f"{file.name} reads differently under another name; use `footload join`.")
            trials.append(trial.changed(name=made[0].name))
            copies += made
        trial = join(trials, offsets_of(trials))
        joined = room / f"{RECORDING}.h5"
        write_hdf5(trial, joined)
        said = facts.condition or trial.condition.name
        return lab.add_trial(joined, replace(facts, condition=said, sources=tuple(copies)))
    finally:
        discard(lab.folder, room)
