"""The `generator` and `C` parameters of VTSSClassifier as recipes to compare, the simplest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone

from synthsize.balance.checks import check_positive
from synthsize.balance.criteria import Criterion, Scorer
from synthsize.balance.estimator.fast_path import path_learner
from synthsize.balance.estimator.labelled import LabelledRows
from synthsize.balance.generators import make_generator
from synthsize.balance.learners import EstimatorLearner, Learner
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.balance.recipe_procedures import inapplicable, recipe_procedure
from synthsize.balance.strategies import Oversample, Strategy, make_strategy
from synthsize.errors import InputError
from synthsize.recipes import CLASS_WEIGHT, NONE, PLAIN, WEIGHTS, Rank, simplicity


@dataclass(frozen=True)
class RecipeEntry:
    """One recipe with one penalty, as it is fitted in the folds and on all rows.

    Attributes
    ----------
    name : str
        "none", "prior_shift", "class_weight", "weights", or what the generator is called.
    C : float
        NaN where the estimator keeps its own.
    own : Procedure
        With the estimator itself.
    folds : Procedure
        With a path solver of the same objective, where there is one.
    fast : bool
        Whether there is one.
    """

    name: str
    C: float
    own: Procedure
    folds: Procedure
    fast: bool

    @property
    def alpha(self) -> float:
        """Weight of a synthetic row, where the strategy has one; else NaN."""
        return float(getattr(self.own.strategy, "alpha", np.nan))

    @property
    def plain(self) -> bool:
        """Whether no synthetic row is drawn."""
        return self.name in PLAIN

    def rank(self, multiplier: float, names: Sequence[str]) -> tuple[Rank, float]:
        """Return what recipes sort by; see `synthsize.recipes`."""
        generators = [name for name in names if name not in PLAIN]
        return simplicity(self.name, multiplier, generators, own_penalty=bool(np.isnan(self.C))), self.C


def list_recipes(
    generator: Any,
    estimator: Any,
    C: ArrayLike | None,
    rows: LabelledRows,
    criterion: Criterion,
    *,
    majority_weight: float,
    scale: bool,
    strategies: Sequence[Strategy] = (Oversample(),),
) -> list[RecipeEntry]:
    """Return every recipe with every penalty, and every generator with every strategy.

    Raises
    ------
    InputError
        If a recipe does not exist, is listed twice or is impossible with the estimator, or the estimator has no `C`.
    """
    labels = (rows.majority, rows.minority)
    entries = []
    for penalty, penalised in _penalised(estimator, C):
        own = EstimatorLearner(penalised, labels, seeded=False)
        for name, method in _named(generator):
            reason = inapplicable(name, own)
            if reason:
                raise InputError(f"recipe {name!r} cannot be had: {reason}; leave it out")
            quick = _fold_learner(own, criterion, name)
            for strategy in strategies[:1] if name in PLAIN else strategies:
                made = [
                    recipe_procedure(
                        method,
                        learner,
                        Preprocessor(scale=scale),
                        majority_weight=majority_weight,
                        minority=rows.minority,
                        strategy=strategy,
                    )
                    for learner in (own, quick)
                ]
                entries.append(RecipeEntry(name, penalty, made[0], made[1], quick is not own))
    return entries


def list_strategies(strategy: str | Strategy, alpha: ArrayLike | None) -> list[Strategy]:
    """Return the strategy with each value of alpha.

    Raises
    ------
    InputError
        If there is no such strategy, or it has no alpha or not such a one.
    """
    if alpha is None:
        return [make_strategy(strategy)]
    values = np.unique(np.asarray(alpha, dtype=np.float64))
    if len(values) == 0:
        raise InputError("alpha must list at least one number; None keeps the strategy's own")
    return [make_strategy(strategy, alpha=float(value)) for value in values]


def is_list(generator: Any) -> bool:
    """Whether several recipes are given."""
    return isinstance(generator, list | tuple)


def _named(generator: Any) -> list[tuple[str, Any]]:
    given = list(generator) if is_list(generator) else [generator]
    if not given:
        raise InputError("generator is an empty list; name at least one recipe")
    named = [(_name(one), NONE if one is None else one) for one in given]
    names = [name for name, _ in named]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"generator holds {twice!r} twice; name each recipe once")
    return [(name, method if name in PLAIN else make_generator(method)) for name, method in named]


def _name(one: Any) -> str:
    if one is None:
        return NONE
    return one if isinstance(one, str) else repr(one)


def _penalised(estimator: Any, C: ArrayLike | None) -> list[tuple[float, Any]]:
    """Return the estimator with each value of C; NaN stands for its own."""
    if C is None:
        return [(float("nan"), estimator)]
    values = np.unique(np.asarray(C, dtype=np.float64))
    if len(values) == 0:
        raise InputError("C must list at least one number; None keeps the estimator's own")
    for value in values:
        check_positive("C", float(value))
    if "C" not in estimator.get_params():
        raise InputError(
            f"C was given, but {type(estimator).__name__} has no parameter of that name; leave C at None"
        )
    own = estimator.get_params()["C"]
    return [
        (float("nan"), estimator)
        if value == own
        else (float(value), clone(estimator).set_params(C=float(value)))
        for value in values
    ]


def _fold_learner(own: EstimatorLearner, criterion: Criterion, name: str) -> Learner:
    """Return the learner of the folds: a path solver of the estimator's own objective, where there is one.

    A scorer reads fitted models, which the path of coefficients gives of a logistic regression without weights alone.
    """
    path = path_learner(own)
    if path is None or (
        isinstance(criterion, Scorer) and (path.score == "margin" or name in (CLASS_WEIGHT, WEIGHTS))
    ):
        return own
    return path
