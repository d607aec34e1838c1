"""Several processes write at once, and some are killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from footload.lab.checking import check

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

from lab_acts import ONCE, REPEATED, Place, kept_of, prepare_acts

FAULTS = Path(__file__).resolve().parents[1] / "faults"
WRITER = Path(__file__).with_name("lab_writer.py")


def test_two_workstations_writing_at_once_lose_nothing_of_any_kind(lab, database) -> None:
    n = 3
    prepare_acts(lab)
    before = len(lab.rows("audit"))
    command = [sys.executable, str(WRITER), str(lab.folder)]
    url = [database] if database else []
    names = ("anna", "berta")
    writers = [subprocess.Popen([*command, name, str(n), *url], stdout=subprocess.PIPE, text=True) for name in names]
    for writer in writers:
        out, _ = writer.communicate(timeout=300)
        assert writer.returncode == 0
        assert out.split() == [str(number) for number in range(n)]
    assert check(lab) == []
    whole = {*range(n)}
    told = {"rebuild", "backup", "participant changed", "trial amended", "trial analyzed again"}  # by the audit
    acts = {*REPEATED} - told
    place = Place(lab.folder, None, lab.folder)
    assert {(act, name): kept_of(place, lab, act, name) for act in acts for name in names} == {
        (act, name): whole for act in acts for name in names
    }
    entries = lab.rows("audit")[before:]
    done = Counter((row["action"], row["kind"], row["by"]) for row in entries)
    for name in names:
        assert done["changed", "participants", name] == done["changed", "trials", name] == n
        assert done["analyzed", "trials", name] == n
        assert done["rebuilt", "laboratory", name] == done["backed up", "laboratory", name] == n
    assert sum(done["added", "trials", name] for name in names) == 3 * n  # their own, and what both have
    assert sum(row["participant_id"] == "both" for row in lab.rows("trials")) == n  # the same files from both


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")
def test_whatever_kind_of_write_is_killed_nothing_is_lost(database) -> None:
    command = [sys.executable, str(FAULTS / "lab_kills.py"), "--kills", "1", *([database] if database else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(REPEATED) + len(ONCE)} kills" in done.stdout.splitlines()[-1]
