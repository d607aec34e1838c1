"""The tables of a device profile that say how to connect, what to send, and what the cells and times are."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from devices.parts import HexBytes, Part, WireInteger


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
    """One step of a handshake: what the host sends, and the bytes that have to come back."""

    send: str = ""
    send_hex: HexBytes = b""
    expect_hex: HexBytes = b""
    timeout_ms: int = Field(default=500, ge=1, le=60_000)
    retries: int = Field(default=0, ge=0, le=100)

    @model_validator(mode="after")
    def _sends_something(self) -> Self:
        if bool(self.send) == bool(self.send_hex):
            raise ValueError("a step has either send (text) or send_hex (bytes), and not both.")
        return self

    @property
    def request(self) -> bytes:
        """What the host sends."""
        return self.send.encode("ascii") or self.send_hex


class Script(Part):
    """What the host does to start and to stop the device."""

    start: tuple[Step, ...] = ()
    stop: tuple[Step, ...] = ()


class Flow(Part):
    """Whether frames come by themselves or one for each request."""

    mode: Literal["stream", "poll"] = "stream"
    request_hex: HexBytes = b""
    stale_ms: int = Field(default=500, ge=1, le=60_000, description="poll: ask again when nothing came for so long")

    @model_validator(mode="after")
    def _poll_has_request(self) -> Self:
        if (self.mode == "poll") != bool(self.request_hex):
            raise ValueError("request_hex belongs to mode = 'poll', and a polled device needs it.")
        return self


class Counter(WireInteger):
    """The device's frame counter: `step` more with every frame, wrapping around."""

    step: int = Field(default=1, ge=1)


class Clock(WireInteger):
    """The device's clock at each frame, wrapping around."""

    unit: Literal["s", "ms", "us"]

    @property
    def tick_s(self) -> float:
        """Length of one tick. [s]"""
        return {"s": 1.0, "ms": 1e-3, "us": 1e-6}[self.unit]


class Time(Part):
    """What is known about time."""

    rate_hz: float = Field(gt=0, description="nominal frames per second")
    counter: Counter | None = None
    clock: Clock | None = None


class Cells(Part):
    """Where the cells are, in the plate frame."""

    pitch_mm: tuple[float, float] = Field(description="along columns (x) and along rows (y)")
    dead: tuple[tuple[int, int], ...] = Field(default=(), description="row and column of cells that never count")

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if min(self.pitch_mm) <= 0:
            raise ValueError(f"pitch_mm is {self.pitch_mm}, but cells have a size above 0 mm.")
        return self


class Limits(Part):
    """What a frame can hold; anything else is damage."""

    value_max: int = Field(ge=1)


class Vector(Part):
    """Bytes with a known outcome."""

    bytes_hex: HexBytes = Field(alias="bytes")
    frames: int = Field(ge=0)
    sum: int = Field(ge=0, description="of all counts of all frames")


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
