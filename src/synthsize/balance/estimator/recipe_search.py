"""Compare recipes and their sizes over folds, and choose one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.criteria import Criterion
from synthsize.balance.estimator.labelled import LabelledRows
from synthsize.balance.estimator.multiplier_search import Search, search_multipliers
from synthsize.balance.estimator.recipe_list import RecipeEntry
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.vtss import Fold, best_columns
from synthsize.errors import InputError
from synthsize.recipes import NONE, SIZED


@dataclass(frozen=True)
class RecipeSearch:
    """The validation results of every recipe, and the one chosen.

    Attributes
    ----------
    entry : RecipeEntry
    multiplier : float
        Its size.
    search : Search
        Of its sizes.
    events : tuple of (repeat, fold, Event)
        Of all recipes, each once.
    results : dict
        See `VTSSClassifier.recipe_results_`.
    """

    entry: RecipeEntry
    multiplier: float
    search: Search
    events: tuple[Any, ...]
    results: dict[str, NDArray[Any]]


def search_recipes(
    entries: Sequence[RecipeEntry],
    rows: LabelledRows,
    neighbours: NeighbourTable,
    folds: Sequence[Fold],
    multipliers: NDArray[np.float64],
    criterion: Criterion,
    *,
    widen_at_edge: bool,
    one_standard_error: bool,
    n_jobs: int | None,
) -> RecipeSearch:
    """Measure every recipe at every size on every fold and choose.

    Where the raw data are among the recipes, they stand for generators and weights at 0, which are the same fit. The
    search of each still holds its 0: a choice of the smallest size above it is not at the lower end of the grid.

    Raises
    ------
    InputError
        If a grid of one multiplier should be widened, or the criterion has no value on some fold.
    """
    names = list(dict.fromkeys(entry.name for entry in entries))
    searches = [
        search_multipliers(
            entry.folds,
            rows,
            neighbours,
            folds,
            _known(entry, multipliers),
            criterion,
            widen_at_edge and _is_sized(entry),
            n_jobs,
        )
        for entry in entries
    ]
    columns = [
        (number, i, m)
        for number, search in enumerate(searches)
        for i, m in enumerate(search.multipliers.tolist())
        if not _is_raw_again(entries[number], m, search, names)
    ]
    if len(entries) > 1:  # within a recipe, in the order of the sizes
        columns.sort(key=lambda column: entries[column[0]].rank(column[2], names))
    values = np.column_stack([searches[number].values[:, i] for number, i, _ in columns])
    best, within, mean, se = best_columns(values, criterion)
    number, _, multiplier = columns[within if one_standard_error else best]
    results = {
        "recipe": np.array([entries[number].name for number, *_ in columns], dtype=object),
        "C": np.array([entries[number].C for number, *_ in columns]),
        "alpha": np.array([entries[number].alpha for number, *_ in columns]),
        "multiplier": np.array([m for *_, m in columns]),
        "mean": mean,
        "standard_error": se,
    }
    events = tuple(dict.fromkeys(event for search in searches for event in search.events))
    return RecipeSearch(entries[number], multiplier, searches[number], events, results)


def _known(entry: RecipeEntry, multipliers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the multipliers that a recipe has: 0 alone without sizes, none above its strategy's largest."""
    if not _is_sized(entry):
        return np.zeros(1)
    strategy = entry.own.strategy
    known = multipliers[multipliers <= strategy.largest]
    if len(known) == 0:
        raise InputError(
            f"multipliers begin at {multipliers[0]:g}, but strategy {strategy.name} ends at {strategy.largest:g}; give "
            "smaller ones"
        )
    return known


def _is_sized(entry: RecipeEntry) -> bool:
    return not entry.plain or entry.name in SIZED


def _is_raw_again(entry: RecipeEntry, multiplier: float, search: Search, names: Sequence[str]) -> bool:
    """Whether a size of a recipe is the raw data, which stand among the recipes themselves."""
    others = bool((search.multipliers > 0).any())
    same = entry.plain or entry.own.strategy.raw_at_zero
    return NONE in names and _is_sized(entry) and same and multiplier == 0 and others
