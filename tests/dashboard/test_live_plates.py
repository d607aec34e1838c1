"""Plates in the live view: from counts to what is drawn, feet that stand on them, and beside a mat in one file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import footload as fl
from dashboard.live.biofeedback import Band, Biofeedback
from dashboard.live.plate_view import PlateView
from dashboard.live.plates import PlateSampler
from dashboard.live.samples import FIELDS
from dashboard.live.session import LiveSession
from dashboard.live.socket import LiveSocket
from dashboard.live.sources import _on_plates, _two_plates, drawable, source_of
from dashboard.live.standing_feet import feet_on_plates
from dashboard.live.status import WATCHING
from dashboard.live.stream import LiveStream
from dashboard.live.watching import Watched, view_of
from dashboard.pages.live import connect_view
from dashboard.pages.live_protocol import measure_view, size_of
from devices.captured import Wanted, captured
from devices.opening import TrialMetadata
from devices.profile import Profile, load_profile
from devices.ring import Batch
from devices.wrench import counts_for
from footload.errors import DeviceError
from footload.recordings import Side
from footload.tasks.streaming_squats import FootSize

SIZE = FootSize(260.0, 95.0)
"""Of the simulated feet. [mm]"""


def counts_of(profile: Profile, *loads: tuple[float, float, float]) -> np.ndarray:
    """One frame of a force at a place of each plate, from its own centre. [N], [mm]"""
    total = np.zeros((1, profile.n_values))
    for board, (force, x, y) in zip(profile.plate, loads, strict=True):
        alone = profile.model_copy(update={"plate": (board,)})
        wrench = np.array([[0.0, 0.0, force]]), np.array([[y * force, -x * force, 0.0]])
        total = total + counts_for(alone, *wrench)
    return total


def drawn(sampler: PlateSampler, counts: np.ndarray) -> dict[str, float]:
    values = sampler.samples(sampler.wrenches(counts), np.array([1.5]))[0]
    return dict(zip(sampler.fields, (float(value) for value in values), strict=True))


@pytest.fixture(scope="module")
def two() -> Profile:
    return _two_plates()


def test_two_plates_have_the_known_forces_places_and_share(two: Profile) -> None:
    found = drawn(PlateSampler(two), counts_of(two, (200.0, 10.0, 20.0), (600.0, -30.0, 40.0)))
    assert (found["plate_1_force"], found["plate_2_force"]) == pytest.approx((200, 600), rel=1e-5)
    assert (found["plate_1_x_mm"], found["plate_1_y_mm"]) == pytest.approx((-290, 20), abs=1e-2)
    assert (found["plate_2_x_mm"], found["plate_2_y_mm"]) == pytest.approx((270, 40), abs=1e-2)
    assert (found["force"], found["left_share"]) == pytest.approx((800, 0.25), rel=1e-5)
    # (200 x -290 + 600 x 270) / 800, and (200 x 20 + 600 x 40) / 800
    assert (found["cop_x_mm"], found["cop_y_mm"]) == pytest.approx((130, 35), abs=1e-2)
    assert (found["left_x_mm"], found["right_x_mm"]) == pytest.approx((-290, 270), abs=1e-2)
    assert found["time_s"] == 1.5


def test_an_empty_plate_has_no_place_and_an_unloaded_device_no_share(two: Profile) -> None:
    found = drawn(PlateSampler(two), counts_of(two, (0.0, 0.0, 0.0), (500.0, 10.0, 0.0)))
    assert np.isnan(found["plate_1_x_mm"])
    assert found["cop_x_mm"] == pytest.approx(310, abs=1e-2)
    assert found["left_share"] == 0
    nothing = drawn(PlateSampler(two), counts_of(two, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    assert nothing["force"] == 0
    assert np.isnan([nothing["cop_x_mm"], nothing["left_share"]]).all()


def test_plates_whose_places_nobody_knows_are_drawn_side_by_side_and_that_is_said() -> None:
    sampler = PlateSampler(load_profile("mobbo"))
    assert not sampler.placed
    left, right = (np.array(each.corners_mm) for each in sampler.drawn)
    assert left[:, 0].max() < right[:, 0].min()
    assert [each.side for each in sampler.drawn] == [Side.LEFT, Side.RIGHT]
    assert PlateSampler(_two_plates()).placed


def test_one_plate_names_no_foot() -> None:
    sampler = PlateSampler(load_profile("tecgihan"))
    assert [each.side for each in sampler.drawn] == [None]
    found = drawn(sampler, counts_of(sampler.profile, (500.0, 20.0, 30.0)))
    assert (found["force"], found["cop_x_mm"]) == pytest.approx((500, 20), rel=1e-2)  # counts of 0.1 N and 10 N·mm
    assert np.isnan([found["left_share"], found["left_x_mm"], found["right_x_mm"]]).all()


def test_only_what_weighs_in_known_units_can_be_drawn() -> None:
    names = drawable()
    assert {"demo_mat", "mobbo", "tecgihan", "load_cells_ascii"} <= set(names)
    assert not {"bitalino", "amti_accusway_plus", "load_cells_crc16"} & set(names)


def batch(profile: Profile, times_s: np.ndarray, force_n: np.ndarray) -> Batch:
    ns = np.round((100 + times_s) * 1e9).astype(np.int64)
    counts = np.concatenate([counts_of(profile, (float(force), 0.0, 0.0)) for force in force_n])
    return Batch(np.arange(1, len(ns) + 1), ns, ns, counts, 0)


def test_a_fast_plate_is_averaged_to_what_a_screen_can_show_and_a_gap_is_not_averaged_over() -> None:
    profile = load_profile("tecgihan")
    stream = LiveStream()
    view = PlateView(profile, stream)
    stream.begin(view.layout("plate"))
    assert json.loads(stream.layouts[0])["rate_hz"] == pytest.approx(100)
    frames = np.arange(44)
    times_s = frames * 1e-3 + np.where(frames >= 24, 0.5, 0.0)  # after 24 frames half a second is missing
    view.show(batch(profile, times_s, 100.0 + frames))
    news = stream.since(0)
    assert news is not None
    force = news.samples[:, FIELDS.index("force")]
    # 0-9 and 10-19, the gap, then 24-33 and 34-43; the four before the gap belong to nothing.
    np.testing.assert_allclose(force, [104.5, 114.5, np.nan, 128.5, 138.5], atol=0.1)


def test_zero_takes_what_stands_there_for_nothing(two: Profile) -> None:
    view = PlateView(two, LiveStream())
    view.begin_zero()
    ns = np.arange(60) * 10_000_000
    counts = np.repeat(counts_of(two, (100.0, 0.0, 0.0), (20.0, 0.0, 0.0)), 60, axis=0)
    view.show(Batch(np.arange(1, 61), ns, ns, counts, 0))
    assert view.zeroed.startswith("100 N on board 1 and 20 N on board 2 are now shown as nothing.")
    assert "Somebody or something was on it" in view.zeroed
    found = drawn(view.sampler, counts_of(two, (400.0, 0.0, 0.0), (20.0, 0.0, 0.0)))
    assert (found["plate_1_force"], found["plate_2_force"]) == pytest.approx((300, 0), abs=1e-2)


# --- Feet that stand on plates --------------------------------------------------------------------------------------


def followed(name: str, two: Profile, landing: bool, band: Band | None = None) -> Biofeedback:
    """The simulated person through the device's own counts, twice, and everything that was told of it."""
    trial, sampler = _on_plates(name), PlateSampler(two)
    counts = sum(
        counts_for(two.model_copy(update={"plate": (board,)}), one.force_n, one.moment_nmm)
        for board, one in zip(two.plate, trial.forces, strict=True)
    )
    wrenches = np.tile(sampler.wrenches(np.asarray(counts)), (2, 1, 1))
    samples = sampler.samples(wrenches, np.arange(len(wrenches)) / 100.0)
    still = samples[400:500] if landing else samples[20:120]
    coach = Biofeedback(feet_on_plates(still, sampler, SIZE), landing=landing, band=band)
    for start in range(0, len(samples), 9):
        coach.feed(samples[start : start + 9])
    return coach


