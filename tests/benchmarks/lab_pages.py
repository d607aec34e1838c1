"""Pages of a laboratory of 100,000 trials: every filter, first, middle and last page. `lab_pages.py [URL]`."""

# ruff: noqa: T201
from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from footload.lab.database import keep_statistics, put_rows, reading, writing
from footload.lab.laboratory import Laboratory
from footload.lab.listing import Asked, n_trials, participants_page, sessions_page
from footload.lab.tables import KINDS

sys.path.insert(0, str(Path(__file__).parent))
from told import tell

N_TRIALS = int(os.environ.get("FOOTLOAD_TRIALS", "100000"))
N_METRICS = int(os.environ.get("FOOTLOAD_METRICS", "40"))
N_PEOPLE, AT_ONCE, PAGE = 2_000, 10_000, 50
REPEATS = int(os.environ.get("FOOTLOAD_REPEATS", "40"))
PROMISED_MS = 50.0
TASKS = ("walking", "squat", "single-leg squat", "drop landing", "quiet stance")
CONDITIONS = ("barefoot", "shoe", "wedge")
DEVICES = tuple(f"mat-{number}" for number in range(5))
QUALITIES = ("good", "good", "good", "note", "warning")
ALL_DAYS = {"since": "2018-01-01", "until": "2026-12-31"}


def rows_of(rng: random.Random) -> dict[str, list[dict]]:
    """Participants, conditions, devices, sessions and trials of nine years as rows."""
    mark = {"document_sha256": "0" * 64}
    sessions, trials = {}, []
    for number in range(N_TRIALS):
        person, day = f"P{rng.randrange(N_PEOPLE):05d}", f"20{rng.randrange(18, 27)}-{rng.randrange(1, 13):02d}-01"
        sessions[f"{person}_{day}"] = {"id": f"{person}_{day}", "participant_id": person, "date": day, **mark}
        name, added_at = f"{rng.getrandbits(96):024x}", f"{day}T10:00:00.{number:06d}Z"
        trials.append(
            {
                "id": name,
                "session_id": f"{person}_{day}",
                "participant_id": person,
                "condition_id": rng.choice(CONDITIONS),
                "device_id": rng.choice(DEVICES),
                "date": day,
                "task": rng.choice(TASKS),
                "quality": rng.choice(QUALITIES),
                "n_findings": N_METRICS,
                "duration_s": 5.0,
                "added_at": added_at,
                "listed": f"{day}|{added_at}|{name}",
                **mark,
            }
        )
    return {
        "participants": [{"id": f"P{number:05d}", **mark} for number in range(N_PEOPLE)],
        "conditions": [{"id": name, **mark} for name in CONDITIONS],
        "devices": [{"id": name, **mark} for name in DEVICES],
        "sessions": list(sessions.values()),
        "trials": trials,
    }


def fill(lab: Laboratory) -> None:
    """Put the rows in; values are made by the database, in 0 to 1, of each metric one in each trial.

    `old` is above 0.5 in the hundred oldest trials only, `squatted` is measured in squats only.
    """
    for kind, rows in rows_of(random.Random(1)).items():
        for start in range(0, len(rows), AT_ONCE):
            with writing(lab.engine) as connection:
                put_rows(connection, KINDS[kind], rows[start : start + AT_ONCE])
    drawn = "random()" if lab.engine.dialect.name == "postgresql" else "(abs(random()) % 1000000) / 1e6"
    metrics = " UNION ALL ".join(
        f"SELECT {number} AS number, 'metric_{number:02d}' AS metric" for number in range(N_METRICS)
    )
    special = "SELECT 998, 'old' UNION ALL SELECT 999, 'squatted'"
    value = f"CASE metric WHEN 'old' THEN 0.4 * {drawn} + CASE WHEN place < 100 THEN 0.6 ELSE 0 END ELSE {drawn} END"
    source = (
        f"SELECT id, number, metric, {value}, listed FROM "
        "(SELECT id, listed, task, row_number() OVER (ORDER BY listed) - 1 AS place FROM trials) AS t "
        f"CROSS JOIN ({metrics} UNION ALL {special}) AS m WHERE metric <> 'squatted' OR task = 'squat' ORDER BY listed"
    )
    with writing(lab.engine) as connection:
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE drawn AS {source.replace(value, f'{value} AS value')}")
        connection.exec_driver_sql(
            "INSERT INTO findings (trial_id, number, metric, value) SELECT id, number, metric, value FROM drawn"
        )
        connection.exec_driver_sql(
            "INSERT INTO measured (listed, metric, least, greatest) SELECT listed, metric, value, value FROM drawn"
        )
        connection.exec_driver_sql("DROP TABLE drawn")
    if lab.engine.dialect.name == "postgresql":  # what the server does by itself within minutes
        with lab.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    keep_statistics(lab.engine)  # as closing does


