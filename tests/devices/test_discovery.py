import sys

import numpy as np
import pytest

from devices.discovery import discover, fits_usb
from devices.emulator import FrameEmulator, serve_pty
from devices.profile import load_profile
from devices.transport import Port, find_again, identity_of

V5, V6, JQ = (load_profile(name) for name in ("dividat_flex_v5", "dividat_flex_v6", "jq_64"))
posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")


def test_a_plug_is_known_by_its_usb_identity_and_its_makers_name():
    teensy = Port("/dev/ttyACM0", "16C0:0483", "123", "Teensyduino", "USB Serial")
    sensitronics = Port("/dev/ttyACM1", "16C0:0483", "124", "Sensitronics", "FlexV6")
    assert fits_usb(V5, teensy)
    assert not fits_usb(V6, teensy)
    assert fits_usb(V6, sensitronics)
    assert not fits_usb(V5, Port("/dev/ttyS0"))
    assert not fits_usb(load_profile("demo_mat"), teensy)


def test_profiles_of_one_chip_are_all_named_without_opening_the_port():
    port = Port("/dev/no_such_port", "16C0:0483", "123", "Teensyduino")
    found = discover([port], {"v5": V5, "v6": V6, "jq": JQ}, probe=False)
    assert [(fit.profile, fit.how) for fit in found[0].fits] == [("v5", "USB identity")]
    # probing changes nothing: none of these profiles allows it
    assert discover([port], {"v5": V5, "v6": V6}) == found


def test_a_port_that_cannot_be_opened_says_why():
    found = discover([Port("/dev/no_such_port", JQ.match.usb[0])], {"jq": JQ})
    assert "cannot be opened" in found[0].note
    assert [fit.how for fit in found[0].fits] == ["USB identity"]


@posix
def test_a_mat_behind_an_unknown_port_is_found_by_its_answer_and_its_frames():
    counts = np.zeros((50, JQ.n_values), np.uint16)
    counts[:, 70] = 9
    asked = {"v6": V6, "demo": load_profile("demo_mat"), "jq_32": load_profile("jq_32"), "jq_64": JQ}
    with serve_pty(FrameEmulator(JQ, counts, repeat=True)) as served:
        (found,) = discover([Port(served.port)], asked)
    assert [fit.profile for fit in found.fits] == ["jq_64"]
    assert found.fits[0].how == "its answer and frames"
    assert found.fits[0].told["serial"]
    assert found.fits[0].baud in JQ.match.probe_bauds


def test_a_device_is_found_again_by_its_serial_number_else_by_its_place(monkeypatch, tmp_path):
    import devices.transport

    now = [Port("/dev/ttyUSB0", "1A86:55D3", "S1", location="1-2"), Port("/dev/ttyUSB1", "1A86:7523", location="1-3")]
    monkeypatch.setattr(devices.transport, "serial_ports", lambda: tuple(now))
    first, second = identity_of("/dev/ttyUSB0"), identity_of("/dev/ttyUSB1")
    assert first == {"usb": "1A86:55D3", "serial_number": "S1"}
    assert second == {"usb": "1A86:7523", "location": "1-3"}
    now[:] = [Port("/dev/ttyUSB5", "1A86:55D3", "S1", location="1-9")]
    assert find_again("/dev/ttyUSB0", first) == "/dev/ttyUSB5"
    assert find_again("/dev/ttyUSB1", second) is None
    assert identity_of("socket://127.0.0.1:5") == identity_of("a.mcap") == identity_of("/dev/pts/77") == {}
    assert find_again("socket://127.0.0.1:5", {}) == "socket://127.0.0.1:5"


@posix
def test_a_port_without_identity_is_found_by_its_path(tmp_path):
    assert find_again(str(tmp_path), {}) == str(tmp_path)
    assert find_again(str(tmp_path / "gone"), {}) is None
