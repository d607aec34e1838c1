"""The command line and the dashboard compute on one thread unless the user says otherwise, from before numpy on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from footload.processor_threads import BLAS_THREADS, compute_on_one_thread

REPOSITORY = Path(__file__).resolve().parents[2]
WATCHED = """
import os, sys
class Watch:
    def find_spec(self, name, *_):
        if name == "numpy":
            sys.stderr.write("numpy finds " + ",".join(os.environ.get(each, "-") for each in {names}) + "\\n")
sys.meta_path.insert(0, Watch())
{run}
"""
RUNS = {
    "command": "import sys; sys.argv = ['footload', 'analyze', 'sample_data/synthetic_step.lst']\n"
    "from footload.cli import main; main()",
    "dashboard": "import dashboard.server",
}


def found_by_numpy(run: str, **environment: str) -> set[str]:
    """What the environment says when numpy is imported."""
    clean = {name: value for name, value in os.environ.items() if name not in BLAS_THREADS}
    script = WATCHED.format(names=BLAS_THREADS, run=run)
    command = [sys.executable, "-W", "ignore", "-c", script]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={**clean, **environment}, capture_output=True, text=True, check=True
    )
    return {line.split()[-1] for line in done.stderr.splitlines() if line.startswith("numpy finds")}


@pytest.mark.parametrize("run", RUNS)
def test_numpy_finds_one_thread_when_it_is_imported(run: str) -> None:
    assert found_by_numpy(RUNS[run]) == {"1,1,1"}


def test_what_the_user_has_set_stays_and_nothing_is_set_beside_it() -> None:
    assert found_by_numpy(RUNS["command"], OMP_NUM_THREADS="2") == {"-,2,-"}


def test_an_empty_setting_is_none(monkeypatch) -> None:
    for name in BLAS_THREADS:
        monkeypatch.setenv(name, "")
    compute_on_one_thread()
    assert [os.environ[name] for name in BLAS_THREADS] == ["1", "1", "1"]
