"""The figure of the curves of scaling: what a frame, a trial and a viewer take, the more of them there are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from told import POINTS

from footload.report.drawing import GRAY, Drawing, panels

FRAMES, TRIALS, VIEWERS = "frames", "trials", "viewers"
_AXES = {
    FRAMES: ("frames of a trial", "µs a frame"),
    TRIALS: ("trials of a batch", "ms a trial"),
    VIEWERS: ("viewers of a live page", "delay, median [ms]"),
}
_Curves = Mapping[str, list[tuple[float, float]]]


def points_in(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """The points that the benchmarks left, curve by curve, in order."""
    kept = folder / POINTS
    found: dict[str, list[tuple[float, float]]] = {}
    for line in kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []:
        point = json.loads(line)
        found.setdefault(point["curve"], []).append((point["at"], point["value"]))
    return {curve: sorted(points) for curve, points in found.items()}


def curves(points: _Curves) -> Drawing:
    """Draw a panel for each curve, from 0 up, over the logarithm of how many."""
    shown = [curve for curve in _AXES if points.get(curve)]
    figure, axes = panels(1, len(shown), (2.3 * len(shown), 2.0))
    words: list[str] = []
    for panel, curve in zip(axes, shown, strict=True):
        many, values = zip(*points[curve], strict=True)
        panel.plot(many, values, color=GRAY, marker="o", markersize=3, linewidth=1)
        panel.set(xlabel=_AXES[curve][0], ylabel=_AXES[curve][1], ylim=(0, 1.15 * max(values)))
        if curve != VIEWERS:
            panel.set_xscale("log")
        few, most = (f"{value:.3g} for {n:,.0f}" for n, value in (points[curve][0], points[curve][-1]))
        words.append(f"{_AXES[curve][1]}: {few} {curve}, {most}")
    told = "What one of many takes. " + "; ".join(words) + "."
    caption = "A flat line: one of many takes as long as one of few. A batch of ten trials pays for starting."
    return Drawing(figure, told, caption)
