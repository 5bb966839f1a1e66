"""Validation-tuned synthetic size (VTSS): choose the multiplier by repeated cross-validation.

Algorithm 1 of Ma and Zhang (arXiv:2601.16120).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from synthsize.balance.certainty import wrong_certainties
from synthsize.balance.criteria import BalancedLoss, Criterion, Judged
from synthsize.balance.events import Event
from synthsize.balance.learners.base import Fits
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.procedure import Procedure
from synthsize.balance.threads import one_blas_thread
from synthsize.errors import InputError
from synthsize.grid import edge_of


@dataclass(frozen=True)
class Fold:
    """One fold of one repeat.

    Attributes
    ----------
    repeat, fold : int
        From 0.
    train, validation : ndarray of int
        Row numbers.
    stream : int or SeedSequence
        Names the fold's synthetic stream.
    learner : int or SeedSequence, optional
        Of a learner that draws; by default `stream`.
    """

    repeat: int
    fold: int
    train: NDArray[np.intp]
    validation: NDArray[np.intp]
    stream: int | SeedSequence
    learner: int | SeedSequence | None = None


@dataclass(frozen=True)
class ValidationCurve:
    """What the folds measured.

    Attributes
    ----------
    by_criterion : dict of str to ndarray of shape (folds, M)
        Per criterion.
    events : tuple of (repeat, fold, Event)
    """

    by_criterion: dict[str, NDArray[np.float64]]
    events: tuple[tuple[int, int, Event], ...]


@dataclass(frozen=True)
class Choice:
    """The multiplier that VTSS chooses, and the curve it was read from.

    Attributes
    ----------
    multiplier : float
        The best mean over all folds; the smallest of equals.
    multiplier_1se : float
        The smallest multiplier whose mean is within one standard error of the best.
    edge : {"lower", "upper", "none"}
        Whether the choice is the first or last multiplier of the grid, so that the best may lie outside it; m = 0 is
        no edge, nor is the largest multiplier of a strategy.
    mean, se : ndarray of shape (M,)
        Mean over folds and its standard error, as if folds were independent.
    """

    multiplier: float
    multiplier_1se: float
    edge: str
    mean: NDArray[np.float64]
    se: NDArray[np.float64]


def validation_curve(
    procedure: Procedure,
    X: NDArray[np.float64],
    y: NDArray[np.int8],
    folds: Iterable[Fold],
    multipliers: Sequence[float],
    criteria: Sequence[Criterion],
    *,
    neighbours: NeighbourTable | None = None,
    near: Fits | None = None,
    n_jobs: int | None = None,
) -> ValidationCurve:
    """Fit every multiplier on each fold's real training rows and score it on its real validation rows.

    Parameters
    ----------
    procedure : Procedure
        Preprocessing and generator are learned afresh in every fold.
    X : ndarray of shape (n, d)
        Rows as measured.
    y : ndarray of shape (n,)
    folds : iterable of Fold
    multipliers : sequence of float
    criteria : sequence of Criterion
    neighbours : NeighbourTable, optional
        Of all rows `X`, preprocessed as a whole; folds whose training rows are increasing inherit from it.
    near : Fits, optional
        Of the same multipliers on all rows, which the folds' fits start from to save time.
    n_jobs : int, optional
        Processes that share the folds. Results do not depend on it.
    """
    listed = list(folds)
    measured = Parallel(n_jobs=n_jobs)(
        delayed(_measure_fold)(procedure, X, y, fold, multipliers, criteria, neighbours, near)
        for fold in listed
    )
    events = [
        (fold.repeat, fold.fold, event)
        for fold, (_, found) in zip(listed, measured, strict=True)
        for event in found
    ]
    values = {
        criterion.name: np.stack([values[i] for values, _ in measured])
        for i, criterion in enumerate(criteria)
    }
    return ValidationCurve(values, tuple(events))


def _measure_fold(
    procedure: Procedure,
    X: NDArray[np.float64],
    y: NDArray[np.int8],
    fold: Fold,
    multipliers: Sequence[float],
    criteria: Sequence[Criterion],
    neighbours: NeighbourTable | None,
    near: Fits | None,
) -> tuple[list[NDArray[np.float64]], tuple[Event, ...]]:
    inherits = neighbours is not None and bool((np.diff(fold.train) > 0).all())
    with one_blas_thread():  # sums then round alike in the caller's process and in a worker's
        training = procedure.prepare(
            X[fold.train], y[fold.train], neighbours if inherits else None, fold.train
        )
        fitted = training.fit_sizes(procedure.learner, multipliers, fold.stream, near, fold.learner)
        validation = training.preprocessor.transform(X[fold.validation])
        judged = Judged(procedure.learner, fitted.fits, validation, y[fold.validation])
        values = [criterion.of(judged) for criterion in criteria]
        by_loss = any(isinstance(criterion, BalancedLoss) for criterion in criteria)
        found = wrong_certainties(judged.learner, judged.scores, judged.y, multipliers) if by_loss else []
        return values, (*fitted.events, *found)


def choose(
    values: NDArray[np.float64], multipliers: Sequence[float], criterion: Criterion, largest: float = np.inf
) -> Choice:
    """Choose a multiplier from the folds' values.

    Parameters
    ----------
    values : ndarray of shape (folds, M)
    multipliers : sequence of float, length M
        Increasing.
    criterion : Criterion
        Says whether the best is the lowest or the highest mean.
    largest : float
        Multiplier beyond which there is none, so that a grid's end there is no edge.

    Raises
    ------
    InputError
        If a fold's value is missing, because then multipliers are not compared on the same rows.
    """
    if np.isnan(values).any():
        raise InputError(
            f"a VTSS fold has no {criterion.name} value: each fold needs rows of both classes, use fewer folds"
        )
    best, within, mean, se = best_columns(values, criterion)
    edge = edge_of(multipliers[best], multipliers, largest)
    return Choice(multipliers[best], multipliers[within], edge, mean, se)


def best_columns(
    values: NDArray[np.float64], criterion: Criterion
) -> tuple[int, int, NDArray[np.float64], NDArray[np.float64]]:
    """Find the best column of the folds' values, and the first within one standard error of it.

    Parameters
    ----------
    values : ndarray of shape (folds, M)
        Columns from the simplest to the least simple.
    criterion : Criterion
        Says whether the best is the lowest or the highest mean.

    Returns
    -------
    best, within : int
        The first of equals.
    mean, se : ndarray of shape (M,)
    """
    mean = values.mean(axis=0)
    se = _standard_error(values)
    cost = -mean if criterion.maximise else mean
    best = int(np.argmin(cost))
    within = int(np.argmax(cost <= cost[best] + se[best]))
    return best, within, mean, se


def _standard_error(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(values) == 1:
        return np.zeros(values.shape[1])
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))
