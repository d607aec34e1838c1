"""The one table of `make bench`: `python tests/benchmarks/table.py FOLDER` prints it and writes docs/benchmarks.md.

FOLDER holds what the benchmarks left: `times.json` of pytest-benchmark and `rows.jsonl` of those that time things
themselves, and `log.txt`, what pytest said.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from curves import curves, points_in

from footload.cli.documentation import table
from footload.report.drawing import Drawing
from footload.report.figures import write_figure

REPOSITORY = Path(__file__).resolve().parents[2]
FIGURE = "images/scaling.svg"
HEAD = ("what", "footload", "promised", "beside", "times")

WORDS = """# Benchmarks

<!-- Made by `make bench`; changes here are lost. -->

The quickest of several runs, so that other work on the machine counts as little as possible. *times* is what the peer
takes, or the plain way, in units of what footload takes; above 1 footload is quicker. Beside *reading the same memory
once* it is the share of the time that reading alone would take. A peer that does not install says so.

"""


def machine() -> str:
    """Processor, cores, memory and versions; no names and no places."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.is_file() else []
    cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas"))
    return (
        f"{cpu}, {os.cpu_count()} cores, {gigabytes:.0f} GB; {platform.system()}, "
        f"Python {platform.python_version()}, {packages}. Load of the machine over the last quarter of an hour, "
        f"this run included: {os.getloadavg()[2]:.1f}."
    )


def peers() -> str:
    """Which of the peers are here, with their versions."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        wanted = [name.split(">")[0].strip() for name in tomllib.load(file)["dependency-groups"]["bench"]]
    told: list[str] = []
    for name in wanted:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} (not installed here)")
    return f"Peers: {', '.join(told)}."


def shown_s(seconds: float) -> str:
    """A duration in the unit that suits it."""
    return (
        f"{seconds:.2f} s"
        if seconds >= 1
        else f"{1e3 * seconds:.3g} ms"
        if seconds >= 1e-3
        else f"{1e6 * seconds:.3g} µs"
    )


def own_rows(folder: Path) -> list[dict[str, str]]:
    kept = folder / "rows.jsonl"
    return [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()] if kept.is_file() else []


def benchmark_rows(folder: Path) -> list[dict[str, str]]:
    """A row for each benchmark that told none itself; what it found out beside its time stands in `beside`."""
    kept = folder / "times.json"
    if not kept.is_file() or not (text := kept.read_text(encoding="utf-8")):
        return []
    found: list[dict[str, Any]] = json.loads(text)["benchmarks"]
    return [
        {
            "what": one["name"].removeprefix("test_").replace("_", " "),
            "took": shown_s(one["stats"]["min"]),
            "promised": "",
            "beside": "; ".join(f"{name}: {value}" for name, value in one["extra_info"].items()),
            "ratio": "",
        }
        for one in found
        if not one["extra_info"].get("told")
    ]


def missed(folder: Path) -> str:
    """The benchmarks that did not hold what was promised, by name."""
    log = folder / "log.txt"
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    names = [found[1] for line in lines if (found := re.match(r"FAILED \S+?::(.+?)(?: - .*)?$", line))]
    if not names:
        return "In this run every promise was held."
    told = ", ".join(f"`{name}`" for name in names)
    return f"**Not held in this run:** {told}. A busy machine does that, or a slower program."


def figure(drawing: Drawing | None) -> str:
    """The curves of scaling, where they were measured."""
    return f"![{drawing.words}]({FIGURE})\n\n{drawing.caption}\n\n" if drawing else ""


def page(folder: Path, drawing: Drawing | None = None) -> str:
    rows = [*own_rows(folder), *benchmark_rows(folder)]
    cells = [(row["what"], row["took"], row["promised"], row["beside"], row["ratio"]) for row in rows]
    return f"{WORDS}{machine()}\n\n{peers()}\n\n{missed(folder)}\n\n{figure(drawing)}{table(HEAD, cells)}"


def main() -> None:
    folder = Path(sys.argv[1])
    points = points_in(folder)
    drawing = curves(points) if points else None
    text = page(folder, drawing)
    if drawing:
        write_figure(drawing, REPOSITORY / "docs" / FIGURE)
    (REPOSITORY / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
