"""One simulated participant in three conditions: who it is, what changes, and what an answer looks like.

The conditions differ as they are told to: nobody measured what a shoe or a wedge does to this person. A shoe changes no
print here. Repetitions differ by known factors, so that a comparison has a scatter to be held against. The trials are
made in `footload.synthetic.study`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from footload.synthetic.landing import DropCourse
from footload.synthetic.squat import SquatTiming
from footload.synthetic.stance import StanceCourse
from footload.trials import Condition, Participant, Side, Trial

PERSON: Final = Participant("P01", 72.0, sex="female")
LEFT_PART: Final = 0.48
WIDTH_MM: Final = 95.0
TIMING: Final = SquatTiming(still_s=1.6, rest_s=1.2)
DROP: Final = DropCourse(PERSON.body_mass_kg, 0.3, before_s=0.3, after_s=2.5)
STANCE: Final = StanceCourse(body_mass_kg=PERSON.body_mass_kg)
STEP_S: Final = 0.68
FACTORS: Final = MappingProxyType({Side.LEFT: (0.9, 1.05, 1.0, 1.1, 0.95), Side.RIGHT: (1.08, 0.94, 1.0, 0.92, 1.06)})
"""What each repetition's shift and knee are, as parts of the condition's; their mean is 1."""


def _sides(left: float, right: float) -> Mapping[Side, float]:
    return MappingProxyType({Side.LEFT: left, Side.RIGHT: right})


@dataclass(frozen=True, slots=True)
class StudyCondition:
    """What is worn, and what this person does with it: all of it made up.

    Parameters
    ----------
    condition : Condition
        Name, footwear, device.
    stem : str
        How its files begin.
    squat_mm, single_mm, landing_mm : mapping of Side to float
        Medial shift of the CoP at depth of squats and single-leg squats, and after a landing. [mm]
    knee_mm : mapping of Side to float
        How far each knee goes medially at depth. [mm]
    pronation : mapping of Side to float
        Of the feet in walking, as in `SyntheticFoot`.
    """

    condition: Condition
    stem: str
    squat_mm: Mapping[Side, float]
    single_mm: Mapping[Side, float]
    landing_mm: Mapping[Side, float]
    knee_mm: Mapping[Side, float]
    pronation: Mapping[Side, float]


CONDITIONS: Final = (
    StudyCondition(
        Condition("barefoot"),
        "barefoot",
        _sides(6.0, 8.0),
        _sides(7.0, 9.0),
        _sides(5.0, 7.0),
        _sides(22.0, 30.0),
        _sides(0.10, 0.35),
    ),
    StudyCondition(
        Condition("shoe", "trainer"),
        "shoe",
        _sides(5.5, 7.5),
        _sides(6.5, 8.5),
        _sides(4.5, 6.5),
        _sides(21.0, 29.0),
        _sides(0.08, 0.32),
    ),
    StudyCondition(
        Condition("shoe with medial wedge", "trainer", "medial wedge, 2 degrees"),
        "wedge",
        _sides(3.0, 4.0),
        _sides(3.5, 5.0),
        _sides(2.5, 3.5),
        _sides(20.5, 28.0),
        _sides(-0.05, 0.10),
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a finding of a trial has to be.

    Parameters
    ----------
    metric : str
        Name in the registry.
    side : Side, optional
        Which foot; None for both together.
    value : float
        Mean over contacts or repetitions, as it was made, in `unit`.
    within : float
        What the sensor, the definition of a foot's width or the search for an instant may cost, in `unit`.
    unit : str
        Of the value.
    """

    metric: str
    side: Side | None
    value: float
    within: float
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class StudyTrial:
    """One trial of the study.

    Parameters
    ----------
    stem : str
        Name of its file, without ending.
    trial : Trial
        As the sensors saw it.
    answers : tuple of Answer
        What an analysis has to find.
    """

    stem: str
    trial: Trial
    answers: tuple[Answer, ...]
