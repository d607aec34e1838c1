"""Real jumps and stances against values of independent programs; the index beside them says where those come from."""

import csv
from pathlib import Path

import numpy as np
import pytest

from footload.metrics import jump as jumps
from footload.metrics import sway as distances
from footload.metrics import sway_area as areas
from footload.readers import read
from footload.tasks.jump import JumpKind, find_jumps
from footload.tasks.jump_rules import FIVE_SD, JumpRules
from footload.tasks.sway import Sway
from footload.tasks.weighing import WeighingMethod

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "force"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]

FIRST_SECOND = JumpRules(weighing=WeighingMethod.FIRST, onset=FIVE_SD)


def plate(name):
    force = read(DATA / f"{name}.c3d").forces[0]
    return force.time_s, force.force_n[:, 2]


def plateforce(name):
    force = np.loadtxt(DATA / "plateforce" / f"{name}.force.txt")
    return np.arange(len(force)) / 1200.0, force


@pytest.fixture(scope="module")
def variants():
    with (DATA / "plateforce" / "reference_subject01.csv").open() as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def the_jump(recording, rules=None):
    (found,) = find_jumps(*recording, rules or JumpRules()).jumps
    return found


def test_kistler_jump_to_every_digit_of_the_reference():
    jump = the_jump(plate("kistler/kistler_CMJ_1plate"), FIRST_SECOND)
    assert (jump.onset, jump.takeoff, jump.landing) == (1453, 2157, 2634)
    assert jump.weighing.weight_n == pytest.approx(664.0168375, abs=1e-6)
    assert jump.weighing.noise_n == pytest.approx(2.5768379, abs=1e-6)
    assert jumps.takeoff_velocity(jump) == pytest.approx(2.3746630, abs=1e-6)
    assert jumps.jump_height_impulse(jump) == pytest.approx(287.5102, abs=1e-3)
    assert jumps.jump_height_flight_time(jump) == pytest.approx(278.9122, abs=1e-3)
    assert jumps.jump_flight_time(jump) == pytest.approx(0.477, abs=1e-9)
    assert jumps.time_to_takeoff(jump) == pytest.approx(0.704, abs=1e-9)
    assert jumps.rsi_modified_impulse(jump) == pytest.approx(0.4083952, abs=1e-6)
    assert jumps.countermovement_depth(jump) == pytest.approx(269.4920, abs=1e-3)


def test_kistler_jump_with_the_quietest_second():
    """Another second weighs 0.45 N more; that is 1.7 mm of height, as 10 published methods differ by 35 mm."""
    jump = the_jump(plate("kistler/kistler_CMJ_1plate"))
    assert jumps.jump_height_impulse(jump) == pytest.approx(287.5, abs=2.5)
    assert abs(jump.onset - 1453) <= 20


def test_first_trial_to_every_digit_of_the_reference():
    jump = the_jump(plateforce("subject01_trial1"), FIRST_SECOND)
    assert (jump.onset, jump.takeoff, jump.landing) == (4091, 5014, 5733)
    assert jumps.jump_height_impulse(jump) == pytest.approx(410.5177, abs=1e-3)
    assert jumps.jump_height_flight_time(jump) == pytest.approx(440.0743, abs=1e-3)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("rules", [JumpRules(), FIRST_SECOND], ids=["default", "first second"])
def test_each_trial_lies_within_the_spread_of_published_methods(number, rules, variants):
    row = variants[number - 1]

    def spread(start):
        found = [value for name, value in row.items() if name.startswith(start) and not name.endswith("_s")]
        return min(found), max(found)

    jump = the_jump(plateforce(f"subject01_trial{number}"), rules)
    lowest, highest = spread("jh_")
    assert lowest <= jumps.jump_height_impulse(jump) / 10 <= highest
    lowest, highest = spread("onset_")
    assert lowest <= jump.onset <= highest
    lowest, highest = spread("takeoff_")
    assert lowest <= jump.takeoff <= highest
    # 8 ms: another body weight moves where the speed is zero by the error in speed over the acceleration there
    assert jump.unweighted == pytest.approx(row["uwend_argmin_v"], abs=2)
    assert jump.turned == pytest.approx(row["velocity_zero"], abs=10)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "method", ["jm", "jm_nosmooth", "bilalovski", "jumptest", "sams_bw", "sams_30ms", "pct10bw", "chronojump"]
)
def test_the_same_method_gives_the_same_height_to_a_tenth_of_a_millimetre(number, method, variants):
    """Theirs: the first quarter second, g of 9.81 m/s2, speed of the first frame in the air, their own onset."""
    row = variants[number - 1]
    time_s, force_n = plateforce(f"subject01_trial{number}")
    weight, onset = row["bw_025"], int(row[f"onset_{method}"])
    rules = JumpRules(
        weighing=WeighingMethod.FIRST, weighing_s=0.25, gravity_m_per_s2=9.81, velocity_after_takeoff=True
    )
    jump = the_jump((time_s, force_n), rules)
    assert jump.weighing.weight_n == pytest.approx(weight, abs=1e-6)
    # From our onset to theirs the body gains this speed; the rest of the way is the same.
    low, high = sorted((onset, jump.onset))
    gained = 9.81 * np.trapezoid(force_n[low : high + 1] / weight - 1, dx=1 / 1200) * (1 if onset < jump.onset else -1)
    height_cm = 100 * (jump.takeoff_velocity_m_per_s + gained) ** 2 / (2 * 9.81)
    assert height_cm == pytest.approx(row[f"jh_{method}_cm"], abs=0.01)


