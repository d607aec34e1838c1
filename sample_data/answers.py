"""The page of this folder: what was made, and the right answers, from the truth of the simulation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from listing import step

from footload.cli.rehearsal import ANGLE_DEG, FORCE_PART, SHIFT_PERCENT, simulated_trials
from footload.synthetic import ContactTruth, SyntheticTrial
from footload.synthetic.participant import CONDITIONS, DROP, PERSON, TIMING, WIDTH_MM, Answer
from footload.synthetic.study import study_stems, study_trial
from footload.trials import Side

HEAD = "| file | foot | finding | simulated | within | unit |\n|---|---|---|---|---|---|\n"


def readme() -> str:
    """The page.

    Returns
    -------
    str
        Markdown, ending with a newline.
    """
    return "\n\n".join([OPENING, _study_words(), ANSWERS, HEAD + "\n".join(_rows()), COUNTS]) + "\n"


def study_file(stem: str) -> str:
    """The path of a trial of the study in this folder.

    Parameters
    ----------
    stem : str
        Its name.

    Returns
    -------
    str
        Mats are recorded, plates are in the exchange format.
    """
    return f"study/{stem}.{'mcap' if stem.endswith('mat') else 'h5'}"


def _rows() -> list[str]:
    made = simulated_trials()
    rows = [_row("demo_walk.mcap", answer) for answer in _walk_answers(made["demo_walk"])]
    rows += [_row("demo_squat.mcap", answer) for answer in _squat_answers(made["demo_squat"])]
    rows += [_row("synthetic_step.lst", answer) for answer in _step_answers(step())]
    for stem in study_stems():
        rows += [_row(study_file(stem), answer) for answer in study_trial(stem).answers]
    return rows


def _row(file: str, answer: Answer) -> str:
    side = answer.side.value if answer.side else "both"
    return f"| `{file}` | {side} | `{answer.metric}` | {answer.value:.5g} | {answer.within:.2g} | {answer.unit} |"


def _walk_answers(made: SyntheticTrial) -> list[Answer]:
    return [
        answer
        for contact in made.truth.contacts
        for answer in (
            *_force_answers(contact, made, FORCE_PART * contact.force_n.max(), 2.0),
            Answer("foot_progression_angle", contact.side, _turn_deg(contact), ANGLE_DEG, "deg"),
        )
    ]


def _step_answers(made: SyntheticTrial) -> list[Answer]:
    return _force_answers(made.truth.contacts[0], made, 2.0, 1.2)


def _force_answers(contact: ContactTruth, made: SyntheticTrial, force_n: float, impulse_ns: float) -> list[Answer]:
    frame_s = made.pressure.frame_s
    force = contact.force_n
    return [
        Answer("peak_force", contact.side, float(force.max()), force_n, "N"),
        Answer("force_time_integral", contact.side, float(force.sum() * frame_s), impulse_ns, "N·s"),
        Answer("contact_time", contact.side, (contact.stop - contact.start) * frame_s, 1.05 * frame_s, "s"),
    ]


def _squat_answers(made: SyntheticTrial) -> list[Answer]:
    truth = made.truth
    answers: list[Answer] = []
    for contact in truth.contacts:
        highest = float(contact.force_n.max())
        shift = contact.medial_shift_percent(contact.width_mm)
        answers.append(Answer("peak_force", contact.side, highest, FORCE_PART * highest, "N"))
        answers.append(Answer("cop_medial_shift_at_depth", contact.side, float(shift.max()), SHIFT_PERCENT, "%"))
    assert truth.depth_m is not None
    return [*answers, Answer("squat_depth", None, 1000 * float(truth.depth_m.max()), 5.0, "mm")]


def _turn_deg(contact: ContactTruth) -> float:
    """Toes outward are positive for both feet."""
    x, y = contact.axis.along
    outward = -1.0 if contact.side is Side.LEFT else 1.0
    return float(outward * np.degrees(np.arctan2(x, y)))


def _study_words() -> str:
    rows = [
        f"| {one.condition.name} | {_both(one.squat_mm)} | {_both(one.single_mm)} | {_both(one.landing_mm)} | "
        f"{_both(one.knee_mm)} | {_both(one.pronation)} |"
        for one in CONDITIONS
    ]
    return STUDY + "\n" + "\n".join(rows)


def _both(values: Mapping[Side, float]) -> str:
    return f"{values[Side.LEFT]:g}, {values[Side.RIGHT]:g}"


OPENING = """# Simulated trials with known answers

Nobody was measured. Feet, force and movement were computed, so the right answers are known before anything is analyzed.
`make sample-data` makes every file again, byte for byte with the packages of `constraints.txt`, this page with them;
the tests compare every answer below with what an analysis finds.

| file | what | how it was made |
|---|---|---|
| `demo_walk.mcap` | two steps, left then right, 72 kg | simulated mat, 100 Hz, a little noise, recorded |
| `demo_squat.mcap` | five squats on both feet, 72 kg | simulated mat, 20 Hz, no noise, recorded |
| `synthetic_step.lst` | one right step, 70 kg, 50 Hz | written in the words of a vendor's listing |
| `study/` | one participant in three conditions | below |

In the squat of the demonstration the centre of pressure of the left foot goes 5 mm medially, that of the right foot
3 mm, at full depth; both feet are 95 mm wide."""

STUDY = f"""## The study

Participant {PERSON.id}, {PERSON.body_mass_kg:g} kg, feet {WIDTH_MM:g} mm wide: barefoot, in a shoe, and in the shoe
with a medial wedge. Each condition: walking (one step of each foot), {TIMING.n_repetitions} squats,
{TIMING.n_repetitions} single-leg squats on the right leg, all {1000 * TIMING.depth_m:g} mm deep, a drop landing from
{1000 * DROP.height_m:g} mm, and stance; on a mat (`..._mat.mcap`, recorded bytes) and on two force plates
(`..._plates.h5`, the exchange format; squats with markers of both legs). What a shoe and a wedge do here is made up: it
shows what a comparison looks like, not what a wedge does. A shoe changes no print. Repetitions of the left foot are
0.9, 1.05, 1, 1.1 and 0.95 of the shift below, those of the right foot 1.08, 0.94, 1, 0.92 and 1.06; an answer is their
mean.

| condition | squat, CoP medially [mm] | single-leg squat [mm] | landing [mm] | knee medially [mm] | pronation |
|---|---|---|---|---|---|"""

ANSWERS = """Left, right. The walking speed is not simulated: steps come one after the other on the same mat.

## Answers

"Simulated" is what the model of the foot says, before the simulated sensor saw it; several contacts or repetitions are
averaged. "Within" is what the sensor costs: rounding to 0.78 kPa in the recordings, 0.25 kPa in the listing, and light
touches that read as nothing. A shift is told in parts of the width of the print in quiet stance, which 5 mm cells
show as 91 to 96 mm."""

COUNTS = """Contacts: 2, 2 and 1 in the first three files. Squats: 5 of 5. A value of the demonstration's squat holds
for each of the five."""
