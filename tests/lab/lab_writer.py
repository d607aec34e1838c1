"""A workstation that writes until it is done or killed: `lab_writer.py FOLDER NAME N [URL]`."""

from __future__ import annotations

import sys
from pathlib import Path

from footload.lab.laboratory import Laboratory

if __name__ == "__main__":
    folder, name, n, *url = sys.argv[1:]
    with Laboratory(Path(folder), url[0] if url else None, by=name) as lab:
        for number in range(int(n)):
            lab.put("participants", f"{name}-{number:04d}", note=f"by {name}")
            lab.put("participants", "both", note=f"{name} {number}")
            print(number, flush=True)  # noqa: T201 - told only after it is safe
