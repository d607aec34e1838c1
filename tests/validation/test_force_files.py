"""Real force-plate recordings; where their known values come from stands in the index beside them."""

from pathlib import Path

import numpy as np
import pytest

from footload.markers.feet import foot_tracks
from footload.markers.joints import joint_centers
from footload.markers.labels import find_labels
from footload.plates.assignment import assign_by_markers, find_plate_contacts
from footload.plates.combining import combined
from footload.plates.geometry import PlateAxes
from footload.plates.pressure_center import center_of_pressure_mm
from footload.readers import find_reader, read
from footload.recordings import Side

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "force"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def trials():
    names = ["kistler/kistler_COP", "kistler/kistler_CMJ_1plate", "gait_c3d/bmc_gait_dec", "gait_c3d/ktk_walk"]
    names.append("vicon/vicon_CMJ_kinem_kinet_emg")
    return {Path(name).name: read(DATA / f"{name}.c3d") for name in names}


def bioware(name):
    """The columns that the plate's own program exported."""
    lines = (DATA / "kistler" / f"{name}.txt").read_text(encoding="iso-8859-1").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("abs time")) + 2
    return np.array([[float(word) for word in line.split()] for line in lines[first:] if line.strip()])


def test_every_c3d_file_finds_its_reader():
    assert {find_reader(path).name for path in DATA.rglob("*.c3d")} == {"c3d"}


def test_center_of_pressure_of_a_kistler_plate_against_its_own_program(trials):
    """rms at most 0.15 mm per axis; the wrong sign of ORIGIN gives 1.5 and 2.5 mm and slopes of 0.94 and 0.89."""
    force = trials["kistler_COP"].forces[0]
    ours = PlateAxes.of(force.plate).to_plate(center_of_pressure_mm(force))[::20, :2]
    theirs = bioware("kistler_COP")[:, 1:] * 1000
    ours, theirs = ours - ours.mean(axis=0), theirs - theirs.mean(axis=0)
    rms = np.sqrt(((ours - theirs) ** 2).mean(axis=0))
    assert (rms <= 0.15).all(), rms
    np.testing.assert_allclose(rms, [0.080, 0.133], atol=0.001)
    slope = (ours * theirs).sum(axis=0) / (theirs**2).sum(axis=0)
    np.testing.assert_allclose(slope, 1, atol=0.01)


def test_forces_of_a_kistler_plate_against_its_own_program(trials):
    """At most 0.7 N: the file holds 16-bit numbers."""
    force = trials["kistler_CMJ_1plate"].forces[0]
    # BioWare shows the force on the person along the plate's own x and y, and upward.
    shown = force.force_n @ PlateAxes.of(force.plate).rotation * [1, 1, -1]
    difference = np.abs(shown - bioware("kistler_CMJ_1plate")[:, 1:])
    assert (difference.max(axis=0) <= 0.7).all(), difference.max(axis=0)
    assert difference[:, 2].max() == pytest.approx(0.58, abs=0.01)


def test_zero_is_not_applied_to_kistler_plates_somebody_stands_on(trials):
    said = " ".join(trials["kistler_COP"].notes.values())
    assert "ZERO was not applied: plate 1 is loaded with 689.0 N" in said
    assert "663.8 N" in " ".join(trials["kistler_CMJ_1plate"].notes.values())


def test_body_weight_and_peak_of_the_jump(trials):
    force = trials["kistler_CMJ_1plate"].forces[0].force_n[:, 2]
    assert force[:1000].mean() == pytest.approx(664.0168375, abs=1e-6)
    assert force[:1000].std(ddof=1) == pytest.approx(2.5768379, abs=1e-6)
    assert force.max() == pytest.approx(4216.6047629, abs=1e-6)


