"""A clinic day on the laboratory behind the pages, the same on SQLite and on a PostgreSQL server."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import dashboard.app
from dashboard.components.session_forms import form_view, list_view
from dashboard.jobs import Job, State
from dashboard.lab_edits import audits_of, document_of, keep
from dashboard.lab_jobs import analyzing_again, exporting
from dashboard.lab_trials import Asked, LabTrials
from dashboard.pages.routes import page_view
from dashboard.server import guarded
from dashboard.settings import Settings
from dashboard.store import DATABASE, TrialStore
from dashboard.uploads import OWN_HEADER
from footload.lab.laboratory import Laboratory

TOKEN = "a-token-that-is-long-enough"
HOST = "127.0.0.1:8050"
DROPS = ("00000000000000a1", "00000000000000a2")


class Clinic:
    """The dashboard on a folder with an empty laboratory."""

    def __init__(self, folder: Path, database: str | None, stores: list[TrialStore]) -> None:
        Laboratory.create(folder / "lab", database, by="somebody").close()
        self.app = guarded(folder, Settings(n_processes=1), (HOST,), TOKEN)
        self.store, self.database = stores[-1], database

    @property
    def lab(self) -> LabTrials:
        assert self.store.lab is not None
        return self.store.lab

    def ask(self, path: str, content: bytes = b"", **said: str) -> dict[str, Any]:
        async def answer() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                headers = {"Cookie": f"footload_8050={TOKEN}", OWN_HEADER: "1"}
                return await client.post(path, content=content, params=said, headers=headers)

        given = asyncio.run(answer())
        assert given.status_code == 200, given.text
        return given.json()

    def done(self, name: str) -> Job:
        for _ in range(1200):
            if self.store.jobs.get(name).state.is_over:
                break
            time.sleep(0.05)
        return self.store.jobs.get(name)

    def dropped(self, drop: str, file: Path, **said: str) -> Job:
        self.ask(f"/upload/{drop}", file.read_bytes(), name=file.name)
        return self.done(self.ask(f"/upload/{drop}/add", **said)["job"])


@pytest.fixture
def clinic(tmp_path: Path, database: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    stores: list[TrialStore] = []

    class Watched(TrialStore):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            stores.append(self)

    monkeypatch.setattr(dashboard.app, "TrialStore", Watched)
    if database is None:
        monkeypatch.delenv(DATABASE, raising=False)
    else:
        monkeypatch.setenv(DATABASE, database)
    made = Clinic(tmp_path, database, stores)
    yield made
    made.store.close()


def test_a_clinic_day_is_the_same_on_every_database(clinic: Clinic, repository: Path) -> None:
    assert clinic.lab.lab.engine.dialect.name == ("sqlite" if clinic.database is None else "postgresql")
    samples = repository / "sample_data"
    step = clinic.dropped(
        DROPS[0], samples / "synthetic_step.lst", participant="P07", date="2026-11-20", condition="shoe"
    )
    stance = clinic.dropped(
        DROPS[1], samples / "study" / "barefoot_stance_mat.mcap", participant="P08", date="2026-11-21"
    )
    for job in (step, stance):
        assert (job.state, job.failures) == (State.DONE, ())

    newest, older = clinic.lab.page(Asked())[0]
    assert [row["participant_id"] for row in (newest, older)] == ["P08", "P07"]
    assert clinic.lab.count(Asked()) == "2"
    assert [row["id"] for row in clinic.lab.page(Asked(condition="shoe"))[0]] == [older["id"]]
    assert [row["id"] for row in clinic.lab.page(Asked(since="2026-11-21"))[0]] == [newest["id"]]
    assert clinic.lab.page(Asked(before=newest["id"]))[0][0]["id"] == older["id"]
    assert "No trial with these marks" in str(list_view(clinic.lab, Asked("P09")))
    assert clinic.lab.names("participants") == ["P07", "P08"]

    session = "P07_2026-11-20"
    assert "P07_2026-11-20" in str(form_view(clinic.lab, Asked(edit=f"sessions/{session}")))
    keep(clinic.lab.lab, "sessions", session, {"note": "left shoe; 'worn' \"down\" %s \\"}, "Anna")
    keep(clinic.lab.lab, "trials", older["id"], {"condition": "wedge", "note": "<b>bold</b>"}, "Anna")
    assert clinic.lab.session_notes([session]) == {session: "left shoe; 'worn' \"down\" %s \\"}
    assert document_of(clinic.lab.lab, "trials", older["id"])["condition_id"] == "wedge"
    assert [row["note"] for row in clinic.lab.page(Asked(condition="wedge"))[0]] == ["<b>bold</b>"]
    latest = audits_of(clinic.lab.lab, "sessions", session)[0]
    assert (latest["by"], latest["action"]) == ("Anna", "changed")

    shown = page_view(clinic.store, f"/trial/{older['id']}", "light")
    assert shown.title.startswith("P07 ")
    assert "wedge" in shown.title

    again = clinic.done(clinic.store.jobs.begin("again", analyzing_again(clinic.lab, Asked())))
    assert again.state is State.DONE, again
    with again.files["findings.csv"].open(newline="") as file:
        assert {row["changed"] for row in csv.DictReader(file)} == {"no"}
    export = clinic.done(
        clinic.store.jobs.begin("export", exporting(clinic.lab, clinic.store.workers, Asked(condition="wedge"), "csv"))
    )
    assert export.state is State.DONE, export
    assert "values of 1 trial" in export.text


def test_what_is_written_by_the_pages_is_there_after_a_restart(clinic: Clinic, repository: Path) -> None:
    clinic.dropped(DROPS[0], repository / "sample_data" / "synthetic_step.lst", participant="P07", date="2026-11-20")
    keep(clinic.lab.lab, "participants", "P07", {"birth_year": "1980"}, "Anna")
    clinic.store.close()
    store = TrialStore(clinic.store.folder, Settings(n_processes=0))
    assert store.lab is not None
    assert [row["participant_id"] for row in store.lab.page(Asked())[0]] == ["P07"]
    assert document_of(store.lab.lab, "participants", "P07")["birth_year"] == 1980
    assert audits_of(store.lab.lab, "participants", "P07")[0]["by"] == "Anna"
    store.close()
