"""A device as data: link, handshake, framing, payload, clock, cells and calibration, read from TOML.

A profile holds only what is executed: a key that nobody reads does not exist, and an unknown one is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from devices.calibration import Calibration, Matrix, PressureModel
from devices.framing.checks import Check
from devices.framing.kinds import Framing, Payload
from devices.framing.sync import SyncFixed
from devices.framing.texts import TextInteger
from devices.parts import Part
from devices.profile_files import with_files
from devices.tables import (
    Board,
    Cells,
    Channel,
    Flow,
    Limits,
    Link,
    Match,
    Option,
    Parts,
    Script,
    Tests,
    Time,
    Unverified,
)
from footload.errors import ProfileError
from footload.recordings import SensorLayout, Side

WRENCH = ("Fx", "Fy", "Fz", "Mx", "My", "Mz")
"""What the rows of a plate's calibration matrix are called."""

BUNDLED = Path(__file__).parent / "profiles"


class Profile(Part):
    """Everything that is needed to talk to a device and to understand it."""

    schema_version: Literal[1] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    name: str
    kind: Literal["mat", "plate", "insole", "loadcells"]
    source: str = Field(description="where the facts come from")
    certainty: Literal["verified", "multi-source", "vendor", "single source", "made up", "simulated"]
    checked: str = Field(default="", description="what footload itself has shown, and with what")
    side: Side | None = Field(default=None, description="the foot, for insoles")
    decoder: Literal["amti", "tecgihan", "mobbo", "bitalino", "sensel"] | None = None
    match: Match = Field(default_factory=Match)
    link: Link = Field(default_factory=Link)
    script: Script = Field(default_factory=Script)
    flow: Flow = Field(default_factory=Flow)
    framing: Framing
    check: Check | None = None
    parts: Parts | None = None
    payload: Payload
    channels: dict[str, Channel] | None = None
    plate: tuple[Board, ...] = ()
    time: Time
    cells: Cells | None = None
    calibration_model: Calibration | None = Field(default=None, alias="calibration")
    limits: Limits | None = None
    unverified: tuple[Unverified, ...] = ()
    option: tuple[Option, ...] = ()
    test: Tests
    _text: str = PrivateAttr(default="")
    _choices: dict[str, str] = PrivateAttr(default_factory=dict[str, str])

    @property
    def text(self) -> str:
        """The TOML text itself: what is stored beside recorded bytes."""
        return self._text

    @property
    def choices(self) -> dict[str, str]:
        """What was chosen for each option."""
        return dict(self._choices)

    @property
    def tail_size(self) -> int:
        """Bytes behind a frame's payload."""
        stated = self.framing.tail_size
        return (self.check.size if self.check else 0) if stated is None else stated

    @property
    def calibration(self) -> PressureModel | None:
        """What makes kPa of counts; None for a device that was never calibrated."""
        return None if isinstance(self.calibration_model, Matrix) else self.calibration_model

    @property
    def matrix(self) -> Matrix | None:
        """What makes force and moment of a plate's channels."""
        return self.calibration_model if isinstance(self.calibration_model, Matrix) else None

    @property
    def count_max(self) -> int:
        """Largest count a cell can have."""
        return self.limits.value_max if self.limits else self.payload.count_max

    @property
    def count_min(self) -> int:
        """Smallest count a cell or a channel can have."""
        stated = self.limits.value_min if self.limits else None
        if stated is not None:
            return stated
        if self.payload.count_min >= 0 or self.channels is None:
            return 0
        return max(self.payload.count_min, -self.count_max)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns in the plate frame; for channels one row."""
        return self.payload.grid

    @property
    def n_values(self) -> int:
        """Number of cells or channels."""
        return self.grid[0] * self.grid[1]

    @property
    def samples(self) -> int:
        """How many sets of values come in one frame."""
        return getattr(self.payload, "samples", 1)

    @cached_property
    def layout(self) -> SensorLayout:
        """Where the cells are. [mm]"""
        if self.cells is None:
            raise ProfileError(f"{self.id} is a {self.kind}: it has channels, but no cells with a place.")
        return SensorLayout.rectangle(*self.grid, self.cells.pitch_mm)

    @property
    def bytes_per_s(self) -> float:
        """Bytes in an ordinary second; decides how large the pieces of a recording are. [B/s]"""
        n = self.framing.header_size + self.payload.bytes_typical + self.tail_size
        return self.time.rate_hz * n / self.samples

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        self._check_times()
        if self.check is not None and self.tail_size < self.check.size:
            raise ValueError(f"framing.tail_size is {self.tail_size}, but the check value has {self.check.size} bytes.")
        n, sizes = self.payload.n_bytes, self.framing.content_sizes
        whole = self.parts is None and self.payload.kind != "coded"
        if (isinstance(self.framing, SyncFixed) and whole) or (sizes and n is not None and whole):
            rooms = [size - self.framing.header_size - self.tail_size for size in sizes]
            if n is None or n not in rooms:
                room = " or ".join(map(str, rooms))
                raise ValueError(
                    f"framing leaves {room} bytes for the payload, but the payload has {n or 'no fixed number'}."
                )
        self._check_cells()
        for doubt in self.unverified:
            if not _has_key(self, doubt.key):
                raise ValueError(f"unverified names the key {doubt.key!r}, which this profile does not have.")
        return self

    def _check_times(self) -> None:
        fields = {"time.counter": self.time.counter, "time.clock": self.time.clock}
        for name, field in fields.items():
            if field is None or isinstance(field, TextInteger):
                continue
            if field.stop > self.framing.header_size or (field.offset < 0 and -field.offset > self.tail_size):
                raise ValueError(
                    f"{name} ends at byte {field.stop}, but the header has {self.framing.header_size} bytes; "
                    "only fields in the header, or counted from the end in the tail, are read."
                )

    def _check_cells(self) -> None:
        rows, cols = self.grid
        if (self.cells is None) == (self.channels is None):
            raise ValueError("a device has either cells (pitch_mm and so on) or channels (by name).")
        for name in ("dead", "shorted"):
            for row, col in getattr(self.cells, name, ()):
                if not (0 <= row < rows and 0 <= col < cols):
                    raise ValueError(
                        f"cells.{name} names row {row}, column {col}, but the mat has {rows} x {cols} cells."
                    )
        if self.channels is None:
            return
        if len(self.channels) != self.n_values:
            raise ValueError(f"channels names {len(self.channels)}, but a frame has {self.n_values} values.")
        known = [*self.channels, *WRENCH]
        n_columns = self.n_values if self.matrix is None else self.matrix.array.shape[1]
        if n_columns != self.n_values:
            raise ValueError(f"the calibration matrix has {n_columns} columns, but there are {self.n_values} channels.")
        for board in self.plate:
            for channel in board.names:
                if channel not in known:
                    raise ValueError(f"plate names the channel {channel!r}; there are: {', '.join(known)}.")


def bundled_profiles() -> dict[str, Path]:
    """The profiles that footload brings along.

    Returns
    -------
    dict
        File by short name, in order of names.
    """
    return {path.stem: path for path in sorted(BUNDLED.glob("*.toml"))}


def load_profile(name_or_path: str | Path, choices: Mapping[str, str] | None = None) -> Profile:
    """Read the profile of a device.

    Parameters
    ----------
    name_or_path : str or path
        A bundled profile's short name, or a TOML file. Options may follow: ``dividat_flex_v6?index_order=row_col``.
    choices : mapping, optional
        The same options by name.

    Returns
    -------
    Profile
        Checked.

    Raises
    ------
    ProfileError
        When there is no such profile or it is not valid; the message names the file, the key and what would be right.
    """
    name, _, query = str(name_or_path).partition("?")
    wanted = {option: choice for option, _, choice in (pair.partition("=") for pair in query.split("&") if pair)}
    path = bundled_profiles().get(name, Path(name))
    if not path.is_file():
        known = ", ".join(bundled_profiles())
        raise ProfileError(f"There is no device profile {name!r}: it is neither a file nor one of {known}.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name}: is not a readable text file ({error}).") from error
    return parse_profile(text, {**wanted, **(choices or {})}, path.name, path.parent)


def parse_profile(
    text: str, choices: Mapping[str, str] | None = None, name: str = "profile", folder: Path | None = None
) -> Profile:
    """Make a profile from its TOML text, such as the one stored in a recording.

    Parameters
    ----------
    text : str
        TOML.
    choices : mapping, optional
        What is chosen for the profile's options; the default for those that are missing.
    name : str
        What errors call it.
    folder : path, optional
        Where the files that the profile names are; what they hold is put into its text.

    Returns
    -------
    Profile
        Checked.

    Raises
    ------
    ProfileError
        When the text is not a valid profile, or a file that it names cannot be read.
    """
    try:
        text = with_files(text, folder)
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name}: is not TOML ({error}).") from error
    except (OSError, ValueError) as error:
        raise ProfileError(f"{name}: {error}") from error
    chosen = _choose(table, dict(choices or {}), name)
    try:
        profile = Profile.model_validate(table)
    except ValidationError as error:
        raise ProfileError(f"{name}: {_explained(error)}") from error
    # Private attributes are the only way to hand a frozen model its own source text.
    profile._text, profile._choices = text, chosen  # pyright: ignore[reportPrivateUsage]
    return profile


def _choose(table: dict[str, Any], wanted: dict[str, str], name: str) -> dict[str, str]:
    """Put the chosen values of every option into the table; what was chosen."""
    chosen: dict[str, str] = {}
    for raw in table.get("option", ()):
        try:
            option = Option.model_validate(raw)
        except ValidationError as error:
            raise ProfileError(f"{name}: option: {_explained(error)}") from error
        choice = chosen[option.name] = wanted.pop(option.name, option.default)
        if choice not in option.choices:
            known = ", ".join(option.choices)
            raise ProfileError(f"{name}: option {option.name} has no choice {choice!r}; there are: {known}.")
        for key, value in option.choices[choice].items():
            *tables, last = key.split(".")
            inner = table
            for part in tables:
                inner = inner.setdefault(part, {})
            inner[last] = value
    if wanted:
        known = ", ".join(chosen) or "none"
        raise ProfileError(f"{name}: has no option {', '.join(map(repr, wanted))}; its options: {known}.")
    return chosen


def _has_key(part: object, dotted: str) -> bool:
    for key in dotted.split("."):
        if isinstance(part, dict):
            part = part.get(key)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            continue
        if not isinstance(part, Part):
            return False
        names = {field.alias or name: name for name, field in type(part).model_fields.items()}
        if key not in names:
            return False
        part = getattr(part, names[key])
    return part is not None


def _explained(error: ValidationError) -> str:
    """Every fault in one sentence each, with the key it stands at."""
    faults: list[str] = []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"])
        value = fault.get("input")
        said = fault["msg"].removeprefix("Value error, ")
        shown = f" (it is {value!r})" if isinstance(value, str | int | float | bool) else ""
        faults.append(f"{where}: {said}{shown}" if where else f"{said}{shown}")
    return "; ".join(fault.rstrip(".") for fault in faults) + "."