def test_a_dec_file_of_whole_numbers(trials):
    """The known peaks (798.66, 855.40) leave ZERO out. Plate 2 lies 15.96 N too low before and after the step alike."""
    trial = trials["bmc_gait_dec"]
    said = " ".join(trial.notes.values())
    assert "ZERO applied to plate 1: 0.14 N" in said
    assert "ZERO applied to plate 2: 15.96 N" in said
    peaks = [force.force_n[:, 2].max() for force in trial.forces]
    np.testing.assert_allclose(peaks, [798.66 - 0.14, 855.40 + 15.96], atol=0.02)
    ends = [force.force_n[-300:, 2].mean() for force in trial.forces]
    np.testing.assert_allclose(ends, 0, atol=0.5)
    assert (trial.markers[0].n_frames, len(trial.markers[0].labels)) == (487, 33)


def test_a_gait_file_with_four_plates(trials):
    trial = trials["ktk_walk"]
    assert len(trial.forces) == 4
    assert {(force.n_frames, round(1 / float(np.diff(force.time_s)[0]))) for force in trial.forces} == {(4420, 2000)}
    assert trial.markers[0].positions_mm.shape == (221, 96, 3)
    np.testing.assert_allclose(
        [force.force_n[:, 2].max() for force in trial.forces], [988.01, 863.0, 0.0, 818.78], atol=0.01
    )


def test_strikes_of_the_plates_are_those_the_file_names(trials):
    """Plate contacts begin within 10 ms of the file's own foot strikes of the same side."""
    trial = trials["ktk_walk"]
    feet = foot_tracks(find_labels(trial.markers[0]))
    contacts = assign_by_markers(trial.forces, find_plate_contacts(trial.forces), feet)
    assert [(c.plate, c.side, c.double) for c in contacts] == [
        (0, None, True),  # the left heel comes down on the plate that the right foot still stands on
        (1, Side.LEFT, False),
        (3, Side.RIGHT, False),
    ]
    strikes = {event.note.lower(): event.time_s for event in reversed(trial.events) if event.name == "Foot Strike"}
    for contact in contacts[1:]:
        begin = trial.forces[contact.plate].time_s[contact.start]
        assert begin == pytest.approx(strikes[str(contact.side)], abs=0.010)


def test_the_feet_of_the_dec_file(trials):
    trial = trials["bmc_gait_dec"]
    feet = foot_tracks(find_labels(trial.markers[0]))
    contacts = assign_by_markers(trial.forces, find_plate_contacts(trial.forces), feet)
    assert [(c.plate, c.side, c.double, c.reason) for c in contacts] == [
        (0, Side.LEFT, False, ""),
        (1, Side.RIGHT, False, ""),
    ]


def test_a_jump_with_markers_of_one_leg(trials):
    trial = trials["vicon_CMJ_kinem_kinet_emg"]
    force = trial.forces[0].force_n[:, 2]
    assert force.max() == pytest.approx(6281.5805664, abs=1e-4)
    assert force[:2000].mean() == pytest.approx(752.3446521, abs=1e-4)
    labels = find_labels(trial.markers[0])
    centers = joint_centers(labels, Side.RIGHT)
    standing = {joint: np.nanmedian(place[:200], axis=0) for joint, place in centers.positions_mm.items()}
    middle = (labels.of(Side.RIGHT, "lateral_knee") + labels.of(Side.RIGHT, "medial_knee")) / 2
    # The file's own knee center is 5 mm or so from the middle of the two markers it was made from.
    assert np.linalg.norm(np.nanmedian(middle[:200], axis=0) - standing["knee"]) < 10
    assert standing["hip"][2] > standing["knee"][2] > standing["ankle"][2] > 0


def test_plates_added_up_carry_what_each_carried(trials):
    forces = trials["ktk_walk"].forces
    total = combined(forces)
    np.testing.assert_allclose(total.force_n, np.sum([force.force_n for force in forces], axis=0), atol=1e-9)
    alone = 3000  # only one plate is loaded here
    assert [force.force_n[alone, 2] > 20 for force in forces] == [True, False, False, False]
    np.testing.assert_allclose(center_of_pressure_mm(total)[alone], center_of_pressure_mm(forces[0])[alone], atol=0.5)
