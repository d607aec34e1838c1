"""Pages of trials in any filter are what looking at every trial gives; amendments, quality, sessions, people, audit."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from footload.export.exported import COLUMNS
from footload.lab.checking import check, rebuild
from footload.lab.database import put_rows, reading, writing
from footload.lab.documents import LaboratoryError, document_path, read_document
from footload.lab.indexing import QUALITIES
from footload.lab.kept_trials import Wanted, kept_files, read_kept
from footload.lab.laboratory import Laboratory
from footload.lab.listing import audit_page, n_trials, participants_page, sessions_page
from footload.lab.tables import KINDS, findings, measured
from footload.lab.trial_folder import TrialFacts

FACTS = TrialFacts("P001", "2026-11-22", "barefoot")
MARK = {"document_sha256": "0" * 64}
DAYS = ("2025-12-31", "2026-01-01", "2026-11-22")
N = 60


def put_in(lab: Laboratory, rng: random.Random) -> dict[str, tuple[dict[str, Any], dict[str, list[float]]]]:
    """Sixty trials as rows, each with values of up to two metrics; the same as Python sees them."""
    known, rows, found, extremes, sessions = {}, [], [], [], {}
    for number in range(N):
        day, person, name = rng.choice(DAYS), f"P{rng.randrange(4)}", f"{rng.getrandbits(96):024x}"
        sessions[f"{person}_{day}"] = {"id": f"{person}_{day}", "participant_id": person, "date": day, **MARK}
        added_at = f"2026-11-23T10:00:00.{number:06d}Z"
        row = {
            "id": name,
            "participant_id": person,
            "session_id": f"{person}_{day}",
            "condition_id": rng.choice((None, "barefoot", "shoe")),
            "device_id": rng.choice((None, "mat-1")),
            "task": rng.choice(("walking", "squat")),
            "quality": rng.choice((None, *QUALITIES)),
            "date": day,
            "added_at": added_at,
            "listed": f"{day}|{added_at}|{name}",
            **MARK,
        }
        values = {m: [rng.uniform(0, 10) for _ in range(rng.randrange(1, 4))] for m in ("a", "b") if rng.random() < 0.7}
        rows.append(row)
        for metric, those in values.items():
            found += [
                {"trial_id": name, "number": len(found) + place, "metric": metric, "value": value}
                for place, value in enumerate(those)
            ]
            extremes.append({"listed": row["listed"], "metric": metric, "least": min(those), "greatest": max(those)})
        known[name] = (row, values)
    with writing(lab.engine) as connection:
        put_rows(connection, KINDS["participants"], [{"id": f"P{number}", **MARK} for number in range(4)])
        put_rows(connection, KINDS["conditions"], [{"id": name, **MARK} for name in ("barefoot", "shoe")])
        put_rows(connection, KINDS["devices"], [{"id": "mat-1", **MARK}])
        put_rows(connection, KINDS["sessions"], list(sessions.values()))
        put_rows(connection, KINDS["trials"], rows)
        put_rows(connection, findings, found)
        put_rows(connection, measured, extremes)
    return known


CHOICES = {
    "participant": ("P0", "P3", "nobody"),
    "session": ("P1_2026-01-01",),
    "task": ("walking", "squat", "running"),
    "condition": ("barefoot", "shoe"),
    "device": ("mat-1",),
    "quality": QUALITIES,
    "since": ("2026-01-01", "2026-01-02"),
    "until": ("2025-12-31", "2026-11-21"),
    "metric": ("a", "b", "none"),
}
COLUMN = {"participant": "participant_id", "session": "session_id", "condition": "condition_id", "device": "device_id"}


def drawn(rng: random.Random) -> dict[str, Any]:
    """Up to four marks, and a metric with no, one or two bounds."""
    asked: dict[str, Any] = {name: rng.choice(CHOICES[name]) for name in rng.sample([*CHOICES], rng.randrange(5))}
    if "metric" in asked and rng.random() < 0.8:
        low = rng.uniform(0, 9)
        asked |= rng.choice(({"low": low}, {"high": low}, {"low": low, "high": low + rng.uniform(0, 2)}))
    return asked


def takes(row: dict[str, Any], values: dict[str, list[float]], asked: dict[str, Any]) -> bool:
    """What a filter means, said plainly."""
    marks = all(
        row[COLUMN.get(name, name)] == value
        for name, value in asked.items()
        if name not in {"since", "until", "metric", "low", "high"}
    )
    days = asked.get("since", "") <= row["date"] <= asked.get("until", "9")
    those = values.get(asked["metric"], []) if "metric" in asked else [0.0]
    low, high = asked.get("low", float("-inf")), asked.get("high", float("inf"))
    return marks and days and any(low <= value <= high for value in those)


def forward(lab: Laboratory, asked: dict[str, Any]) -> list[str]:
    pages, before = [], None
    while page := [row["id"] for row in lab.trials(limit=7, before=before, **asked)]:
        pages += page
        before = page[-1]
    return pages


def backward(lab: Laboratory, asked: dict[str, Any]) -> list[str]:
    pages, after = [], ""
    while page := [row["id"] for row in lab.trials(limit=7, after=after, **asked)]:
        pages = page + pages
        after = page[0]
    return pages


@pytest.mark.parametrize("few", [0, 1000])
def test_every_filter_gives_what_looking_at_each_trial_gives_on_and_back(lab, monkeypatch, few) -> None:
    from footload.lab import listing

    monkeypatch.setattr(listing, "FEW", few)  # both ways of going through a list
    rng = random.Random(7)
    known = put_in(lab, rng)
    newest_first = sorted(known, key=lambda name: known[name][0]["listed"], reverse=True)
    n_found = 0
    for _ in range(40):
        asked = drawn(rng)
        expected = [name for name in newest_first if takes(*known[name], asked)]
        assert forward(lab, asked) == expected, asked
        assert backward(lab, asked) == expected, asked
        assert n_trials(lab.engine, asked) == len(expected)
        assert n_trials(lab.engine, asked, at_most=3) == min(3, len(expected))
        n_found += len(expected)
    assert n_found > 200  # not all of them are empty


def test_a_page_longer_than_a_statement_may_name_is_the_same_page(lab, monkeypatch) -> None:
    from footload.lab import listing

    put_in(lab, random.Random(7))
    whole = lab.trials(limit=N)
    monkeypatch.setattr(listing, "_NAMED_AT_ONCE", 7)
    assert lab.trials(limit=N) == whole == lab.trials(limit=N, after="")
    assert len(whole) == N


def test_a_page_is_read_along_an_index_and_never_sorted(tmp_path) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        put_in(lab, random.Random(7))
        asked = [{}, *({name: choices[0]} for name, choices in CHOICES.items()), {"metric": "a", "low": 1, "high": 2}]
        asked += [{**each, "since": DAYS[0], "until": DAYS[2]} for each in asked]
        plans = []

        @event.listens_for(lab.engine, "before_cursor_execute")
        def explain(connection, _cursor, statement, parameters, *_) -> None:
            if "LIMIT" in statement and "count(*)" not in statement:
                rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.append(" / ".join(row[3] for row in rows))

        for each in asked:
            lab.trials(**each)
    assert len(plans) == len(asked)
    assert not [plan for plan in plans if "TEMP B-TREE" in plan or "SCAN" in plan.replace("SCAN CONSTANT", "")]


def test_what_trials_are_not_listed_by_is_refused(lab) -> None:
    with pytest.raises(TypeError, match="not listed by shoe"):
        lab.trials(shoe="x")
    with pytest.raises(ValueError, match="known: good, note, warning"):
        lab.trials(quality="bad")
    with pytest.raises(ValueError, match="name the metric"):
        lab.trials(low=1.0)


def test_a_trial_gets_another_condition_and_a_note_and_the_audit_keeps_what_was_before(lab, step) -> None:
    name = lab.add_trial(step, FACTS).trial_id
    lab.amend_trial(name, condition="wedge 5 deg", note="left heel late")
    (row,) = lab.trials(condition="wedge 5 deg")
    assert (row["id"], row["note"]) == (name, "left heel late")
    assert lab.trials(condition="barefoot") == []
    assert {each["id"] for each in lab.rows("conditions")} == {"barefoot", "wedge 5 deg"}
    (file,) = kept_files(lab.folder, Wanted(condition="wedge 5 deg"))
    assert read_kept(file).condition.name == "wedge 5 deg"
    latest = audit_page(lab.engine, kind="trials", subject=name)
    assert [(each["action"], each["by"]) for each in latest] == [("changed", "tester"), ("added", "tester")]
    before = read_document(document_path(lab.folder, "audit", latest[1]["id"]))[0]["document"]
    assert before["condition_id"] == "barefoot"
    n_findings = len(lab.findings(name))
    assert check(lab) == []
    rebuild(lab)
    assert (lab.trials()[0]["note"], len(lab.findings(name))) == ("left heel late", n_findings)
    lab.amend_trial(name, condition="", note="")
    assert [(each["condition_id"], each["note"]) for each in lab.trials()] == [(None, None)]
    with pytest.raises(LaboratoryError, match="no trial 'other'"):
        lab.amend_trial("other", note="x")
    with pytest.raises(LaboratoryError, match="cannot be used"):
        lab.amend_trial(name, condition="a/b")


def test_the_codes_of_the_checks_stand_beside_the_values_and_the_worst_of_them_by_the_trial(lab, step, squat) -> None:
    first, second = (lab.add_trial(file, FACTS).trial_id for file in (step, squat))
    notes = {}
    for name in (first, second):
        kept = json.loads((document_path(lab.folder, "trials", name).with_name("findings.json")).read_text("utf-8"))
        codes = [list(dict.fromkeys(note["code"] for note in each["quality"])) for each in kept["findings"]]
        assert [each["quality"] for each in lab.findings(name)] == ["; ".join(each) for each in codes]
        notes[name] = {note["severity"] for each in kept["findings"] for note in each["quality"]}
    assert notes == {first: {"note"}, second: {"warning"}}
    (row,) = lab.trials(quality="note")
    assert (row["id"], row["quality_codes"]) == (first, "sampling_rate")
    assert [each["id"] for each in lab.trials(quality="warning")] == [second]
    assert lab.trials(quality="good") == []


def test_quality_that_an_older_footload_did_not_keep_is_not_called_good(lab, step) -> None:
    name = lab.add_trial(step, FACTS).trial_id
    file = document_path(lab.folder, "trials", name).with_name("findings.json")
    kept = json.loads(file.read_text("utf-8"))
    for each in kept["findings"]:
        del each["quality"]
    file.write_text(json.dumps(kept))
    rebuild(lab)
    assert [(each["quality"], each["quality_codes"]) for each in lab.trials()] == [(None, None)]
    assert {each["quality"] for each in lab.findings(name)} == {None}
    assert lab.trials(quality="good") == []


def test_every_column_of_findings_is_in_the_data_dictionary() -> None:
    assert {column.name for column in findings.columns} - {*COLUMNS} == {"number"}


def test_sessions_and_people_come_in_pages_with_the_number_of_their_trials(lab) -> None:
    known = put_in(lab, random.Random(7))
    with writing(lab.engine) as connection:
        put_rows(connection, KINDS["participants"], [{"id": "Q_1", **MARK}, {"id": "q%1", **MARK}])
    pages, before = [], None
    while page := sessions_page(lab.engine, limit=5, before=before):
        pages += page
        before = page[-1]["id"]
    count = {name: sum(row["session_id"] == name for row, _ in known.values()) for name in (p["id"] for p in pages)}
    assert {page["id"]: page["n_trials"] for page in pages} == count
    assert sum(count.values()) == N
    assert [page["date"] for page in pages] == sorted((page["date"] for page in pages), reverse=True)
    mine = sessions_page(lab.engine, participant="P1", since="2026-01-01", until="2026-11-21")
    assert [page["id"] for page in mine] == ["P1_2026-01-01"]
    with pytest.raises(LaboratoryError, match="no session 'x'"):
        sessions_page(lab.engine, before="x")
    people = participants_page(lab.engine, beginning="P", limit=3)
    assert [each["id"] for each in people] == ["P0", "P1", "P2"]
    assert people[0]["n_trials"] == sum(row["participant_id"] == "P0" for row, _ in known.values())
    assert [each["id"] for each in participants_page(lab.engine, beginning="P", after="P2")] == ["P3"]
    assert [each["id"] for each in participants_page(lab.engine, beginning="Q_")] == ["Q_1"]


def test_the_audit_is_read_by_whom_on_what_the_latest_first(lab) -> None:
    lab.put("participants", "P001", sex="female")
    lab.put("conditions", "shoe")
    lab.put("participants", "P001", sex="male")
    assert [each["subject"] for each in audit_page(lab.engine)] == ["P001", "shoe", "P001"]
    assert [each["action"] for each in audit_page(lab.engine, subject="P001")] == ["changed", "added"]
    assert [each["subject"] for each in audit_page(lab.engine, kind="conditions", by="tester")] == ["shoe"]
    assert audit_page(lab.engine, by="somebody") == []
    first, *rest = audit_page(lab.engine, limit=2)
    assert [each["subject"] for each in audit_page(lab.engine, before=rest[-1]["id"])] == ["P001"]
    with pytest.raises(LaboratoryError, match="no kind 'dances'"):
        audit_page(lab.engine, kind="dances")
    with reading(lab.engine) as connection:
        assert connection.execute(sa.select(sa.func.max(KINDS["audit"].c.id))).scalar_one() == first["id"]
