"""Feet and movements whose answers are known by formula."""

from footload.synthetic.demo import demo_mat, demo_squat, demo_walk
from footload.synthetic.foot import REGIONS, AxisTruth, SyntheticFoot
from footload.synthetic.prints import uniform_print
from footload.synthetic.sensor import Sensor
from footload.synthetic.squat import SquatTiming, squat
from footload.synthetic.standing_feet import StandingFoot
from footload.synthetic.truth import ContactTruth, RepetitionTruth, SyntheticTrial, TrialTruth
from footload.synthetic.walking import walk, walking_contact

__all__ = [
    "REGIONS",
    "AxisTruth",
    "ContactTruth",
    "RepetitionTruth",
    "Sensor",
    "SquatTiming",
    "StandingFoot",
    "SyntheticFoot",
    "SyntheticTrial",
    "TrialTruth",
    "demo_mat",
    "demo_squat",
    "demo_walk",
    "squat",
    "uniform_print",
    "walk",
    "walking_contact",
]
