import numpy as np
import pytest
from exported_files import MOTICON_FORWARD, moticon_numbers, moticon_shares, moticon_text

from footload.errors import UnreadableTrialError
from footload.readers import moticon, read
from footload.readers.moticon_report import read_gait_report
from footload.recordings import Side

CELLS, FORCE = moticon_numbers()
BOTH = {"left": CELLS, "right": CELLS[::-1]}
FORCES = {"left": FORCE, "right": FORCE[::-1]}


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "insoles.txt"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_cells_are_in_kpa_and_give_back_the_force_of_the_file(written):
    trial = read(written(moticon_text(BOTH, FORCES)))
    for recording, side, cells, force in zip(trial.pressures, Side, BOTH.values(), FORCES.values(), strict=True):
        assert recording.side is side
        np.testing.assert_allclose(recording.pressure_kpa, cells * 10, rtol=1e-12)
        # the printed force is rounded to 0.01 N
        np.testing.assert_allclose(recording.pressure_kpa @ recording.force_per_unit, force, atol=0.02)


def test_the_total_force_is_the_devices_own_to_the_last_digit(written):
    trial = read(written(moticon_text(BOTH, FORCES)))
    for recording, force in zip(trial.forces, FORCES.values(), strict=True):
        np.testing.assert_array_equal(recording.force_n[:, 2], np.round(force, 2))


def test_the_devices_center_of_pressure_stands_in_the_moments(written):
    trial = read(written(moticon_text(BOTH, FORCES)))
    for recording, to_right in zip(trial.forces, (1, -1), strict=True):
        width, length = recording.plate.corners_mm[0, :2]
        y_mm = recording.moment_nmm[:, 0] / recording.force_n[:, 2]
        x_mm = -recording.moment_nmm[:, 1] / recording.force_n[:, 2]
        np.testing.assert_allclose(y_mm / length, 0.25, rtol=1e-9)  # the file says X = 0.25, forward
        np.testing.assert_allclose(x_mm / width, -0.10 * to_right, rtol=1e-9)  # Y = -0.10, lateral on both feet


def test_a_center_of_pressure_in_percent_is_the_same_place(written):
    text = moticon_text(BOTH, FORCES, cop_unit="%").replace("\t0.25\t-0.10", "\t25\t-10")
    shares = read(written(moticon_text(BOTH, FORCES))).forces[0].moment_nmm
    np.testing.assert_allclose(read(written(text)).forces[0].moment_nmm, shares, rtol=1e-9)


def test_no_center_of_pressure_is_no_moment_rather_than_the_middle(written):
    text = moticon_text(BOTH, FORCES).replace("\t0.25\t-0.10", "\t0.0\t0.0", 1)
    recording = read(written(text)).forces[0]
    assert np.isnan(recording.moment_nmm[0]).all()
    assert np.isfinite(recording.moment_nmm[1:]).all()


def test_medial_is_to_the_right_of_a_left_foot_and_to_the_left_of_a_right_one(written):
    left, right = read(written(moticon_text(BOTH, FORCES))).pressures
    first_metatarsal, fifth = 8, 12
    assert left.layout.x_mm[first_metatarsal] > left.layout.x_mm[fifth]
    assert right.layout.x_mm[first_metatarsal] < right.layout.x_mm[fifth]
    heel_to_toe = np.argsort(left.layout.y_mm)
    np.testing.assert_array_equal(heel_to_toe, np.argsort(MOTICON_FORWARD))


def test_the_cells_share_the_whole_area():
    assert moticon_shares().sum() == pytest.approx(1, rel=1e-12)


def test_an_insole_that_is_missing_for_a_while_is_left_out_there_and_said(written):
    trial = read(written(moticon_text(BOTH, FORCES, missing={"left": slice(0, 2), "right": slice(2, 4)})))
    left, right = trial.pressures
    np.testing.assert_allclose(left.time_s, [0.02, 0.03, 0.04, 0.05])
    np.testing.assert_allclose(right.time_s, [0.0, 0.01, 0.04, 0.05])
    assert "2 of 6 frames" in trial.notes["missing, left insole"]
    assert [(event.name, event.note) for event in trial.events] == [("gap", "right insole missing")]
    assert trial.events[0].time_s == pytest.approx(0.02)


