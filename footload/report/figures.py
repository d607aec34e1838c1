"""Figures in files: every drawing of some trials in a folder, with what is said of each beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from footload.export.tables import whole_folder
from footload.report.drawing import Drawing

INDEX: Final = "figures.json"


def write_figures(drawn: Iterable[tuple[str, str, Drawing]], folder: Path, kind: str) -> list[dict[str, str]]:
    """Write drawings into a folder.

    Parameters
    ----------
    drawn : iterable of (stem, name, Drawing)
        Whose it is, such as ``sub-001_ses-01_run-001``, and what it shows.
    folder : path
        New or empty.
    kind : str
        One of `footload.report.drawing.KINDS`.

    Returns
    -------
    list of dict
        Of each ``file``, ``figure``, ``words`` (for who cannot see it) and ``caption``; the same stands in
        ``figures.json``.

    Raises
    ------
    RecordingError
        When there is something in the folder.
    """
    told: list[dict[str, str]] = []
    with whole_folder(folder) as unfinished:
        for stem, name, drawing in drawn:
            file = re.sub(r"[^\w.-]+", "_", f"{stem}_{name}") + f".{kind}"
            (unfinished / file).write_bytes(drawing.encoded(kind))
            told.append({"file": file, "figure": name, "words": drawing.words, "caption": drawing.caption})
        (unfinished / INDEX).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return told


def write_figure(drawing: Drawing, path: Path) -> None:
    """Write one drawing; the file appears whole or not at all.

    Parameters
    ----------
    drawing : Drawing
        What is drawn.
    path : path
        Its ending says as what: .svg, .pdf or .png.

    Raises
    ------
    ValueError
        When the ending is another one.
    """
    content = drawing.encoded(path.suffix.lower().removeprefix("."))
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
