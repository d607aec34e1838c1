"""Real Tekscan, footscan, pedar, pliance and zebris files; their known values stand in the index beside them."""

from pathlib import Path

import numpy as np
import pytest

import footload
from footload.foot.contacts import find_contacts
from footload.foot.zero import zeroed
from footload.parameters import Parameters
from footload.readers import read
from footload.recordings import Side

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pressure"
FILES = {
    "tekscan": DATA / "tekscan" / "FrasP01L.asf",
    "footscan": DATA / "footscan" / "footscan_test.xls",
    "pedar": DATA / "pedar" / "pedar_example.asc",
    "pliance": DATA / "pliance" / "pliance_test.asc",
    "walk 2": DATA / "zebris_apd" / "MDwalk2.apd",
    "walk 2, step 1": DATA / "zebris_apd" / "MDwalk2_1.apd",
}

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def trials():
    return {name: read(path) for name, path in FILES.items()}


def force_n(recording):
    return recording.pressure_kpa @ recording.force_per_unit


def cop_m(recording):
    """From plain sums, NaN in empty frames."""
    places = np.column_stack([recording.layout.x_mm, recording.layout.y_mm])
    total = recording.pressure_kpa.sum(axis=1, keepdims=True)
    moment = recording.pressure_kpa @ places
    return np.divide(moment, total, out=np.full(moment.shape, np.nan), where=total > 0) * 1e-3


def golden_cop_m(name):
    return np.genfromtxt(DATA / "golden" / name, delimiter=",", skip_header=1)[:, 1:]


def test_the_tekscan_walk_has_its_known_frames_sensels_and_force(trials):
    recording = trials["tekscan"].pressure
    assert recording.images.shape == (205, 60, 21)
    assert recording.sampling_rate_hz == pytest.approx(31.25, rel=1e-12)
    assert recording.side is Side.LEFT
    assert recording.calibrated
    assert recording.valid.sum() == 955
    loaded = recording.pressure_kpa > 0
    assert loaded.any(axis=0).sum() == 471
    assert (~loaded.any(axis=1)).sum() == 71
    assert force_n(recording).max() == pytest.approx(924.359, abs=0.0005)  # stated with three decimals
    assert force_n(recording).max() / (75 * 9.8) * 100 == pytest.approx(125.76, abs=0.01)
    assert (loaded @ recording.layout.area_mm2).max() == pytest.approx(9909.66, abs=0.005)


def test_the_tekscan_center_of_pressure_is_that_of_the_independent_program(trials):
    np.testing.assert_allclose(cop_m(trials["tekscan"].pressure), golden_cop_m("out_cop_tk.csv"), rtol=0, atol=1e-12)


def test_the_footscan_step_has_its_known_frames_sensors_and_force(trials):
    recording = trials["footscan"].pressure
    # 38 rows as its rectangle says; the 39th that others count is the blank line between frames
    assert recording.images.shape == (329, 38, 20)
    assert recording.sampling_rate_hz == pytest.approx(500, rel=1e-9)
    assert trials["footscan"].side is Side.RIGHT
    loaded = recording.pressure_kpa > 0
    assert loaded.any(axis=0).sum() == 387
    assert force_n(recording).max() == pytest.approx(735.3, abs=1e-9)
    assert (loaded @ recording.layout.area_mm2).max() / 100 == pytest.approx(95.99981, abs=5e-6)
    assert recording.pressure_kpa.max() == pytest.approx(583.8345, abs=5e-5)


def test_the_footscan_center_of_pressure_is_that_of_the_independent_program(trials):
    origin_m = np.array([40 * 5.08, 6 * 7.62]) * 1e-3  # the golden values count from the corner of the rectangle
    cop = cop_m(trials["footscan"].pressure) - origin_m
    np.testing.assert_allclose(cop, golden_cop_m("out_cop_fs.csv"), rtol=0, atol=1e-12)


def test_the_pedar_walk_has_its_known_forces_on_either_side(trials):
    left, right = trials["pedar"].pressures
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert left.pressure_kpa.shape == right.pressure_kpa.shape == (1505, 99)
    assert left.sampling_rate_hz == pytest.approx(100, rel=1e-9)
    assert trials["pedar"].duration_s == pytest.approx(15.04, abs=1e-9)
    assert force_n(left).max() == pytest.approx(850.10, abs=0.0051)  # stated with two decimals
    assert force_n(right).max() == pytest.approx(987.83, abs=0.0051)


def test_the_pliance_recording_is_a_full_grid_and_agrees_with_its_own_forces(trials):
    recording = trials["pliance"].pressure
    assert recording.images.shape == (281, 29, 28)
    assert recording.sampling_rate_hz == pytest.approx(24, rel=1e-3)  # its times have five decimals
    assert recording.layout.pitch_mm == pytest.approx((5.28, 10.28))
    assert "agree" in trials["pliance"].notes["force check"]
    assert "5.79167 s" in trials["pliance"].notes["time"]


@pytest.mark.parametrize(("name", "cols"), [("walk 2", 15), ("walk 2, step 1", 13)])
def test_the_zebris_steps_have_their_sizes_and_leave_the_person_behind(name, cols, trials):
    recording = trials[name].pressure
    assert recording.images.shape == (1, 32, cols)
    assert recording.layout.pitch_mm == pytest.approx((8.46591, 8.46591))
    assert "zebris" in recording.source
    assert not any(name.startswith("private") for name in trials[name].notes)


