"""The tables of a device profile that say how to connect, what to send, and what the cells and times are."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from devices.framing.texts import TextInteger
from devices.parts import HexBytes, Part, WireInteger, packing


class Match(Part):
    """How the device is known among the ports of a computer."""

    usb: tuple[Annotated[str, Field(pattern=r"^[0-9A-F]{4}:[0-9A-F]{4}$")], ...] = Field(
        default=(), description="vendor and product, such as 16C0:0483"
    )
    manufacturer: str = Field(default="", description="regular expression on the USB manufacturer's name")
    product: str = Field(default="", description="regular expression on the USB product's name")
    probe_bauds: tuple[int, ...] = Field(default=(), description="where asking is polite: the speeds to try")


class Link(Part):
    """How the port is opened."""

    baud: int = Field(default=115200, ge=50)
    bytesize: Literal[5, 6, 7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    rtscts: bool = False
    dtr: bool = True
    rts: bool = True
    settle_ms: int = Field(default=0, ge=0, le=10_000, description="silence after opening; what comes is thrown away")


class Step(Part):
    """One step of a handshake: what the host sends, and what has to come back."""

    send: str = ""
    send_hex: HexBytes = b""
    expect: str = Field(default="", description="regular expression on the answer")
    expect_hex: HexBytes = b""
    example: str = Field(default="", description="with expect: an answer that fits it, which the emulator gives")
    store: tuple[str, ...] = Field(default=(), description="names for what the groups of expect catch")
    wait_ms: int = Field(default=0, ge=0, le=60_000, description="silence that the device needs afterwards")
    baud: int | None = Field(default=None, ge=50, description="the port's speed from the answer on")
    timeout_ms: int = Field(default=500, ge=1, le=60_000)
    retries: int = Field(default=0, ge=0, le=100)

    @model_validator(mode="after")
    def _sends_something(self) -> Self:
        if bool(self.send) == bool(self.send_hex):
            raise ValueError("a step has either send (text) or send_hex (bytes), and not both.")
        if self.expect and self.expect_hex:
            raise ValueError("a step has either expect (text) or expect_hex (bytes), and not both.")
        if self.expect:
            found = re.search(self.expect, self.example)
            if found is None:
                raise ValueError(f"example {self.example!r} does not fit expect {self.expect!r}.")
            if len(found.groups()) != len(self.store):
                raise ValueError(f"expect catches {len(found.groups())} values, but store names {len(self.store)}.")
        elif self.store or self.example:
            raise ValueError("store and example belong to expect.")
        return self

    @property
    def request(self) -> bytes:
        """What the host sends."""
        return self.send.encode("ascii") or self.send_hex

    @property
    def answer(self) -> bytes:
        """What an emulated device answers."""
        return self.example.encode("ascii") or self.expect_hex

    def understood(self, heard: bytes) -> dict[str, str] | None:
        """What an answer says.

        Parameters
        ----------
        heard : bytes
            Everything that came since the request.

        Returns
        -------
        dict or None
            The stored values by name; None while the answer has not come.
        """
        if not self.expect:
            return {} if self.expect_hex in heard else None
        found = re.search(self.expect, heard.decode("latin-1"))
        return None if found is None else dict(zip(self.store, found.groups(""), strict=True))


class Script(Part):
    """What the host does to start and to stop the device, to ask who it is, and to zero it."""

    start: tuple[Step, ...] = ()
    stop: tuple[Step, ...] = ()
    identify: tuple[Step, ...] = ()
    zero: tuple[Step, ...] = ()


class Flow(Part):
    """Whether frames come by themselves or when they are asked for.

    ``poll``: one for each request. ``credit``: the first by itself, each further one for a request.
    """

    mode: Literal["stream", "poll", "credit"] = "stream"
    request_hex: HexBytes = b""
    stale_ms: int = Field(default=500, ge=1, le=60_000, description="ask again when nothing came for so long")
    on_stale: Literal["ask", "restart"] = Field(default="ask", description="restart: stop and start once more")

    @model_validator(mode="after")
    def _poll_has_request(self) -> Self:
        if (self.mode != "stream") != bool(self.request_hex):
            raise ValueError("request_hex belongs to mode = 'poll' or 'credit', and such a device needs it.")
        return self


class Counter(WireInteger):
    """The device's frame counter: `step` more with every frame, wrapping around."""

    step: int = Field(default=1, ge=1)


