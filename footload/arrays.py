"""The array types of the house and the checks that every noun makes on its arrays."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating[Any]]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.integer[Any]]


def frozen_floats(name: str, values: ArrayLike, *, keep_float32: bool = False) -> FloatArray:
    """Turn values into a read-only float array.

    Parameters
    ----------
    name : str
        The name people know the array by; opens the error message.
    values : array_like
        Numbers; copied only when they are not floats already.
    keep_float32 : bool
        Leave float32 as it is (long trials); otherwise everything becomes float64.

    Returns
    -------
    array
        Read-only view of the values.

    Raises
    ------
    TypeError
        When the values are not numbers.
    """
    try:
        array = np.asarray(values)
        if not (keep_float32 and array.dtype == np.float32):
            array = array.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} has to be numbers, but {type(values).__name__} does not turn into them.") from error
    return frozen(array)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Give a read-only view of an array; the array itself is left as it is.

    Parameters
    ----------
    array : array
        Anything.

    Returns
    -------
    array
        The same memory, not writeable through this view.
    """
    view = array.view()
    view.flags.writeable = False
    return view


def check_shape(name: str, array: NDArray[Any], expected: tuple[int, ...], because: str) -> None:
    """Refuse an array of the wrong shape with a sentence.

    Parameters
    ----------
    name : str
        The name of the array.
    array : array
        What was given.
    expected : tuple of int
        What would be right.
    because : str
        Why, such as ``101 times on 100 sensors``.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    if array.shape != expected:
        raise ValueError(f"{name} has shape {array.shape}, but {because} need {expected}.")


def check_times(name: str, time_s: FloatArray) -> None:
    """Refuse times that are not finite or do not rise.

    Parameters
    ----------
    name : str
        The name of the array.
    time_s : (t,) array
        Times. [s]

    Raises
    ------
    ValueError
        When a time is NaN or infinite, or not later than the one before it.
    """
    if time_s.ndim != 1:
        raise ValueError(f"{name} has {time_s.ndim} dimensions, but a list of times has one.")
    if not np.isfinite(time_s).all():
        frame = int(np.flatnonzero(~np.isfinite(time_s))[0])
        raise ValueError(f"{name}[{frame}] is {time_s[frame]}, but every time has to be a finite number of seconds.")
    steps = np.diff(time_s)
    if (steps <= 0).any():
        frame = int(np.flatnonzero(steps <= 0)[0])
        raise ValueError(
            f"{name} does not rise from frame {frame} ({time_s[frame]:g} s) to frame {frame + 1} "
            f"({time_s[frame + 1]:g} s); every frame has to be later than the one before."
        )
