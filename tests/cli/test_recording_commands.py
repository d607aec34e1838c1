"""`footload record`, `replay` and `emulate`, over real pseudo-terminals."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from devices.capture import CaptureSummary
from devices.cell_calibration import Belongs, CellCalibration
from devices.emulator import serve_pty
from devices.profile import load_profile
from devices.recording import load, read_raw, read_recording
from devices.session import SessionSummary
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


INSOLE = "jq_insole"
"""Says its serial number itself; the demo mat does not."""


def own(profile: str, serial_number: str) -> str:
    """A calibration that takes two counts off every cell."""
    made = load_profile(profile)
    owner = Belongs(profile=made.id, serial_number=serial_number)
    return CellCalibration(made=date(2026, 3, 1), device=owner, tare=(2.0,) * made.n_values).to_toml()


@posix
def test_a_mat_and_an_insole_are_recorded_into_one_file_each_with_its_own_calibration(run_json, run, tmp_path) -> None:
    out, mats, insoles = tmp_path / "both.mcap", tmp_path / "mat.toml", tmp_path / "insole.toml"
    mat, insole = (simulated_device(load_profile(name), "walk", repeat=True) for name in ("demo_mat", INSOLE))
    (asked,) = load_profile(INSOLE).script.identify
    number = asked.understood(asked.answer)["serial"]
    with serve_pty(mat) as first, serve_pty(insole) as second:
        devices = ("--device", "demo_mat", "--port", first.port, "--device", INSOLE, "--port", second.port)
        mats.write_text(own("demo_mat", "MAT7"), encoding="utf-8")
        insoles.write_text(own(INSOLE, number), encoding="utf-8")
        summary = run_json(
            "record", *devices, "--out", out, "--duration", "0.5", "--task", "walking", "--json",
            "--serial-number", "MAT7", "--serial-number", "-", "--calibration", mats, "--calibration", insoles,
        )  # fmt: skip
        refused = run(
            "record", *devices, "--out", tmp_path / "refused.mcap", "--duration", "0.2",
            "--serial-number", "MAT8", "--serial-number", "-", "--calibration", mats, "--calibration", "-",
        )  # fmt: skip
    assert refused.exit_code == 1
    assert "belongs to the device MAT7, but this one is MAT8" in refused.stderr
    assert not (tmp_path / "refused.mcap").exists()
    assert [each["serial_number"] for each in summary["devices"]] == ["MAT7", number]
    assert summary["ended_by"] == "0.5 s were over"
    assert [each["counters"] for each in summary["devices"]] == read_recording(out).stop["devices"]
    assert min(each["counters"]["frames"] for each in summary["devices"]) > 20
    trial = load(out)
    assert [pressure.source for pressure in trial.pressures] == [load_profile("demo_mat").id, load_profile(INSOLE).id]
    assert "for MAT7: tare of 6144 cells" in trial.notes["calibration (1)"]
    assert f"for {number}: tare" in trial.notes["calibration (2)"]


def test_what_came_of_several_devices_is_shown_as_a_table(run, monkeypatch) -> None:
    counters = ({"frames": 200, "bytes_in": 9000, "bad_check": 3, "max_gap_ms": 12}, {"frames": 7, "reconnects": 1})
    recorded = CaptureSummary(Path("both.mcap"), 90, 9100, counters, ("", ""), 2.0, 0, "the disk is nearly full")
    summary = SessionSummary(recorded, "stopped", ({"serial_number": "SN7"}, {}), ("", "it went away."))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("devices.session.record_together", lambda *_, **__: summary)
    shown = run("record", "--device", "m", "--port", "p", "--device", "n", "--port", "q", "--out", "x.mcap").stdout
    for words in (
        "both.mcap: 2 devices, 9100 bytes in 2.00 s.",
        "SN7",
        "3 damaged",
        "away 1 x",
        "n at q: it went away.",
    ):
        assert words in shown
    assert "the disk is nearly full." in shown


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
        (("--device", "a", "--device", "b", "--port", "p", "--out", "x.mcap"), 2, "2 --device and 1 --port"),
        (("--device", "a", "--port", "p", "--device", "b", "--port", "p", "--out", "x.mcap"), 2, "the same --port"),
        (
            ("--device", "a", "--port", "p", "--device", "b", "--port", "q", "--out", "x.mcap", "--calibration", "c"),
            2,
            "2 --device and 1 --calibration",
        ),
        (
            ("--device", "a", "--port", "p.mcap", "--device", "b", "--port", "q", "--out", "x.mcap"),
            2,
            "A log is recorded again alone",
        ),
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