class TextCounter(TextInteger):
    """A frame counter in a text."""

    step: int = Field(default=1, ge=1)


_UNIT_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


class Clock(WireInteger):
    """The device's clock at each frame, wrapping around."""

    unit: Literal["s", "ms", "us"]

    @property
    def tick_s(self) -> float:
        """Length of one tick. [s]"""
        return _UNIT_S[self.unit]


class FloatClock(WireInteger):
    """The device's clock as a float of 4 bytes: a thousandth of the unit is one tick."""

    format: Literal["<f", ">f"]  # pyright: ignore[reportIncompatibleVariableOverride]
    unit: Literal["s", "ms", "us"]

    @property
    def size(self) -> int:
        """As if it had 8 bytes: a float does not wrap around."""
        return 8

    @property
    def stop(self) -> int:
        """First byte behind it."""
        return self.offset + 4

    @property
    def tick_s(self) -> float:
        """Length of one tick. [s]"""
        return _UNIT_S[self.unit] / 1000

    def take(self, frame: bytes | bytearray, start: int = 0) -> int:
        """Read the clock from a frame.

        Parameters
        ----------
        frame : bytes
            Where the frame stands.
        start : int
            The frame's first byte.

        Returns
        -------
        int
            In ticks; 0 for a value that is no number.
        """
        value = float(packing(self.format).unpack_from(frame, start + self.offset)[0])
        return round(value * 1000) if abs(value) < 1e15 else 0

    def put(self, frame: bytearray, value: int) -> None:
        """Write the clock into a frame.

        Parameters
        ----------
        frame : bytearray
            Begins with the frame's first byte.
        value : int
            In ticks.
        """
        packing(self.format).pack_into(frame, self.offset, value / 1000)


class TextClock(TextInteger):
    """A clock in a text."""

    unit: Literal["s", "ms", "us"]

    @property
    def tick_s(self) -> float:
        """Length of one tick. [s]"""
        return _UNIT_S[self.unit] / self.per_unit


class Time(Part):
    """What is known about time."""

    rate_hz: float = Field(gt=0, description="nominal frames per second")
    counter: Counter | TextCounter | None = None
    clock: Clock | FloatClock | TextClock | None = None
    latency_ms: float | None = Field(default=None, ge=0, description="constant delay, where somebody measured it")


class Cells(Part):
    """Where the cells are, in the plate frame."""

    pitch_mm: tuple[float, float] = Field(description="along columns (x) and along rows (y)")
    dead: tuple[tuple[int, int], ...] = Field(default=(), description="row and column of cells that never count")
    shorted: tuple[tuple[int, int], ...] = Field(default=(), description="row and column of cells that always count")
    border: int = Field(default=0, ge=0, description="rows and columns at every edge that are not to be trusted")

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if min(self.pitch_mm) <= 0:
            raise ValueError(f"pitch_mm is {self.pitch_mm}, but cells have a size above 0 mm.")
        return self

    def unused(self, grid: tuple[int, int]) -> list[tuple[int, int]]:
        """Cells that never count: dead, shorted, or in the border.

        Parameters
        ----------
        grid : (rows, cols)
            Of the mat.

        Returns
        -------
        list of (row, column)
            Each once.
        """
        rows, cols, edge = *grid, self.border
        rim = {
            (row, col)
            for row in range(rows)
            for col in range(cols)
            if min(row, col, rows - 1 - row, cols - 1 - col) < edge
        }
        return sorted(rim | set(self.dead) | set(self.shorted))


