"""`footload recover` and `footload devices`."""

from __future__ import annotations

import sys

import pytest

from devices.emulator import serve_pty
from devices.profile import load_profile
from footload.cli.emulating import simulated_device

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@posix
def test_a_cut_recording_is_recovered_beside_itself(run, run_json, tmp_path) -> None:
    out = tmp_path / "walk.mcap"
    device = simulated_device(load_profile("demo_mat"), "walk", repeat=True)
    with serve_pty(device, speed=None) as mat:
        run_json("record", "--device", "demo_mat", "--port", mat.port, "--out", out, "--duration", "0.5", "--json")
    whole = run_json("recover", out, "--json")
    assert (whole["note"], whole["out"]) == ("", str(out))
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 2 // 3])
    found = run_json("recover", out, "--json")
    assert found["out"].endswith("walk.recovered.mcap")
    assert "were recovered" in found["note"]
    assert 0 < found["bytes"] < whole["bytes"]
    assert out.stat().st_size == len(data) * 2 // 3
    assert run("recover", out).exit_code == 1


def test_ports_are_listed_as_a_table_and_as_json(run, run_json) -> None:
    assert "ports" in run_json("devices", "--no-ask", "--json")
    (found,) = run_json("devices", "--port", "/dev/no_such_port", "--json")["ports"]
    assert found["fits"] == []
    assert "cannot be opened" in found["note"]
    assert "/dev/no_such_port" in run("devices", "--port", "/dev/no_such_port", "--no-ask").stdout
