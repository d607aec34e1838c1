"""Kept trials analyzed again with the present software: what is due, what differs, new findings in place of the old.

Findings say what they were made from: version, parameters, what the laboratory knows of the trial, edits of its feet,
own norms. A trial is due as soon as one of these is another one, so that a call after a stop does what is left.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, cast

import footload
from footload.analysis import analyze_as_drawn
from footload.batch_findings import rows_of
from footload.lab.documents import (
    EARLIER,
    TRIAL_DOCUMENT,
    TRIAL_FINDINGS,
    document_path,
    moment,
    read_document,
    sha256_of,
)
from footload.lab.kept_trials import known_of, read_kept
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import findings_document
from footload.lab.writing import Findings
from footload.norms.comparing import with_norms
from footload.norms.kept_sets import norms_of_lab, own_norms
from footload.parameters import DEFAULTS, Asymmetry, Parameters

SAME: Final = 1e-9
"""Numbers that differ by less are the same number; summing in another order changes the last digits."""

_PLACE: Final = ("metric", "side", "region", "contact", "repetition")
_NUMBERS: Final = frozenset({"value", "uncertainty", "reference_low", "reference_high"})


@dataclass(frozen=True, slots=True)
class Choice:
    """With which parameters trials are analyzed again.

    Parameters
    ----------
    present_defaults : bool
        With those of the present software, not with those that each trial was analyzed with before.
    noise_floor_kpa, zero_s : float, optional
        In place of the trial's own.
    """

    present_defaults: bool = False
    noise_floor_kpa: float | None = None
    zero_s: float | None = None

    def of(self, kept: Mapping[str, Any]) -> Parameters:
        """The parameters of one trial.

        Parameters
        ----------
        kept : mapping
            Those that it was analyzed with; what an older footload did not know has its present default.

        Returns
        -------
        footload.parameters.Parameters
            For the analysis.
        """
        known = {} if self.present_defaults else {f.name: kept[f.name] for f in fields(Parameters) if f.name in kept}
        values: dict[str, Any] = {
            name: tuple(cast("list[float]", value)) if isinstance(value, list) else value
            for name, value in known.items()
        }
        if "asymmetry" in values:
            values["asymmetry"] = Asymmetry(values["asymmetry"])
        said = {"noise_floor_kpa": self.noise_floor_kpa, "zero_s": self.zero_s}
        return replace(DEFAULTS, **values | {name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Again:
    """Analyze kept trials again, as a function of a batch: a row for each value, beside the one that is kept.

    Parameters
    ----------
    folder : Path
        The laboratory's.
    choice : Choice
        With which parameters.
    keeping : (str or None, str), optional
        URL of the database, and who works: the new findings are then kept. None only compares.
    around : str
        What these trials are done from; with another one it is another batch.
    """

    folder: Path
    choice: Choice = Choice()
    keeping: tuple[str | None, str] | None = None
    around: str = ""

    def __call__(self, file: Path) -> list[dict[str, Any]]:
        """Analyze one trial, and keep what was found where that is asked.

        Parameters
        ----------
        file : Path
            Of `kept_file`.

        Returns
        -------
        list of dict
            As a batch's, with ``kept_value``, ``kept_footload`` and ``changed``: no, yes, new, or gone.
        """
        rows, new, before = analyzed_again(file, self.choice)
        if self.keeping is not None:
            with Laboratory(self.folder, *self.keeping) as lab:
                _keep(lab, file, new, before)
        return rows


def due(files: Sequence[Path], choice: Choice = Choice()) -> list[Path]:
    """Those trials whose findings were made from something else than what an analysis would be made from now.

    Parameters
    ----------
    files : sequence of Path
        As `kept_files` gives them.
    choice : Choice
        With which parameters.

    Returns
    -------
    list of Path
        In the same order.
    """
    return [file for file in files if _kept_findings(file).get("made_from") != made_from(file, choice)]


def made_from(file: Path, choice: Choice = Choice()) -> str:
    """Fingerprint of everything that an analysis of a kept trial depends on beside its bytes.

    Parameters
    ----------
    file : path
        Of `kept_file`.
    choice : Choice
        With which parameters.

    Returns
    -------
    str
        64 digits.
    """
    folder = file.parent.parent
    norms = norms_of_lab(folder.parent.parent)
    parts = {
        "footload": footload.__version__,
        "parameters": dict(_parameters(file, choice).to_record()),
        "known": known_of(file),
        "norms": sha256_of(norms) if norms else None,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def analyzed_again(
    file: Path, choice: Choice = Choice()
) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Analyze a kept trial and set each value beside the one that is kept.

    Parameters
    ----------
    file : path
        Of `kept_file`.
    choice : Choice
        With which parameters.

    Returns
    -------
    rows : list of dict
        As `Again` gives them.
    new, before : dict
        The findings' documents: what would stand there, and what does.
    """
    source, folder = made_from(file, choice), file.parent.parent
    analysis = analyze_as_drawn(file, read_kept(file), _parameters(file, choice))
    own = own_norms(folder.parent.parent)
    analysis = with_norms(analysis, own) if own else analysis
    new = {
        **findings_document(analysis),
        "made_from": source,
        "analyzed_at": moment(),
        "norms": own.label if own else None,
    }
    before = _kept_findings(file)
    return _side_by_side(rows_of(file, folder.parent, analysis), before), new, before


