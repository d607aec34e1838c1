"""The recipes of the contributing guide work, and links lead somewhere; every other block is run by `tests/docs`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted(page for places in ("*.md", "docs/*.md", "sample_data/*.md") for page in REPOSITORY.glob(places))


def blocks(page: str, language: str) -> list[str]:
    """Every fenced block of one language in a page."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def run(script: str) -> str:
    """Run a script in a fresh interpreter, in the project's folder."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_metric_of_the_contributing_guide_is_found_and_right() -> None:
    script = blocks("CONTRIBUTING.md", "python")[0]
    check = """
from footload.metrics.registry import metrics
from footload.recordings import PressureRecording, SensorLayout
layout = SensorLayout.rectangle(1, 1, 10.0)
recording = PressureRecording([0.0, 0.1, 0.2, 0.3], [[1.0], [5.0], [9.0], [2.0]], layout)
contact = FootContact(recording, 0, 4, np.ones(1, bool))
print(metrics()["time_to_peak_force"].function(contact))
"""
    assert float(run(script + check)) == pytest.approx(0.2)


def test_the_profile_of_the_contributing_guide_decodes_its_own_vector() -> None:
    from devices.profile import parse_profile
    from footload.cli.device import decoded_vectors

    assert decoded_vectors(parse_profile(blocks("CONTRIBUTING.md", "toml")[0])) == 1


def test_the_reader_of_the_contributing_guide_reads_and_refuses(tmp_path: Path) -> None:
    script = blocks("CONTRIBUTING.md", "python")[1]
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("# plain mat: rows=1 cols=2 pitch_mm=10 rate_hz=50\n1,2\n3,4\n", encoding="utf-8")
    bad.write_text("# plain mat: rows=1 cols=2 pitch_mm=10 rate_hz=50\n1,2\n3\n", encoding="utf-8")
    check = f"""
good, bad = Path({str(good)!r}), Path({str(bad)!r})
assert reader.recognises(good.read_bytes(), good)
print(load(good).pressure.pressure_kpa.tolist())
try:
    load(bad)
except UnreadableTrialError as error:
    print(error)
"""
    assert run(script + check).splitlines() == [
        "[[1.0, 2.0], [3.0, 4.0]]",
        "bad.txt: line 3 has 1 values, but 2 are needed.",
    ]


@pytest.mark.parametrize("page", [str(p.relative_to(REPOSITORY)) for p in PAGES])
def test_every_link_inside_the_project_leads_somewhere(page: str) -> None:
    file = REPOSITORY / page
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (file.parent / target).exists()] == []
