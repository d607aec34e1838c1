"""Files that a profile names: what they hold is put into the profile's own text, which is stored beside the bytes."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from devices.calibration import read_numbers

_HELD = {"table": "points", "matrix": "rows"}


def with_files(text: str, folder: Path | None) -> str:
    """A profile's text with the contents of the files that it names.

    ``calibration.file`` becomes ``points`` or ``rows``, and a file name in ``payload.index_map`` becomes the list.

    Parameters
    ----------
    text : str
        TOML.
    folder : path or None
        Where the files are.

    Returns
    -------
    str
        TOML that needs no other file.

    Raises
    ------
    OSError
        When a file cannot be read.
    ValueError
        When a file does not hold numbers, or there is no folder to find it in.
    """
    table: dict[str, Any] = tomllib.loads(text)
    name = _value(table, "calibration", "file")
    if name is not None:
        held = _HELD.get(_value(table, "calibration", "model") or "")
        if held is None:
            raise ValueError(f"calibration.file is for model = {' or '.join(map(repr, _HELD))}.")
        text = _replaced(text, "file", name, f"{held} = {json.dumps(_read(folder, name))}")
    name = _value(table, "payload", "index_map")
    if name is not None:
        order = [int(value) for row in _read(folder, name) for value in row]
        text = _replaced(text, "index_map", name, f"index_map = {json.dumps(order)}")
    return text


def _value(table: dict[str, Any], part: str, key: str) -> str | None:
    """A text in a part of the profile, where there is one."""
    found: Any = table.get(part)
    value: Any = found.get(key) if isinstance(found, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return value if isinstance(value, str) else None


def _read(folder: Path | None, name: str) -> list[list[float]]:
    if folder is None:
        raise ValueError(f"names the file {name!r}, but a profile that is not itself a file can name none.")
    return read_numbers(folder / name)


def _replaced(text: str, key: str, name: str, value: str) -> str:
    pattern = rf"\b{key}\s*=\s*(?:\"{re.escape(name)}\"|'{re.escape(name)}')"
    found, n = re.subn(pattern, lambda _: value, text)
    if n != 1:
        raise ValueError(f'{key} = "{name}" has to stand in the profile once, and so written.')
    return found
