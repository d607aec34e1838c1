"""Backups give a laboratory back, and nothing but that."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from footload import whole_files
from footload.lab import archive
from footload.lab.archive import backup, restore
from footload.lab.checking import check, rebuild
from footload.lab.documents import LaboratoryError
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts

FACTS = TrialFacts("P001", "2026-11-22", "barefoot")


class Killed(BaseException):
    """The process is gone: nothing after this line happens."""


def test_a_backup_gives_the_laboratory_back(lab, step, tmp_path) -> None:
    lab.add_trial(step, FACTS)
    zipped = tmp_path / "lab.zip"
    assert backup(lab, zipped) == len(zipfile.ZipFile(zipped).namelist()) - 1
    with pytest.raises(LaboratoryError, match="replaces nothing"):
        backup(lab, zipped)
    with restore(zipped, tmp_path / "again") as other:
        assert other.trials() == lab.trials()
        *others, restored = other.rows("audit")
        *same, backed_up = lab.rows("audit")
        assert others == same
        assert [(row["action"], row["kind"], row["subject"]) for row in (backed_up, restored)] == [
            ("backed up", "laboratory", "lab.zip"),
            ("restored", "laboratory", "lab.zip"),
        ]
        assert check(other) == []
    with pytest.raises(LaboratoryError, match="not empty"):
        restore(zipped, tmp_path / "again")


@pytest.mark.parametrize("after", [0, 1, 6, 9])
def test_a_restore_that_was_interrupted_is_done_again_by_the_same_command(tmp_path, step, monkeypatch, after) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.add_trial(step, FACTS)
        n_files = backup(lab, tmp_path / "lab.zip")
        lab.put("participants", "P002")
        backup(lab, tmp_path / "later.zip")
    target, count = tmp_path / "again", 0

    def dying(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count > after:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f".{path.name}.half.unfinished").write_bytes(content[:5])
            raise Killed
        whole_files.write_file(path, content)

    assert n_files >= 8
    with monkeypatch.context() as patch:
        patch.setattr(archive, "write_file", dying)
        with pytest.raises(Killed):
            restore(tmp_path / "lab.zip", target)
    if after:
        with pytest.raises(LaboratoryError, match="not empty"):  # a mixture of two would be neither
            restore(tmp_path / "later.zip", target)
    with restore(tmp_path / "lab.zip", target) as again:
        assert check(again) == []
        assert len(again.trials()) == 1
        assert [path.name for path in target.rglob(".*") if path.is_file()] == []
    with pytest.raises(LaboratoryError, match="not empty"):
        restore(tmp_path / "lab.zip", target)


def test_a_backup_holds_no_other_backup_and_what_else_lies_in_the_folder(tmp_path) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.put("participants", "P001")
        first = backup(lab, lab.folder / "first.zip")
        with zipfile.ZipFile(lab.folder / "protocols.zip", "w") as other:
            other.writestr("a.txt", "no backup")
        assert backup(lab, lab.folder / "second.zip") == first + 2  # the entry about the first, and protocols.zip
        assert "protocols.zip" in zipfile.ZipFile(lab.folder / "second.zip").namelist()


def test_a_backup_is_not_restored_over_another_laboratory_in_the_database(tmp_path, new_database) -> None:
    with Laboratory.create(tmp_path / "lab", new_database("lab")) as lab:
        lab.put("participants", "P001")
        backup(lab, tmp_path / "lab.zip")
        with pytest.raises(LaboratoryError, match="holds another laboratory"):
            restore(tmp_path / "lab.zip", tmp_path / "again", lab.engine.url.render_as_string(hide_password=False))
    assert not (tmp_path / "again").exists()


def test_a_damaged_or_foreign_backup_is_refused_and_writes_nothing(tmp_path) -> None:
    zipped = tmp_path / "lab.zip"
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.put("participants", "P001", note="x" * 2000)
        backup(lab, zipped)
    whole = zipped.read_bytes()
    target = tmp_path / "target"
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        zipped.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            restore(zipped, target).close()
        except LaboratoryError:
            assert not target.exists()
        else:  # the byte did not matter, such as a date of the zip
            with Laboratory(target) as lab:
                assert check(lab) == []
                assert lab.rows("participants")[0]["note"] == "x" * 2000
            shutil.rmtree(target)
    with zipfile.ZipFile(zipped, "w") as made:
        made.writestr("laboratory.json", "{}")
        made.writestr("../outside.txt", "x")
        made.writestr("contents.json", json.dumps({"laboratory.json": sha("{}"), "../outside.txt": sha("x")}))
    with pytest.raises(LaboratoryError, match="outside of the folder"):
        restore(zipped, target)
    zipped.write_bytes(b"PK nothing")
    with pytest.raises(LaboratoryError, match="not a readable backup"):
        restore(zipped, target)
    assert not target.exists()


def sha(text: str) -> str:
    """Fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_document_that_was_damaged_before_the_backup_costs_the_database_only(tmp_path, step) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.add_trial(step, FACTS)
        broken = lab.folder / "conditions" / "barefoot.json"
        whole = broken.read_bytes()
        broken.write_bytes(b"{")
        backup(lab, tmp_path / "lab.zip")
    with pytest.raises(LaboratoryError, match="is restored, but a document in it is damaged"):
        restore(tmp_path / "lab.zip", tmp_path / "again")
    with Laboratory(tmp_path / "again") as again:
        assert ("damaged", "conditions/barefoot") in {(fault.what, fault.subject) for fault in check(again)}
        (again.folder / "conditions" / "barefoot.json").write_bytes(whole)
        rebuild(again)
        assert check(again) == []


def test_a_rebuild_without_a_document_that_others_refer_to_is_one_sentence(lab, step) -> None:
    lab.add_trial(step, FACTS)
    (lab.folder / "conditions" / "barefoot.json").unlink()
    with pytest.raises(LaboratoryError, match="refers to one that is not there"):
        rebuild(lab)
    assert len(lab.trials()) == 1


def test_whoever_waits_for_a_laboratory_is_shown_how_far_it_is(tmp_path, step) -> None:
    seen: dict[str, int] = {}

    def tracked(name: str):
        def through(items):
            for item in items:
                seen[name] = seen.get(name, 0) + 1
                yield item

        return through

    with Laboratory.create(tmp_path / "lab") as lab:
        lab.add_trial(step, TrialFacts("P001", "2026-11-22"))
        assert check(lab, tracked("check")) == []
        assert rebuild(lab, tracked("rebuild"))["trials"] == 1
        n_files = backup(lab, tmp_path / "lab.zip", tracked("backup"))
    restore(tmp_path / "lab.zip", tmp_path / "again", tracked=tracked("restore")).close()
    assert seen == {
        "check": 1,
        "rebuild": 1,
        "backup": n_files,
        "restore": n_files - 1,
    }  # without the mark
