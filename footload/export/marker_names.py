"""Labels of markers without whose they are: motion-analysis programs write `Person:LKNE`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from footload.recordings import MarkerRecording
from footload.trials import Trial


def bare_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Take away what stands before the last colon of each label: the name of the person who wears the marker.

    Parameters
    ----------
    labels : iterable of str
        As in the file.

    Returns
    -------
    tuple of str
        Still different from each other: of two people's markers, the second's get a number.
    """
    seen: dict[str, int] = {}
    found: list[str] = []
    for label in labels:
        bare = label.rpartition(":")[2].strip() or "marker"
        seen[bare] = seen.get(bare, 0) + 1
        found.append(bare if seen[bare] == 1 else f"{bare} #{seen[bare]}")
        seen.setdefault(found[-1], 1)
    return tuple(found)


def without_subjects(trial: Trial) -> Trial:
    """Leave out of the labels of markers whose they are.

    Parameters
    ----------
    trial : Trial
        With or without markers.

    Returns
    -------
    Trial
        The same where no label has a colon.
    """
    if not any(":" in label for markers in trial.markers for label in markers.labels):
        return trial
    return trial.changed(
        recordings=tuple(
            replace(each, labels=bare_labels(each.labels)) if isinstance(each, MarkerRecording) else each
            for each in trial.recordings
        )
    )
