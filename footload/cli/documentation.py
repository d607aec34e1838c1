"""The pages of `docs/` that are made from the code: `python -m footload.cli.documentation [--check]`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footload.cli import speaking

if TYPE_CHECKING:
    from devices.profile import Profile

DOCS = Path(__file__).resolve().parents[2] / "docs"

_NOTE = "<!-- Made from the code by `make docs`; changes here are lost. -->\n"


def pages() -> dict[str, Callable[[], str]]:
    """Every generated page: file name and the function that writes its text.

    Returns
    -------
    dict
        In the order of their names.
    """
    from footload.decision.documentation import evidence_page

    return {
        "commands.md": commands_page,
        "devices.md": devices_page,
        "evidence.md": evidence_page,
        "formats.md": formats_page,
        "metrics.md": metrics_page,
    }


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Make a Markdown table.

    Parameters
    ----------
    head : iterable of str
        Column titles.
    rows : iterable of iterable of str
        Cells; line breaks and bars are made harmless.

    Returns
    -------
    str
        Ends with a line break.
    """
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(
        f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def metrics_page() -> str:
    """Every metric with its unit, definition, direction and source.

    Returns
    -------
    str
        Markdown.
    """
    from footload.metrics.registry import Scope, metrics
    from footload.references import reference
    from footload.units import shown

    parts = [
        "# Metrics",
        _NOTE,
        "Frames and signs are in [frames.md](frames.md). A value that cannot be had is missing with a reason, never 0. "
        'A number marked "unverified" was not read in its source. *needs* is the least sampling rate: a value from '
        "fewer frames carries a note; – is where no number is known or time plays no part.\n",
    ]
    used: dict[str, None] = {}
    for scope in Scope:
        found = metrics(scope)
        if not found:
            continue
        parts.append(f"## One value for each {scope.value}\n")
        rows: list[list[str]] = []
        for name, metric in found.items():
            unit = shown(metric.unit) or "pure number"
            ranges = "; ".join(reference_range.text for reference_range in metric.references) or "none"
            definition = metric.definition.rpartition("[")[0].strip() or metric.definition
            where = " Also by region." if metric.per_region else ""
            rows.append(
                [
                    f"**{metric.label}**<br>`{name}`",
                    unit,
                    definition + where,
                    metric.direction,
                    ranges,
                    metric.rate.text if metric.rate else "–",
                    f"`{metric.citation}`",
                ]
            )
            asked = [metric.rate.citation] if metric.rate else []
            used |= dict.fromkeys([metric.citation, *asked, *(r.citation for r in metric.references)])
        parts.append(table(("metric", "unit", "definition", "direction", "reference", "needs", "source"), rows))
    parts.append("## Sources\n")
    sources = [(f"`{key}`", reference(key).short, reference(key).mark.meaning) for key in sorted(used)]
    parts.append(table(("key", "source", "how it is known"), sources))
    return "\n".join(parts)


def devices_page() -> str:
    """Every bundled device profile: what it is, where its facts are from, what was shown, and what is in doubt.

    Returns
    -------
    str
        Markdown.
    """
    from devices.profile import bundled_profiles, load_profile

    profiles = {name: load_profile(name) for name in bundled_profiles()}
    rows: list[list[str]] = []
    facts: list[list[str]] = []
    doubts: list[str] = []
    for name, profile in profiles.items():
        rate = f"{profile.time.rate_hz:g} Hz, {profile.link.baud} baud"
        rows.append([f"`{name}`", profile.name, profile.kind, _size(profile), rate, _gives(profile)])
        facts.append([f"`{name}`", profile.source, profile.certainty, _protocol(profile), _shown(profile)])
        doubts += [f"- `{name}`, `{doubt.key}`: {doubt.why}" for doubt in profile.unverified]
        for option in profile.option:
            choices = ", ".join(f"`{choice}`" for choice in option.choices)
            doubts.append(f"- `{name}?{option.name}=...` ({choices}; default `{option.default}`): {option.why}")
    parts = [
        "# Devices",
        _NOTE,
        "A device is a text file. `footload profile list` names those that are here, `footload profile check FILE` "
        "checks your own, `footload emulate NAME` plays any of them; [add_a_mat.md](add_a_mat.md) shows how a new one "
        "is made. One mat's own zero, gains, scale and mask come from `footload health` and `footload calibrate`; "
        "several devices are recorded in one `footload record` and aligned by a heel tap with `footload sync`.\n",
        table(("profile", "device", "kind", "size", "rate", "gives"), rows),
        "## Where the facts are from, and what was shown\n",
        "Every profile carries bytes with a known outcome, which every test run decodes, and its emulator is decoded "
        "without a loss. *verified*: real recordings were decoded; *multi-source*: public programs agree; *vendor*: "
        "published by the maker; *single source*: one public program. No device of these was on a wire here: "
        "**emulator-tested** means that only an owner can confirm it.\n",
        table(("profile", "protocol source", "how known", "framing and check", "shown"), facts),
        "## Not confirmed by any source, and choices\n",
        "\n".join(doubts) + "\n",
    ]
    return "\n".join(parts)


def _size(profile: Profile) -> str:
    if profile.cells is None:
        return f"{profile.n_values} channels"
    pitch = " x ".join(f"{side:g}" for side in profile.cells.pitch_mm)
    return f"{profile.grid[0]} x {profile.grid[1]}, {pitch} mm"


def _gives(profile: Profile) -> str:
    if profile.channels is None:
        return "kPa" if profile.calibration else "counts (uncalibrated)"
    if profile.decoder == "amti":
        return "N with the plate's own matrix"
    plates = f", {len(profile.plate)} plates" if len(profile.plate) > 1 else ""
    return f"N{plates}" if profile.plate else "counts of its channels"


def _protocol(profile: Profile) -> str:
    check = "no check" if profile.check is None else profile.check.kind
    code = f", driver `{profile.decoder}`" if profile.decoder else ""
    return f"{profile.framing.kind}, {profile.payload.kind}, {check}{code}"


def _shown(profile: Profile) -> str:
    return profile.checked or {"verified": "real recordings decode", "simulated": "everything"}.get(
        profile.certainty, ""
    )


_FORMATS_NOTE = """
What a file says of the person and the day is left behind, unless it is asked for. What a reader assumed stands in the
notes of the trial.

**Long files** are read in stretches: Tekscan, emed, pedar, pliance, XSENSOR and tables of text need less than twice the
memory of the pressures that are in them (1.1 to 1.7 times at 500 MB of text; `tests/readers/long_exports.py` measures
it). Above 16 million values they are kept with 7 digits, and say so.

**Damaged files** are refused in one sentence that names the place, or read when what is damaged is not a number. 1,000
damaged variants of every format are read by `make damage`: each within 2 s and 4 times the memory of the whole file's
numbers.

**Highest pressures only** (pedCAD files of zebris): the highest pressures were not reached at one time, so a force, an
area at one time and every time are missing with that reason; peak pressures, the shape of the print and the arch
indices are given.

**Insoles** (pedar, Moticon, XSENSOR, F-Scan): the foot's frame is that of the insole, the same in every step: heel end,
second metatarsal head, length and width by the rules of a print, on the outline of the insole; where the sensors form a
grid that is larger than the insole, on what was ever loaded. Toe-out is missing: an insole does not know the walking
direction. A shoe that presses on the sole in the air keeps a foot "on the ground": pedar files that are never empty say
so, and `footload analyze --swing 0.1` subtracts each sensor's median over the frames with less than 10 % of the highest
force (no source gives a share; between 5 and 15 % the steps found are the same in the recording at hand).

**zebris reports** are folders: any of `force-curve*.csv` and `gait-line*.csv` opens the curves of either foot. They
name no units, and no folder of a real measurement was at hand: N, mm and seconds are unverified.
"""


def formats_page() -> str:
    """Every file format that can be read.

    Returns
    -------
    str
        Markdown.
    """
    from footload.readers.registry import readers

    rows = [(f"`{reader.name}`", reader.label, ", ".join(f"`{s}`" for s in reader.suffixes)) for reader in readers()]
    parts = [
        "# File formats",
        _NOTE,
        "A file is recognised by its first bytes, never by its ending. Other packages add formats through the "
        "entry-point group `footload.readers`.\n",
        table(("name", "format", "usual endings"), rows),
        _FORMATS_NOTE,
    ]
    return "\n".join(parts)


def commands_page() -> str:
    """The help of every command, as it is printed.

    Returns
    -------
    str
        Markdown.
    """
    import typer

    from footload.cli.application import application

    root = typer.main.get_command(application)
    parts = ["# Commands", _NOTE, "Exit codes: 0 fine, 1 the input was at fault, 2 usage.\n"]
    for path, command in walk_commands("footload", root):
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and not getattr(p, "hidden", False)]
        usage = " ".join([path, *((p.name or "").upper() + ("..." if p.nargs == -1 else "") for p in arguments)])
        parts.append(
            f"## `{path}`\n\n{(command.help or '').strip()}\n\n```\n{usage}{' [options]' if options else ''}\n```\n"
        )
        rows = [(f"`{', '.join(p.opts)}`", getattr(p, "help", None) or "") for p in [*arguments, *options]]
        rows = [row for row in rows if "--help" not in row[0]]
        parts += [table(("option", "what it does"), rows)] if rows else []
    return "\n".join(parts)


def walk_commands(path: str, command: Any) -> list[tuple[str, Any]]:
    """Every command below one, groups left out.

    Parameters
    ----------
    path : str
        How the command is typed.
    command : click command or group
        Where to start.

    Returns
    -------
    list of (str, command)
        In their order.
    """
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(path, command)]
    return [found for name, item in inner.items() for found in walk_commands(f"{path} {name}", item)]


def stale_pages(folder: Path = DOCS) -> list[str]:
    """Names of generated pages whose file says something else.

    Parameters
    ----------
    folder : Path
        Where the pages stand.

    Returns
    -------
    list of str
        Empty when all are current.
    """
    texts = {name: write() for name, write in pages().items()}
    files = {name: folder / name for name in texts}
    return [name for name, text in texts.items() if not files[name].exists() or files[name].read_text("utf-8") != text]


def write_pages(folder: Path = DOCS) -> None:
    """Write every generated page.

    Parameters
    ----------
    folder : Path
        Where to.
    """
    for name, write in pages().items():
        (folder / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        write_pages()
    elif stale := stale_pages():
        speaking.complain(f"docs/{', docs/'.join(stale)} is not what the code says; run `make docs`.")
        sys.exit(1)
