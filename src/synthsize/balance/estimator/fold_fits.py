"""Fit a classifier at every multiplier on the training rows of a fold, and score it on the validation rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.preprocessing import StandardScaler
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from synthsize.balance.estimator.criteria import Criterion, LabelledRows, Scorer
from synthsize.balance.estimator.fast_path import PathObjective, logistic_model
from synthsize.balance.events import Event
from synthsize.balance.generators import Generator, make_generator
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.path import fit_path, n_synthetic
from synthsize.balance.vtss import Fold


@dataclass(frozen=True)
class Procedure:
    """What is done to any set of training rows.

    Attributes
    ----------
    estimator : classifier
        Unfitted; cloned for every fit.
    generator : Generator
        Unfitted; copied for every training set.
    scale : bool
        Whether features are standardised by the real training rows first.
    criterion : Criterion
    objective : PathObjective or None
        Set when `fit_path` may stand in for the estimator inside the folds.
    """

    estimator: Any
    generator: Generator
    scale: bool
    criterion: Criterion
    objective: PathObjective | None


@dataclass(frozen=True)
class Augmented:
    """Real training rows and the synthetic stream that follows them.

    Attributes
    ----------
    scaler : StandardScaler or None
    real : LabelledRows
        Standardised, if the procedure says so.
    stream : ndarray of shape (n_max, d)
    sizes : tuple of int
        Synthetic rows per multiplier.
    events : tuple of Event
    neighbours : NeighbourTable
        Of the real rows.
    """

    scaler: StandardScaler | None
    real: LabelledRows
    stream: NDArray[np.float64]
    sizes: tuple[int, ...]
    events: tuple[Event, ...]
    neighbours: NeighbourTable

    def fit(self, estimator: Any, size: int) -> Any:
        """Fit a clone of `estimator` on the real rows followed by the first `size` synthetic rows."""
        labels = np.full(size, self.real.minority, dtype=self.real.y.dtype)
        rows = np.concatenate([self.real.X, self.stream[:size]])
        return clone(estimator).fit(rows, np.concatenate([self.real.y, labels]))


def augment(
    procedure: Procedure,
    rows: LabelledRows,
    multipliers: Sequence[float],
    stream: int | SeedSequence,
    neighbours: Callable[[NDArray[np.float64]], NeighbourTable] | None = None,
) -> Augmented:
    """Standardise, fit the generator, and draw one stream of the largest size.

    Parameters
    ----------
    procedure : Procedure
    rows : LabelledRows
        Real training rows of both classes.
    multipliers : sequence of float
    stream : int or SeedSequence
        Names the synthetic stream; its rows do not depend on how many are drawn.
    neighbours : callable, optional
        Tabulates the standardised rows' neighbours in a shorter way than from scratch.
    """
    scaler = StandardScaler().fit(rows.X) if procedure.scale else None
    real = rows if scaler is None else replace(rows, X=scaler.transform(rows.X))
    table = NeighbourTable(real.X, real.is_minority) if neighbours is None else neighbours(real.X)
    generator = make_generator(procedure.generator).fit(real.X, real.is_minority, table)
    gap = int((real.is_minority == 0).sum() - (real.is_minority == 1).sum())
    sizes = tuple(n_synthetic(multiplier, gap) for multiplier in multipliers)
    drawn = generator.sample(max(sizes), stream)
    events = list(generator.events_)
    if gap <= 0:
        events.append(Event("no_gap", f"class gap is {gap}: no synthetic rows at any multiplier"))
    return Augmented(scaler, real, drawn, sizes, tuple(events), table)


def measure_folds(
    procedure: Procedure,
    rows: LabelledRows,
    neighbours: NeighbourTable,
    folds: Sequence[Fold],
    multipliers: Sequence[float],
    n_jobs: int | None,
) -> tuple[NDArray[np.float64], list[tuple[int, int, Event]]]:
    """Score every multiplier on every fold.

    Parameters
    ----------
    procedure : Procedure
    rows : LabelledRows
    neighbours : NeighbourTable
        Of all rows, standardised as the procedure says; folds inherit from it.
    folds : sequence of Fold
    multipliers : sequence of float
    n_jobs : int or None

    Returns
    -------
    values : ndarray of shape (folds, M)
    events : list of (repeat, fold, Event)
    """
    measured = Parallel(n_jobs=n_jobs)(
        delayed(_measure_fold)(procedure, rows, neighbours, fold, multipliers) for fold in folds
    )
    events = [
        (fold.repeat, fold.fold, event)
        for fold, (_, found) in zip(folds, measured, strict=True)
        for event in found
    ]
    return np.stack([values for values, _ in measured]), events


def _measure_fold(
    procedure: Procedure,
    rows: LabelledRows,
    neighbours: NeighbourTable,
    fold: Fold,
    multipliers: Sequence[float],
) -> tuple[NDArray[np.float64], list[Event]]:
    # One BLAS thread always: sums then round alike in the caller's process and in a worker's.
    with threadpool_limits(limits=1, user_api="blas"):
        increasing = bool(
            (np.diff(fold.train) > 0).all()
        )  # as inheriting asks; a shuffled fold starts afresh
        inherit = partial(neighbours.restrict, fold.train) if increasing else None
        augmented = augment(procedure, rows.take(fold.train), multipliers, fold.stream, inherit)
        validation = rows.take(fold.validation)
        if augmented.scaler is not None:
            validation = replace(validation, X=augmented.scaler.transform(validation.X))
        events = list(augmented.events)
        if procedure.objective is None:
            values = _fit_each(procedure, augmented, validation)
        else:
            values = _fit_along_path(procedure, procedure.objective, augmented, validation, events)
    return values, events


def _fit_each(procedure: Procedure, augmented: Augmented, validation: LabelledRows) -> NDArray[np.float64]:
    """Fit the estimator itself once per distinct size."""
    distinct, position = np.unique(augmented.sizes, return_inverse=True)
    models = (augmented.fit(procedure.estimator, int(size)) for size in distinct)
    values = [procedure.criterion.of_model(model, validation) for model in models]
    return np.array(values)[position]


def _fit_along_path(
    procedure: Procedure,
    objective: PathObjective,
    augmented: Augmented,
    validation: LabelledRows,
    events: list[Event],
) -> NDArray[np.float64]:
    """Let `fit_path` minimise the estimator's objective at all sizes."""
    real, criterion = augmented.real, procedure.criterion
    coef, intercept = fit_path(
        objective.classifier,
        real.X,
        real.is_minority,
        augmented.stream,
        augmented.sizes,
        objective.C,
        events,
        tolerance=objective.tolerance,
    )
    if isinstance(criterion, Scorer):
        classes = np.unique(real.y)
        models = (
            logistic_model(procedure.estimator, classes, real.minority, *fit)
            for fit in zip(coef, intercept, strict=True)
        )
        return np.array([criterion.of_model(model, validation) for model in models])
    scores = validation.X @ coef.T + intercept
    return criterion.of_scores(objective.classifier, scores, validation.is_minority)
