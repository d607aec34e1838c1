"""A clinic day in a few minutes: live views, recordings, trials, reports, signatures, uploads; does memory stay flat?

    python tests/faults/clinic_day.py [patients] [act ...]

A server in a process of its own, with accounts, as `footload serve --accounts` runs it. A patient is somebody who logs
in, connects the simulated mat, watches it by websocket, records a squat, looks at every page of a trial, prints and
signs a report, drops a file, and logs out; 32 of them are 8 h of quarters of an hour. The time between them is left
out, and so is whatever only time does. Acts (live, pages, compare, replay, reports,
uploads) do only these, to find what grows.

A quarter of the patients is one row: memory of the server and of its workers, open files, threads, child processes, and
how long a patient took. Memory is what a process wrote itself (`Anonymous` of /proc): USS also counts the pages of
libraries while no other process of the machine happens to use them, which comes and goes by 10 MB. Below each row
stands what the server has more of than a row before, and what it freed when it was told to look for garbage. Fails when
the last row has more than the first two at most: 5 % of memory, 3 files or threads or processes.
"""

# ruff: noqa: T201
from __future__ import annotations

import gc
import json
import multiprocessing
import os
import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
PASSWORD = "heel toe arch plate"
PATIENTS = 32
GROWTH = 0.05
MORE = 3
COMPARED = "P05"
"""Who has two conditions."""
WATCHED_S = 1.5
RECORDED_S = 1.5


def serve(folder: Path, told: Connection) -> None:
    """The server, until its parent says so; asked before, it counts the objects that it holds."""
    from dashboard.server import Server
    from dashboard.settings import Reach, Settings

    with Server(folder, settings=Settings.of_this_machine(), reach=Reach(accounts=True)) as server:
        told.send(server.port)
        while told.recv() != "done":
            n_garbage = gc.collect()
            kinds = [type(each) for each in gc.get_objects()]
            told.send((n_garbage, Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)))


def filled(folder: Path) -> list[str]:
    """A laboratory with some trials, and somebody who may sign; ids of the trials."""
    from dashboard.access import Role
    from dashboard.users import Accounts
    from footload.lab.laboratory import Laboratory
    from footload.lab.trial_folder import TrialFacts

    with Laboratory.create(folder / "lab", by="somebody") as lab:
        for number, name in enumerate(("demo_walk.mcap", "demo_squat.mcap")):
            lab.add_trial(SAMPLES / name, TrialFacts(f"P{number:02d}", "2026-01-05", "barefoot"))
        for condition in ("barefoot", "wedge"):
            squat = SAMPLES / "study" / f"{condition}_squat_mat.mcap"
            lab.add_trial(squat, TrialFacts(COMPARED, "2026-01-05", condition))
    Accounts(folder).add("sigi", Role.SIGN, PASSWORD, "S. Podiatrist")
    from dashboard.settings import Settings
    from dashboard.store import TrialStore

    store = TrialStore(folder, Settings(listing_s=30))
    ids = [entry.id for entry in store.listing().entries if entry.trial is not None]
    store.close()
    return ids


