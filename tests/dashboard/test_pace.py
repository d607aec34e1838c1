"""How fast files may come while a device is live."""

from __future__ import annotations

import asyncio

import pytest

from dashboard.pace import BURST_S, Pace


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_without_a_device_files_come_as_fast_as_they_can() -> None:
    assert [Pace(bytes_per_s=1.0).pause_s(10**9) for _ in range(3)] == [0.0, 0.0, 0.0]


def test_all_uploads_together_keep_the_pace(clock: Clock) -> None:
    """By hand: at 10 bytes a second, 50 bytes of whoever brings them take 5 s, less what is kept at the start."""
    pace = Pace(lambda: True, 10.0, clock)
    assert pace.pause_s(20) == pytest.approx(2.0 - BURST_S)
    assert pace.pause_s(30) == pytest.approx(5.0 - BURST_S)
    clock.now_s += 5.0 - BURST_S
    assert pace.pause_s(10) == pytest.approx(1.0)


def test_what_was_not_used_for_long_is_not_made_up_for(clock: Clock) -> None:
    pace = Pace(lambda: True, 10.0, clock)
    pace.pause_s(10)
    clock.now_s += 3600.0
    assert pace.pause_s(10) == pytest.approx(1.0 - BURST_S)


def test_the_pace_is_kept_only_while_it_is_held(clock: Clock) -> None:
    live = [True, False, True]
    pace = Pace(lambda: live.pop(0), 10.0, clock)
    assert pace.pause_s(10) == pytest.approx(1.0 - BURST_S)
    assert pace.pause_s(10) == 0.0
    assert pace.pause_s(10) == pytest.approx(2.0 - BURST_S)


def test_whoever_sends_waits_so_long(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("dashboard.pace.asyncio.sleep", sleep)
    asyncio.run(Pace(lambda: True, 10.0, clock).keep(10))
    asyncio.run(Pace(lambda: False, 10.0, clock).keep(10))
    assert waited == [pytest.approx(1.0 - BURST_S)]
