"""A mat's own calibration: zero, gain of each cell, scale of the whole, in a dated file that belongs to one device.

    pressure = model((counts - tare) gain) scale          never below 0; cells that lie are masked

The model is the profile's, or one in the file. Without either, the scale is in kPa for a count.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from devices.calibration import Calibration, Matrix
from devices.parts import Counts, Part
from devices.profile import Profile
from footload.arrays import BoolArray, FloatArray
from footload.errors import ProfileError, RecordingError


class Belongs(Part):
    """Whose calibration it is."""

    profile: str
    serial_number: str = Field(min_length=1)


class Masked(Part):
    """Cells that are not believed, as row and column, by what is wrong with them."""

    dead: tuple[tuple[int, int], ...] = ()
    stuck: tuple[tuple[int, int], ...] = ()
    offset: tuple[tuple[int, int], ...] = ()
    noisy: tuple[tuple[int, int], ...] = ()
    shorted: tuple[tuple[int, int], ...] = ()

    @property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """All of them."""
        return (*self.dead, *self.stuck, *self.offset, *self.noisy, *self.shorted)


class CellCalibration(Part):
    """What was found about one mat on one day."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    made: date
    by: str = ""
    how: str = Field(default="", description="what stood on it")
    device: Belongs
    tare: tuple[float, ...] = Field(default=(), description="counts of each cell under no load")
    gain: tuple[float, ...] = Field(default=(), description="correction of each cell; 1 is none, 0 leaves the cell out")
    scale: float | None = Field(
        default=None, gt=0, description="factor on the model's kPa; without a model kPa a count"
    )
    model: Calibration | None = None
    masked: Masked = Field(default_factory=Masked)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.tare and self.gain and len(self.tare) != len(self.gain):
            raise ValueError(f"tare has {len(self.tare)} cells, but gain has {len(self.gain)}.")
        if isinstance(self.model, Matrix):
            # Pydantic turns ValueError, and only that, into a sentence with the key.
            raise ValueError("a matrix belongs into a plate's profile; cells take another model.")  # noqa: TRY004
        if any(gain < 0 for gain in self.gain):
            raise ValueError(f"gain has {min(self.gain):g}, but a gain is 0 or more.")
        return self

    def pressure(self, profile: Profile, counts: Counts) -> tuple[FloatArray, bool]:
        """Pressure of counts. [kPa]

        Parameters
        ----------
        profile : Profile
            With the device's own model, where it has one.
        counts : (t, n) array
            Device counts.

        Returns
        -------
        pressure : (t, n) array
            [kPa], or counts when nothing says what a count is worth.
        calibrated : bool
            Whether it is kPa.

        Raises
        ------
        ValueError
            When the file is about another number of cells.
        """
        for name, cells in (("tare", self.tare), ("gain", self.gain)):
            if cells and len(cells) != counts.shape[-1]:
                raise ValueError(f"{name} has {len(cells)} cells, but {profile.id} has {counts.shape[-1]}.")
        values = np.asarray(counts, np.float64)
        if self.tare:
            values = np.maximum(values - np.array(self.tare), 0)
        if self.gain:
            values *= np.array(self.gain)
        model = self.model or profile.calibration
        if model is not None and not isinstance(model, Matrix):
            pressure = np.maximum(model.pressure_kpa(values), 0) * np.float32(self.scale or 1.0)  # pyright: ignore[reportArgumentType]
            return pressure, True
        return (values * (self.scale or 1.0)).astype(np.float32), self.scale is not None

    def left_out(self, grid: tuple[int, int]) -> BoolArray:
        """Cells that are masked, or that a gain of 0 leaves out.

        Parameters
        ----------
        grid : (rows, cols)
            Of the mat.

        Returns
        -------
        (rows, cols) array of bool
            False everywhere when there are none.
        """
        out = np.array(self.gain).reshape(grid) == 0 if self.gain else np.zeros(grid, bool)
        for cell in self.masked.cells:
            out[cell] = True
        return out

    @property
    def described(self) -> str:
        """What it does, in a line."""
        did = [
            f"tare of {len(self.tare)} cells" if self.tare else "",
            f"gain of {len(self.gain)} cells" if self.gain else "",
            f"scale {self.scale:.4g}" if self.scale else "",
            self.model.described if self.model else "",
            f"{len(self.masked.cells)} cells masked" if self.masked.cells else "",
        ]
        return (
            f"calibration of {self.made} for {self.device.serial_number}: {', '.join(filter(None, did)) or 'nothing'}"
        )

    def to_toml(self) -> str:
        """As it is kept.

        Returns
        -------
        str
            TOML.
        """
        lines = ["schema = 1", f"made = {self.made.isoformat()}"]
        lines += [f"{name} = {_quoted(text)}" for name, text in (("by", self.by), ("how", self.how)) if text]
        for name, cells in (("tare", self.tare), ("gain", self.gain)):
            if cells:
                lines.append(f"{name} = [{', '.join(format(cell, '.6g') for cell in cells)}]")
        if self.scale is not None:
            lines.append(f"scale = {self.scale:.9g}")
        lines += ["", "[device]", f"profile = {_quoted(self.device.profile)}"]
        lines.append(f"serial_number = {_quoted(self.device.serial_number)}")
        if self.model is not None:
            lines += ["", "[model]", *(f"{key} = {_written(value)}" for key, value in self.model.model_dump().items())]
        bad = {name: cells for name, cells in self.masked.model_dump().items() if cells}
        if bad:
            lines += ["", "[masked]", *(f"{name} = {_written(cells)}" for name, cells in bad.items())]
        return "\n".join(lines) + "\n"


