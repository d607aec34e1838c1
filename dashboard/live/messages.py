"""What goes over the live websocket: the layout and the state as JSON text, samples and pictures as binary.

Binary, little endian: u16 number of samples n, u16 which device, u32 running number of the newest, f64 its wall clock
in ms, then n samples of as many f32 as the device's layout has fields (`dashboard.live.samples.FIELDS`, then
three for each plate), then one u16 for each cell of the newest picture.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

from dashboard.live.plates import LEAST_FORCE_N, PlateSampler
from dashboard.live.samples import FIELDS, MISSING, Sampler
from dashboard.live.stream import News
from dashboard.posture import lies
from footload.recordings import SensorLayout

HEAD = struct.Struct("<HHId")


def pack(news: News, device: int = 0) -> bytes:
    """Make one binary message.

    Parameters
    ----------
    news : News
        What the viewer has not seen yet.
    device : int
        Whose, from 0.

    Returns
    -------
    bytes
        Head, samples, picture; every array is aligned.
    """
    head = HEAD.pack(len(news.samples), device, news.seq & 0xFFFFFFFF, news.wall_ms)
    samples, steps = news.samples.astype("<f4", copy=False), news.steps.astype("<u2", copy=False)
    return b"".join((head, samples.data, steps.data))


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


def layout_message(sampler: Sampler, name: str, device: int = 0) -> str:
    """Make the message that comes before the first picture of a mat.

    Parameters
    ----------
    sampler : Sampler
        Of the device.
    name : str
        What people call it.
    device : int
        Which, from 0.

    Returns
    -------
    str
        JSON.
    """
    profile = sampler.profile
    return json.dumps(
        {
            "kind": "layout",
            "device": device,
            "name": name,
            "fields": FIELDS,
            "rate_hz": profile.time.rate_hz,
            "least_force": sampler.least_force,
            "side": profile.side,
            **layout_values(sampler.layout, sampler.step, profile.calibration is not None),
        }
    )


def plates_message(sampler: PlateSampler, name: str, device: int = 0) -> str:
    """Make the message that comes before the first sample of plates.

    Parameters
    ----------
    sampler : PlateSampler
        Of the device.
    name : str
        What people call it.
    device : int
        Which, from 0.

    Returns
    -------
    str
        JSON.
    """
    return json.dumps(
        {
            "kind": "layout",
            "device": device,
            "name": name,
            "fields": sampler.fields,
            "rate_hz": sampler.rate_hz,
            "least_force": LEAST_FORCE_N,
            "force_unit": "N",
            "plates": [
                {"name": drawn.name, "corners_mm": drawn.corners_mm, "side": str(drawn.side) if drawn.side else None}
                for drawn in sampler.drawn
            ],
            "placed": sampler.placed,
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
