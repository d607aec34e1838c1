"""Faults on demand: what the wrapper does, over a pty as well, and how it is asked for."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from devices.acquisition import record
from devices.emulator import Faults, FaultyEmulator, FrameEmulator, emulate_counts, parse_faults, serve_pty
from devices.framing.decoder import Decoder, decode
from devices.profile import parse_profile
from devices.recording import load


def sent_by(device, until_s=1.0, step_s=0.01):
    return b"".join(device.tick(k * step_s) for k in range(round(until_s / step_s) + 1))


def test_without_faults_nothing_changes(small_mat, numbered):
    plain, wrapped = FrameEmulator(small_mat, numbered), FaultyEmulator(FrameEmulator(small_mat, numbered), Faults())
    assert wrapped.due_s == plain.due_s
    assert sent_by(wrapped) == sent_by(plain)
    assert wrapped.finished
    assert not wrapped.counts


def test_the_same_seed_gives_the_same_faults(small_mat, numbered):
    def sent(seed):
        faults = Faults(drop=0.002, flip=0.002, duplicate=0.002, insert=0.002, seed=seed)
        return sent_by(FaultyEmulator(FrameEmulator(small_mat, numbered), faults))

    assert sent(3) == sent(3)
    assert sent(3) != sent(4)


@pytest.mark.parametrize(("kind", "change"), [("drop", -1), ("duplicate", 1), ("insert", 1), ("flip", 0)])
def test_each_fault_changes_the_bytes_as_its_name_says(small_mat, numbered, kind, change):
    device = FaultyEmulator(FrameEmulator(small_mat, numbered), Faults(**{kind: 0.01, "seed": 1}))
    wire = sent_by(device)
    n = device.counts[kind]
    assert n > 5
    assert len(wire) == 50 * 34 + change * n
    frames, counters = decode(small_mat, wire)
    # Every frame that comes is one that was sent, and a fault costs one at most where there is a check.
    assert all((frame.counts == numbered[frame.counter]).all() for frame in frames)
    assert len(frames) >= 50 - n
    unused = counters.answer_bytes + counters.junk_bytes + counters.incomplete_bytes
    assert counters.bytes_in == counters.frame_bytes + unused


def test_split_reads_hold_the_same_bytes(small_mat, numbered):
    device = FaultyEmulator(FrameEmulator(small_mat, numbered), Faults(split=5))
    pieces = [device.tick(0.001 * k) for k in range(3000)]
    assert device.finished
    assert max(map(len, pieces)) == 5
    assert b"".join(pieces) == sent_by(FrameEmulator(small_mat, numbered))


def test_a_stall_delays_and_loses_nothing(small_mat, numbered):
    device = FaultyEmulator(FrameEmulator(small_mat, numbered), Faults(stall=8, stall_s=0.1, seed=2))
    pieces = [device.tick(k * 0.01) for k in range(200)]
    silent = sum(not piece for piece in pieces[:50])
    assert silent > 8
    assert device.counts["stall"] > 0
    assert max(map(len, pieces)) > 5 * 34
    assert b"".join(pieces) == sent_by(FrameEmulator(small_mat, numbered))


def test_what_is_unplugged_is_deaf_and_dumb_and_counts_anew(small_mat, numbered):
    device = FaultyEmulator(FrameEmulator(small_mat, numbered, repeat=True), Faults(unplug=2, unplug_s=0.2, seed=1))
    decoder, plugged, frames = Decoder(small_mat), [], []
    for k in range(300):
        frames += decoder.feed(device.tick(k * 0.01))
        plugged.append(device.plugged)
        if not device.plugged:
            assert device.feed(b"START\n") == b""
    times = device.counts["unplug"]
    assert times == device.counts["replug"] >= 3
    # each absence takes 20 of the 300 frames
    assert plugged.count(False) == pytest.approx(20 * times, abs=times)
    assert len(frames) == pytest.approx(plugged.count(True), abs=times)
    # The counter begins anew when the power goes: it comes back at the length of the absence.
    back = [frame.counter for last, frame in pairwise(frames) if frame.counter < last.counter]
    assert back
    assert max(back) <= 21


def test_a_reset_of_the_counter_is_told_by_the_decoder(small_mat, numbered):
    device = FaultyEmulator(FrameEmulator(small_mat, numbered, repeat=True), Faults(reset=2, seed=5))
    _, counters = decode(small_mat, sent_by(device, 3.0))
    assert counters.device_resets + counters.repeated == device.counts["reset"] > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dorp=0.1", "no fault 'dorp'; there are: drop, flip"),
        ("drop=much", "'drop=much' is not a fault with a number"),
        ("drop=0.1:3", "'drop=0.1:3' states a duration, but drop has none"),
        ("drop=-1", "drop is -1, but a fault happens at least never"),
        ("drop=0.6,flip=0.6", "add up to more than 1"),
    ],
)
def test_faults_that_cannot_be_are_refused_with_a_sentence(text, said):
    with pytest.raises(ValueError, match=said):
        parse_faults(text)


def test_faults_are_read_from_a_text():
    assert parse_faults("drop=0.001, unplug=0.05:2,split=7,seed=9") == Faults(
        drop=0.001, unplug=0.05, unplug_s=2, split=7, seed=9
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")
def test_a_damaged_device_is_recorded_with_its_damage_counted(tmp_path, small_mat, numbered):
    # without split, so that chance does not depend on how the bytes are asked for
    faults = Faults(drop=0.001, flip=0.001, seed=3)
    # it waits until it is started, so that nothing is sent before somebody listens
    profile = parse_profile(small_mat.text.replace("[framing]", '[[script.start]]\nsend_hex = "51"\n[framing]'))
    device = FaultyEmulator(emulate_counts(profile, np.tile(numbered, (4, 1))), faults)
    with serve_pty(device, speed=None) as served:
        summary = record(profile, served.port, tmp_path / "a.mcap", stop=served.finished)
    n_faults = sum(device.counts.values())
    assert n_faults > 3
    assert 200 - n_faults <= summary.n_frames < 200
    assert summary.counters["bad_check"] > 0
    assert load(summary.path).pressure.n_frames == summary.n_frames


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")
def test_a_device_unplugged_over_a_pty_breaks_its_port_and_comes_back_under_the_same_name(
    tmp_path, small_mat, numbered
):
    # it has to be started again each time, as a device that lost its power
    profile = parse_profile(small_mat.text.replace("[framing]", '[[script.start]]\nsend_hex = "51"\n[framing]'))
    faults = Faults(unplug=2.5, unplug_s=0.15, seed=5)
    device = FaultyEmulator(emulate_counts(profile, numbered, repeat=True), faults)
    with serve_pty(device) as served:
        link = Path(served.port)
        assert link.is_symlink()
        summary = record(profile, served.port, tmp_path / "a.mcap", duration_s=2.5, patience_s=20)
        n_unplugged = device.counts["unplug"]
    assert not link.exists()
    assert n_unplugged >= 3
    # the last cable may still be out when time is over, and a busy machine may see two short absences as one
    assert 2 <= summary.counters["reconnects"] <= n_unplugged
    trial = load(summary.path)
    gaps = [event for event in trial.events if event.name == "gap" and "went away" in event.note]
    assert len(gaps) == summary.counters["reconnects"]
    raw = np.rint(trial.pressure.pressure_kpa / 0.5).astype(int)
    np.testing.assert_array_equal(raw, numbered[raw[:, 0]])
    # at most the time without a cable is missing, and what was on the wire when it was pulled
    assert trial.pressure.n_frames > 100 * (2.5 - 0.6 * n_unplugged)


def test_a_device_without_that_fault_keeps_the_name_of_its_pty(small_mat, numbered):
    device = FaultyEmulator(emulate_counts(small_mat, numbered), Faults(drop=0.1))
    with serve_pty(device) as served:
        assert not Path(served.port).is_symlink()


@pytest.mark.parametrize("wait", [False, True])
def test_losing_power_makes_a_device_wait_to_be_started_where_it_has_to_be(small_mat, numbered, wait):
    text = (
        small_mat.text.replace("[framing]", '[[script.start]]\nsend_hex = "51"\n[framing]') if wait else small_mat.text
    )
    device = emulate_counts(parse_profile(text), numbered)
    device.feed(b"\x51")
    assert len(device.tick(0.0)) + len(device.tick(0.1)) > 0
    device.lose_power()
    assert device.started is not wait
    assert bool(device.tick(0.3)) is not wait
    device.feed(b"\x51")
    # what it did not send while it was off is not made up for
    assert len(device.tick(0.31)) <= 2 * 34
