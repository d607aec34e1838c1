"""The one table of `make bench` holds what every benchmark left, and names no machine and no place."""

from __future__ import annotations

import json
import runpy
import socket
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def test_rows_of_both_kinds_and_what_was_missed_stand_in_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTLOAD_BENCH_ROWS", str(tmp_path / "rows.jsonl"))
    runpy.run_path(str(BENCHMARKS / "told.py"))["tell"]("a reading", "2.0 ms", "<= 3 ms", "peer 1.0: 8.0 ms", "4.0")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    times = {"benchmarks": [{"name": "test_a_step", "stats": {"min": 0.0125}, "extra_info": {"MB/s": 7}}]}
    (tmp_path / "times.json").write_text(json.dumps(times), encoding="utf-8")
    log = "ok\nFAILED tests/benchmarks/test_x.py::test_y[a, b (c)] - assert 1 < 0\n"
    (tmp_path / "log.txt").write_text(log, encoding="utf-8")
    page = runpy.run_path(str(BENCHMARKS / "table.py"))["page"](tmp_path)
    assert "| a reading | 2.0 ms | <= 3 ms | peer 1.0: 8.0 ms | 4.0 |" in page
    assert "| a step | 12.5 ms |  | MB/s: 7 |  |" in page
    assert "**Not held in this run:** `test_y[a, b (c)]`." in page
    assert socket.gethostname() not in page
    assert str(BENCHMARKS.parents[1]) not in page


def test_the_points_of_a_curve_are_drawn_and_the_page_shows_the_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTLOAD_BENCH_ROWS", str(tmp_path / "rows.jsonl"))
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    tell_point = runpy.run_path(str(BENCHMARKS / "told.py"))["tell_point"]
    for curve, at, value in (("trials", 1000, 21.0), ("trials", 10, 300.0), ("viewers", 30, 12.5)):
        tell_point(curve, at, value)
    known = runpy.run_path(str(BENCHMARKS / "table.py"))
    points = known["points_in"](tmp_path)
    assert points == {"trials": [(10, 300.0), (1000, 21.0)], "viewers": [(30, 12.5)]}
    drawing = known["curves"](points)
    assert "300 for 10 trials, 21 for 1,000" in drawing.words
    assert drawing.encoded("svg").startswith(b"<?xml")
    assert f"![{drawing.words}](images/scaling.svg)" in known["page"](tmp_path, drawing)
    assert "scaling.svg" not in known["page"](tmp_path)


@pytest.mark.parametrize(("seconds", "words"), [(2.5, "2.50 s"), (0.0125, "12.5 ms"), (0.000347, "347 µs")])
def test_a_duration_is_told_in_the_unit_that_suits_it(
    seconds: float, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    assert runpy.run_path(str(BENCHMARKS / "table.py"))["shown_s"](seconds) == words
