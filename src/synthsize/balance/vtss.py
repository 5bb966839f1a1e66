"""Validation-tuned synthetic size (VTSS): choose the multiplier by repeated cross-validation.

Algorithm 1 of Ma and Zhang (arXiv:2601.16120).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.metrics import decide
from synthsize.balance.risk import balanced_risk
from synthsize.balance.sweep import PartOf, Recipe, Sweep, fit_sweep
from synthsize.errors import InputError
from synthsize.grid import edge_of

CRITERIA = {"balanced_loss": "minimise", "balanced_accuracy": "maximise"}


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
    """

    repeat: int
    fold: int
    train: NDArray[np.intp]
    validation: NDArray[np.intp]
    stream: int | SeedSequence


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
        no edge.
    mean, se : ndarray of shape (M,)
        Mean over folds and its standard error, as if folds were independent.
    """

    multiplier: float
    multiplier_1se: float
    edge: str
    mean: NDArray[np.float64]
    se: NDArray[np.float64]


def validation_curve(
    recipe: Recipe,
    X: NDArray[np.float64],
    y: NDArray[np.int8],
    folds: Iterable[Fold],
    criteria: Sequence[str],
    majority_weight: float = 0.5,
    whole: Sweep | None = None,
) -> ValidationCurve:
    """Fit the recipe on each fold's real training rows and score it on its real validation rows.

    Parameters
    ----------
    recipe : Recipe
    X : ndarray of shape (n, d)
        Rows as measured; preprocessing and generator are learned afresh in every fold.
    y : ndarray of shape (n,)
    folds : iterable of Fold
    criteria : sequence of {"balanced_loss", "balanced_accuracy"}
    majority_weight : float
    whole : Sweep, optional
        The recipe's sweep on all rows `X`, which folds then start from to save time. Their training rows must be
        increasing.
    """
    values: dict[str, list[NDArray[np.float64]]] = {criterion: [] for criterion in criteria}
    events: list[tuple[int, int, Event]] = []
    for fold in folds:
        part_of = None if whole is None else PartOf(whole, fold.train)
        sweep = fit_sweep(recipe, X[fold.train], y[fold.train], fold.stream, part_of)
        scores, labels = sweep.scores(X[fold.validation]), y[fold.validation]
        for criterion in criteria:
            values[criterion].append(_score(criterion, recipe.classifier, scores, labels, majority_weight))
        events.extend((fold.repeat, fold.fold, event) for event in sweep.events)
    return ValidationCurve({name: np.stack(rows) for name, rows in values.items()}, tuple(events))


def _score(
    criterion: str,
    classifier: str,
    scores: NDArray[np.float64],
    labels: NDArray[np.int8],
    majority_weight: float,
) -> NDArray[np.float64]:
    if criterion == "balanced_loss":
        return balanced_risk(classifier, scores, labels, majority_weight)
    if criterion == "balanced_accuracy":
        return decide(scores, labels).balanced_accuracy
    raise InputError(f"there is no VTSS criterion {criterion!r}; choose from {', '.join(CRITERIA)}")


def choose(values: NDArray[np.float64], multipliers: Sequence[float], criterion: str) -> Choice:
    """Choose a multiplier from the folds' values.

    Parameters
    ----------
    values : ndarray of shape (folds, M)
    multipliers : sequence of float, length M
        Increasing.
    criterion : {"balanced_loss", "balanced_accuracy"}
        The first is minimised, the second maximised.

    Raises
    ------
    InputError
        If a fold's value is missing, because then multipliers are not compared on the same rows.
    """
    if np.isnan(values).any():
        raise InputError(
            f"a VTSS fold has no {criterion} value: each fold needs rows of both classes, use fewer folds"
        )
    mean = values.mean(axis=0)
    se = _standard_error(values)
    cost = mean if CRITERIA[criterion] == "minimise" else -mean
    best = int(np.argmin(cost))
    within = int(np.argmax(cost <= cost[best] + se[best]))
    return Choice(multipliers[best], multipliers[within], edge_of(multipliers[best], multipliers), mean, se)


def _standard_error(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(values) == 1:
        return np.zeros(values.shape[1])
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))
