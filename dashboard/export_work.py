"""What processes do for an export: analyze each trial, then write what all of them gave."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.working import compared
from footload.parameters import DEFAULTS

if TYPE_CHECKING:
    from footload.export.exported import Exported


def exported(file: Path, kept_in: Path) -> Exported:
    """Analyze a kept trial for an export; its recordings stay where they are, its findings wait on the disk.

    Parameters
    ----------
    file : Path
        Of `kept_file`.
    kept_in : Path
        A new file for the findings.

    Returns
    -------
    Exported
        Under the names of the house.

    Raises
    ------
    FootloadError
        When it cannot be read or analyzed; the message says why.
    """
    from footload.analysis import analyze_as_drawn
    from footload.export.exported import exported_of
    from footload.lab.documents import TRIAL_DOCUMENT, read_document
    from footload.lab.kept_trials import read_kept

    date = read_document(file.parent.parent / TRIAL_DOCUMENT)[0]["date"]
    kept_in.unlink(missing_ok=True)  # of a process that ended in the middle
    analysis = compared(analyze_as_drawn(file, read_kept(file), DEFAULTS), file.parent.parent.parent.parent)
    return exported_of(analysis, date, kept_in=kept_in)


def written(found: list[Exported], folder: Path, kind: str) -> str:
    """Write an export, de-identified.

    Parameters
    ----------
    found : list of Exported
        As `exported` gives them.
    folder : Path
        What is written there can be downloaded.
    kind : str
        ``csv``, ``parquet`` or ``fhir``.

    Returns
    -------
    str
        What was written, as a sentence.

    Raises
    ------
    FileNotFoundError
        When the job was canceled: its folder and the rows are gone.
    """
    from footload.export.exported import coded
    from footload.export.fhir import write_fhir
    from footload.export.tables import write_tables

    if not folder.is_dir():
        raise FileNotFoundError("The job was canceled before its export was written.")
    trials = coded(found)
    if kind == "fhir":
        n_observations = write_fhir(trials, folder / "footload_fhir.json")
        return f"{n_observations} Observations of {len(trials)} trial(s), under new codes."
    tables = write_tables(trials, folder / "tables", parquet=kind == "parquet")
    with zipfile.ZipFile(folder / "footload_tables.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in tables:
            archive.write(path, path.name)
            path.unlink()
    n_rows = sum(len(each.findings) for each in trials)
    return f"{n_rows} values of {len(trials)} trial(s), under new codes."
