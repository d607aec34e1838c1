"""`footload calibrate` and `footload health`, on a made-up mat of 4 x 6 cells that weighs wrongly."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import numpy as np
import pytest

from devices.cell_calibration import load_calibration
from devices.emulator import emulate_counts, serve_pty
from devices.framing.encoder import encode
from devices.profile import load_profile
from devices.recording import load

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add_a_mat.md"
ZERO = np.linspace(0, 23, 24).round()
SENSITIVITY = np.where(np.arange(24) % 2 == 0, 1.0, 0.5)
MASK = ("--serial-number", "V1")


@pytest.fixture
def my_mat(tmp_path, monkeypatch) -> str:
    """The profile of the page about mats of one's own, in the folder that commands run in."""
    text = PAGE.read_text(encoding="utf-8")
    block = text.split("```toml\n")[1].split("```")[0].replace("settle_ms = 2000", "settle_ms = 0")
    (tmp_path / "my_mat.toml").write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "my_mat.toml"


def counts(load: object, n: int = 60) -> np.ndarray:
    """What the mat counts under a load on each cell."""
    return np.tile((ZERO + SENSITIVITY * np.asarray(load)).round().astype(np.uint16), (n, 1))


def log(name: str, profile: str, cells: np.ndarray) -> str:
    """A log of the mat's bytes."""
    made = load_profile(profile)
    lines = (f"20,{base64.b64encode(encode(made, frame, k % 256, 0.0)).decode()}" for k, frame in enumerate(cells))
    Path(name).write_text("\n".join(lines) + "\n", encoding="ascii")
    return name


def test_tare_even_load_and_a_person_make_the_mat_weigh_rightly(run_json, run, my_mat) -> None:
    empty, even = log("empty.serial.dat", my_mat, counts(0)), log("even.serial.dat", my_mat, counts(200))
    standing = log("standing.serial.dat", my_mat, counts(np.arange(24) % 5 * 40))
    common = ("--device", my_mat, *MASK, "--json")
    found = run_json("calibrate", "tare", empty, "--out", "tare.toml", *common)
    assert (found["zero_min"], found["zero_max"], found["serial_number"]) == (0, 23, "V1")
    found = run_json("calibrate", "even-load", even, "--after", "tare.toml", "--out", "even.toml", *common)
    assert (found["n_left_out"], found["gain_max"] / found["gain_min"]) == (0, pytest.approx(2))
    run_json("calibrate", "person", standing, "--mass", 70, "--after", "even.toml", "--out", "own.toml", *common)
    out = ("record", "--device", my_mat, "--port", standing, "--fast", "--out", "standing.mcap")
    run_json(*out, "--calibration", "own.toml", *MASK, "--json")
    pressure = load(Path("standing.mcap")).pressure
    # kPa mm² are mN
    force_n = pressure.pressure_kpa[0] @ pressure.layout.area_mm2 * 1e-3
    # single precision of 24 cells
    assert force_n == pytest.approx(70 * 9.80665, rel=1e-5)
    refused = run(*out[:-1], "other.mcap", "--calibration", "own.toml", "--serial-number", "V2")
    assert refused.exit_code == 1
    assert "belongs to the device V1, but this one is V2" in refused.stderr
    again = run("calibrate", "tare", empty, "--out", "tare.toml", "--device", my_mat, *MASK)
    assert again.exit_code == 1
    assert "tare.toml exists already" in again.stderr


def test_cells_that_lie_are_listed_and_masked_and_do_not_count_any_more(run_json, run, my_mat) -> None:
    still = counts(0).astype(int) + np.random.default_rng(1).integers(0, 2, (60, 24))
    under = counts(0).astype(int)
    under[:30] += 300
    still[:, 3] = under[:, 3] = 1020
    still[:, 10] = under[:, 10] = 0
    still[::2, 14] += 400
    empty, loaded = log("empty.serial.dat", my_mat, still), log("loaded.serial.dat", my_mat, under)
    found = run_json("health", empty, loaded, "--device", my_mat, *MASK, "--out", "mask.toml", "--json")
    assert {name: cells for name, cells in found["cells"].items() if cells} == {
        "dead": [[1, 4]], "noisy": [[2, 2]], "shorted": [[0, 3]],
    }  # fmt: skip
    assert (found["n_usable"], found["n_cells"]) == (21, 24)
    shown = run("health", empty, loaded, "--device", my_mat)
    assert shown.exit_code == 0
    assert "21 of 24 cells can be believed" in shown.stdout
    assert "1 shorted: row 0 column 3." in shown.stdout
    masked = ("--calibration", "mask.toml", *MASK, "--json")
    run_json("record", "--device", my_mat, "--port", loaded, "--fast", "--out", "a.mcap", *masked)
    trial = load(Path("a.mcap"))
    assert np.flatnonzero(~np.asarray(trial.pressure.valid)).tolist() == [3, 10, 14]
    assert "3 cells masked" in trial.notes["calibration"]
    tare = ("calibrate", "tare", "empty.serial.dat", "--device", my_mat, *MASK, "--after", "mask.toml")
    run_json(*tare, "--out", "both.toml", "--json")
    assert len(load_calibration("both.toml", load_profile(my_mat), "V1").masked.cells) == 3
    drift = run("calibrate", "drift", "both.toml", empty, "--device", my_mat, *MASK)
    assert "The calibration holds" in drift.stdout
    moved = run_json("calibrate", "drift", "both.toml", loaded, "--device", my_mat, *MASK, "--json")
    assert len(moved["cells"]) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_tare_is_taken_from_the_mat_itself_and_its_recording_is_kept(run_json, my_mat) -> None:
    device = emulate_counts(load_profile(my_mat), counts(0), repeat=True)
    with serve_pty(device) as mat:
        run_json(
            "calibrate", "tare", "--device", my_mat, "--port", mat.port, "--duration", "0.5", *MASK,
            "--out", "live.toml", "--json",
        )  # fmt: skip
    assert load_calibration("live.toml", load_profile(my_mat), "V1").tare == tuple(ZERO.tolist())
    # the recording says itself whose it is
    assert run_json("calibrate", "tare", "live.mcap", "--out", "again.toml", "--json")["serial_number"] == "V1"


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (("tare", "empty.serial.dat", "--out", "x.toml", "--device", "my_mat.toml"), 1, "does not say its serial"),
        (("tare", "empty.serial.dat", "--out", "x.toml", *MASK), 1, "name a profile"),
        (("tare", "--out", "x.toml", *MASK), 2, "Name a recording, or the mat"),
        (("tare", "empty.serial.dat", "--port", "p", "--out", "x.toml"), 2, "not both"),
        (("tare", "no.mcap", "--out", "x.toml"), 1, "no.mcap"),
        (
            ("even-load", "empty.serial.dat", "--after", "tare.toml", "--out", "x.toml", "--device", "my_mat.toml",
             *MASK), 1, "was the load on the mat",
        ),
        (
            ("person", "empty.serial.dat", "--mass", "70", "--after", "tare.toml", "--out", "x.toml", "--device",
             "my_mat.toml", *MASK), 1, "carries nothing",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_calibrated_is_said_and_nothing_is_written(
    run, run_json, my_mat, *, command, code, words
) -> None:
    empty = log("empty.serial.dat", my_mat, counts(0))
    run_json("calibrate", "tare", empty, "--out", "tare.toml", "--device", my_mat, *MASK, "--json")
    result = run("calibrate", *command)
    assert result.exit_code == code
    assert words in result.stderr
    assert not Path("x.toml").exists()
