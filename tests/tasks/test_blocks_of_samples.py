"""What a stream tells is what the whole trial gives, whatever the blocks, and not later than it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.synthetic.landing import DropCourse
from footload.synthetic.squat import SquatTiming, squat_force
from footload.tasks.jump import unloaded_runs
from footload.tasks.streaming import ContactChange, ContactEvent, ContactStream, ShiftStream


def told(force, cuts, rate_hz=100.0):
    stream = ContactStream(rate_hz)
    events, late = [], 0
    for block in np.split(force, cuts):
        for event in stream.feed(block):
            events.append(event)
            late = max(late, stream._frame - 1 - event.frame)
    return events, late / rate_hz, stream.delay_s


def afterwards(force, rate_hz=100.0):
    """Offline moments; the last of them may not be certain when the recording ends."""
    time_s = np.arange(len(force)) / rate_hz
    events = []
    for start, stop in unloaded_runs(time_s, force, 20.0, 0.1, 0.02):
        events.append(ContactEvent(ContactChange.TAKEOFF, start))
        if stop < len(force):
            events.append(ContactEvent(ContactChange.TOUCHDOWN, stop))
    return events


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 30)), min_size=1, max_size=30),
    st.lists(st.integers(0, 400), max_size=8),
)
def test_any_force_in_any_blocks_gives_the_moments_of_the_whole(stretches, cuts):
    force = np.concatenate([np.full(n, 700.0 if loaded else 0.0) for loaded, n in stretches] + [np.full(40, 700.0)])
    events, _, _ = told(force, sorted(c for c in cuts if c < len(force)))
    assert events == afterwards(force)


def test_a_drop_jump_is_told_within_the_stated_delay():
    course = DropCourse(rebound_m_per_s=2.2)
    time_s = np.arange(round(course.duration_s * 1000)) / 1000
    force = course.force_n(time_s)
    events, late_s, delay_s = told(force, range(20, len(force), 20), 1000.0)
    assert events == afterwards(force, 1000.0)
    assert [event.change for event in events] == [
        ContactChange.TAKEOFF, ContactChange.TOUCHDOWN, ContactChange.TAKEOFF, ContactChange.TOUCHDOWN,
    ]  # fmt: skip
    assert late_s <= delay_s + 0.02  # and the block in which it lies
    assert delay_s == pytest.approx(0.12)


def test_the_shift_of_a_squat_is_there_at_once():
    timing = SquatTiming(2)
    time_s = np.arange(round(timing.duration_s * 100)) / 100
    depth = timing.depth_fraction(time_s)
    force, ml = squat_force(time_s, timing, 70.0), 3 + 6 * depth
    whole, stream = ShiftStream(95.0, 100.0), ShiftStream(95.0, 100.0)
    one = whole.feed(force, ml)
    blocks = zip(np.array_split(force, 37), np.array_split(ml, 37), strict=True)
    other = np.concatenate([stream.feed(*block) for block in blocks])
    np.testing.assert_array_equal(one, other)
    assert np.isnan(one[:95]).all()
    bottom = int(np.argmax(depth))
    assert one[bottom] == pytest.approx(100 * 6 / 95, abs=0.05)
    assert one[150] == pytest.approx(0, abs=0.01)


def test_who_never_stands_still_has_no_reference():
    stream = ShiftStream(95.0, 100.0)
    shift = stream.feed(700 + 100 * np.sin(np.arange(500) / 10), np.zeros(500))
    assert np.isnan(shift).all()


@pytest.mark.parametrize("make", [lambda: ContactStream(0), lambda: ShiftStream(0, 100), lambda: ShiftStream(95, 0)])
def test_rates_and_widths_are_positive(make):
    with pytest.raises(ValueError, match="above 0"):
        make()


def test_samples_come_in_pairs():
    with pytest.raises(ValueError, match="each sample has one of both"):
        ShiftStream(95, 100).feed(np.zeros(3), np.zeros(2))
