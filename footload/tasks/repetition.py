"""One squat, landing or jump, with its phases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType


def _no_phases() -> Mapping[str, tuple[int, int]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Repetition:
    """One repetition of a movement.

    Parameters
    ----------
    number : int
        From 0, in order of time, counting rejected ones too.
    start, stop : int
        Frames, half open.
    phases : mapping of name to (start, stop)
        Half-open frame ranges, such as ``descent``, ``bottom``, ``ascent``.
    deepest_frame : int
        The frame of maximum depth; -1 for movements without one.
    rejected : str
        Why it does not count; empty when it does.

    Raises
    ------
    ValueError
        When a phase is empty or lies outside.
    """

    number: int
    start: int
    stop: int
    phases: Mapping[str, tuple[int, int]] = field(default_factory=_no_phases)
    deepest_frame: int = -1
    rejected: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "phases", MappingProxyType(dict(self.phases)))
        for name, (start, stop) in self.phases.items():
            if not self.start <= start <= stop <= self.stop:
                raise ValueError(
                    f"The phase {name!r} from frame {start} to {stop} does not lie in the repetition "
                    f"from {self.start} to {self.stop}."
                )

    def moved(self, by: int, number: int) -> Repetition:
        """The same on frames that are counted from elsewhere.

        Parameters
        ----------
        by : int
            What is added to each frame.
        number : int
            Its new number.

        Returns
        -------
        Repetition
            With its reason, where it does not count.
        """
        phases = {name: (start + by, stop + by) for name, (start, stop) in self.phases.items()}
        deepest = self.deepest_frame + by if self.deepest_frame >= 0 else self.deepest_frame
        return replace(
            self, number=number, start=self.start + by, stop=self.stop + by, phases=phases, deepest_frame=deepest
        )
