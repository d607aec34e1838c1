"""Colours with a meaning, the same on pages, in figures and on paper."""

from __future__ import annotations

from typing import Final

from footload.recordings import Side

SIDE_COLOR: Final[dict[Side | None, str]] = {Side.LEFT: "#2b8cd6", Side.RIGHT: "#d55e00", None: "#868e96"}
"""Blue and vermillion: told apart with every kind of colour vision, and readable on light and on dark."""

PRESSURE_MAP: Final = "inferno"
"""From black (no load) to yellow; even steps of pressure are even steps of lightness."""
