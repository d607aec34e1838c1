"""The replay: what travels is what was recorded, once, to within half a step; strangers get nothing."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import httpx
import numpy as np
import pytest

from dashboard import replay
from dashboard.live.samples import MISSING
from dashboard.replay import HEAD, replay_bytes, replay_meta, step_of
from dashboard.server import Server
from dashboard.store import trial_id
from footload.analysis import Analysis
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Event, Side, Trial


class Unpacked:
    def __init__(self, body: bytes) -> None:
        data = gzip.decompress(body)
        self.n, self.rate_hz, self.n_bytes, n_tracks = HEAD.unpack_from(data)
        samples = np.frombuffer(data, "<f4", 4 * self.n * (1 + n_tracks), HEAD.size).reshape(1 + n_tracks, self.n, 4)
        self.whole, self.tracks = samples[0], samples[1:]
        self.frames = np.frombuffer(data, "<u2", -1, HEAD.size + samples.nbytes).reshape(self.n, -1)


def block(pressure: np.ndarray, **changed: object) -> Analysis:
    layout = SensorLayout.rectangle(2, 3, 10.0)
    recording = PressureRecording(np.arange(len(pressure)) / 50, pressure, layout, **changed)  # type: ignore[arg-type]
    return Analysis(Trial("block", (recording,)), (), (), ())


def test_frames_force_and_place_of_a_trial_known_by_hand_travel_unchanged() -> None:
    pressure = np.zeros((3, 6))
    pressure[1, 0], pressure[1, 2] = 100.0, 300.0
    got = Unpacked(replay_bytes(block(pressure), 0))
    assert (got.n, got.rate_hz, got.n_bytes, len(got.tracks)) == (3, 50.0, 2, 0)
    np.testing.assert_array_equal(got.frames, np.rint(pressure / 0.1))
    # 100 mm² at 100 and at 300 kPa: 10 N at x 5 mm and 30 N at x 25 mm.
    np.testing.assert_allclose(got.whole[:, 2], [0, 40, 0])
    np.testing.assert_allclose(got.whole[1, :2], [20.0, 5.0])
    assert np.isnan(got.whole[[0, 2], :2]).all()
    np.testing.assert_allclose(got.whole[:, 3], [0, 0.02, 0.04], rtol=1e-6)


def test_a_dead_sensor_is_missing_and_not_nothing() -> None:
    valid = np.array([True, False, True, True, True, True])
    got = Unpacked(replay_bytes(block(np.full((2, 6), 50.0), valid=valid), 0))
    assert (got.frames[:, 1] == MISSING).all()
    assert (got.frames[:, valid] == 500).all()


def test_counts_beyond_sixteen_bits_are_shown_in_larger_steps() -> None:
    analysis = block(np.full((1, 6), 1e6), calibrated=False)
    step = step_of(analysis.trial.pressure)
    assert Unpacked(replay_bytes(analysis, 0)).frames[0, 0] * step == pytest.approx(1e6, abs=step)


def test_both_feet_of_a_squat_have_their_force_and_their_medial_shift(squat: Analysis) -> None:
    got, meta = Unpacked(replay_bytes(squat, 0)), replay_meta(squat, 0)
    assert meta["tracks"] == ["left", "right"]
    for track, side in zip(got.tracks, (Side.LEFT, Side.RIGHT), strict=True):
        contact = next(each for each in squat.contacts if each.side is side)
        np.testing.assert_allclose(track[contact.start : contact.stop, 2], contact.force, rtol=1e-6)
        np.testing.assert_allclose(track[:, 3], squat.shifts[side].shift_percent, rtol=1e-5, atol=1e-6)
    assert [each["name"] for each in meta["repetitions"]] == ["1", "2", "3", "4", "5"]
    assert meta["repetitions"][0]["rejected"] == "too shallow"
    recording = squat.trial.pressure
    np.testing.assert_allclose(got.frames * meta["step"], recording.pressure_kpa, atol=0.5001 * meta["step"])


def test_marks_and_gaps_travel_as_text(walk: Analysis) -> None:
    note = "<script>alert(1)</script>"
    trial = walk.trial.changed(events=(Event(0.5, "gap", note),))
    meta = replay_meta(Analysis(trial, (), (), ()), 0)
    assert meta["events"] == [{"time_s": 0.5, "name": "gap", "note": note}]


def test_a_trial_too_long_to_be_sent_whole_is_thinned_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MOST_BYTES", 2 * 6 * 10)
    pressure = np.arange(25)[:, None] * np.ones(6)
    analysis = block(pressure)
    got = Unpacked(replay_bytes(analysis, 0))
    assert replay_meta(analysis, 0)["every"] == 3
    assert got.rate_hz == pytest.approx(50 / 3)
    np.testing.assert_array_equal(got.frames[:, 0], np.arange(0, 250, 30))


def test_a_recording_that_is_not_there_is_a_key_error(walk: Analysis) -> None:
    with pytest.raises(KeyError, match="number 2"):
        replay_bytes(walk, 1)
    with pytest.raises(KeyError):
        replay_bytes(walk, -1)


def test_the_address_answers_the_token_only_and_knows_only_its_trials(clinic: Path) -> None:
    with Server(clinic) as server:
        base = f"http://127.0.0.1:{server.port}/stream/trial"
        good = f"{base}/{trial_id('squat.demo')}/0"
        assert httpx.get(good).status_code == 403

        async def ask() -> dict[str, httpx.Response]:
            async with httpx.AsyncClient(follow_redirects=True, timeout=20) as client:
                await client.get(server.url)
                asked = {"good": good, "damaged": f"{base}/{trial_id('broken.demo')}/0"}
                for number, bad in enumerate(
                    ("x/0", "..%2f..%2fetc/0", f"{trial_id('squat.demo')}/7", "x/nan", "x/-1")
                ):
                    asked[f"bad {number}"] = f"{base}/{bad}"
                return {name: await client.get(url) for name, url in asked.items()}

        got = asyncio.run(ask())
    assert got["good"].status_code == 200
    assert got["good"].headers["content-encoding"] == "gzip"
    assert got["good"].headers["x-content-type-options"] == "nosniff"
    assert HEAD.unpack_from(got["good"].content)[0] > 100
    assert got["damaged"].status_code == 422
    assert "broken.demo" in got["damaged"].text
    for name, answer in got.items():
        if name.startswith("bad"):
            assert answer.status_code == 404 or answer.headers["content-type"].startswith("text/html"), name
            assert "octet" not in answer.headers["content-type"]
