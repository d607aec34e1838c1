"""Side and axis on people whom no constant was chosen on: other makers' mats and insoles, and a mean of 104 people."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.foot.zero import zeroed
from footload.parameters import DEFAULTS
from footload.readers import read
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout
from footload.trials import Side

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pressure"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


def by_shape(recording: PressureRecording) -> list[FootContact]:
    """Contacts as if nobody had said whose foot it is or that it was in a shoe."""
    unsaid = replace(zeroed(recording, DEFAULTS), side=None, in_shoe=False)
    return [contact for contact in find_contacts(unsaid) if contact.axis is not None]


def mean_print(side: str) -> PressureRecording:
    """The mean maximum pressure image of one side; its scale is that of its cells, 5 mm."""
    with zipfile.ZipFile(DATA / "mun104" / "MUN104.csv.zip") as archive:
        text = archive.read(f"MUN104{side}.csv").decode("utf-8")
    image = np.array([[float(cell) for cell in row] for row in csv.reader(io.StringIO(text)) if row])
    layout = SensorLayout.rectangle(*image.shape, 5.0, device_mm=UNKNOWN_DEVICE_MM)
    return PressureRecording(np.array([0.0, 0.5]), np.vstack([0 * image.ravel(), image.ravel()]), layout)


@pytest.mark.parametrize(
    ("file", "side"),
    [
        ("footscan/footscan_test.xls", Side.RIGHT),
        ("tekscan/FrasP01L.asf", Side.LEFT),
        ("zebris_apd/MDwalk2.apd", Side.LEFT),  # right foot first, and this is the fourth of the series
        ("zebris_apd/MDwalk2_1.apd", Side.LEFT),  # the second
    ],
)
def test_the_shape_says_the_side_that_is_known(file: str, side: Side) -> None:
    contacts = [contact for recording in read(DATA / file).pressures for contact in by_shape(recording)]
    assert contacts
    assert {contact.side for contact in contacts} == {side}
    assert min(contact.side_confidence for contact in contacts) > 0.95


def test_insoles_of_both_feet_are_told_apart_by_shape() -> None:
    for recording in read(DATA / "xsensor" / "xsensor_data.csv").pressures:
        contacts = by_shape(recording)
        assert contacts
        assert {contact.side for contact in contacts} == {recording.side}


@pytest.mark.parametrize(("name", "side"), [("L", Side.LEFT), ("R", Side.RIGHT)])
def test_the_mean_foot_of_104_people_has_its_side_and_no_lean(name: str, side: Side) -> None:
    (contact,) = by_shape(mean_print(name))
    assert contact.side is side
    assert contact.side_confidence > 0.99
    ends = contact.needed_axis.direction
    assert abs(np.degrees(np.arctan2(ends[0], abs(ends[1])))) < 10.0
    ap, ml = contact.needed_axis.to_foot(contact.recording.layout.x_mm, contact.recording.layout.y_mm)
    heel = contact.regions["heel"] & (contact.maximum_pressure_image > 0)
    weight = contact.maximum_pressure_image[heel]
    # the axis runs through the middle of the heel, within half a cell, and there is a hallux medial of it in front
    assert abs(weight @ ml[heel] / weight.sum()) < 2.5
    hallux = contact.regions["hallux"]
    peak = int(np.argmax(np.where(hallux, contact.maximum_pressure_image, 0.0)))
    assert ml[peak] > 0
    assert ap[peak] > 0.8 * contact.needed_axis.length_mm
