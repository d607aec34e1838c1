"""The laboratory's own norms on the pages: taken by themselves, said beside the value, never in the values' way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import footload as fl
from dashboard.components.finding_card import finding_card
from dashboard.export_work import exported
from dashboard.settings import Settings
from dashboard.store import TrialStore
from footload.decision import assess as assess_module
from footload.decision.norms import SiteNorms
from footload.findings import Finding, ReferenceSource
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.norms.kept_sets import keep_set
from footload.norms.reference_set import Circumstances, Norm, NormSet

WALK = Path(__file__).resolve().parents[2] / "sample_data" / "demo_walk.mcap"


@pytest.fixture(scope="module")
def norms() -> NormSet:
    """Of walking on the mat of the sample, in what a file says of footwear, and barefoot."""
    at = Circumstances.of(fl.analyze(fl.read(WALK)))

    def norm(footwear: str) -> Norm:
        return Norm(
            metric="cpei", region="foot", unit="%", device=at.device, task=at.task, footwear=footwear, n=30,
            mean=20, mean_low=18.5, mean_high=21.5, sd=4, sd_low=3.2, sd_high=5.4,
        )  # fmt: skip

    return NormSet(name="us", n_people=30, norms=(norm(at.footwear), norm("barefoot")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TrialStore]:
    """A folder with a recording, and a laboratory beside it that keeps the same one."""
    (tmp_path / WALK.name).write_bytes(WALK.read_bytes())
    with Laboratory.create(tmp_path / "lab", by="tester") as lab:
        lab.add_trial(WALK, TrialFacts("P01", "2026-11-22", "barefoot"))
    made = TrialStore(tmp_path, Settings())
    yield made
    made.close()


def cpei(analysis: fl.Analysis) -> Finding:
    return next(f for f in analysis.findings if (f.metric, f.region) == ("cpei", "foot"))


def norms_of_assessment(store: TrialStore, trial_id: str, monkeypatch: pytest.MonkeyPatch) -> list[SiteNorms | None]:
    """The norms with which a trial is assessed; one trial is too few for a tendency that would tell."""
    taken: list[SiteNorms | None] = []
    real = assess_module.assess

    def noted(findings, clinical, norms=None, **more):
        taken.append(norms)
        return real(findings, clinical, norms, **more)

    with monkeypatch.context() as patched:
        patched.setattr(assess_module, "assess", noted)
        store.assessment(trial_id)
    return taken


def test_trials_and_recordings_are_compared_with_the_norms_that_the_laboratory_has_now(
    store, norms, monkeypatch, tmp_path
) -> None:
    file, kept = (entry.id for entry in sorted(store.listing().entries, key=lambda each: each.in_lab))
    path = store.lab.lab.folder / "norms.json"
    assert cpei(store.analysis(kept)).reference.source is ReferenceSource.PUBLISHED
    keep_set(norms, path)
    for trial_id in (file, kept):
        finding = cpei(store.analysis(trial_id))
        assert (finding.reference.source, finding.reference.n) == (ReferenceSource.OWN, 30)
        assert "own norms: us, revision 1: people, walking" in str(finding_card(finding))
        assert "n = 30" in str(finding_card(finding))
        assert any(note.startswith("us, revision 1: ") for note in store.analysis(trial_id).notes)
    (site,) = norms_of_assessment(store, kept, monkeypatch)
    assert (site.site, site.norms["cpei"].mean, site.norms["cpei"].n) == ("us, revision 1", 20, 30)
    leaving = exported(store.path(kept), tmp_path / "findings")
    (row, *_) = [f for f in leaving.findings if (f["metric"], f["region"]) == ("cpei", "foot")]
    assert (row["reference_source"], row["reference_n"]) == ("own norms", 30)
    keep_set(norms, path)
    assert "us, revision 2" in cpei(store.analysis(kept)).reference.population


def test_norms_that_cannot_be_read_are_told_and_the_values_stand(store, norms) -> None:
    (kept,) = (entry.id for entry in store.listing().entries if entry.in_lab)
    path = store.lab.lab.folder / "norms.json"
    path.write_text("damaged")
    os.utime(path, ns=(1, 1))
    analysis = store.analysis(kept)
    assert analysis.notes[-1].startswith("The laboratory's own norms are not used: norms.json cannot be read")
    assert cpei(analysis).reference.source is ReferenceSource.PUBLISHED
    assert store.assessment(kept).assessment.to_record()
