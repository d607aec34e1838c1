"""One small file of every format that a reader claims; a reader without one fails the suite."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
from exported_files import EXPORTED
from force_files import FORCE_FILES
from lst_files import Listing, step_images
from vendor_files import VENDOR_FILES

from footload.readers import Reader, readers

REPOSITORY = Path(__file__).resolve().parents[2]


def emed_listing(folder: Path) -> Path:
    path = folder / "step.lst"
    path.write_bytes(Listing().bytes_of(step_images()))
    return path


def mcap_recording(folder: Path) -> Path:
    from devices.framing.encoder import encode
    from devices.opening import Opening, RecordedDevice, TrialMetadata
    from devices.profile import load_profile
    from devices.raw_log import Chunk
    from devices.recorder import Recorder

    profile = load_profile("dividat_flex_v5")
    path = folder / "standing.mcap"
    opening = Opening(TrialMetadata(), (RecordedDevice(profile),), 0, 0, "footload")
    counts = np.zeros(profile.grid[0] * profile.grid[1], dtype=np.int64)
    counts[200:210] = 500
    with Recorder(path, opening) as recorder:
        for frame in range(20):
            recorder.write(Chunk(frame * 20_000_000, encode(profile, counts, frame, frame * 0.02)))
    return path


SAMPLES: dict[str, Callable[[Path], Path]] = {
    "emed": emed_listing,
    "mcap": mcap_recording,
    **EXPORTED,
    **FORCE_FILES,
    **VENDOR_FILES,
}


def every_reader() -> dict[str, Reader]:
    """The readers there are, and those that this project declares, whether it is installed or not."""
    found = {reader.name: reader for reader in readers()}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in project["entry-points"]["footload.readers"].values():
        module, name = target.split(":")
        reader = getattr(import_module(module), name)
        found.setdefault(reader.name, reader)
    return found
