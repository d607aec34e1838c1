import hashlib

import pytest
from lst_files import Listing, step_images

from footload.errors import AmbiguousFormatError, UnknownFormatError, UnreadableTrialError
from footload.readers import Reader, emed, find_reader, read, readers, registry


class Point:
    """An entry point of an outside package."""

    name = "outside"
    value = "outside.module:reader"

    def __init__(self, what):
        self.what = what

    def load(self):
        if isinstance(self.what, Exception):
            raise self.what
        return self.what


@pytest.fixture
def plugged(monkeypatch):
    def plug(*what):
        monkeypatch.setattr(registry, "entry_points", lambda group: [Point(one) for one in what])
        readers.cache_clear()

    yield plug
    readers.cache_clear()


@pytest.fixture
def listing(tmp_path):
    path = tmp_path / "step.lst"
    path.write_bytes(Listing().bytes_of(step_images()))
    return path


def outside(name="outside", claims=True):
    return Reader(name, "an outside format", (".out",), lambda head, path: claims, emed.load)


def test_the_readers_stand_in_order_of_their_names(plugged):
    plugged(outside("zebra"), outside("ant"))
    names = [reader.name for reader in readers()]
    assert names == sorted(names)
    assert {"ant", "emed", "zebra"} <= set(names)


def test_two_readers_of_one_name_are_refused(plugged):
    plugged(outside("emed"))
    with pytest.raises(ValueError, match=r"same name; found: .*\bemed, emed\b"):
        readers()


@pytest.mark.parametrize("broken", [ImportError("no module"), "not a reader"])
def test_a_broken_outside_reader_is_left_out_with_a_warning(plugged, broken, listing):
    plugged(broken)
    with pytest.warns(RuntimeWarning, match=r"'outside' \(outside.module:reader\) cannot be loaded"):
        assert find_reader(listing).name == "emed"


def test_a_file_that_two_readers_claim_has_to_be_named(plugged, listing):
    plugged(outside())
    with pytest.raises(AmbiguousFormatError, match=r"step\.lst: 2 readers claim it \(emed, outside\)"):
        read(listing)
    assert read(listing, "emed").name == "step"


def test_a_reader_that_does_not_exist_is_named_with_those_that_do(plugged, listing):
    plugged()
    with pytest.raises(KeyError, match=r"no reader 'nonsense'; known: .*\bemed\b"):
        find_reader(listing, "nonsense")


def test_a_file_that_nobody_knows_lists_the_known_kinds(plugged, tmp_path):
    plugged()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    with pytest.raises(UnknownFormatError, match=r"photo\.jpg: no reader knows .* novel emed listing \(\.lst"):
        read(photo)


@pytest.mark.parametrize("named", [None, "emed"])
def test_an_empty_file_is_empty_whoever_reads_it(plugged, tmp_path, named):
    plugged()
    empty = tmp_path / "empty.lst"
    empty.touch()
    with pytest.raises(UnreadableTrialError, match=r"empty\.lst: the file is empty \(0 bytes\)"):
        read(empty, named)


def test_a_file_that_is_not_there_and_a_folder_cannot_be_opened(plugged, tmp_path):
    plugged()
    for path in (tmp_path / "nowhere.lst", tmp_path):
        with pytest.raises(UnreadableTrialError, match="cannot be opened"):
            read(path)


def test_a_trial_carries_the_fingerprint_of_its_file(plugged, listing):
    plugged()
    assert read(listing).source_sha256 == hashlib.sha256(listing.read_bytes()).hexdigest()
