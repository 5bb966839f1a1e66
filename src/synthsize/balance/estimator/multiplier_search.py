"""Compare multipliers over folds, choose one, and go beyond the grid where the choice lies at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.criteria import Criterion
from synthsize.balance.estimator.labelled import LabelledRows
from synthsize.balance.events import Event
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.procedure import Procedure
from synthsize.balance.vtss import Choice, Fold, choose, validation_curve
from synthsize.errors import InputError

MAX_WIDENINGS = 3


@dataclass(frozen=True)
class Search:
    """The multipliers compared and the result.

    Attributes
    ----------
    multipliers : ndarray of shape (M,)
        Increasing; more than were asked for, if the grid was widened.
    values : ndarray of shape (folds, M)
    choice : Choice
    events : tuple of (repeat, fold, Event)
    """

    multipliers: NDArray[np.float64]
    values: NDArray[np.float64]
    choice: Choice
    events: tuple[tuple[int, int, Event], ...]


def search_multipliers(
    procedure: Procedure,
    rows: LabelledRows,
    neighbours: NeighbourTable,
    folds: Sequence[Fold],
    multipliers: NDArray[np.float64],
    criterion: Criterion,
    widen_at_edge: bool,
    n_jobs: int | None,
) -> Search:
    """Measure every multiplier on every fold and choose.

    Raises
    ------
    InputError
        If a grid of one multiplier should be widened, or the criterion has no value on some fold.
    """
    if widen_at_edge and len(multipliers) == 1:
        raise InputError("widen_at_edge needs the step between multipliers; give at least two")
    beyond, grid = multipliers, multipliers[:0]
    values = np.empty((len(folds), 0))
    events: list[tuple[int, int, Event]] = []
    for _ in range(1 + MAX_WIDENINGS):
        curve = validation_curve(
            procedure,
            rows.X,
            rows.is_minority,
            folds,
            beyond.tolist(),
            [criterion],
            neighbours=neighbours,
            n_jobs=n_jobs,
        )
        measured, found = curve.by_criterion[criterion.name], curve.events
        _check_values(measured, folds)
        grid, values = _merge(grid, values, beyond, measured)
        events.extend(found)
        largest = procedure.strategy.largest
        choice = choose(values, grid.tolist(), criterion, largest)
        beyond = _beyond(grid, choice.edge, float(multipliers[-1] - multipliers[0]))
        beyond = beyond[beyond <= largest]
        if not widen_at_edge or len(beyond) == 0:
            break
    # A widened grid meets the same degenerate cases on the same folds again.
    return Search(grid, values, choice, tuple(dict.fromkeys(events)))


def _check_values(values: NDArray[np.float64], folds: Sequence[Fold]) -> None:
    bad = ~np.isfinite(values).all(axis=1)
    if bad.any():
        fold = folds[int(np.flatnonzero(bad)[0])]
        raise InputError(
            f"the criterion has no finite value on fold {fold.fold + 1} of repeat {fold.repeat + 1}: use fewer folds, "
            "or a criterion that is defined on its validation rows"
        )


def _beyond(grid: NDArray[np.float64], edge: str, span: float) -> NDArray[np.float64]:
    """Return the multipliers to try next: `span` further up, or all the way down to 0."""
    if edge == "upper":
        step = float(grid[-1] - grid[-2])
        return np.asarray(grid[-1] + step * np.arange(1, max(1, round(span / step)) + 1))
    if edge == "lower":
        step = float(grid[1] - grid[0])
        return np.arange(np.ceil(grid[0] / step)) * step
    return grid[:0]


def _merge(
    grid: NDArray[np.float64],
    values: NDArray[np.float64],
    beyond: NDArray[np.float64],
    measured: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    joined = np.concatenate([grid, beyond])
    order = np.argsort(joined)
    return joined[order], np.hstack([values, measured])[:, order]