def test_a_step_off_the_plate_is_no_jump():
    for rules in (JumpRules(), FIRST_SECOND):
        search = find_jumps(*plateforce("synthetic_untrimmed_step_off"), rules)
        assert search.jumps == ()
        assert any("upward speed of -0.4" in note for note in search.notes)


def test_vicon_jump_is_weighed_right_and_its_flight_is_not_cut_by_noise():
    """The plate's noise passes 20 N once in the air; taken for a landing, it leaves 0.386 s of flight and 1.0 cm."""
    jump = the_jump(plate("vicon/vicon_CMJ_kinem_kinet_emg"))
    assert jump.weighing.weight_n == pytest.approx(752, abs=2)
    assert jump.weighing.noise_n < 6  # 11 N in the first second
    assert jump.flight_s == pytest.approx(0.667, abs=0.002)
    # flight time gives more, as it does in nearly everybody: 1 to 3 cm
    above_mm = jumps.jump_height_flight_time(jump) - jumps.jump_height_impulse(jump)
    assert 10 < above_mm < 40


@pytest.fixture(scope="module")
def marked():
    table = np.genfromtxt(DATA / "squat_jump" / "BFR007_1st_squat_jump.csv", delimiter=",", names=True)
    force = table["ground_force1_vy"] + table["ground_force2_vy"]
    return the_jump((np.arange(len(force)) / 1000.0, force)), force


def test_take_off_of_a_hand_marked_squat_jump(marked):
    """Within 10 ms of its mark: 7 ms before it at 20 N."""
    jump, force = marked
    assert jump.takeoff == pytest.approx(1810, abs=10)
    np.testing.assert_allclose(force[1801:1805], [27.9, 24.1, 0.0, 0.0], atol=0.1)


def test_no_rule_of_force_can_find_the_landing_where_it_is_marked(marked):
    """The mark (2063) lies 18 ms before any plate feels anything, so whatever reads the force is at least that late.

    The file holds zeros up to frame 2080 and 64.3 N in frame 2081; what lies below some 24 N was cut off before. The
    first frame above 20, 10 or 1 N, above five standard deviations of the flight, and the first that is not zero,
    sought backward from the impact's peak, are one and the same.
    """
    jump, force = marked
    assert (force[1803:2081] == 0).all()
    np.testing.assert_allclose(force[2081:2086], [64.3, 41.5, 30.8, 47.5, 40.7], atol=0.1)
    assert jump.landing == 2081
    flight = slice(jump.takeoff, jump.landing)
    for threshold_n in (20.0, 10.0, 1.0, 5 * force[flight].std()):
        assert 1810 + int(np.argmax(force[1810:] > threshold_n)) == 2081
    peak = 2081 + int(np.argmax(force[2081:2300]))
    assert peak - int(np.argmax(force[peak::-1] <= 0)) + 1 == 2081
    assert jump.landing - 2063 == 18


