"""Every kind of write into a laboratory, as processes that are killed do it, and what has to be left of each."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from footload.batch_again import earlier_findings
from footload.lab import laboratory
from footload.lab.archive import backup, restore
from footload.lab.checking import check, rebuild
from footload.lab.database import SQLITE_FILE, upgrade
from footload.lab.documents import TRIAL_FINDINGS, document_path, read_document
from footload.lab.laboratory import Laboratory
from footload.lab.tables import KINDS, findings
from footload.lab.trial_folder import FILES, ID_DIGITS, TrialFacts, fill_trial_folder
from footload.lab.writing import Findings

STEP = Path(__file__).resolve().parents[2] / "sample_data" / "synthetic_step.lst"
FACTS = TrialFacts("P001", "2026-11-22", "barefoot", "mat-1")
OLD_SCHEMA = "2"


@dataclass(frozen=True)
class Place:
    """A laboratory under attack: its folder, the URL of its server or None, and room beside it."""

    folder: Path
    server: str | None
    beside: Path

    def opened(self) -> Laboratory:
        """The laboratory, by its database."""
        return Laboratory(self.folder, self.url, by="tester")

    @property
    def url(self) -> str | None:
        """Of the laboratory's part of the server."""
        return self._part("lab")

    @property
    def other_url(self) -> str | None:
        """Of another part, which `emptied` makes empty."""
        return self._part("other")

    def _part(self, name: str) -> str | None:
        joint = "&" if "?" in (self.server or "") else "?"
        return self.server and f"{self.server}{joint}options=-csearch_path%3D{name}"

    def emptied(self, name: str = "other") -> None:
        """Make a part of the server empty."""
        if self.server is not None:
            engine = sa.create_engine(self.server)
            with engine.begin() as connection:
                connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")
                connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            engine.dispose()


