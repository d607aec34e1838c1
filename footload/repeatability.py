"""How far a person's own steps lie apart, and how large a change has to be before it is more than that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from footload.findings import Finding
from footload.trials import Side

FEWEST_BAREFOOT_STEPS: Final = 5
FEWEST_SHOD_STEPS: Final = 30
FACTOR_95: Final = 1.96
SPEED_TOLERANCE: Final = 0.05
"""Trials whose contact times differ by more than this share are not of one speed. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class Repeatability:
    """The steps of one foot, or of one region of it, in one metric.

    Parameters
    ----------
    metric, label, unit : str
        As in the findings.
    side : Side, optional
        Which foot.
    region : str
        Part of the foot.
    n : int
        Steps with a value.
    mean, median, sd : float
        In `unit`; the standard deviation is that of a sample (n - 1), NaN for one step.
    cv_percent : float
        ``100 SD / mean``; NaN where a step is not above 0, because a spread has no share of what may be nothing. [%]
    sem : float
        Standard error of the mean of these steps, ``SD / sqrt(n)``, in `unit`.
    mdc95 : float
        Smallest change of such a mean that is more than the steps' own scatter, ``1.96 sqrt(2) SEM``, in `unit`.
    warnings : tuple of str
        What to know before it is used.
    """

    metric: str
    label: str
    unit: str
    side: Side | None
    region: str
    n: int
    mean: float
    median: float
    sd: float
    cv_percent: float
    sem: float
    mdc95: float
    warnings: tuple[str, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON and tables; NaN becomes None.

        Returns
        -------
        dict
            Keys in the order of the fields.
        """
        record = asdict(self)
        record["side"] = self.side.value if self.side else None
        record["warnings"] = list(self.warnings)
        return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in record.items()}


def repeatability_of(findings: Iterable[Finding], *, in_shoe: bool = False) -> tuple[Repeatability, ...]:
    """Work out mean, scatter and smallest detectable change over the steps of each foot.

    Parameters
    ----------
    findings : iterable of Finding
        Of one trial, or of several under the same condition; only those of foot contacts are used.
    in_shoe : bool
        Whether they were recorded in shoes, where many more steps are needed.

    Returns
    -------
    tuple of Repeatability
        One for each metric, side and region that has a value, in the order of the findings.
    """
    groups: dict[tuple[str, Side | None, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.contact is not None and not np.isnan(finding.value):
            key = (finding.metric, finding.side, finding.region, finding.unit)
            groups.setdefault(key, []).append(finding)
    return tuple(_of_group(group, in_shoe) for group in groups.values())


def _of_group(group: Sequence[Finding], in_shoe: bool) -> Repeatability:
    values = np.array([finding.value for finding in group])
    n, mean = len(values), float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else float("nan")
    sem = sd / float(np.sqrt(n))
    one = group[0]
    return Repeatability(
        one.metric,
        one.label,
        one.unit,
        one.side,
        one.region,
        n,
        mean,
        float(np.median(values)),
        sd,
        100.0 * sd / mean if float(values.min()) > 0 else float("nan"),
        sem,
        FACTOR_95 * float(np.sqrt(2.0)) * sem,
        _warnings(n, in_shoe),
    )


def _warnings(n: int, in_shoe: bool) -> tuple[str, ...]:
    fewest, where = (FEWEST_SHOD_STEPS, "in-shoe") if in_shoe else (FEWEST_BAREFOOT_STEPS, "barefoot")
    if n >= fewest:
        return ()
    steps = "step" if n == 1 else "steps"
    told = f"only {n} {steps} of this foot; {fewest} {where} steps are needed for a mean that holds"
    return (f"{told}, and for a spread that does",)


def speed_warning(*trials: Iterable[Finding]) -> str:
    """Say when sets of steps were walked at different speeds, so that they are not compared silently.

    Parameters
    ----------
    *trials : iterable of Finding
        Each of one trial or condition; two or more.

    Returns
    -------
    str
        Empty when speeds are alike; walking speed is used where all have it, else the mean contact time.
    """
    sets = [list(trial) for trial in trials]
    for metric, region, what in (("walking_speed", "", "walking speed"), ("contact_time", "foot", "contact time")):
        means = [_mean(found, metric, region) for found in sets]
        if not min(means) > 0 or np.isnan(means).any():  # of 0 there is no share
            continue
        change = abs(means[1] / means[0] - 1.0) if len(means) == 2 else max(means) / min(means) - 1.0
        if change <= SPEED_TOLERANCE:
            return ""
        return (
            f"The {what} differs by {100 * change:.0f} %: nearly every value depends on speed, "
            "so a difference between these trials may be one of speed."
        )
    return "Neither walking speed nor contact time is known in all, so it is not known whether the speeds are alike."


def _mean(findings: Sequence[Finding], metric: str, region: str) -> float:
    values = [f.value for f in findings if f.metric == metric and f.region == region and not np.isnan(f.value)]
    return float(np.mean(values)) if values else float("nan")
