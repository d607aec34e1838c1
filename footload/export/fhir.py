"""Findings as FHIR R5 Observations, made and checked by the field's library `fhir.resources`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Final

from footload.export.exported import Exported, Tracked

METRICS_SYSTEM: Final = "urn:footload:metric"
CODES_SYSTEM: Final = "urn:footload:code"
UCUM_SYSTEM: Final = "http://unitsofmeasure.org"
ABSENT_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
INTERPRETATION_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

UCUM: Final[Mapping[str, str]] = {
    "N·s": "N.s",
    "N·m": "N.m",
    "N·mm": "N.mm",
    "kPa·s": "kPa.s",
    "BW": "{body_weight}",
    "BW/s": "{body_weight}/s",
    "ratio": "1",
    "count": "1",
    "counts": "{counts}",
    "counts·s": "{counts}.s",
    "counts/s": "{counts}/s",
}
"""Units whose UCUM code differs from footload's own word; braces are UCUM's annotations: dimensionless."""

OWN_NORMS: Final = "own norms"
"""What a finding's `reference_source` says of a laboratory's own."""

_MARKS: Final = {"below": "L", "within": "N", "above": "H"}


def write_fhir(trials: Sequence[Exported], path: Path, tracked: Tracked = iter) -> int:
    """Write one bundle of all persons and their findings, a trial at a time, so that it may be longer than the memory.

    Every Observation is ``preliminary``: nobody has looked at it yet. One without a value says why it is absent. The
    entries of each trial are checked by the field's library before they are written.

    Parameters
    ----------
    trials : sequence of Exported
        As `coded` gives them.
    path : path
        JSON of a Bundle of the kind ``collection``; the file appears whole or not at all.
    tracked : callable, optional
        Goes through the trials and shows how far it is.

    Returns
    -------
    int
        How many Observations it has.

    Raises
    ------
    ModuleNotFoundError
        When ``fhir.resources`` is not installed.
    """
    patients = {each.person: _patient(each) for each in trials}
    urls = {person: f"urn:uuid:{uuid.uuid4()}" for person in patients}
    n_entries = 0
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.write('{\n "resourceType": "Bundle",\n "type": "collection",\n "entry": [')
            for entry in chain(
                _checked([{"fullUrl": urls[person], "resource": resource} for person, resource in patients.items()]),
                chain.from_iterable(_checked(_entries(each, urls[each.person])) for each in tracked(trials)),
            ):
                file.write("," * (n_entries > 0) + "\n" + json.dumps(entry, ensure_ascii=False))
                n_entries += 1
            file.write("\n ]\n}\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return n_entries - len(patients)


def _entries(each: Exported, subject: str) -> list[dict[str, Any]]:
    return [
        {"fullUrl": f"urn:uuid:{uuid.uuid4()}", "resource": _observation(each, finding, subject)}
        for finding in each.findings
    ]


def _checked(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Entries as the library writes them; a bundle's own rules are checked with them."""
    if entries:
        bundle: Any = import_module("fhir.resources.bundle").Bundle
        checked = bundle.model_validate({"resourceType": "Bundle", "type": "collection", "entry": entries})
        yield from json.loads(checked.model_dump_json())["entry"]


def _patient(each: Exported) -> dict[str, Any]:
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "identifier": [{"system": CODES_SYSTEM, "value": each.person}],
    }
    if each.trial.participant.sex:
        patient["gender"] = each.trial.participant.sex
    return patient


def _observation(each: Exported, finding: Mapping[str, Any], subject: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "preliminary",
        "identifier": [{"system": CODES_SYSTEM, "value": "/".join((each.person, each.session, each.code))}],
        "code": _concept(METRICS_SYSTEM, finding["metric"], finding["label"]),
        "subject": {"reference": subject},
        "method": {"text": _method(each, finding)},
        "note": [{"text": text} for text in _notes(each, finding)],
    }
    if each.date:
        made["effectiveDateTime"] = each.date
    if finding["value"] is None:
        made["dataAbsentReason"] = {**_concept(ABSENT_SYSTEM, "unknown", "Unknown"), "text": finding["reason"]}
    else:
        made["valueQuantity"] = _quantity(finding["value"], finding["unit"])
    if place := " ".join(filter(None, (finding["side"], finding["region"]))):
        made["bodySite"] = {"text": place}
    if finding["reference"]:
        made["referenceRange"] = [_range(finding)]
    if finding["status"] in _MARKS:
        made["interpretation"] = [_concept(INTERPRETATION_SYSTEM, _MARKS[finding["status"]], finding["status"])]
    if finding["uncertainty"] is not None:
        about = _concept(METRICS_SYSTEM, "uncertainty", "half width of the 95 % interval")
        made["component"] = [{"code": about, "valueQuantity": _quantity(finding["uncertainty"], finding["unit"])}]
    return made


def _range(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Its words; numbers of own norms only, because those published may be unverified, which only words can say."""
    made: dict[str, Any] = {"text": finding["reference"]}
    if finding.get("reference_source") == OWN_NORMS:
        made |= {end: _quantity(finding[f"reference_{end}"], finding["unit"]) for end in ("low", "high")}
    return made


def _method(each: Exported, finding: Mapping[str, Any]) -> str:
    source = f"; formula: {finding['citation']}" if finding["citation"] else ""
    return f"footload {each.version}, {finding['metric']}{source}"


def _notes(each: Exported, finding: Mapping[str, Any]) -> list[str]:
    numbers = [f"{word} {finding[word] + 1}" for word in ("contact", "repetition") if finding[word] is not None]
    day = [] if each.day is None else [f"day {each.day}"]
    condition = [each.trial.condition.name] if each.trial.condition.name else []
    notes = [finding["notes"]] if finding["notes"] else []
    return [", ".join((each.trial.task.value, *condition, *day, *numbers)), *notes]


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def _quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM_SYSTEM, "code": UCUM.get(unit, unit)}
