"""A reliability study: repeated sessions of several people, and the error of measurement that follows from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import footload
from footload.arrays import FloatArray
from footload.compare.reliability import Agreement, IccForm, Reliability, agreement, reliability
from footload.errors import FootloadError
from footload.trials import Side

FORMAT: Final = "footload reliability study"
VERSION: Final = 1


class StudyError(FootloadError):
    """A reliability study that cannot be made or read.

    Example scenarios
    -----------------
    - Every person came once only.
    - A file that is another kind of JSON document.
    """


class Repeated(NamedTuple):
    """One value of one person in one session.

    Parameters
    ----------
    participant, session : str
        Pseudonym; name or date of the session. Sessions are ordered by their names, numbers in them as numbers.
    metric : str
        What was measured.
    side : str
        ``left``, ``right`` or empty.
    region : str
        Part of the foot; may be empty.
    unit : str
        Of the value.
    value : float
        Several of one session are averaged first.
    """

    participant: str
    session: str
    metric: str
    side: str
    region: str
    unit: str
    value: float


class StudiedMeasure(BaseModel):
    """The error of one measure, as it stands in a study's file; nobody's values are in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    metric: str
    side: str = ""
    region: str = ""
    unit: str
    n_people: int = Field(ge=2)
    n_sessions: int = Field(ge=2)
    n_left_out: int = Field(default=0, ge=0)
    n_values_a_session: float = Field(default=1, gt=0)
    sem: float = Field(ge=0)
    sem_consistency: float = Field(default=0, ge=0)
    mdc: float = Field(ge=0)
    iccs: dict[IccForm, tuple[float | None, float | None, float | None]]
    bias: tuple[float, float, float] | None = None
    limits: tuple[float, float] | None = None


class ReliabilityStudy(BaseModel):
    """A reliability study, as it is kept in a file.

    Parameters
    ----------
    name : str
        What people call it.
    footload : str
        The version that made it.
    measures : tuple of StudiedMeasure
        Error and coefficients of each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    version: int = VERSION
    name: str
    footload: str = footload.__version__
    measures: tuple[StudiedMeasure, ...]

    def measure(self, metric: str, side: Side | None, region: str, unit: str) -> StudiedMeasure | None:
        """Find the error of a measure.

        Parameters
        ----------
        metric, region, unit : str
            As in a finding.
        side : Side, optional
            Which foot; a study of both feet together serves either.

        Returns
        -------
        StudiedMeasure or None
            That of the side where there is one.
        """
        wanted = side.value if side else ""
        known = {m.side: m for m in self.measures if (m.metric, m.region, m.unit) == (metric, region, unit)}
        return known.get(wanted, known.get(""))

    def write(self, path: Path) -> None:
        """Write the study; the file appears whole or not at all.

        Parameters
        ----------
        path : Path
            Where to.
        """
        part = path.with_name(path.name + ".part")
        part.write_text(self.model_dump_json(indent=1) + "\n", "utf-8")
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a study.

        Parameters
        ----------
        path : Path
            As `write` writes it.

        Returns
        -------
        ReliabilityStudy
            The study.

        Raises
        ------
        StudyError
            When it is none; the message names the file.
        """
        try:
            given = json.loads(path.read_text("utf-8"))
            if not isinstance(given, dict) or given.get("format") != FORMAT:  # pyright: ignore[reportUnknownMemberType]
                raise StudyError(f"{path.name} is no reliability study; make one with `footload reliability`.")
            if given.get("version") != VERSION:  # pyright: ignore[reportUnknownMemberType]
                raise StudyError(f"{path.name} is of version {given.get('version')}; known is {VERSION}.")  # pyright: ignore[reportUnknownMemberType]
            return cls.model_validate(given)
        except (OSError, ValueError, ValidationError) as error:
            if isinstance(error, ValidationError):
                where = error.errors()[0]
                raise StudyError(f"{path.name}: {'.'.join(map(str, where['loc']))}: {where['msg']}.") from error
            raise StudyError(f"{path.name} cannot be read as a reliability study ({error}).") from error


