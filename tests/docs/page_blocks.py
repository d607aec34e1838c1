"""The fenced blocks of the pages: found, and run in a folder of their own, or left with the reason why not."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "sample_data"

MADE_FROM_CODE = ("docs/commands.md",)
"""Its blocks are the commands' own usage lines, compared with the commands by `--check`."""

RUN_ELSEWHERE = {"CONTRIBUTING.md": "tests/house/test_written_examples.py runs each recipe in a process of its own"}

PLACEHOLDERS = {"DATA": "data", "TABLES": "tables"}

NOT_RUN = {
    "make": "installs packages or opens a browser; each target is what CI runs",
    "git clone": "needs the network",
    "cd": "the folder of the project is there already",
    "pip install": "needs the network",
    "python3 -m venv": "makes an environment; the packaging test makes one",
    ".venv/bin/": "makes or uses an environment of its own",
    "py -m": "Windows",
    ".venv\\": "Windows",
    "psql": "needs a PostgreSQL server; tests/lab runs against one",
    "sbatch": "needs a cluster",
    "kubectl": "needs a cluster",
    "dask": "needs workers that stay; tests/batch starts some",
    "footload record": "needs a device at a port; tests/cli records from simulated ones",
    "footload users": "asks for a password; tests/cli/test_users_command.py runs these commands",
    "footload serve": "does not end by itself; tests/dashboard asks the same pages",
    "footload emulate": "does not end by itself; tests/cli starts it",
    "footload replay": "takes as long as the recording did",
    "footload health": "needs recordings of one's own mat; tests/cli/test_calibrating.py runs these lines",
    "footload calibrate": "needs recordings of one's own mat; tests/cli/test_calibrating.py runs these lines",
    "footload export tables LAB": "needs a laboratory with people in it; tests/export makes one",
    "footload export figures LAB": "needs a laboratory with people in it; tests/export makes one",
    "footload export fhir LAB": "needs a laboratory with people in it; tests/export makes one",
    "footload export bids LAB": "needs a laboratory with people in it; tests/export makes one",
    "footload norms build": "needs five healthy people at least; tests/cli/test_comparing_command.py has them",
    "footload reliability repeated.csv": "needs repeated sessions; tests/cli/test_comparing_command.py has them",
    "footload batch LAB": "needs a laboratory with people in it; tests/lab makes one",
    "footload sync": "needs a recording of several devices; tests/devices makes one",
}
"""Beginnings of lines that are shown and not run; the commands' names and options are checked all the same."""

NOT_RUN_ANYWHERE = ("--scheduler", "/shared/", "postgresql", "$SLURM", "my_mat.toml", "nurse.toml")
"""Words of lines that need other machines, or files that another page's test makes."""

GIVEN = {
    "walk.mcap": "demo_walk.mcap",
    "squat.mcap": "demo_squat.mcap",
    "barefoot.mcap": "study/barefoot_squat_mat.mcap",
    "wedge.mcap": "study/wedge_squat_mat.mcap",
    "plates.h5": "study/barefoot_squat_plates.h5",
}
"""Names that pages use for somebody's own files, and the simulated trial that stands in for each."""

_FENCE = re.compile(r"^```(\w*)[ ]?([\w./-]*)\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file that it is, and where it begins."""

    page: str
    line: int
    language: str
    file: str
    body: str

    @property
    def is_console(self) -> bool:
        first = self.body.lstrip().split(" ")[0]
        return self.language in {"sh", "console", "bash"} or (not self.language and first in {"footload", "$"})

    def commands(self) -> list[tuple[str, list[str]]]:
        """Every command and the lines that are shown below it."""
        text = self.body.replace("\\\n", " ")
        prompted = any(line.startswith("$ ") for line in text.splitlines())
        found: list[tuple[str, list[str]]] = []
        for line in text.splitlines():
            if prompted and not line.startswith("$ "):
                found[-1][1].append(line)
            elif line.strip() and not line.startswith("#"):
                found.append((re.sub(r"\s+# .*$", "", line.removeprefix("$ ")).strip(), []))
        return found


def pages() -> list[str]:
    """Readme, contributing guide and everything in docs."""
    written = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
    return [page.relative_to(REPOSITORY).as_posix() for page in written]


def blocks_of(page: str) -> list[Block]:
    """All blocks of a page, in their order."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[1], found[2], found[3])
        for found in _FENCE.finditer(text)
    ]


def why_not_run(command: str) -> str:
    """The reason why a line is shown only; empty where it is run."""
    begins = [reason for start, reason in NOT_RUN.items() if command.startswith(start)]
    inside = ["needs other machines, or another page's files" for word in NOT_RUN_ANYWHERE if word in command]
    return (begins + inside + [""])[0]


def prepare(folder: Path, page: str) -> None:
    """What a reader has: the simulated trials, and files under the names that the page uses."""
    from footload.readers.hdf5_writing import write_hdf5
    from footload.readers.registry import read

    (folder / "sample_data").symlink_to(SAMPLES, target_is_directory=True)
    (folder / "data").mkdir()
    for name in ("demo_walk.mcap", "demo_squat.mcap"):
        shutil.copy(SAMPLES / name, folder / "data" / name)
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    for name, source in GIVEN.items():
        if name in text:
            shutil.copy(SAMPLES / source, folder / name)
    if "squat.h5" in text and "convert squat.mcap squat.h5" not in text:
        write_hdf5(read(SAMPLES / "demo_squat.mcap"), folder / "squat.h5")


class PageRun:
    """Runs the blocks of one page, one after the other, as a reader would."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed = ""
        self.ran: list[str] = []
        self.left: list[tuple[str, str]] = []

    def block(self, block: Block) -> None:
        """Run one; text below it has to be what was printed."""
        if block.file:
            Path(block.file).write_text(block.body, encoding="utf-8")
        if block.language == "python":
            self.printed = self._python(block)
            self.ran.append(f"{block.page}:{block.line}")
        elif block.is_console:
            self._console(block)
        elif block.language == "text":
            self._compare(block.body.splitlines(), f"{block.page}:{block.line}")

    def _python(self, block: Block) -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile("\n" * block.line + block.body, block.page, "exec"), self.names)
        return said.getvalue()

    def _console(self, block: Block) -> None:
        whole = ""
        for command, shown in block.commands():
            reason = why_not_run(command)
            if reason:
                self.left.append((command, reason))
                continue
            self.printed = said(command)
            whole += self.printed
            self.ran.append(command)
            self._compare(shown, command)
        self.printed = whole or self.printed

    def _compare(self, lines: list[str], where: str) -> None:
        squeezed = " ".join(self.printed.split())
        for part in re.split(r"^\s*\.\.\.\s*$", "\n".join(lines), flags=re.MULTILINE):
            wanted = " ".join(part.split())
            assert wanted in squeezed, f"{where} shows\n{part}\nbut what was said is\n{self.printed}"


def said(command: str) -> str:
    """What a command prints; it has to end well."""
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(command)]
    if words[0] == "footload" and not set("|<>;$") & set(command):
        return _said_by_footload(words[1:])
    start = f'footload() {{ {shlex.quote(sys.executable)} -c "from footload.cli import main; main()" "$@"; }}\n'
    done = subprocess.run(["bash", "-ec", start + command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def _said_by_footload(words: list[str]) -> str:
    from typer.testing import CliRunner

    from footload.cli.application import application

    result = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1"}).invoke(application, words)
    assert result.exit_code == 0, f"footload {shlex.join(words)}: {result.output} {result.exception!r}"
    return result.stdout