def shifts(text: str) -> list[float]:
    return [float(text.split(f"{side} ")[1].split(" %", maxsplit=1)[0]) for side in Side]


def test_squats_on_plates_are_told_with_the_known_medial_shift(two: Profile) -> None:
    coach = followed("simulated-plates", two, landing=False)
    assert coach.n_counted >= 9
    for told in coach.told:
        assert shifts(told.text) == pytest.approx([6 / 0.95] * 2, abs=0.4)  # 6 mm of 95 mm, forces with 0.5 N of noise


def test_landings_on_plates_are_told_with_the_known_medial_shift_and_the_foot_outside_the_band(two: Profile) -> None:
    coach = followed("simulated-plates-landing", two, landing=True, band=Band(0.0, 8.0))
    assert coach.n_counted == 2
    for told in coach.told:
        assert shifts(told.text) == pytest.approx([5 / 0.95, -3 / 0.95], abs=0.6)  # peaks, so noise adds to them
        assert told.text.endswith("Outside the band: right.")
        assert told.counts
        assert not told.good


def test_feet_on_plates_have_to_be_entered_and_to_stand_there(two: Profile) -> None:
    sampler = PlateSampler(two)
    time_s = np.arange(100) / 100
    both = sampler.samples(np.repeat(sampler.wrenches(counts_of(two, (300, 0, 0), (400, 0, 0))), 100, axis=0), time_s)
    with pytest.raises(DeviceError, match="enter length and width"):
        feet_on_plates(both, sampler, None)
    feet = feet_on_plates(both, sampler, SIZE)
    assert feet.text.startswith("As entered: left foot 260 mm long, 95 mm wide")
    assert [axis.medial for axis in feet.axes] == [(1.0, -0.0), (-1.0, 0.0)]
    one = sampler.samples(np.repeat(sampler.wrenches(counts_of(two, (700, 0, 0), (5, 0, 0))), 100, axis=0), time_s)
    with pytest.raises(DeviceError, match="carries 99% of the load"):
        feet_on_plates(one, sampler, SIZE)
    moving = both.copy()
    moving[:, FIELDS.index("force")] *= np.linspace(0.5, 1.5, 100)
    with pytest.raises(DeviceError, match="Nobody stood still"):
        feet_on_plates(moving, sampler, SIZE)


