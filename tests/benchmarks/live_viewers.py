"""How many viewers a live page has room for: `python tests/benchmarks/live_viewers.py 1 5 10 20 30`.

Viewers are websockets of one process beside the server's; each reads whatever it is sent. Printed for each number: the
messages a second of the slowest viewer, how long a frame took from its arrival at the server to a viewer, and the
server's part of a core. With a URL in front of the numbers, that server is used instead of one of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
from websockets.asyncio.client import connect

SECONDS = 4.0
SETTLE_S = 1.0
TOLD_EVERY = 4
WALL = struct.Struct("<8xd")


def cpu_s(pid: int) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def watch(url: str, cookie: str, came: list[tuple[float, float]]) -> None:
    """One viewer: when each message came, and how old its frame was then. [s], [ms]"""
    async with connect(url, additional_headers={"Cookie": cookie}, proxy=None, compression=None) as line:
        n_taken = 0
        async for message in line:
            if isinstance(message, bytes):
                now_s = time.time()
                came.append((now_s, now_s * 1e3 - WALL.unpack_from(message)[0]))
                n_taken += 1
                if n_taken % TOLD_EVERY == 0:  # as the page does
                    await line.send(bytes([TOLD_EVERY]))


async def measured(url: str, pid: int, n_viewers: int) -> dict[str, float]:
    """Watch with so many viewers for a while."""
    parts = urlsplit(url)
    token = parse_qs(parts.query)["token"][0]
    came: list[list[tuple[float, float]]] = [[] for _ in range(n_viewers)]
    address, cookie = f"ws://{parts.netloc}/stream/live", f"footload_{parts.port}={token}"
    viewers = [asyncio.create_task(watch(address, cookie, each)) for each in came]
    await asyncio.sleep(SETTLE_S)
    for each in came:
        each.clear()
    core, begun = cpu_s(pid), time.perf_counter()
    await asyncio.sleep(SECONDS)
    spent, core = time.perf_counter() - begun, cpu_s(pid) - core
    seen = [list(each) for each in came]
    for viewer in viewers:
        viewer.cancel()
    await asyncio.gather(*viewers, return_exceptions=True)
    if any(len(each) < 2 for each in seen):
        raise RuntimeError(f"A viewer of {n_viewers} was sent nothing; is the device connected?")
    delays = np.concatenate([[delay for _, delay in each] for each in seen])
    gaps = [np.diff([at for at, _ in each]).max() for each in seen]
    return {
        "viewers": n_viewers,
        "slowest_per_s": min(len(each) for each in seen) / spent,
        "delay_p50_ms": float(np.percentile(delays, 50)),
        "delay_p99_ms": float(np.percentile(delays, 99)),
        "longest_gap_ms": 1e3 * float(max(gaps)),
        "server_core_percent": 100 * core / spent,
    }


def curve(url: str, pid: int, numbers: list[int]) -> list[dict[str, float]]:
    """One row for each number of viewers."""
    return [asyncio.run(measured(url, pid, number)) for number in numbers]


def start_rig(folder: str) -> subprocess.Popen[str]:
    """Start the server and the device as a command would be started from a terminal of its own.

    The file of the rig itself is not what is started: every new process would load that once more.
    """
    return subprocess.Popen(
        [sys.executable, "-c", "import live_rig; live_rig.main()", folder],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def main() -> None:
    """Print the curve; with ``--json URL PID`` as JSON lines of a server that runs already."""
    given = sys.argv[1:]
    if given[:1] == ["--json"]:
        for row in curve(given[1], int(given[2]), [int(number) for number in given[3:]]):
            sys.stdout.write(json.dumps(row) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        rig = start_rig(folder)
        assert rig.stdin is not None
        assert rig.stdout is not None
        url = json.loads(rig.stdout.readline())["url"]
        for row in curve(url, rig.pid, [int(number) for number in given or ("1", "5", "10", "20", "30")]):
            sys.stdout.write(", ".join(f"{name} {value:.1f}" for name, value in row.items()) + "\n")
            sys.stdout.flush()
        rig.stdin.close()
        rig.wait(30)
        rig.stdout.close()


if __name__ == "__main__":
    main()
