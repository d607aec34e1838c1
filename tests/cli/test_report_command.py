"""`footload report`: made, signed, checked, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footload.cli.application import application

SQUAT = Path(__file__).resolve().parents[2] / "sample_data" / "demo_squat.mcap"


def run(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(application, ["report", *map(str, words)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "draft.pdf"
    code, said, _ = run("make", SQUAT, "--out", out, "--clinic", "Gait lab", "--clinic", "Street 1")
    assert code == 0
    assert "a draft; sign it" in said
    return out


def test_a_report_is_made_signed_and_checked(draft: Path, tmp_path: Path) -> None:
    assert draft.read_bytes().startswith(b"%PDF")
    code, said, _ = run("sign", draft.with_suffix(".json"), "--by", "A. Podiatrist", "--out", tmp_path / "s.pdf")
    assert code == 0
    assert "signed by A. Podiatrist" in said
    code, said, _ = run("check", tmp_path / "s.json", "--json")
    assert code == 0
    assert json.loads(said)["unchanged"] is True


def test_a_draft_does_not_pass_the_check(draft: Path) -> None:
    code, _, said = run("check", draft.with_suffix(".json"))
    assert code == 1
    assert "nobody has signed it" in said


def test_a_page_can_be_made_instead(tmp_path: Path) -> None:
    code, said, _ = run("make", SQUAT, "--out", tmp_path / "r.html", "--section", "findings", "--json")
    assert code == 0
    assert json.loads(said)["sections"] == ["summary", "findings"]
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_nothing_is_replaced_unasked(draft: Path) -> None:
    before = draft.read_bytes()
    code, _, said = run("make", SQUAT, "--out", draft)
    assert code == 2
    assert "draft.pdf exists already" in said
    assert draft.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["make", SQUAT, "--out", "r.docx"], "neither a .pdf nor a .html"),
        (["make", SQUAT, "--out", "nowhere/r.pdf"], "no folder 'nowhere'"),
        (["make", SQUAT, "--out", "r.pdf", "--section", "diagnosis"], "no section 'diagnosis'"),
        (["check", "nothing.json"], "no file nothing.json"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, said = run(*words)
    assert code == 2
    assert sentence in said
    assert not list(tmp_path.iterdir())
