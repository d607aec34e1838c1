"""Channels of a force device to force and moment on the person, as its profile states it, and back for emulators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from devices.profile import WRENCH
from footload.errors import ProfileError
from footload.recordings import ForceRecording, PlateGeometry

if TYPE_CHECKING:
    from devices.parts import Counts
    from devices.profile import Profile
    from devices.tables import Board
    from footload.arrays import FloatArray

N_PER_LB = 4.4482216152605
"""The pound-force by definition. [N/lb]"""

MM_PER_INCH = 25.4
N_PER_KG = 9.80665
"""Standard gravity by definition. [N/kg]"""

FACTORS = {
    "N": 1.0,
    "kN": 1000.0,
    "kg": N_PER_KG,
    "g": N_PER_KG / 1000,
    "lb": N_PER_LB,
    "mlb": N_PER_LB / 1000,
    "N.m": 1000.0,
    "N.mm": 1.0,
    "lb.in": N_PER_LB * MM_PER_INCH,
}
"""What a unit is in newtons, or in newton millimetres."""


def force_recordings(
    profile: Profile, counts: Counts, time_s: FloatArray, history: tuple[str, ...] = ()
) -> tuple[ForceRecording, ...]:
    """Make one recording for each plate of a device.

    Parameters
    ----------
    profile : Profile
        With channels and plates.
    counts : (t, n) array
        As sent.
    time_s : (t,) array
        Rising times. [s]
    history : tuple of str
        What was done before.

    Returns
    -------
    tuple of ForceRecording
        Force of the ground on the person, standing is +z; what the device does not measure is NaN. [N, N·mm]

    Raises
    ------
    ProfileError
        When the profile does not say what the channels mean, or which plate they belong to.
    """
    values = channel_values(profile, counts)
    if not profile.plate:
        raise ProfileError(
            f"{profile.id} has channels, but no [[plate]]: copy the profile and say which channels act where."
        )
    made: list[ForceRecording] = []
    for board in profile.plate:
        force_n, moment_nmm = _wrench(board, values, len(counts))
        how = "load cells" if board.load_cells else "force and moment channels"
        if profile.matrix is not None:
            how = profile.matrix.described
        name = f" {board.name}" if len(profile.plate) > 1 else ""
        missing = _missing(force_n, moment_nmm)
        steps = (*history, f"force of{name or ' the plate'} from its {how}{missing}")
        made.append(
            ForceRecording(time_s, force_n, moment_nmm, geometry_of(board), source=profile.id + name, history=steps)
        )
    return tuple(made)


def channel_values(profile: Profile, counts: Counts) -> dict[str, FloatArray]:
    """Every channel in newtons or newton millimetres, and what the calibration matrix makes of them.

    Parameters
    ----------
    profile : Profile
        With channels.
    counts : (t, n) array
        As sent.

    Returns
    -------
    dict of (t,) array
        By name. [N, N·mm]

    Raises
    ------
    ProfileError
        When a plate needs a channel that is only known in counts.
    """
    channels = profile.channels or {}
    found: dict[str, FloatArray] = {}
    needed = {name for board in profile.plate for name in board.names}
    zeroed = [np.asarray(counts[:, k], float) - channel.zero for k, channel in enumerate(channels.values())]
    for values, (name, channel) in zip(zeroed, channels.items(), strict=True):
        if channel.unit != "counts":
            found[name] = values * (channel.scale * FACTORS[channel.unit])
    if profile.matrix is not None:
        units = [FACTORS[profile.matrix.force_unit]] * 3 + [FACTORS[profile.matrix.moment_unit]] * 3
        scaled = np.stack([v * c.scale for v, c in zip(zeroed, channels.values(), strict=True)])
        found |= dict(zip(WRENCH, (profile.matrix.array @ scaled) * np.array(units)[:, None], strict=True))
    if missing := sorted(needed - set(found)):
        what = "its own calibration matrix with its units" if missing[0] in WRENCH else "unit and scale"
        raise ProfileError(
            f"{profile.id} sends counts, and nobody knows what {', '.join(missing)} are in newtons: "
            f"copy the profile and add {what}."
        )
    return found


def counts_for(profile: Profile, force_n: FloatArray, moment_nmm: FloatArray) -> Counts:
    """What a device would send while a force acts on its first plate, and nothing on its others.

    Parameters
    ----------
    profile : Profile
        With channels.
    force_n, moment_nmm : (t, 3) array
        On the person, about the center of the top surface. [N, N·mm]

    Returns
    -------
    (t, n) array
        Rounded where the device sends whole numbers, clipped where it saturates.
    """
    channels = profile.channels or {}
    values: dict[str, FloatArray] = {name: np.zeros(len(force_n)) for name in (*channels, *WRENCH)}
    if profile.plate:
        _onto(profile.plate[0], values, force_n, moment_nmm)
    columns: list[FloatArray] = []
    wrench = np.stack([values[name] for name in WRENCH])
    through = None
    if profile.matrix is not None:
        units = [FACTORS[profile.matrix.force_unit]] * 3 + [FACTORS[profile.matrix.moment_unit]] * 3
        through = np.linalg.pinv(profile.matrix.array) @ (wrench / np.array(units)[:, None])
    for k, (name, channel) in enumerate(channels.items()):
        if through is not None:
            sent = through[k] / channel.scale
        elif channel.unit == "counts":
            # Nobody knows what a count is, so a quarter of one for each newton stands in for it.
            sent = force_n[:, 2] / 4
        else:
            sent = values[name] / (channel.scale * FACTORS[channel.unit])
        columns.append(sent + channel.zero)
    whole = np.clip(np.stack(columns, axis=1), profile.count_min, profile.count_max)
    floats = str(getattr(profile.payload, "dtype", "")).strip("<>").startswith("f")
    return whole.astype(np.float32) if floats else np.rint(whole).astype(np.int32)


def geometry_of(board: Board) -> PlateGeometry:
    """Where a plate is. [mm]

    Parameters
    ----------
    board : Board
        The plate.

    Returns
    -------
    PlateGeometry
        Its top surface is at z = 0.
    """
    (width, length), (x, y) = board.size_mm, board.center_mm
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    corners = np.zeros((4, 3))
    corners[:, :2] = signs * np.array([width, length]) / 2 + np.array([x, y])
    return PlateGeometry(corners)


def _wrench(board: Board, values: dict[str, FloatArray], n: int) -> tuple[FloatArray, FloatArray]:
    """Force and moment on the person about the center of the top surface; NaN for what is not measured."""
    force, moment = np.full((n, 3), np.nan), np.full((n, 3), np.nan)
    if board.load_cells:
        loads = np.stack([values[name] for name in board.load_cells], axis=1)
        places = np.array(list(board.load_cells.values()))
        force[:, 2] = loads.sum(axis=1)
        if len(places) > 2:
            moment[:, 0], moment[:, 1] = loads @ places[:, 1], -(loads @ places[:, 0])
        return force, moment
    for axis, name in board.force.items():
        force[:, "xyz".index(axis[1])] = values[name]
    for axis, name in board.moment.items():
        moment[:, "xyz".index(axis[1])] = values[name]
    # M about the surface = M about the origin - r x F, with r from the origin to the surface.
    down = board.z == "down"
    surface = np.array([0.0, 0.0, -board.depth_mm if down else board.depth_mm])
    if board.depth_mm:
        moment = moment - np.cross(surface, force)
    # Half a turn about x brings a z that points down upward; the person feels the opposite of what the plate does.
    turn = np.array([1.0, -1.0, -1.0]) if down else np.ones(3)
    turn = -turn if board.measures == "plate" else turn
    return force * turn, moment * turn


def _onto(board: Board, values: dict[str, FloatArray], force_n: FloatArray, moment_nmm: FloatArray) -> None:
    """The channels' values for a force on the person: `_wrench` turned around."""
    if board.load_cells:
        x, y = np.array(list(board.load_cells.values())).T
        # The smallest loads that together make the force and its place.
        loads = np.linalg.pinv(np.stack([np.ones_like(x), y, -x])) @ np.stack(
            [force_n[:, 2], moment_nmm[:, 0], moment_nmm[:, 1]]
        )
        for name, load in zip(board.load_cells, loads, strict=True):
            values[name] = load
        return
    down = board.z == "down"
    turn = np.array([1.0, -1.0, -1.0]) if down else np.ones(3)
    turn = -turn if board.measures == "plate" else turn
    force, moment = force_n * turn, moment_nmm * turn
    surface = np.array([0.0, 0.0, -board.depth_mm if down else board.depth_mm])
    moment = moment + np.cross(surface, force)
    for axis, name in board.force.items():
        values[name] = force[:, "xyz".index(axis[1])]
    for axis, name in board.moment.items():
        values[name] = moment[:, "xyz".index(axis[1])]


def _missing(force_n: FloatArray, moment_nmm: FloatArray) -> str:
    columns = np.hstack([force_n, moment_nmm])
    names = [name for name, column in zip(WRENCH, columns.T, strict=True) if np.isnan(column).all()]
    return f"; {', '.join(names)} not measured" if names else ""
