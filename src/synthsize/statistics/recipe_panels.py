"""All recipes of one task and classifier side by side: their validation losses and test metrics in every split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.contracts.results import CANDIDATES, CELL_KEYS
from synthsize.recipes import BALANCED, PLAIN, WEIGHTS, simplicity
from synthsize.statistics.intervals import Array
from synthsize.statistics.paired_levels import METRICS, judged_by
from synthsize.statistics.raw_fits import is_raw

NAIVE_SIZE = "m=1"
JUDGED_BY = "balanced_loss"  # of the criteria of VTSS, the one that recipes are chosen by
RECIPE = ["method", "C", "multiplier"]
FIT = ["task", "classifier"]
LEVELS = ["excess_risk", "balanced_risk", "balanced_accuracy", "auroc"]
READ = ["n_train", "n_test", *LEVELS]


def candidates(
    sweep: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    validated: pd.DataFrame,
    penalty: float = np.nan,
) -> pd.DataFrame:
    """Put together what was validated and scored of every recipe, without a fit of its own.

    A generator or weights at m = 0 are the raw data, which stand there once, as ``none``; a strategy that thins the
    majority has a size 0 of its own.

    Parameters
    ----------
    sweep, vtss, controls, validated : DataFrame
        Rows of `contracts.results.SWEEP`, `VTSS`, `CONTROLS` and `VALIDATED` from the same run.
    penalty : float
        C of the classifiers, where it is not their own; NaN where it is.

    Returns
    -------
    DataFrame
        Columns of `contracts.results.CANDIDATES`; one row per task, classifier, split and recipe.
    """
    chosen = vtss.loc[vtss["criterion"] == JUDGED_BY, [*CELL_KEYS, "multipliers", "validation_mean"]]
    losses = chosen.explode(["multipliers", "validation_mean"]).rename(columns={"multipliers": "multiplier"})
    losses = losses.astype({"multiplier": float, "validation_mean": float})
    added = sweep.loc[~is_raw(sweep), [*CELL_KEYS, "multiplier", *READ]]
    drawn = added.merge(losses, on=[*CELL_KEYS, "multiplier"]).rename(columns={"generator": "method"})
    keys = [*FIT, "control", "split", "multiplier"]
    plain = controls.loc[controls["control"].isin(PLAIN), [*keys, *READ]].fillna({"multiplier": 0.0})
    plain = plain.merge(validated[[*keys, "validation_mean"]], on=keys).rename(columns={"control": "method"})
    plain = plain[(plain["method"] != WEIGHTS) | (plain["multiplier"] > 0)]
    both = pd.concat([plain, drawn], ignore_index=True)
    return both.assign(C=penalty)[list(CANDIDATES.columns)]


@dataclass(frozen=True)
class Family:
    """Recipes that are one method, each split taking the one of them that its own validation found best.

    Attributes
    ----------
    method : str
        One of `synthsize.recipes.PLAIN`, a generator, or ``joint`` for all recipes.
    size : {"", "m=1", "tuned"}
        Empty where the method has no size.
    penalty : {"own", "tuned"}
    columns : ndarray of int
        Of the panel.
    """

    method: str
    size: str
    penalty: str
    columns: NDArray[np.intp]


@dataclass(frozen=True)
class RecipePanel:
    """Splits down and recipes across, the simplest recipe first.

    Attributes
    ----------
    task, classifier : str
    recipes : DataFrame of shape (K, 3)
        Columns `RECIPE`; C is NaN where it is the classifier's own.
    validation : ndarray of shape (J, K)
    levels : dict of str to ndarray of shape (J, K)
        Of the test rows, by metric.
    metrics : tuple of str
        Those of them that recipes are compared by, the risk first.
    splits, n_train, n_test : ndarray of shape (J,)
    left_out : tuple of str
        Methods of other folds, or that some split lacks.
    """

    task: str
    classifier: str
    recipes: pd.DataFrame
    validation: Array
    levels: Mapping[str, Array]
    metrics: tuple[str, ...]
    splits: NDArray[np.int64]
    n_train: Array
    n_test: Array
    left_out: tuple[str, ...]

    def choose(self, columns: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return each split's best validated recipe among `columns`, shape (J,); the simplest of equals."""
        return np.asarray(columns[np.argmin(self.validation[:, columns], axis=1)])

    def reached(self, metric: str, chosen: NDArray[np.intp]) -> Array:
        """Read a metric at each split's own recipe, shape (J,)."""
        return np.asarray(self.levels[metric][np.arange(len(chosen)), chosen])

    def families(self) -> list[Family]:
        """List the methods, the simplest first, and all recipes at the end."""
        own, found = self.recipes["C"].isna().to_numpy(), []
        for method in dict.fromkeys(self.recipes["method"]):
            of_method = (self.recipes["method"] == method).to_numpy()
            for size, sized in self._sizes(method):
                for penalty, kept in {"own": own, "tuned": np.ones_like(own)}.items():
                    columns = np.flatnonzero(of_method & sized & kept)
                    if len(columns) and (penalty == "own" or not own[columns].all()):
                        found.append(Family(method, size, penalty, columns))
        # The panel's columns are in order of simplicity, and a family is as simple as the least simple of its own.
        found.sort(key=lambda family: int(family.columns[-1]))
        tuned = "own" if own.all() else "tuned"
        return [*found, Family("joint", "tuned", tuned, np.arange(len(self.recipes)))]

    def _sizes(self, method: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        sizes = self.recipes["multiplier"].to_numpy()
        every = np.ones(len(sizes), dtype=bool)
        if method in PLAIN:
            yield ("tuned" if method == WEIGHTS else ""), every
            return
        yield NAIVE_SIZE, sizes == BALANCED
        yield "tuned", every


def recipe_panels(found: pd.DataFrame, generators: Mapping[str, Sequence[str]]) -> Iterator[RecipePanel]:
    """Yield the panel of every task and classifier, in order.

    Parameters
    ----------
    found : DataFrame
        Rows of `candidates`, of one or several penalties.
    generators : mapping of str to sequence of str
        For each classifier those that take part, in the order of the run: they have its splits and folds, and the
        others could not be compared with them.
    """
    for (task, classifier), rows in found.groupby(FIT, sort=True):
        yield _panel(str(task), str(classifier), rows, generators[str(classifier)])


def _panel(task: str, classifier: str, rows: pd.DataFrame, generators: Sequence[str]) -> RecipePanel:
    there = dict.fromkeys(rows["method"])
    rows = rows[rows["method"].isin([*PLAIN, *generators])]
    recipes = rows[RECIPE].drop_duplicates()
    ranks = [
        (*simplicity(method, m, generators, own_penalty=bool(np.isnan(C))), C)
        for method, C, m in recipes.itertuples(index=False)
    ]
    recipes = recipes.iloc[sorted(range(len(ranks)), key=ranks.__getitem__)]
    wide = rows.set_index(["split", *RECIPE])
    values = {
        name: wide[name].unstack(RECIPE).reindex(columns=pd.MultiIndex.from_frame(recipes))  # noqa: PD010
        for name in ("validation_mean", *LEVELS)
    }
    validation = values.pop("validation_mean").to_numpy(dtype=float)
    whole = ~np.isnan(validation).any(axis=0)
    sizes = rows.drop_duplicates("split").sort_values("split")
    kept = recipes[whole]
    return RecipePanel(
        task,
        classifier,
        kept.reset_index(drop=True),
        validation[:, whole],
        {name: table.to_numpy(dtype=float)[:, whole] for name, table in values.items()},
        tuple(judged_by(rows, metric) for metric in METRICS),
        sizes["split"].to_numpy(),
        sizes["n_train"].to_numpy(dtype=float),
        sizes["n_test"].to_numpy(dtype=float),
        tuple(name for name in there if name not in set(kept["method"])),
    )
