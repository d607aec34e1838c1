"""What goes over the live websocket: the layout and the state as JSON text, samples and pictures as binary.

Binary, little endian: u32 number of samples n, u32 running number of the newest, f64 wall clock of the newest in ms,
then n samples of twelve f32 (`dashboard.live.samples.FIELDS`), then one u16 for each cell of the newest picture.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

from dashboard.live.samples import FIELDS, MISSING, Sampler
from dashboard.live.stream import News
from dashboard.posture import lies
from footload.recordings import SensorLayout

HEAD = struct.Struct("<IId")


def pack(news: News) -> bytes:
    """Make one binary message.

    Parameters
    ----------
    news : News
        What the viewer has not seen yet.

    Returns
    -------
    bytes
        Head, samples, picture; every array is aligned.
    """
    head = HEAD.pack(len(news.samples), news.seq & 0xFFFFFFFF, news.wall_ms)
    return b"".join((head, news.samples.astype("<f4").tobytes(), news.steps.astype("<u2").tobytes()))


def layout_values(layout: SensorLayout, step: float, calibrated: bool) -> dict[str, Any]:
    """Say where the sensors are and what one step of a picture means.

    Parameters
    ----------
    layout : SensorLayout
        The sensors.
    step : float
        Pressure of one step. [kPa], or counts
    calibrated : bool
        Whether pressures are in kPa.

    Returns
    -------
    dict
        Fit for JSON; free sensors are listed one by one, a grid by its size.
    """
    half = (layout.area_mm2**0.5) / 2
    pitch_x, pitch_y = layout.pitch_mm
    extent = [
        float((layout.x_mm - (pitch_x / 2 if layout.grid else half)).min()),
        float((layout.y_mm - (pitch_y / 2 if layout.grid else half)).min()),
        float((layout.x_mm + (pitch_x / 2 if layout.grid else half)).max()),
        float((layout.y_mm + (pitch_y / 2 if layout.grid else half)).max()),
    ]
    values: dict[str, Any] = {
        "grid": list(layout.grid) if layout.grid else None,
        "extent_mm": extent,
        "lying": lies(extent[2] - extent[0], extent[3] - extent[1]),
        "step": step,
        "missing": MISSING,
        "pressure_unit": "kPa" if calibrated else "counts",
        "force_unit": "N" if calibrated else "counts",
    }
    if layout.grid is None:
        values["sensors"] = [
            [round(float(v), 2) for v in row] for row in zip(layout.x_mm, layout.y_mm, 2 * half, strict=True)
        ]
    return values


def layout_message(sampler: Sampler, name: str) -> str:
    """Make the message that comes before the first picture of a device.

    Parameters
    ----------
    sampler : Sampler
        Of the device.
    name : str
        What people call it.

    Returns
    -------
    str
        JSON.
    """
    profile = sampler.profile
    return json.dumps(
        {
            "kind": "layout",
            "name": name,
            "fields": FIELDS,
            "rate_hz": profile.time.rate_hz,
            "least_force": sampler.least_force,
            **layout_values(sampler.layout, sampler.step, profile.calibration is not None),
        }
    )


def status_message(status: Mapping[str, Any]) -> str:
    """Make the message that comes a few times a second.

    Parameters
    ----------
    status : mapping
        From the session.

    Returns
    -------
    str
        JSON.
    """
    return json.dumps({"kind": "status", **status})
