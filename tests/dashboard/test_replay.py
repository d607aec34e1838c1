"""The replay: what travels is what was recorded, once, to within half a step; strangers get nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace as changed
from pathlib import Path

import httpx
import numpy as np
import pytest

from dashboard import replay, replay_body
from dashboard.live.samples import MISSING
from dashboard.replay import FRAMES_AT_ONCE, HEAD, _steps, replay_bytes, replay_meta, step_of
from dashboard.server import Server
from dashboard.store import trial_id
from footload.analysis import Analysis, analyze
from footload.joined import join
from footload.plates.pressure_center import center_of_pressure_mm
from footload.readers import read
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Event, Side, Trial

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"


class Unpacked:
    def __init__(self, body: bytes) -> None:
        data = gzip.decompress(body)
        (length,) = HEAD.unpack_from(data)
        self.meta = meta = json.loads(data[HEAD.size : HEAD.size + length])
        self.at, self.data = HEAD.size + length, data
        n, k = meta["n"], len(meta["tracks"])
        samples = self._floats(4 * n * (1 + k)).reshape(1 + k, n, 4)
        self.whole, self.tracks = samples[0], samples[1:]
        self.plates = [self._floats(6 * plate["n"]).reshape(-1, 6) for plate in meta["plates"]]
        self.knees = [self._floats(2 * knee["n"]).reshape(-1, 2) for knee in meta["knees"]]
        if meta["markers"]:
            m, labels = meta["markers"]["n"], meta["markers"]["labels"]
            self.marker_time_s = self._floats(m)
            self.places_mm = self._floats(3 * m * len(labels)).reshape(m, len(labels), 3)
        self.frames = np.frombuffer(data, "<u2", -1, self.at).reshape(n, -1) if meta["mat"] else np.empty((n, 0))

    def _floats(self, n: int) -> np.ndarray:
        found = np.frombuffer(self.data, "<f4", n, self.at)
        self.at += found.nbytes
        return found


def block(pressure: np.ndarray, **changed: object) -> Analysis:
    layout = SensorLayout.rectangle(2, 3, 10.0)
    recording = PressureRecording(np.arange(len(pressure)) / 50, pressure, layout, **changed)  # type: ignore[arg-type]
    return Analysis(Trial("block", (recording,)), (), (), ())


def test_frames_force_and_place_of_a_trial_known_by_hand_travel_unchanged() -> None:
    pressure = np.zeros((3, 6))
    pressure[1, 0], pressure[1, 2] = 100.0, 300.0
    got = Unpacked(replay_bytes(block(pressure), 0))
    assert (got.meta["n"], got.meta["width"], len(got.tracks)) == (3, 6, 0)
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
    meta = Unpacked(replay_bytes(Analysis(trial, (), (), ()), 0)).meta
    assert meta["events"] == [{"time_s": 0.5, "name": "gap", "note": note}]


def test_a_trial_too_long_to_be_sent_whole_is_thinned_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MOST_BYTES", 2 * 6 * 10)
    pressure = np.arange(25)[:, None] * np.ones(6)
    analysis = block(pressure)
    got = Unpacked(replay_bytes(analysis, 0))
    assert replay_meta(analysis, 0)["every"] == 3
    np.testing.assert_allclose(got.whole[:, 3], np.arange(9) * 3 / 50, rtol=1e-6)
    np.testing.assert_array_equal(got.frames[:, 0], np.arange(0, 250, 30))


def test_a_recording_that_is_not_there_is_a_key_error(walk: Analysis) -> None:
    with pytest.raises(KeyError, match="number 2"):
        replay_bytes(walk, 1)
    with pytest.raises(KeyError):
        replay_bytes(walk, -1)


@pytest.fixture(scope="module")
def on_plates() -> Analysis:
    return analyze(read(STUDY / "barefoot_squat_plates.h5"))


def test_plates_markers_and_knees_travel_on_their_own_times(on_plates: Analysis) -> None:
    got, trial = Unpacked(replay_bytes(on_plates, 0)), on_plates.trial
    assert not got.meta["mat"]
    assert len(got.plates) == len(trial.forces) == 2
    for sent, plate in zip(got.plates, trial.forces, strict=True):
        np.testing.assert_allclose(sent[:, 0], plate.time_s, rtol=1e-6)
        np.testing.assert_allclose(sent[:, 1:4], plate.force_n, rtol=1e-6, atol=1e-4)
        np.testing.assert_allclose(sent[:, 4:], center_of_pressure_mm(plate)[:, :2], rtol=1e-5, atol=1e-3)
    total = sum(plate.force_n[:, 2] for plate in trial.forces)
    np.testing.assert_allclose(got.whole[:, 2], total, rtol=1e-6, atol=1e-4)
    (markers,) = trial.markers
    np.testing.assert_allclose(got.marker_time_s, markers.time_s, rtol=1e-6)
    np.testing.assert_allclose(got.places_mm, markers.positions_mm, rtol=1e-6)
    names = markers.labels
    joined = {(names[link["from"]], names[link["to"]]) for link in got.meta["markers"]["links"]}
    assert {("LHJC", "LKJC"), ("LKJC", "LAJC"), ("RHJC", "RKJC"), ("RKJC", "RAJC")} <= joined


def test_the_knee_angle_of_the_replay_is_that_of_the_findings(on_plates: Analysis) -> None:
    got = Unpacked(replay_bytes(on_plates, 0))
    assert [knee["side"] for knee in got.meta["knees"]] == ["left", "right"]
    repetition = on_plates.repetitions[1]
    start_s, stop_s = (on_plates.repetition_time_s[i] for i in (repetition.start, repetition.stop - 1))
    for side, knee in zip((Side.LEFT, Side.RIGHT), got.knees, strict=True):
        inside = (knee[:, 0] >= start_s - 1e-4) & (knee[:, 0] <= stop_s + 1e-4)
        (finding,) = (
            f for f in on_plates.findings if (f.metric, f.side, f.repetition) == ("knee_projection_peak", side, 1)
        )
        assert knee[inside, 1].max() == pytest.approx(finding.value, abs=1e-3)


def test_phases_travel_in_seconds_of_the_trial(on_plates: Analysis) -> None:
    meta = replay_meta(on_plates, 0)
    time_s = on_plates.repetition_time_s
    for sent, repetition in zip(meta["repetitions"], on_plates.repetitions, strict=True):
        assert [phase["name"] for phase in sent["phases"]] == list(repetition.phases)
        for phase, (start, stop) in zip(sent["phases"], repetition.phases.values(), strict=True):
            assert (phase["start_s"], phase["stop_s"]) == (time_s[start], time_s[min(stop, len(time_s) - 1)])
    assert meta["repetitions"][0]["phases"]


def test_mat_and_plates_of_one_trial_share_its_clock(on_plates: Analysis) -> None:
    mat = analyze(read(STUDY / "barefoot_squat_mat.mcap")).trial.pressure
    both = on_plates.trial.changed(recordings=(mat, *on_plates.trial.recordings))
    got = Unpacked(replay_bytes(Analysis(both, (), (), ()), 0))
    assert (got.meta["mat"], got.meta["n"], len(got.plates), got.meta["markers"]["n"]) == (True, 402, 2, 402)
    np.testing.assert_allclose(got.whole[:, 3], mat.time_s, rtol=1e-6)


def test_plates_that_lie_nowhere_have_force_and_no_place(on_plates: Analysis) -> None:
    plate = on_plates.trial.forces[0]
    nowhere = changed(plate, plate=changed(plate.plate, corners_mm=np.full((4, 3), np.nan)))
    trial = on_plates.trial.changed(recordings=(nowhere,))
    got = Unpacked(replay_bytes(Analysis(trial, (), (), ()), 0))
    assert got.meta["plates"][0]["corners_mm"] is None
    assert np.isnan(got.plates[0][:, 4:]).all()
    assert np.isfinite(got.plates[0][:, 3]).all()


def test_a_line_too_long_for_any_screen_is_thinned(on_plates: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_body, "MOST_SAMPLES", 1000)
    got = Unpacked(replay_bytes(on_plates, 0))
    assert got.meta["every"] == 3
    np.testing.assert_allclose(got.plates[0][:, 0], on_plates.trial.forces[0].time_s[::3], rtol=1e-6)


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
    assert HEAD.unpack_from(got["good"].content)[0] > 100  # the length of its text
    assert got["damaged"].status_code == 422
    assert "broken.demo" in got["damaged"].text
    for name, answer in got.items():
        if name.startswith("bad"):
            assert answer.status_code == 404 or answer.headers["content-type"].startswith("text/html"), name
            assert "octet" not in answer.headers["content-type"]


def test_the_time_line_is_that_of_everything_that_was_recorded() -> None:
    mat, plates = read(STUDY / "barefoot_squat_mat.mcap"), read(STUDY / "barefoot_squat_plates.h5")
    joined = join([mat, plates], [-0.4])
    trial = Analysis(joined, (), (), ())
    assert replay_meta(trial, 0)["span_s"] == pytest.approx([-0.4, mat.pressure.time_s[-1]])
    sent = Unpacked(replay_bytes(trial, 0))
    assert sent.plates[0][0, 0] == pytest.approx(-0.4)
    assert sent.marker_time_s[0] == pytest.approx(-0.4)
    assert sent.whole[0, 3] == 0.0


def test_frames_are_put_into_steps_a_few_at_once_as_they_were_all_at_once() -> None:
    n = 2 * FRAMES_AT_ONCE + 5
    pressure_kpa = np.random.default_rng(3).uniform(0, 400, (n, 6))
    pressure_kpa[3:9, 2] = np.nan
    valid = np.arange(6) != 2
    mat = PressureRecording(np.arange(n) / 50, pressure_kpa, SensorLayout.rectangle(2, 3, 5.0), valid=valid)
    for every in (1, 3):
        shown = slice(None, None, every)
        meant = np.floor(pressure_kpa[shown] / step_of(mat) + 0.5)
        meant[:, 2] = MISSING
        np.testing.assert_array_equal(_steps(mat, shown), meant)