def test_steps_and_events_of_the_file_become_events(written):
    marks = {1: ["", "11.00", "", ""], 2: ["25.00", "", "", ""], 3: ["", "", "Event", "1.00"]}
    events = read(written(moticon_text(BOTH, FORCES, marks=marks))).events
    assert [(event.time_s, event.name) for event in events] == [
        (0.01, "initial contact"),
        (0.02, "toe off"),
        (0.03, "mark"),
    ]
    assert events[0].note.startswith("left")
    assert events[1].note.startswith("right")
    assert events[2].note == "left foot: Event 1.00"


def test_one_insole_alone_is_a_trial(written):
    trial = read(written(moticon_text({"right": CELLS}, {"right": FORCE})))
    assert [recording.side for recording in trial.pressures] == [Side.RIGHT]


def test_an_unloaded_insole_takes_the_size_of_the_other(written):
    trial = read(written(moticon_text({"left": CELLS, "right": CELLS * 0}, {"left": FORCE, "right": FORCE * 0})))
    left, right = trial.pressures
    np.testing.assert_allclose(left.layout.area_mm2, right.layout.area_mm2)


def test_person_and_day_are_left_behind_unless_asked_for(written):
    path = written(moticon_text(BOTH, FORCES))
    told = " ".join([read(path).name, *read(path).notes.values()])
    assert not any(word in told for word in ("Jane", "sore", "2023"))
    assert read(path, keep_private=True).notes["private name"] == "Jane Doe"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("total force[N]", "load[N]", "no column for force"),
        ("pressure 7[N/cm²]", "pressure 7[raw]", "none of pressure"),
        ("0.01\t", "0.00\t", "do not rise"),
        ("\t0.1\t", "\t0.1", "columns"),
        ("1.00\t2.00\t3.00", "1.00\tx\t3.00", "not a number"),
        ("1.00\t2.00\t3.00", "1.00\t-2.00\t3.00", "below 0"),
        ("1.00\t2.00\t3.00", "1.00\t2e99\t3.00", "beyond anything"),
    ],
)
def test_what_is_damaged_is_named(old, new, told, written):
    text = moticon_text(BOTH, FORCES)
    assert old in text
    with pytest.raises(UnreadableTrialError) as error:
        moticon.load(written(text.replace(old, new, 1)))
    assert told in str(error.value)


def test_insoles_that_were_never_loaded_have_no_size_and_say_so(written):
    with pytest.raises(UnreadableTrialError, match="neither insole ever carried 100 N"):
        moticon.load(written(moticon_text({"left": CELLS * 0.01}, {"left": FORCE * 0.01})))


def test_a_header_alone_is_a_file_that_was_cut_off(written):
    with pytest.raises(UnreadableTrialError, match="cut off"):
        moticon.load(written(moticon_text(BOTH, FORCES).partition("\n0.00")[0] + "\n"))


def workbook(path, **changes):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheets = {
        "Report Data": [["General"], ["Number of steps", 2], ["Name", "Jane"]],
        "Left Steps": [["Step", "Initial contact (s)", "Toe off (s)", "Second peak (N)"], [1, 3.0, 3.971, 934]],
        "Right Steps": [["Step", "Initial contact (s)", "Toe off (s)", "Second peak (N)"], [1, 3.804, 4.665, 1052]],
    }
    for title, rows in {**sheets, **changes}.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_gait_report_gives_its_steps_and_values(tmp_path):
    report = read_gait_report(workbook(tmp_path / "report.xlsx"))
    assert [(step.side, step.number, step.initial_contact_s, step.toe_off_s) for step in report.steps] == [
        (Side.LEFT, 1, 3.0, 3.971),
        (Side.RIGHT, 1, 3.804, 4.665),
    ]
    assert report.steps[1].values["Second peak (N)"] == 1052
    assert report.values == {"Number of steps": (2.0,)}


def test_a_workbook_that_is_no_gait_report_is_refused(tmp_path):
    with pytest.raises(UnreadableTrialError, match="no column 'Toe off"):
        read_gait_report(workbook(tmp_path / "a.xlsx", **{"Left Steps": [["Step", "Initial contact (s)"], [1, 2.0]]}))
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    with pytest.raises(UnreadableTrialError, match="no workbook"):
        read_gait_report(tmp_path / "b.xlsx")
    with pytest.raises(UnreadableTrialError, match="cannot be opened"):
        read_gait_report(tmp_path / "c.xlsx")
