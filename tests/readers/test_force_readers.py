"""Text exports of force plates: numbers by hand, frames turned the right way, damage told in one sentence."""

import numpy as np
import pytest
from damage import check_survival
from force_files import (
    TIME_S,
    VERTICAL_N,
    amti_table,
    bioware_text,
    jump_csv,
    opensim_forces,
    opensim_markers,
)

from footload.errors import UnreadableTrialError
from footload.plates.pressure_center import center_of_pressure_mm, free_moment_nmm, load_n
from footload.readers import find_reader, read
from footload.recordings import Side


def changed(path, old, new, times=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, times), encoding="utf-8")
    return path


def close(values, truth, atol=1e-5):
    np.testing.assert_allclose(values, np.broadcast_to(truth, values.shape), atol=atol, rtol=0)


# BioWare ------------------------------------------------------------------------------------------------------------


def test_bioware_forces_and_center_with_x_turned_to_the_right(tmp_path):
    force = read(bioware_text(tmp_path)).forces[0]
    close(force.time_s, TIME_S)
    close(force.force_n, np.column_stack([np.full(40, -10), np.full(40, -20), VERTICAL_N]))
    close(center_of_pressure_mm(force), [-30.0, -40.0, 0.0])
    close(free_moment_nmm(force), 1500.0, atol=1e-3)


def test_bioware_without_a_center_has_none(tmp_path):
    trial = read(bioware_text(tmp_path, center=False))
    assert np.isnan(trial.forces[0].moment_nmm).all()
    close(load_n(trial.forces[0]), VERTICAL_N)
    assert any("center of pressure is not known" in note for note in trial.notes.values())


def test_bioware_center_alone_becomes_a_marker(tmp_path):
    path = bioware_text(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join(
            "\t".join(line.split("\t")[i] for i in (0, 4, 5)) if line.count("\t") == 6 else line for line in lines
        ),
        encoding="utf-8",
    )
    marker = read(path).markers[0]
    close(marker.of("center of pressure"), [-30.0, -40.0, 0.0])


def test_bioware_name_and_date_are_private(tmp_path):
    path = bioware_text(tmp_path)
    assert "Jane" not in repr(read(path))
    assert read(path, keep_private=True).notes["private name"] == "Jane Doe"


def test_two_bioware_plates_stand_beside_each_other(tmp_path):
    path = bioware_text(tmp_path, center=False)
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("abs time"))
    doubled = [line + "\t" + line.split("\t", 1)[1] if i >= first else line for i, line in enumerate(lines)]
    path.write_text("\n".join(doubled), encoding="utf-8")
    assert [force.source for force in read(path).forces] == ["BioWare text, plate 1", "BioWare text, plate 2"]


# Twin jump plates ---------------------------------------------------------------------------------------------------


def test_jump_plates_give_each_foot_its_force(tmp_path):
    left, right = read(jump_csv(tmp_path)).forces
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    close(load_n(left), 0.45 * VERTICAL_N)
    close(load_n(right), 0.55 * VERTICAL_N)
    assert np.isnan(center_of_pressure_mm(left)).all()


@pytest.mark.parametrize(
    "head",
    [
        "Time (s),Z Left (N),Z Right (N),Total (N),x",
        "time_s,force_left,force_right,force_combined,velocity_m_s",
        "Time,Left (N),Right (N),Combined (N),Velocity (M/s)",
    ],
)
def test_other_names_of_the_same_columns(tmp_path, head):
    path = changed(jump_csv(tmp_path), "Time (s),LeftForce (N),RightForce (N),CombinedForce (N),Velocity (m/s)", head)
    assert find_reader(path).name == "jump-csv"
    close(load_n(read(path).forces[0]), 0.45 * VERTICAL_N)