def test_phases_of_a_hand_marked_squat_jump(marked):
    """The hand marks follow the force: from its minimum (eccentric) to its maximum (concentric). Ours follow the speed.

    So their concentric phase begins 0.37 s after the body has begun to rise; that the body does rise then shows in
    the take-off: from our lowest point on, the impulse explains the flight that was seen.
    """
    jump, force = marked
    assert np.argmin(force[: jump.takeoff]) == 1802
    assert np.argmin(force[:1700]) == pytest.approx(359, abs=100)
    assert np.argmax(force[: jump.takeoff]) == pytest.approx(1656, abs=100)
    assert jump.onset == pytest.approx(90, abs=100)  # their "event"
    assert jump.kind is JumpKind.COUNTERMOVEMENT  # slowly down and straight up, by its force
    assert 250 < 1656 - jump.turned < 450
    assert 2 * jump.takeoff_velocity_m_per_s / 9.80665 == pytest.approx(jump.flight_s, rel=0.05)


BDS = {
    "BDS00001": {
        "sway_mean_distance": 0.307955164423, "sway_mean_distance_ap": 0.138660116367,
        "sway_mean_distance_ml": 0.244738806468, "sway_rms_distance": 0.341219879136,
        "sway_rms_distance_ap": 0.169216073498, "sway_rms_distance_ml": 0.296305461286,
        "sway_path": 37.2113946994, "sway_path_ap": 11.509152, "sway_path_ml": 33.396804,
        "sway_range_ap": 0.836699, "sway_range_ml": 1.67604, "sway_velocity": 0.620189911656,
        "sway_velocity_ap": 0.1918192, "sway_velocity_ml": 0.5566134, "sway_circle_area": 0.949259781764,
        "sway_ellipse_area": 0.945092197967, "sway_ellipse_area_exact": 0.944219249677,
        "sway_prediction_ellipse_area": 0.943905050487,
        "sway_prediction_ellipse_area_exact": 0.944691516724, "sway_area_rate": 0.045957453932,
        "sway_mean_frequency": 0.320521626195, "sway_mean_frequency_ap": 0.244548794267,
        "sway_mean_frequency_ml": 0.402046078551, "sway_fractal_dimension_circle": 1.68020669291,
        "sway_fractal_dimension_ellipse": 1.68092092495, "sway_hull_area": 0.84821080623,
    },
    "BDS00004": {
        "sway_mean_distance": 0.202150099645, "sway_mean_distance_ap": 0.110706305596,
        "sway_mean_distance_ml": 0.14393632706, "sway_rms_distance": 0.229005580465,
        "sway_rms_distance_ap": 0.13710122003, "sway_rms_distance_ml": 0.183430671781,
        "sway_path": 36.2511374063, "sway_path_ap": 10.976681, "sway_path_ml": 32.65802,
        "sway_range_ap": 0.715543, "sway_range_ml": 1.028978, "sway_velocity": 0.604185623439,
        "sway_velocity_ap": 0.182944683333, "sway_velocity_ml": 0.544300333333, "sway_circle_area": 0.451644415832,
        "sway_ellipse_area": 0.470504361691, "sway_ellipse_area_exact": 0.470069773426,
        "sway_prediction_ellipse_area": 0.469913352614,
        "sway_prediction_ellipse_area_exact": 0.470304886684, "sway_area_rate": 0.0384087762019,
        "sway_mean_frequency": 0.475681825952, "sway_mean_frequency_ap": 0.292127502292,
        "sway_mean_frequency_ml": 0.668487352297, "sway_fractal_dimension_circle": 1.80024866064,
        "sway_fractal_dimension_ellipse": 1.79266051718, "sway_hull_area": 0.543938457939,
    },
}  # fmt: skip
"""In cm; ``ap`` holds copY and ``ml`` copX, as the reference set does. Which is which is not known for sure."""

CM_TO = {"mm": 10.0, "mm/s": 10.0, "cm2": 1.0, "cm2/s": 1.0, "Hz": 1.0, "ratio": 1.0}


@pytest.mark.parametrize("name", list(BDS))
def test_every_value_of_the_sway_table(name):
    from footload.metrics.registry import metrics

    data = np.loadtxt(DATA / "bds" / f"{name}.csv", delimiter=";", skiprows=1)
    with (DATA / "bds" / f"{name}.csv").open() as file:
        columns = [word.strip() for word in file.readline().split(";")]
    x, y = (data[:, columns.index(axis)] * 10 for axis in ("copX", "copY"))
    sway = Sway(y, x, 100.0)
    for metric, value in BDS[name].items():
        record = metrics()[metric]
        assert record.function(sway) == pytest.approx(value * CM_TO[record.unit], rel=1e-6), metric
    assert distances.sway_path(sway) > 0
    assert areas.sway_range(sway) <= np.hypot(np.ptp(x), np.ptp(y))
