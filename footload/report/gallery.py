"""The gallery of figures, drawn from the simulated trials: `python -m footload.report.gallery`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from footload.analysis import analyze
from footload.compare.comparing import compare_conditions
from footload.compare.conditions import Recorded
from footload.readers.registry import read
from footload.report.comparison_pictures import differences
from footload.report.pictures import drawings_of

PROJECT: Final = Path(__file__).resolve().parents[2]

_DRAWN: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("walk_prints", "demo_walk.mcap", "footprints", "Two steps"),
    ("walk_forces", "demo_walk.mcap", "forces", "Their forces"),
    ("squat_prints", "study/barefoot_squat_mat.mcap", "footprints", "Five squats, both feet"),
    ("squat_forces", "study/barefoot_squat_mat.mcap", "forces", "Load on the feet in squats"),
    ("squat_phases", "study/barefoot_squat_mat.mcap", "phases", "Phases of squats"),
    ("squat_shifts_barefoot", "study/barefoot_squat_mat.mcap", "medial_shifts", "Medial shift, barefoot"),
    ("squat_shifts_wedge", "study/wedge_squat_mat.mcap", "medial_shifts", "The same on a medial wedge"),
    ("landing_prints", "study/barefoot_drop_landing_mat.mcap", "footprints", "A drop landing"),
    ("landing_forces", "study/barefoot_drop_landing_mat.mcap", "forces", "Its forces"),
    ("stance_sway", "study/barefoot_stance_plates.h5", "sway", "Quiet stance"),
)


def gallery() -> dict[str, str]:
    """Draw every figure and write the page that shows them.

    Returns
    -------
    dict
        Path inside `docs` and text; the same for the same trials, byte for byte with the pinned packages.
    """
    trials = dict.fromkeys(drawn[1] for drawn in _DRAWN)
    analyses = {name: analyze(read(PROJECT / "sample_data" / name)) for name in trials}
    drawings = {name: drawings_of(analysis) for name, analysis in analyses.items()}
    files: dict[str, str] = {}
    page = [
        "# Gallery",
        "",
        "<!-- Made from the code by `python -m footload.report.gallery`; changes here are lost. -->",
        "",
        "What `footload export figures` and a report draw, from the simulated trials of",
        "[sample_data](../sample_data/README.md).",
    ]
    for name, trial, which, title in _DRAWN:
        picture = drawings[trial][which].picture
        files[f"images/gallery/{name}.svg"] = picture.svg
        page += ["", f"## {title}", "", f"![{picture.words}](images/gallery/{name}.svg)", ""]
        page += [f"{picture.caption} From `sample_data/{trial}`."]
    barefoot, wedge = ([Recorded.of(analyses[f"study/{name}_squat_mat.mcap"])] for name in ("barefoot", "wedge"))
    picture = differences(compare_conditions(barefoot, wedge)).picture
    files["images/gallery/comparison.svg"] = picture.svg
    page += ["", "## Two conditions", "", f"![{picture.words}](images/gallery/comparison.svg)", ""]
    page += [f"{picture.caption} Squats barefoot (first) and on a medial wedge (second): `footload compare --figure`."]
    page += ["", "## Pages", ""]
    page += ["Those of a trial and of squats are in [clinicians.md](clinicians.md)."]
    return {"gallery.md": "\n".join(page) + "\n", **files}


def main() -> None:
    """Write the gallery into `docs`."""
    for name, text in gallery().items():
        file = PROJECT / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
