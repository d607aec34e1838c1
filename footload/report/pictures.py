"""The drawings of a trial: footprints, forces, phases, medial shift and sway, for reports and for figures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np

from footload.analysis import Analysis
from footload.colors import PRESSURE_MAP
from footload.foot.contact import FootContact
from footload.foot.regions import FINE
from footload.report.document import Picture
from footload.report.drawing import GRAY, Axes, Drawing, line, panels
from footload.report.movement_pictures import phases, sway
from footload.trials import Side

MOST_PRINTS: Final = 6
"""More footprints in a row are too small to be read on paper."""


def drawings_of(analysis: Analysis) -> dict[str, Drawing]:
    """Draw everything that a trial can be seen from.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    dict of name to Drawing
        ``footprints``, ``forces``, ``medial_shifts``, ``phases``, ``sway``; each only where there is one.
    """
    found = _read_from(analysis)
    more = {"phases": phases(analysis), "sway": sway(analysis)}
    return found | {name: drawing for name, drawing in more.items() if drawing is not None}


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
    return tuple(drawing.picture for drawing in _read_from(analysis).values())


def _read_from(analysis: Analysis) -> dict[str, Drawing]:
    found: dict[str, Drawing] = {}
    if analysis.contacts:
        found |= {"footprints": footprints(analysis), "forces": forces(analysis)}
    elif analysis.trial.forces:
        found["forces"] = forces_of_plates(analysis)
    if any(not shift.reason for shift in analysis.shifts.values()):
        found["medial_shifts"] = medial_shifts(analysis)
    return found


def footprints(analysis: Analysis) -> Drawing:
    """Draw the highest pressure of every cell of the first contacts, with axis and gait line.

    Parameters
    ----------
    analysis : Analysis
        With contacts.

    Returns
    -------
    Drawing
        One panel a contact, all of one scale of pressure.
    """
    shown = analysis.contacts[:MOST_PRINTS]
    highest = max(float(contact.maximum_pressure_image.max(initial=0.0)) for contact in shown)
    figure, shown_in = panels(1, len(shown), (min(1.1 * len(shown) + 0.9, 6.6), 2.6))
    painted = None
    for axes, contact in zip(shown_in, shown, strict=True):
        painted = _print(axes, contact, highest)
    unit = analysis.contacts[0].recording.pressure_unit
    if painted is not None:
        figure.colorbar(painted, ax=shown_in, label=f"highest pressure [{unit}]", shrink=0.8)
    name = analysis.trial.name
    sides = ", ".join(contact.side or "side not known" for contact in shown)
    left = len(analysis.contacts) - len(shown)
    more = f" The first {len(shown)} of {len(analysis.contacts)} contacts." if left else ""
    return Drawing(
        figure,
        f"Footprints of {name}: {sides}; the greatest pressure is {highest:.0f} {unit}.",
        f"{name}: highest pressure of each cell, lines between the regions (dotted), axis from heel to second toe "
        f"(thin), gait line (thick).{more}",
    )


def forces(analysis: Analysis) -> Drawing:
    """Draw the vertical force under each foot over time.

    Parameters
    ----------
    analysis : Analysis
        With contacts.

    Returns
    -------
    Drawing
        One line a contact, in the colour and the dash of its side.
    """
    figure, (axes,) = panels(1, 1, (6.6, 1.9))
    unit = analysis.contacts[0].recording.force_unit
    named: set[Side | None] = set()
    for contact in analysis.contacts:
        label = None if contact.side in named else (contact.side or "side not known")
        named.add(contact.side)
        line(axes, contact.time_s, contact.force, contact.side, label)
    axes.set(xlabel="time [s]", ylabel=f"force [{unit}]")
    axes.legend(frameon=False, loc="upper right", ncols=len(named))
    peak = max(float(contact.force.max(initial=0.0)) for contact in analysis.contacts)
    words = (
        f"Force under each foot over time; {len(analysis.contacts)} contacts, the greatest force is {peak:.0f} {unit}."
    )
    return Drawing(figure, words, f"{analysis.trial.name}: vertical force under each foot.")


def forces_of_plates(analysis: Analysis) -> Drawing:
    """Draw the vertical force of each plate over time.

    Parameters
    ----------
    analysis : Analysis
        With force recordings.

    Returns
    -------
    Drawing
        One line a plate, in the colour and the dash of the foot that is named for it.
    """
    figure, (axes,) = panels(1, 1, (6.6, 1.9))
    plates = analysis.trial.forces
    for number, plate in enumerate(plates, 1):
        label = f"plate {number}" + (f", {plate.side}" if plate.side else "")
        line(axes, plate.time_s, plate.force_n[:, 2], plate.side, label)
    axes.set(xlabel="time [s]", ylabel="force [N]")
    axes.legend(frameon=False, loc="upper right", ncols=len(plates))
    known = [plate.force_n[:, 2][np.isfinite(plate.force_n[:, 2])] for plate in plates]
    peak = max(float(values.max(initial=0.0)) for values in known)
    words = f"Vertical force of {len(plates)} plates over time; the greatest force is {peak:.0f} N."
    return Drawing(figure, words, f"{analysis.trial.name}: vertical force of each plate.")


def medial_shifts(analysis: Analysis) -> Drawing:
    """Draw the medial shift of each foot over time, repetitions shaded.

    Parameters
    ----------
    analysis : Analysis
        Of a movement.

    Returns
    -------
    Drawing
        Positive is medial for both feet.
    """
    figure, (axes,) = panels(1, 1, (6.6, 2.1))
    for side, shift in analysis.shifts.items():
        if not shift.reason:
            line(axes, shift.time_s, shift.shift_percent, side, side.value)
    trial = analysis.trial
    time_s = trial.pressure.time_s if trial.pressures else next((p.time_s for p in trial.forces), None)
    counted = [one for one in analysis.repetitions if not one.rejected]
    if time_s is not None:
        for one in analysis.repetitions:
            start, stop = (float(time_s[min(frame, len(time_s) - 1)]) for frame in (one.start, one.stop))
            axes.axvspan(start, stop, color=GRAY, alpha=0.06 if one.rejected else 0.18, linewidth=0)
    axes.axhline(0.0, color=GRAY, linewidth=0.6)
    axes.set(xlabel="time [s]", ylabel="medial shift [% width]")
    axes.legend(frameon=False, loc="upper right", ncols=2)
    name = analysis.trial.name
    return Drawing(
        figure,
        f"Medial shift of the centre of pressure over time, {len(counted)} repetitions counted.",
        f"{name}: medial shift of the CoP in per cent of foot width; positive is medial for both feet. Not validated.",
    )


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
    _region_lines(axes, contact)
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


def _region_lines(axes: Axes, contact: FootContact) -> None:
    """The borders between the fine regions, along the edges of the cells; none where cells are no grid."""
    layout = contact.recording.layout
    if layout.grid is None or not contact.regions:
        return
    rows, cols = layout.grid
    number = np.zeros(rows * cols, dtype=np.int64)
    for k, name in enumerate(FINE, 1):
        if name in contact.regions:
            number[contact.regions[name] & (contact.maximum_pressure_image > 0)] = k
    number = number.reshape(rows, cols)
    x, y = layout.x_mm[:cols], layout.y_mm[::cols]
    half_x, half_y = (pitch / 2 for pitch in layout.pitch_mm)
    edges: list[Any] = []
    for first, second in pairwise(range(rows)):
        for col in np.flatnonzero(_differ(number[first], number[second])):
            between = (y[first] + y[second]) / 2
            edges.append([(x[col] - half_x, between), (x[col] + half_x, between)])
    for first, second in pairwise(range(cols)):
        for row in np.flatnonzero(_differ(number[:, first], number[:, second])):
            between = (x[first] + x[second]) / 2
            edges.append([(between, y[row] - half_y), (between, y[row] + half_y)])
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(edges, colors="#ffffff", linewidths=0.6, linestyles=":"))


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one != other) & (one > 0) & (other > 0)
