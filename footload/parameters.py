"""Every number that an analysis may be asked with, in one place, so that each result can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds and choices of an analysis.

    Parameters
    ----------
    noise_floor_kpa : float
        Pressure below it counts as 0; for mats that do not cut their own noise. [kPa, or counts]
    zero_s : float
        How long the mat is empty at the start; its mean is subtracted. 0 leaves the recording as it is. [s]
    contact_threshold_n : float
        Least force of a foot on the ground. Common laboratory practice, unverified. [N]
    contact_threshold_share : float
        The same for devices without calibration, as a share of the recording's highest force. [ratio]
    cop_threshold_n : float
        Least force that gives a centre of pressure. Common laboratory practice, unverified. [N]
    cop_threshold_share : float
        The same for devices without calibration, as a share of the recording's highest force. [ratio]
    loaded_kpa : float
        Least pressure at which a sensor counts as touched: contact area and the shape of the print; the force adds
        up every sensor. The step of the coarsest common device. [kPa]
    loaded_share : float
        The same for devices without calibration, as a share of the recording's highest value. [ratio]
    shortest_contact_s : float
        Shorter contacts are taken for noise and left out. [s]
    gap_mm : float
        Prints closer than this belong to one foot: toes and forefoot, heel and midfoot. [mm]
    keep_partial : bool
        Whether prints that the device's edge cuts off are analyzed like whole ones.
    keep_objects : bool
        Whether what shows no foot, such as a hand or a bag, is analyzed like one.
    """

    noise_floor_kpa: float = 0.0
    zero_s: float = 0.0
    contact_threshold_n: float = 20.0
    contact_threshold_share: float = 0.02
    cop_threshold_n: float = 20.0
    cop_threshold_share: float = 0.02
    loaded_kpa: float = 5.0
    loaded_share: float = 0.01
    shortest_contact_s: float = 0.1
    gap_mm: float = 30.0
    keep_partial: bool = False
    keep_objects: bool = False

    def to_record(self) -> Mapping[str, Any]:
        """Every parameter by name, read-only.

        Returns
        -------
        mapping
            For a finding's provenance.
        """
        return MappingProxyType(asdict(self))


DEFAULTS = Parameters()
"""What is used when nobody says otherwise."""