def test_a_size_has_length_and_width_or_neither() -> None:
    assert size_of("", None) is None
    assert size_of(260, 95) == SIZE
    with pytest.raises(ValueError, match="both above 0"):
        size_of(260, "")


# --- Stalls, and many viewers ---------------------------------------------------------------------------------------


def test_after_a_stall_no_more_than_the_newest_second_is_taken_and_the_gap_is_seen() -> None:
    device = captured(Wanted("tecgihan", "nowhere"))
    try:
        stream = LiveStream()
        watched = Watched("plate", device, view_of(device.profile, stream))
        stream.begin(watched.view.layout("plate"))
        counts = counts_of(device.profile, (500.0, 0.0, 0.0))[0]

        def write(n: int) -> None:
            for _ in range(n):
                number = device.ring.n_written
                device.ring.write(number * 1_000_000, number * 1_000_000, counts)

        write(20)
        watched.look()
        assert stream.seq == 2
        write(3500)
        watched.look()
        # A second of 1000 Hz in steps of ten frames, and one row that says that some are missing.
        assert stream.seq == 2 + 100 + 1
        news = stream.since(2)
        assert news is not None
        assert np.isnan(news.samples[0, FIELDS.index("force")])
        watched.look()
        assert stream.seq == 103
    finally:
        device.ring.close()


def test_viewers_that_keep_up_are_sent_the_very_same_bytes(tmp_path: Path) -> None:
    session = LiveSession(tmp_path)
    socket = LiveSocket(session)
    session.stream.begin("{}", "{}")
    rows = np.zeros((2, len(FIELDS)), np.float32)
    session.stream.push(rows, np.zeros(4, np.uint16), 0.0, 1)
    first, second = socket._message(1, 0), socket._message(1, 0)
    assert first[0] == 2
    assert first[1] is second[1]
    session.stream.push(rows[:1], np.zeros(4, np.uint16), 0.0, 1)
    behind, level = socket._message(1, 0), socket._message(1, 2)
    assert len(behind[1]) - len(level[1]) == 2 * 4 * len(FIELDS)  # the slow one gets what it has not seen as well
    assert socket._message(1, 3) == (3, b"")
    assert socket._message(0, 0) == (0, b"")


# --- A whole session ------------------------------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path: Path) -> Iterator[LiveSession]:
    made = LiveSession(tmp_path)
    yield made
    made.disconnect()


def wait_until(done: object, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def test_a_mat_and_plates_are_recorded_into_one_file_on_one_time_line(session: LiveSession, tmp_path: Path) -> None:
    assert connect_view(session, "simulated-squat", "", "simulated-plates", "") is None
    assert session.status.state == WATCHING
    mat, plates = (json.loads(layout) for layout in session.stream.layouts)
    assert mat["grid"] == [64, 96]
    assert [plate["side"] for plate in plates["plates"]] == ["left", "right"]
    name = session.record(TrialMetadata())
    begun = session.stream.seqs
    wait_until(lambda: session.stream.seqs[0] > begun[0] + 40 and session.stream.seqs[1] > begun[1] + 80)
    # Counters are published a few times a second, so they come a little after the frames.
    wait_until(lambda: all(each["counters"]["frames"] > 40 for each in session.as_dict()["devices"]))
    told = session.as_dict()["devices"]
    assert [each["name"] for each in told] == [
        source_of(key, "").name for key in ("simulated-squat", "simulated-plates")
    ]
    assert all(each["connected"] for each in told)
    times = [
        session.stream.since(seq - 1, k).samples[-1, FIELDS.index("time_s")]
        for k, seq in enumerate(session.stream.seqs)
    ]  # type: ignore[union-attr]
    assert times[0] == pytest.approx(times[1], abs=1.0)  # one line, as near as two reads of a busy machine are
    last = session.stop()
    assert last is not None
    assert " and " in last.text
    trial = fl.read(tmp_path / name)
    assert len(trial.pressures) == 1
    assert len(trial.forces) == 2
    centers = [one.plate.corners_mm.mean(axis=0)[0] for one in trial.forces]
    assert centers == pytest.approx([-300, 300])
    # Without the size of the feet a mat is enough, and beside plates it is the mat that sees them.
    assert "nothing to be zeroed" not in session.zero()


def test_the_same_device_twice_is_refused_and_plates_alone_ask_for_the_feet(session: LiveSession) -> None:
    assert "chosen twice" in str(connect_view(session, "simulated-plates", "", "simulated-plates", ""))
    session.connect(source_of("simulated-plates-landing", ""))
    wait_until(lambda: session.stream.seq > 20)
    assert "enter length and width" in str(measure_view(session, "squat", "", "", "both", "", ""))
