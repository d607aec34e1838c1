"""How exactly a device's clock is found, against known times: prints the table. Run from the project's folder.

python tests/faults/clock_numbers.py
"""

# ruff: noqa: T201
from __future__ import annotations

import numpy as np

from devices.clock import timeline
from devices.framing.decoder import Frame
from devices.live_clock import LiveClock
from devices.tables import Time

RATE_HZ = 100
DRIFT_PPM = 60
SECONDS = 600
WIRES = {"16 ms batching": 0.016, "1 ms batching": 0.001, "no batching": 0.0}


def simulated(batch_s, seed=1, loss=0.002, seconds=SECONDS):
    """Counter, true times and arrivals of a mat behind a serial adapter that hands over what came every `batch_s`."""
    rng = np.random.default_rng(seed)
    n = RATE_HZ * seconds
    count = np.arange(n)
    true_s = 1000 + count / RATE_HZ * (1 + DRIFT_PPM * 1e-6)
    late_s = rng.exponential(0.0012, n) + rng.exponential(0.002, n)
    spikes = rng.random(n) < 0.002
    late_s[spikes] += rng.uniform(0.02, 0.15, spikes.sum())
    arrival_s = true_s + late_s
    if batch_s:
        arrival_s = np.ceil(arrival_s / batch_s) * batch_s
    kept = rng.random(n) >= loss
    return count[kept], true_s[kept], np.maximum.accumulate(arrival_s)[kept]


def online_error_s(count, true_s, arrival_s, half_time_s=90.0):
    """What the live clock is off, after the first tenth of the record."""
    clock = LiveClock(Time(rate_hz=RATE_HZ, counter={"offset": 0, "format": "<H"}), half_time_s)
    found = np.array([clock.follow_raw(int(c) % 65536, float(a)) for c, a in zip(count, arrival_s, strict=True)])
    return (found - true_s)[len(count) // 10 :]


def offline_error_s(count, true_s, arrival_s):
    """What the times of a recording are off."""
    cells = np.zeros(1, np.uint16)
    frames = [Frame(k, int(c) % 65536, None, cells, 0, 1) for k, c in enumerate(count)]
    line = timeline(Time(rate_hz=RATE_HZ, counter={"offset": 0, "format": "<H"}), frames, arrival_s)
    assert line.kept.all()
    return line.time_s - true_s, line


def main():
    """Print the table."""
    print(f"{RATE_HZ} Hz, {SECONDS} s, {DRIFT_PPM:+d} ppm, 0.2 % loss; error: std / p99.9 after the mean, mean [ms]")
    for name, batch_s in WIRES.items():
        sim = simulated(batch_s)
        offline, line = offline_error_s(*sim)
        rows = {
            "raw arrival": sim[2] - sim[1],
            "online, half time 90 s": online_error_s(*sim),
            "online, half time 10 s": online_error_s(*sim, half_time_s=10.0),
            "offline, lower envelope": offline,
        }
        print(f"{name}: drift found {line.drift_ppm:+.2f} ppm, jitter {line.jitter_ms:.2f} ms")
        for row, error_s in rows.items():
            off_ms = 1e3 * (error_s - error_s.mean())
            spread = f"{off_ms.std():.4f} / {np.percentile(abs(off_ms), 99.9):.4f}"
            print(f"  {row:26s} {spread:>18s}   mean {1e3 * error_s.mean():+.3f}")


if __name__ == "__main__":
    main()
