"""Tables of forces with a description beside them: columns, axes, units, and what does not fit."""

import numpy as np
import pytest
from force_files import TIME_S, VERTICAL_N, described_table

import footload as fl
from footload.errors import UnreadableTrialError
from footload.plates.pressure_center import center_of_pressure_mm
from footload.readers import read
from footload.recordings import Side
from footload.trials import Task


def test_two_plates_by_hand(tmp_path):
    trial = read(described_table(tmp_path))
    left, right = trial.forces
    assert (trial.task, trial.participant.body_mass_kg) == (Task.DROP_LANDING, 71.0)
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    np.testing.assert_allclose(left.time_s, TIME_S, atol=1e-9)
    np.testing.assert_allclose(
        left.force_n, np.column_stack([np.full(40, 10), np.full(40, -20), VERTICAL_N]), atol=1e-6
    )
    # M = (40 mm F, -30 mm F, 1.5 N.m): the CoP is 30 mm right and 40 mm ahead of the middle
    np.testing.assert_allclose(center_of_pressure_mm(left)[:, :2], np.tile([30, 40], (40, 1)), atol=1e-3)
    np.testing.assert_allclose(center_of_pressure_mm(right)[:, :2], np.tile([900, 250], (40, 1)), atol=1e-6)
    np.testing.assert_allclose(right.force_n[:, 2], 0.5 * VERTICAL_N, atol=1e-6)
    assert np.isnan(right.force_n[:, :2]).all()


def described(tmp_path, description, table="a,b,c\n1,2,-700\n1,2,-710\n"):
    path = tmp_path / "t.csv"
    path.write_text(table, encoding="utf-8")
    path.with_suffix(".toml").write_text('footload = "force"\n' + description, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("up", "columns", "expected"),
    [
        ("z", ["a", "b", "c"], [1, 2, -700]),
        ("-z", ["a", "b", "c"], [-1, 2, 700]),
        ("y", ["a", "c", "b"], [1, -2, -700]),
    ],
)
def test_axes_are_turned_and_never_mirrored(tmp_path, up, columns, expected):
    path = described(tmp_path, f'rate_hz = 100\nup = "{up}"\n[[plates]]\nforce = {columns}\n')
    force = read(path).forces[0].force_n
    np.testing.assert_allclose(force[0], expected)


def test_the_force_of_the_person_is_turned_round(tmp_path):
    path = described(tmp_path, 'rate_hz = 100\nforce_of = "person"\n[[plates]]\nvertical = "c"\n')
    np.testing.assert_allclose(read(path).forces[0].force_n[:, 2], [700, 710])


def test_a_table_without_names_gets_them_from_its_description(tmp_path):
    text = 'rate_hz = 50\ncolumns = ["x", "F"]\ndelimiter = ";"\nskip_lines = 1\n[[plates]]\nvertical = "F"\n'
    trial = read(described(tmp_path, text, "made by hand\n1;700\n2;710\n"))
    np.testing.assert_allclose(trial.forces[0].force_n[:, 2], [700, 710])
    assert trial.forces[0].time_s[1] == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ('rate_hz = 100\n[[plates]]\nvertical = "d"\n', "no column is named 'd'; there are: a, b, c"),
        ('[[plates]]\nvertical = "c"\n', "either rate_hz or time"),
        ('rate_hz = 100\n[[plates]]\nvertical = "c"\nforce = ["a", "b", "c"]\n', "either force"),
        ('rate_hz = 100\n[[plates]]\nvertikal = "c"\n', "a key 'vertikal' that nobody reads; 'vertical' was meant?"),
        ("rate_hz = 100\nplates = []\n", "wrong at plates"),
        ('rate_hz = 100\n[[plates]]\nvertical = "c"\ncop = ["a", "b"]\n', "needs its corners_mm"),
        ('rate_hz = 100\ntask = "hopping"\n[[plates]]\nvertical = "c"\n', "the task 'hopping' is not known"),
        ("rate_hz = [\n", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path, description, words):
    with pytest.raises(UnreadableTrialError, match=r"t\.csv") as error:
        read(described(tmp_path, description))
    assert words in str(error.value)


def test_a_described_landing_is_analyzed(tmp_path):
    """The description's task and mass serve the analysis like those of any file."""
    from footload.synthetic.landing import DropCourse

    time_s = np.arange(4500) / 500
    force = DropCourse().force_n(time_s)
    rows = "\n".join(f"{a:.4f},{b:.3f}" for a, b in zip(time_s, force, strict=True))
    text = 'time = "t"\ntask = "drop landing"\n[[plates]]\nvertical = "F"\n'
    analysis = fl.analyze(read(described(tmp_path, text, f"t,F\n{rows}\n")))
    found = {f.metric: f.value for f in analysis.findings}
    assert found["drop_height"] == pytest.approx(1000 * DropCourse().height_m, rel=0.02)
