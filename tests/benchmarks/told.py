"""Where benchmarks that time things themselves leave their rows, for the one table of `make bench`."""

from __future__ import annotations

import json
import os
from pathlib import Path


def tell(what: str, took: str, promised: str = "", beside: str = "", ratio: str = "") -> None:
    """Add a row to the file that `make bench` named; nothing where none was named."""
    if kept := os.environ.get("FOOTLOAD_BENCH_ROWS"):
        with Path(kept).open("a", encoding="utf-8") as file:
            row = {"what": what, "took": took, "promised": promised, "beside": beside, "ratio": ratio}
            file.write(json.dumps(row) + "\n")
