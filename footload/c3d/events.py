"""Events of a C3D file: moments with a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.c3d.numbers import Processor, decode_floats, decode_integers
from footload.c3d.parameters import BLOCK_BYTES, ParameterTable, filled

_EVENT_KEY: Final = 12345


@dataclass(frozen=True, slots=True)
class C3dEvent:
    """A moment that the file names.

    Parameters
    ----------
    time_s : float
        As in the file: from the beginning of the capture, which may be before the first stored frame. [s]
    label, context : str
        What happened, such as ``Foot Strike``, and to which side, such as ``Left``.
    """

    time_s: float
    label: str
    context: str


def read_events(data: bytes, parameters: ParameterTable, processor: Processor) -> tuple[C3dEvent, ...]:
    """Read the events of the EVENT group, or those in the header when there is no such group.

    Parameters
    ----------
    data : bytes
        The whole file.
    parameters : ParameterTable
        Its parameters.
    processor : Processor
        Who wrote it.

    Returns
    -------
    tuple of C3dEvent
        In the file's order; those without a finite time are left out.
    """
    times = parameters.floats("EVENT", "TIMES")
    n = min(int(parameters.number("EVENT", "USED")), len(times) // 2)
    if n > 0:
        labels = filled(parameters.texts("EVENT", "LABELS"), n)
        contexts = filled(parameters.texts("EVENT", "CONTEXTS"), n)
        # TIMES holds minutes and seconds; the minutes of nearly every file are 0.
        seconds = times[0 : 2 * n : 2] * 60 + times[1 : 2 * n : 2]
        return tuple(
            C3dEvent(float(time), label, context)
            for time, label, context in zip(seconds, labels, contexts, strict=True)
            if np.isfinite(time)
        )
    words = decode_integers(data[:BLOCK_BYTES], processor, unsigned=True)
    if int(words[149]) != _EVENT_KEY:
        return ()
    n = min(int(words[150]), 18)
    at = decode_floats(data[304 : 304 + 4 * n], processor)
    labels = [data[396 + 4 * i : 400 + 4 * i].decode("iso-8859-1").replace("\0", "").strip() for i in range(n)]
    return tuple(C3dEvent(float(t), label, "") for t, label in zip(at, labels, strict=True) if np.isfinite(t))