def analyzed_once(kept: Path) -> None:
    """Analyze one step for real; from then on each trial is a copy of it with another fingerprint."""
    kept.mkdir()
    _, document = fill_trial_folder(STEP, FACTS, kept)
    (recording,) = (kept / FILES).iterdir()

    def copied(file: Path, facts: TrialFacts, folder: Path) -> tuple[str, dict[str, object]]:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        content = recording.read_bytes() + file.name.encode() + b"\n"
        (folder / FILES / recording.name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        mine = {"participant_id": facts.participant, "session_id": facts.session_id}
        return digest[:ID_DIGITS], {**document, **mine, "files": {recording.name: digest}}

    laboratory.fill_trial_folder = copied  # type: ignore[assignment]


def prepared(place: Place) -> None:
    """Make the laboratory, and put in what the acts refer to."""
    place.emptied("lab")
    with Laboratory.create(place.folder, place.url, by="tester") as lab:
        for number in range(3):
            lab.add_trial(Path(f"first-{number}"), FACTS)
        prepare_acts(lab)


def prepare_acts(lab: Laboratory) -> None:
    """Put in what the acts refer to, and where there is no trial one for real."""
    if not lab.trials():
        lab.add_trial(STEP, FACTS)
    first = lab.append("assessments", participant_id="P001", content={"of": "first"})
    lab.sign_off(first, by="tester", statement="first")


def first_of(lab: Laboratory, kind: str) -> str:
    """The id that sorts first."""
    return lab.rows(kind)[0]["id"]


REPEATED: dict[str, Callable[[Place, Laboratory, str, int], object]] = {
    "participant": lambda _, lab, name, n: lab.put("participants", f"{name}-{n:04d}", note=f"{name} {n}"),
    "participant changed": lambda _, lab, name, n: lab.put("participants", "P001", note=f"{name} {n}"),
    "session": lambda _, lab, name, n: lab.put(
        "sessions", f"{name}-{n:04d}", participant_id="P001", date="2026-11-23", note=f"{name} {n}"
    ),
    "condition": lambda _, lab, name, n: lab.put("conditions", f"{name}-{n:04d}", note=f"{name} {n}"),
    "device": lambda _, lab, name, n: lab.put("devices", f"{name}-{n:04d}", note=f"{name} {n}"),
    "trial with findings": lambda _, lab, name, n: lab.add_trial(
        Path(f"{name}-{n}"), TrialFacts(name, "2026-11-22", "barefoot")
    ),
    "trial amended": lambda _, lab, name, n: lab.amend_trial(
        first_of(lab, "trials"), condition=("shoe", "barefoot")[n % 2], note=f"{name} {n}"
    ),
    "trial analyzed again": lambda _, lab, name, n: renewed(lab, f"{name} {n}"),
    "calibration": lambda _, lab, name, n: lab.append(
        "calibrations", device_id="mat-1", note=f"{name} {n}", content={"gain": [1.0] * 200}
    ),
    "assessment": lambda _, lab, name, n: lab.append(
        "assessments", participant_id="P001", content={"name": f"{name} {n}", "long": ["x" * 50] * 50}
    ),
    "sign-off": lambda _, lab, name, n: lab.sign_off(
        first_of(lab, "assessments"), by="tester", statement=f"{name} {n}"
    ),
    "rebuild": lambda _, lab, name, n: rebuild(lab),
    "backup": lambda place, lab, name, n: backup(lab, place.beside / f"{name}-{n}.zip"),
}
"""Acts that a process does one after the other until it is killed; each takes the number of the round."""


def renewed(lab: Laboratory, said: str) -> None:
    """New findings of the first trial, which say in their notes which round they are of."""
    trial_id = first_of(lab, "trials")
    document = {**findings_of(lab), "notes": [said]}
    lab.renew_findings(Findings(trial_id, document, keep_earlier=True), facts={"analyzed_at": said})


def findings_of(lab: Laboratory) -> dict[str, Any]:
    """The findings of the first trial, as they stand in its folder."""
    path = document_path(lab.folder, "trials", first_of(lab, "trials"))
    return read_document(path.with_name(TRIAL_FINDINGS))[0]


ONCE: dict[str, tuple[Callable[[Place], None], Callable[[Place], object]]] = {}
"""Acts that are prepared before, and done once."""


def kept_of(place: Place, lab: Laboratory, act: str, name: str) -> set[int]:
    """Which rounds of an act the laboratory holds."""
    if act == "backup":
        return {int(path.stem.rpartition("-")[2]) for path in place.beside.glob(f"{name}-*.zip")}
    if act == "trial with findings":
        n_mine = len(lab.trials(participant=name, limit=100_000))
        return set(range(n_mine))
    if act == "rebuild":
        return set(range(sum(row["action"] == "rebuilt" for row in lab.rows("audit"))))
    if act == "trial analyzed again":
        return kept_of_again(lab, name)
    if act in {"participant changed", "trial amended"}:
        kind, first = ("participants", "P001") if act.startswith("part") else ("trials", first_of(lab, "trials"))
        note = next(row["note"] for row in lab.rows(kind) if row["id"] == first) or ""
        return set(range(int(note.removeprefix(f"{name} ")) + 1)) if note.startswith(f"{name} ") else set()
    table = {"sign-off": "sign_offs"}.get(act, f"{act}s")
    texts = [_said(table, row) for row in lab.rows(table)]
    return {int(text.rpartition(" ")[2]) for text in texts if text.startswith(f"{name} ")}


def kept_of_again(lab: Laboratory, name: str) -> set[int]:
    """Which rounds of analyzing again the first trial's document has seen."""
    said = read_document(document_path(lab.folder, "trials", first_of(lab, "trials")))[0].get("analyzed_at") or ""
    return set(range(int(said.removeprefix(f"{name} ")) + 1)) if said.startswith(f"{name} ") else set()


def _said(table: str, row: dict) -> str:
    if table == "assessments":
        return row["content"].get("name") or ""
    return row["statement" if table == "sign_offs" else "note"] or ""


def kept_rightly(lab: Laboratory, act: str, name: str) -> bool:
    """Whether what is there is there with all its parts, beyond what `check` says."""
    if act == "trial analyzed again":  # each round's findings stand there, or stood there before the next one's
        notes = [document["notes"] for _, document in earlier_findings(lab.folder, first_of(lab, "trials"))]
        mine = [each for each in (*notes, findings_of(lab)["notes"]) if each[:1] and each[0].startswith(f"{name} ")]
        return [each[0] for each in mine] == [f"{name} {n}" for n in sorted(kept_of_again(lab, name))]
    if act != "trial with findings":
        return True
    theirs = lab.trials(participant=name, limit=100_000)
    return all(len(lab.findings(row["id"])) == row["n_findings"] > 100 for row in theirs)


def _once(name: str) -> Callable[[Callable[[Place], Iterator[None]]], None]:
    def keep(parts: Callable[[Place], Iterator[None]]) -> None:
        running: dict[Path, Iterator[None]] = {}

        def before(place: Place) -> None:
            running[place.folder] = parts(place)
            next(running[place.folder])

        def act(place: Place) -> None:
            next(running[place.folder], None)

        ONCE[name] = (before, act)

    return keep


@_once("restore")
def _restore(place: Place) -> Iterator[None]:
    shutil.rmtree(place.beside / "restored", ignore_errors=True)
    place.emptied()
    archive = place.beside / "whole.zip"
    if not archive.exists():
        with place.opened() as lab:
            backup(lab, archive)
    yield
    restore(archive, place.beside / "restored", place.other_url, by="tester").close()


@_once("migration")
def _migration(place: Place) -> Iterator[None]:
    old = place.beside / "old"
    shutil.rmtree(old, ignore_errors=True)
    place.emptied()
    shutil.copytree(place.folder, old, ignore=shutil.ignore_patterns(f"{SQLITE_FILE}*"))
    with place.opened() as lab, lab.engine.connect() as connection:
        rows = {t: [dict(r) for r in connection.execute(sa.select(t)).mappings()] for t in (*KINDS.values(), findings)}
    with old_database(place.other_url or f"sqlite:///{old / SQLITE_FILE}") as connection:
        for table, those in rows.items():
            known = sa.Table(table.name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
            if those:
                kept = {column.name for column in known.columns}
                plain = [{key: value for key, value in row.items() if key in kept} for row in those]
                connection.execute(table.insert().values({key: sa.bindparam(key) for key in plain[0]}), plain)
    yield
    Laboratory(old, place.other_url, by="tester").close()


@_once("making a laboratory")
def _init(place: Place) -> Iterator[None]:
    shutil.rmtree(place.beside / "new", ignore_errors=True)
    place.emptied()
    yield
    Laboratory.create(place.beside / "new", place.other_url, by="tester").close()


@contextmanager
def old_database(url: str, schema: str = OLD_SCHEMA) -> Iterator[sa.Connection]:
    """A database of an older schema, to be filled."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, schema)
        yield connection
    engine.dispose()


def whole_afterwards(place: Place, act: str) -> bool:
    """Whether what was done once, or done again after it was killed, is whole; `check` is clean."""
    if act == "migration":
        with Laboratory(place.beside / "old", place.other_url) as lab:
            n = len(lab.trials(limit=1000))
            return check(lab) == [] and n == len(list((lab.folder / "trials").iterdir()))
    if act == "restore":
        target, archive = place.beside / "restored", place.beside / "whole.zip"
        if not (target / "laboratory.json").exists():  # half a folder is no laboratory: the same command goes on
            restore(archive, target, place.other_url, by="tester").close()
        with Laboratory(target, place.other_url) as lab, place.opened() as first:
            n_more = len(lab.rows("audit")) - len(json_names(archive, "audit/"))
            return (
                check(lab) == []
                and n_more == 1
                and [row["id"] for row in lab.trials()] == [row["id"] for row in first.trials()]
            )
    target = place.beside / "new"
    if not (target / "laboratory.json").exists():
        Laboratory.create(target, place.other_url, by="tester").close()
    with Laboratory(target, place.other_url) as lab:
        return check(lab) == [] and document_path(lab.folder, "audit", "x").parent.name == "audit"


def json_names(archive: Path, beginning: str) -> list[str]:
    """Documents of a kind in a backup."""
    import zipfile

    with zipfile.ZipFile(archive) as opened:
        return [name for name in json.loads(opened.read("contents.json")) if name.startswith(beginning)]
