"""`NormSet`: means and spreads of groups of healthy people, in a file without anybody's values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, Final, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import footload
from footload.analysis import Analysis
from footload.errors import FootloadError
from footload.pronation import DIRECTIONS, ReferenceDistribution
from footload.tasks.vertical_motion import MM_PER_M
from footload.whole_files import write_file

FORMAT: Final = "footload norms"
LAYOUT: Final = 1
FEWEST_EVER: Final = 5
"""Fewer people could be told apart in a mean and a spread. Chosen, not measured."""


class NormSetError(FootloadError):
    """A set of norms that cannot be made or read.

    Example scenarios
    -----------------
    - Nobody in the laboratory is marked as healthy.
    - A file that is another kind of JSON document.
    """


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under which a value was measured; empty is not known, or not told apart.

    Parameters
    ----------
    device : str
        The source of the recording.
    task : str
        What was done.
    footwear : str
        What was worn, as the laboratory calls it; ``barefoot`` where a condition says so.
    sex : str
        ``female``, ``male`` or empty.
    speed_m_per_s : float
        Of walking; NaN when not known. [m/s]
    """

    device: str = ""
    task: str = ""
    footwear: str = ""
    sex: str = ""
    speed_m_per_s: float = float("nan")

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        """Read them off a trial.

        Parameters
        ----------
        analysis : Analysis
            Of the trial.

        Returns
        -------
        Circumstances
            Of its recording, condition and participant.
        """
        trial = analysis.trial
        source = next((each.provenance.source for each in analysis.findings if each.provenance.source), "")
        footwear = trial.condition.footwear or trial.condition.name
        speeds = [each.value for each in analysis.findings if each.metric == "walking_speed" and each.unit == "mm/s"]
        speed = sum(speeds) / len(speeds) / MM_PER_M if speeds else float("nan")
        return cls(source, trial.task.value, footwear, trial.participant.sex, speed)


