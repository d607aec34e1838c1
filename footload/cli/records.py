"""An analysis as plain values for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from footload.foot.contact import FootContact

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.pronation import ReferenceDistribution
    from footload.tasks.repetition import Repetition


def analysis_record(
    analysis: Analysis, *, curves: bool = False, references: Mapping[str, ReferenceDistribution] | None = None
) -> dict[str, Any]:
    """What was found in a trial, as plain values.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    curves : bool
        Also force, area and CoP of every contact in every frame.
    references : mapping of metric name to ReferenceDistribution, optional
        What the indices of pronation are compared with.

    Returns
    -------
    dict
        Keys in a fixed order; NaN where a value could not be had, with its reason beside it.
    """
    return {
        "contacts": [contact_record(number, contact, curves) for number, contact in enumerate(analysis.contacts)],
        "repetitions": [_repetition_record(repetition, analysis) for repetition in analysis.repetitions],
        "findings": [finding.to_record() for finding in analysis.findings],
        "checks": [check.to_record() for check in analysis.checks],
        "repeatability": [each.to_record() for each in analysis.repeatability],
        "no_steps": list(analysis.no_steps),
        "pronation": [picture.to_record() for picture in analysis.pronation(references)],
        "analysis_notes": list(analysis.notes),
        "parameters": dict(analysis.parameters.to_record()),
    }


def contact_record(number: int, contact: FootContact, curves: bool = False) -> dict[str, Any]:
    """One foot on the ground, as plain values.

    Parameters
    ----------
    number : int
        From 0, as in the findings.
    contact : FootContact
        The contact.
    curves : bool
        Also force, area and CoP in every frame.

    Returns
    -------
    dict
        Keys in a fixed order.
    """
    axis = contact.axis
    x_mm, y_mm = mean_cop_mm(contact)
    record: dict[str, Any] = {
        "contact": number,
        "side": contact.side.value if contact.side else None,
        "side_confidence": contact.side_confidence,
        "start_frame": contact.start,
        "stop_frame": contact.stop,
        "start_s": float(contact.time_s[0]) if contact.n_frames else float("nan"),
        "force_unit": contact.recording.force_unit,
        "mean_cop_mm": {"x": x_mm, "y": y_mm},
        "foot_length_mm": axis.length_mm if axis else float("nan"),
        "foot_width_mm": axis.width_mm if axis else float("nan"),
        "regions": list(contact.regions),
        "flags": list(contact.flags),
    }
    if curves:
        record["curves"] = {
            "time_s": contact.time_s.tolist(),
            "force": contact.force.tolist(),
            "area_cm2": contact.area_cm2.tolist(),
            "cop_x_mm": contact.cop_mm[:, 0].tolist(),
            "cop_y_mm": contact.cop_mm[:, 1].tolist(),
        }
    return record


def mean_cop_mm(contact: FootContact) -> tuple[float, float]:
    """Centre of pressure over the contact, weighted by the force, as (x, y) in the plate frame. [mm]

    Parameters
    ----------
    contact : FootContact
        The contact.

    Returns
    -------
    tuple of float
        NaN when the foot was never loaded enough. [mm]
    """
    known = np.isfinite(contact.cop_mm[:, 0])
    if not known.any():
        return float("nan"), float("nan")
    x_mm, y_mm = np.average(contact.cop_mm[known], axis=0, weights=contact.force[known])
    return float(x_mm), float(y_mm)


def _repetition_record(repetition: Repetition, analysis: Analysis) -> dict[str, Any]:
    time_s = analysis.repetition_time_s
    return {
        "repetition": repetition.number,
        "start_frame": repetition.start,
        "stop_frame": repetition.stop,
        "start_s": float(time_s[repetition.start]),
        "stop_s": float(time_s[min(repetition.stop, len(time_s) - 1)]),
        "phases": {name: [start, stop] for name, (start, stop) in repetition.phases.items()},
        "deepest_frame": repetition.deepest_frame if repetition.deepest_frame >= 0 else None,
        "rejected": repetition.rejected or None,
    }
