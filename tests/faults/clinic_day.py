"""A clinic day in a few minutes: live views, recordings, trials, reports, signatures, uploads; does memory stay flat?

    python tests/faults/clinic_day.py [patients]

A server in a process of its own, with accounts, as `footload serve --accounts` runs it. A patient is somebody who logs
in, connects the simulated mat, watches it by websocket, records a squat, looks at every page of a trial, prints and
signs a report, drops a file, and logs out; 32 of them are 8 h of quarters of an hour. The time between them is left
out, and so is whatever only time does. A quarter of the patients is one row: memory (RSS, and USS, which is the
server's alone), open files, threads, child processes, and how long a patient took. Fails when the last row has more
than the first two at most: 5 % of memory, 3 files or threads or processes. These fill caches that are bounded; what
the server shares with the processes that analyze comes and goes in USS, and their own memory is not counted.
"""

# ruff: noqa: T201
from __future__ import annotations

import multiprocessing
import os
import re
import secrets
import sys
import tempfile
import time
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
WATCHED_S = 1.5
RECORDED_S = 1.5


def serve(folder: Path, told: Connection) -> None:
    """The server, until its parent says a word."""
    from dashboard.server import Server
    from dashboard.settings import Reach, Settings

    with Server(folder, settings=Settings.of_this_machine(), reach=Reach(accounts=True)) as server:
        told.send(server.port)
        told.recv()


def filled(folder: Path) -> list[str]:
    """A laboratory with some trials, and somebody who may sign; ids of the trials."""
    from dashboard.access import Role
    from dashboard.users import Accounts
    from footload.lab.laboratory import Laboratory
    from footload.lab.trial_folder import TrialFacts

    with Laboratory.create(folder / "lab", by="somebody") as lab:
        for number, name in enumerate(("demo_walk.mcap", "demo_squat.mcap")):
            lab.add_trial(SAMPLES / name, TrialFacts(f"P{number:02d}", "2026-01-05", "barefoot"))
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

    def call(self, trigger: str, values: dict[str, Any] | None = None) -> str:
        """Call the first callback that a component's property triggers; states are `values`, or nothing."""
        given = values or {}
        entry = next(
            one
            for one in self.callbacks
            if not one["clientside_function"] and f"{one['inputs'][0]['id']}.{one['inputs'][0]['property']}" == trigger
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


def patient(port: int, number: int, trials: list[str]) -> int:
    """All that is done for one; pictures that were seen."""
    page = Browser(port)
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
    trial = trials[number % len(trials)]
    ways = ("/", "/sessions/", "/live", "/squat/", "/compare/", "/devices", "/help")
    for path in (*ways, *(f"{each}{trial}" for each in ("/trial/", "/knee/", "/plan/", "/report/"))):
        page.call("location.pathname", {"location.pathname": path, "scheme-toggle.computedColorScheme": "light"})
    page.client.get(f"/stream/trial/{trial}/0")
    for kind in ("pdf", "html"):
        page.client.get(f"/printed/{trial}.{kind}").raise_for_status()
    sign = {"report-sign.n_clicks": 1, "trial-id.data": trial, "report-sections.value": [], "report-more.value": []}
    answer = page.call("report-sign.n_clicks", sign)
    assert "Signed and kept" in answer, answer[:500]
    page.upload(number)
    page.leave()
    return seen


def uses(pid: int) -> dict[str, float]:
    """What a process and those it started hold now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    own_kb = sum(int(size) for size in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", rollup, re.MULTILINE))
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text(encoding="utf-8").split()]
    threads = int(re.findall(r"^Threads:\s+(\d+)", status, re.MULTILINE)[0])
    rss_kb = int(re.findall(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[0])
    n_files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
    return {"rss": rss_kb / 1024, "uss": own_kb / 1024, "files": n_files, "threads": threads, "children": len(children)}


def main(n_patients: int) -> int:
    """Live the day; 1 where something grew."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trials = filled(folder)
        mine, its = context.Pipe()
        server = context.Process(target=serve, args=(folder, its))
        server.start()
        rows: list[dict[str, float]] = []
        try:
            port = mine.recv()
            print(
                f"{'patients':>8s}{'RSS MB':>10s}{'USS MB':>10s}{'files':>8s}{'threads':>9s}{'children':>10s}"
                f"{'s each':>8s}{'pictures':>10s}"
            )
            for quarter in range(4):
                begun, seen, n = time.monotonic(), 0, max(1, n_patients // 4)
                for number in range(quarter * n, (quarter + 1) * n):
                    seen += patient(port, number, trials)
                time.sleep(3)  # jobs and closed connections come to their end
                assert server.pid is not None
                rows.append(uses(server.pid))
                row = rows[-1]
                print(
                    f"{(quarter + 1) * n:8d}{row['rss']:10.1f}{row['uss']:10.1f}{row['files']:8.0f}"
                    f"{row['threads']:9.0f}{row['children']:10.0f}{(time.monotonic() - begun - 3) / n:8.1f}{seen:10d}",
                    flush=True,
                )
            mine.send("done")
            server.join(30)
        finally:
            if server.is_alive():
                server.terminate()
                server.join()
        n_lines = check_log(folder)
    before = {key: max(row[key] for row in rows[:2]) for key in rows[0]}
    grown = [key for key in ("rss", "uss") if rows[-1][key] > before[key] * (1 + GROWTH)]
    grown += [key for key in ("files", "threads", "children") if rows[-1][key] > before[key] + MORE]
    print(f"{n_lines} lines of the log are as they were written; " + (f"GREW: {', '.join(grown)}" if grown else "flat"))
    return int(bool(grown))


def check_log(folder: Path) -> int:
    """How many lines the audit log has; fails where one was lost."""
    from dashboard.audit import AuditLog

    return AuditLog(folder).check()[0]


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS))
