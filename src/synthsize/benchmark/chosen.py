"""What validation chose in each split, as a procedure to fit once more; test rows have no part in the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from synthsize.balance.criteria import BalancedLoss, named_criterion
from synthsize.balance.generators import make_generator
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.balance.recipe_procedures import NO_ROWS, recipe_procedure
from synthsize.balance.strategies import make_strategy
from synthsize.benchmark.kept_generator import with_rows_kept
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import TaskRows
from synthsize.recipes import PLAIN, simplicity

CHOSEN = "chosen"  # among all recipes
BEST_GENERATOR = "best_generator"  # among generators alone, where a run does not choose among all recipes

Entries = Mapping[
    str, Mapping[str, Any]
]  # ``class``, ``params`` and ``strategy`` of each generator of the run


@dataclass(frozen=True)
class Choice:
    """A recipe as it is fitted.

    Attributes
    ----------
    method : str
        One of `synthsize.recipes.PLAIN`, or a generator of the run.
    multiplier : float
        In units of the class gap; 0 where the method has no size.
    C : float
        NaN where the classifier keeps its own.
    """

    method: str
    multiplier: float
    C: float = float("nan")

    def stream(self, generators: Entries) -> str:
        """Name of the generator by which synthetic rows are those of the benchmark."""
        return NO_ROWS if self.method in PLAIN else _drawn_by(self.method, generators)

    def procedure(
        self, rows: TaskRows, classifier: str, generators: Entries, settings: Settings
    ) -> Procedure:
        """Return what the recipe does to training rows.

        Parameters
        ----------
        rows : TaskRows
        classifier : str
        generators : mapping of str to mapping
            Of the run.
        settings : Settings
            Of the classifier.
        """
        if np.isfinite(self.C):
            learner = settings.with_penalty(self.C).make_learner(classifier)
        else:
            learner = settings.make_learner(classifier)
        method: Any = self.method
        strategy = None
        if method not in PLAIN:
            entry = generators[method]
            drawn_by = _drawn_by(method, generators)
            made = make_generator(drawn_by, entry.get("class"), **(entry.get("params") or {}))
            method = with_rows_kept(made)
            given = entry.get("strategy")
            strategy = make_strategy(given["name"], **given["params"]) if given else None
        return recipe_procedure(
            method,
            learner,
            Preprocessor(rows.imputation_means, rows.features),
            majority_weight=settings.majority_weight,
            strategy=strategy,
        )


def _drawn_by(method: str, generators: Entries) -> str:
    """Name the generator whose rows they are: strategies of one generator share its rows."""
    strategy = generators[method].get("strategy")
    return str(strategy["of"]) if strategy else method


@dataclass(frozen=True)
class Choices:
    """The choices of one task and classifier.

    Attributes
    ----------
    name : str
        `CHOSEN` or `BEST_GENERATOR`: what was chosen from.
    by_split : mapping of int to Choice
        Without the splits that made none.
    """

    name: str
    by_split: Mapping[int, Choice]


def joint_choices(recipes: pd.DataFrame, task: str, classifier: str) -> Choices:
    """Read off what each split chose among all recipes.

    Parameters
    ----------
    recipes : DataFrame
        Rows of `contracts.results.RECIPES`.
    task, classifier : str
    """
    own = recipes[(recipes["task"] == task) & (recipes["classifier"] == classifier)]
    columns = [own[name] for name in ("split", "method", "multiplier", "C")]
    found = {
        int(split): Choice(str(method), float(m), float(C))
        for split, method, m, C in zip(*columns, strict=True)
    }
    return Choices(CHOSEN, found)


def best_validated(
    vtss: pd.DataFrame, task: str, classifier: str, *, criteria: Sequence[str], rivals: Sequence[str]
) -> Choices:
    """Find the generator and size with the best validation mean in each split, the simplest of equals.

    Parameters
    ----------
    vtss : DataFrame
        Rows of `contracts.results.VTSS`.
    task, classifier : str
    criteria : sequence of str
        Of VTSS; balanced loss decides where it was run, else the first.
    rivals : sequence of str
        Generators with the splits and folds of the classifier, in the order of the run: validation means of other folds
        could not be compared.
    """
    name = BalancedLoss.name if BalancedLoss.name in criteria else criteria[0]
    sign = -1.0 if named_criterion(name).maximise else 1.0
    own = vtss[(vtss["task"] == task) & (vtss["classifier"] == classifier) & (vtss["criterion"] == name)]
    own = own[own["generator"].isin(rivals)]
    columns = [own[name] for name in ("split", "generator", "multiplier", "validation_mean")]
    ranked: dict[int, list[tuple[Any, ...]]] = {}
    for split, generator, m, means in zip(*columns, strict=True):
        cost = min(sign * np.asarray(means))
        ranked.setdefault(int(split), []).append(
            (cost, simplicity(generator, m, rivals), generator, float(m))
        )
    return Choices(BEST_GENERATOR, {split: Choice(*min(found)[2:]) for split, found in ranked.items()})
