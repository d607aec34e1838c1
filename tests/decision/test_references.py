import pytest

from footload.errors import EvidenceError
from footload.references import Mark, _entry, reference, references  # pyright: ignore[reportPrivateUsage]

FORMULA_KEYS = [
    "cavanagh1987",
    "song1996",
    "hagedorn2013",
    "telfer2023",
    "novel_lst",
    "melai_pti",
    "koh2015",
    "footload_definition",
    "winter_cop",
    "evidence_cms",
]


def test_every_numbered_source_of_the_evidence_tables_has_an_entry():
    numbered = {f"s{number}" for number in range(1, 146)} | {"s63b"}

    assert numbered <= set(references())
    assert all(references()[key].id == f"S{key[1:]}" for key in numbered)


@pytest.mark.parametrize("key", FORMULA_KEYS)
def test_every_formula_source_has_an_entry(key: str):
    assert reference(key).key == key


def test_texts_and_places_are_stated_for_every_source():
    for entry in references().values():
        assert len(entry.text) > 10
        assert entry.where


def test_no_two_numbered_sources_share_a_number():
    ids = [entry.id for entry in references().values()]

    assert len(ids) == len(set(ids))


def test_a_source_from_memory_is_shown_as_unverified():
    assert reference("cavanagh1987").mark is Mark.MEMORY
    assert not reference("cavanagh1987").verified
    assert reference("cavanagh1987").short.endswith("(unverified)")
    assert "unverified" not in reference("s67").short
    assert reference("s67").short.startswith("[S67] Lima 2018")


def test_every_mark_has_its_meaning():
    assert len({mark.meaning for mark in Mark}) == len(Mark)


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(KeyError, match="cavanagh1987"):
        reference("cavanag1987")


def test_an_unknown_key_without_any_near_one_says_where_to_look():
    with pytest.raises(KeyError, match=r"see references\.toml"):
        reference("§§§§")


def test_an_incomplete_entry_is_refused_with_its_key():
    with pytest.raises(EvidenceError, match=r"'x1'.*where"):
        _entry("x1", {"id": "X1", "text": "a text", "mark": "read"})


def test_an_unknown_mark_is_refused_with_the_known_ones():
    with pytest.raises(EvidenceError, match="secondary"):
        _entry("x1", {"id": "X1", "text": "a text", "where": "here", "mark": "heard"})
