"""What jobs there are for a laboratory: add files, analyze trials again, export them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, wait
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from dashboard.export_work import exported, written
from dashboard.jobs import Task, Work
from dashboard.joining import Joining, joined_in, recordings_of, together
from dashboard.lab_trials import Asked, LabTrials
from dashboard.processes import Workers
from dashboard.working import Place, Said, added, taken_in
from footload.errors import FootloadError
from footload.foot.drawn_history import ENDING as DRAWN
from footload.lab.kept_trials import DESCRIPTION

if TYPE_CHECKING:
    from footload.export.exported import Exported
    from footload.lab.laboratory import Added

MOST_AGAIN: Final = 100_000
MOST_EXPORTED: Final = 2_000
"""Trials of one export; a larger one is for the command line, where no other job waits for it."""

LOOK_EVERY_S: Final = 0.3
PARTS_AIMED_AT: Final = 100
EXPORTS: Final = {"csv": "CSV tables", "parquet": "CSV and Parquet tables", "fhir": "FHIR R5 Observations"}


def adding(workers: Workers, place: Place, files: Sequence[Path], said: Said, joining: Joining | None = None) -> Work:
    """Add files to the laboratory.

    Parameters
    ----------
    workers : Workers
        Those of the pages: one file at a time is theirs.
    place : Place
        Which laboratory, and who adds them.
    files : sequence of Path
        Vendors' exports and recordings, descriptions beside them.
    said : Said
        What a person said of all of them.
    joining : Joining, optional
        That two of them are one trial, and when each began; each is a trial of its own without it.

    Returns
    -------
    callable
        For `Jobs.begin`.
    """

    def work(task: Task) -> str:
        add = partial(added, place)
        if joining is None:
            return _added(task, workers, add, files, said)
        rest, text = _joined(task, workers, partial(joined_in, place, said=said, joining=joining), files)
        return " ".join(filter(None, (text, _added(task, workers, add, rest, said) if rest else "")))

    return work


def _joined(
    task: Task, workers: Workers, join: Callable[[Sequence[Path]], tuple[Added, str]], files: Sequence[Path]
) -> tuple[list[Path], str]:
    """Join the two files that can be one trial; give the other files, and what became of these."""
    task.go_on(0, len(files))
    seen = workers.call(together, files)
    if not seen.files:
        task.failed("Not joined", f"{seen.reason or 'No two of these files can be one trial.'} Nothing was added.")
        return [], "0 trial(s) added."
    named = {file.name: file for file in files}
    drawn = {f"{name}{DRAWN}" for name in seen.files}
    gone = {*seen.files, *seen.beside, *drawn, *(Path(name).with_suffix(DESCRIPTION).name for name in seen.files)}
    for name in sorted(drawn & named.keys()):
        task.failed(name, "Feet drawn on one of the files are not taken over into a joined trial; draw them there.")
    both = " and ".join(seen.files)
    try:
        result, note = workers.call(join, [named[name] for name in seen.files])
    except (FootloadError, OSError, ValueError) as error:
        task.failed(both, f"Not joined, and neither was added: {in_short(str(error))}")
        text = ""
    else:
        text = f"1 trial out of {both}. {note}" if result.is_new else f"{both}, joined, are a trial already."
    return [file for name, file in named.items() if name not in gone], text or "0 trial(s) joined."


def taking_in(workers: Workers, place: Place, files: Sequence[Path], said: Said) -> Work:
    """Add recordings that lie beside the laboratory; each is removed there once the laboratory holds the same bytes.

    Parameters
    ----------
    workers : Workers
        Those of the pages: one file at a time is theirs.
    place : Place
        Which laboratory, and who adds them.
    files : sequence of Path
        Recordings of footload.
    said : Said
        What a person said of all of them; a recording's own words count where nothing was.

    Returns
    -------
    callable
        For `Jobs.begin`.
    """
    return lambda task: _added(task, workers, partial(taken_in, place), files, said)


def _added(
    task: Task,
    workers: Workers,
    add: Callable[[Path, Said], Added],
    files: Sequence[Path],
    said: Said,
) -> str:
    trials = recordings_of(files)
    _refuse_drawings_alone(task, files, {file.name for file in trials})
    new = known = 0
    for number, file in enumerate(trials):
        task.go_on(number, len(trials))
        try:
            result = workers.call(add, file, said)
        except (FootloadError, OSError, ValueError) as error:  # the files after it are added
            task.failed(file.name, in_short(str(error)))
        else:
            new, known = new + result.is_new, known + (not result.is_new)
    task.go_on(len(trials), len(trials))
    said_of_known = f", {known} there already" if known else ""
    return f"{new} trial(s) added{said_of_known}."


def _refuse_drawings_alone(task: Task, files: Sequence[Path], trials: Collection[str]) -> None:
    """Feet drawn by hand come with the recording beside which they lie; alone they are no trial."""
    for file in files:
        drawn_on = file.name.removesuffix(DRAWN)
        if file.name.endswith(DRAWN) and drawn_on not in trials:
            task.failed(
                file.name,
                f"This is no trial: it holds feet that were drawn by hand on {drawn_on}. Drop both together; where the "
                "laboratory has that recording already, it takes the drawing for it.",
            )


def analyzing_again(lab: LabTrials, asked: Asked, keep_by: str = "") -> Work:
    """Analyze trials again from their files, and set every value beside the one that is kept.

    Parameters
    ----------
    lab : LabTrials
        Which.
    asked : Asked
        Which trials.
    keep_by : str
        Who keeps what is found, of the trials that are due; nothing is kept when empty.

    Returns
    -------
    callable
        For `Jobs.begin`.
    """

    def work(task: Task) -> str:
        from footload.batch import parts_of
        from footload.batch_again import Again, Differences, due
        from footload.batch_findings import gather
        from footload.batch_pool import run_on_processes

        named = _files(task, lab, asked, MOST_AGAIN)
        files = due(named) if keep_by else named
        if not files:
            return f"Nothing to do: what the values of {len(named)} trial(s) were made from has not changed."
        place = lab.place(keep_by)
        again = Again(place.folder, keeping=(place.database, keep_by) if keep_by else None)
        chunk = max(1, min(16, len(files) // PARTS_AIMED_AT))
        out, n_done = task.folder / "batch", 0
        outcomes = run_on_processes(files, again, out, n_beside(), chunk=chunk)
        try:
            for outcome in outcomes:
                n_done += len(outcome.part.trials)
                task.go_on(n_done, len(files))
        finally:
            outcomes.close()
        _, failures = gather(parts_of(files, out, chunk), out, place.folder)
        for each in failures:
            task.failed(Path(each["trial"]).parent.parent.name, each["error"])
        for name in ("findings.csv", "failures.csv"):
            (out / name).replace(task.folder / name)
        text = Differences.of(task.folder / "findings.csv").text
        left = (
            f" {len(named) - len(files)} other(s) were made from the same as today." if len(named) > len(files) else ""
        )
        stays = "What differs stays as earlier values." if keep_by else "What is kept stays as it is."
        return f"{text} The table says which. {stays}{left}"

    return work


def exporting(lab: LabTrials, workers: Workers, asked: Asked, kind: str) -> Work:
    """Export trials, de-identified.

    Parameters
    ----------
    lab : LabTrials
        Which.
    workers : Workers
        Those of the pages; all but one of them, so that pages do not wait for the whole export.
    asked : Asked
        Which trials.
    kind : str
        One of `EXPORTS`.

    Returns
    -------
    callable
        For `Jobs.begin`.

    Raises
    ------
    KeyError
        When there is no such kind.
    """
    if kind not in EXPORTS:
        raise KeyError(f"There is no export {kind!r}; known: {', '.join(EXPORTS)}.")

    def work(task: Task) -> str:
        files = _files(task, lab, asked, MOST_EXPORTED)
        found: list[Exported] = []
        with TemporaryDirectory(prefix="footload-export-") as room:
            asked_for = [(file, Path(room) / f"{number}.jsonl") for number, file in enumerate(files)]
            for number, (file, kept_in, future) in enumerate(_ahead(workers, asked_for)):
                task.go_on(number, len(files))
                try:
                    found.append(_result(workers, file, kept_in, future))
                except (FootloadError, OSError, ValueError) as error:  # the other trials are exported
                    task.failed(file.parent.parent.name, str(error))
            task.go_on(len(files), len(files))
            return _written(task, workers, found, kind)

    return work


def _result(workers: Workers, file: Path, kept_in: Path, future: Future[Exported]) -> Exported:
    """Of a trial whose process was taken along by another one, by a new process."""
    try:
        return future.result()
    except BrokenExecutor:
        return workers.call(exported, file, kept_in)


def _ahead(workers: Workers, asked_for: Sequence[tuple[Path, Path]]) -> Iterator[tuple[Path, Path, Future[Exported]]]:
    """Analyses in the order of the files, a few of them begun before they are asked for."""
    begun: deque[tuple[Path, Path, Future[Exported]]] = deque()
    for file, kept_in in asked_for:
        begun.append((file, kept_in, workers.submit(exported, file, kept_in)))
        if len(begun) >= max(1, workers.n_processes - 1):
            yield begun.popleft()
    yield from begun


def _written(task: Task, workers: Workers, found: list[Exported], kind: str) -> str:
    """By a process; when the job is canceled its rows go, and it ends at the next trial."""
    future = workers.submit(written, found, task.folder, kind)
    try:
        while wait((future,), timeout=LOOK_EVERY_S).not_done:
            task.go_on(len(found), len(found))
        return future.result()
    except BrokenExecutor:
        return workers.call(written, found, task.folder, kind)


def _files(task: Task, lab: LabTrials, asked: Asked, most: int) -> list[Path]:
    files: list[Path] = []
    names = list(lab.ids(asked, most + 1))
    if len(names) > most:
        raise ValueError(f"More than {most} trials are asked for at once; narrow the filters and take them in turns.")
    if not names:
        raise ValueError("There is no trial to do; change the filters.")
    for name in names:
        if not len(files) % 500:
            task.go_on(0, 0)
        try:
            files.append(lab.path(name))
        except KeyError as error:
            task.failed(name, str(error.args[0]))
    return files


def n_beside() -> int:
    """How many processes a job may have: one processor stays for the pages and the device.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, (os.cpu_count() or 2) - 1)


def in_short(text: str) -> str:
    """A reader's sentence without the list of all that it would have known.

    Parameters
    ----------
    text : str
        Of an error.

    Returns
    -------
    str
        With what to do instead.
    """
    sentence, found, _ = text.partition(" Known kinds:")
    if not found:
        return text
    return f"{sentence} Export it again from the maker's own program in a format of the list in the help."
