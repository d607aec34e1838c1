"""Jobs beside the pages, and the processes that work for them."""

from __future__ import annotations

import inspect
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from dash import no_update

from dashboard import giving_way
from dashboard.access import Role, Visitor, need_of, visited_by
from dashboard.app import build_app
from dashboard.components.session_table import ended_notice, jobs_view
from dashboard.giving_way import GIVES_WAY, SPAWNED
from dashboard.jobs import MOST_BEGUN, MOST_KEPT, Jobs, State, Task, TooManyJobsError
from dashboard.pages import sessions
from dashboard.processes import ProcessDiedError, Workers
from dashboard.settings import Settings
from dashboard.store import TrialStore
from footload.errors import RecordingError, UnknownFormatError
from footload.lab.laboratory import Laboratory


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.close()


@pytest.fixture(scope="module")
def workers():
    made = Workers(1)
    yield made
    made.close()


def ended(jobs: Jobs, name: str) -> State:
    for _ in range(500):
        if jobs.get(name).state.is_over:
            break
        time.sleep(0.01)
    return jobs.get(name).state


def test_a_job_tells_how_far_it_is_and_what_came_of_it(jobs: Jobs) -> None:
    half, go = threading.Event(), threading.Event()

    def work(task: Task) -> str:
        task.go_on(1, 2)
        half.set()
        go.wait(5)
        task.failed("b", "it is damaged.")
        (task.folder / "table.csv").write_text("x")
        return "One of two."

    before = jobs.version
    name = jobs.begin("Count", work)
    assert half.wait(5)
    assert (jobs.get(name).n_done, jobs.get(name).n_all, jobs.get(name).state) == (1, 2, State.RUNNING)
    assert "1 of 2" in str(jobs_view(jobs.all()))
    go.set()
    assert ended(jobs, name) is State.DONE
    job = jobs.get(name)
    assert (job.text, job.failures, job.n_failed) == ("One of two.", (("b", "it is damaged."),), 1)
    assert job.files["table.csv"].read_text() == "x"
    assert jobs.version > before
    assert "b: it is damaged." in str(jobs_view(jobs.all()))
    told = ended_notice(job)
    assert told["autoClose"] is False
    assert "b: it is damaged." in told["message"]


def test_jobs_wait_for_each_other_and_one_that_waits_can_be_canceled(jobs: Jobs) -> None:
    go, ran = threading.Event(), list[str]()

    def slow(task: Task) -> str:
        go.wait(5)
        return "done"

    def second(task: Task) -> str:
        ran.append("second")
        return "done"

    first = jobs.begin("first", slow)
    other = jobs.begin("second", second, afterwards=lambda: ran.append("tidied"))
    assert jobs.get(other).state is State.WAITING
    jobs.cancel(other)
    go.set()
    assert ended(jobs, first) is State.DONE
    assert ended(jobs, other) is State.CANCELED
    third = jobs.begin("third", second)
    assert ended(jobs, third) is State.DONE
    assert ran == ["tidied", "second"]


def test_no_more_jobs_wait_than_a_page_can_list_and_the_next_one_is_told_so(jobs: Jobs) -> None:
    go, tidied = threading.Event(), list[str]()

    def slow(task: Task) -> str:
        go.wait(5)
        return "done"

    names = [jobs.begin(f"job {number}", slow) for number in range(MOST_BEGUN)]
    with pytest.raises(TooManyJobsError, match=f"^{MOST_BEGUN} jobs run or wait already.*Cancel one"):
        jobs.begin("one more", slow, afterwards=lambda: tidied.append("one more"))
    assert tidied == []  # nothing was begun, so there is nothing to be tidied up
    jobs.cancel(names[-1])
    again = jobs.begin("one more", slow)
    go.set()
    assert ended(jobs, again) is State.DONE


def test_the_same_job_by_a_double_click_is_one_until_it_is_over(jobs: Jobs) -> None:
    go = threading.Event()

    def slow(task: Task) -> str:
        go.wait(5)
        return "done"

    running, waiting = (jobs.begin("Export", slow, same=("export", kind)) for kind in ("csv", "fhir"))
    assert jobs.begin("Export", slow, same=("export", "csv")) == running
    assert jobs.begin("Export", slow, same=("export", "fhir")) == waiting
    assert len(jobs.all()) == 2
    assert jobs.begin("Add 1 file(s)", slow) != jobs.begin("Add 1 file(s)", slow)  # they say nothing of being the same
    go.set()
    assert ended(jobs, waiting) is State.DONE
    assert jobs.begin("Export", slow, same=("export", "csv")) != running


