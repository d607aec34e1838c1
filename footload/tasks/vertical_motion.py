"""How the centre of mass moves up and down, from the force under the feet alone.

The acceleration is ``g (F / BW - 1)``: only the ratio to body weight counts, so counts of a device that was never
calibrated serve as well as newtons, as long as they are proportional to force. Twice integrated it gives the
displacement, but every small offset of the force grows with the square of time. So the person's own rest is used:

* where the force stays still, the velocity is zero (zero-velocity update), which gives the body weight there anew;
* where the rest is in standing, the displacement is zero (zero-position update). A hold at the bottom of a squat is
  still too; it is told from standing by the way that was gone since the last rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.signals.integration import integral, rest_to_rest, with_end_moved
from footload.signals.runs import frames_of, runs
from footload.signals.smoothing import moving_mean
from footload.signals.stillness import Quiet, quietest, still_stretches
from footload.units import STANDARD_GRAVITY_M_PER_S2

MM_PER_M = 1000.0


@dataclass(frozen=True, slots=True)
class RestRules:
    """When the force is called still, and when a still stretch is believed to be rest.

    None of these is from the literature: they are set so that squats are found on synthetic mats at 30 to 1000 Hz.

    Parameters
    ----------
    weighing_s : float
        Length of the quietest stretch, which gives the body weight. [s]
    smoothing_s : tuple of float
        Moving mean of the force before stillness is judged: the first with which the noise of the weighing stays
        within twice the tolerance, or the last. The integration uses the force as it is. [s]
    shortest_s : float
        Shortest rest. [s]
    tolerance_ratio : float
        Force may vary by this part of the body weight in a rest, or by twice what it varies in as long a stretch of
        the weighing. [BW]
    offset_ratio, offset_growth_per_s : float
        Most by which the force of a rest may differ from the rest before, and how that grows with the time between,
        for a drifting device. [BW, BW/s]
    speed_m_per_s, speed_growth_m_per_s2 : float
        Speed that may be left at a rest, and how it grows with the time since the rest before. [m/s, m/s²]
    flat_s, flat_ratio : float
        A rest this long, whose two halves differ by no more than this part of the body weight, is believed whatever
        speed was summed up before it: a mat that loses force while it moves about sums up speed that never was.
        [s, BW]
    long_s, long_offset_ratio : float
        A flat rest this long is believed even where the mat weighs a squatting person differently by this part.
        [s, BW]
    level_mm, level_growth_mm_per_s2 : float
        Rests closer in height than this are at one height, and how that grows with the square of the time between
        them. [mm, mm/s²]
    run_s : float
        How long before the first and after the last rest the motion is still followed. [s]
    """

    weighing_s: float = 1.0
    smoothing_s: tuple[float, ...] = (0.1, 0.2)
    shortest_s: float = 0.4
    tolerance_ratio: float = 0.004
    offset_ratio: float = 0.005
    offset_growth_per_s: float = 0.001
    speed_m_per_s: float = 0.03
    speed_growth_m_per_s2: float = 0.03
    flat_s: float = 0.6
    flat_ratio: float = 0.002
    long_s: float = 1.5
    long_offset_ratio: float = 0.05
    level_mm: float = 50.0
    level_growth_mm_per_s2: float = 3.0
    run_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Rest:
    """A stretch in which the person is still.

    Parameters
    ----------
    start, stop : int
        Frames, half open.
    force : float
        Mean force in it, which is the body weight as measured there. [N, or counts]
    depth_mm : float
        How far below standing. [mm]
    """

    start: int
    stop: int
    force: float
    depth_mm: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class VerticalMotion:
    """The centre of mass through a trial.

    Parameters
    ----------
    depth_mm : (t,) array
        How far it is below standing; NaN where nobody stands or no rest ties it down. [mm]
    downward_mm_per_s : (t,) array
        Its speed, positive downward. [mm/s]
    weighing : Quiet, optional
        The quietest second, whose mean is the body weight; None when there is none.
    still_tolerance : float
        What the force may vary by and still be still. [N, or counts]
    rests : tuple of Rest
        In order of time.
    spans : tuple of (start, stop)
        Stretches of frames in which depth is known.
    """

    depth_mm: FloatArray
    downward_mm_per_s: FloatArray
    weighing: Quiet | None
    still_tolerance: float
    rests: tuple[Rest, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def body_weight(self) -> float:
        """Mean force of the quietest second; NaN when nobody stood still. [N, or counts]"""
        return self.weighing.level if self.weighing else float("nan")


def vertical_motion(time_s: FloatArray, force: FloatArray, rules: RestRules | None = None) -> VerticalMotion:
    """Work out how the centre of mass moves from the vertical force of both feet together.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    force : (t,) array
        Vertical force; NaN counts as nobody there. [N, or anything proportional]
    rules : RestRules, optional
        When the force is still.

    Returns
    -------
    VerticalMotion
        Without rests and with NaN depths when nobody stands still for a second.
    """
    rules = rules or RestRules()
    known = np.where(np.isfinite(force), force, 0.0)
    unknown = np.full(len(force), np.nan)
    nothing = VerticalMotion(frozen(unknown), frozen(unknown), None, float("nan"), (), ())
    if len(time_s) < 4 or not (known > 0).any():
        return nothing
    typical = float(np.median(known[known > 0.2 * known.max()]))
    brief = moving_mean(known, frames_of(rules.smoothing_s[0], time_s))
    both_feet = (brief > 0.75 * typical) & (brief < 1.25 * typical)
    weighing = quietest(known, frames_of(rules.weighing_s, time_s), both_feet)
    if weighing is None:
        return nothing
    loaded = known > 0.2 * weighing.level
    smooth, tolerance = _smoothed(known, weighing, time_s, rules)
    still = still_stretches(smooth, frames_of(rules.shortest_s, time_s), tolerance, loaded)
    standing = _Standing(time_s, known, smooth, weighing, rules)
    depth, speed = unknown.copy(), unknown.copy()
    rests: list[Rest] = []
    spans: list[tuple[int, int]] = []
    for span in runs(loaded, frames_of(rules.weighing_s, time_s)):
        believed = standing.believed([w for w in still if span[0] <= w[0] and w[1] <= span[1]])
        if believed:
            known_span = standing.followed(believed, span)
            spans.append(known_span)
            rests += standing.follow(believed, known_span, (depth, speed))
    return VerticalMotion(frozen(depth), frozen(speed), weighing, tolerance, tuple(rests), tuple(spans))


def _smoothed(force: FloatArray, weighing: Quiet, time_s: FloatArray, rules: RestRules) -> tuple[FloatArray, float]:
    """The force in which stillness is sought, and by how much it may vary there."""
    least = rules.tolerance_ratio * weighing.level
    smooth, noise = force, 0.0
    for duration_s in rules.smoothing_s:
        smooth = moving_mean(force, frames_of(duration_s, time_s))
        weighed = smooth[weighing.start : weighing.stop]
        n = min(frames_of(rules.shortest_s, time_s), len(weighed))
        starts = range(0, len(weighed) - n + 1, max(1, n // 4))
        # The median: a second that just reaches into a movement would raise a mean severalfold.
        noise = 2.0 * float(np.median([np.ptp(weighed[i : i + n]) for i in starts]))
        if noise <= 2.0 * least:
            break
    return smooth, max(least, noise)


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """One person's force, from which rests are told and the motion between them is followed."""

    time_s: FloatArray
    force: FloatArray
    smooth: FloatArray
    weighing: Quiet
    rules: RestRules

    def believed(self, still: list[tuple[int, int]]) -> list[Rest]:
        """The still stretches that are rest, found outward from the one that was weighed best."""
        if not still:
            return []
        rests = [self._core(stretch) for stretch in still]
        spread = [float(np.std(self.smooth[a:b])) / np.sqrt(b - a) for a, b in still]
        covered = [min(r.stop, self.weighing.stop) - max(r.start, self.weighing.start) for r in rests]
        first = int(np.argmax(covered)) if max(covered) > 0 else int(np.argmin(spread))
        believed = [rests[first]]
        for rest in rests[first + 1 :]:
            if self._is_rest(rest, (believed[-1], rest)):
                believed.append(rest)
        for rest in reversed(rests[:first]):
            if self._is_rest(rest, (rest, believed[0])):
                believed.insert(0, rest)
        return believed

    def followed(self, rests: list[Rest], span: tuple[int, int]) -> tuple[int, int]:
        """Part of a loaded stretch in which the motion is known.

        Who steps on or off changes the force without moving up or down, so the motion before the first and after the
        last rest is followed only where the recording itself began or ended.
        """
        n_run, n_frames = frames_of(self.rules.run_s, self.time_s), len(self.time_s)
        start = max(0, rests[0].start - n_run) if span[0] == 0 else rests[0].start
        stop = min(n_frames, rests[-1].stop + n_run) if span[1] == n_frames else rests[-1].stop
        return start, stop

    def follow(self, rests: list[Rest], span: tuple[int, int], into: tuple[FloatArray, FloatArray]) -> list[Rest]:
        """Write depth and speed of one stretch, and give the rests with their depths."""
        moved = [self._between(a, b) for a, b in pairwise(rests)]
        gaps_s = [float(self.time_s[b.start] - self.time_s[a.stop - 1]) for a, b in pairwise(rests)]
        levels = [self.rules.level_mm + self.rules.level_growth_mm_per_s2 * gap**2 for gap in gaps_s]
        depths = _depths([float(displacement[-1]) for displacement, _ in moved], levels)
        rests = [replace(rest, depth_mm=d) for rest, d in zip(rests, depths, strict=True)]
        depth, speed = into
        for rest in rests:
            depth[rest.start : rest.stop], speed[rest.start : rest.stop] = rest.depth_mm, 0.0
        for (a, b), (displacement, velocity) in zip(pairwise(rests), moved, strict=True):
            frames = slice(a.stop - 1, b.start + 1)
            missing = b.depth_mm - a.depth_mm - float(displacement[-1])
            placed, corrected = with_end_moved(self.time_s[frames], displacement, velocity, missing)
            depth[frames], speed[frames] = a.depth_mm + placed, corrected
        self._run_in(rests[0], span[0], into)
        self._run_out(rests[-1], span[1], into)
        return rests

    def _core(self, stretch: tuple[int, int]) -> Rest:
        """A still stretch without its edges, in which a movement may be beginning or ending."""
        start, stop = stretch
        shortest = frames_of(self.rules.shortest_s, self.time_s)
        edge = min(shortest // 2, (stop - start) // 3)
        long = stop - start - 2 * edge >= shortest
        # The edges spoil the weight a little, but a core of few frames is spoiled more by noise.
        weighed = self.force[start + edge : stop - edge] if long else self.force[start:stop]
        return Rest(start + edge, stop - edge, float(weighed.mean()))

    def _is_rest(self, new: Rest, both: tuple[Rest, Rest]) -> bool:
        """Whether a still stretch is rest, seen from the nearest one that is; both in order of time."""
        (earlier, later), rules = both, self.rules
        old = later if new is earlier else earlier
        offset = abs(new.force / old.force - 1)
        still_s = float(self.time_s[new.stop - 1] - self.time_s[new.start])
        flat = still_s >= rules.flat_s and self._halves_differ(new) <= rules.flat_ratio * old.force
        if flat and still_s >= rules.long_s and offset <= rules.long_offset_ratio:
            return True
        between_s = float(self.time_s[later.start] - self.time_s[earlier.stop - 1])
        if offset > rules.offset_ratio + rules.offset_growth_per_s * between_s:
            return False
        if flat:
            return True
        frames = slice(earlier.stop - 1, later.start + 1)
        acceleration = self._upward(frames, (earlier.force + later.force) / 2)
        speed = abs(float(integral(self.time_s[frames], acceleration)[-1]))
        return speed <= rules.speed_m_per_s + rules.speed_growth_m_per_s2 * between_s

    def _halves_differ(self, rest: Rest) -> float:
        middle = (rest.start + rest.stop) // 2
        return abs(float(self.force[rest.start : middle].mean() - self.force[middle : rest.stop].mean()))

    def _upward(self, frames: slice, weight: float | FloatArray) -> FloatArray:
        """Acceleration ``g (F / BW - 1)``. [m/s²]"""
        return STANDARD_GRAVITY_M_PER_S2 * (self.force[frames] / weight - 1)

    def _between(self, earlier: Rest, later: Rest) -> tuple[FloatArray, FloatArray]:
        """Downward way and speed from rest to rest, the body weight going from one's to the other's."""
        frames = slice(earlier.stop - 1, later.start + 1)
        t = self.time_s[frames]
        weight = np.interp(t, [t[0], t[-1]], [earlier.force, later.force])
        return rest_to_rest(t, -MM_PER_M * self._upward(frames, weight))

    def _run_in(self, rest: Rest, start: int, into: tuple[FloatArray, FloatArray]) -> None:
        """Follow the motion back in time from the first rest to the beginning of the recording."""
        frames = slice(start, rest.start + 1)
        velocity = integral(self.time_s[frames], -MM_PER_M * self._upward(frames, rest.force))
        velocity = velocity - velocity[-1]
        moved = integral(self.time_s[frames], velocity)
        into[0][frames], into[1][frames] = rest.depth_mm + moved - moved[-1], velocity

    def _run_out(self, rest: Rest, stop: int, into: tuple[FloatArray, FloatArray]) -> None:
        """Follow the motion from the last rest to the end of the recording."""
        frames = slice(rest.stop - 1, stop)
        velocity = integral(self.time_s[frames], -MM_PER_M * self._upward(frames, rest.force))
        into[0][frames] = rest.depth_mm + integral(self.time_s[frames], velocity)
        into[1][frames] = velocity


def _depths(moved_mm: list[float], level_mm: list[float]) -> list[float]:
    """Depth of every rest from what was moved between them; standing is the highest height that is kept."""
    depths = [0.0]
    for moved, level in zip(moved_mm, level_mm, strict=True):
        depth = depths[-1] + moved
        if depth < -level:  # now higher than all that was taken for standing: that was no standing
            depths = [d - depth for d in depths]
            depth = 0.0
        depths.append(0.0 if depth < level else depth)
    return depths
