"""`footload users` and what `footload serve` refuses: no password on the command line, no start beyond this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.access import Role
from dashboard.users import Accounts
from footload.cli.application import application

PASSWORD = "heel toe arch plate"


def users(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(application, ["users", *map(str, words)], input=typed)


def serve(*words: object) -> Result:
    return CliRunner().invoke(application, ["serve", *map(str, words), "--no-browser"])


def test_accounts_are_made_listed_changed_and_removed_and_all_of_it_is_written_down(tmp_path: Path) -> None:
    made = users("add", tmp_path, "vera", "--role", "view", "--signs-as", "V. Technician", typed=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert "vera may look and signs as V. Technician" in made.output
    assert PASSWORD not in made.output
    assert Accounts(tmp_path).check("vera", PASSWORD) is not None
    assert users("role", tmp_path, "vera", "record").exit_code == 0
    assert users("password", tmp_path, "vera", typed="other words than these\n").exit_code == 0
    assert Accounts(tmp_path).check("vera", PASSWORD) is None
    listed = json.loads(users("list", tmp_path, "--json").stdout)
    assert [(one["name"], one["role"]) for one in listed] == [("vera", "record")]
    assert "password" not in listed[0]
    assert users("remove", tmp_path, "vera").exit_code == 0
    assert "There is no account" in users("list", tmp_path).output
    lines = json.loads(users("audit", tmp_path, "--json").stdout)
    assert [line["action"] for line in lines] == ["add account", "change role", "change password", "remove account"]
    assert all(line["who"].endswith("at the machine") for line in lines)
    assert "4 lines are as they were written; fingerprint " in users("audit", tmp_path, "--check").stdout


def test_no_option_takes_a_password() -> None:
    told = users("add", "--help").output + users("password", "--help").output
    assert "--password" not in told
    assert users("add", ".", "vera", PASSWORD, "--role", "view").exit_code == 2


@pytest.mark.parametrize(
    ("words", "typed", "code", "said"),
    [
        (("add", "vera", "--role", "view"), "short\n", 1, "5 characters"),
        (("add", "Vera <b>", "--role", "view"), f"{PASSWORD}\n", 1, "no name for an account"),
        (("add", "vera", "--role", "admin"), f"{PASSWORD}\n", 2, "admin"),
        (("remove", "vera"), "", 1, "no account 'vera'"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, words: tuple[str, ...], typed: str, code: int, said: str) -> None:
    result = users(words[0], tmp_path, *words[1:], typed=typed)
    assert result.exit_code == code
    assert said in result.output


def test_the_log_names_the_file_behind_an_id(tmp_path: Path) -> None:
    from dashboard.audit import AuditLog
    from dashboard.store import trial_id

    (tmp_path / "squat_1.mcap").write_bytes(b"")
    AuditLog(tmp_path).append("vera", "open", f"/trial/{trial_id('squat_1.mcap')}")
    told = CliRunner(env={"COLUMNS": "200"}).invoke(application, ["users", "audit", str(tmp_path)]).output
    assert "squat_1.mcap" in told


def test_a_damaged_log_is_said(tmp_path: Path) -> None:
    from dashboard.access_file import access_file

    Accounts(tmp_path).add("vera", Role.VIEW, PASSWORD)
    access_file(tmp_path).write_bytes(b"no database" * 1000)
    result = users("audit", tmp_path, "--check")
    assert result.exit_code == 1
    assert "cannot be used" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "give --cert and --key"),
        (("--host", "192.168.7.7"), "--behind-proxy"),
        (("--behind-proxy", "--name", "clinic.example"), "footload users add"),
        (("--accounts",), "footload users add"),
        (("--cert", "nothing.pem", "--key", "nothing.pem"), "there is no file nothing.pem"),
    ],
)
def test_a_server_that_others_could_reach_does_not_start_without_what_it_needs(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = serve(tmp_path, "--port", "0", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