def test_jobs_that_wait_and_are_canceled_are_forgotten_and_tidied_up_at_once(jobs: Jobs) -> None:
    go, tidied = threading.Event(), list[int]()
    first = jobs.begin("first", lambda task: str(go.wait(5)))
    for number in range(MOST_KEPT + 5):
        jobs.cancel(jobs.begin("waits", lambda task: "never", afterwards=lambda number=number: tidied.append(number)))
    assert tidied == list(range(MOST_KEPT + 5))
    assert len(jobs.all()) == MOST_KEPT + 1
    go.set()
    assert ended(jobs, first) is State.DONE


def test_a_running_job_ends_at_its_next_step_and_leaves_nothing(jobs: Jobs) -> None:
    begun, folders = threading.Event(), list[Path]()

    def work(task: Task) -> str:
        folders.append(task.folder)
        for number in range(10_000):
            (task.folder / "half.csv").write_text("half")
            begun.set()
            task.go_on(number, 10_000)
            time.sleep(0.001)
        return "never"

    name = jobs.begin("endless", work)
    assert begun.wait(5)
    jobs.cancel(name)
    assert ended(jobs, name) is State.CANCELED
    assert not folders[0].exists()
    assert jobs.get(name).files == {}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RecordingError("The disk is full."), "The disk is full."),
        (RuntimeError("a bug"), "RuntimeError: a bug. The log says more."),
    ],
)
def test_a_job_that_fails_says_why_and_the_next_one_runs(
    jobs: Jobs, error: Exception, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    def work(task: Task) -> str:
        raise error

    name = jobs.begin("fails", work)
    assert ended(jobs, name) is State.FAILED
    assert jobs.get(name).text == text
    assert ended(jobs, jobs.begin("runs", lambda task: "done")) is State.DONE


def test_what_a_job_would_tidy_up_is_tidied_up_also_when_the_server_ends_before_it() -> None:
    jobs, begun, tidied = Jobs(), threading.Event(), list[str]()

    def work(task: Task) -> str:
        begun.set()
        while True:
            task.go_on(0, 1)
            time.sleep(0.001)

    jobs.begin("runs", work, afterwards=lambda: tidied.append("runs"))
    jobs.begin("waits", work, afterwards=lambda: tidied.append("waits"))
    assert begun.wait(5)
    jobs.close()
    assert sorted(tidied) == ["runs", "waits"]


def test_old_jobs_are_forgotten_with_their_files(jobs: Jobs) -> None:
    folders: list[Path] = []

    def work(task: Task) -> str:
        folders.append(task.folder)
        return "done"

    names = [jobs.begin("one", work) for _ in range(MOST_KEPT + 2)]
    assert ended(jobs, names[-1]) is State.DONE
    for _ in range(100):
        if len(jobs.all()) == MOST_KEPT:
            break
        time.sleep(0.01)
    assert [folder.exists() for folder in folders] == [False] * 2 + [True] * MOST_KEPT
    with pytest.raises(KeyError, match="not remembered"):
        jobs.get(names[0])
    room = folders[-1].parent
    assert room.stat().st_mode & 0o077 == 0, "others on this machine may not look into it"
    jobs.close()
    assert not room.exists()


def test_a_double_click_on_the_page_is_one_job_and_one_too_many_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(sessions, "exporting", lambda *_: lambda task: str(go.wait(5)))
    Laboratory.create(tmp_path / "lab").close()
    store = TrialStore(tmp_path, Settings(n_processes=0))
    monkeypatch.setattr("dashboard.app.TrialStore", lambda *_: store)
    app = build_app(tmp_path)
    (export,) = (
        entry["callback"]
        for entry in app.callback_map.values()
        if (need := need_of(entry.get("callback"))) and need.action == "export"
    )
    while inspect.iscoroutinefunction(export):
        export = export.__wrapped__
    log = Kept()
    with visited_by(Visitor("rita", Role.RECORD, log=log)):
        first, second, other = (export(1, search, "csv") for search in ("", "", "?participant=P02"))
        assert first == second != other
        assert first[1] is no_update
        monkeypatch.setattr("dashboard.jobs.MOST_BEGUN", 2)
        begun, (notice,) = export(1, "?participant=P03", "csv")
    assert begun is no_update
    assert notice["title"] == "Export: not begun"
    assert notice["message"].startswith("2 jobs run or wait already")
    assert notice["autoClose"] is False
    told = [f"job {each[0]}" for each in (first, second, other)]
    assert log.outcomes == [*told, f"not begun: {notice['message']}"]
    go.set()
    store.close()


class Kept:
    """A log that is looked at."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def append(self, who: str, action: str, about: str = "", outcome: str = "done", where: str = "") -> None:
        self.outcomes.append(outcome)


def frozen_pair() -> tuple[np.ndarray, np.ndarray]:
    frozen, open_one = np.arange(6.0).reshape(2, 3), np.arange(3)
    frozen.flags.writeable = False
    return frozen, open_one


def die(code: int) -> None:
    os._exit(code)


def refuse(name: str) -> None:
    raise UnknownFormatError(name, "nobody knows it.")


def test_arrays_come_out_of_a_process_as_frozen_as_they_were(workers: Workers) -> None:
    frozen, open_one = workers.call(frozen_pair)
    assert frozen.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not frozen.flags.writeable
    assert open_one.flags.writeable


def test_an_error_comes_out_of_a_process_as_it_was(workers: Workers) -> None:
    with pytest.raises(UnknownFormatError, match=r"^notes\.txt: nobody knows it\.$") as caught:
        workers.call(refuse, "notes.txt")
    assert caught.value.what == "nobody knows it."


def test_a_process_that_dies_is_told_and_replaced(workers: Workers) -> None:
    with pytest.raises(ProcessDiedError, match="died"):
        workers.call(die, 1)
    assert workers.call(len, "abc") == 3


def test_workers_that_were_let_go_take_nothing_more() -> None:
    closed = Workers(0)
    closed.close()
    with pytest.raises(RuntimeError, match="being closed"):
        closed.submit(len, "abc")


def test_a_trial_is_analyzed_by_a_process_with_the_same_values(repository: Path, tmp_path: Path) -> None:
    source = repository / "sample_data" / "demo_walk.mcap"
    (tmp_path / "walk.mcap").write_bytes(source.read_bytes())
    found = []
    for n_processes in (0, 1):
        store = TrialStore(tmp_path, Settings(n_processes=n_processes))
        store.warm()
        analysis = store.analysis(store.listing().entries[0].id)
        found.append({(e.metric, e.side, e.region, e.contact): e.value for e in analysis.findings})
        assert not analysis.trial.pressure.pressure_kpa.flags.writeable
        store.close()
    assert len(found[0]) > 100
    assert list(found[0]) == list(found[1])
    # A process computes on one thread, so that sums are taken in another order.
    np.testing.assert_allclose(list(found[0].values()), list(found[1].values()), rtol=1e-10, atol=1e-12)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no niceness")
def test_a_process_gives_way_to_the_server_and_its_live_pictures(workers: Workers) -> None:
    here = os.nice(0)
    assert [workers.call(os.nice, 0) for _ in range(2)] == [min(here + GIVES_WAY, 19)] * 2


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="only Linux shares a machine between sessions")
def test_a_process_gives_way_to_a_browser_that_was_not_started_from_the_same_terminal(workers: Workers) -> None:
    """The session of the server is left as it was, and the process's own is nice."""
    before = Path("/proc/self/autogroup").read_text("ascii")
    theirs = workers.call(Path.read_text, Path("/proc/self/autogroup"), "ascii")
    assert theirs.split()[-1] == str(GIVES_WAY)
    assert workers.call(os.getsid, 0) != os.getsid(0)
    assert Path("/proc/self/autogroup").read_text("ascii") == before
    assert workers.call(os.nice, 0) == min(os.nice(0) + GIVES_WAY, 19)


def test_a_process_that_cannot_be_started_is_told_of_where_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess._Popen", refused)
    with pytest.raises(OSError, match="no more processes"):
        SPAWNED.Process(target=len, args=("",)).start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shares a machine between sessions")
@pytest.mark.parametrize(
    ("refusals", "written"), [([BlockingIOError, BlockingIOError], True), ([PermissionError], False)]
)
def test_a_session_that_may_not_be_nice_at_once_tries_again_and_works_anyhow(
    refusals: list[type[OSError]], written: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Linux lets sessions of people who are not administrators become nice ten times a second only."""

    class Session:
        told = ""

        def write_text(self, text: str, _encoding: str) -> None:
            if refusals:
                raise refusals.pop(0)
            self.told = text

        def __fspath__(self) -> str:
            return str(tmp_path)

    session = Session()
    monkeypatch.setattr(giving_way, "_SESSION", session)
    monkeypatch.setattr("dashboard.giving_way.os.setsid", lambda: None)
    monkeypatch.setattr("dashboard.giving_way.time.sleep", lambda _: None)
    giving_way.give_way()
    assert session.told == (str(GIVES_WAY) if written else "")
