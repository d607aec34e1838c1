"""A knee angle that somebody read off a video and typed in: data like any other, with its error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from footload.findings import Finding, Provenance
from footload.recordings import Side

FILMED = "knee_projection_filmed"
"""Name of the findings that hold a typed-in angle."""

PUBLISHED_ERROR_DEG = (2.0, 4.0)
"""Standard error of measurement of the angle in a single-leg squat, 18 people (S47). [deg]"""

_WORDS = re.compile(r"^\s*([+-]?[\d.]*)\s*:\s*([+-]?[\d.]*)\s*(?:(?:±|\+-|\+/-)\s*([\d.]+))?\s*$")
_Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class FilmedKnees:
    """Frontal-plane projection angles from video: 0 is straight, positive is valgus.

    Parameters
    ----------
    left_deg, right_deg : float, optional
        None where that knee was not filmed. [deg]
    error_deg : float, optional
        Standard error of one such angle, where the site knows its own. [deg]

    Raises
    ------
    ValueError
        When no angle is there, one is larger than any knee's, or the error is not positive.
    """

    left_deg: float | None
    right_deg: float | None
    error_deg: float | None = None

    def __post_init__(self) -> None:
        angles = [angle for angle in (self.left_deg, self.right_deg) if angle is not None]
        if not angles:
            raise ValueError("No angle is given; give that of the left knee, of the right one, or both.")
        wrong = [angle for angle in angles if not -60 <= angle <= 90]
        if wrong:
            raise ValueError(
                f"A knee angle of {wrong[0]:g} degrees is not one with 0 = straight and + = valgus (-60 to 90)."
            )
        if self.error_deg is not None and not 0 < self.error_deg <= 30:
            raise ValueError(f"The error is {self.error_deg:g} degrees, but it lies above 0 and below 30.")

    @classmethod
    def parsed(cls, words: str) -> FilmedKnees:
        """Read ``LEFT:RIGHT±ERROR`` in degrees; either side and the error may be left out.

        Parameters
        ----------
        words : str
            Such as ``8:11±3``, ``:9.5`` or ``7:10+-2.5``.

        Returns
        -------
        FilmedKnees
            Checked.

        Raises
        ------
        ValueError
            When it is something else.
        """
        match = _WORDS.match(words)
        parts = match.groups() if match is not None else ()
        # more than one point in a number is all that the pattern lets through
        if not parts or any(part and part.count(".") > 1 for part in parts) or "." in parts:
            raise ValueError(
                f"{words!r} is not LEFT:RIGHT±ERROR in degrees, such as 8:11±3, or :11 for the right knee alone."
            )
        left, right, error = (float(part) if part and part not in "+-" else None for part in parts)
        return cls(left, right, error)

    def findings(self, provenance: Provenance) -> tuple[Finding, ...]:
        """The angles as findings, each with the half width of its 95 % interval.

        Parameters
        ----------
        provenance : Provenance
            Of the trial.

        Returns
        -------
        tuple of Finding
            Left before right.
        """
        if self.error_deg is None:
            error, low, high = float("nan"), *PUBLISHED_ERROR_DEG
            said = f"typed in without an error; published is a standard error of {low:g} to {high:g} degrees (n = 18)"
        else:
            error, said = _Z_95 * self.error_deg, f"typed in with a standard error of {self.error_deg:g} degrees"
        notes = (f"{said}; 0 is straight, positive is valgus", "a posture in the camera's plane, no injury risk")
        both = {Side.LEFT: self.left_deg, Side.RIGHT: self.right_deg}
        return tuple(
            Finding(
                FILMED, "Knee projection angle, from video", angle, "deg", side,
                uncertainty=error, notes=notes, provenance=provenance,
            )
            for side, angle in both.items()
            if angle is not None
        )  # fmt: skip
