"""Files dropped on a page: taken whole or not at all, under a name that means nothing, by footload's own page only."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request

import dashboard.app
from dashboard.jobs import Job, State
from dashboard.server import guarded
from dashboard.settings import Settings
from dashboard.store import TrialStore
from dashboard.uploads import INCOMING, LONGEST_NAME, OWN_HEADER, Uploads, safe_name
from footload.foot.drawn import DrawnFeet
from footload.foot.drawn_history import DrawnHistory, drawn_beside
from footload.lab.laboratory import Laboratory

TOKEN = "a-token-that-is-long-enough"
HOST = "127.0.0.1:8050"
DROP = "0123456789abcdef"
MOST = 400_000
Usage = namedtuple("Usage", "total used free")


class Clinic:
    """An application on a folder with an empty laboratory, asked as the page's script asks it."""

    def __init__(self, folder: Path, stores: list[TrialStore]) -> None:
        Laboratory.create(folder / "lab", by="somebody").close()
        self.app = guarded(folder, Settings(most_upload_bytes=MOST), (HOST,), TOKEN)
        self.store, self.incoming = stores[-1], folder / "lab" / INCOMING

    def ask(
        self, path: str, method: str = "POST", content: bytes | AsyncIterator[bytes] = b"", **headers: str
    ) -> httpx.Response:
        async def answer() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                cookies = {"Cookie": f"footload_8050={TOKEN}", OWN_HEADER: "1"}
                return await client.request(method, path, content=content, headers={**cookies, **headers})

        return asyncio.run(answer())

    def send(self, name: str, content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
        return self.ask(str(httpx.URL(f"/upload/{DROP}", params={"name": name})), content=content, **headers)

    def add(self, **said: str) -> Job:
        answer = self.ask(str(httpx.URL(f"/upload/{DROP}/add", params=said)))
        assert answer.status_code == 200, answer.text
        return self.ended(answer.json()["job"])

    def ended(self, name: str) -> Job:
        for _ in range(1200):
            if self.store.jobs.get(name).state.is_over:
                break
            time.sleep(0.05)
        return self.store.jobs.get(name)

    @property
    def left(self) -> list[str]:
        return [path.name for path in self.incoming.rglob("*") if path.is_file()]


@pytest.fixture
def clinic_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores: list[TrialStore] = []

    class Watched(TrialStore):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            stores.append(self)

    monkeypatch.setattr(dashboard.app, "TrialStore", Watched)
    made = Clinic(tmp_path, stores)
    yield made
    made.store.close()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("walk 1.asf", "walk 1.asf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\clinic\\walk.c3d", "walk.c3d"),
        ("..", "recording"),
        ("", "recording"),
        (".hidden", "hidden"),
        ("a/b/", "b"),
        ("<img src=x onerror=alert(1)>.asf", "_img src_x onerror_alert(1)_.asf"),
        ("nul\x00.txt", "nul_.txt"),
        ("CON.txt", "recording_CON.txt"),
        ("line\nbreak.lst", "line_break.lst"),
        ("Müller-left.lst", "Müller-left.lst"),
        ("x" * 300 + ".lst", "x" * (LONGEST_NAME - 4) + ".lst"),
        ("trailing. ", "trailing"),
    ],
)
def test_a_name_becomes_one_that_is_no_folder_on_any_system(said: str, kept: str) -> None:
    assert safe_name(said) == kept
    assert safe_name(kept) == kept


def test_a_dropped_file_becomes_a_trial_and_nothing_of_the_drop_is_left(clinic_app: Clinic, repository: Path) -> None:
    content = (repository / "sample_data" / "synthetic_step.lst").read_bytes()
    answer = clinic_app.send("Anna Müller 1980-01-02.lst", content)
    assert answer.json() == {"name": "Anna Müller 1980-01-02.lst", "n_bytes": len(content)}
    job = clinic_app.add(participant="P07", date="2026-11-20", condition="barefoot", task="walking")
    assert (job.state, job.text, job.failures) == (State.DONE, "1 trial(s) added.", ())
    assert clinic_app.left == []
    assert clinic_app.store.lab is not None
    (row,) = clinic_app.store.lab.lab.trials()
    assert (row["participant_id"], row["date"], row["condition_id"], row["task"]) == (
        "P07",
        "2026-11-20",
        "barefoot",
        "walking",
    )
    everything = "".join(str(path) for path in clinic_app.store.folder.rglob("*"))
    assert "Anna" not in everything
    assert "1980" not in everything
    clinic_app.send("again.lst", content)
    assert clinic_app.add(participant="P07", date="2026-11-20").text == "0 trial(s) added, 1 there already."


