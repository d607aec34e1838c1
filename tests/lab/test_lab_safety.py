"""Crashes at every step, damage, and schemas that go forward."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from footload import whole_files
from footload.lab import indexing, laboratory, writing
from footload.lab.checking import check, rebuild
from footload.lab.database import open_engine, reading, scripts
from footload.lab.database import writing as transaction
from footload.lab.documents import LaboratoryError, document_path
from footload.lab.laboratory import Laboratory
from footload.lab.listing import trials_page
from footload.lab.tables import KINDS, findings, measured, metadata
from footload.lab.trial_folder import TrialFacts, fill_trial_folder

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

from lab_acts import old_database

FACTS = TrialFacts("P001", "2026-11-22", "barefoot")


class Killed(BaseException):
    """The process is gone: nothing after this line happens."""


def dies_at(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """Let the n-th step that touches the disk or the database be the last; the file it writes may be half there."""
    count = 0

    def counted(real):
        def call(*arguments, **options):
            nonlocal count
            count += 1
            if count >= n:
                raise Killed
            return real(*arguments, **options)

        return call

    for module, name in (
        (writing, "write_file"),
        (indexing, "put_rows"),
        (writing, "sync_folder"),
        (whole_files, "sync_folder"),
    ):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))


def state(lab: Laboratory) -> tuple[int, int, int, int]:
    listed = lab.trials()
    n_findings = len(lab.findings(listed[0]["id"])) if listed else 0
    return len(lab.rows("participants")), len(listed), len(lab.rows("audit")), n_findings


def analyzed_once(step: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Analyze one trial for real, and give copies of its folder from then on."""
    trial_id, document = fill_trial_folder(step, FACTS, kept)

    def copied(_file: Path, _facts: TrialFacts, folder: Path) -> tuple[str, dict[str, object]]:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        return trial_id, document

    monkeypatch.setattr(laboratory, "fill_trial_folder", copied)


def test_whatever_step_a_process_dies_at_all_of_a_trial_is_there_or_nothing(tmp_path, step, monkeypatch) -> None:
    (tmp_path / "kept").mkdir()
    analyzed_once(step, tmp_path / "kept", monkeypatch)
    n_findings, outcomes = 0, []
    for n in range(1, 200):
        folder = tmp_path / f"lab-{n}"
        with Laboratory.create(folder) as lab, monkeypatch.context() as patch:
            dies_at(patch, n)
            try:
                n_findings = lab.add_trial(step, FACTS).n_findings
            except Killed:
                pass
            else:
                break
        with Laboratory(folder) as lab:  # the next one who opens it
            assert check(lab) == [], n
            outcomes.append(state(lab))
            added = lab.add_trial(step, FACTS)
            assert added.is_new is (outcomes[-1] == (0, 0, 0, 0))
            assert check(lab) == []
    assert n > 20  # the loop ended because nothing was left to die at
    assert set(outcomes) == {(0, 0, 0, 0), (1, 1, 4, n_findings)}


