"""Runs two scanners and says what is not answered yet: bandit over the code, wapiti against the served pages.

``make scan`` runs it. What a scanner says and is answered stands in `ANSWERED`, and in docs/security.md in words; what
is not in there fails the run. wapiti lives in an environment of its own, because it wants other versions of what
footload uses; its path is given on the command line.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ANSWERED: dict[tuple[str, str], str] = {
    ("bandit B101", "*"): "asserts narrow types where the line before made sure; no check of an input is an assert",
    ("bandit B311", "devices/emulator/faults.py"): "dice of an emulator, which have to fall alike again",
    ("bandit B311", "footload/decision/protocols.py"): "the order of conditions, which has to be drawn alike again",
    ("bandit B405", "footload/report/webpage.py"): "writes the page of a report; nothing is parsed",
}
"""What was said, and why it may be so; `*` is every place."""

MODULES = (
    "backup,cookieflags,crlf,csp,exec,file,htaccess,http_headers,ldap,log4shell,methods,permanentxss,redirect,shellshock,"
    "spring4shell,sql,timesql,upload,xss,xxe"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a scanner said."""

    what: str
    where: str
    text: str

    @property
    def answer(self) -> str:
        """Why it may be so; empty where nobody said."""
        found = (
            answer
            for (what, where), answer in ANSWERED.items()
            if what == self.what and (where == "*" or where in f"{self.where} {self.text}")
        )
        return next(found, "")


def bandit() -> Iterator[Said]:
    """Look through the code."""
    asked = [sys.executable, "-m", "bandit", "-q", "-r", "footload", "devices", "dashboard", "-f", "json"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    for one in json.loads(told.stdout)["results"]:
        yield Said(f"bandit {one['test_id']}", one["filename"].removeprefix("./"), one["issue_text"])


@contextmanager
def served() -> Iterator[tuple[str, list[str], str]]:
    """Serve some sample trials: address, addresses to begin at, and the cookie that lets in."""
    sys.path.insert(0, str(ROOT))
    from dashboard.server import Server, cookie_name
    from dashboard.store import trial_id

    with tempfile.TemporaryDirectory() as name:
        for sample in ("demo_squat.mcap", "demo_walk.mcap"):
            shutil.copy(ROOT / "sample_data" / sample, name)
        with Server(Path(name)) as server:
            base = f"http://{server.hosts[0]}"
            trial = trial_id("demo_squat.mcap")
            asked = [f"{page}{trial}" for page in ("/trial/", "/knee/", "/plan/", "/report/")]
            asked += [f"/printed/{trial}.html?clinic=Lab&section=findings", f"/printed/{trial}.html?more=x"]
            asked += [
                f"/stream/trial/{trial}/0",
                "/signed/0123456789abcdef.html",
                "/live",
                "/compare/",
                "/_dash-layout",
            ]
            yield base, [f"{base}{path}" for path in asked], f"{cookie_name(server.hosts)}={server.token}"


def wapiti(program: str, seconds: int) -> Iterator[Said]:
    """Attack the served pages."""
    with served() as (base, starts, cookie), tempfile.TemporaryDirectory() as name:
        out = Path(name) / "told.json"
        asked = [program, "-u", f"{base}/", "--scope", "domain", "-H", f"Cookie: {cookie}", "-m", MODULES]
        asked += ["--max-scan-time", str(seconds), "--max-attack-time", "60", "--flush-session", "--no-bugreport"]
        asked += ["-d", "2", "-S", "normal", "-f", "json", "-o", str(out)]
        asked += ["--store-session", name, "--store-config", name]
        for start in starts:
            asked += ["-s", start]
        done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=seconds + 300)
        if not out.is_file():
            raise SystemExit(f"wapiti wrote nothing: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        told = json.loads(out.read_text(encoding="utf-8"))
        launched = re.findall(r"Launching module (\w+)", done.stdout)
        print(f"wapiti crawled {told['infos'].get('crawled_pages_nbr', '?')} addresses and ran {', '.join(launched)}")
        for left_out in sorted(set(MODULES.split(",")) - set(launched)):
            yield Said("wapiti", left_out, "did not run")
        for kind in ("vulnerabilities", "anomalies"):
            for what, found in told[kind].items():
                for one in found:
                    yield Said(f"wapiti {what}", one.get("path", ""), one.get("info", ""))


def main() -> int:
    """Run the scanners; 1 where something is not answered."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument(
        "--wapiti", default=shutil.which("wapiti"), help="where wapiti is; without it only the code is looked at"
    )
    asked.add_argument("--seconds", type=int, default=600, help="longest time of the attack")
    given = asked.parse_args()
    said = list(bandit())
    if given.wapiti:
        said += wapiti(given.wapiti, given.seconds)
    else:
        print("wapiti is not here, so the pages were not attacked; give its path with --wapiti")
    seen: dict[tuple[str, str], int] = {}
    for one in said:
        key = (one.what, one.answer or f"NOT ANSWERED: {one.where} {one.text}")
        seen[key] = seen.get(key, 0) + 1
    for (what, answer), n in sorted(seen.items()):
        print(f"{n:4d} x {what}: {answer}")
    open_ones = sum(n for (_, answer), n in seen.items() if answer.startswith("NOT ANSWERED"))
    print(f"{len(said)} said, {open_ones} not answered")
    return int(open_ones > 0)


if __name__ == "__main__":
    raise SystemExit(main())
