import numpy as np
import pytest

from devices.health import NAMES, examine

GRID = (8, 10)


def mat(seed=0, n=200):
    """A sound mat of 12 bit: a little noise without load, then a foot that wanders over every cell."""
    rng = np.random.default_rng(seed)
    unloaded = rng.normal(20, 1, (n, 80)).round().clip(0)
    loaded = rng.normal(20, 1, (n, 80)).round().clip(0).reshape(n, *GRID)
    for k in range(n):
        row, col = divmod(k % 80, 10)
        loaded[k, max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2] += 800
    return unloaded, loaded.reshape(n, 80)


def test_a_sound_mat_has_nothing():
    health = examine(*mat(), GRID, 4095)
    assert [health.cells(name) for name in NAMES] == [[]] * 6
    assert health.usable.all()
    assert health.sentences == ()
    np.testing.assert_allclose(health.noise, 1, rtol=0.35)


def test_each_fault_is_found_where_it_is():
    unloaded, loaded = mat()
    unloaded[:, 12] = loaded[:, 12] = 0
    unloaded[:, 27] = loaded[:, 27] = 700
    unloaded[:, 34] += np.random.default_rng(1).normal(0, 60, 200)
    loaded[:, 41] = np.where(loaded[:, 41] > 500, 4095, loaded[:, 41])
    unloaded[:, 58] = loaded[:, 58] = 4035
    health = examine(unloaded, loaded, GRID, 4095)
    assert {name: health.cells(name) for name in NAMES} == {
        "dead": [(1, 2)],
        "stuck": [(2, 7)],
        "offset": [],
        "noisy": [(3, 4)],
        "saturated": [(4, 1)],
        "shorted": [(5, 8)],
    }
    assert health.usable.sum() == 76
    assert health.sentences[0] == "1 dead: row 1 column 2."


def test_cells_that_nobody_stepped_on_are_not_called_dead():
    unloaded, loaded = mat()
    # nobody came to the right half
    loaded.reshape(-1, *GRID)[:, :, 6:] = unloaded.reshape(-1, *GRID)[:, :, 6:]
    health = examine(unloaded, loaded, GRID, 4095)
    assert health.cells("dead") == []
    assert health.untouched == 8 * 4
    assert "32 cells were never loaded" in health.sentences[-1]


def test_a_cell_that_counts_for_nothing_where_nobody_stepped_is_an_offset_and_one_that_still_answers_is_not():
    unloaded, loaded = mat()
    loaded.reshape(-1, *GRID)[:, :, 6:] = unloaded.reshape(-1, *GRID)[:, :, 6:]
    for cell in (19, 22):
        unloaded[:, cell] += 300
        loaded[:, cell] += 300
    health = examine(unloaded, loaded, GRID, 4095)
    # row 1 column 9 was never loaded; row 2 column 2 was, and a zero that is taken off makes it right
    assert health.cells("offset") == [(1, 9)]
    assert not health.usable[19]
    assert health.usable[22]
    assert health.untouched == 8 * 4 - 1


def test_a_hollow_between_two_feet_is_not_called_dead():
    unloaded, loaded = mat(n=300)
    # cells beside the steps are loaded at other moments than those on their other side: nobody stood on row 4
    pressed = loaded.reshape(-1, *GRID) - 20
    pressed[:, 4] = 0
    pressed[::2, 5:] = 0
    pressed[1::2, :4] = 0
    health = examine(unloaded, (pressed + 20).reshape(-1, 80), GRID, 4095)
    assert health.cells("dead") == []


def test_too_little_or_another_mat_is_a_sentence():
    unloaded, loaded = mat()
    with pytest.raises(ValueError, match="unloaded has 5 frames; 20 are the least"):
        examine(unloaded[:5], loaded, GRID, 4095)
    with pytest.raises(ValueError, match=r"loaded has shape \(200, 79\)"):
        examine(unloaded, loaded[:, :79], GRID, 4095)
