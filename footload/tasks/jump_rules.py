"""By which rules the moments of a jump are found; each has a name and parameters, since published ones differ."""

from __future__ import annotations

from dataclasses import dataclass, field

from footload.tasks.weighing import Weighing, WeighingMethod
from footload.units import STANDARD_GRAVITY_M_PER_S2


@dataclass(frozen=True, slots=True)
class OnsetRule:
    """When the movement is said to begin: the force leaves body weight and stays away.

    Parameters
    ----------
    sd_factor : float
        By this many standard deviations of the weighing.
    newtons : float
        By at least so much. [N]
    part_of_weight : float
        By at least this part of the body weight. [BW]
    persistence_s : float
        For so long. [s]
    back_s : float
        The onset is set so much earlier. [s]
    """

    sd_factor: float = 5.0
    newtons: float = 0.0
    part_of_weight: float = 0.0
    persistence_s: float = 0.03
    back_s: float = 0.03

    def threshold_n(self, weighing: Weighing) -> float:
        """How far the force has to leave body weight. [N]

        Parameters
        ----------
        weighing : Weighing
            Body weight and its noise.

        Returns
        -------
        float
            The largest of the three. [N]
        """
        return max(self.sd_factor * weighing.noise_n, self.newtons, self.part_of_weight * weighing.weight_n)

    @property
    def name(self) -> str:
        """The rule in words, with every parameter."""
        parts = [
            f"{self.sd_factor:g} SD" if self.sd_factor else "",
            f"{self.newtons:g} N" if self.newtons else "",
            f"{100 * self.part_of_weight:g} % of body weight" if self.part_of_weight else "",
        ]
        size = " and at least ".join(part for part in parts if part)
        return f"{size} for {1000 * self.persistence_s:g} ms, {1000 * self.back_s:g} ms earlier"


FIVE_SD = OnsetRule()
"""Five standard deviations for 30 ms, minus 30 ms (Owen 2014)."""

TWENTY_NEWTONS = OnsetRule(0.0, newtons=20.0, back_s=0.0)
TWO_AND_A_HALF_PERCENT = OnsetRule(0.0, part_of_weight=0.025, back_s=0.0)
TEN_PERCENT = OnsetRule(0.0, part_of_weight=0.1, back_s=0.0)

DEFAULT_ONSET = OnsetRule(part_of_weight=0.025)
"""Five standard deviations, but not less than 2.5 % of the body weight: the quietest second of a good plate is so quiet
that five of its standard deviations are less than what breathing and sway do."""


@dataclass(frozen=True, slots=True)
class JumpRules:
    """What counts as a jump, and by which methods its moments are found.

    Parameters
    ----------
    contact_n : float
        Below it nobody is on the plate: take-off and landing. Published are 1 to 50 N. [N]
    weighing : WeighingMethod
        Where body weight comes from.
    weighing_s : float
        From how long a stretch. [s]
    onset : OnsetRule
        When the movement begins.
    shortest_flight_s, longest_flight_s : float
        A flight takes this long; half a second is 0.31 m. [s]
    blip_s : float
        A load in a flight that is shorter than this is noise of an unloaded plate, not a landing. [s]
    still_part : float
        The quietest stretch before the take-off counts as still with a standard deviation below this part of body
        weight; otherwise the person is weighed after the landing too. [BW]
    least_speed_m_per_s : float
        Least upward speed at take-off of a jump whose landing was not recorded. [m/s]
    velocity_after_takeoff : bool
        The speed at take-off is that of the last frame on the plate; True takes the first frame off it, as some
        programs do, in which body weight has pulled for one frame longer.
    flight_mismatch : float
        Most by which the flight that the impulse explains may differ from the one that was seen, as a part of it.
        Heights by impulse and by flight time differ by centimetres; a step off the plate differs by all.
    countermovement_n_per_n : float
        A force that falls by this part of body weight before the push makes it a countermovement jump. [BW]
    gravity_m_per_s2 : float
        Acceleration of gravity. [m/s²]
    """

    contact_n: float = 20.0
    weighing: WeighingMethod = WeighingMethod.QUIETEST
    weighing_s: float = 1.0
    onset: OnsetRule = field(default_factory=lambda: DEFAULT_ONSET)
    shortest_flight_s: float = 0.1
    longest_flight_s: float = 1.2
    blip_s: float = 0.02
    still_part: float = 0.03
    least_speed_m_per_s: float = 0.8
    velocity_after_takeoff: bool = False
    flight_mismatch: float = 0.5
    countermovement_n_per_n: float = 0.1
    gravity_m_per_s2: float = STANDARD_GRAVITY_M_PER_S2


DEFAULT_JUMP_RULES = JumpRules()