def test_a_wrong_file_is_named_with_what_to_do_and_the_others_are_added(clinic_app: Clinic, repository: Path) -> None:
    clinic_app.send("holiday.jpg", b"\xff\xd8\xff\xe0 a picture")
    clinic_app.send("step.lst", (repository / "sample_data" / "synthetic_step.lst").read_bytes())
    clinic_app.send("walk.mcap", (repository / "sample_data" / "demo_walk.mcap").read_bytes()[:2000])
    job = clinic_app.add(participant="P07", date="2026-11-20")
    assert job.text == "1 trial(s) added."
    reasons = dict(job.failures)
    assert reasons["holiday.jpg"].startswith("holiday.jpg: no reader knows this kind of file. Export it again from")
    assert set(reasons) == {"holiday.jpg", "walk.mcap"}
    assert clinic_app.left == []


def test_feet_drawn_by_hand_come_with_their_recording_and_alone_are_said_to_be_no_trial(
    clinic_app: Clinic, repository: Path
) -> None:
    content = (repository / "sample_data" / "synthetic_step.lst").read_bytes()
    drawn_on = hashlib.sha256(content).hexdigest()
    drawn = DrawnHistory(source_sha256=drawn_on).edited(DrawnFeet(), "all feet back", "A", "2026-01-01")
    edits = drawn.model_dump_json().encode()

    clinic_app.send("step.lst.drawn.json", edits)
    job = clinic_app.add(participant="P07", date="2026-11-20")
    assert job.text == "0 trial(s) added."
    assert job.failures == (
        (
            "step.lst.drawn.json",
            "This is no trial: it holds feet that were drawn by hand on step.lst. Drop both together; where the "
            "laboratory has that recording already, it takes the drawing for it.",
        ),
    )

    clinic_app.send("step.lst", content)
    assert clinic_app.add(participant="P07", date="2026-11-20").text == "1 trial(s) added."
    assert clinic_app.store.lab is not None
    (row,) = clinic_app.store.lab.lab.trials()
    kept = drawn_beside(clinic_app.store.path(row["id"]))
    assert not kept.exists()
    clinic_app.send("step.lst", content)
    clinic_app.send("step.lst.drawn.json", edits)
    job = clinic_app.add(participant="P07", date="2026-11-20")
    assert (job.text, job.failures) == ("0 trial(s) added, 1 there already.", ())
    assert kept.read_bytes() == edits

    clinic_app.send("step.lst", content)
    clinic_app.send("step.lst.drawn.json", drawn.undone().model_dump_json().encode())
    job = clinic_app.add(participant="P07", date="2026-11-20")
    assert "step.lst.drawn.json" in dict(job.failures)["step.lst"]
    assert kept.read_bytes() == edits
    assert clinic_app.left == []


def test_a_drop_is_looked_at_and_what_is_said_of_joining_is_checked(clinic_app: Clinic, repository: Path) -> None:
    study = repository / "sample_data" / "study"
    assert clinic_app.ask(f"/upload/{DROP}/look").status_code == 400  # no file yet
    for name in ("barefoot_stance_mat.mcap", "barefoot_stance_plates.h5"):
        clinic_app.send(name, (study / name).read_bytes())
    seen = clinic_app.ask(f"/upload/{DROP}/look").json()
    assert seen["files"] == ["barefoot_stance_mat.mcap", "barefoot_stance_plates.h5"]
    assert "can be of one movement" in seen["reason"]
    refused = {"joining=glue": "not joined by 'glue'", "joining=offset&offset=soon": "a number of seconds"}
    for said, why in refused.items():
        answer = clinic_app.ask(f"/upload/{DROP}/add?participant=P01&{said}")
        assert (answer.status_code, why in answer.json()["error"]) == (400, True)
    job = clinic_app.add(participant="P01", date="2026-11-20", joining="trigger")
    assert job.text == (
        "1 trial out of barefoot_stance_mat.mcap and barefoot_stance_plates.h5. "
        "Times as they stand: one trigger began both, as was said."
    )
    assert clinic_app.left == []


def test_a_file_that_is_too_large_is_refused_before_and_while_it_comes(clinic_app: Clinic) -> None:
    answer = clinic_app.send("large.lst", b"x" * (MOST + 1))
    assert answer.status_code == 413
    assert "400 kB or more, but at most 400 kB are taken" in answer.json()["error"]
    sent: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b"x" * 50_000

    answer = clinic_app.send("endless.lst", endless())  # without a length
    assert answer.status_code == 413
    assert clinic_app.left == []


