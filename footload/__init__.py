"""footload: how feet load, from serial bytes to findings with their sources.

``import footload as fl; fl.analyze(fl.read("walk.mcap")).to_table()`` is the whole of it; the names below are loaded
when they are first asked for, so that importing footload costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footload.analysis import Analysis, analyze
    from footload.errors import FootloadError, UnreadableTrialError
    from footload.findings import Finding
    from footload.foot.contact import FootContact
    from footload.parameters import Parameters
    from footload.readers.registry import read
    from footload.recordings import ForceRecording, MarkerRecording, PressureRecording, SensorLayout
    from footload.step_stacks import StepStack, StepValues, measure_steps, with_common_regions
    from footload.trials import Condition, Participant, Side, Task, Trial

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Condition",
    "Finding",
    "FootContact",
    "FootloadError",
    "ForceRecording",
    "MarkerRecording",
    "Parameters",
    "Participant",
    "PressureRecording",
    "SensorLayout",
    "Side",
    "StepStack",
    "StepValues",
    "Task",
    "Trial",
    "UnreadableTrialError",
    "analyze",
    "measure_steps",
    "read",
    "with_common_regions",
]

_HOMES = {
    "footload.analysis": ("Analysis", "analyze"),
    "footload.errors": ("FootloadError", "UnreadableTrialError"),
    "footload.findings": ("Finding",),
    "footload.foot.contact": ("FootContact",),
    "footload.parameters": ("Parameters",),
    "footload.readers.registry": ("read",),
    "footload.recordings": ("ForceRecording", "MarkerRecording", "PressureRecording", "SensorLayout"),
    "footload.step_stacks": ("StepStack", "StepValues", "measure_steps", "with_common_regions"),
    "footload.trials": ("Condition", "Participant", "Side", "Task", "Trial"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"footload has no {name!r}; it has: {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
