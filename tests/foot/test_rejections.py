"""What is no whole foot is left out with a reason, and comes back when it is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import footload as fl
from footload.parameters import Parameters
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walking_contact
from footload.trials import Side, Trial

FOOT = SyntheticFoot(Side.LEFT, place_mm=(100.0, 160.0))


def cut_step(device_mm: tuple[float, float, float, float] | None = None) -> Trial:
    """A step whose lateral half lies beside the mat."""
    trial = walking_contact(FOOT, SensorLayout.rectangle(64, 40, 5.0, (90.0, 0.0))).trial
    layout = replace(trial.pressure.layout, device_mm=device_mm)
    return trial.changed(recordings=(replace(trial.pressure, layout=layout),))


def test_a_print_at_the_edge_is_left_out_and_said() -> None:
    analysis = fl.analyze(cut_step())
    assert analysis.contacts == ()
    assert analysis.rejected[0].rejected == "partial print: it reaches the left edge of the device"
    assert any("left edge" in note for note in analysis.notes)


def test_a_partial_print_is_kept_when_it_is_asked_for() -> None:
    assert len(fl.analyze(cut_step(), Parameters(keep_partial=True)).contacts) == 1


def test_the_rim_of_a_window_is_no_edge() -> None:
    assert len(fl.analyze(cut_step((0.0, 0.0, 500.0, 500.0))).contacts) == 1


def test_a_hand_beside_a_foot_is_no_foot() -> None:
    trial = walking_contact(FOOT, SensorLayout.rectangle(64, 80, 5.0)).trial
    images = np.array(trial.pressure.images)
    images[:, 30:42, 60:72] = 15.0  # 60 x 60 mm at 15 kPa: 54 N
    hand = PressureRecording(trial.pressure.time_s, images.reshape(len(images), -1), trial.pressure.layout)
    analysis = fl.analyze(trial.changed(recordings=(hand,)))
    assert [contact.side for contact in analysis.contacts] == [Side.LEFT]
    assert analysis.rejected[0].rejected.startswith("no foot: it has neither heel nor forefoot")
    assert len(fl.analyze(trial.changed(recordings=(hand,)), Parameters(keep_objects=True)).contacts) == 2
