import gzip
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lst_files import Listing, step_images

from footload.errors import UnknownFormatError, UnreadableTrialError
from footload.readers import emed, read
from footload.trials import Task

IMAGES = step_images()
VARIANTS = {
    "as the vendor writes it": Listing(),
    "spaces instead of tabs": Listing(gap="      "),
    "Windows line ends": Listing(newline="\r\n"),
    "a picture on two pages": Listing(cols_per_page=4),
    "a picture on three pages": Listing(cols_per_page=3),
    "summary pages at the end": Listing(summaries=True),
    "no row of forces": Listing(force_row=False),
    "no column of forces": Listing(force_column=False),
    "no forces at all": Listing(force_row=False, force_column=False),
    "no form feeds": Listing(form_feeds=False),
    "millimetres and seconds": Listing(size="5.00x5.00 mm", frame="0.01 s"),
    "decimal commas in the header": Listing(frame="10,0 ms"),
    "pictures from 41 on": Listing(first_picture=41),
    "a file name that lies": Listing(file_line=r"C:\MPP Pict-No.: 7\dynamic.dat"),
}


@pytest.fixture
def written(tmp_path):
    names = itertools.count()

    def write(data: bytes, name: str = ""):
        path = tmp_path / (name or f"step{next(names)}.lst")
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_of_the_listing_gives_the_same_trial(variant, written):
    recording = read(written(VARIANTS[variant].bytes_of(IMAGES))).pressure
    np.testing.assert_array_equal(recording.images, IMAGES[:, ::-1])  # row 0 is now at the heel
    np.testing.assert_allclose(recording.time_s, np.arange(6) * 0.01, rtol=1e-12)
    assert recording.layout.pitch_mm == pytest.approx((5.0, 5.0))


def test_cells_stand_where_they_are_on_the_whole_mat(written):
    layout = read(written(Listing(first_row=30, first_col=26).bytes_of(IMAGES))).pressure.layout
    assert layout.x_mm.min() == pytest.approx((26 - 0.5) * 5)
    # the last listed row is 30 + 12 - 1 = 41 of 95; counted from the heel side it is 54 whole cells up
    assert layout.y_mm.min() == pytest.approx((95 - 41 + 0.5) * 5)
    assert layout.y_mm.max() == pytest.approx((95 - 30 + 0.5) * 5)
    assert layout.grid == (12, 7)


def test_oblong_cells_keep_their_two_sizes(written):
    layout = read(written(Listing(size="0.500x0.800 cm").bytes_of(IMAGES))).pressure.layout
    assert layout.pitch_mm == pytest.approx((5.0, 8.0))
    assert layout.area_mm2[0] == pytest.approx(40.0)


def test_a_gzipped_listing_reads_like_the_listing_itself(written):
    trial = read(written(gzip.compress(Listing().bytes_of(IMAGES)), "NP1.lst.gz"))
    assert trial.name == "NP1"
    np.testing.assert_array_equal(trial.pressure.images, IMAGES[:, ::-1])


def test_the_path_in_the_file_never_reaches_the_trial(written):
    trial = read(written(Listing().bytes_of(IMAGES), "a.lst"))
    told = " ".join([trial.name, *trial.notes.values(), trial.pressure.source, *trial.pressure.history])
    assert "Doe" not in told
    assert "Jane" not in told


@pytest.mark.parametrize("gap", ["\t", "   "])
def test_the_path_in_the_file_is_kept_only_when_asked_for(gap, written):
    data = Listing().bytes_of(IMAGES).replace(b" \tMatrix", gap.encode() + b"Matrix")
    kept = read(written(data), keep_private=True)
    assert kept.notes["private file"] == r"C:\novel\novfile\data\EMED\Doe_Jane\2.dat"
    nameless = written(Listing().bytes_of(IMAGES).replace(b"File:", b"#"))
    assert emed.private(nameless) == {}


@pytest.mark.parametrize("cut", ["Page 1\n", "Pict-No.: 1", "30\t0.00", "Force\t0.00"])
def test_the_path_in_the_file_never_reaches_an_error(cut, written):
    data = Listing().bytes_of(IMAGES).replace(cut.encode("iso-8859-1"), b"#", 1)
    with pytest.raises(UnreadableTrialError) as error:
        emed.load(written(data))
    assert "Doe" not in str(error.value)


def test_the_task_is_left_open_unless_the_file_says_dynamic(written):
    assert read(written(Listing().bytes_of(IMAGES))).task is Task.UNKNOWN
    said = read(written(Listing(kind="dynamic measurement").bytes_of(IMAGES)))
    assert said.task is Task.WALKING
    assert "dynamic" in said.notes["task"]


def test_forces_in_the_file_that_fit_are_noted_as_a_check_that_passed(written):
    assert "agree" in read(written(Listing().bytes_of(IMAGES))).notes["force check"]
    split = read(written(Listing(cols_per_page=3).bytes_of(IMAGES)))
    assert "agree" in split.notes["force check"]
    assert "could not be checked" in read(written(Listing(force_row=False).bytes_of(IMAGES))).notes["force check"]


def test_a_pressure_that_contradicts_the_forces_of_the_file_is_noted_with_its_picture(written):
    data = Listing().bytes_of(IMAGES).replace(b"\t10.00\t", b"\t90.00\t", 1)
    note = read(written(data)).notes["force check"]
    assert "differ" in note
    assert "2.00 N" in note  # 80 kPa on 0.25 cm2
    assert "picture 1" in note