class Browser:
    """What a browser sends, without the browser."""

    def __init__(self, port: int) -> None:
        self.here = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.here, headers={"Origin": self.here}, timeout=120)
        self.client.post("/login", data={"name": "sigi", "password": PASSWORD})
        assert self.client.cookies, "the login was refused"
        self.callbacks = self.client.get("/_dash-dependencies").json()

    def call(self, trigger: str, values: dict[str, Any] | None = None, told: str = "") -> str:
        """Call the first callback that a component's property triggers, of those whose output is named like `told`;
        states are `values`, or nothing."""
        given = values or {}
        entry = next(
            one
            for one in self.callbacks
            if not one["clientside_function"]
            and told in one["output"]
            and f"{one['inputs'][0]['id']}.{one['inputs'][0]['property']}" == trigger
        )

        def said(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
            keys = [f"{part['id']}.{part['property']}" for part in parts]
            return [
                {"id": part["id"], "property": part["property"], "value": given.get(key)}
                for part, key in zip(parts, keys, strict=True)
            ]

        names = [name for name in re.sub(r"^\.\.|\.\.$", "", entry["output"]).split("...") if name]
        outputs = [dict(zip(("id", "property"), name.split("@")[0].rsplit(".", 1), strict=True)) for name in names]
        body = {
            "output": entry["output"],
            "outputs": outputs if entry["output"].startswith("..") else outputs[0],
            "inputs": said(entry["inputs"]),
            "state": said(entry["state"]),
            "changedPropIds": [trigger],
        }
        answer = self.client.post("/_dash-update-component", json=body)
        answer.raise_for_status()
        return answer.text

    def watch(self, seconds: float) -> int:
        """Look at the live view; how many messages came."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        address = f"{self.here.replace('http', 'ws')}/stream/live"
        n, until = 0, time.monotonic() + seconds
        with connect(address, additional_headers={"Cookie": cookie, "Origin": self.here}, max_size=None) as socket:
            while time.monotonic() < until:
                try:
                    n += isinstance(socket.recv(timeout=until - time.monotonic()), bytes)
                except TimeoutError:
                    break
        return n

    def upload(self, number: int) -> None:
        """Drop a vendor file and add it to the laboratory."""
        drop, own = secrets.token_hex(8), {"X-Footload-Upload": "1"}
        content = (SAMPLES / "synthetic_step.lst").read_bytes() + b"\r\n" * number
        self.client.post(f"/upload/{drop}?name=step{number}.lst", content=content, headers=own).raise_for_status()
        asked = {"participant": f"U{number % 4:02d}", "date": "2026-01-06", "condition": "shoe", "task": "walking"}
        self.client.post(f"/upload/{drop}/add", params=asked, headers=own).raise_for_status()

    def leave(self) -> None:
        """Log out."""
        self.client.post("/logout")
        self.client.close()


def live(page: Browser, number: int, trial: str) -> int:
    """Connect, watch, record, stop, disconnect; pictures that were seen."""
    source = {"live-source.value": "simulated-squat", "live-connect.n_clicks": 1}
    page.call("live-connect.n_clicks", source)
    seen = page.watch(WATCHED_S)
    who = {
        "live-participant.value": f"R{number % 4:02d}",
        "live-task.value": "squat",
        "live-condition.value": "barefoot",
    }
    page.call("live-record.n_clicks", {"live-record.n_clicks": 1, **who})
    seen += page.watch(RECORDED_S)
    page.call("live-mark.n_clicks", {"live-mark.n_clicks": 1, "live-note.value": "a mark"})
    page.call("live-stop.n_clicks", {"live-stop.n_clicks": 1})
    page.call("live-disconnect.n_clicks", {"live-disconnect.n_clicks": 1})
    return seen


def pages(page: Browser, number: int, trial: str) -> int:
    """Look at every page."""
    ways = ("/", "/sessions/", "/live", "/squat/", "/compare/", "/devices", "/help")
    for path in (*ways, *(f"{each}{trial}" for each in ("/trial/", "/knee/", "/plan/", "/report/"))):
        page.call("location.pathname", {"location.pathname": path, "scheme-toggle.computedColorScheme": "light"})
    return 0


def compare(page: Browser, number: int, trial: str) -> int:
    """Two conditions of one person."""
    listed = page.call("location.pathname", {"location.pathname": "/compare/"})
    (found,) = set(re.findall(r"/compare/[0-9a-f]+", str(json.loads(listed))))
    page.call("location.pathname", {"location.pathname": found, "scheme-toggle.computedColorScheme": "light"})
    below = {"compare-asked.data": found.removeprefix("/compare/"), "location.pathname": found}
    asked = {**below, "scheme-toggle.computedColorScheme": "light"}
    parts = [page.call("compare-asked.data", asked, f"-{part}.") for part in ("prints", "lines", "differences")]
    for part, words in zip(parts, ("Mean footprints", "Positive is medial", "wedge against barefoot"), strict=True):
        assert words in part, part[:500]
    return 0


def replay(page: Browser, number: int, trial: str) -> int:
    """Take all frames of a trial."""
    page.client.get(f"/stream/trial/{trial}/0").raise_for_status()
    return 0


def reports(page: Browser, number: int, trial: str) -> int:
    """Print a report both ways, and sign it."""
    for kind in ("pdf", "html"):
        page.client.get(f"/printed/{trial}.{kind}").raise_for_status()
    sign = {"report-sign.n_clicks": 1, "trial-id.data": trial, "report-sections.value": [], "report-more.value": []}
    answer = page.call("report-sign.n_clicks", sign)
    assert "Signed and kept" in answer, answer[:500]
    return 0


def uploads(page: Browser, number: int, trial: str) -> int:
    """Drop a file."""
    page.upload(number)
    return 0


ACTS: dict[str, Callable[[Browser, int, str], int]] = {
    "live": live,
    "pages": pages,
    "compare": compare,
    "replay": replay,
    "reports": reports,
    "uploads": uploads,
}


def patient(port: int, number: int, trials: list[str], acts: list[str]) -> int:
    """All that is done for one; pictures that were seen."""
    page = Browser(port)
    seen = sum(ACTS[name](page, number, trials[number % len(trials)]) for name in acts)
    page.leave()
    return seen


def started_by(pid: int) -> Iterator[int]:
    """Processes that a process and those it started have started."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text(encoding="utf-8").split()):
            yield child
            yield from started_by(child)


def written_mb(pid: int) -> float:
    """Memory that a process wrote itself. [MB]"""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return int(re.findall(r"^Anonymous:\s+(\d+)", rollup, re.MULTILINE)[0]) / 1024


def uses(pid: int) -> dict[str, float]:
    """What a process and those it started hold now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    children = list(started_by(pid))
    return {
        "rss": int(re.findall(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[0]) / 1024,
        "server": written_mb(pid),
        "workers": sum(map(written_mb, children)),
        "files": len(os.listdir(f"/proc/{pid}/fd")),  # noqa: PTH208
        "threads": int(re.findall(r"^Threads:\s+(\d+)", status, re.MULTILINE)[0]),
        "children": len(children),
    }


def counted(server: Connection, before: Counter[str] | None) -> Counter[str]:
    """Let the server count its objects, and say what it has more of than before."""
    server.send("count")
    n_garbage, now = server.recv()
    if before is not None:
        more = ", ".join(f"{name} +{n}" for name, n in (now - before).most_common(4)) or "nothing"
        print(f"{'':8s}  garbage {n_garbage}; more: {more}", flush=True)
    return now


def live_the_day(pid: int, told: Connection, visit: Callable[[int], int], n_patients: int) -> list[dict[str, float]]:
    """Let the patients come; one row a quarter of them."""
    rows: list[dict[str, float]] = []
    before: Counter[str] | None = None
    print(
        f"{'patients':>8s}{'RSS MB':>9s}{'server MB':>11s}{'workers MB':>12s}{'files':>7s}{'threads':>9s}"
        f"{'children':>10s}{'s each':>8s}{'pictures':>10s}"
    )
    for quarter in range(4):
        begun, seen, n = time.monotonic(), 0, max(1, n_patients // 4)
        for number in range(quarter * n, (quarter + 1) * n):
            seen += visit(number)
        time.sleep(3)  # jobs and closed connections come to their end
        rows.append(uses(pid))
        row = rows[-1]
        print(
            f"{(quarter + 1) * n:8d}{row['rss']:9.1f}{row['server']:11.1f}{row['workers']:12.1f}{row['files']:7.0f}"
            f"{row['threads']:9.0f}{row['children']:10.0f}{(time.monotonic() - begun - 3) / n:8.1f}{seen:10d}",
            flush=True,
        )
        before = counted(told, before)
    return rows


def main(n_patients: int, acts: list[str]) -> int:
    """Live the day; 1 where something grew."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trials = filled(folder)
        mine, its = context.Pipe()
        server = context.Process(target=serve, args=(folder, its))
        server.start()
        try:
            port = mine.recv()
            assert server.pid is not None
            rows = live_the_day(server.pid, mine, lambda number: patient(port, number, trials, acts), n_patients)
            mine.send("done")
            server.join(30)
        finally:
            if server.is_alive():
                server.terminate()
                server.join()
        n_lines = check_log(folder)
    before = {key: max(row[key] for row in rows[:2]) for key in rows[0]}
    grown = [key for key in ("rss", "server", "workers") if rows[-1][key] > before[key] * (1 + GROWTH)]
    grown += [key for key in ("files", "threads", "children") if rows[-1][key] > before[key] + MORE]
    print(f"{n_lines} lines of the log are as they were written; " + (f"GREW: {', '.join(grown)}" if grown else "flat"))
    return int(bool(grown))


def check_log(folder: Path) -> int:
    """How many lines the audit log has; fails where one was lost."""
    from dashboard.audit import AuditLog

    return AuditLog(folder).check()[0]


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    chosen = [word for word in sys.argv[1:] if not word.isdecimal()]
    raise SystemExit(main(counts[0] if counts else PATIENTS, chosen or list(ACTS)))
