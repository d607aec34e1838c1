"""`footload record`, `replay` and `emulate`, over real pseudo-terminals."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.emulator import serve_pty
from devices.profile import load_profile
from devices.recording import read_raw
from footload.cli.emulating import fitted, simulated_device
from footload.synthetic import demo_walk

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@pytest.fixture
def empty_folder(tmp_path, monkeypatch) -> Path:
    """The folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@posix
def test_what_a_simulated_mat_sends_is_recorded(run_json, tmp_path) -> None:
    out = tmp_path / "walk.mcap"
    device = simulated_device(load_profile("demo_mat"), "walk", repeat=True)
    with serve_pty(device, speed=None) as mat:
        summary = run_json(
            "record", "--device", "demo_mat", "--port", mat.port, "--out", out, "--duration", "0.3",
            "--task", "walking", "--participant", "P01", "--mass", "72", "--json",
        )  # fmt: skip
    assert summary["n_frames"] > 50
    record = run_json("info", out, "--json")
    assert (record["task"], record["participant"]["id"]) == ("walking", "P01")
    assert record["pressure"][0]["n_frames"] == summary["n_frames"]


@posix
@pytest.mark.parametrize("profile", ["dividat_flex_v5", "dividat_flex_v6"])
def test_a_device_without_calibration_is_emulated_in_counts(run_json, run, tmp_path, profile: str) -> None:
    out = tmp_path / "walk.mcap"
    # These devices have no clock of their own: times are those of the arrivals, so a contact still has to last 0.1 s.
    with serve_pty(simulated_device(load_profile(profile), "walk", repeat=False), speed=3.0) as mat:
        run_json("record", "--device", profile, "--port", mat.port, "--out", out, "--duration", "1.1", "--json")
    assert "uncalibrated" in run("info", out).stdout
    trial = run_json("analyze", out, "--json")["trials"][0]
    assert {finding["unit"] for finding in trial["findings"] if finding["metric"] == "peak_force"} == {"counts"}


@posix
def test_a_recording_is_never_overwritten(run, tmp_path) -> None:
    out = tmp_path / "walk.mcap"
    out.write_bytes(b"mine")
    with serve_pty(simulated_device(load_profile("demo_mat"), "walk", repeat=True), speed=None) as mat:
        result = run("record", "--device", "demo_mat", "--port", mat.port, "--out", out, "--duration", "0.1")
    assert result.exit_code == 1
    assert "walk.mcap exists already" in result.stderr
    assert out.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--device", "demo_mat", "--port", "/dev/no-such-port", "--out", "x.mcap"), 1, "cannot be opened"),
        (("--device", "no_such_mat", "--port", "/dev/no-such-port", "--out", "x.mcap"), 1, "no_such_mat"),
        (("--device", "demo_mat", "--port", "p", "--out", "x.txt"), 2, ".mcap"),
        (("--device", "demo_mat", "--port", "p", "--out", "x.mcap", "--task", "waking"), 2, "walking"),
        (("--device", "demo_mat", "--port", "p", "--out", "x.mcap", "--side", "port"), 2, "left and right"),
        (("--device", "demo_mat", "--port", "p", "--out", "x.mcap", "--mass", "-3"), 2, "body_mass_kg"),
        (("--device", "demo_mat", "--port", "p"), 2, "--out"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_nothing_is_written(run, empty_folder, options, code, words) -> None:
    result = run("record", *options)
    assert result.exit_code == code
    assert words in result.stderr
    assert list(empty_folder.iterdir()) == []


def test_replay_counts_what_was_recorded(run, run_json, walk) -> None:
    counters = run_json("replay", walk, "--fast", "--json")
    assert (counters["frames"], counters["bad_check"]) == (288, 0)
    assert "288 frames" in run("replay", walk, "--fast").stdout


def test_a_log_without_a_profile_asks_for_one(run, tmp_path) -> None:
    log = tmp_path / "steps.serial.dat"
    log.write_text("", encoding="ascii")
    result = run("replay", log)
    assert result.exit_code == 2
    assert "--device" in result.stderr


@posix
def test_an_emulated_device_tells_its_port_and_repeats_a_recording_bit_for_bit(run_json, walk: Path, tmp_path) -> None:
    command = [sys.executable, "-c", "from footload.cli import main; main()", "emulate", "demo_mat", "--fast"]
    with subprocess.Popen([*command, "--from", str(walk)], stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        port = emulator.stdout.readline().removeprefix("port ").strip()
        out = tmp_path / "again.mcap"
        run_json("record", "--device", "demo_mat", "--port", port, "--out", out, "--duration", "1.5", "--json")
        assert emulator.wait(timeout=20) == 0
    sent = b"".join(chunk.data for chunk in read_raw(walk))
    heard = b"".join(chunk.data for chunk in read_raw(out))
    assert heard.endswith(sent.removeprefix(b"OK\n"))


@posix
def test_ctrl_c_finishes_a_recording_in_order(tmp_path, run_json) -> None:
    out = tmp_path / "walk.mcap"
    with serve_pty(simulated_device(load_profile("demo_mat"), "walk", repeat=True), speed=1.0) as mat:
        command = [sys.executable, "-c", "from footload.cli import main; main()", "record", "--device", "demo_mat"]
        with subprocess.Popen([*command, "--port", mat.port, "--out", str(out)], stdout=subprocess.PIPE) as recorder:
            for _ in range(200):
                if out.exists() and out.stat().st_size > 2000:
                    break
                with pytest.raises(subprocess.TimeoutExpired):
                    recorder.wait(timeout=0.05)
            recorder.send_signal(signal.SIGINT)
            assert recorder.wait(timeout=10) == 0
    assert run_json("info", out, "--json")["notes"].get("recovery") is None


def test_an_unknown_trial_to_emulate_is_a_usage_fault(run) -> None:
    assert run("emulate", "demo_mat", "--trial", "hop").exit_code == 2


def test_pressure_becomes_counts_only_where_there_is_no_calibration() -> None:
    calibrated, bare = load_profile("demo_mat"), load_profile("dividat_flex_v5")
    made = demo_walk(calibrated.layout).pressure
    assert fitted(made, calibrated) is made
    counts = fitted(demo_walk(bare.layout).pressure, bare)
    assert not counts.calibrated
    assert counts.pressure_kpa.max() == pytest.approx(0.6 * bare.count_max)
