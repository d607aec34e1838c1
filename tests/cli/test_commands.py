"""What holds for every command: help, version, exit codes, and a quick start."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import typer

import footload
from footload.cli.application import application
from footload.cli.documentation import walk_commands
from footload.cli.speaking import without_nan

COMMANDS = dict(walk_commands("footload", typer.main.get_command(application)))

# Five times what is promised of a quiet machine would still notice an import of pandas, dash or scipy.
SLOWEST_HELP_S = 2.0


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_has_help(path: str) -> None:
    command = COMMANDS[path]
    assert command.help, f"{path} is missing its help"
    assert [p.name for p in command.params if not getattr(p, "help", "")] == []


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_answers_to_help(run, path: str) -> None:
    result = run(*path.split()[1:], "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_the_version_is_told(run) -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"footload {footload.__version__}\n")


@pytest.mark.parametrize("arguments", [("walk",), ("analyze",), ("analyze", "--jsn", "x"), ("profile", "chek")])
def test_usage_faults_end_with_2(run, arguments) -> None:
    assert run(*arguments).exit_code == 2


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    heavy = ("numpy", "scipy", "pandas", "plotly", "dash", "serial", "mcap", "pydantic", "uvicorn")
    script = (
        "import sys; from footload.cli import main; sys.argv = ['footload', '--help']\n"
        "try: main()\n"
        f"except SystemExit: print([name for name in {heavy} if name in sys.modules])"
    )
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert time.perf_counter() - begin < SLOWEST_HELP_S


def test_the_installed_command_starts(process) -> None:
    done = process("--version")
    assert (done.returncode, done.stderr) == (0, "")


def test_json_has_no_nan() -> None:
    nan = float("nan")
    assert without_nan({"a": [nan, 1.0], "b": (float("inf"), "x")}) == {"a": [None, 1.0], "b": [None, "x"]}


def test_profiles_are_listed_and_checked(run, run_json, tmp_path) -> None:
    names = [profile["profile"] for profile in run_json("profile", "list", "--json")]
    assert {"demo_mat", "dividat_flex_v5", "dividat_flex_v6"} <= set(names)
    listed = run("profile", "list").stdout
    assert all(name in listed for name in names)
    for name in names:
        assert "decoded as stated" in " ".join(run("profile", "check", name).stdout.split())
        told = run_json("profile", "check", name, "--json")
        assert (told["profile"], told["n_vectors"] > 0, told["capture"]) == (name, True, None)
    bad = tmp_path / "bad.toml"
    bad.write_text("schema = 1\nnmae = 'x'\n", encoding="utf-8")
    result = run("profile", "check", bad)
    assert result.exit_code == 1
    assert "bad.toml" in result.stderr


def test_a_profile_whose_vector_is_wrong_is_refused(run, tmp_path) -> None:
    from devices.profile import bundled_profiles

    text = bundled_profiles()["demo_mat"].read_text(encoding="utf-8").replace("sum = 4096", "sum = 4097")
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    result = run("profile", "check", tmp_path / "wrong.toml")
    assert result.exit_code == 1
    assert "4096" in result.stderr


def test_serving_what_is_no_folder_is_said(run, tmp_path) -> None:
    result = run("serve", tmp_path / "nowhere", "--no-browser")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
