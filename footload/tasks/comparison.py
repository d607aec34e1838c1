"""By which formula the two sides of a movement are compared."""

from __future__ import annotations

from dataclasses import dataclass

from footload.parameters import Asymmetry, Parameters
from footload.recordings import Side


@dataclass(frozen=True, slots=True)
class SideComparison:
    """A formula of asymmetry, and which side is the involved one.

    Parameters
    ----------
    formula : Asymmetry
        Which one.
    involved : Side
        The side above the line of the limb symmetry index.
    """

    formula: Asymmetry = Asymmetry.OF_SUM
    involved: Side = Side.LEFT

    @classmethod
    def of(cls, parameters: Parameters) -> SideComparison:
        """Take what an analysis was asked with.

        Parameters
        ----------
        parameters : Parameters
            With the formula and the involved side.

        Returns
        -------
        SideComparison
            Left is involved when nobody says otherwise.

        Raises
        ------
        ValueError
            When the involved side is neither left nor right.
        """
        if parameters.involved_side not in {"", "left", "right"}:
            raise ValueError(f"involved_side is {parameters.involved_side!r}, but a side is left or right.")
        return cls(parameters.asymmetry, Side(parameters.involved_side or "left"))

    @property
    def note(self) -> str:
        """The formula in words, for the notes of a value."""
        if self.formula is not Asymmetry.OF_INVOLVED:
            return f"asymmetry by {self.formula.value}"
        return f"limb symmetry index, 100 {self.involved} / {self.involved.other}"


BY_SHARE_OF_SUM = SideComparison()
"""What is used when nobody says otherwise."""