def _parameters(file: Path, choice: Choice) -> Parameters:
    return choice.of(read_document(file.parent.parent / TRIAL_DOCUMENT)[0].get("parameters") or {})


def _kept_findings(file: Path) -> dict[str, Any]:
    return read_document(file.parent.parent / TRIAL_FINDINGS)[0]


def _side_by_side(rows: list[dict[str, Any]], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = {_place_of(record): record for record in before["findings"]}
    for row in rows:
        one = kept.pop(_place_of(row), None)
        row["kept_value"] = one.get("value") if one else None
        row["kept_footload"] = before["footload"] if one else None
        row["changed"] = "new" if one is None else "no" if _same(row["value"], one.get("value")) else "yes"
    about = {name: rows[0][name] for name in ("file", "trial", "task", "sha256", "footload")} if rows else {}
    columns = dict.fromkeys(rows[0]) if rows else {}
    gone = [
        {
            **columns,
            **about,
            **{name: record.get(name) for name in (*_PLACE, "label", "unit")},
            "kept_value": record.get("value"),
            "kept_footload": before["footload"],
            "changed": "gone",
        }
        for record in kept.values()
    ]
    return [*rows, *gone]


def _place_of(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record.get(name) for name in _PLACE)


def _same(now: float | None, before: float | None) -> bool:
    if now is None or before is None:
        return now is before
    return abs(now - before) <= SAME * max(abs(now), abs(before))


def _are_same(new: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two lists of findings say the same, but for the last digits."""
    return len(new) == len(before) and all(
        now.keys() == then.keys()
        and all(_same(now[name], then[name]) if name in _NUMBERS else now[name] == then[name] for name in now)
        for now, then in zip(new, before, strict=True)
    )


def _keep(lab: Laboratory, file: Path, new: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    trial_id = file.parent.parent.name
    facts = {
        "n_findings": len(new["findings"]),
        **{name: new[name] for name in ("footload", "parameters", "analyzed_at")},
    }
    differ = not _are_same(new["findings"], before["findings"])
    lab.renew_findings(Findings(trial_id, new, keep_earlier=differ), facts=facts)


@dataclass(frozen=True, slots=True)
class Differences:
    """What a table of trials that were analyzed again says.

    Parameters
    ----------
    n_values, n_trials : int
        That were found now.
    n_trials_differ : int
        Trials of which anything differs from what was kept.
    n_changed, n_new, n_gone : int
        Values.
    """

    n_values: int
    n_trials: int
    n_trials_differ: int
    n_changed: int
    n_new: int
    n_gone: int

    @classmethod
    def of(cls, table: Path) -> Differences:
        """Count the rows of a table.

        Parameters
        ----------
        table : Path
            ``findings.csv`` of a batch of `Again`.

        Returns
        -------
        Differences
            Read row by row.
        """
        counts: dict[str, int] = {"no": 0, "yes": 0, "new": 0, "gone": 0}
        trials: set[str] = set()
        differ: set[str] = set()
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                counts[row["changed"]] += 1
                trials.add(row["trial"])
                if row["changed"] != "no":
                    differ.add(row["trial"])
        n_values = counts["no"] + counts["yes"] + counts["new"]
        return cls(n_values, len(trials), len(differ), counts["yes"], counts["new"], counts["gone"])

    @property
    def text(self) -> str:
        """One sentence."""
        text = f"{self.n_values} values of {self.n_trials} trial(s)"
        if not self.n_trials_differ:
            return f"{text}; all are as the laboratory kept them."
        return (
            f"{text}; in {self.n_trials_differ} trial(s) {self.n_changed} differ from what the laboratory kept, "
            f"{self.n_new} are new and {self.n_gone} are gone."
        )


def earlier_findings(folder: Path, trial_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Findings of a trial that stood there before, the oldest first.

    Parameters
    ----------
    folder : path
        The laboratory's.
    trial_id : str
        Which trial.

    Returns
    -------
    list of (str, dict)
        When they were replaced, in UTC, and their document.
    """
    inside = document_path(folder, "trials", trial_id).with_name(EARLIER)
    return [(_moment_of(path.stem), read_document(path)[0]) for path in sorted(inside.glob("[!.]*.json"))]


def _moment_of(name: str) -> str:
    day, _, rest = name.partition("T")
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}T{rest[:2]}:{rest[2:4]}:{rest[4:6]}Z"
