"""Plain printed numbers to doubles, by array operations on eight letters at a time.

The places of the separators give the words. The last eight letters of a word are taken as one number of 64 bits, the
point is shifted out of it, and three multiplications add up its digits: all words of a text at once. What is longer
than eight letters is turned into a number one by one. Digits are summed as whole numbers and divided once by a power
of ten, so every value is the double nearest to what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray

PLAIN: Final = b"0123456789.-, \t\r\n"
"""The letters of numbers without exponents and what stands between them."""

_Letters = NDArray[np.uint8]
_Packed = NDArray[np.uint64]

_LAST_SEPARATOR: Final = ord(",")
_PACKED: Final = 8
_TEN_TO: Final = 10.0 ** np.arange(_PACKED + 1)
_LAST_LETTERS: Final = np.array([2**64 - 2 ** (8 * (_PACKED - n)) for n in range(_PACKED + 1)], np.uint64)
"""Mask of the last n letters of a packed word, which are its highest bytes."""

_ONE, _BYTE, _SEVEN = np.uint64(1), np.uint64(8), np.uint64(7)
_POINTS: Final = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES: Final = np.uint64(0x0101010101010101)
_HIGHEST_BITS: Final = np.uint64(0x8080808080808080)
_STEPS: Final = tuple(
    (np.uint64(mask), np.uint64(factor), np.uint64(shift))
    for mask, factor, shift in (
        (0x0F0F0F0F0F0F0F0F, 10 * 2**8 + 1, 8),
        (0x00FF00FF00FF00FF, 100 * 2**16 + 1, 16),
        (0x0000FFFF0000FFFF, 10000 * 2**32 + 1, 32),
    )
)
"""Neighboring digits to numbers below 100, those to numbers below 10 000, those to one number."""


def with_short_ends(text: bytes) -> bytes:
    """The same text with line ends of one letter.

    Parameters
    ----------
    text : bytes
        Any.

    Returns
    -------
    bytes
        The text itself where nothing is to be done.
    """
    return text.replace(b"\r\n", b"\n") if b"\r" in text else text


@dataclass(frozen=True, slots=True, eq=False)
class PrintedWords:
    """Where the words of a text are.

    Parameters
    ----------
    text : bytes
        The text, with line ends of one letter, after seven spaces and a line end, and with one more line end.
    letters : array
        The same, letter by letter.
    last : (n,) array of int
        Index of the last letter of each word.
    length : (n,) array of int
        Number of letters of each word.
    """

    text: bytes
    letters: _Letters
    last: IntArray
    length: IntArray

    @classmethod
    def of(cls, text: bytes) -> PrintedWords:
        """Find the words.

        Parameters
        ----------
        text : bytes
            Made of the letters in `PLAIN` only.

        Returns
        -------
        PrintedWords
            In the order of the text.
        """
        padded = b" " * (_PACKED - 1) + b"\n" + with_short_ends(text) + b"\n"
        letters = np.frombuffer(padded, np.uint8)
        between = np.flatnonzero(letters <= _LAST_SEPARATOR)[_PACKED - 1 :]
        length = np.diff(between)
        length -= 1
        last = between[1:] - 1
        words = np.flatnonzero(length)
        if len(words) < len(length):
            length, last = length.take(words), last.take(words)
        return cls(padded, letters, last, length)

    def have_columns(self, n_columns: int) -> bool:
        """Whether every line has no word or as many as there are columns.

        Parameters
        ----------
        n_columns : int
            Number of words.

        Returns
        -------
        bool
            True when all lines fit.
        """
        if len(self.last) % n_columns:
            return False
        ends = np.flatnonzero(self.letters[_PACKED:-1] == ord("\n")) + _PACKED
        row_last = self.last[n_columns - 1 :: n_columns]
        row_first = self.last[n_columns::n_columns] - self.length[n_columns::n_columns] + 1
        if len(row_last) - 1 <= len(ends) <= len(row_last):  # no blank lines: one line end after every row
            inner = ends[: len(row_first)]
            closed = len(ends) < len(row_last) or not len(ends) or bool(ends[-1] > row_last[-1])
            return closed and bool(((row_last[:-1] < inner) & (inner < row_first)).all())
        counts = np.diff(np.searchsorted(self.last, ends), prepend=0, append=len(self.last))
        return bool(((counts == 0) | (counts == n_columns)).all())

    def numbers(self) -> FloatArray | None:
        """What the words say.

        Returns
        -------
        (n,) array or None
            None when one of them is no number: two points, a minus sign inside, or nothing but signs.
        """
        negative = None
        length = self.length
        if b"-" in self.text:
            negative = self.letters.take(self.last - length + 1) == ord("-")
            if np.count_nonzero(negative) != self.text.count(b"-"):
                return None
            length = length - negative
        if not len(length):
            return np.zeros(0)
        digits = self.letters.take(self.last) - np.uint8(ord("0"))  # a point wraps around to more than 9
        single = length == 1
        if (length < 1).any() or (digits[single] > 9).any():
            return None
        values = digits.astype(np.float64)
        several = np.flatnonzero(~single)
        if len(several):
            found = _packed_numbers(self, several, length.take(several))
            if found is None:
                return None
            values[several] = found
        if negative is not None:
            np.negative(values, out=values, where=negative)
        return values


def _packed_numbers(words: PrintedWords, chosen: IntArray, length: IntArray) -> FloatArray | None:
    """Numbers of the chosen words, whose sign does not count as a letter; None when one has two points."""
    eights = np.ndarray((len(words.letters) - _PACKED + 1,), "<u8", words.text, 0, (1,))
    last = words.last.take(chosen)
    packed = eights.take(last - (_PACKED - 1)).astype(np.uint64, copy=False)
    packed &= _LAST_LETTERS.take(np.minimum(length, _PACKED))
    n_points = int(np.count_nonzero(words.letters == ord(".")))
    values, n_found = _with_points(packed) if n_points else (_whole_numbers(packed).astype(np.float64), 0)
    long = np.flatnonzero(length > _PACKED)
    try:
        for at in long.tolist():
            n_found -= b"." in words.text[last[at] - _PACKED + 1 : last[at] + 1]
            word = words.text[last[at] - length[at] + 1 : last[at] + 1]
            values[at] = float(word)
            n_found += b"." in word
    except ValueError:
        return None
    return values if n_found == n_points else None


def _with_points(packed: _Packed) -> tuple[FloatArray, int]:
    """Numbers of packed words with at most one point each, and how many have one."""
    differs = packed ^ _POINTS
    bits = (differs - _ONES) & ~differs & _HIGHEST_BITS
    bits &= ~bits + _ONE  # the first point of the word
    pointless = bits == 0
    before = (bits >> _SEVEN) - _ONE  # the letters before the point, or all of them
    after = ~((before << _BYTE) | np.uint64(255))
    after[pointless] = 0
    closed = ((packed & before) << np.where(pointless, np.uint64(0), _BYTE)) | (packed & after)
    decimals = _PACKED - 1 - (np.bitwise_count(before) >> 3).astype(np.intp)
    np.maximum(decimals, 0, out=decimals)
    n_points = len(packed) - int(np.count_nonzero(pointless))
    return _whole_numbers(closed) / _TEN_TO.take(decimals), n_points


def _whole_numbers(packed: _Packed) -> _Packed:
    """The digits of packed words, added up; letters that are masked out count as the digit 0."""
    values = packed
    for mask, factor, shift in _STEPS:
        values = values & mask
        values *= factor
        values >>= shift
    return values
