"""Every python and console block of the readme and of docs is run; what is not, is named with its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_blocks import (
    MADE_FROM_CODE,
    NOT_RUN,
    REPOSITORY,
    RUN_ELSEWHERE,
    Block,
    PageRun,
    blocks_of,
    pages,
    prepare,
    why_not_run,
)

RUN_HERE = [page for page in pages() if page not in {*MADE_FROM_CODE, *RUN_ELSEWHERE}]
WITH_BLOCKS = [page for page in RUN_HERE if any(b.language == "python" or b.is_console for b in blocks_of(page))]


@pytest.mark.parametrize("written", WITH_BLOCKS)
def test_a_page_does_what_it_shows(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tmp_path, written)
    monkeypatch.chdir(tmp_path)
    run = PageRun()
    for block in blocks_of(written):
        run.block(block)
    assert run.ran or run.left


def test_most_of_what_is_shown_is_run() -> None:
    commands = [command for page in RUN_HERE for b in blocks_of(page) if b.is_console for command, _ in b.commands()]
    of_footload = [command for command in commands if command.startswith("footload ")]
    left = [command for command in of_footload if why_not_run(command)]
    assert len(left) < len(of_footload) / 2, left


def test_every_reason_for_not_running_is_still_needed() -> None:
    commands = [command for page in RUN_HERE for b in blocks_of(page) if b.is_console for command, _ in b.commands()]
    shown = [start for start in NOT_RUN if start.startswith("footload")]
    assert [start for start in shown if not any(command.startswith(start) for command in commands)] == []


def test_a_block_that_shows_what_is_not_said_is_noticed() -> None:
    run = PageRun()
    run.block(Block("a page", 1, "python", "", "print(6 * 7)\n"))
    run.block(Block("a page", 2, "text", "", "42\n"))
    with pytest.raises(AssertionError, match="but what was said is"):
        run.block(Block("a page", 3, "text", "", "43\n"))


def test_a_command_that_fails_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match=r"not_there\.mcap"):
        PageRun().block(Block("a page", 1, "console", "", "$ footload info not_there.mcap\n"))


def test_every_command_and_option_in_any_page_exists() -> None:
    import typer

    from footload.cli.application import application
    from footload.cli.documentation import walk_commands

    known = {
        path.removeprefix("footload "): {option for p in command.params for option in p.opts}
        for path, command in walk_commands("footload", typer.main.get_command(application))
    }
    for page in RUN_HERE:
        for block in blocks_of(page):
            if not block.is_console:
                continue
            for command, _ in block.commands():
                if not command.startswith("footload "):
                    continue
                line = command.removeprefix("footload ")
                name = next((name for name in sorted(known, key=len, reverse=True) if line.startswith(name)), None)
                assert name is not None, f"{page}:{block.line} shows `{command}`, which is no command"
                options = set(re.findall(r"(?<!\S)--?[a-z][\w-]*", line))
                assert options <= known[name], f"{page}:{block.line}: {name} has no {options - known[name]}"


def test_every_picture_of_a_page_stands_in_the_project_and_has_words() -> None:
    for page in pages():
        text = (Path(__file__).resolve().parents[2] / page).read_text(encoding="utf-8")
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text):
            assert len(words) > 5, f"{page}: {target} has no words for those who do not see it"
            assert (Path(__file__).resolve().parents[2] / page).parent.joinpath(target).is_file(), f"{page}: {target}"


def test_the_first_page_names_every_command() -> None:
    import typer

    from footload.cli.application import application
    from footload.cli.documentation import walk_commands

    text = (REPOSITORY / "README.md").read_text("utf-8")
    paths = {path for path, _ in walk_commands("footload", typer.main.get_command(application))}
    first_words = {" ".join(path.split()[:2]) for path in paths}
    assert len(first_words) > 20
    assert [words for words in sorted(first_words) if f"`{words}" not in text] == []
