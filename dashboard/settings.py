"""What the dashboard may be told: how much it lists, how much it keeps, what it may be called by."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of one dashboard.

    Parameters
    ----------
    title : str
        What stands in the header and in the browser's tab.
    most_files : int
        Files of a folder that are listed; more are counted, not listed.
    most_analyses : int
        Analyses that are kept in memory; the one that was not asked for longest goes first.
    listing_s : float
        Time that a listing may spend on opening files it has not seen; the rest is listed by name. [s]
    n_workers : int
        Threads that read and analyze.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "footload"
    most_files: int = Field(default=500, ge=1)
    most_analyses: int = Field(default=8, ge=1)
    listing_s: float = Field(default=2.0, ge=0)
    n_workers: int = Field(default=2, ge=1)
