"""The whole chain on simulated people: serial bytes, recording, findings; and the findings against the known truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devices.acquisition import Progress
    from footload.analysis import Analysis
    from footload.foot.contact import FootContact
    from footload.synthetic import ContactTruth, SyntheticTrial

PROFILE = "demo_mat"

FORCE_PART = 0.005
"""The simulated mat rounds to 0.78 kPa and reads light touches as nothing, which costs a few thousandths."""

COP_MM = 0.25
"""A twentieth of a cell of the simulated mat. [mm]"""

SHIFT_PERCENT = 0.5
"""What the medial shift is promised to be right within, in per cent of foot width. [%]"""

ANGLE_DEG = 1.0
"""The measured axis runs along the print's borders, the true one through heel and second metatarsal head. [deg]"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One finding beside the truth of the simulation.

    Parameters
    ----------
    trial, what : str
        Which finding.
    expected, found : float
        In `unit`; NaN when it could not be found.
    within : float
        How far they may be apart.
    unit : str
        As shown.
    """

    trial: str
    what: str
    expected: float
    found: float
    within: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the finding is close enough; NaN never is."""
        return abs(self.found - self.expected) <= self.within


def simulated_trials() -> dict[str, SyntheticTrial]:
    """The two trials of the demonstration as the simulated mat sees them.

    Returns
    -------
    dict
        File stem and trial with its truth; the same every time.
    """
    from footload.synthetic import Sensor, demo_squat, demo_walk

    walk_sensor = Sensor(bits=10, noise=0.1, threshold_counts=2)
    # Without noise and at 20 Hz a recording of 22 s stays small enough to be kept as sample data.
    squat_sensor = Sensor(bits=10, noise=0.0, threshold_counts=1)
    return {
        "demo_walk": demo_walk().seen_by(walk_sensor),
        "demo_squat": demo_squat(sampling_rate_hz=20.0).seen_by(squat_sensor),
    }


def record_simulated(
    made: SyntheticTrial, out: Path, *, real_time: bool, on_progress: Callable[[Progress], None] | None = None
) -> None:
    """Let the simulated mat play a trial on a port, and record that port.

    Parameters
    ----------
    made : SyntheticTrial
        What stands on the mat.
    out : Path
        The recording.
    real_time : bool
        At the pace of the person; otherwise as fast as the port goes.
    on_progress : callable, optional
        To be told how far it is.

    Raises
    ------
    RecordingError
        When the file exists or cannot be written.
    """
    from importlib.util import find_spec

    from devices.acquisition import record
    from devices.emulator import emulate_recording, serve_pty, serve_tcp
    from devices.opening import TrialMetadata
    from devices.profile import load_profile

    profile = load_profile(PROFILE)
    trial = made.trial
    about = TrialMetadata(trial.name, trial.task, trial.condition, trial.participant)
    serve = serve_pty if find_spec("termios") else serve_tcp
    with serve(emulate_recording(profile, made.pressure), speed=1.0 if real_time else None) as mat:
        record(profile, mat.port, out, stop=mat.finished, metadata=about, on_progress=on_progress)


def compare_with_truth(analysis: Analysis, made: SyntheticTrial) -> list[Comparison]:
    """Put every finding that has a known answer beside it.

    Parameters
    ----------
    analysis : Analysis
        Of the recording.
    made : SyntheticTrial
        What was recorded.

    Returns
    -------
    list of Comparison
        In the order in which they are read.
    """
    truth, name = made.truth, made.trial.name
    n_frames = analysis.trial.pressure.n_frames
    rows = [
        Comparison(name, "frames", made.pressure.n_frames, n_frames, 0),
        Comparison(name, "foot contacts", len(truth.contacts), len(analysis.contacts), 0),
    ]
    for expected in truth.contacts:
        found = next((contact for contact in analysis.contacts if contact.side is expected.side), None)
        rows += _foot_rows(expected, found, made)
    if truth.repetitions:
        counted = sum(not repetition.rejected for repetition in analysis.repetitions)
        rows.append(Comparison(name, "squats", len(truth.repetitions), counted, 0))
        rows += [row for expected in truth.contacts for row in _shift_rows(expected, analysis)]
    return rows


def _foot_rows(expected: ContactTruth, found: FootContact | None, made: SyntheticTrial) -> Iterable[Comparison]:
    frame_s = made.pressure.frame_s
    force = expected.force_n
    known = force > 0
    cop_mm = np.average(expected.cop_mm[known], axis=0, weights=force[known])
    trial, foot = made.trial.name, f"{expected.side} foot"
    if found is None:
        yield Comparison(trial, f"{foot} found", 1, 0, 0)
        return
    from footload.cli.records import mean_cop_mm

    x_mm, y_mm = mean_cop_mm(found)
    impulse = float(force.sum() * frame_s)
    yield Comparison(trial, f"{foot}, peak force", force.max(), found.force.max(), FORCE_PART * force.max(), "N")
    yield Comparison(
        trial, f"{foot}, force–time integral", impulse, found.force.sum() * frame_s, FORCE_PART * impulse, "N·s"
    )
    yield Comparison(trial, f"{foot}, mean CoP x", cop_mm[0], x_mm, COP_MM, "mm")
    yield Comparison(trial, f"{foot}, mean CoP y", cop_mm[1], y_mm, COP_MM, "mm")
    angle_deg = heading_deg(*found.axis.direction) if found.axis else float("nan")
    yield Comparison(trial, f"{foot}, axis", heading_deg(*expected.axis.along), angle_deg, ANGLE_DEG, "°")


def heading_deg(x: float, y: float) -> float:
    """Direction in the plate frame: 0 is the walking direction, positive to the right. [deg]

    Parameters
    ----------
    x, y : float
        Components of any length.

    Returns
    -------
    float
        From -180 to 180. [deg]
    """
    return float(np.degrees(np.arctan2(x, y)))


def _shift_rows(expected: ContactTruth, analysis: Analysis) -> Iterable[Comparison]:
    shift = analysis.shifts.get(expected.side)
    foot = f"{expected.side} foot, medial shift in"
    for repetition in analysis.repetitions:
        name = f"{foot} squat {repetition.number + 1}"
        if shift is None or expected.medial_shift_mm is None:
            yield Comparison(analysis.trial.name, name, float("nan"), float("nan"), SHIFT_PERCENT, "%")
            continue
        true_percent = expected.medial_shift_percent(shift.width_mm)
        at = repetition.deepest_frame
        yield Comparison(analysis.trial.name, name, true_percent[at], shift.shift_percent[at], SHIFT_PERCENT, "%")
