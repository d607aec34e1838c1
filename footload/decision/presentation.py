"""The words for a chance: interval first, natural frequencies, rounded to 5 %, color only when it says something."""

from __future__ import annotations

from math import floor

from footload.decision.tendency import Prediction


def percent(probability: float, rounding: float = 0.05) -> str:
    """A chance in words, rounded.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    rounding : float
        The step it is rounded to.

    Returns
    -------
    str
        Such as ``40 %``; never 0 or 100 %.
    """
    steps = floor(probability / rounding + 0.5)
    step = round(100 * rounding)
    if steps <= 0:
        return f"under {step} %"
    if steps * step >= 100:
        return f"over {100 - step} %"
    return f"{steps * step} %"


def in_ten(probability: float) -> str:
    """A chance as people in ten.

    Parameters
    ----------
    probability : float
        Between 0 and 1.

    Returns
    -------
    str
        Such as ``4``; never 0 or 10.
    """
    n = floor(10 * probability + 0.5)
    return "fewer than 1" if n < 1 else "more than 9" if n > 9 else str(n)


def interval_text(prediction: Prediction, rounding: float = 0.05) -> str:
    """The interval, which comes first.

    Parameters
    ----------
    prediction : Prediction
        Of one person.
    rounding : float
        The step it is rounded to.

    Returns
    -------
    str
        Both intervals in words.
    """
    (low, high), (lowest, highest) = prediction.interval_80, prediction.interval_95
    return (
        f"{percent(low, rounding)} to {percent(high, rounding)} (80 % interval); "
        f"{percent(lowest, rounding)} to {percent(highest, rounding)} (95 % interval)"
    )


def point_text(prediction: Prediction, rounding: float = 0.05) -> str:
    """The point, which comes second, beside the base rate.

    Parameters
    ----------
    prediction : Prediction
        Of one person.
    rounding : float
        The step it is rounded to.

    Returns
    -------
    str
        Such as ``about 40 %, where 30 % is assumed for anybody``.
    """
    base = percent(prediction.base_rate, rounding)
    if not prediction.z:
        return f"nothing was measured, so this is the {base} assumed for anybody"
    return f"about {percent(prediction.p, rounding)}, where {base} is assumed for anybody"


def frequency_text(prediction: Prediction) -> str:
    """The chance as natural frequencies, with the 80 % interval.

    Parameters
    ----------
    prediction : Prediction
        Of one person.

    Returns
    -------
    str
        Such as ``About 4 in 10 people with these findings; could be 2 to 6 in 10.``
    """
    low, high = prediction.interval_80
    who = "people with these findings" if prediction.z else "people"
    return f"About {in_ten(prediction.p)} in 10 {who}; could be {in_ten(low)} to {in_ten(high)} in 10."


def direction(prediction: Prediction) -> str:
    """Whether it may be told apart from the base rate.

    Parameters
    ----------
    prediction : Prediction
        Of one person.

    Returns
    -------
    str
        ``above``, ``below`` or ``not told apart from the base rate``; only the first two may be colored.
    """
    if not prediction.differs_from_base_rate:
        return "not told apart from the base rate"
    return "above" if prediction.p > prediction.base_rate else "below"


def points(log_odds: float, log_odds_per_point: float) -> int:
    """Log odds as points, for a display at the counter only.

    Parameters
    ----------
    log_odds : float
        Contribution of one predictor.
    log_odds_per_point : float
        What one point is worth.

    Returns
    -------
    int
        Rounded to the nearest, halves away from zero.
    """
    size = floor(abs(log_odds) / log_odds_per_point + 0.5)
    return size if log_odds >= 0 else -size
