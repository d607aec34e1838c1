"""Where benchmarks that time things themselves leave their rows and points, for the one table of `make bench`."""

from __future__ import annotations

import json
import os
from pathlib import Path

POINTS = "points.jsonl"


def tell(what: str, took: str, promised: str = "", beside: str = "", ratio: str = "") -> None:
    """Add a row to the file that `make bench` named; nothing where none was named."""
    if kept := os.environ.get("FOOTLOAD_BENCH_ROWS"):
        row = {"what": what, "took": took, "promised": promised, "beside": beside, "ratio": ratio}
        _add(Path(kept), row)


def tell_point(curve: str, at: float, value: float) -> None:
    """Add a point of a curve of scaling beside the rows: of how many, and what it took in the curve's unit."""
    if kept := os.environ.get("FOOTLOAD_BENCH_ROWS"):
        _add(Path(kept).with_name(POINTS), {"curve": curve, "at": at, "value": value})


def _add(path: Path, what: dict[str, object]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")
