"""`footload compare`: two conditions or two groups side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from footload.cli import speaking

if TYPE_CHECKING:
    from rich.table import Table

    from footload.analysis import Analysis
    from footload.compare.conditions import Comparing, Comparison
    from footload.compare.waveforms import CurveTest
    from footload.trials import Side


class _ManyAfterWith(TyperCommand):
    """Every file after ``--with``, up to the next option, belongs to the second condition."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat ``--with`` before each of them; a shell's pattern is several words."""
        spread: list[str] = []
        after = False
        for word in args:
            if word.startswith("-"):
                after = word == "--with"
                spread += [] if after else [word]
            else:
                spread += ["--with", word] if after else [word]
        return super().parse_args(ctx, spread)


def command_class() -> type[TyperCommand]:
    """How the words of the command are read.

    Returns
    -------
    type
        Every file after ``--with``, up to the next option, belongs to the second condition.
    """
    return _ManyAfterWith


def compare(
    files: Annotated[list[Path], typer.Argument(help="Trials in the first condition.", show_default=False)],
    *,
    with_: Annotated[
        list[Path], typer.Option("--with", help="Trials in the second: every file up to the next option.")
    ],
    paired: Annotated[
        bool | None,
        typer.Option("--paired/--unpaired", help="By person, or for one person by the order of the files."),
    ] = None,
    reliability: Annotated[
        Path | None, typer.Option(help="A study that `footload reliability` made: gives the error of measurement.")
    ] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Only this metric; repeat it for more.")] = None,
    adjust: Annotated[str, typer.Option(help="Several findings at once: holm, or max (permutation).")] = "holm",
    detect: Annotated[float, typer.Option(help="Change that needed repetitions are told for. [%]", min=0.1)] = 10.0,
    curves: Annotated[
        list[str] | None, typer.Option(help="Also compare over the contact: force, area, peak, cop-ap, cop-ml.")
    ] = None,
    prints: Annotated[bool, typer.Option("--prints", help="Also compare the registered footprints.")] = False,
    figure: Annotated[
        Path | None, typer.Option(help="Draw the differences into this new file: .svg, .pdf or .png.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every finding, not only those that differ.")] = False,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
) -> None:
    """Compare two conditions of a person, or two groups: differences, intervals, what the measurement can tell.

    Of several people each counts once. A difference is marked where it is beyond the minimal detectable change. Nothing
    here diagnoses or predicts.
    """
    from footload.compare.comparing import compare_conditions
    from footload.compare.conditions import Recorded

    if figure is not None:
        _check_figure(figure)
    how = _how(reliability, metric, adjust, detect)
    conditions = [_analyzed(some, format_name) for some in (files, with_)]
    trials = [[Recorded.of(each) for each in some] for some in conditions]
    if paired is not None:
        how = _paired(how, paired, several=len({one.person for some in trials for one in some}) > 1)
    try:
        found = compare_conditions(trials[0], trials[1], how)
        tests = list(_tests(conditions, curves or [], prints=prints))
        if figure is not None:
            _draw(found, figure)
    except ValueError as error:
        speaking.usage_fault(str(error))
    if as_json:
        from footload import __version__

        head = {"footload": __version__, "first": [f.name for f in files], "second": [f.name for f in with_]}
        told = [{**head_, **_plain(test)} for head_, test in tests]
        speaking.show_json({**head, **found.to_record(), "curves": told})
        return
    said = [*found.warnings, *(_told(head, test) for head, test in tests), *_how_curves_read(tests), *_how_read(found)]
    speaking.show(_table(found, everything=everything), speaking.list_of(said))


def _check_figure(figure: Path) -> None:
    from footload.report.drawing import KINDS

    if figure.suffix.lower().removeprefix(".") not in KINDS:
        speaking.usage_fault(f"--figure is {figure.name}; it has to end in one of {', '.join(f'.{k}' for k in KINDS)}.")
    if figure.exists():
        speaking.usage_fault(f"{figure.name} exists already; choose another name.")


def _draw(found: Comparison, figure: Path) -> None:
    from footload.report.comparison_pictures import differences
    from footload.report.figures import write_figure

    write_figure(differences(found), figure)


def _analyzed(files: list[Path], format_name: str | None) -> list[Analysis]:
    from footload.cli.analyzing import analyzed
    from footload.parameters import Parameters

    with speaking.faults_told():
        return [analyzed(file, Parameters(), format_name) for file in files]


def _how(reliability: Path | None, metric: list[str] | None, adjust: str, detect: float) -> Comparing:
    from footload.compare.conditions import Adjustment, Comparing
    from footload.compare.studies import ReliabilityStudy

    names = {"holm": Adjustment.HOLM, "max": Adjustment.MAXIMUM}
    if adjust not in names:
        speaking.usage_fault(f"--adjust is {adjust!r}; known are holm and max.")
    with speaking.faults_told():
        study = ReliabilityStudy.read(reliability) if reliability else None
    return Comparing(adjustment=names[adjust], detect_percent=detect, study=study, metrics=tuple(metric or ()))


def _paired(how: Comparing, paired: bool, *, several: bool) -> Comparing:
    from dataclasses import replace

    from footload.compare.conditions import Pairing

    wanted = Pairing.NONE if not paired else Pairing.PEOPLE if several else Pairing.TRIALS
    return replace(how, pairing=wanted)


