"""Every framing and every payload there is; a new one joins its union with its own ``kind``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from devices.framing.coded import Coded
from devices.framing.delimiters import Cobs, Delimited, Lines, Slip, Terminated
from devices.framing.entries import Indexed, Sparse
from devices.framing.grids import Dense, RunLength
from devices.framing.ladders import Fixed, NibbleTagged, Unframed
from devices.framing.scalars import Scalars
from devices.framing.sync import SyncFixed, SyncLength
from devices.framing.texts import Ascii, Json

Framing = Annotated[
    SyncFixed | SyncLength | Delimited | Terminated | Lines | Slip | Cobs | NibbleTagged | Fixed | Unframed,
    Field(discriminator="kind"),
]
"""Every framing."""

Payload = Annotated[Dense | Sparse | Indexed | RunLength | Scalars | Ascii | Json | Coded, Field(discriminator="kind")]
"""Every payload."""