class Norm(BaseModel):
    """One measure in one group of people."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    metric: str
    region: str = ""
    unit: str
    device: str
    task: str
    footwear: str
    sex: str = ""
    slowest_m_per_s: float | None = None
    fastest_m_per_s: float | None = None
    n: int = Field(ge=FEWEST_EVER)
    mean: float
    mean_low: float
    mean_high: float
    sd: float = Field(gt=0)
    sd_low: float = Field(gt=0)
    sd_high: float = Field(gt=0)

    def fits(self, at: Circumstances) -> bool:
        """Whether a value measured under these circumstances may be compared with it.

        Parameters
        ----------
        at : Circumstances
            Of the value.

        Returns
        -------
        bool
            Device, task and footwear have to be the same; sex and speed where the group is of one sex or band.
        """
        if (self.device, self.task, self.footwear) != (at.device, at.task, at.footwear):
            return False
        if self.sex and self.sex != at.sex:
            return False
        low, high = self.slowest_m_per_s, self.fastest_m_per_s
        return (low is None or at.speed_m_per_s >= low) and (high is None or at.speed_m_per_s < high)

    @property
    def range_95(self) -> tuple[float, float]:
        """Where the next healthy person lies in 95 %: ``mean ± t(0.975, n - 1) SD sqrt(1 + 1 / n)``, if bell-shaped."""
        from scipy.special import stdtrit

        half = float(stdtrit(self.n - 1, 0.975)) * self.sd * sqrt(1 + 1 / self.n)
        return self.mean - half, self.mean + half

    @property
    def spread(self) -> str:
        """Mean and SD with their 95 % intervals in words."""
        mean = f"mean {self.mean:.4g} (95 % {self.mean_low:.4g} to {self.mean_high:.4g})"
        return f"{mean}, SD {self.sd:.3g} ({self.sd_low:.3g} to {self.sd_high:.3g})"

    @property
    def group(self) -> str:
        """The group in words."""
        return f"{self.n} {self.others}"

    @property
    def others(self) -> str:
        """The group in words, without its number."""
        speed = "" if self.slowest_m_per_s is None and self.fastest_m_per_s is None else self._speed
        return ", ".join(part for part in (self.sex or "people", self.task, self.footwear, speed) if part)

    @property
    def _speed(self) -> str:
        low, high = self.slowest_m_per_s, self.fastest_m_per_s
        if low is None:
            return f"below {high:g} m/s"
        return f"from {low:g} m/s" if high is None else f"{low:g} to {high:g} m/s"


class NormSet(BaseModel):
    """A laboratory's own norms.

    Parameters
    ----------
    name : str
        Whose.
    revision : int
        Counts up whenever the set is made again under the same name.
    footload : str
        The version whose definitions the values follow.
    n_people : int
        In all groups together.
    norms : tuple of Norm
        Groups may overlap: of one sex, and of both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    layout: int = LAYOUT
    name: str = Field(min_length=1)
    revision: int = Field(default=1, ge=1)
    footload: str = footload.__version__
    made_on: str = ""
    n_people: int = Field(ge=FEWEST_EVER)
    norms: tuple[Norm, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen = [norm.model_dump_json(include=_GROUP) for norm in self.norms]
        if len(set(seen)) < len(seen):
            raise ValueError("a measure stands twice in one group")
        return self

    def norm(self, metric: str, region: str, at: Circumstances) -> Norm | None:
        """Find the closest group that a value may be compared with.

        Parameters
        ----------
        metric, region : str
            As in a finding.
        at : Circumstances
            Under which it was measured.

        Returns
        -------
        Norm or None
            That of the person's own sex and speed where there is one, else the wider group.
        """
        fitting = [n for n in self.norms if (n.metric, n.region) == (metric, region) and n.fits(at)]
        return max(fitting, key=_closeness, default=None)

    def norms_for(self, at: Circumstances) -> dict[tuple[str, str, str], Norm]:
        """Find the closest group for every measure of a trial.

        Parameters
        ----------
        at : Circumstances
            Of the trial.

        Returns
        -------
        dict of (metric, region, unit) to Norm
            Empty where no group holds for it.
        """
        found: dict[tuple[str, str, str], Norm] = {}
        for norm in sorted((each for each in self.norms if each.fits(at)), key=_closeness):
            found[norm.metric, norm.region, norm.unit] = norm
        return found

    @property
    def label(self) -> str:
        """Name and revision: what a value that was compared with it says."""
        return f"{self.name}, revision {self.revision}"

    def distributions(self, at: Circumstances) -> dict[str, ReferenceDistribution]:
        """The norms of the indices of pronation for one trial.

        Parameters
        ----------
        at : Circumstances
            Of the trial.

        Returns
        -------
        dict of metric name to ReferenceDistribution
            Only those that hold for it.
        """
        found = {name: self.norm(name, "foot", at) for name in DIRECTIONS}
        return {
            name: ReferenceDistribution(norm.mean, norm.sd, f"{self.label}: {norm.group}", device=norm.device)
            for name, norm in found.items()
            if norm is not None
        }

    def to_bytes(self) -> bytes:
        """The set as it stands in its file.

        Returns
        -------
        bytes
            JSON.
        """
        return f"{self.model_dump_json(indent=1)}\n".encode()

    def write(self, path: Path) -> None:
        """Write the set; the file appears whole or not at all.

        Parameters
        ----------
        path : Path
            Where to.
        """
        write_file(path, self.to_bytes())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a set.

        Parameters
        ----------
        path : Path
            As `write` writes it.

        Returns
        -------
        NormSet
            The set.

        Raises
        ------
        NormSetError
            When it is none, or made with other definitions of the measures; the message names the file.
        """
        try:
            given: Any = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise NormSetError(f"{path.name} cannot be read as a set of norms ({error}).") from error
        said = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        if said.get("format") != FORMAT or said.get("layout") != LAYOUT:
            raise NormSetError(f"{path.name} is no set of norms of layout {LAYOUT}; `footload norms build` makes one.")
        try:
            return cls.model_validate(said)
        except ValidationError as error:
            where = error.errors()[0]
            raise NormSetError(f"{path.name}: {'.'.join(map(str, where['loc']))}: {where['msg']}.") from error


_GROUP: Final = {
    "metric",
    "region",
    "device",
    "task",
    "footwear",
    "sex",
    "slowest_m_per_s",
    "fastest_m_per_s",
}


def _closeness(norm: Norm) -> tuple[bool, bool, int]:
    """A band of speed comes before a sex: nearly every value depends on speed."""
    return (norm.slowest_m_per_s, norm.fastest_m_per_s) != (None, None), bool(norm.sex), norm.n