@pytest.mark.parametrize("name", ["walk 2", "walk 2, step 1"])
def test_the_zebris_steps_are_left_feet_as_their_order_in_the_walk_says(name, trials):
    """The walk began with the right foot, and these were its fourth and its second step."""
    assert [contact.side for contact in footload.analyze(trials[name]).contacts] == [Side.LEFT]


@pytest.mark.parametrize("name", ["walk 2", "walk 2, step 1"])
def test_the_zebris_steps_hold_highest_pressures_which_are_no_force(name, trials):
    """Added up they would be 1791 and 1683 N, of a person who walked."""
    findings = footload.analyze(trials[name]).findings
    forces = [f for f in findings if f.unit in {"N", "N·s", "N/s", "s"}]
    assert forces
    assert all(np.isnan(f.value) and f.reason for f in forces)
    assert any(f.metric == "arch_index" and 0 < f.value < 0.5 for f in findings)


def test_every_step_in_the_pedar_shoes_has_the_same_frame_left_as_right(trials):
    """The sole never left the left insole quite, so the print of a single "step" had pointed backward."""
    contacts = footload.analyze(trials["pedar"]).contacts
    axes = {side: {contact.axis for contact in contacts if contact.side is side} for side in Side}
    (left,), (right,) = axes[Side.LEFT], axes[Side.RIGHT]
    assert left.length_mm == pytest.approx(right.length_mm, rel=1e-9)
    assert left.heel_mm[1] == pytest.approx(right.heel_mm[1], abs=1e-9)


def test_the_left_pedar_shoe_presses_in_the_air_and_its_steps_come_apart_without_that(trials):
    """7.6 N at least and about 19 N in swing; the right one is empty in swing and stays as it is."""
    assert "at least 7.6 N" in trials["pedar"].notes["swing, left insole"]
    assert "swing, right insole" not in trials["pedar"].notes
    number = {
        share: [
            len(find_contacts(zeroed(insole, Parameters(swing_share=share)), side=insole.side))
            for insole in trials["pedar"].pressures
        ]
        for share in (0.0, 0.05, 0.1, 0.15)
    }
    assert number[0.0] == [1, 9]
    assert number[0.05] == number[0.1] == number[0.15] == [10, 9]  # it does not hang on the share


def test_the_footscan_step_has_an_arch_index_and_a_cpei_in_spite_of_its_empty_frames(trials):
    """Where an open package fails on them."""
    findings = {f.metric: f.value for f in footload.analyze(trials["footscan"]).findings if f.region == "foot"}
    assert 0.15 < findings["arch_index"] < 0.3
    assert 0 < findings["cpei"] < 30


def listed() -> list[Path]:
    """Every recording of the folder: not what others computed from them, nor masks, reports and templates."""
    other = {"golden", "mun104"}
    files = (path for path in sorted(DATA.rglob("*")) if path.is_file() and path.parent.name not in other)
    return [path for path in files if not path.name.endswith((".labels.mat", "impulses.csv", ".xlsx"))]


def test_every_file_of_the_folder_is_claimed_by_one_reader_and_opens():
    paths = listed()
    assert len(paths) == 29  # 18 masked steps of emed and 11 others
    for path in paths:
        trial = read(path)  # refuses what two readers claim
        assert trial.recordings
        assert all(recording.n_frames > 0 for recording in trial.recordings)


def test_the_mean_footprints_of_104_people_open_as_tables_with_a_description(tmp_path):
    """63 x 27 each, left and right; as they stand they have no time, so a frame is one footprint."""
    import zipfile

    with zipfile.ZipFile(DATA / "mun104" / "MUN104.csv.zip") as archive:
        rows = {name: archive.read(f"MUN104{name}.csv").decode().split() for name in "LR"}
    path = tmp_path / "mun104.csv"
    path.write_text("".join(",".join(rows[name]) + "\n" for name in "LR"), encoding="utf-8")
    path.with_suffix(".toml").write_text(
        'footload = "table"\nrows = 63\ncolumns = 27\npitch_mm = [5.0, 5.0]\nrate_hz = 1.0\nfirst_row = "toes"\n',
        encoding="utf-8",
    )
    recording = read(path).pressure
    assert recording.images.shape == (2, 63, 27)
    for image, name in zip(recording.images, "LR", strict=True):
        np.testing.assert_array_equal(image[::-1], [[float(word) for word in row.split(",")] for row in rows[name]])


@pytest.mark.parametrize("name", FILES)
def test_every_recording_is_analyzed_and_what_has_no_value_has_a_reason(name, trials):
    analysis = footload.analyze(trials[name])
    assert analysis.contacts
    for finding in analysis.findings:
        assert np.isfinite(finding.value) or finding.reason


def test_no_name_date_or_comment_of_the_files_is_in_their_trials(trials):
    for trial in trials.values():
        told = " ".join([*trial.notes.values(), *(r.source + " ".join(r.history) for r in trial.pressures)])
        for word in ("Fraser", "overground", "Thursday", "2017", "3DI", "25.04", "2112170", "Patient", "Barefoot"):
            assert word not in told
