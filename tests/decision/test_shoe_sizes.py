import pytest

from footload.decision.shoe_sizes import length_from_print_mm, shoe_sizes
from footload.trials import Side

# Exact sizes by the formulas, two decimals: length in mm, EU, UK, US men, US women.
EXACT = [
    (240, 38.25, 5.35, 6.35, 7.85),
    (255, 40.50, 7.12, 8.12, 9.62),
    (270, 42.75, 8.89, 9.89, 11.39),
    (285, 45.00, 10.66, 11.66, 13.16),
]


@pytest.mark.parametrize(("length", "eu", "uk", "men", "women"), EXACT)
def test_the_formulas_give_the_sizes_of_the_table(length: float, eu: float, uk: float, men: float, women: float):
    found = shoe_sizes({Side.LEFT: length})

    assert found is not None
    exact = {size.system: size.exact for size in found.sizes}
    assert (exact["eu"], exact["uk"], exact["us_men"], exact["us_women"]) == pytest.approx(
        (eu, uk, men, women), abs=0.005
    )
    assert exact["us_women"] - exact["us_women_brannock"] == pytest.approx(0.5)
    assert exact["mondopoint"] == length


def test_the_next_half_size_up_is_shown_and_an_exact_size_stays():
    sizes = {size.system: size.size for size in shoe_sizes({Side.LEFT: 240}).sizes}  # pyright: ignore
    exact = {size.system: size.size for size in shoe_sizes({Side.LEFT: 285}).sizes}  # pyright: ignore

    assert sizes["eu"] == 38.5
    assert sizes["uk"] == 5.5
    assert exact["eu"] == 45.0


def test_the_longer_foot_decides_and_brings_its_own_width():
    found = shoe_sizes({Side.LEFT: 255, Side.RIGHT: 258}, {Side.LEFT: 99, Side.RIGHT: 101})

    assert found is not None
    assert (found.side, found.length_mm, found.width_mm) == ("right", 258, 101)
    assert found.inner_length_mm == (273, 278)


def test_every_formula_says_that_it_is_unverified_and_the_table_wins():
    found = shoe_sizes({Side.LEFT: 250})

    assert found is not None
    assert all("(unverified)" in size.text for size in found.sizes if size.system != "mondopoint")
    assert "ISO 19407 wins" in found.text
    assert all(size.citations for size in found.sizes)


def test_without_a_length_there_is_no_size_and_a_foot_of_nothing_is_refused():
    assert shoe_sizes({}) is None
    with pytest.raises(ValueError, match="0 mm has no shoe size"):
        shoe_sizes({Side.LEFT: 0.0})


def test_a_print_is_shorter_than_its_foot_by_about_a_sensor():
    assert length_from_print_mm(245, 7.6) == pytest.approx(252.6)