@dataclass(frozen=True, slots=True, eq=False)
class StudiedTable:
    """One measure of a study with its values.

    Parameters
    ----------
    measure : StudiedMeasure
        What follows from them.
    values : (people, sessions) array
        Means of the sessions.
    sessions : tuple of str
        Names of the columns: the first, the second ... visit of each person.
    reliability : Reliability
        All of it.
    agreement : Agreement, optional
        Second visit against the first; for three people or more.
    """

    measure: StudiedMeasure
    values: FloatArray
    sessions: tuple[str, ...]
    reliability: Reliability
    agreement: Agreement | None


def studied(rows: Iterable[Repeated]) -> tuple[tuple[StudiedTable, ...], tuple[str, ...]]:
    """Work out every measure of a study.

    Parameters
    ----------
    rows : iterable of Repeated
        Any number of values a session; their mean is what is repeated.

    Returns
    -------
    tables : tuple of StudiedTable
        In the order of the rows.
    left_out : tuple of str
        Measures and people that could not be used, and why.
    """
    measures: dict[tuple[str, str, str, str], dict[str, dict[str, list[float]]]] = {}
    for row in rows:
        if np.isfinite(row.value):
            people = measures.setdefault((row.metric, row.side, row.region, row.unit), {})
            people.setdefault(row.participant, {}).setdefault(row.session, []).append(row.value)
    tables: list[StudiedTable] = []
    said: list[str] = []
    for key, people in measures.items():
        name = " ".join(part for part in key[:3] if part)
        try:
            tables.append(_table(key, people))
        except ValueError as error:
            said.append(f"{name}: {error}")
            continue
        if tables[-1].measure.n_left_out:
            n_out = tables[-1].measure.n_left_out
            who = "1 person has fewer sessions and is" if n_out == 1 else f"{n_out} people have fewer sessions and are"
            said.append(f"{name}: {who} left out.")
    return tuple(tables), tuple(said)


def _table(key: tuple[str, str, str, str], people: Mapping[str, Mapping[str, Sequence[float]]]) -> StudiedTable:
    counts = [len(sessions) for sessions in people.values()]
    repeated = [count for count in counts if count > 1]
    if len(repeated) < 2:
        told = "no person has" if not repeated else "only one person has"
        raise ValueError(f"{told} two sessions or more; a study needs 2 people at least.")
    n = max(set(repeated), key=lambda count: (sum(each >= count for each in counts) * count, count))
    chosen = [sessions for sessions in people.values() if len(sessions) >= n]
    values = np.array(
        [[np.mean(sessions[name]) for name in sorted(sessions, key=_in_order)[:n]] for sessions in chosen]
    )
    found = reliability(values)
    limits = agreement(values[:, 1], values[:, 0]) if len(values) > 2 else None
    metric, side, region, unit = key
    measure = StudiedMeasure(
        metric=metric,
        side=side,
        region=region,
        unit=unit,
        n_people=found.n_people,
        n_sessions=found.n_repetitions,
        n_left_out=len(counts) - len(chosen),
        n_values_a_session=float(np.median([len(each) for sessions in chosen for each in sessions.values()])),
        sem=found.sem,
        sem_consistency=found.sem_consistency,
        mdc=found.mdc,
        iccs={icc.form: (_known(icc.value), _known(icc.low), _known(icc.high)) for icc in found.iccs},
        bias=(limits.bias, *limits.bias_interval) if limits else None,
        limits=(limits.lower, limits.upper) if limits else None,
    )
    return StudiedTable(measure, values, tuple(f"visit {k}" for k in range(1, n + 1)), found, limits)


def _in_order(name: str) -> list[tuple[int, str]]:
    """Numbers in a name as numbers, so that visit 10 comes after visit 2."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
