"""People for the decision's tests."""

from math import isnan

from footload.decision.inputs import SiteNorms
from footload.findings import Finding, Provenance
from footload.trials import Side

NORMS = SiteNorms.model_validate(
    {
        "site": "Lab A",
        "norms": {
            "fpi": {"mean": 4, "sd": 3, "n": 60},
            "navicular_drop_mm": {"mean": 7, "sd": 3, "n": 60},
            "arch_index": {"mean": 0.24, "sd": 0.04, "n": 60},
            "cpei": {"mean": 15, "sd": 5, "n": 60},
            "cop_medial_shift_at_depth": {"mean": 2, "sd": 3, "n": 60},
            "hip_abduction_percent_bw": {"mean": 40, "sd": 10, "n": 60},
        },
    }
)

UNITS = {"arch_index": "ratio", "foot_progression_angle": "deg", "peak_pressure": "kPa"}


def finding(metric: str, value: float, side: Side | None, *, repetition: int = 0, region: str = "", source: str = ""):
    return Finding(
        metric=metric,
        label=metric,
        value=value,
        unit=UNITS.get(metric, "%"),
        side=side,
        region=region,
        repetition=repetition,
        reason="no value" if isnan(value) else "",
        provenance=Provenance(source=source),
    )


def repeated(metric: str, left: float | None = None, right: float | None = None, n: int = 3, source: str = ""):
    sides = {Side.LEFT: left, Side.RIGHT: right}
    return [
        finding(metric, value, side, repetition=repetition, source=source)
        for side, value in sides.items()
        if value is not None
        for repetition in range(n)
    ]