def _tests(
    conditions: list[list[Analysis]], names: list[str], *, prints: bool
) -> list[tuple[dict[str, Any], CurveTest]]:
    """Curves and pictures of the steps of each foot; steps are not partners of each other."""
    from footload.compare.curves import Quantity, contact_curves, registered_prints, steps_of
    from footload.compare.waveforms import Permuting, compare_unpaired
    from footload.trials import Side

    people = {each.trial.participant.id for some in conditions for each in some}
    if len(people) > 1 and (names or prints):
        raise ValueError("Curves and footprints are compared within one person; these trials are of several.")
    known = [each.value for each in Quantity]
    strange = [name for name in names if name not in known]
    if strange:
        raise ValueError(f"--curves is {strange[0]!r}; known are {', '.join(known)}.")
    found: list[tuple[dict[str, Any], CurveTest]] = []
    for side in Side:
        first, second = (steps_of(some, side) for some in conditions)
        if min(len(first), len(second)) < 2:
            continue
        for name in names:
            one, other = (contact_curves(some, Quantity(name)) for some in (first, second))
            if min(len(one), len(other)) > 1:
                found.append(({"what": name, "side": side.value}, compare_unpaired(one, other)))
        if prints:
            one, other, shape = registered_prints(first, second)
            how = Permuting(n_permutations=2000, shape=shape)
            found.append(({"what": "prints", "side": side.value, "shape": shape}, compare_unpaired(one, other, how)))
    if not found and (names or prints):
        raise ValueError("Neither foot has two whole steps in both conditions; there are no curves to compare.")
    return found


def _plain(test: CurveTest) -> dict[str, Any]:
    clusters = [
        {"first": each.start, "n_points": len(each.points), "sign": each.sign, "mass": each.mass, "p": each.p}
        for each in test.clusters
    ]
    return {
        "threshold": test.threshold,
        "p": test.p,
        "n_permutations": test.n_permutations,
        "exact": test.exact,
        "least_p": test.least_p,
        "seed": test.seed,
        "clusters": clusters,
        "t": test.t.tolist(),
    }


def _told(head: dict[str, Any], test: CurveTest) -> str:
    name = f"{head['what']}, {head['side']} foot"
    if test.least_p > test.alpha:
        return (
            f"{name}: too few steps to tell a difference anywhere: {test.n_permutations} labelings give no p below "
            f"{test.least_p:.2g}. Four steps of each condition are enough."
        )
    if not test.clusters:
        return f"{name}: no difference at any point (p = {test.p:.3g}, {test.n_permutations} permutations)."
    unit = "cells" if head["what"] == "prints" else "%"
    where = [
        f"{len(each.points)} cells {'higher' if each.sign > 0 else 'lower'} (p = {each.p:.2g})"
        if unit == "cells"
        else f"{each.start}-{each.stop - 1} % {'higher' if each.sign > 0 else 'lower'} (p = {each.p:.2g})"
        for each in test.clusters
    ]
    return f"{name}: the second differs at {', '.join(where)}; |t| beyond {test.threshold:.2f}."


def _how_curves_read(tests: list[tuple[dict[str, Any], CurveTest]]) -> list[str]:
    if not tests:
        return []
    sides = {head["side"] for head, _ in tests}
    said = [f"No curve of the {side.value} foot: fewer than 2 whole steps in a condition." for side in _missing(sides)]
    if len(tests) > 1:
        said.append(
            f"Each curve or footprint of a foot is held to 5 % over its own points; these are {len(tests)} questions, "
            "not held to one error together."
        )
    return said


def _missing(sides: set[str]) -> list[Side]:
    from footload.trials import Side

    return [side for side in Side if side.value not in sides]


def _how_read(found: Comparison) -> list[str]:
    beyond = sum(each.is_beyond_mdc is True for each in found.findings)
    n = sum(each.difference.p == each.difference.p for each in found.findings)
    sources = sorted({each.mdc_from for each in found.findings if each.mdc_from})
    return [
        f"One value stands for one of the {found.units}; the two conditions are {found.pairing.value}.",
        f"p is held to one error over {n} findings by {found.adjustment.value}.",
        f"{beyond} of {len(found.findings)} differences are beyond the minimal detectable change"
        + (f", from {' and '.join(sources)}." if sources else "; no error of measurement is known."),
    ]


def _table(found: Comparison, *, everything: bool) -> Table:
    from rich.table import Table

    from footload.findings import Finding

    def text(value: float, unit: str) -> str:
        return Finding("", "", value, unit, reason="not known").text

    table = Table("finding", "foot", "first", "second", "difference", "95 %", "p adj.", "MDC", "beyond", "needed")
    for each in found.findings:
        if not everything and not each.is_beyond_mdc and not each.p_adjusted <= 0.05:
            continue
        unit, change = each.measured.unit, each.difference
        place = " ".join(str(part) for part in (each.measured.side or "", each.measured.region) if part)
        low, high = text(change.low, "ratio"), text(change.high, "ratio")
        table.add_row(
            each.label,
            place,
            text(each.first, unit),
            text(each.second, unit),
            text(change.value, unit),
            f"{low} to {high}",
            f"{each.p_adjusted:.2g}" if each.p_adjusted == each.p_adjusted else "–",
            text(each.mdc, unit),
            {True: "yes", False: "no", None: "–"}[each.is_beyond_mdc],
            str(each.n_needed or "–"),
        )
    if not table.row_count:
        table.caption = "No difference is beyond the minimal detectable change or chance; --all shows every finding."
    return table
