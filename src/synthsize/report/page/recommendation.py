"""A recommendation in one sentence that a clinician can repeat."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from synthsize.catalogue.names import Names

DO = {
    "none": "leave the data as they are",
    "prior_shift": "do not oversample; shift the prior of the plain fit",
    "class_weight": "do not oversample; weight the rare class up to balance",
    "weights_vtss": "do not oversample; weight the rare class by a tuned amount",
}
ARTICLES = {"none": "the ", "prior_shift": "a "}
NOTABLE = 0.1  # share of splits whose choice lies on an edge of the grid
ENOUGH = 1.0  # times as many patients


class Span(NamedTuple):
    """A mean and the limits of its interval; NaN where there is none."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Recommendation:
    """What to do in one task with one learner, against what, how much that gains, and how sure it is.

    Attributes
    ----------
    task, learner : str
        Their names.
    recipe : str
        ``none``, ``prior_shift``, ``class_weight``, ``weights_vtss``, or the name of a generator.
    alternative : str
        The strongest rival, likewise.
    difference : Span
        How many more of 1,000 patients, half of them with the outcome, the recipe classes correctly than the
        alternative.
    certainty : float
        Confidence in the recommendation, from 0 to 1.
    settled : bool
        Whether that reaches the level asked for.
    chance : float
        Probability that, of the two, the one with more work is better by an amount that matters.
    rival_open : bool
        Whether that leaves the answer open.
    passed_over, passed_over_for : str
        A recipe that was passed over, and what is likely and not shown to be better; empty if there is none.
    passed_over_chance : float
        Probability that it is, by an amount that matters.
    not_compared : tuple of str
        Recipes of which a comparison is missing.
    same_fit : tuple of str
        Rivals that are the same fit as the recipe in every split.
    large : str
        A difference in balanced risk that should be seen, with its unit; empty if none is defined.
    patients_factor : float
        How many times as many patients it takes to show a difference of `large`; NaN if unknown.
    size : str
        What to say of the synthetic size that was chosen; empty for a recipe without one.
    """

    task: str
    learner: str
    recipe: str
    alternative: str
    difference: Span
    certainty: float
    settled: bool
    chance: float = math.nan
    rival_open: bool = False
    passed_over: str = ""
    passed_over_for: str = ""
    passed_over_chance: float = math.nan
    not_compared: tuple[str, ...] = ()
    same_fit: tuple[str, ...] = ()
    large: str = ""
    patients_factor: float = math.nan
    size: str = ""


def sentence(said: Recommendation, names: Names) -> str:
    """Say a recommendation in plain words, without the task: what to do, how sure, against what, how much."""
    found = f"{names.learner(said.learner)}: {_do(said, names)} ({sure(said.certainty)})"
    if not said.settled:
        found = f"{names.learner(said.learner)}: not settled; for now {_do(said, names)}"
    return " ".join([f"{found}.", *(f"{words}." for words in _reasons(said, names))])


def called(recipe: str, names: Names) -> str:
    """Name a recipe within a sentence."""
    if recipe in DO:
        return f"{ARTICLES.get(recipe, '')}{names.short(recipe)}"
    return f"oversampling by {names.generator(recipe)}"


def sure(certainty: float) -> str:
    """Say a confidence without claiming more digits than it has."""
    if math.isnan(certainty):
        return "certainty unknown"
    return f"{confidence(certainty)} sure"


def confidence(certainty: float) -> str:
    """Say it as a percentage, rounded down."""
    return "more than 99%" if certainty > 0.99 else f"{math.floor(100 * certainty):d}%"


def size_in_words(median: float, edge_share: float) -> str:
    """Say which size was chosen, and whether the grid may have been too narrow; empty where none was."""
    if math.isnan(median):
        return ""
    narrow = f", on the grid's edge in {edge_share:.0%} of splits" if edge_share >= NOTABLE else ""
    return f"median m = {median:.2f}{narrow}"


def _do(said: Recommendation, names: Names) -> str:
    if said.recipe in DO:
        return DO[said.recipe]
    size = f", {said.size}" if said.size else ""
    return f"oversample by {names.generator(said.recipe)}{size}"


def _reasons(said: Recommendation, names: Names) -> Iterator[str]:
    """Say what leaves the answer open, what supports it, and on what no claim rests."""
    rival, recipe = called(said.alternative, names), called(said.recipe, names)
    if said.passed_over:
        likely, passed = called(said.passed_over_for, names), called(said.passed_over, names)
        chance = f"likely (chance {_percent(said.passed_over_chance)}) and not shown"
        more = "" if said.rival_open else _more(said, names)
        yield f"That {likely} {_are(said.passed_over_for)} better than {passed} is {chance}{more}"
    if said.not_compared:
        lacking = " and ".join(called(name, names) for name in said.not_compared)
        yield f"A comparison is missing of {lacking}"
    if said.rival_open:
        yield _open(said, rival, names)
    elif said.recipe in DO:
        than = "" if said.settled else f" than {recipe}"
        yield (
            f"Nothing is better{than} by an amount that matters; against {rival}, the strongest rival, "
            f"{_classed(said, names)}"
        )
    else:
        subject = "It" if said.settled else _first_upper(recipe)
        yield (
            f"{subject} is better by an amount that matters than {rival}, the strongest remedy without new rows; "
            f"{_classed(said, names)}"
        )
    for name in said.same_fit:
        same = _first_upper(called(name, names))
        yield f"{same} {_are(name)} the same fit in every split, of which nothing is known for new {names.people}"


def _open(said: Recommendation, rival: str, names: Names) -> str:
    chance = f"(chance {_percent(said.chance)})"
    if said.recipe in DO:
        opened = f"{_first_upper(rival)} may be better by an amount that matters {chance}; against that,"
    else:
        opened = f"It may be better than {rival} by an amount that matters {chance}; against that,"
    return f"{opened} {_classed(said, names)}{_more(said, names)}"


def _are(recipe: str) -> str:
    return "is" if recipe == "prior_shift" or recipe not in DO else "are"


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _classed(said: Recommendation, names: Names) -> str:
    """Count patients from the side of the recipe, as the tables do."""
    mean, low, high = said.difference
    if math.isnan(mean):
        return f"how many more {names.people} are classed correctly is not known"
    count = round(mean)
    words = f"{abs(count)} {'more' if count > 0 else 'fewer'}" if count else "no more and no fewer"
    verb = "is" if abs(count) == 1 else "are"
    limits = "" if math.isnan(low) else f" [{signed(low)} to {signed(high)}]"
    return f"{words} of 1,000 {names.people} {verb} classed correctly{limits}"


def signed(value: float) -> str:
    """Say a count with its sign, and nothing as 0."""
    return f"{round(value) + 0:+d}" if round(value) else "0"


def _percent(share: float) -> str:
    if math.isnan(share):
        return "unknown"
    return "below 1%" if share < 0.01 else "above 99%" if share > 0.99 else f"{share:.0%}"


def _more(said: Recommendation, names: Names) -> str:
    """Say whether more patients would change an open answer; nothing where that is not known."""
    if math.isnan(said.patients_factor) or not said.large:
        return ""
    factor = said.patients_factor
    times = f"{factor:.0f}" if factor >= 3 else f"{factor:.1f}"
    if factor <= ENOUGH:
        return f"; with enough splits, these {names.people} can show a difference in balanced risk of {said.large}"
    return (
        f"; to show a difference in balanced risk of {said.large} takes {times} times as many {names.people}"
    )