def test_an_empty_file_and_a_name_that_is_there_are_refused(clinic_app: Clinic) -> None:
    assert "is empty (0 bytes)" in clinic_app.send("empty.lst", b"").json()["error"]
    assert clinic_app.left == []
    assert clinic_app.send("one.lst", b"1").status_code == 200
    assert clinic_app.send("one.lst", b"2").status_code == 409
    assert clinic_app.left == ["one.lst"]


def test_a_full_disk_is_said_before_the_file_is_taken(clinic_app: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 1000, 1000))
    answer = clinic_app.send("walk.lst", b"x" * 2000)
    assert answer.status_code == 507
    assert "The disk has 1 kB left" in answer.json()["error"]
    assert clinic_app.left == []


def test_a_disk_that_fails_in_the_middle_leaves_nothing(clinic_app: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(function: Any, *args: Any) -> Any:
        if getattr(function, "__name__", "") == "write":
            raise OSError(28, "No space left on device")
        return function(*args)

    monkeypatch.setattr("dashboard.uploads.anyio.to_thread.run_sync", full)
    answer = clinic_app.send("walk.lst", b"x" * 2000)
    assert answer.status_code == 507
    assert "walk.lst cannot be written (No space left on device)" in answer.json()["error"]
    assert clinic_app.left == []


def test_a_browser_that_goes_away_in_the_middle_leaves_nothing(clinic_app: Clinic) -> None:
    said: list[dict[str, Any]] = []
    coming = [
        {"type": "http.request", "body": b"x" * 5000, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    async def send(message: Any) -> None:
        said.append(dict(message))

    headers = {"host": HOST, "cookie": f"footload_8050={TOKEN}", OWN_HEADER: "1"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/upload/{DROP}",
        "raw_path": f"/upload/{DROP}".encode(),
        "query_string": b"name=half.lst",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8050),
        "asgi": {"version": "3.0"},
    }

    async def come_and_go() -> None:
        await clinic_app.app(scope, receive, send)

    asyncio.run(come_and_go())
    assert clinic_app.left == []


def test_a_drop_can_be_taken_back_and_an_old_one_goes_by_itself(
    clinic_app: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic_app.send("one.lst", b"1")
    assert clinic_app.ask(f"/upload/{DROP}", "DELETE").status_code == 204
    assert clinic_app.left == []
    clinic_app.send("one.lst", b"1")
    monkeypatch.setattr("dashboard.uploads.ABANDONED_AFTER_S", -1.0)
    other = clinic_app.ask("/upload/fedcba9876543210?name=two.lst", content=b"2")
    assert other.status_code == 200
    assert clinic_app.left == ["two.lst"]


def test_a_drop_whose_files_wait_to_be_added_is_kept_whoever_drops_or_takes_back_meanwhile(
    clinic_app: Clinic, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    go = threading.Event()
    clinic_app.store.jobs.begin("Analyze again", lambda task: str(go.wait(20)))  # for hours, on a large laboratory
    step = (repository / "sample_data" / "synthetic_step.lst").read_bytes()
    assert clinic_app.send("step.lst", step).status_code == 200
    name = clinic_app.ask(f"/upload/{DROP}/add?participant=P01").json()["job"]
    monkeypatch.setattr("dashboard.uploads.ABANDONED_AFTER_S", -1.0)
    assert clinic_app.ask("/upload/fedcba9876543210?name=two.lst", content=b"2").status_code == 200
    assert clinic_app.ask(f"/upload/{DROP}", "DELETE").status_code == 409
    assert clinic_app.ask(f"/upload/{DROP}/add").status_code == 409
    assert clinic_app.send("late.lst", b"1").status_code == 409
    go.set()
    assert clinic_app.ended(name).text == "1 trial(s) added."
    assert clinic_app.left == ["two.lst"]


def test_a_drop_that_finds_too_many_jobs_is_told_so_and_stays_until_it_can_be_added(
    clinic_app: Clinic, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    go = threading.Event()
    other = clinic_app.store.jobs.begin("Analyze again", lambda task: str(go.wait(20)))
    monkeypatch.setattr("dashboard.jobs.MOST_BEGUN", 1)
    clinic_app.send("step.lst", (repository / "sample_data" / "synthetic_step.lst").read_bytes())
    answer = clinic_app.ask(f"/upload/{DROP}/add?participant=P01")
    assert answer.status_code == 429
    assert answer.json()["error"].startswith("1 jobs run or wait already")
    assert clinic_app.left == ["step.lst"]
    go.set()
    clinic_app.ended(other)
    assert clinic_app.add(participant="P01").text == "1 trial(s) added."
    assert clinic_app.left == []


def test_of_two_files_of_one_name_at_once_the_first_is_kept_whole(
    clinic_app: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"x" * 1000
    both = asyncio.Event()
    waiting: list[Path] = []
    checked = Uploads._room_for

    async def until_both_were_checked(self: Uploads, request: Request, path: Path) -> None:
        await checked(self, request, path)
        waiting.append(path)
        if len(waiting) == 2:
            both.set()
        await both.wait()

    monkeypatch.setattr(Uploads, "_room_for", until_both_were_checked)

    async def send(client: httpx.AsyncClient) -> int:
        headers = {"Cookie": f"footload_8050={TOKEN}", OWN_HEADER: "1"}
        return (await client.post(f"/upload/{DROP}?name=one.lst", content=content, headers=headers)).status_code

    async def two() -> list[int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(clinic_app.app), base_url=f"http://{HOST}"
        ) as client:
            return sorted(await asyncio.gather(send(client), send(client)))

    assert asyncio.run(two()) == [200, 409]
    assert (clinic_app.incoming / DROP / "one.lst").read_bytes() == content


@pytest.mark.parametrize("drop", ["..%2f..", "short", "0123456789abcdeg", "%2e%2e"])
def test_a_drop_is_no_path(clinic_app: Clinic, drop: str) -> None:
    assert clinic_app.ask(f"/upload/{drop}?name=a", content=b"1").status_code in {400, 404, 405}
    assert clinic_app.left == []


def test_files_come_from_footloads_own_page_only(clinic_app: Clinic) -> None:
    strange: dict[str, dict[str, str]] = {
        "no cookie": {"Cookie": ""},
        "foreign origin": {"Origin": "http://evil.example"},
        "foreign host": {"Host": "evil.example"},
    }
    for why, headers in strange.items():
        assert clinic_app.send("a.lst", b"1", **headers).status_code == 403, why

    async def without_header() -> httpx.Response:
        transport = httpx.ASGITransport(clinic_app.app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            cookie = {"Cookie": f"footload_8050={TOKEN}"}
            return await client.post(f"/upload/{DROP}?name=a.lst", content=b"1", headers=cookie)

    assert asyncio.run(without_header()).status_code == 403
    assert clinic_app.left == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"date": "20.11.2026"}, "it is written as 2026-11-22"),
        ({"participant": "../../x"}, "cannot be used"),
        ({"task": "dancing"}, "There is no task 'dancing'"),
    ],
)
def test_what_is_said_of_files_is_checked_before_they_are_added(
    clinic_app: Clinic, said: dict[str, str], why: str
) -> None:
    clinic_app.send("one.lst", b"1")
    answer = clinic_app.ask(str(httpx.URL(f"/upload/{DROP}/add", params={"participant": "P01", **said})))
    assert answer.status_code == 400
    assert why in answer.json()["error"]


def test_a_download_is_a_jobs_own_file_and_no_path(clinic_app: Clinic) -> None:
    def work(task: Any) -> str:
        (task.folder / "table.csv").write_text("a,b\n")
        return "done"

    job = clinic_app.store.jobs.begin("x", work)
    while not clinic_app.store.jobs.get(job).state.is_over:
        time.sleep(0.01)
    answer = clinic_app.ask(f"/job/{job}/table.csv", "GET")
    assert (answer.text, answer.headers["content-disposition"]) == ("a,b\n", 'attachment; filename="table.csv"')
    for path in (f"/job/{job}/other.csv", "/job/nobody/table.csv", f"/job/{job}/..%2ftable.csv"):
        assert clinic_app.ask(path, "GET").status_code == 404


def test_without_a_laboratory_files_are_refused_with_the_next_step(tmp_path: Path) -> None:
    app = guarded(tmp_path, Settings(), (HOST,), TOKEN)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            headers = {"Cookie": f"footload_8050={TOKEN}", OWN_HEADER: "1"}
            return await client.post(f"/upload/{DROP}?name=a.lst", content=b"1", headers=headers)

    answer = asyncio.run(send())
    assert answer.status_code == 409
    assert "make one on the page of sessions" in answer.json()["error"]
