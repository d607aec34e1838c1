import numpy as np
import pytest

from footload.decision.pad_place import pad_places
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Side

LAYOUT = SensorLayout.rectangle(50, 20, 5.0)  # 250 mm long, 100 mm wide; centers at 2.5, 7.5, ...
X, Y = LAYOUT.x_mm, LAYOUT.y_mm


def contact(side: Side, peak_mm: tuple[float, float] | None, axis: bool = True) -> FootContact:
    """A foot as long as the mat; one sensor at `peak_mm` (x, y) carries most."""
    pressure = np.full(LAYOUT.n_sensors, 50.0)
    if peak_mm:
        pressure[int(np.argmin((X - peak_mm[0]) ** 2 + (Y - peak_mm[1]) ** 2))] = 400.0
    recording = PressureRecording([0.0, 0.01], np.stack([pressure, pressure]), LAYOUT)
    at = FootAxis(side, (50.0, 0.0), (50.0, 200.0), 250.0, 100.0) if axis else None
    return FootContact(recording, 0, 2, np.ones(LAYOUT.n_sensors, bool), side, axis=at)


def test_the_head_is_where_the_pressure_is_and_the_apex_behind_it():
    (place,) = pad_places([contact(Side.LEFT, (52.5, 172.5))])

    assert (place.head_ap_mm, place.head_ml_mm) == pytest.approx((172.5, 2.5))
    assert place.apex_ap_mm == pytest.approx((162.5, 167.5))
    assert place.central
    assert "172 mm from the heel end" in place.text
    assert "(unverified)" in place.text


@pytest.mark.parametrize(("side", "x", "medial"), [(Side.LEFT, 92.5, 42.5), (Side.RIGHT, 7.5, 42.5)])
def test_medial_is_medial_on_both_feet_and_not_central(side: Side, x: float, medial: float):
    (place,) = pad_places([contact(side, (x, 172.5))])

    assert place.head_ml_mm == pytest.approx(medial)
    assert not place.central


def test_toes_and_midfoot_are_not_taken_for_heads():
    (place,) = pad_places([contact(Side.LEFT, (52.5, 232.5))])

    assert 150.0 <= place.head_ap_mm <= 200.0


def test_contacts_of_a_foot_are_averaged_and_feet_come_left_first():
    found = pad_places(
        [
            contact(Side.RIGHT, (52.5, 162.5)),
            contact(Side.LEFT, (52.5, 162.5)),
            contact(Side.LEFT, (52.5, 172.5)),
            contact(Side.LEFT, None, axis=False),
        ]
    )

    assert [(one.side, one.n_contacts) for one in found] == [(Side.LEFT, 2), (Side.RIGHT, 1)]
    assert found[0].head_ap_mm == pytest.approx(167.5)


def test_without_an_axis_or_load_there_is_no_place():
    assert pad_places([contact(Side.LEFT, (52.5, 172.5), axis=False)]) == ()
    assert pad_places([]) == ()
