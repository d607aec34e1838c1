"""Feet that somebody drew: written, read, edited, and analyzed again."""

from pathlib import Path

import numpy as np
import pytest

import footload as fl
from footload.errors import UnreadableTrialError
from footload.foot.contact import DRAWN_BY_HAND
from footload.foot.drawn import DrawnFeet, DrawnFoot, DrawnLines, drawn_feet, read_drawn_feet
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walk
from footload.trials import Side

MAT = SensorLayout.rectangle(140, 60, 5.0)


@pytest.fixture(scope="module")
def found() -> fl.Analysis:
    feet = [
        SyntheticFoot(Side.LEFT, place_mm=(100, 180), heading_deg=5.0),
        SyntheticFoot(Side.RIGHT, place_mm=(190, 500), heading_deg=-4.0),
    ]
    return fl.analyze(walk(feet, MAT, sampling_rate_hz=50.0).trial)


def drawn(found: fl.Analysis) -> DrawnFeet:
    return drawn_feet(found.contacts, found.trial.pressures)


def test_feet_that_were_not_edited_give_the_same_values(found: fl.Analysis) -> None:
    again = fl.analyze(found.trial, drawn=drawn(found))
    assert len(again.findings) == len(found.findings) > 100
    for one, other in zip(found.findings, again.findings, strict=True):
        assert (one.metric, one.region, one.side) == (other.metric, other.region, other.side)
        np.testing.assert_equal(other.value, one.value, err_msg=f"{one.metric} {one.region}")
    for one, other in zip(found.contacts, again.contacts, strict=True):
        for name, mask in one.regions.items():
            np.testing.assert_array_equal(other.regions[name], mask)


def test_what_was_drawn_is_said_at_every_value_of_the_foot(found: fl.Analysis) -> None:
    only_first = DrawnFeet(feet=drawn(found).feet[:1])
    again = fl.analyze(found.trial, drawn=only_first)
    assert [DRAWN_BY_HAND in contact.flags for contact in again.contacts] == [True, False]
    notes = {finding.contact: finding.notes for finding in again.findings if finding.metric == "arch_index"}
    assert any(DRAWN_BY_HAND in note for note in notes[0])
    assert not any(DRAWN_BY_HAND in note for note in notes[1])


def test_a_file_keeps_every_number(found: fl.Analysis, tmp_path: Path) -> None:
    feet = drawn(found)
    feet.write(tmp_path / "feet.json")
    assert read_drawn_feet(tmp_path / "feet.json") == feet


def test_a_heel_line_that_was_moved_moves_the_heel(found: fl.Analysis) -> None:
    feet = drawn(found)
    first = feet.feet[0]
    assert first.lines is not None
    moved = first.lines.model_copy(update={"heel_mm": ((60.0, 0.0),)})
    edited = DrawnFeet(feet=(first.model_copy(update={"lines": moved}), feet.feet[1]))
    again = fl.analyze(found.trial, drawn=edited)
    ap, _ = again.contacts[0].needed_axis.to_foot(MAT.x_mm, MAT.y_mm)
    contact = again.contacts[0]
    np.testing.assert_array_equal(contact.regions["heel"], contact.sensors & (ap < 60.0))
    np.testing.assert_array_equal(again.contacts[1].regions["heel"], found.contacts[1].regions["heel"])


def test_two_points_in_a_text_file_are_enough(found: fl.Analysis, tmp_path: Path) -> None:
    """A foot turned by 10°: the progression angle follows, the length is the print's on the new axis."""
    contact = found.contacts[0]
    axis = contact.needed_axis
    turn = np.radians(10.0)
    heel = np.array(axis.heel_mm)
    along = np.array(axis.direction)
    toe = heel + 200 * np.array(
        [np.cos(turn) * along[0] - np.sin(turn) * along[1], np.sin(turn) * along[0] + np.cos(turn) * along[1]]
    )
    (tmp_path / "feet.toml").write_text(
        f"[[feet]]\nstart_s = {contact.time_s[0]}\nside = 'left'\n"
        f"heel_mm = [{heel[0]}, {heel[1]}]\nforefoot_mm = [{toe[0]}, {toe[1]}]\n",
        "utf-8",
    )
    again = fl.analyze(found.trial, drawn=read_drawn_feet(tmp_path / "feet.toml"))
    new = again.contacts[0].needed_axis
    assert new.progression_angle_deg == pytest.approx(axis.progression_angle_deg + 10.0, abs=1e-9)
    assert 0.9 * axis.length_mm < new.length_mm < axis.length_mm + 15
    assert new.width_mm > 0


def test_a_side_that_was_corrected_swaps_medial_and_lateral(found: fl.Analysis) -> None:
    first = drawn(found).feet[0].model_copy(update={"side": Side.RIGHT, "lines": None})
    again = fl.analyze(found.trial, drawn=DrawnFeet(feet=(first,)))
    assert again.contacts[0].side is Side.RIGHT
    np.testing.assert_array_equal(
        again.contacts[0].regions["medial heel"] & (np.abs(_ml(found.contacts[0])) > 1),
        found.contacts[0].regions["heel"] & again.contacts[0].regions["heel"] & (_ml(found.contacts[0]) < -1),
    )


def _ml(contact: fl.FootContact) -> np.ndarray:
    return contact.needed_axis.to_foot(MAT.x_mm, MAT.y_mm)[1]


def test_a_foot_of_another_file_is_refused(found: fl.Analysis) -> None:
    there = drawn(found).feet[0]
    with pytest.raises(ValueError, match="nothing was put down then"):
        fl.analyze(found.trial, drawn=DrawnFeet(feet=(there.model_copy(update={"start_s": 99.0}),)))
    away = there.model_copy(update={"heel_mm": (900.0, 0.0), "forefoot_mm": (900.0, 200.0)})
    with pytest.raises(ValueError, match="the nearest print lies"):
        fl.analyze(found.trial, drawn=DrawnFeet(feet=(away,)))


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.json", "{", "cannot be read"),
        ("a.toml", "feet = 3", "feet"),
        ("a.json", '{"feet": [{"start_s": 0}]}', "Field required"),
        ("a.json", '{"hands": []}', "Extra inputs"),
    ],
)
def test_a_file_that_says_something_else_is_named(name: str, text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UnreadableTrialError, match=rf"(?s){name}.*{what}"):
        read_drawn_feet(tmp_path / name)


def test_three_lines_do_not_divide_five_metatarsals() -> None:
    line = ((0.0, 0.0), (200.0, 0.0))
    with pytest.raises(ValueError, match="metatarsals_mm"):
        DrawnLines(heel_mm=line, forefoot_mm=line, metatarsals_mm=(line, line, line))  # type: ignore[arg-type]


def test_a_foot_needs_two_places() -> None:
    foot = DrawnFoot(start_s=0.0, side=Side.LEFT, heel_mm=(1.0, 1.0), forefoot_mm=(1.0, 1.0), length_mm=250.0)
    with pytest.raises(ValueError, match="needs two places"):
        foot.axis_on(None)  # type: ignore[arg-type]
