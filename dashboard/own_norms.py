"""The laboratory's own norms behind the pages: since when they are what they are, and what holds for a trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footload.norms.kept_sets import norms_of_lab, own_norms
from footload.norms.reference_set import Circumstances, NormSetError

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.decision.norms import SiteNorms


def written_at(lab: Path | None) -> int:
    """When a laboratory's own norms were written, 0 where there are none. [ns]

    Parameters
    ----------
    lab : Path or None
        Its folder.

    Returns
    -------
    int
        Another one as soon as the norms are others.
    """
    norms = norms_of_lab(lab) if lab is not None else None
    return 0 if norms is None else norms.stat().st_mtime_ns


def site_norms(lab: Path | None, analysis: Analysis) -> SiteNorms | None:
    """Of a laboratory's own norms those with which a trial is assessed.

    Parameters
    ----------
    lab : Path or None
        Its folder.
    analysis : Analysis
        Of the trial.

    Returns
    -------
    SiteNorms or None
        None where there are none, and where they cannot be read, which the trial's notes say.
    """
    from footload.decision.norms import SiteNorms

    try:
        known = own_norms(lab) if lab is not None else None
    except NormSetError:
        return None
    return None if known is None else SiteNorms.of_set(known, Circumstances.of(analysis))
