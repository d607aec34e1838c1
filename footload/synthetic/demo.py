"""The two trials of the demonstration: a walk and a squat on a small mat, the same every time."""

from __future__ import annotations

from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.squat import SquatTiming, StandingFoot, squat
from footload.synthetic.truth import SyntheticTrial
from footload.synthetic.walking import walk
from footload.trials import Side

DEMO_BODY_MASS_KG = 72.0


def demo_mat() -> SensorLayout:
    """The mat of the demonstration: 64 rows of 96 cells of 5 mm.

    Returns
    -------
    SensorLayout
        320 mm in walking direction, 480 mm across.
    """
    return SensorLayout.rectangle(64, 96, 5.0)


def demo_walk(layout: SensorLayout | None = None, sampling_rate_hz: float = 100.0) -> SyntheticTrial:
    """Two steps over a short mat: the left foot, and a little later the right one beside it.

    Parameters
    ----------
    layout : SensorLayout, optional
        The mat, `demo_mat` by default.
    sampling_rate_hz : float
        Frames per second. [Hz]

    Returns
    -------
    SyntheticTrial
        Exact; the right foot is the more pronated one.
    """
    layout = layout or demo_mat()
    left, right = _side_by_side(layout, heading_deg=7.0, pronation=(0.0, 0.35))
    return walk(
        (left, right),
        layout,
        body_mass_kg=DEMO_BODY_MASS_KG,
        sampling_rate_hz=sampling_rate_hz,
        step_s=1.2,
        pad_s=0.5,
        name="demo walk",
    )


def demo_squat(
    layout: SensorLayout | None = None, sampling_rate_hz: float = 50.0, timing: SquatTiming | None = None
) -> SyntheticTrial:
    """Five squats on both feet, whose CoP goes medially by 5 mm (left) and 3 mm (right).

    Parameters
    ----------
    layout : SensorLayout, optional
        The mat, `demo_mat` by default.
    sampling_rate_hz : float
        Frames per second. [Hz]
    timing : SquatTiming, optional
        When the body goes down and up, and how far; five times 350 mm by default.

    Returns
    -------
    SyntheticTrial
        Exact.
    """
    layout = layout or demo_mat()
    left, right = _side_by_side(layout, heading_deg=6.0, pronation=(0.1, 0.0))
    return squat(
        (StandingFoot(left, medial_mm=5.0, anterior_mm=-6.0), StandingFoot(right, medial_mm=3.0, anterior_mm=-6.0)),
        layout,
        body_mass_kg=DEMO_BODY_MASS_KG,
        timing=timing or SquatTiming(),
        left_part=0.48,
        sampling_rate_hz=sampling_rate_hz,
        name="demo squat",
    )


def _side_by_side(
    layout: SensorLayout, heading_deg: float, pronation: tuple[float, float]
) -> tuple[SyntheticFoot, SyntheticFoot]:
    middle_x = float(layout.x_mm.min() + layout.x_mm.max()) / 2
    middle_y = float(layout.y_mm.min() + layout.y_mm.max()) / 2
    half = min(100.0, float(layout.x_mm.max() - layout.x_mm.min()) / 4)
    left = SyntheticFoot(
        Side.LEFT, pronation=pronation[0], place_mm=(middle_x - half, middle_y), heading_deg=heading_deg
    )
    right = SyntheticFoot(
        Side.RIGHT, pronation=pronation[1], place_mm=(middle_x + half, middle_y), heading_deg=-heading_deg
    )
    return left, right