def parse_calibration(text: str, name: str = "calibration") -> CellCalibration:
    """Read a calibration from its text.

    Parameters
    ----------
    text : str
        TOML.
    name : str
        What errors call it.

    Returns
    -------
    CellCalibration
        Checked.

    Raises
    ------
    ProfileError
        When it is not one; the message names the file and the key.
    """
    try:
        return CellCalibration.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name}: is not TOML ({error}).") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise ProfileError(f"{name}: {'; '.join(faults)}.") from error


def load_calibration(path: Path | str, profile: Profile, serial_number: str) -> CellCalibration:
    """Read the calibration of a device; that of another one is refused.

    Parameters
    ----------
    path : path
        TOML.
    profile : Profile
        The device's.
    serial_number : str
        What the device says of itself.

    Returns
    -------
    CellCalibration
        The device's own.

    Raises
    ------
    ProfileError
        When it cannot be read, or belongs to another device, or the device does not say which one it is.
    """
    path = Path(path)
    try:
        found = parse_calibration(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name}: is not a readable text file ({error}).") from error
    belongs = found.device
    if belongs.profile != profile.id:
        raise ProfileError(f"{path.name}: is a calibration for {belongs.profile}, but the device is {profile.id}.")
    if not serial_number:
        raise ProfileError(
            f"{path.name}: belongs to {belongs.serial_number}, but this device does not say its serial number; "
            "name the number that stands on it."
        )
    if belongs.serial_number != serial_number:
        raise ProfileError(
            f"{path.name}: belongs to the device {belongs.serial_number}, but this one is {serial_number}; "
            "a calibration fits only the device it was made with."
        )
    n = profile.n_values
    for name, cells in (("tare", found.tare), ("gain", found.gain)):
        if cells and len(cells) != n:
            raise ProfileError(f"{path.name}: {name} has {len(cells)} cells, but {profile.id} has {n}.")
    rows, cols = profile.grid
    for row, col in found.masked.cells:
        if not (0 <= row < rows and 0 <= col < cols):
            raise ProfileError(
                f"{path.name}: masked names row {row}, column {col}, but {profile.id} has {rows} x {cols} cells."
            )
    return found


def save_calibration(path: Path | str, calibration: CellCalibration) -> None:
    """Keep a calibration; an earlier one is never overwritten.

    Parameters
    ----------
    path : path
        A file that does not exist yet.
    calibration : CellCalibration
        What was found.

    Raises
    ------
    RecordingError
        When the file exists already or cannot be written.
    """
    path = Path(path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(calibration.to_toml())
    except FileExistsError as error:
        raise RecordingError(f"{path.name} exists already; calibrations are kept, not overwritten.") from error
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be written ({error.strerror or error}).") from error


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _written(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(_written(each) for each in value)}]"  # pyright: ignore[reportUnknownVariableType]
    return repr(value)
