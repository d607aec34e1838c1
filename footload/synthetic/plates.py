"""Force plates whose answers are known: loads turned into the channels of each plate type, and C3D files of them.

The channels come from statics alone: every sensor's force at its place, moments as cross products. Nothing of
`footload.plates` is used, so that the two can be held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from footload.arrays import FloatArray
from footload.c3d.events import C3dEvent
from footload.c3d.numbers import Processor
from footload.c3d.writing import C3dContent, C3dStorage, Value, encode_container

CORNERS_MM: Final = np.array([[700.0, 2300, 0], [1300, 2300, 0], [1300, 1700, 0], [700, 1700, 0]])
"""A plate of 600 x 600 mm around (1000, 2000, 0) whose own z axis points down, as the C3D format expects. [mm]"""

SENSORS_MM: Final = (210.0, 230.0, 58.0)
"""Half distances of four sensors along x and y, and their depth. [mm]"""

ORIGIN_MM: Final = (1.5, -0.8, -40.0)
"""From the sensors' origin of a six-channel plate up to the surface, in a plate whose z points down. [mm]"""

_UNITS: Final[dict[int, tuple[str, ...]]] = {
    1: ("N", "N", "N", "mm", "mm", "Nmm"),
    2: ("N", "N", "N", "Nmm", "Nmm", "Nmm"),
}


@dataclass(frozen=True, slots=True, eq=False)
class KnownLoad:
    """A load whose place is known, in a lab with z upward.

    Parameters
    ----------
    time_s : (t,) array
        Evenly sampled. [s]
    force_n : (t, 3) array
        Of the ground on the person. [N]
    center_mm : (t, 3) array
        Center of pressure on the surface. [mm]
    free_moment_nmm : (t,) array
        About it, positive counterclockwise seen from above. [N·mm]
    """

    time_s: FloatArray
    force_n: FloatArray
    center_mm: FloatArray
    free_moment_nmm: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PlateFileOptions:
    """How a plate is written.

    Parameters
    ----------
    type : int
        1, 2, 3, 4, 5 or 7 of the C3D format.
    origin_reversed : bool
        The sign of ORIGIN that some programs write: all of it for six channels, its depth for eight.
    action : bool
        The file holds the force of the person on the plate.
    metres : bool
        Lengths in m and moments in N·m.
    silent_units : bool
        POINT:UNITS is empty.
    offset : (n,) array, optional
        Added to every channel.
    zero : tuple of int
        ZERO, as point frames from 1.
    storage : C3dStorage
        Processor, and whole numbers or floating point.
    scale : (n,) array, optional
        ANALOG:SCALE; chosen from the values by default.
    corners_mm : (4, 3) array
        Of the plate. [mm]
    further : mapping
        Further parameters of the group FORCE_PLATFORM.
    """

    type: int = 2
    origin_reversed: bool = False
    action: bool = False
    metres: bool = False
    silent_units: bool = False
    offset: FloatArray | None = None
    zero: tuple[int, int] = (1, 0)
    storage: C3dStorage = field(default_factory=lambda: C3dStorage(Processor.INTEL))
    scale: FloatArray | None = None
    corners_mm: FloatArray = field(default_factory=lambda: CORNERS_MM)
    further: dict[str, Value] = field(default_factory=dict[str, Value])


