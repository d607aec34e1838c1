"""How a screening test is done: what to say and do, and the order of the sets."""

from __future__ import annotations

from dataclasses import dataclass

from footload.decision.protocols import protocol, randomized
from footload.decision.screening_schemas import ScreeningTest
from footload.decision.tables import protocol_table, screening_table


@dataclass(frozen=True, slots=True)
class ScreeningPlan:
    """How a test is done.

    Parameters
    ----------
    test, title, question : str
        Which test, and what it asks.
    instructions : tuple of str
        What to do, in order.
    order : tuple of str
        The condition of each set, drawn at random.
    n_repetitions : int
        In each set.
    rest_min : float
        Between conditions. [min]
    keep : tuple of str
        What must not change between A and B.
    citations : tuple of str
        Keys into `references.toml`.
    """

    test: str
    title: str
    question: str
    instructions: tuple[str, ...]
    order: tuple[str, ...]
    n_repetitions: int
    rest_min: float
    keep: tuple[str, ...]
    citations: tuple[str, ...]


def screening_test(name: str) -> ScreeningTest:
    """One test by its id.

    Parameters
    ----------
    name : str
        Such as ``heel_lift``.

    Returns
    -------
    ScreeningTest
        As it stands in `screening.toml`.

    Raises
    ------
    KeyError
        When there is none; the message lists them all.
    """
    known = {test.id: test for test in screening_table().tests}
    if name not in known:
        raise KeyError(f"There is no screening test {name!r}; there are {', '.join(known)}.")
    return known[name]


def plan_screening(name: str, seed: int = 0) -> ScreeningPlan:
    """How a test is done, with the order of its sets.

    Parameters
    ----------
    name : str
        Id of the test.
    seed : int
        Decides the order; the same seed gives the same order on every machine.

    Returns
    -------
    ScreeningPlan
        A and B in turns, which of them comes first drawn anew for each pair of sets.
    """
    test = screening_test(name)
    how, table = protocol(test.protocol), screening_table()
    n_pairs = max(how.n_sets, table.n_sets_paired)
    order = tuple(name for pair in range(n_pairs) for name in randomized((test.a, test.b), 1000 * seed + pair))
    practice = next((line for line in protocol_table().common if "practice" in line), "")
    return ScreeningPlan(
        test.id,
        test.title,
        test.question,
        tuple(line for line in (how.instruction, f"Stance: {how.stance}.", practice, test.do) if line),
        order,
        how.n_repetitions,
        protocol_table().washout_min,
        (*test.keep, *(f"not counted: {reason}" for reason in how.rejects)),
        test.citations,
    )