class Channel(Part):
    """What one value of a frame of channels means: ``(sent - zero) * scale`` in `unit`."""

    unit: Literal["N", "kN", "kg", "g", "lb", "mlb", "N.m", "N.mm", "lb.in", "counts"]
    scale: float = 1.0
    zero: float = 0.0

    @model_validator(mode="after")
    def _scaled(self) -> Self:
        if self.scale == 0:
            raise ValueError("scale is 0: the channel would always be 0.")
        return self


class Board(Part):
    """One plate: which channels make its force, and where they act.

    Either force and moment channels (``fx`` to ``mz``; those that the device does not have are left out), or vertical
    load cells at known places.
    """

    name: str = ""
    size_mm: tuple[float, float] = Field(description="along x and along y")
    force: dict[Literal["fx", "fy", "fz"], str] = Field(default_factory=dict[Literal["fx", "fy", "fz"], str])
    moment: dict[Literal["mx", "my", "mz"], str] = Field(default_factory=dict[Literal["mx", "my", "mz"], str])
    depth_mm: float = Field(default=0.0, ge=0, description="from the top surface down to the moments' origin")
    load_cells: dict[str, tuple[float, float]] = Field(
        default_factory=dict[str, tuple[float, float]], description="channel: x and y from the plate's center [mm]"
    )
    z: Literal["up", "down"] = Field(default="up", description="where the device's own +z points; x stays where it is")
    measures: Literal["person", "plate"] = Field(
        default="person", description="whether the device gives the force on the person, or the one on the plate"
    )
    center_mm: tuple[float, float] = Field(default=(0.0, 0.0), description="where its center is in the lab")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.load_cells) == bool(self.force):
            raise ValueError("a plate has either load_cells, or force (and moment) channels.")
        if self.load_cells and self.moment:
            raise ValueError("a plate with load_cells has no moment channels.")
        if min(self.size_mm) <= 0:
            raise ValueError(f"size_mm is {self.size_mm}, but a plate has a size above 0 mm.")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The channels it needs."""
        return (*self.force.values(), *self.moment.values(), *self.load_cells)


class Parts(Part):
    """A frame that comes in several packets, in this order."""

    key: WireInteger = Field(description="what tells one part from the other")
    order: tuple[int, ...] = Field(min_length=2)
    group_by: WireInteger | None = Field(default=None, description="parts of one frame are equal in it")
    group: int = Field(default=0, ge=0, description="what group_by is for an emulated device")
    lengths: tuple[tuple[int, ...], ...] = Field(
        default=(), description="for each part the payload lengths it can have"
    )
    take: tuple[int, ...] = Field(default=(), description="for each part how many of its first bytes are cells")

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        for name in ("lengths", "take"):
            given = getattr(self, name)
            if given and len(given) != len(self.order):
                raise ValueError(f"{name} has {len(given)} entries for {len(self.order)} parts.")
        if len(set(self.order)) != len(self.order):
            raise ValueError(f"order is {self.order}, but each part has its own key.")
        return self


class Limits(Part):
    """What a frame can hold; anything else is damage."""

    value_max: int = Field(ge=1)
    value_min: int | None = Field(default=None, description="for channels that can be negative; cells begin at 0")


class Vector(Part):
    """Bytes with a known outcome."""

    bytes_hex: HexBytes = Field(alias="bytes")
    frames: int = Field(ge=0)
    sum: float = Field(description="of all counts of all frames")


class Tests(Part):
    """A profile carries its own test."""

    vector: tuple[Vector, ...] = Field(min_length=1)


class Unverified(Part):
    """A value that no source confirms, and why it stands there all the same."""

    key: str
    why: str


class Option(Part):
    """A point where sources contradict each other: the reader chooses, and the choice is recorded."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    why: str
    default: str
    choices: dict[str, dict[str, Any]] = Field(min_length=2, description="by name: values by dotted key")

    @model_validator(mode="after")
    def _default_exists(self) -> Self:
        if self.default not in self.choices:
            raise ValueError(f"default {self.default!r} is not one of the choices: {', '.join(self.choices)}.")
        return self
