"""What makes a calibration: the zero of each cell, gains from an even load, a scale from a person; and their drift."""

from __future__ import annotations

from datetime import date

import numpy as np

from devices.cell_calibration import Belongs, CellCalibration
from devices.parts import Counts
from devices.profile import Profile
from footload.arrays import BoolArray, FloatArray
from footload.units import STANDARD_GRAVITY_M_PER_S2

STILL = 0.05
"""Standing still: force varies by less than this of its mean."""
RESPONSE = 0.1
"""A cell that answers an even load with less than this of the median cannot be corrected by a gain."""


def next_calibration(
    profile: Profile, serial_number: str, made: date, earlier: CellCalibration | None = None, **found: object
) -> CellCalibration:
    """A calibration that goes on from an earlier one of the same device.

    Parameters
    ----------
    profile : Profile
        The device's.
    serial_number : str
        The device's own.
    made : date
        When the load was on the mat.
    earlier : CellCalibration, optional
        What it does not find anew is kept from here.
    **found
        Fields of `CellCalibration`.

    Returns
    -------
    CellCalibration
        Checked.
    """
    kept = {} if earlier is None else earlier.model_dump(by_alias=True, exclude_none=True)
    owner = Belongs(profile=profile.id, serial_number=serial_number)
    return CellCalibration.model_validate({**kept, **found, "made": made, "device": owner})


def tare_of(unloaded: Counts) -> FloatArray:
    """What each cell counts under no load: its median over time. [counts]

    Parameters
    ----------
    unloaded : (t, n) array
        Counts while nobody touches the mat.

    Returns
    -------
    (n,) array
        [counts]
    """
    return np.median(np.asarray(unloaded, np.float64), axis=0)


def gains_of(evenly: Counts, tare: FloatArray) -> tuple[FloatArray, BoolArray]:
    """What makes every cell answer an even load alike.

    For models that are no straight line this is right at the load it was made with, and close around it.

    Parameters
    ----------
    evenly : (t, n) array
        Counts under a load that presses every cell alike, such as a bladder or a vacuum bag.
    tare : (n,) array
        What the cells count under no load. [counts]

    Returns
    -------
    gain : (n,) array
        Median cell over cell; 0 for cells that hardly answer.
    answers : (n,) array of bool
        Cells that do.

    Raises
    ------
    ValueError
        When no cell answers.
    """
    response = np.median(np.asarray(evenly, np.float64), axis=0) - tare
    typical = float(np.median(response[response > 0])) if (response > 0).any() else 0.0
    if typical <= 0:
        raise ValueError("No cell counts more under the even load than without it; was the load on the mat?")
    answers = response > RESPONSE * typical
    return np.where(answers, typical / np.where(answers, response, 1.0), 0.0), answers


def scale_from_mass(pressure_kpa: FloatArray, area_mm2: FloatArray, mass_kg: float) -> tuple[float, float]:
    """What makes the whole mat weigh a person rightly who stands still on it.

    ``scale = m g / mean(sum of pressure times area)``, with g = 9.80665 m/s².

    Parameters
    ----------
    pressure_kpa : (t, n) array
        Before scaling; counts for a device that has no model. [kPa]
    area_mm2 : (n,) array
        Area of each cell. [mm²]
    mass_kg : float
        Of the person, with what is worn. [kg]

    Returns
    -------
    scale : float
        Factor on the pressure.
    variation : float
        Standard deviation of the force over its mean.

    Raises
    ------
    ValueError
        When the mass is not positive, nobody stands there, or the person moves.
    """
    if not mass_kg > 0:
        raise ValueError(f"mass_kg is {mass_kg:g}, but a person has more than 0 kg.")
    # kPa mm² are mN.
    force_n = (np.asarray(pressure_kpa, np.float64) * area_mm2).sum(axis=1) * 1e-3
    mean = float(force_n.mean())
    if mean <= 0:
        raise ValueError("The mat carries nothing; the person has to stand on it with both feet.")
    variation = float(force_n.std()) / mean
    if variation > STILL:
        raise ValueError(
            f"The force varies by {100 * variation:.0f} % of its mean, but a person who stands still stays within "
            f"{100 * STILL:.0f} %; was somebody stepping on or off?"
        )
    return mass_kg * STANDARD_GRAVITY_M_PER_S2 / mean, variation


def drift_since(calibration: CellCalibration, unloaded: Counts) -> FloatArray:
    """How far the zero of each cell has moved since a calibration. [counts]

    Parameters
    ----------
    calibration : CellCalibration
        With a tare.
    unloaded : (t, n) array
        Counts now, while nobody touches the mat.

    Returns
    -------
    (n,) array
        Now minus then. [counts]

    Raises
    ------
    ValueError
        When the calibration has no tare, or another number of cells.
    """
    now = tare_of(unloaded)
    if len(calibration.tare) != len(now):
        raise ValueError(f"The calibration has a tare of {len(calibration.tare)} cells, but the mat has {len(now)}.")
    return now - np.array(calibration.tare)
