"""The norms of a site: without them pronation and hip strength are shown, not scored."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator

from footload.decision.entered import Entered, read_toml
from footload.decision.tables import input_table
from footload.norms.reference_set import Circumstances, NormSet
from footload.pronation import DIRECTIONS, ReferenceDistribution


class SiteNorm(Entered):
    """Mean and spread of one measure in the people of a site.

    Parameters
    ----------
    mean, sd : float
        In the measure's unit; the spread above 0.
    n : int
        How many people, at least 2.
    device : str
        The device the norm holds for; findings of another device are not compared with it.
    sem : float, optional
        Standard error of measurement of one trial at this site, from repeated sessions; in the measure's unit.
    """

    mean: float = Field(allow_inf_nan=False)
    sd: float = Field(gt=0, allow_inf_nan=False)
    n: int = Field(ge=2)
    device: str = ""
    sem: float | None = Field(default=None, gt=0, allow_inf_nan=False)


class SiteBaseRate(Entered):
    """How often the outcome is met at a site.

    Parameters
    ----------
    p0 : float
        Share of people, above 0 and below 1.
    sd_logit : float
        Standard deviation of its log odds.
    source : str
        Where it comes from.
    """

    p0: float = Field(gt=0, lt=1)
    sd_logit: float = Field(gt=0, le=5)
    source: str = ""


class KneeNorm(Entered):
    """Upper end of a site's own average band of a knee angle, 0 = straight, + = valgus. [deg]"""

    task: str
    sex: Literal["female", "male"]
    upper_deg: float = Field(ge=-60, le=90)
    n: int = Field(ge=2)


class SiteNorms(Entered):
    """A site's own norms: without them pronation and hip strength are shown, not scored.

    Parameters
    ----------
    site : str
        Whose norms.
    norms : mapping of str to SiteNorm
        By the name of an input or a finding.
    base_rate : SiteBaseRate, optional
        Replaces the model's own.
    knee : tuple of KneeNorm
        References of a measured knee angle; they come before the published ones.
    """

    site: str = "this site"
    norms: dict[str, SiteNorm] = Field(default_factory=dict)
    base_rate: SiteBaseRate | None = None
    knee: tuple[KneeNorm, ...] = ()

    @field_validator("norms")
    @classmethod
    def _known_measures(cls, norms: dict[str, SiteNorm]) -> dict[str, SiteNorm]:
        known = tuple(dict.fromkeys([*input_table().per_side, *DIRECTIONS]))
        for name in norms:
            if name not in known:
                raise ValueError(f"A norm of {name!r} is used nowhere; norms are known for {', '.join(known)}.")
        return norms

    @property
    def distributions(self) -> dict[str, ReferenceDistribution]:
        """Those norms that are of indices of pronation, for `footload.pronation`; they were measured, so they count."""
        return {
            name: ReferenceDistribution(norm.mean, norm.sd, f"{self.site}, {norm.n} people", device=norm.device)
            for name, norm in self.norms.items()
            if name in DIRECTIONS
        }

    @classmethod
    def of_set(cls, norms: NormSet, at: Circumstances) -> Self:
        """Take the norms of one kind of trial out of a set that was made from healthy participants.

        Parameters
        ----------
        norms : NormSet
            As `footload norms build` makes it.
        at : Circumstances
            Of the trial.

        Returns
        -------
        SiteNorms
            Those of the indices of pronation that hold for the trial.
        """
        found = {name: norms.norm(name, "foot", at) for name in DIRECTIONS}
        return cls(
            site=f"{norms.name}, revision {norms.revision}",
            norms={
                name: SiteNorm(mean=one.mean, sd=one.sd, n=one.n, device=one.device)
                for name, one in found.items()
                if one is not None
            },
        )

    @classmethod
    def from_toml(cls, path: Path | str) -> Self:
        """Read a site's norms from a file.

        Parameters
        ----------
        path : path
            A TOML file with the names of this class.

        Returns
        -------
        SiteNorms
            The norms.

        Raises
        ------
        ValueError
            When the file is not TOML or a norm is not possible; the message names the file.
        """
        return read_toml(cls, Path(path))
