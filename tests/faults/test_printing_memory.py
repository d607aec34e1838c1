"""A server prints all day: what the typesetter keeps of each report has to go."""

from __future__ import annotations

import subprocess
import sys

import pytest

PRINT_MANY = """
import re
from pathlib import Path
from footload.report import Clinic, Report, Section, Text, forget_printings, pdf_of

def own_mb():
    told = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Private_(?:Clean|Dirty):\\s+(\\d+)", told, re.MULTILINE)) / 1024

def printed(number):
    words = tuple(Text(f"paragraph {number} {each} " + "of some length " * 30) for each in range(120))
    made = "2026-11-22T10:30:00+00:00"
    report = Report("Many", Clinic(), "P1", made, "0", "No.", (), (Section("summary", "Short", words),))
    assert pdf_of(report).startswith(b"%PDF")
    FORGET

sizes = []
for number in range(6):
    printed(number)
    sizes.append(own_mb())
print(sizes[-1] - sizes[1])
"""


def grown_mb(forget: str) -> float:
    asked = [sys.executable, "-c", PRINT_MANY.replace("FORGET", forget)]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_printing_many_reports_keeps_none_of_them() -> None:
    kept = grown_mb("pass")
    left = grown_mb("forget_printings()")
    assert kept > 8, "the typesetter keeps nothing by itself any more; forget_printings can go"
    assert left < kept / 3
