import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.readers.number_blocks import (
    NumberTextError,
    count_in_file,
    empty_pressures,
    line_blocks,
    parse_numbers,
    parse_rows,
    precision_note,
)

WORDS = ["0", "7", "42", "00", "1.5", "-2", "-0.25", ".5", "5.", "0.001", "123456789.5", "1234567890123"]
WORDS += ["12345678901234567", "1e3", "-1.5E-7", "+3"]


@pytest.mark.parametrize("word", WORDS)
def test_a_number_is_the_double_nearest_to_what_is_printed(word):
    assert parse_numbers(word.encode()).tolist() == [float(word)]


def test_words_of_every_kind_stand_beside_each_other():
    text = " ".join(WORDS * 3).encode()
    assert parse_numbers(text).tolist() == [float(word) for word in WORDS * 3]


@given(
    st.lists(st.tuples(st.floats(-1e8, 1e8), st.integers(0, 8)), max_size=60), st.sampled_from([" ", ",", "\t", "\n"])
)
def test_any_printed_numbers_are_read_as_float_reads_them(numbers, gap):
    words = [f"{value:.{decimals}f}" for value, decimals in numbers]
    assert parse_numbers(gap.join(words).encode()).tolist() == [float(word) for word in words]


@given(st.text(alphabet='0123456789.-,;eE \t\r\nnaxB+"', max_size=40))
def test_any_text_is_read_as_float_reads_it_or_refused(text):
    words = text.replace(",", " ").split()
    try:
        expected = [float(word) for word in words]
    except ValueError:
        with pytest.raises(NumberTextError):
            parse_numbers(text.encode())
    else:
        np.testing.assert_array_equal(parse_numbers(text.encode()), expected)


@pytest.mark.parametrize(
    "text", [b"1,2,3\n4,5,6\n", b"1 2 3\r\n\r\n4\t5\t6", b"\n\n1,2,3,\n4,5,6,\n\n", b"1 2 3\n4 5 6 "]
)
def test_a_table_has_as_many_numbers_in_every_line(text):
    assert parse_rows(text, 3).tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("text", [b"", b"\n\r\n", b" , ,\n"])
def test_a_text_without_numbers_is_an_empty_table(text):
    assert parse_rows(text, 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [(b"1 2 3\n4 5\n6 7 8 9\n", 1), (b"1 2\n3 4 5 6\n", 0), (b"1 2 3\n\n4 x 6\n", 2), (b"1 2 3\n4 5 - 6", 1)],
)
def test_a_line_that_does_not_fit_is_named_even_if_the_sum_is_right(text, line):
    with pytest.raises(NumberTextError) as error:
        parse_rows(text, 3)
    assert error.value.line == line


@pytest.mark.parametrize("word", [b"1.2.3", b"--1", b"1-", b"-", b".", b"1-2", b"Doe"])
def test_a_word_that_is_no_number_is_refused_and_never_repeated(word):
    with pytest.raises(NumberTextError) as error:
        parse_rows(b"1 2\n3 " + word, 2)
    assert error.value.line == 1
    assert word.decode() not in str(error.value).replace("line 2", "") or word in {b".", b"-"}


def test_a_long_table_is_read_piece_by_piece_and_its_lines_are_counted_through():
    table = np.arange(300_000, dtype=float).reshape(-1, 6) / 4
    lines = [" ".join(f"{value:.2f}" for value in row) for row in table]
    np.testing.assert_array_equal(parse_rows("\n".join(lines).encode(), 6), table)
    lines[40_000] += " 1"
    with pytest.raises(NumberTextError) as error:
        parse_rows("\n".join(lines).encode(), 6)
    assert error.value.line == 40_000


@given(st.binary(max_size=60), st.integers(1, 9))
def test_blocks_of_lines_are_the_file_and_only_the_last_may_end_in_a_line(data, size):
    blocks = list(line_blocks(io.BytesIO(data), size))
    assert b"".join(blocks) == data
    assert all(block.endswith(b"\n") for block in blocks[:-1])


@given(st.binary(max_size=40), st.integers(0, 5))
def test_words_are_counted_from_where_the_file_stands(data, start):
    data = data.replace(b"F", b"") + b"xFramex" * 3
    file = io.BytesIO(data)
    file.seek(start)
    assert count_in_file(file, b"Frame") == data[start:].count(b"Frame")
    assert file.tell() == start


def test_words_across_two_blocks_are_counted_once():
    assert count_in_file(io.BytesIO(b"x" * ((1 << 20) - 2) + b"Frame" + b"y" * 10), b"Frame") == 1


def test_only_long_recordings_are_kept_in_single_precision_and_it_is_said():
    assert empty_pressures(10, 10).dtype == np.float64
    assert precision_note(empty_pressures(10, 10)) == {}
    long = empty_pressures(1 << 13, 1 << 12)
    assert long.dtype == np.float32
    assert "single precision" in precision_note(long)["precision"]
