"""Every number that an analysis may be asked with, in one place, so that each result can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Asymmetry(StrEnum):
    """Which formula; L and R are the values of the left and the right side, both not negative."""

    OF_SUM = "100 (R - L) / (R + L)"
    """Share of the sum; +-100 at most."""

    OF_MEAN = "100 (R - L) / ((R + L) / 2)"
    """Share of the mean: twice that of the sum; +-200 at most."""

    OF_LARGER = "100 (max - min) / max"
    """Percentage difference; the sign is that of R - L."""

    OF_INVOLVED = "100 L / R"
    """Limb symmetry index, left over right, or the involved side over the other one; 100 is equal."""

    ANGLE = "100 (45 deg - atan(L / R)) / 90 deg"
    """Symmetry angle; +-50 at most. From memory, unverified."""

    @classmethod
    def named(cls, word: str) -> Asymmetry:
        """Find a formula by its short name.

        Parameters
        ----------
        word : str
            ``sum``, ``mean``, ``larger``, ``involved`` or ``angle``.

        Returns
        -------
        Asymmetry
            The formula.

        Raises
        ------
        ValueError
            When there is none of that name; the message lists those there are.
        """
        names = {formula.name.removeprefix("OF_").lower(): formula for formula in cls}
        if word.lower() not in names:
            raise ValueError(f"There is no formula of asymmetry called {word!r}; there are: {', '.join(names)}.")
        return names[word.lower()]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds and choices of an analysis.

    Parameters
    ----------
    noise_floor_kpa : float
        Pressure below it counts as 0; for mats that do not cut their own noise. [kPa, or counts]
    zero_s : float
        How long the mat is empty at the start; its mean is subtracted. 0 leaves the recording as it is. [s]
    swing_share : float
        For insoles: frames with less force than this share of the highest are swing, and what each sensor shows there
        (median) is subtracted, since a shoe presses on the sole in the air. 0 leaves it. No source gives a rule; 0.1
        is unverified. [ratio]
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
    keep_rejected : bool
        Whether repetitions and steps that do not count, such as one in which a foot turned, have values like others.
    asymmetry : Asymmetry
        By which formula the two sides are compared; by the share of the sum when nobody says otherwise.
    involved_side : str
        The side that stands above the line in the limb symmetry index: ``left``, ``right``, or empty for left.
    marker_cutoff_hz : float
        Low-pass of markers, and of the force that a moment about a joint is computed with; 0 leaves both as they are.
        Laboratories take 6 to 15 Hz, unverified. [Hz]
    marker_radius_mm : float
        From the skin to the middle of a marker. 7 is that of common 14 mm markers, unverified. [mm]
    knee_width_mm, ankle_width_mm : (left, right), optional
        Measured with a caliper across the joint, for legs with lateral markers only. [mm]
    foot_length_mm, foot_width_mm : (left, right), optional
        Measured on the foot, for plates whose feet are placed by markers; width at two thirds of the length. [mm]
    mat_origin_mm : (x, y), optional
        Where the corner of a mat's first sensor lies in the lab, for a mat that lies on plates. [mm]
    mat_turn_deg : float
        The mat's own +y is turned so far counterclockwise from the lab's. [deg]
    """

    noise_floor_kpa: float = 0.0
    zero_s: float = 0.0
    swing_share: float = 0.0
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
    keep_rejected: bool = False
    asymmetry: Asymmetry = Asymmetry.OF_SUM
    involved_side: str = ""
    marker_cutoff_hz: float = 12.0
    marker_radius_mm: float = 7.0
    knee_width_mm: tuple[float, float] | None = None
    ankle_width_mm: tuple[float, float] | None = None
    foot_length_mm: tuple[float, float] | None = None
    foot_width_mm: tuple[float, float] | None = None
    mat_origin_mm: tuple[float, float] | None = None
    mat_turn_deg: float = 0.0

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