def test_milliseconds_semicolons_and_decimal_commas(tmp_path):
    path = tmp_path / "ms.csv"
    path.write_text("Time (ms);Left (N);Right (N)\n0;350,5;349,5\n1;351,5;348,5\n2;352,5;347,5\n", encoding="utf-8")
    left, _ = read(path).forces
    close(left.time_s, [0, 0.001, 0.002])
    close(load_n(left), [350.5, 351.5, 352.5])


# AMTI ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_time", [False, True])
def test_amti_plates_with_a_rate_or_a_time(tmp_path, with_time):
    one, two = read(amti_table(tmp_path, with_time=with_time)).forces
    close(one.time_s, TIME_S)
    # In the plate (z down) the force on the person is (10, -20, -Fz); turned about y its x and z change sign.
    close(one.force_n, np.column_stack([np.full(40, -10), np.full(40, -20), VERTICAL_N]))
    close(center_of_pressure_mm(two), [-30.0, 0.0, 0.0], atol=1e-4)


def test_amti_tables_of_the_force_on_the_plate_are_turned_round(tmp_path):
    path = amti_table(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    turned = [",".join(f"{-float(v):.6f}" for v in line.split(",")) if i > 1 else line for i, line in enumerate(lines)]
    path.write_text("\n".join(turned), encoding="utf-8")
    one = read(path).forces[0]
    close(load_n(one), VERTICAL_N)
    close(center_of_pressure_mm(one), [-30.0, 0.0, 0.0], atol=1e-4)


def test_amti_without_rate_and_time_is_refused(tmp_path):
    path = changed(amti_table(tmp_path), "Sampling rate: 200 Hz\n", "")
    with pytest.raises(UnreadableTrialError, match="neither a time column nor a rate"):
        read(path)


# OpenSim ------------------------------------------------------------------------------------------------------------


def test_opensim_forces_are_turned_to_z_upward(tmp_path):
    right, left = read(opensim_forces(tmp_path)).forces
    assert (right.side, left.side) == (Side.RIGHT, Side.LEFT)
    close(right.force_n, np.column_stack([np.full(40, 10), np.full(40, -20), VERTICAL_N]))
    close(center_of_pressure_mm(right), [500.0, -100.0, 0.0], atol=1e-3)
    close(free_moment_nmm(right), 1500.0, atol=1e-2)
    close(free_moment_nmm(left), 0.0, atol=1e-2)


def test_opensim_markers_in_metres_with_a_gap(tmp_path):
    marker = read(opensim_markers(tmp_path)).markers[0]
    assert marker.labels == ("LHEE", "RHEE")
    close(marker.of("LHEE"), [1000.0, 200.0, 50.0])
    assert np.isnan(marker.of("RHEE")).all(axis=1).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("make", "old", "new", "words"),
    [
        (opensim_forces, "nRows=40", "nRows=41", "says 41 rows, but there are 40"),
        (opensim_forces, "_v", "_q", "holds no ground force"),
        (opensim_markers, "\t3\t2\tm", "\t4\t2\tm", "says 4 frames, but there are 3"),
        (opensim_markers, "\t2\tm\t", "\t2\tfurlong\t", "its unit is 'furlong'"),
        (opensim_markers, "LHEE", "RHEE", "one of them twice"),
        (jump_csv, "0.005000", "0.000000", "time does not rise from row 1"),
        (jump_csv, "0.005000", "soon", "line 3 holds something that is not a number"),
        (jump_csv, "0.005000,", "", "line 3 has 4 values, but there are 5 columns"),
        (amti_table, "Fz1", "Gz1", None),
    ],
)
def test_what_is_wrong_is_said(tmp_path, make, old, new, words):
    path = changed(make(tmp_path), old, new, -1 if old == "_v" else 1)
    if words is None:
        assert len(read(path).forces) == 1  # the other plate is whole
        return
    with pytest.raises(UnreadableTrialError, match=words):
        read(path)


def test_damaged_markers_end_in_a_trial_or_one_sentence(tmp_path):
    path = opensim_markers(tmp_path)
    assert check_survival(find_reader(path), path.read_bytes(), tmp_path).n_read > 0
