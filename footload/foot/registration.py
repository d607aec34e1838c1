"""Laying one footprint over another: rigid, then affine; for averages, comparison and the transfer of regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from footload.arrays import BoolArray, FloatArray, frozen

_SMOOTH_CELLS = (4.0, 1.5, 0.7)
"""From coarse to fine, so that the search does not stop at the nearest toe."""


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """Where the points of a template lie in a moving picture: ``source = matrix @ (target - center) + center + shift``.

    Parameters
    ----------
    matrix : (2, 2) array
        Turn, or turn with stretch and shear; acts on (row, column).
    center, shift : (2,) array
        In cells.
    mismatch : float
        ``sum (moved - template)² / sum template²``; 0 is the same picture. [ratio]
    """

    matrix: FloatArray
    center: FloatArray
    shift: FloatArray
    mismatch: float

    @property
    def angle_deg(self) -> float:
        """Turn of the nearest rotation. [deg]"""
        u, _, vt = np.linalg.svd(self.matrix)
        turn = u @ vt
        return float(np.degrees(np.arctan2(turn[1, 0], turn[0, 0])))

    def apply(self, image: FloatArray, shape: tuple[int, int] | None = None, order: Literal[0, 1] = 1) -> FloatArray:
        """Draw a picture in the frame of the template.

        Parameters
        ----------
        image : (rows, cols) array
            A picture in the frame of the moving one.
        shape : (rows, cols), optional
            Of the template; that of the picture by default.
        order : int
            1 for pressure, 0 for masks.

        Returns
        -------
        (rows, cols) array
            0 where the picture does not reach.
        """
        from scipy.ndimage import affine_transform

        offset = self.center + self.shift - self.matrix @ self.center
        moved: Any = affine_transform(
            np.asarray(image, np.float64),
            self.matrix,
            offset,
            output_shape=shape or (image.shape[0], image.shape[1]),
            order=order,
        )
        return np.asarray(moved, np.float64)


def register(image: FloatArray, template: FloatArray, *, affine: bool = False) -> Registration:
    """Find how a footprint has to be moved to lie on a template.

    Parameters
    ----------
    image, template : (rows, cols) array
        Maximum pressure images on cells of one size, heel and side alike; their scale does not matter.
    affine : bool
        Also stretch and shear.

    Returns
    -------
    Registration
        From the template's frame into the picture's.

    Raises
    ------
    ValueError
        When one of them holds no load.

    Notes
    -----
    Least squares (`scipy.optimize`) of the difference of the square roots of both pictures, so that one toe or head
    that pressed harder does not decide alone, each divided by its root mean square and smoothed from coarse to fine.
    The search starts with the centroids and main directions of what was touched on each other, the affine one with
    their lengths and widths too: two feet of different size have to begin toe on toe.
    """
    if not np.any(image > 0) or not np.any(template > 0):
        raise ValueError("One of the pictures holds no load, so there is nothing to lay over the other.")
    moving, fixed = np.sqrt(np.maximum(image, 0.0)), np.sqrt(np.maximum(template, 0.0))
    center, start = _start(image, template, affine)
    for smooth in _SMOOTH_CELLS:
        start = _search(moving, fixed, center, start, smooth)
    matrix = _matrix(start)
    found = Registration(frozen(matrix), frozen(center), frozen(start[-2:].copy()), 0.0)
    moved, target = _scaled(found.apply(image, template.shape)), _scaled(template)
    mismatch = float(((moved - target) ** 2).sum() / (target**2).sum())
    return Registration(found.matrix, found.center, found.shift, mismatch)


def mean_print(images: Sequence[FloatArray], template: FloatArray, *, affine: bool = False) -> FloatArray:
    """Average footprints after each was laid on a template. [as the pictures]

    Parameters
    ----------
    images : sequence of (rows, cols) array
        At least one.
    template : (rows, cols) array
        One of them, or an atlas.
    affine : bool
        See `register`.

    Returns
    -------
    (rows, cols) array
        In the template's frame.
    """
    moved = [register(image, template, affine=affine).apply(image, template.shape) for image in images]
    return np.mean(moved, axis=0)


def transferred_regions(
    regions: Mapping[str, BoolArray], atlas: FloatArray, image: FloatArray, *, affine: bool = True
) -> dict[str, BoolArray]:
    """Bring the regions of an atlas onto a footprint.

    Parameters
    ----------
    regions : mapping of name to (rows, cols) array of bool
        In the atlas' frame.
    atlas, image : (rows, cols) array
        Pictures of the same side.
    affine : bool
        See `register`.

    Returns
    -------
    dict of name to (rows, cols) array of bool
        In the footprint's frame.
    """
    laid = register(atlas, image, affine=affine)
    shape = (image.shape[0], image.shape[1])
    return {name: laid.apply(mask.astype(np.float64), shape, order=0) > 0.5 for name, mask in regions.items()}


def _scaled(image: FloatArray) -> FloatArray:
    return image / np.sqrt((image**2).mean()) if np.any(image) else image


def _turn(angle: float) -> FloatArray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _matrix(values: FloatArray) -> FloatArray:
    return _turn(float(values[0])) if len(values) == 3 else values[:4].reshape(2, 2)


def _start(image: FloatArray, template: FloatArray, affine: bool) -> tuple[FloatArray, FloatArray]:
    (at, axes, extent), (center, wanted, target) = _placed(image), _placed(template)
    shift = at - center
    if affine:
        return center, np.concatenate([(axes @ np.diag(extent / target) @ wanted.T).ravel(), shift])
    turn = axes @ wanted.T
    return center, np.array([np.arctan2(turn[1, 0], turn[0, 0]), *shift])


def _placed(image: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centroid of what is loaded, its main and cross direction (columns) and its spread along both."""
    touched = np.argwhere(image > 0.02 * image.max()).astype(np.float64)
    spread, vectors = np.linalg.eigh(np.cov(touched.T))
    main = vectors[:, 1] if vectors[0, 1] >= 0 else -vectors[:, 1]
    axes = np.column_stack([main, [-main[1], main[0]]])
    return touched.mean(axis=0), axes, np.sqrt(np.maximum(spread[::-1], 1e-12))


def _search(
    image: FloatArray, template: FloatArray, center: FloatArray, start: FloatArray, smooth: float
) -> FloatArray:
    from scipy.ndimage import gaussian_filter
    from scipy.optimize import least_squares

    moving, fixed = gaussian_filter(image, smooth), _scaled(gaussian_filter(template, smooth))
    scale = np.sqrt((moving**2).mean())

    def difference(values: FloatArray) -> FloatArray:
        laid = Registration(_matrix(values), center, values[-2:], 0.0)
        return (laid.apply(moving, template.shape) / scale - fixed).ravel()

    found = least_squares(
        difference, start, x_scale=np.array([0.02] * (len(start) - 2) + [1.0, 1.0]), diff_step=cast("Any", 1e-3)
    )
    return np.asarray(found.x, np.float64)
