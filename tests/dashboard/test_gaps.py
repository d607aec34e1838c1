"""What a device did not measure is shown as nothing: after it was away, between two devices, and in drawn lines."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.figures.series import broken, thinned
from dashboard.live.device_view import DeviceView
from dashboard.live.plate_view import PlateView
from dashboard.live.samples import FIELDS, TIME
from dashboard.live.session import LiveSession
from dashboard.live.socket import LiveSocket
from dashboard.live.source_view import SourceView
from dashboard.live.stream import LiveStream
from devices.profile import Profile, load_profile
from devices.ring import Batch

PICTURE = np.zeros(4, np.uint16)


def rows(n: int, value: float = 1.0) -> np.ndarray:
    return np.full((n, len(FIELDS)), value, np.float32)


def test_a_viewer_of_the_devices_before_is_given_none_of_the_room_that_nobody_filled() -> None:
    stream = LiveStream()
    stream.begin("mat", "plates")
    stream.push(rows(10), PICTURE, 0.0, 1)
    stream.begin("another mat")
    assert stream.since(0) is None
    stream.push(rows(2), PICTURE, 0.0)
    news = stream.since(0)
    assert news is not None
    assert (news.seq, len(news.samples)) == (12, 2)
    assert np.isfinite(news.samples).all()
    stream.push(np.ones((3, 20), np.float32), PICTURE, 0.0)  # a device that says more than before
    news = stream.since(0)
    assert news is not None
    assert news.samples.shape == (3, 20)
    assert np.isfinite(news.samples).all()


class Browser:
    """The other end of a websocket."""

    def __init__(self) -> None:
        self.sent: list[str | bytes] = []
        self.gone = asyncio.Event()

    async def accept(self) -> None:
        pass

    async def send_text(self, text: str) -> None:
        self.sent.append(text)

    async def send_bytes(self, data: bytes) -> None:
        self.sent.append(data)

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "websocket.disconnect"}


def test_nothing_of_new_devices_is_sent_before_what_they_are(tmp_path: Path) -> None:
    session = LiveSession(tmp_path)
    session.stream.begin("mat", "plates")
    session.stream.push(rows(4), PICTURE, 0.0, 1)

    async def watched() -> list[str | bytes]:
        socket, browser = LiveSocket(session), Browser()
        real = socket._message

        def others_come_meanwhile(device: int, seq: int) -> tuple[int, bytes]:
            if session.stream.layouts == ("mat", "plates"):
                session.stream.begin("another mat")
                session.stream.push(rows(2), PICTURE, 0.0)
            return real(device, seq)

        socket._message = others_come_meanwhile  # type: ignore[method-assign]
        serving = asyncio.create_task(socket.serve(browser))  # type: ignore[arg-type]
        for _ in range(200):
            if "another mat" in browser.sent:
                break
            await asyncio.sleep(0.005)
            socket._wake_all()
        browser.gone.set()
        await asyncio.wait_for(serving, 2)
        return browser.sent

    sent = asyncio.run(watched())
    assert "another mat" in sent
    assert not [each for each in sent[: sent.index("another mat")] if isinstance(each, bytes)]


def frames(profile: Profile, times_s: np.ndarray, count: int) -> Batch:
    ns = np.round((100 + times_s) * 1e9).astype(np.int64)
    return Batch(np.arange(1, len(ns) + 1), ns, ns, np.full((len(ns), profile.n_values), count), 0)


@pytest.mark.parametrize(("kind", "name"), [(SourceView, "demo_mat"), (PlateView, "tecgihan")])
def test_zero_and_stance_begin_anew_where_the_device_was_away(kind: type[DeviceView], name: str) -> None:
    profile = load_profile(name)
    view: Any = kind(profile, LiveStream())
    step_s = 1 / profile.time.rate_hz
    before = np.arange(0, 0.3, step_s)
    after = before[-1] + 5.0 + np.arange(0, 0.3, step_s)
    view.show(frames(profile, before - 1.0, 10))
    view.begin_zero()
    view.begin_stance()
    view.show(frames(profile, before, 10))
    view.show(frames(profile, after, 50))
    assert not view.zeroed  # 0.3 s of either side are no half second of one device
    assert not view.stood  # and 5 s in which nothing came are no second in which somebody stood
    view.show(frames(profile, after[-1] + step_s * np.arange(1, round(1.1 / step_s)), 50))
    assert view.zeroed
    assert view.stood
    kept = np.array([at_s for at_s, _ in view._stood])
    assert np.diff(kept).max() < 0.1


@pytest.mark.parametrize(("kind", "name"), [(SourceView, "demo_mat"), (PlateView, "tecgihan")])
def test_a_device_that_was_away_leaves_one_row_without_any_value(kind: type[DeviceView], name: str) -> None:
    profile = load_profile(name)
    stream = LiveStream()
    view: Any = kind(profile, stream)
    stream.begin(view.layout("device"))
    times_s = np.concatenate(
        [np.arange(0, 0.3, 1 / profile.time.rate_hz), [5.0 + k / profile.time.rate_hz for k in range(100)]]
    )
    view.show(frames(profile, times_s, 100))
    news = stream.since(0)
    assert news is not None
    without = np.isnan(news.samples[:, FIELDS.index("force")])
    assert without.sum() == 1
    others = np.delete(news.samples[without][0], TIME)
    assert np.isnan(others).all()  # no force, no place, no share: nothing as 0
    assert (np.diff(news.samples[:, TIME]) >= 0).all()


def test_a_line_is_broken_where_samples_are_missing_and_nowhere_else() -> None:
    time_s = np.concatenate([np.arange(100) / 100, 3 + np.arange(100) / 100])
    values = np.ones(200)
    x, y = broken(time_s, values)
    assert np.flatnonzero(np.isnan(y)).tolist() == [100]
    assert x[100] == pytest.approx((0.99 + 3) / 2)
    assert np.isfinite(np.delete(y, 100)).all()
    x, y = thinned(np.tile(time_s, 1), values, most=60)
    assert np.isnan(y).sum() == 1
    one_lost = np.delete(np.arange(200) / 100, 50)
    assert np.isfinite(thinned(one_lost, values[:199])[1]).all()
    for few in (0, 1):
        assert len(thinned(time_s[:few], values[:few])[1]) == few