def questions(rng: random.Random) -> dict[str, Callable[[], Asked]]:
    """Every filter alone, and together, also such as nothing or only the last page answers."""

    def person() -> str:
        return f"P{rng.randrange(N_PEOPLE):05d}"

    def metric() -> str:
        return f"metric_{rng.randrange(N_METRICS):02d}"

    return {
        "no filter": lambda: {},
        "participant": lambda: {"participant": person()},
        "session": lambda: {"session": f"{person()}_2020-03-01"},
        "task": lambda: {"task": rng.choice(TASKS)},
        "condition": lambda: {"condition": rng.choice(CONDITIONS)},
        "device": lambda: {"device": rng.choice(DEVICES)},
        "quality": lambda: {"quality": rng.choice(QUALITIES)},
        "a month": lambda: {"since": "2018-03-01", "until": "2018-03-31"},
        "all nine years": lambda: {**ALL_DAYS},
        "value, half of all": lambda: {"metric": metric(), "low": 0.5},
        "value, from and to": lambda: {"metric": metric(), "low": 0.4, "high": 0.6},
        "value, 1 in 1,000": lambda: {"metric": metric(), "low": 0.999},
        "value, in the oldest only": lambda: {"metric": "old", "low": 0.5},
        "value, nowhere": lambda: {"metric": metric(), "low": 2.0},
        "a metric that nobody has": lambda: {"metric": "none", "low": 0.0},
        "task, condition": lambda: {"task": rng.choice(TASKS), "condition": rng.choice(CONDITIONS)},
        "task, condition, device, quality, days": lambda: {
            "task": rng.choice(TASKS),
            "condition": rng.choice(CONDITIONS),
            "device": rng.choice(DEVICES),
            "quality": "warning",
            **ALL_DAYS,
        },
        "participant, task, condition": lambda: {"participant": person(), "task": "squat", "condition": "shoe"},
        "a task nobody did, nine years": lambda: {"task": "running", **ALL_DAYS},
        "task, value": lambda: {"task": rng.choice(TASKS), "metric": metric(), "low": 0.5},
        "task, condition, quality, rare value": lambda: {
            "task": rng.choice(TASKS),
            "condition": "wedge",
            "quality": "warning",
            "metric": metric(),
            "low": 0.99,
        },
        "task without such a value": lambda: {"task": "walking", "metric": "squatted", "low": 0.5},
        "task nobody did, value": lambda: {"task": "running", "metric": metric(), "low": 0.5},
        "participant, value": lambda: {"participant": person(), "metric": metric(), "low": 0.5},
        "device, days, value in the oldest": lambda: {"device": "mat-1", "metric": "old", "low": 0.5, **ALL_DAYS},
    }


def edges(lab: Laboratory, asked: Asked) -> dict[str, dict[str, str]]:
    """How the first, the middle and the last page are asked for."""
    n = n_trials(lab.engine, asked, at_most=N_TRIALS)
    if n <= PAGE:
        return {"only": {}}
    at = lab.trials(limit=n // 2, **asked)[-1]["id"]
    return {"first": {}, "middle": {"before": at}, "last": {"after": ""}}


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """What a call takes, and what of it this process computed: all of it with SQLite, on a machine of its own. [ms]"""
    begun, computed = time.perf_counter(), time.process_time()
    call()
    return 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - computed)


def told(name: str, times_ms: list[tuple[float, float]], engine: str) -> float:
    """Print a row; its 95th percentile."""
    took, computed = zip(*times_ms, strict=True)
    p95 = _p95(took)
    spread = f"min {min(took):6.2f}  median {statistics.median(took):6.2f}  p95 {p95:6.2f} ms"
    here = f"; computed in this process: median {statistics.median(computed):6.2f}  p95 {_p95(computed):6.2f} ms"
    print(f"{engine:10} {name:50} {spread}{here}", flush=True)
    return p95


def _p95(times_ms: Sequence[float]) -> float:
    return statistics.quantiles(times_ms, n=20, method="inclusive")[18]


def main(url: str | None) -> int:
    """Fill, ask, print; the number of rows above what is promised."""
    rng, n_above, worst = random.Random(2), 0, 0.0
    with tempfile.TemporaryDirectory() as made, Laboratory.create(Path(made) / "lab", url) as lab:
        begun = time.perf_counter()
        fill(lab)
        with reading(lab.engine) as connection:
            n = {
                t: connection.execute(sa.text(f"SELECT count(*) FROM {t}")).scalar_one() for t in ("trials", "findings")
            }
        engine = lab.engine.dialect.name
        print(
            f"{engine}: {n['trials']:,} trials, {n['findings']:,} findings, made in {time.perf_counter() - begun:.0f} s"
        )
        rows: dict[str, list[tuple[float, float]]] = {}
        for name, ask in questions(rng).items():
            for _ in range(4):
                asked = ask()
                for page, edge in edges(lab, asked).items():
                    times = [
                        timed(lambda q=asked, e=edge: lab.trials(limit=PAGE, **e, **q)) for _ in range(REPEATS // 4)
                    ]
                    rows.setdefault(f"{name}: {page} page", []).extend(times)
                times = [timed(lambda q=asked: n_trials(lab.engine, q)) for _ in range(REPEATS // 4)]
                rows.setdefault(f"{name}: counted up to 1,000", []).extend(times)
        rows["sessions, newest"] = [timed(lambda: sessions_page(lab.engine)) for _ in range(REPEATS)]
        rows["participants"] = [timed(lambda: participants_page(lab.engine, beginning="P01")) for _ in range(REPEATS)]
        for name, times in rows.items():
            p95 = told(name, times, engine)
            worst, n_above = max(worst, p95), n_above + (p95 > PROMISED_MS)
        print(
            f"{engine}: {len(rows)} rows, slowest p95 {worst:.1f} ms, {n_above} above {PROMISED_MS:.0f} ms; "
            f"load {os.getloadavg()[0]:.1f}"
        )
        tell(f"a page of {n['trials']} trials, any filter, {engine}", f"{worst:.1f} ms (slowest p95)", "50 ms")
    return n_above


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1] if len(sys.argv) > 1 else None)))
