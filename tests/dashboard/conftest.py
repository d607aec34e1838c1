"""Analyses made by hand from synthetic trials, so that the pages are tested without the analysis."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from footload.analysis import Analysis
from footload.errors import UnreadableTrialError
from footload.findings import Finding, Provenance, ReferenceRange
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.medial_shift import MedialShift
from footload.readers import registry
from footload.readers.registry import Reader
from footload.recordings import PressureRecording
from footload.synthetic.demo import demo_squat, demo_walk
from footload.synthetic.truth import ContactTruth, SyntheticTrial
from footload.tasks.repetition import Repetition
from footload.trials import Side, Trial


def contact_of(recording: PressureRecording, truth: ContactTruth) -> FootContact:
    layout = recording.layout
    axis = FootAxis(truth.side, truth.axis.heel_mm, truth.axis.forefoot_mm, truth.length_mm, truth.width_mm)
    ap, ml = axis.to_foot(layout.x_mm, layout.y_mm)
    mine = (np.abs(ml) < 70) & (ap > -60) & (ap < truth.length_mm + 40)
    regions = {
        "heel": mine & (ap < truth.length_mm / 3),
        "midfoot": mine & (ap >= truth.length_mm / 3) & (ap < 2 * truth.length_mm / 3),
        "forefoot": mine & (ap >= 2 * truth.length_mm / 3),
        "medial": mine & (ml > 0),
    }
    return FootContact(
        recording, truth.start, truth.stop, mine, truth.side, 0.99, axis, regions=regions, cop_threshold=20.0
    )


def findings_of(contacts: tuple[FootContact, ...]) -> list[Finding]:
    found: list[Finding] = []
    reference = ReferenceRange(0.21, 0.26, "healthy adults", 107, "cavanagh1987", False, "high arch", "flat foot")
    for number, contact in enumerate(contacts):
        place = {"side": contact.side, "region": "foot", "contact": number}
        found += [
            Finding("peak_pressure", "Peak pressure", float(contact.peak.max()), "kPa", **place),
            Finding("contact_area", "Contact area", float(contact.area_cm2.max()), "cm2", **place),
            Finding(
                "arch_index",
                "Arch index",
                0.31,
                "ratio",
                reference=reference,
                notes=("Made by hand.",),
                provenance=Provenance(citation="cavanagh1987"),
                **place,
            ),
            Finding("cpei", "CPEI", float("nan"), "%", reason="The gait line is too short.", **place),
        ]
        for region in ("heel", "forefoot"):
            value = float(contact.parts[region].peak.max())
            found.append(
                Finding(
                    "peak_pressure", "Peak pressure", value, "kPa", side=contact.side, region=region, contact=number
                )
            )
    return found


def analysis_of(made: SyntheticTrial) -> Analysis:
    recording = made.trial.pressure
    contacts = tuple(contact_of(recording, truth) for truth in made.truth.contacts)
    findings = findings_of(contacts)
    shifts: dict[Side, MedialShift] = {}
    repetitions: tuple[Repetition, ...] = ()
    if made.truth.repetitions:
        time_s = recording.time_s
        frames = [
            (np.searchsorted(time_s, r.start_s), np.searchsorted(time_s, r.stop_s)) for r in made.truth.repetitions
        ]
        repetitions = tuple(
            Repetition(number, int(start), int(stop), rejected="" if number else "too shallow")
            for number, (start, stop) in enumerate(frames)
        )
        for contact, truth in zip(contacts, made.truth.contacts, strict=True):
            shift = truth.medial_shift_percent(truth.width_mm)
            shifts[truth.side] = MedialShift(
                truth.side, recording.time_s, shift, np.full(len(shift), 45.0), truth.width_mm, 0.0
            )
            for repetition in repetitions:
                findings.append(
                    Finding(
                        "medial_shift_at_depth",
                        "Medial shift",
                        float(shift[repetition.start : repetition.stop].max()),
                        "%",
                        side=contact.side,
                        repetition=repetition.number,
                    )
                )
    depth = made.truth.depth_m
    return Analysis(
        made.trial,
        contacts,
        repetitions,
        tuple(findings),
        MappingProxyType(shifts),
        None if depth is None else depth * 1000.0,
        notes=("Made by hand for a test.",),
    )


@pytest.fixture(scope="session")
def walk() -> Analysis:
    return analysis_of(demo_walk())


@pytest.fixture(scope="session")
def squat() -> Analysis:
    return analysis_of(demo_squat())


DEMO_HEAD = b"footload demo "


def _load(path: Path) -> Trial:
    name = path.read_bytes().removeprefix(DEMO_HEAD).decode().strip()
    made = {"walk": demo_walk, "squat": demo_squat}
    if name not in made:
        raise UnreadableTrialError(path, f"it holds {name!r}, which is no demonstration.")
    return made[name]().trial.changed(name=path.stem)


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two trials, a damaged one and a file of another kind, and a reader that knows them."""
    demo = Reader("demo", "Demonstration", (".demo",), lambda head, path: head.startswith(DEMO_HEAD), _load)
    monkeypatch.setattr(registry, "readers", lambda: (demo,))
    folder = tmp_path / "clinic"
    (folder / "monday").mkdir(parents=True)
    (folder / "monday" / "walk.demo").write_bytes(DEMO_HEAD + b"walk")
    (folder / "squat.demo").write_bytes(DEMO_HEAD + b"squat")
    (folder / "broken.demo").write_bytes(DEMO_HEAD + b"nothing")
    (folder / "notes.txt").write_text("not a recording")
    return folder
