"""Footprints that were moved in a known way are laid back."""

import numpy as np
import pytest

from footload.foot.registration import Registration, mean_print, register, transferred_regions
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.trials import Side

MAT = SensorLayout.rectangle(64, 40, 5.0)


def picture(heading_deg: float = 0.0, x_mm: float = 100.0, y_mm: float = 160.0, length_mm: float = 250.0) -> np.ndarray:
    foot = SyntheticFoot(Side.LEFT, length_mm, 0.37 * length_mm, 0.0, (x_mm, y_mm), heading_deg)
    return (foot.standing_weights @ foot.on_cells(MAT)).reshape(64, 40)


@pytest.mark.parametrize(("turn_deg", "dx_mm", "dy_mm"), [(0, 7, -4), (12, 0, 0), (-15, -12, 9)])
def test_a_known_turn_and_shift_are_found(turn_deg: float, dx_mm: float, dy_mm: float) -> None:
    found = register(picture(turn_deg, 100 + dx_mm, 160 + dy_mm), picture())
    assert found.angle_deg == pytest.approx(-turn_deg, abs=0.3) or found.angle_deg == pytest.approx(turn_deg, abs=0.3)
    assert found.mismatch < 0.01
    middle = found.matrix @ (np.array([31.5, 19.5]) - found.center) + found.center + found.shift
    np.testing.assert_allclose(middle, [31.5 + dy_mm / 5, 19.5 + dx_mm / 5], atol=0.2)


def test_a_larger_foot_needs_the_affine_one() -> None:
    template, middle = picture(), np.array([31.5, 19.5])
    larger = Registration(np.eye(2) / 1.1, middle, np.zeros(2), 0.0).apply(template)
    rigid, affine = register(larger, template), register(larger, template, affine=True)
    assert affine.mismatch < 0.5 * rigid.mismatch
    assert np.sqrt(np.linalg.det(affine.matrix)) == pytest.approx(1.1, abs=0.03)


def test_the_mean_of_turned_prints_is_the_print() -> None:
    template = picture()
    mean = mean_print([picture(turn) for turn in (-10.0, 0.0, 10.0)], template)
    assert np.corrcoef(mean.ravel(), template.ravel())[0, 1] > 0.995


def test_regions_go_where_the_print_goes() -> None:
    atlas, turned = picture(), picture(10.0, 105.0)
    rows = np.indices(atlas.shape)[0]
    heel = (rows < 26) & (atlas > 0.02 * atlas.max())
    moved = transferred_regions({"heel": heel}, atlas, turned)["heel"]
    back = register(turned, atlas).apply(moved.astype(float), atlas.shape, order=0) > 0.5
    assert 2 * np.count_nonzero(back & heel) / (np.count_nonzero(back) + np.count_nonzero(heel)) > 0.93


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no load"):
        register(np.zeros((4, 4)), np.ones((4, 4)))


def test_the_same_place_is_no_change() -> None:
    same = Registration(np.eye(2), np.zeros(2), np.zeros(2), 0.0)
    np.testing.assert_allclose(same.apply(picture()), picture())
