"""The words for a recipe, for its certainty, and for what it does to 1,000 patients."""

from __future__ import annotations

import math
from typing import NamedTuple

from synthsize.catalogue.names import Names

INSTEAD = {
    "none": "leave the data as they are",
    "prior_shift": "shift the prior of the plain fit",
    "class_weight": "weight the rare class up to balance",
    "weights_vtss": "weight the rare class by a tuned amount",
}  # of oversampling
ARTICLES = {"none": "the ", "prior_shift": "a "}
NOTABLE = 0.1  # share of splits whose choice lies on an edge of the grid
WIDE = 100.0  # patients of 1,000: an interval around 0 that is wider holds harm and benefit that anyone would mind
EVERYBODY = 1000.0


class Span(NamedTuple):
    """A mean and the limits of its interval; NaN where there is none."""

    mean: float
    low: float
    high: float

    @property
    def settles_nothing(self) -> bool:
        """Whether the interval holds 0 and is so wide that the mean would mislead."""
        return self.low <= 0 <= self.high and self.high - self.low > WIDE


def called(recipe: str, names: Names) -> str:
    """Name a recipe within a sentence."""
    if recipe in INSTEAD:
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


def probability(share: float) -> str:
    """Say a probability, which is no confidence in a claim, as a percentage."""
    if math.isnan(share):
        return "unknown"
    return "below 1%" if share < 0.01 else "above 99%" if share > 0.99 else f"{share:.0%}"


def size_in_words(median: float, edge_share: float) -> str:
    """Say which size was chosen, and whether the grid may have been too narrow; empty where none was."""
    if math.isnan(median):
        return ""
    narrow = (
        f", at the edge of the sizes tried in {edge_share:.0%} of splits" if edge_share >= NOTABLE else ""
    )
    return f"median m = {median:.2f}{narrow}"


def classed(difference: Span, people: str) -> str:
    """State how many more of 1,000 are classed correctly, or that the data do not settle it.

    Parameters
    ----------
    difference : Span
        More of 1,000 classed correctly.
    people : str
        What they are called, in the plural.
    """
    mean, low, high = difference
    if math.isnan(mean):
        return f"how many more {people} are classed correctly is not known"
    if difference.settles_nothing:
        reach = f"from {_counted(low)} to {_counted(high)}"
        return (
            f"the data do not settle how many more or fewer of 1,000 {people} are classed correctly ({reach})"
        )
    verb = "is" if abs(round(mean)) == 1 else "are"
    return f"{_counted(mean)} of 1,000 {people} {verb} classed correctly{_limits(low, high)}"


def _limits(low: float, high: float) -> str:
    if math.isnan(low):
        return ""
    if math.isclose(low, high, abs_tol=1e-9):  # of few splits, all of which may agree by chance
        return " [the same in every split: no interval]"
    return f" [{signed(low)} to {signed(high)}]"


def signed(value: float) -> str:
    """Say a count with its sign, and nothing as 0."""
    return f"{round(value) + 0:+d}" if round(value) else "0"


def first_upper(words: str) -> str:
    """Begin a sentence."""
    return words[:1].upper() + words[1:]


def _counted(value: float) -> str:
    """Say a difference in patients of 1,000; an interval of few splits may reach beyond all of them."""
    count = round(min(max(value, -EVERYBODY), EVERYBODY))
    return f"{abs(count):,} {'more' if count > 0 else 'fewer'}" if count else "no more and no fewer"