def test_summary_pages_are_counted_in_the_notes(written):
    assert "2 summary pages" in read(written(Listing(summaries=True).bytes_of(IMAGES))).notes["summary pages"]


def test_a_listing_of_summaries_only_is_refused(written):
    data = Listing(summaries=True).bytes_of(IMAGES[:1]).split(b"\f\n", 1)[1]
    with pytest.raises(UnreadableTrialError, match="summary pages only"):
        read(written(data))


def read_or_sentence(path):
    try:
        return emed.load(path)
    except UnreadableTrialError as error:
        sentence = str(error)
    assert sentence.startswith(path.name)
    assert "\n" not in sentence
    return sentence


def refused(data: bytes, written) -> str:
    with pytest.raises(UnreadableTrialError) as error:
        emed.load(written(data, "damaged.lst"))
    message = str(error.value)
    assert message.startswith("damaged.lst: ")
    assert "\n" not in message
    return message


def test_a_missing_picture_is_named(written):
    pages = Listing().bytes_of(IMAGES).split(b"\f\n")
    assert "picture 4 follows picture 2" in refused(b"\f\n".join(pages[:2] + pages[3:]), written)


def test_a_missing_half_of_a_picture_is_named(written):
    pages = Listing(cols_per_page=4).bytes_of(IMAGES).split(b"\f\n")
    assert "picture 3" in refused(b"\f\n".join(pages[:5] + pages[6:]), written)


def test_a_row_with_a_value_too_few_is_named_by_its_line(written):
    data = Listing().bytes_of(IMAGES)
    lines = data.split(b"\n")
    lines[15] = lines[15].rsplit(b"\t", 1)[0]
    message = refused(b"\n".join(lines), written)
    assert "line 16" in message
    assert "7 values" in message
    assert "8 columns" in message


@pytest.mark.parametrize("word", [b"x.00", b"nan", b"-5.00", b"1e400"])
def test_a_value_that_is_no_pressure_is_refused_with_its_page(word, written):
    assert "picture 1" in refused(Listing().bytes_of(IMAGES).replace(b"\t5.00\t", b"\t" + word + b"\t", 1), written)


def test_rows_beyond_the_mat_are_refused(written):
    assert "the mat has 20 rows" in refused(Listing(matrix=(64, 20)).bytes_of(IMAGES), written)


def test_a_window_with_a_row_twice_is_refused(written):
    assert "numbered" in refused(Listing().bytes_of(IMAGES).replace(b"\n31\t", b"\n30\t"), written)


def test_a_header_without_the_time_of_a_picture_says_so(written):
    assert "'Time/picture:'" in refused(Listing().bytes_of(IMAGES).replace(b"Time/picture:", b"T:"), written)


def test_a_binary_file_named_lst_is_known_by_no_reader(written):
    path = written(bytes(range(256)) * 40, "photo.lst")
    with pytest.raises(UnknownFormatError, match=r"photo\.lst: no reader knows"):
        read(path)
    with pytest.raises(UnreadableTrialError, match="binary file"):
        read(path, "emed")


def test_an_empty_listing_says_that_it_is_empty(written):
    with pytest.raises(UnreadableTrialError, match="empty"):
        read(written(b"", "nothing.lst"))


@pytest.mark.parametrize("variant", ["as the vendor writes it", "a picture on two pages", "no form feeds"])
def test_a_listing_cut_at_any_byte_is_refused_or_is_whole(variant, written):
    """A cut that is accepted has lost no row: only what follows the last complete picture may be gone."""
    images = step_images(3, 4, 5)
    whole = VARIANTS[variant].bytes_of(images)
    accepted = []
    step = 1 if variant == "as the vendor writes it" else 3
    for length in sorted({*range(1, len(whole) - 40, step), *range(len(whole) - 40, len(whole))}):
        trial = read_or_sentence(written(whole[:length], "cut.lst"))
        if not isinstance(trial, str):
            np.testing.assert_array_equal(trial.pressure.images, images[:, ::-1])
            assert "closing form feed" in trial.notes["end"]
            accepted.append(length)
    assert accepted == [length for length in range(len(whole) - 2, len(whole)) if length in accepted]


def test_a_cut_between_two_pictures_is_refused_while_the_foot_is_on_the_mat(written):
    pages = Listing().bytes_of(IMAGES).split(b"\f\n")
    message = refused(b"\f\n".join(pages[:3]) + b"\f\n", written)
    assert "page 3 (picture 3" in message
    assert "still loaded" in message


def test_a_gzip_cut_anywhere_is_refused(written):
    whole = gzip.compress(Listing().bytes_of(IMAGES))
    for length in range(2, len(whole), 7):
        assert "gzip" in refused(whole[:length], written)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_listing_is_read_or_refused_with_one_sentence(tmp_path_factory, data):
    content = bytearray(Listing().bytes_of(step_images(3, 5, 4)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["change", "remove", "insert"]))
        if kind == "change":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "remove":
            del content[at : at + data.draw(st.integers(1, 40))]
        else:
            content[at:at] = data.draw(st.binary(min_size=1, max_size=12))
        if not content:
            return
    path = tmp_path_factory.getbasetemp() / "mutated.lst"
    path.write_bytes(bytes(content))
    trial = read_or_sentence(path)
    assert isinstance(trial, str) or np.isfinite(trial.pressure.pressure_kpa).all()
