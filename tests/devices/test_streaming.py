"""Against the layer's own library, over the loopback of this machine."""

import time
import uuid

import numpy as np
import pytest

from devices.ring import Ring
from footload.errors import DeviceError, DeviceNotFoundError

pylsl = pytest.importorskip("pylsl", reason="the lab streaming layer is an optional extra: pip install footload[lsl]")


@pytest.fixture
def name():
    """A stream that nobody else on this network has."""
    return f"footload test {uuid.uuid4()}"


def batch_of(numbers, n_values=12):
    with Ring.create(n_values, "u2", 64) as ring:
        now_ns = time.monotonic_ns()
        for number in numbers:
            ring.write(now_ns, now_ns + number * 10_000_000, np.full(n_values, number))
        return ring.since(0)


def test_frames_go_out_and_come_in_again_with_their_times(small_mat, name):
    from devices.streaming import Inlet, Outlet

    batch = batch_of(range(1, 11))
    with Outlet(small_mat, "SN7", name) as outlet, Inlet(name, 10.0) as inlet:
        assert (inlet.n_channels, inlet.rate_hz) == (12, 100.0)
        assert inlet.labels()[:2] == ("r0c0", "r0c1")
        end = time.monotonic() + 10
        while not outlet.watched:
            assert time.monotonic() < end
            time.sleep(0.01)
        outlet.send(batch)
        times, values = [], []
        while len(times) < 10:
            assert time.monotonic() < end
            came = inlet.take(0.5)
            times += came.time_s.tolist()
            values += came.values.tolist()
    np.testing.assert_array_equal(values, batch.values)
    np.testing.assert_allclose(np.diff(times), 0.01, atol=1e-6)
    # the layer's correction between clocks is a measurement, even to itself
    assert times[0] == pytest.approx(batch.time_ns[0] * 1e-9, abs=2e-3)


def test_the_librarys_own_inlet_understands_what_we_send(small_mat, name):
    from devices.streaming import Outlet

    with Outlet(small_mat, "SN7", name) as outlet:
        found = pylsl.resolve_byprop("name", name, 1, 10.0)
        assert [(each.type(), each.channel_count(), each.source_id()) for each in found] == [("Pressure", 12, "SN7")]
        inlet = pylsl.StreamInlet(found[0])
        inlet.open_stream(10.0)
        outlet.send(batch_of([5]))
        sample, _ = inlet.pull_sample(10.0)
        about = inlet.info(10.0).desc()
        inlet.close_stream()
    assert sample == [5.0] * 12
    assert (about.child_value("rows"), about.child_value("columns")) == ("3", "4")


def test_the_librarys_own_outlet_is_understood(name):
    from devices.streaming import Inlet

    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Force", 3, 1000, "double64", "x"))
    with Inlet(name, 10.0) as inlet:
        end = time.monotonic() + 10
        while not outlet.have_consumers():
            assert time.monotonic() < end
            time.sleep(0.01)
        outlet.push_sample([1.5, -2.0, 700.0])
        came = inlet.take(5.0)
        assert inlet.labels() == ()
    assert came.values.tolist() == [[1.5, -2.0, 700.0]]
    assert came.time_s[0] == pytest.approx(time.monotonic(), abs=10)


def test_streams_that_are_not_there_or_carry_text_are_refused(name):
    from devices.streaming import Inlet

    with pytest.raises(DeviceNotFoundError, match=r"was found on the network in 0\.2 s"):
        Inlet(name, 0.2)
    words = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Markers", 1, 0, "string", "x"))
    with pytest.raises(DeviceNotFoundError, match="carries text"):
        Inlet(name, 10.0)
    del words


def test_without_the_extra_a_sentence_names_it(small_mat, monkeypatch):
    import devices.streaming

    def missing(_):
        raise ImportError

    monkeypatch.setattr(devices.streaming, "import_module", missing)
    with pytest.raises(DeviceError, match=r"pip install footload\[lsl\]"):
        devices.streaming.Outlet(small_mat)