def standing_load(seconds: float = 1.0, rate_hz: float = 1000.0, unloaded_s: float = 0.0, seed: int = 1) -> KnownLoad:
    """Make a load that wanders over the plate of `CORNERS_MM` with shear and free moment.

    Parameters
    ----------
    seconds : float
        Duration. [s]
    rate_hz : float
        Samples per second. [Hz]
    unloaded_s : float
        How long the plate is empty before. [s]
    seed : int
        Chooses amplitudes and phases.

    Returns
    -------
    KnownLoad
        500 to 1300 N vertically, within 150 mm of the plate's center.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    time_s = np.arange(n) / rate_hz
    waves = np.sin(2 * np.pi * (rng.uniform(0.4, 3.0, 6) * time_s[:, None] + rng.uniform(0, 1, 6)))
    force = waves[:, :3] * [80.0, 120.0, 400.0] + [10.0, -15.0, 900.0]
    center = np.column_stack([1000 + 140 * waves[:, 3], 2000 + 140 * waves[:, 4], np.zeros(n)])
    loaded = time_s >= unloaded_s
    return KnownLoad(time_s, force * loaded[:, None], center, 6000.0 * waves[:, 5] * loaded)


def plate_rotation(corners_mm: FloatArray) -> FloatArray:
    """Axes of a rectangular plate as columns: x from corner 2 to 1, y from corner 4 to 1.

    Parameters
    ----------
    corners_mm : (4, 3) array
        [mm]

    Returns
    -------
    (3, 3) array
        Rotation.
    """
    x, y = corners_mm[0] - corners_mm[1], corners_mm[0] - corners_mm[3]
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    return np.array([x, y, np.cross(x, y)]).T


def statics(kind: int) -> FloatArray:
    """Channels to force and moment about the surface's center, in a plate whose z points down.

    Parameters
    ----------
    kind : int
        2 for six channels (N, N·mm about the sensors' origin), 3 for eight (N).

    Returns
    -------
    (6, n) array
        Rows Fx, Fy, Fz [N], Mx, My, Mz [N·mm].
    """
    if kind == 2:
        columns = [np.concatenate([axis, np.cross(-np.array(ORIGIN_MM), axis)]) for axis in np.eye(3)]
        columns += [np.concatenate([np.zeros(3), axis]) for axis in np.eye(3)]
        return np.array(columns).T
    a, b, depth = SENSORS_MM
    x, y, z = np.eye(3)
    # Four sensors at the corners of 2a x 2b, `depth` below the surface: z downward, so their z is +depth.
    parts = [
        (x, (0, b)),
        (x, (0, -b)),
        (y, (a, 0)),
        (y, (-a, 0)),
        (z, (a, b)),
        (z, (-a, b)),
        (z, (-a, -b)),
        (z, (a, -b)),
    ]
    columns = [np.concatenate([axis, np.cross([*at, depth], axis)]) for axis, at in parts]
    return np.array(columns).T


def calibration(kind: int) -> FloatArray:
    """A full calibration matrix for types 4 (6 x 6), 5 (6 x 8) and 7 (8 x 8).

    Parameters
    ----------
    kind : int
        The type.

    Returns
    -------
    array
        Well-conditioned, with every entry different from 0.
    """
    rng = np.random.default_rng(kind)
    rows, columns = {4: (6, 6), 5: (6, 8), 7: (8, 8)}[kind]
    matrix = np.eye(rows, columns) * 2.0 + rng.uniform(-0.2, 0.2, (rows, columns))
    if kind != 7:
        matrix[3:] *= 400.0
    return matrix.astype(np.float32).astype(np.float64)


def plate_channels(load: KnownLoad, options: PlateFileOptions) -> FloatArray:
    """What the plate's channels show under a load.

    Parameters
    ----------
    load : KnownLoad
        In a lab with z upward.
    options : PlateFileOptions
        Type, place and sign.

    Returns
    -------
    (t, n) array
        N, mm and N·mm.
    """
    rotation = plate_rotation(options.corners_mm)
    force = load.force_n @ rotation
    arm = (load.center_mm - options.corners_mm.mean(axis=0)) @ rotation
    moment = np.cross(arm, force) + load.free_moment_nmm[:, None] * rotation[2]
    if options.type == 1:
        free = load.free_moment_nmm * rotation[2, 2]
        sign = -1.0 if options.action else 1.0
        return np.column_stack([sign * force, arm[:, :2], sign * free])
    wrench = np.concatenate([force, moment], axis=1) * (-1.0 if options.action else 1.0)
    basic = np.linalg.pinv(statics(3 if options.type in {3, 7} else 2))
    channels = wrench @ basic.T
    if options.type in {4, 5, 7}:
        channels = channels @ np.linalg.pinv(calibration(options.type)).T
    return channels


def plate_c3d(
    load: KnownLoad,
    options: PlateFileOptions,
    *,
    frame_rate_hz: float = 100.0,
    points_mm: FloatArray | None = None,
    point_labels: tuple[str, ...] = (),
    events: tuple[C3dEvent, ...] = (),
) -> bytes:
    """Write the load as a C3D file with one plate.

    Parameters
    ----------
    load : KnownLoad
        A whole number of samples for every point frame.
    options : PlateFileOptions
        How it is written.
    frame_rate_hz : float
        Point frames per second. [Hz]
    points_mm : (frames, m, 3) array, optional
        Markers. [mm]
    point_labels : tuple of str
        Their names.
    events : tuple of C3dEvent
        Moments with a name.

    Returns
    -------
    bytes
        A whole file.
    """
    channels = plate_channels(load, options)
    if options.offset is not None:
        channels = channels + options.offset
    units = channel_units(options.type, channels.shape[1])
    if options.metres:
        channels, units = in_metres(channels, units, options.type)
    n_frames = round(len(load.time_s) * frame_rate_hz * float(load.time_s[1] - load.time_s[0]))
    points = np.zeros((n_frames, 0, 3)) if points_mm is None else points_mm
    content = C3dContent(
        frame_rate_hz,
        points / 1000 if options.metres else points,
        point_labels,
        channels,
        [f"channel {i + 1}" for i in range(channels.shape[1])],
        units,
        n_frames,
        "" if options.silent_units else "m" if options.metres else "mm",
        plate_groups(options, channels.shape[1]),
        events,
    )
    return encode_container(content, options.storage)


def in_metres(channels: FloatArray, units: list[str], kind: int) -> tuple[FloatArray, list[str]]:
    """Turn the lengths and moments of a plate's channels to m and N·m, where it stores any.

    Parameters
    ----------
    channels : (t, n) array
        N, mm and N·mm.
    units : list of str
        Of the channels.
    kind : int
        Type of the plate.

    Returns
    -------
    channels : (t, n) array
        N, m and N·m.
    units : list of str
        The new ones.
    """
    if kind > 2:
        return channels, units
    factor = np.array([1, 1, 1, *([0.001] * 3)])
    return channels * factor, [{"mm": "m", "Nmm": "Nm"}.get(unit, unit) for unit in units]


def channel_units(kind: int, n_channels: int) -> list[str]:
    """Units of a plate's channels.

    Parameters
    ----------
    kind : int
        Type of the plate.
    n_channels : int
        How many channels it has.

    Returns
    -------
    list of str
        N, mm and N·mm; N alone where sensors are stored.
    """
    return list(_UNITS.get(kind, ("N",) * n_channels))


def plate_groups(options: PlateFileOptions, n_channels: int) -> dict[str, dict[str, Value]]:
    """What a file says about its plate.

    Parameters
    ----------
    options : PlateFileOptions
        How it is written.
    n_channels : int
        Channels of the plate, from the first one on.

    Returns
    -------
    dict
        Parameters of the group FORCE_PLATFORM, and the scale of the channels where it was chosen.
    """
    per_mm = 0.001 if options.metres else 1.0
    eight = options.type in {3, 7}
    origin = np.array([*SENSORS_MM[:2], -SENSORS_MM[2]] if eight else ORIGIN_MM)
    if options.origin_reversed:
        origin = origin * ([1, 1, -1] if eight else -1)
    plate: dict[str, Any] = {
        "USED": np.array([1]),
        "TYPE": np.array([options.type]),
        "ZERO": np.array(options.zero),
        "CORNERS": (options.corners_mm * per_mm).T[:, :, None],
        "ORIGIN": (origin * per_mm)[:, None],
        "CHANNEL": np.arange(1, n_channels + 1)[:, None],
    }
    if options.type in {4, 5, 7}:
        matrix = calibration(options.type)
        if options.type != 7:
            matrix = matrix * np.array([1, 1, 1, per_mm, per_mm, per_mm])[:, None]
        plate["CAL_MATRIX"] = matrix[:, :, None]
    groups: dict[str, dict[str, Value]] = {"FORCE_PLATFORM": {**plate, **options.further}}
    if options.scale is not None:
        groups["ANALOG"] = {"SCALE": options.scale}
    return groups
