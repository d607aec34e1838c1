"""The drawings of a report, as SVG that never changes for the same trial."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from footload.analysis import Analysis
from footload.colors import PRESSURE_MAP, SIDE_COLOR
from footload.foot.contact import FootContact
from footload.report.document import Picture
from footload.trials import Side

# The drawing library's own hints are partial, so that its objects are untyped here.
Axes = Any
Figure = Any

SIDE_DASH: Final[dict[Side | None, Any]] = {Side.LEFT: "-", Side.RIGHT: (0, (5, 2)), None: ":"}
"""Colour never stands alone."""

MOST_PRINTS: Final = 6
"""More footprints in a row are too small to be read on paper."""

_LOOK: Final[dict[str, Any]] = {
    "svg.hashsalt": "footload",
    "svg.fonttype": "path",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify": True,
}


def pictures_of(analysis: Analysis) -> tuple[Picture, ...]:
    """Draw what a trial is read from.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    tuple of Picture
        Footprints with gait lines, force over time (of each foot, else of each plate), and the
        medial shift of every foot; each only where there is one.
    """
    drawn: list[Picture] = []
    if analysis.contacts:
        drawn += [footprints(analysis), forces(analysis)]
    elif analysis.trial.forces:
        drawn.append(forces_of_plates(analysis))
    if any(not shift.reason for shift in analysis.shifts.values()):
        drawn.append(medial_shifts(analysis))
    return tuple(drawn)


def footprints(analysis: Analysis) -> Picture:
    """Draw the highest pressure of every cell of the first contacts, with axis and gait line.

    Parameters
    ----------
    analysis : Analysis
        With contacts.

    Returns
    -------
    Picture
        One panel a contact, all of one scale of pressure.
    """
    shown = analysis.contacts[:MOST_PRINTS]
    highest = max(float(contact.maximum_pressure_image.max(initial=0.0)) for contact in shown)
    figure, panels = _panels(1, len(shown), (min(1.1 * len(shown) + 0.9, 6.6), 2.6))
    painted = None
    for axes, contact in zip(panels, shown, strict=True):
        painted = _print(axes, contact, highest)
    unit = analysis.contacts[0].recording.pressure_unit
    if painted is not None:
        figure.colorbar(painted, ax=panels, label=f"highest pressure [{unit}]", shrink=0.8)
    name = analysis.trial.name
    sides = ", ".join(contact.side or "side not known" for contact in shown)
    left = len(analysis.contacts) - len(shown)
    more = f" The first {len(shown)} of {len(analysis.contacts)} contacts." if left else ""
    return _picture(
        figure,
        f"Footprints of {name}: {sides}; the greatest pressure is {highest:.0f} {unit}.",
        f"{name}: highest pressure of each cell, axis from heel to second toe (thin), gait line (thick).{more}",
    )


def forces(analysis: Analysis) -> Picture:
    """Draw the vertical force under each foot over time.

    Parameters
    ----------
    analysis : Analysis
        With contacts.

    Returns
    -------
    Picture
        One line a contact, in the colour and the dash of its side.
    """
    figure, (axes,) = _panels(1, 1, (6.6, 1.9))
    unit = analysis.contacts[0].recording.force_unit
    named: set[Side | None] = set()
    for contact in analysis.contacts:
        label = None if contact.side in named else (contact.side or "side not known")
        named.add(contact.side)
        _line(axes, contact.time_s, contact.force, contact.side, label)
    axes.set(xlabel="time [s]", ylabel=f"force [{unit}]")
    axes.legend(frameon=False, loc="upper right", ncols=len(named))
    peak = max(float(contact.force.max(initial=0.0)) for contact in analysis.contacts)
    words = (
        f"Force under each foot over time; {len(analysis.contacts)} contacts, the greatest force is {peak:.0f} {unit}."
    )
    return _picture(figure, words, f"{analysis.trial.name}: vertical force under each foot.")


def forces_of_plates(analysis: Analysis) -> Picture:
    """Draw the vertical force of each plate over time.

    Parameters
    ----------
    analysis : Analysis
        With force recordings.

    Returns
    -------
    Picture
        One line a plate, in the colour and the dash of the foot that is named for it.
    """
    figure, (axes,) = _panels(1, 1, (6.6, 1.9))
    plates = analysis.trial.forces
    for number, plate in enumerate(plates, 1):
        label = f"plate {number}" + (f", {plate.side}" if plate.side else "")
        _line(axes, plate.time_s, plate.force_n[:, 2], plate.side, label)
    axes.set(xlabel="time [s]", ylabel="force [N]")
    axes.legend(frameon=False, loc="upper right", ncols=len(plates))
    known = [plate.force_n[:, 2][np.isfinite(plate.force_n[:, 2])] for plate in plates]
    peak = max(float(values.max(initial=0.0)) for values in known)
    words = f"Vertical force of {len(plates)} plates over time; the greatest force is {peak:.0f} N."
    return _picture(figure, words, f"{analysis.trial.name}: vertical force of each plate.")


def medial_shifts(analysis: Analysis) -> Picture:
    """Draw the medial shift of each foot over time, repetitions shaded.

    Parameters
    ----------
    analysis : Analysis
        Of a movement.

    Returns
    -------
    Picture
        Positive is medial for both feet.
    """
    figure, (axes,) = _panels(1, 1, (6.6, 2.1))
    for side, shift in analysis.shifts.items():
        if not shift.reason:
            _line(axes, shift.time_s, shift.shift_percent, side, side.value)
    trial = analysis.trial
    time_s = trial.pressure.time_s if trial.pressures else next((p.time_s for p in trial.forces), None)
    counted = [one for one in analysis.repetitions if not one.rejected]
    if time_s is not None:
        for one in analysis.repetitions:
            start, stop = (float(time_s[min(frame, len(time_s) - 1)]) for frame in (one.start, one.stop))
            axes.axvspan(start, stop, color="#868e96", alpha=0.06 if one.rejected else 0.18, linewidth=0)
    axes.axhline(0.0, color="#868e96", linewidth=0.6)
    axes.set(xlabel="time [s]", ylabel="medial shift [% width]")
    axes.legend(frameon=False, loc="upper right", ncols=2)
    name = analysis.trial.name
    return _picture(
        figure,
        f"Medial shift of the centre of pressure over time, {len(counted)} repetitions counted.",
        f"{name}: medial shift of the CoP in per cent of foot width; positive is medial for both feet. Not validated.",
    )


def _line(axes: Axes, time_s: np.ndarray, values: np.ndarray, side: Side | None, label: str | None) -> None:
    axes.plot(time_s, values, color=SIDE_COLOR[side], linestyle=SIDE_DASH[side], linewidth=1.1, label=label)


def _print(axes: Axes, contact: FootContact, highest: float) -> Any:
    layout = contact.recording.layout
    image = contact.maximum_pressure_image
    seen = image > 0
    half_x, half_y = (pitch / 2 for pitch in layout.pitch_mm)
    box = (
        float(layout.x_mm[seen].min()) - half_x,
        float(layout.x_mm[seen].max()) + half_x,
        float(layout.y_mm[seen].min()) - half_y,
        float(layout.y_mm[seen].max()) + half_y,
    )
    if layout.grid is not None:
        painted = _cells(axes, contact, box, highest)
    else:
        painted = axes.scatter(
            layout.x_mm[seen],
            layout.y_mm[seen],
            c=image[seen],
            s=14,
            marker="s",
            cmap=PRESSURE_MAP,
            vmin=0,
            vmax=highest,
        )
    cop = contact.cop_mm
    axes.plot(cop[:, 0], cop[:, 1], color="#ffffff", linewidth=2.2)
    axes.plot(cop[:, 0], cop[:, 1], color="#1f6f8b", linewidth=1.2)
    if contact.axis is not None:
        (x0, y0), (x1, y1) = contact.axis.heel_mm, contact.axis.forefoot_mm
        axes.plot([x0, x1], [y0, y1], color="#7fdbff", linewidth=0.7)
    axes.set(xlim=(box[0] - 8, box[1] + 8), ylim=(box[2] - 8, box[3] + 8), xticks=[], yticks=[], aspect="equal")
    axes.set_title(contact.side or "side not known", fontsize=8)
    axes.spines[["left", "bottom"]].set_visible(False)
    return painted


def _cells(axes: Axes, contact: FootContact, box: tuple[float, float, float, float], highest: float) -> Any:
    layout = contact.recording.layout
    rows, cols = layout.grid or (0, 0)
    x, y = layout.x_mm[:cols], layout.y_mm[::cols]
    some = np.ix_(np.flatnonzero((y > box[2]) & (y < box[3])), np.flatnonzero((x > box[0]) & (x < box[1])))
    values = np.ma.masked_less_equal(contact.maximum_pressure_image.reshape(rows, cols)[some], 0)
    return axes.imshow(
        values, origin="lower", extent=box, cmap=PRESSURE_MAP, vmin=0, vmax=highest, interpolation="nearest"
    )


def _panels(rows: int, cols: int, size: tuple[float, float]) -> tuple[Figure, Sequence[Axes]]:
    # No pyplot: it keeps every figure, and picks a screen where there may be none.
    import matplotlib as mpl
    from matplotlib.figure import Figure as Drawing

    drawing: Any = mpl
    with drawing.rc_context(_LOOK):
        figure: Any = Drawing(figsize=size, layout="constrained")
        axes = figure.subplots(rows, cols, squeeze=False)
    return figure, list(axes.ravel())


def _picture(figure: Figure, words: str, caption: str) -> Picture:
    import matplotlib as mpl

    drawn = io.StringIO()
    drawing: Any = mpl
    with drawing.rc_context(_LOOK):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return Picture(drawn.getvalue(), words, caption)
