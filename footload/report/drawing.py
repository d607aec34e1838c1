"""Drawings: how every picture of footload is drawn and encoded, the same bytes for the same trial."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from footload.colors import SIDE_COLOR
from footload.report.document import Picture
from footload.trials import Side

# The drawing library's own hints are partial, so that its objects are untyped here.
Axes = Any
Figure = Any

SIDE_DASH: Final[dict[Side | None, Any]] = {Side.LEFT: "-", Side.RIGHT: (0, (5, 2)), None: ":"}
"""Colour never stands alone."""

GRAY: Final = "#868e96"
"""What is beside the matter: zero lines, shaded stretches."""

KINDS: Final = ("svg", "pdf", "png")
"""As which a drawing can be written."""

DOTS_PER_INCH: Final = 300

_LOOK: Final[dict[str, Any]] = {
    "svg.hashsalt": "footload",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,  # whole letters: journals refuse the outlines of type 3
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify": True,
}
_NO_DATES: Final[dict[str, dict[str, None]]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A figure with what is said of it.

    Parameters
    ----------
    figure : object
        The drawing library's.
    words : str
        The same for who cannot see it.
    caption : str
        What stands below it.
    """

    figure: Figure
    words: str
    caption: str

    def __post_init__(self) -> None:
        from matplotlib.text import Text

        for text in self.figure.findobj(match=Text):
            text.set_fontsize(_LOOK["font.size"])
        # Each draw moves the parts a little further: once only, so that every file of a drawing is the same.
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    @property
    def picture(self) -> Picture:
        """The drawing as a report holds it."""
        return Picture(self.encoded("svg").decode(), self.words, self.caption)

    def encoded(self, kind: str) -> bytes:
        """Write the drawing.

        Parameters
        ----------
        kind : str
            One of `KINDS`.

        Returns
        -------
        bytes
            A whole file, with letters as outlines (SVG) or with its fonts (PDF): nothing is fetched from elsewhere.

        Raises
        ------
        ValueError
            When the kind is not known.
        """
        if kind not in KINDS:
            raise ValueError(f"A drawing cannot be written as {kind!r}; known are {', '.join(KINDS)}.")
        import matplotlib as mpl

        out = io.BytesIO()
        library: Any = mpl
        with library.rc_context(_LOOK):
            self.figure.savefig(out, format=kind, metadata=_NO_DATES[kind], dpi=DOTS_PER_INCH if kind == "png" else 72)
        return out.getvalue()


def panels(rows: int, cols: int, size: tuple[float, float]) -> tuple[Figure, Sequence[Axes]]:
    """Make an empty figure.

    Parameters
    ----------
    rows, cols : int
        Of its panels.
    size : (float, float)
        Width and height. [inch]

    Returns
    -------
    figure : object
        The drawing library's.
    axes : sequence of object
        Its panels, row by row.
    """
    # No pyplot: it keeps every figure, and picks a screen where there may be none.
    import matplotlib as mpl
    from matplotlib.figure import Figure as Drawn

    library: Any = mpl
    with library.rc_context(_LOOK):
        figure: Any = Drawn(figsize=size, layout="constrained")
        axes = figure.subplots(rows, cols, squeeze=False)
    return figure, list(axes.ravel())


def line(axes: Axes, x: Any, y: Any, side: Side | None, label: str | None) -> None:
    """Draw a line in the color and the dash of a side.

    Parameters
    ----------
    axes : object
        A panel.
    x, y : array
        Of its points.
    side : Side, optional
        None for what is of neither.
    label : str, optional
        In the legend.
    """
    axes.plot(x, y, color=SIDE_COLOR[side], linestyle=SIDE_DASH[side], linewidth=1.1, label=label)
