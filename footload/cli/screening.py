"""`footload screen`: a test that compares two conditions of one person at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.decision.screening import ScreeningResult
    from footload.decision.screening_plan import ScreeningPlan


_FPPA = "Knee angles from video in condition {}, LEFT:RIGHT±ERROR. [deg]"


def screen(
    test: Annotated[str, typer.Argument(help="Which test; without it they are listed.", show_default=False)] = "",
    *,
    a: Annotated[list[Path] | None, typer.Option("--a", help="A trial in condition A; repeat it for more.")] = None,
    b: Annotated[list[Path] | None, typer.Option("--b", help="A trial in condition B; repeat it for more.")] = None,
    fppa_a: Annotated[str | None, typer.Option("--fppa-a", help=_FPPA.format("A"))] = None,
    fppa_b: Annotated[str | None, typer.Option("--fppa-b", help=_FPPA.format("B"))] = None,
    norms: Annotated[Path | None, typer.Option(help="A site's own norms (TOML), or a set of norms (.json).")] = None,
    seed: Annotated[int, typer.Option(help="Draws the order of the sets.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")] = False,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
) -> None:
    """Compare two conditions now: squat flat or on a heel lift, cued or not, without or with a wedge.

    Without files it says how the test is done and draws the order of its sets. Files are given in the order in which
    they were recorded. Nothing here diagnoses or predicts.
    """
    from footload.decision.screening_plan import plan_screening, screening_test
    from footload.decision.tables import screening_table

    if not test:
        _say([plan_screening(one.id, seed) for one in screening_table().tests], as_json=as_json)
        return
    try:
        screening_test(test)
    except KeyError as error:
        speaking.usage_fault(str(error.args[0]))
    if not a and not b and fppa_a is None and fppa_b is None:
        _say([plan_screening(test, seed)], as_json=as_json)
        return
    conditions = [_analyzed(files or [], fppa, format_name) for files, fppa in ((a, fppa_a), (b, fppa_b))]
    result = _screened(test, conditions, norms)
    if as_json:
        speaking.show_json({**_head(), "a_files": _names(a), "b_files": _names(b), "screening": _plain(result)})
    else:
        from footload.cli.assessment_view import tables_of
        from footload.decision.screening_telling import told_of_screening

        speaking.show(*tables_of(told_of_screening(result)))


def _screened(test: str, conditions: list[list[Analysis]], norms: Path | None) -> ScreeningResult:
    from footload.cli.assessing import read_inputs
    from footload.decision.screening import screen as compared
    from footload.decision.selection import MixedTrialsError

    try:
        return compared(
            test, conditions[0], conditions[1], read_inputs(None, norms, [*conditions[0], *conditions[1]])[1]
        )
    except MixedTrialsError as error:
        speaking.usage_fault(str(error))


def _analyzed(files: list[Path], fppa: str | None, format_name: str | None) -> list[Analysis]:
    """The trials of a condition; what was typed in for it goes with the first."""
    from footload.cli.analyzing import analyzed
    from footload.cli.setting_up import said_of_trial
    from footload.parameters import Parameters

    said = said_of_trial(None, None, None, fppa, keep_rejected=False)
    if fppa is not None and not files:
        speaking.usage_fault("a knee angle goes with a trial of its condition: name its files with --a and --b.")
    with speaking.faults_told():
        found = [analyzed(file, Parameters(), format_name) for file in files]
    return [said.added(one) for one in found[:1]] + found[1:]


def _say(plans: list[ScreeningPlan], *, as_json: bool) -> None:
    from footload.cli.assessment_view import tables_of
    from footload.decision.screening_telling import told_of_plan, told_of_plans

    if as_json:
        speaking.show_json({**_head(), "tests": _plain(plans)})
    else:
        speaking.show(*tables_of(told_of_plan(plans[0]) if len(plans) == 1 else [told_of_plans(plans)]))


def _head() -> dict[str, Any]:
    from footload import __version__

    return {"footload": __version__}


def _names(files: list[Path] | None) -> list[str]:
    return [file.name for file in files or ()]


def _plain(part: Any) -> Any:
    from footload.decision.assessment import plain_record

    return plain_record(part)