def test_a_change_that_was_begun_is_finished_by_who_comes_next_and_undoes_nothing(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "lab"
    with Laboratory.create(folder) as lab, monkeypatch.context() as patch:
        lab.put("participants", "P001", note="first")
        patch.setattr(indexing, "put_rows", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            lab.put("participants", "P001", note="second")
    with Laboratory(folder) as lab:
        assert lab.n_recovered == 1
        assert lab.rows("participants")[0]["note"] == "second"
        assert len(lab.rows("audit")) == 2
        assert check(lab) == []


def test_an_old_intent_does_not_undo_a_later_change(tmp_path) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.put("participants", "P001", note="first")
        late = writing.intend(lab.folder, writing.Change({("participants", "P001"): {"note": "second"}}))
        kept = late.read_bytes()
        late.unlink()
        lab.put("participants", "P001", note="third")
        late.write_bytes(kept)
        assert [fault.what for fault in check(lab)] == ["unfinished"]
        lab.put("participants", "P002")  # every writer finishes what it finds
        assert {row["id"]: row["note"] for row in lab.rows("participants")} == {"P001": "third", "P002": None}


def test_rebuild_gives_the_same_rows(lab, step, squat) -> None:
    lab.add_trial(step, FACTS)
    lab.add_trial(squat, FACTS)
    lab.put("participants", "P001", sex="male")
    lab.append("assessments", participant_id="P001", content={"a": [1, None]})
    tables = [*KINDS.values(), findings, measured]

    def everything() -> dict[str, list[tuple[object, ...]]]:
        with reading(lab.engine) as connection:
            return {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=str) for t in tables}

    before = everything()
    with transaction(lab.engine) as connection:
        for table in reversed(tables):
            connection.execute(sa.delete(table))
    assert {fault.what for fault in check(lab)} == {"missing"}
    counts = rebuild(lab)
    after = everything()
    *others, last = after["audit"]
    assert {**after, "audit": others} == before
    assert last[2:5] == ("tester", "rebuilt", "laboratory")
    assert counts["trials"] == 2
    assert counts["findings"] == len(before["findings"]) > len(before["measured"]) > 40
    assert check(lab) == []


def test_a_lost_database_is_made_again(tmp_path, step) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.add_trial(step, FACTS)
        listed = lab.trials()
    for file in (tmp_path / "lab").glob("lab.db*"):
        file.unlink()
    with Laboratory(tmp_path / "lab") as lab:
        assert lab.trials() == listed
        assert check(lab) == []


def test_a_damaged_database_is_said_with_its_remedy_which_works(tmp_path, step) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.add_trial(step, FACTS)
        listed = lab.trials()
    file = tmp_path / "lab" / "lab.db"
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(LaboratoryError, match=r"Move lab\.db away: it is made again from the files"):
        Laboratory(tmp_path / "lab")
    for left in (tmp_path / "lab").glob("lab.db*"):
        left.unlink()
    with Laboratory(tmp_path / "lab") as lab:
        assert lab.trials() == listed


def test_what_the_database_lost_while_it_was_open_does_not_keep_the_next_writer_out(lab, step, squat) -> None:
    first = lab.add_trial(step, FACTS).trial_id
    with transaction(lab.engine) as connection:
        for table in (measured, findings, *reversed(KINDS.values())):
            connection.execute(sa.delete(table))
    second = lab.add_trial(squat, FACTS).trial_id
    with Laboratory(lab.folder, str(lab.engine.url.render_as_string(hide_password=False))) as again:
        assert {row["id"] for row in again.trials()} == {first, second}
        assert check(again) == []


def test_findings_that_the_database_lost_are_noticed(lab, step) -> None:
    name = lab.add_trial(step, FACTS).trial_id
    n = len(lab.findings(name))
    with transaction(lab.engine) as connection:
        connection.execute(sa.delete(findings).where(findings.c.number > 1))
    (fault,) = check(lab)
    assert (fault.what, fault.subject) == ("missing", f"findings of {name}")
    assert fault.text.startswith(f"2 of its {n} findings")
    rebuild(lab)
    assert check(lab) == []


def test_damage_is_named(lab, step) -> None:
    name = lab.add_trial(step, FACTS).trial_id
    folder = lab.folder / "trials" / name
    recording = folder / "files" / "recording.lst"
    whole = recording.read_bytes()
    cases = {
        ("changed", f"trials/{name}/files/recording.lst"): lambda: recording.write_bytes(whole[:-1] + b"?"),
        ("missing", f"trials/{name}/files/recording.lst"): recording.unlink,
        ("orphaned", f"trials/{name}/files/other.txt"): (folder / "files" / "other.txt").touch,
        ("orphaned", "trials/stray"): (lab.folder / "trials" / "stray").mkdir,
        ("orphaned", "participants/P001"): document_path(lab.folder, "participants", "P001").unlink,
        ("missing", "participants/P009"): lambda: document_path(lab.folder, "participants", "P009").write_text("{}"),
        ("damaged", "conditions/barefoot"): lambda: document_path(lab.folder, "conditions", "barefoot").write_text("{"),
    }
    for (what, subject), harm in cases.items():
        harm()
        assert (what, subject) in {(fault.what, fault.subject) for fault in check(lab)}, subject


def test_a_damaged_document_stops_a_rebuild_and_keeps_the_database(lab) -> None:
    lab.put("participants", "P001")
    document_path(lab.folder, "participants", "P001").write_text("{")
    with pytest.raises(LaboratoryError, match="P001"):
        rebuild(lab)
    assert len(lab.rows("participants")) == 1


def test_migrations_end_at_the_tables_as_they_are(lab) -> None:
    with reading(lab.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == scripts().get_current_head()


OLD_ROWS = {
    "participants": {"id": "P001"},
    "sessions": {"id": "P001_2026-11-22", "participant_id": "P001", "date": "2026-11-22"},
    "trials": {
        "id": "abc",
        "session_id": "P001_2026-11-22",
        "participant_id": "P001",
        "date": "2026-11-22",
        "added_at": "2026-11-22T10:00:00.000000Z",
        "task": "walking",
        "n_findings": 3,
    },
    "audit": {"id": "20261122T100000000000-0", "by": "anna", "kind": "trials", "subject": "abc"},
}
OLD_VALUES = {"cpei": (1.5, 4.0), "nothing": (None,)}


@pytest.mark.parametrize("revision", [step.revision for step in scripts().walk_revisions()])
def test_every_released_schema_goes_forward_with_its_rows(tmp_path, database, revision: str) -> None:
    url = database or f"sqlite:///{tmp_path / 'lab.db'}"
    found = [(metric, value) for metric, values in OLD_VALUES.items() for value in values]
    with old_database(url, revision) as connection:
        for kind, row in OLD_ROWS.items():
            known = {column["name"] for column in sa.inspect(connection).get_columns(kind)}
            assert {*row} <= known
            connection.execute(sa.insert(KINDS[kind]).values({**row, "document_sha256": "x"}))
        rows = [{"trial_id": "abc", "number": n, "metric": m, "value": v} for n, (m, v) in enumerate(found)]
        connection.execute(sa.insert(findings), rows)
    engine = open_engine(tmp_path, database)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(sa.select(KINDS["participants"].c.id)).scalars().all() == ["P001"]
        assert len(connection.execute(sa.select(findings)).all()) == 3
        if revision != scripts().get_current_head():  # today's writers fill these themselves
            (row,) = connection.execute(sa.select(measured)).all()
            assert tuple(row) == ("2026-11-22|2026-11-22T10:00:00.000000Z|abc", "cpei", 1.5, 4.0)
            assert [each["id"] for each in trials_page(engine, {"metric": "cpei", "low": 2.0})] == ["abc"]
            assert [each["quality"] for each in trials_page(engine, {"participant": "P001"})] == [None]
    engine.dispose()


def test_a_schema_of_a_newer_footload_is_refused(tmp_path) -> None:
    with Laboratory.create(tmp_path / "lab") as lab, transaction(lab.engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '999'"))
    with pytest.raises(LaboratoryError, match="'999', which a newer footload made"):
        Laboratory(tmp_path / "lab")
