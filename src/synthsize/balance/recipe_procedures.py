"""Recipes as procedures: nothing, a shifted prior, weights or a generator's rows, fitted and validated alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.criteria import Criterion
from synthsize.balance.generators import Generator, make_generator
from synthsize.balance.learners.adjusted import ClassWeighted, PriorShifted, Reweighted
from synthsize.balance.learners.base import Fits, Learner
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.balance.strategies.base import Strategy
from synthsize.balance.strategies.oversample import Oversample
from synthsize.balance.vtss import Fold, ValidationCurve, validation_curve
from synthsize.recipes import CLASS_WEIGHT, PLAIN, PRIOR_SHIFT, WEIGHTS, sizes

NO_ROWS = "bootstrap"  # whose stream costs least to draw; plain recipes leave it unused


def inapplicable(method: Any, learner: Learner) -> str:
    """Return the reason why a learner cannot use a recipe; empty if it can."""
    if method == PRIOR_SHIFT and not learner.estimates_risk:
        return f"{learner.name} gives margins, and no prior of theirs can be shifted"
    if method in (CLASS_WEIGHT, WEIGHTS) and not learner.takes_weights:
        return f"{learner.name} takes no weights of rows"
    return ""


def recipe_procedure(
    method: str | Generator | Any,
    learner: Learner,
    preprocessor: Preprocessor,
    *,
    majority_weight: float = 0.5,
    minority: Any = 1,
    strategy: Strategy | None = None,
) -> Procedure:
    """Return what a recipe does to any set of training rows.

    Parameters
    ----------
    method : str, Generator or over-sampler
        One of `synthsize.recipes.PLAIN`, or what `make_generator` takes.
    learner : Learner
    preprocessor : Preprocessor
        Unfitted.
    majority_weight : float
        The majority's share in the balanced risk, which a prior is shifted to.
    minority : object
        Its label in the learner's models.
    strategy : Strategy, optional
        What a generator's rows are fitted together with; by default they are added to all real rows.
    """
    if not (isinstance(method, str) and method in PLAIN):
        return Procedure(learner, make_generator(method), preprocessor, strategy or Oversample())
    fitted: Learner = learner
    if method == PRIOR_SHIFT:
        fitted = PriorShifted(learner, majority_weight, minority)
    elif method == CLASS_WEIGHT:
        fitted = ClassWeighted(learner, majority_weight)
    elif method == WEIGHTS:
        fitted = Reweighted(learner)
    return Procedure(fitted, make_generator(NO_ROWS), preprocessor)


def validate_plain(
    method: str,
    learner: Learner,
    X: NDArray[np.float64],
    y: NDArray[np.int8],
    folds: Sequence[Fold],
    multipliers: Sequence[float],
    criterion: Criterion,
    *,
    majority_weight: float = 0.5,
    preprocessor: Preprocessor | None = None,
    near: Fits | None = None,
) -> ValidationCurve:
    """Validate a recipe without synthetic rows on the folds that generators are validated on.

    Parameters
    ----------
    method : str
        One of `synthsize.recipes.PLAIN` that the learner can have.
    learner : Learner
    X : ndarray of shape (n, d)
        Rows as measured; NaN marks a missing value.
    y : ndarray of shape (n,)
    folds : sequence of Fold
    multipliers : sequence of float
        Sizes of weights, in units of the class gap; the other recipes have the size 0 alone.
    criterion : Criterion
    majority_weight : float
        The majority's share in the balanced risk.
    preprocessor : Preprocessor, optional
        Unfitted.
    near : Fits, optional
        Of the same sizes to all rows, which the folds' fits start from to save time.
    """
    procedure = recipe_procedure(
        method, learner, preprocessor or Preprocessor(), majority_weight=majority_weight
    )
    grid = sizes(method, multipliers)
    return validation_curve(procedure, X, y, folds, grid, [criterion], near=near)
