"""The drawings of a movement in time: the phases of repetitions, and the sway of somebody who stands."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.movement_analysis import sway_on_plates
from footload.report.drawing import GRAY, Axes, Drawing, panels
from footload.tasks.stance import standing_of
from footload.tasks.stance_path import sway_of
from footload.tasks.sway import CHI_SQUARE_2, Sway
from footload.trials import Task

_SHADES: Final = ("#4dabf7", "#ffd43b", "#8ce99a", "#e599f7", "#ffa8a8")
_HATCHES: Final = ("", "///", "...", "xxx", "\\\\\\")
"""Color never stands alone."""


def phases(analysis: Analysis) -> Drawing | None:
    """Draw the vertical force of the body, and its depth, with the phases of every repetition that counts.

    Parameters
    ----------
    analysis : Analysis
        Of a movement.

    Returns
    -------
    Drawing or None
        None where no repetition with phases counts.
    """
    counted = [one for one in analysis.repetitions if one.phases and not one.rejected]
    if not counted:
        return None
    time_s, force, unit = _body_force(analysis)
    curves = [("force", unit, force)]
    if analysis.depth_mm is not None and len(analysis.depth_mm) == len(time_s):
        curves.append(("depth", "mm", -analysis.depth_mm))
    figure, parts = panels(len(curves), 1, (6.6, 1.5 * len(curves) + 0.6))
    names = list(dict.fromkeys(name for one in counted for name in one.phases))
    for axes, (label, of, values) in zip(parts, curves, strict=True):
        axes.plot(time_s, values, color="#212529", linewidth=1.0)
        axes.set(ylabel=f"{label} [{of}]")
        for one in counted:
            for name, frames in one.phases.items():
                begin, end = (float(time_s[min(frame, len(time_s) - 1)]) for frame in frames)
                at = names.index(name) % len(_SHADES)
                axes.axvspan(begin, end, facecolor=_SHADES[at], alpha=0.35, hatch=_HATCHES[at], linewidth=0)
    parts[-1].set(xlabel="time [s]")
    _phase_legend(figure, names)
    out = len(analysis.repetitions) - len(counted)
    left = f" {out} left out." if out else ""
    return Drawing(
        figure,
        f"Vertical force over time with the phases {', '.join(names)} of {len(counted)} repetitions.",
        f"{analysis.trial.name}: vertical force{' and depth' if len(curves) > 1 else ''} of the body, "
        f"phases of {len(counted)} repetitions shaded.{left}",
    )


def _phase_legend(figure: Any, names: list[str]) -> None:
    from matplotlib.patches import Patch

    keys = [
        Patch(facecolor=_SHADES[k % len(_SHADES)], alpha=0.35, hatch=_HATCHES[k % len(_HATCHES)], label=name)
        for k, name in enumerate(names)
    ]
    figure.legend(handles=keys, loc="outside upper right", ncols=len(names), frameon=False)


def _body_force(analysis: Analysis) -> tuple[FloatArray, FloatArray, str]:
    """Times of the repetitions' frames, and the force under the whole body in them."""
    time_s, trial = analysis.repetition_time_s, analysis.trial
    if not trial.pressures:
        return time_s, np.sum([force.force_n[:, 2] for force in trial.forces], axis=0), "N"
    total = np.zeros(len(time_s))
    for contact in analysis.contacts:
        if contact.recording is trial.pressures[0]:
            total[contact.start : contact.stop] += contact.force
        else:
            total += np.interp(time_s, contact.time_s, contact.force, left=0.0, right=0.0)
    return time_s, total, trial.pressures[0].force_unit


def sway(analysis: Analysis) -> Drawing | None:
    """Draw the way of the center of pressure in quiet stance, with the ellipse that holds 95 % of it.

    Parameters
    ----------
    analysis : Analysis
        Of a quiet stance.

    Returns
    -------
    Drawing or None
        None for another task, and where nobody stands long enough.
    """
    if analysis.trial.task is not Task.QUIET_STANCE:
        return None
    seen = sway_on_plates(analysis.trial) if analysis.trial.forces else _sway_on_mat(analysis)
    if seen is None:
        return None
    figure, (axes,) = panels(1, 1, (3.2, 3.2))
    axes.plot(seen.ml_mm, seen.ap_mm, color="#1f6f8b", linewidth=0.5)
    _ellipse(axes, seen)
    axes.set(xlabel="side to side [mm]", ylabel="front to back [mm]", aspect="equal")
    axes.axhline(0.0, color=GRAY, linewidth=0.4)
    axes.axvline(0.0, color=GRAY, linewidth=0.4)
    what = f"{seen.path_mm:.0f} mm in {seen.duration_s:.0f} s"
    return Drawing(
        figure,
        f"Way of the center of pressure in quiet stance: {what}.",
        f"{analysis.trial.name}: way of the CoP about its mean place, {what}; the ellipse (dashed) holds 95 % of a "
        "large sample (chi-square).",
    )


def _sway_on_mat(analysis: Analysis) -> Sway | None:
    """The CoP of all standing feet together, in the frame of the mat."""
    standing = standing_of(analysis.contacts)
    if standing is None:
        return None
    frames = [standing.during(foot) for foot in standing.feet]
    forces = np.array([foot.force[part] for foot, part in zip(standing.feet, frames, strict=True)])
    places = np.array([foot.cop_mm[part] for foot, part in zip(standing.feet, frames, strict=True)])
    total = forces.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        cop = np.nansum(forces[:, :, np.newaxis] * places, axis=0) / total[:, np.newaxis]
    first = standing.feet[0]
    return sway_of(first.time_s[frames[0]], cop[:, [1, 0]], total)[0]


def _ellipse(axes: Axes, seen: Sway) -> None:
    ap, ml, both = seen.mean_squares_mm2
    size, turned = np.linalg.eigh(np.array([[ml, both], [both, ap]]))
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.sqrt(CHI_SQUARE_2 * np.maximum(size, 0.0))[:, np.newaxis] * np.array([np.cos(angle), np.sin(angle)])
    x, y = turned @ circle
    axes.plot(x, y, color="#d55e00", linewidth=1.0, linestyle="--")
