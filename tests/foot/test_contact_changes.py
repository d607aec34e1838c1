"""A contact that gets an axis or a flag keeps what was added up of it."""

import numpy as np
import pytest

from footload.foot import load
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic import demo_walk

WALK = demo_walk().trial.pressure


def test_every_frame_of_a_walk_is_added_up_twice_at_most(monkeypatch):
    """Once to find the foot, once more with its regions: all else is kept."""
    added = np.zeros(WALK.n_frames, int)
    real = load.load_of

    def counted(recording, frames, *others):
        added[slice(*frames)] += 1
        return real(recording, frames, *others)

    monkeypatch.setattr("footload.foot.contact.load_of", counted)
    for contact in find_contacts(WALK):
        assert contact.load.force.shape[1] == 1 + len(contact.regions)
        assert contact.force.max() > 0
    assert added.max() <= 2  # with regions; two feet are on the ground at once


def test_what_was_added_up_is_that_of_the_new_contact():
    (contact, *_) = find_contacts(WALK)
    flagged = contact.changed(flags=("seen",))
    assert flagged.force is contact.force or np.array_equal(flagged.force, contact.force)
    bare = contact.changed(regions={})
    assert bare.load.force.shape[1] == 1
    np.testing.assert_allclose(bare.force, contact.force, rtol=1e-12)
    np.testing.assert_allclose(bare.cop_mm, contact.cop_mm, rtol=1e-12)


@pytest.mark.parametrize("change", [{"start": 3}, {"sensors": np.zeros(0, bool)}, {"loaded": 9.0}])
def test_other_sensors_or_frames_are_another_contact(change):
    (contact, *_) = find_contacts(WALK)
    with pytest.raises(TypeError, match="another contact"):
        contact.changed(**change)


def test_the_highest_pressures_of_a_recording_are_known_from_its_start():
    values = np.array([[1.0, 5.0, np.nan], [4.0, 2.0, np.nan]])
    recording = PressureRecording(
        np.arange(2.0), values, SensorLayout.rectangle(1, 3, 5.0), np.array([True, True, False])
    )
    assert recording.highest.tolist() == [4.0, 5.0, 0.0]
    assert load.maximum_pressure(recording, 0, 2).tolist() == [4.0, 5.0, 0.0]
    assert load.maximum_pressure(recording, 1, 2).tolist() == [4.0, 2.0, 0.0]
    contact = FootContact(recording, 0, 2, np.array([True, False, False]))
    assert contact.maximum_pressure_image.tolist() == [4.0, 0.0, 0.0]
