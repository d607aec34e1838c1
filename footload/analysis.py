"""From a trial to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from footload.arrays import FloatArray
from footload.findings import Finding
from footload.foot.contact import FootContact
from footload.foot.medial_shift import MedialShift
from footload.parameters import DEFAULTS, Parameters
from footload.tasks.repetition import Repetition
from footload.trials import Side, Trial

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that was found in one trial.

    Parameters
    ----------
    trial : Trial
        What was analyzed, after zeroing.
    contacts : tuple of FootContact
        Feet on the mat, in order of time.
    repetitions : tuple of Repetition
        Squats and the like; empty for walking.
    findings : tuple of Finding
        Every value, with its unit, reference, reason and provenance.
    shifts : mapping of Side to MedialShift
        The medial shift curve of each foot, for squats.
    depth_mm : (t,) array, optional
        How far the centre of mass is below standing, on the frames of the pressure recording. [mm]
    parameters : Parameters
        What the analysis was asked with.
    notes : tuple of str
        What to know before any of it is used.
    """

    trial: Trial
    contacts: tuple[FootContact, ...]
    repetitions: tuple[Repetition, ...]
    findings: tuple[Finding, ...]
    shifts: Mapping[Side, MedialShift] = field(default_factory=lambda: MappingProxyType({}))
    depth_mm: FloatArray | None = None
    parameters: Parameters = DEFAULTS
    notes: tuple[str, ...] = ()

    def to_table(self) -> pd.DataFrame:
        """All findings as a tidy table, one row a finding.

        Returns
        -------
        DataFrame
            Columns as in `Finding.to_record`.
        """
        import pandas as pd

        return pd.DataFrame.from_records([finding.to_record() for finding in self.findings])
