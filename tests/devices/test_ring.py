import threading

import numpy as np
import pytest

from devices.ring import NUMBERS, Ring, seconds


@pytest.fixture
def ring():
    with Ring.create(4, "u2", 8) as ring:
        yield ring


def write(ring, *numbers):
    for number in numbers:
        ring.write(number * 1000, number * 1000 - 1, np.full(4, number))


def test_a_viewer_gets_every_frame_once_and_in_order(ring):
    write(ring, 1, 2, 3)
    batch = ring.since(0)
    assert batch.seq.tolist() == [1, 2, 3]
    assert batch.values.tolist() == [[1] * 4, [2] * 4, [3] * 4]
    assert batch.arrival_ns.tolist() == [1000, 2000, 3000]
    np.testing.assert_allclose(seconds(batch), [0.999e-6, 1.999e-6, 2.999e-6])
    assert batch.missed == 0
    assert len(ring.since(3)) == 0
    write(ring, 4)
    assert ring.since(3).seq.tolist() == [4]


def test_a_stalled_viewer_misses_counted_frames_and_delays_nobody(ring):
    write(ring, *range(1, 101))
    batch = ring.since(2)
    # eight slots, of which the oldest is always about to be overwritten
    assert batch.seq.tolist() == [94, 95, 96, 97, 98, 99, 100]
    assert batch.missed == 98 - 7
    assert batch.values[:, 0].tolist() == batch.seq.tolist()
    newest = ring.since(2, limit=1)
    assert newest.seq.tolist() == [100]


def test_what_a_viewer_holds_does_not_change_under_it(ring):
    write(ring, 1)
    batch = ring.since(0)
    write(ring, *range(2, 20))
    assert batch.values.tolist() == [[1] * 4]


def test_another_process_attaches_by_name_and_sees_the_same(ring):
    write(ring, 7)
    other = Ring.attach(ring.name)
    try:
        assert (other.n_values, other.capacity, other.n_written) == (4, 8, 1)
        assert other.since(0).values.tolist() == [[7] * 4]
    finally:
        other.close()
        other.close()
    assert ring.since(0).values.tolist() == [[7] * 4]


def test_numbers_are_published_and_unknown_ones_refused(ring):
    assert set(ring.numbers()) == set(NUMBERS)
    ring.publish({"frames": 12, "max_gap_ms": 40})
    assert (ring.numbers()["frames"], ring.numbers()["max_gap_ms"], ring.numbers()["reconnects"]) == (12, 40, 0)
    with pytest.raises(ValueError, match="not in"):
        ring.publish({"nonsense": 1})


def test_channels_below_zero_keep_their_sign_and_fractions():
    with Ring.create(3, "f8", 4) as ring:
        ring.write(1, 1, np.array([-1.5, 0.0, 700.25]))
        assert ring.since(0).values.tolist() == [[-1.5, 0.0, 700.25]]


def test_wrong_rings_are_sentences():
    with pytest.raises(ValueError, match="at least one value"):
        Ring.create(0)
    with pytest.raises(ValueError, match="There is no ring 'footload-none'"):
        Ring.attach("footload-none")


def test_no_frame_is_torn_while_a_writer_laps_the_readers():
    """Every value of a frame is the frame's own number, so a mixture of two would show."""
    with Ring.create(2048, "i8", 4) as ring:
        stop = threading.Event()

        def writer():
            for number in range(1, 20_001):
                ring.write(number, number, np.full(2048, number))
            stop.set()

        thread = threading.Thread(target=writer)
        thread.start()
        seen, n = 0, 0
        while not stop.is_set() or ring.since(seen).seq.size:
            batch = ring.since(seen)
            if len(batch):
                assert (batch.values == batch.seq[:, None]).all()
                assert (batch.arrival_ns == batch.seq).all()
                seen, n = int(batch.seq[-1]), n + len(batch)
        thread.join()
    assert 0 < n <= 20_000
