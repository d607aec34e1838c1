"""The live view from counts to messages, and a session with the simulated mat from connecting to a finished file."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

import footload as fl
from dashboard.components.recorded import recorded_notice
from dashboard.live.messages import HEAD, layout_message, layout_values, pack
from dashboard.live.samples import FIELDS, MISSING, Sampler
from dashboard.live.session import LiveSession
from dashboard.live.socket import COALESCE_S, MOST_ON_THE_WAY
from dashboard.live.source_view import SourceView
from dashboard.live.sources import Source, source_of
from dashboard.live.status import FAILED, OFF, RECORDING, WATCHING
from dashboard.live.stream import MOST_SAMPLES, LiveStream
from dashboard.pages.live import connect_view, mark_view, record_view, zero_view
from dashboard.server import Server
from devices.opening import TrialMetadata
from devices.profile import Profile, load_profile
from devices.ring import Batch
from footload.errors import DeviceError, DeviceNotFoundError, RecordingError
from footload.recordings import SensorLayout
from footload.trials import Task

KPA = 0.1953601953601954  # of one count of the simulated mat


@pytest.fixture(scope="module")
def mat() -> Profile:
    return load_profile("demo_mat")


def counts_at(*places: tuple[int, int], count: int = 1000) -> np.ndarray:
    counts = np.zeros((64, 96), np.uint16)
    for row, col in places:
        counts[row : row + 3, col : col + 3] = count
    return counts.ravel()


def sample_of(mat: Profile, counts: np.ndarray) -> dict[str, float]:
    values = Sampler(mat).picture(counts, 1.5).sample
    return dict(zip(FIELDS, (float(value) for value in values), strict=True))


def test_two_blocks_of_known_load_have_the_known_force_place_and_share(mat: Profile) -> None:
    found = sample_of(mat, counts_at((10, 10), (30, 60)) + counts_at((30, 60), count=2000))
    # 9 cells of 25 mm² at 195.36 kPa are 43.96 N; the right block carries three times that.
    one = 9 * 25 * 1000 * KPA * 1e-3
    assert found["force"] == pytest.approx(4 * one, rel=1e-6)
    assert found["left_share"] == pytest.approx(0.25, rel=1e-6)
    assert (found["left_x_mm"], found["left_y_mm"]) == pytest.approx((57.5, 57.5))  # cells 10-12 of 5 mm
    assert (found["right_x_mm"], found["right_y_mm"]) == pytest.approx((307.5, 157.5))
    assert found["cop_x_mm"] == pytest.approx(0.25 * 57.5 + 0.75 * 307.5)
    assert found["time_s"] == 1.5


def test_one_block_is_no_left_and_no_right_foot(mat: Profile) -> None:
    found = sample_of(mat, counts_at((10, 10)))
    assert found["cop_x_mm"] == pytest.approx(57.5)
    assert np.isnan([found["left_share"], found["left_x_mm"], found["right_x_mm"]]).all()


def test_an_empty_mat_has_a_force_and_no_centre_of_pressure(mat: Profile) -> None:
    found = sample_of(mat, np.zeros(6144, np.uint16))
    assert found["force"] == 0
    assert np.isnan([found["cop_x_mm"], found["cop_y_mm"]]).all()


def test_a_picture_holds_pressure_in_steps_and_says_which_cells_are_dead(mat: Profile) -> None:
    cells = mat.cells.model_copy(update={"dead": ((0, 1),)})  # type: ignore[union-attr]
    sampler = Sampler(mat.model_copy(update={"cells": cells}))
    counts = np.zeros(6144, np.uint16)
    counts[[0, 1, 6143]] = 1000, 1000, 4095
    picture = sampler.picture(counts, 0.0)
    assert picture.steps[1] == MISSING
    assert picture.steps[0] * sampler.step == pytest.approx(1000 * KPA, abs=sampler.step)
    assert picture.steps[6143] * sampler.step == pytest.approx(800.0, abs=sampler.step)
    assert picture.sample[2] == pytest.approx((1000 + 4095) * KPA * 25e-3, rel=1e-5)


def test_zero_takes_away_what_stands_there_and_never_shows_less_than_nothing(mat: Profile) -> None:
    sampler = Sampler(mat)
    sampler.zero(sampler.pressure(counts_at((10, 10))))
    assert sampler.picture(counts_at((10, 10)), 0.0).sample[2] == 0
    assert sampler.picture(counts_at((10, 10), count=500), 0.0).sample[2] == 0
    assert sampler.picture(counts_at((10, 10), count=1500), 0.0).sample[2] == pytest.approx(9 * 25 * 500 * KPA * 1e-3)


def batch_of(times_s: list[float], first: int) -> Batch:
    ns = np.array([round((100 + time_s) * 1e9) for time_s in times_s])
    seq = np.arange(first, first + len(times_s))
    return Batch(seq, ns, ns, np.stack([counts_at((10, 10))] * len(times_s)), 0)


def test_a_frame_that_is_missing_breaks_the_line_and_a_steady_other_rate_does_not(mat: Profile) -> None:
    stream = LiveStream()
    view = SourceView(mat, stream)
    stream.begin(layout_message(view.sampler, "mat"))
    times = [0.02 * k for k in range(60) if k != 50]  # half of the rate in the profile, number 50 lost
    for at in range(0, len(times), 3):
        view.show(batch_of(times[at : at + 3], at + 1))
    news = stream.since(0)
    assert news is not None
    broken = news.samples[np.isnan(news.samples[:, 2])]
    late = broken[broken[:, -1] > 0.5]  # at first the rate is not known
    assert late[:, -1] == pytest.approx([1.02], abs=5e-3)


def test_a_message_can_be_read_without_copying() -> None:
    stream = LiveStream()
    stream.begin("{}")
    samples = np.arange(2 * len(FIELDS), dtype=np.float32).reshape(2, -1)
    stream.push(samples, np.arange(7, dtype=np.uint16), 1234.5)
    news = stream.since(0)
    assert news is not None
    message = pack(news)
    assert HEAD.unpack_from(message) == (2, 0, 2, 1234.5)
    assert (HEAD.size, HEAD.size % 4) == (16, 0)
    np.testing.assert_array_equal(np.frombuffer(message, "<f4", 24, 16).reshape(2, 12), samples)
    np.testing.assert_array_equal(np.frombuffer(message, "<u2", -1, 16 + 4 * 24), np.arange(7))


def test_a_viewer_that_was_away_gets_the_newest_samples_and_sees_that_some_are_missing() -> None:
    stream = LiveStream()
    stream.begin("{}")
    for number in range(2000):
        stream.push(np.full((1, len(FIELDS)), number, np.float32), np.zeros(1, np.uint16), 0.0)
    news = stream.since(5)
    assert news is not None
    assert len(news.samples) == MOST_SAMPLES < news.seq - 5
    np.testing.assert_array_equal(news.samples[:, 0], np.arange(2000 - MOST_SAMPLES, 2000))
    assert stream.since(news.seq) is None


@pytest.mark.parametrize(("rows", "cols", "lying"), [(30, 10, False), (64, 96, False), (200, 40, True)])
def test_a_walkway_lies_down_and_a_single_foot_stands_upright(rows: int, cols: int, lying: bool) -> None:
    # 300 mm x 100 mm is one foot, 640 x 960 a mat, 2 m x 0.4 m a walkway.
    assert layout_values(SensorLayout.rectangle(rows, cols, 10.0), 0.1, True)["lying"] is lying


def test_free_sensors_are_sent_with_place_and_size() -> None:
    layout = SensorLayout(np.array([0.0, 30.0]), np.array([0.0, 40.0]), np.array([100.0, 400.0]))
    values = layout_values(layout, 0.1, True)
    assert values["sensors"] == [[0.0, 0.0, 10.0], [30.0, 40.0, 20.0]]
    assert values["extent_mm"] == [-5.0, -5.0, 40.0, 50.0]


# --- A whole session on the simulated mat ----------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path: Path) -> Iterator[LiveSession]:
    made = LiveSession(tmp_path)
    yield made
    made.disconnect()
    assert made.status.state in {OFF, FAILED}


def wait_until(done: object, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def test_from_connecting_to_a_trial_with_marks(session: LiveSession, tmp_path: Path) -> None:
    assert connect_view(session, "simulated-walk", "") is None
    assert session.status.state == WATCHING
    wait_until(lambda: session.stream.seq > 20)
    assert record_view(session, " P7 ", "walking", "barefoot") is None
    assert session.status.state == RECORDING
    assert mark_view(session, "left heel") is None
    seen = session.stream.seq
    wait_until(lambda: session.stream.seq > seen + 60)
    last = session.stop()
    assert last is not None
    wait_until(lambda: session.status.state == WATCHING and session.stream.seq > seen + 120)
    trial = fl.read(tmp_path / last.file)
    assert (trial.task, trial.participant.id, trial.condition.name) == (Task.WALKING, "P7", "barefoot")
    assert trial.pressure.n_frames >= 60
    assert [event.note for event in trial.events if event.name == "mark"] == ["left heel"]
    assert "P7" not in last.file
    assert last.file in str(recorded_notice(last, [tmp_path / last.file], lab=False))


def test_letting_go_in_the_middle_ends_the_recording_in_order(session: LiveSession, tmp_path: Path) -> None:
    session.connect(source_of("simulated-walk", ""))
    name = session.record(TrialMetadata())
    session.disconnect()
    assert session.status.state == OFF
    assert fl.read(tmp_path / name).pressure.n_frames > 0


def test_zero_says_how_much_was_taken_for_nothing(session: LiveSession) -> None:
    session.connect(source_of("simulated-squat", ""))
    said = session.zero()
    assert "Somebody or something was on it" in said
    wait_until(lambda: (news := session.stream.since(session.stream.seq - 1)) and abs(news.samples[0, 2]) < 400)
    assert "Recordings keep the bytes" in str(zero_view(session))


def test_buttons_without_a_device_say_why_nothing_happens(session: LiveSession) -> None:
    with pytest.raises(RecordingError, match="is off"):
        session.record(TrialMetadata())
    with pytest.raises(RecordingError, match="Nothing is being recorded"):
        session.mark()
    with pytest.raises(DeviceError, match="No device is connected"):
        session.zero()
    assert session.stop() is None
    for view in (mark_view(session, "x"), zero_view(session), record_view(session, "", "nonsense", "")):
        assert "This did not work" in str(view)


def test_a_second_device_is_refused_and_the_first_goes_on(session: LiveSession) -> None:
    session.connect(source_of("simulated-walk", ""))
    with pytest.raises(DeviceError, match="connected already"):
        session.connect(source_of("simulated-squat", ""))
    assert session.status.state == WATCHING


def test_a_port_that_cannot_be_opened_fails_with_its_sentence(session: LiveSession, mat: Profile) -> None:
    with pytest.raises(DeviceError, match="no-such-port"):
        session.connect(Source("mat", mat, "/dev/no-such-port"))
    assert session.status.state == FAILED
    assert "no-such-port" in session.status.problem
    session.connect(source_of("simulated-walk", ""))  # and the next try works
    assert session.status.state == WATCHING


@pytest.mark.parametrize("chosen", ["/etc/passwd", "socket://192.168.1.1:80", "spy:///dev/null", "", "../x.mcap"])
def test_a_page_cannot_make_the_server_open_any_address(chosen: str) -> None:
    with pytest.raises(DeviceNotFoundError, match="There is no port"):
        source_of(chosen, "demo_mat")


# --- The websocket ---------------------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as running:
        yield running


def viewer(server: Server, **changed: str) -> ClientConnection:
    headers = {"Cookie": f"footload_{server.port}={server.token}", "Host": f"127.0.0.1:{server.port}"} | changed
    host = headers.pop("Host")
    return connect(
        f"ws://{host}/stream/live",
        sock=socket.create_connection(("127.0.0.1", server.port), 5),
        origin=headers.pop("Origin", None),  # type: ignore[arg-type]
        additional_headers=headers,
        proxy=None,
        open_timeout=5,
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"Cookie": ""},
        {"Cookie": "footload=wrong"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
    ],
    ids=["no token", "wrong token", "foreign origin", "no origin of its own", "foreign host"],
)
def test_the_live_websocket_lets_no_stranger_in(server: Server, changed: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        viewer(server, **changed)
    assert server.session.stream.n_viewers == 0


def test_a_viewer_gets_state_layout_and_every_sample_and_is_forgotten_when_it_leaves(server: Server) -> None:
    with viewer(server, Origin=f"http://127.0.0.1:{server.port}") as line:
        first = json.loads(line.recv(5))
        assert (first["kind"], first["state"]) == ("status", "off")
        server.session.connect(source_of("simulated-walk", ""))
        messages = iter(lambda: line.recv(5), None)
        layout = next(found for m in messages if isinstance(m, str) and (found := json.loads(m))["kind"] == "layout")
        assert (layout["grid"], layout["extent_mm"], layout["fields"]) == ([64, 96], [0, 0, 480, 320], list(FIELDS))
        last, n_samples = None, 0
        while n_samples < 60:
            message = next(messages)
            if isinstance(message, str):
                continue
            n, device, seq, wall_ms = HEAD.unpack_from(message)
            assert device == 0
            assert len(message) == 16 + 48 * n + 2 * 6144
            assert last is None or seq == last + n, "a sample was lost on the way"
            assert abs(time.time() * 1e3 - wall_ms) < 5000
            last, n_samples = seq, n_samples + n
    wait_until(lambda: server.session.stream.n_viewers == 0)


def test_a_viewer_that_talks_is_not_listened_to(server: Server) -> None:
    with viewer(server) as line:
        line.send("record")
        line.send(b"\x00" * 1000)
        assert json.loads(line.recv(5))["state"] == "off"
    assert server.session.status.state == OFF


def test_a_slow_viewer_has_little_before_it_and_then_gets_everything_it_missed_with_the_newest_picture(
    server: Server,
) -> None:
    stream = server.session.stream
    stream.begin("{}")
    row = np.zeros((1, len(FIELDS)), np.float32)

    def numbers(line: ClientConnection, seconds: float) -> list[tuple[int, ...]]:
        found: list[tuple[int, ...]] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                message = line.recv(0.2)
            except TimeoutError:
                continue
            if isinstance(message, bytes):
                found.append(HEAD.unpack_from(message))
        return found

    with viewer(server) as line:
        line.recv(5)
        line.send(bytes([0]))  # from now on the server counts
        time.sleep(0.1)
        for _ in range(60):
            stream.push(row, np.zeros(4, np.uint16), 0.0)
            time.sleep(COALESCE_S * 1.5)
        before = numbers(line, 0.8)
        assert len(before) == MOST_ON_THE_WAY
        line.send(bytes([255]))  # more than was sent is not believed
        after = numbers(line, 0.8)
    assert [len(after), after[0][2]] == [1, stream.seq]
    assert before[-1][2] + after[0][0] == stream.seq, "a sample was lost on the way"


def test_stopping_the_server_ends_a_recording_in_order(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.session.connect(source_of("simulated-walk", ""))
        name = server.session.record(TrialMetadata())
        with viewer(server):
            pass
    assert fl.read(tmp_path / name).pressure.n_frames > 0
    assert "footload-live" not in {thread.name for thread in threading.enumerate()}


def test_the_page_is_at_its_address(server: Server) -> None:
    with httpx.Client(follow_redirects=True) as client:
        client.get(server.url)
        assert 'lang="en"' in client.get(f"http://127.0.0.1:{server.port}/live").text
