"""What is no whole foot: prints that the device's edge cuts off, hands, bags and whatever else lies on a mat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from footload.foot.contact import FootContact
from footload.recordings import SensorLayout

_EDGE_MM = 15.0
"""A print that touches the device's last sensors over this length goes on beyond them; a toe's tip does not."""

_SHORTEST_MM, _LONGEST_MM, _WIDEST_MM = 120.0, 360.0, 160.0
"""No foot that walks is shorter, longer or wider; a child of two has 120 mm."""

_LEAST_PART = 0.3
"""What shows no foot and carries less than this part of the feet beside it is a hand or a thing."""

_LEAST_N = 100.0
"""What shows no foot and stands alone with less than this is a hand or a thing. Chosen, not measured."""


def rejections_marked(contacts: Sequence[FootContact]) -> tuple[FootContact, ...]:
    """Say of each contact why it does not count, where it does not.

    Parameters
    ----------
    contacts : sequence of FootContact
        With sides and axes, as far as they have them.

    Returns
    -------
    tuple of FootContact
        In the same order; `rejected` is set, and repeated among the flags.
    """
    feet = [float(contact.force.max(initial=0.0)) for contact in contacts if contact.axis is not None]
    usual = float(np.median(feet)) if feet else float("nan")
    marked: list[FootContact] = []
    for contact in contacts:
        reason = _object(contact, usual) or _partial(contact)
        marked.append(contact.changed(rejected=reason, flags=(*contact.flags, reason)) if reason else contact)
    return tuple(marked)


def _object(contact: FootContact, usual: float) -> str:
    """Why it is no foot; empty when it may be one."""
    force = float(contact.force.max(initial=0.0))
    if contact.axis is not None:
        length, width = contact.axis.length_mm, contact.axis.width_mm
        if not _SHORTEST_MM <= length <= _LONGEST_MM or width > _WIDEST_MM:
            return f"no foot: it is {length:.0f} mm long and {width:.0f} mm wide"
        return ""
    if force < _LEAST_PART * usual:
        part = 100 * force / usual
        return f"no foot: it has neither heel nor forefoot and carries {part:.0f} % of the feet beside it"
    if np.isnan(usual) and contact.recording.calibrated and force < _LEAST_N:
        return f"no foot: it has neither heel nor forefoot and carries {force:.0f} N"
    return ""


def _partial(contact: FootContact) -> str:
    """Why a print is not whole; empty when it is, and for insoles, which end where the foot does."""
    layout, foot = contact.recording.layout, contact.print
    if layout.grid is None or contact.recording.in_shoe or not foot.n_sensors or min(layout.grid) < 2:
        return ""
    half_x, half_y = foot.half_mm
    x_low, y_low, x_high, y_high = layout.device_mm or _extent_mm(layout)
    sides = {
        "left": (foot.x_mm - 2 * half_x < x_low, 2 * half_y),
        "right": (foot.x_mm + 2 * half_x > x_high, 2 * half_y),
        "near": (foot.y_mm - 2 * half_y < y_low, 2 * half_x),
        "far": (foot.y_mm + 2 * half_y > y_high, 2 * half_x),
    }
    cut = [name for name, (last, pitch) in sides.items() if np.count_nonzero(last) * pitch >= _EDGE_MM]
    return f"partial print: it reaches the {' and the '.join(cut)} edge of the device" if cut else ""


def _extent_mm(layout: SensorLayout) -> tuple[float, float, float, float]:
    half_x, half_y = (pitch / 2 for pitch in layout.pitch_mm)
    x, y = layout.x_mm, layout.y_mm
    return float(x.min() - half_x), float(y.min() - half_y), float(x.max() + half_x), float(y.max() + half_y)
