"""What choosing among all recipes reaches for each task and classifier: chosen by validation, judged on test rows.

Every split chooses by the folds inside its own training rows, so the risk that the choice reaches on the split's test
rows is honest: nothing was chosen on them. The recipe that is named for the whole data is the one with the lowest
validation loss on average over all splits' folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.catalogue.metrics import LOWER_IS_BETTER
from synthsize.contracts.results import RECIPES
from synthsize.recipes import NONE
from synthsize.statistics.differences import difference_statistics
from synthsize.statistics.intervals import Array
from synthsize.statistics.paired_levels import shortcomings
from synthsize.statistics.recipe_panels import RECIPE, Family, RecipePanel, recipe_panels
from synthsize.statistics.regret import naive_best, split_half_best
from synthsize.statistics.significance import rope_probabilities

_INTERVALS = ("normal_low", "normal_high", "nadeau_bengio_low", "nadeau_bengio_high")
_METHOD = (
    "none (the raw data), prior_shift, class_weight, weights, a generator, or joint: whichever of all recipes "
    "validation chose"
)
_SIZE = (
    "empty without sizes; m=1: as many rows as balance the classes; tuned: chosen by validation in each split"
)
_PENALTY = "own: the classifier's C; tuned: C chosen by validation in each split, from experiment.recipes.C"

RECIPE_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss, lower is better) or balanced_accuracy",
    "method": _METHOD,
    "size": _SIZE,
    "penalty": _PENALTY,
    "place": "in the order of simplicity, from 1",
    "multiplier_median": "of the class gap, median over splits",
    "mean": "of the metric on test rows, over splits; each split's recipe was chosen inside its training rows",
    "mean_difference": "joint minus method, mean over splits, unit of the metric",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "rope": "half-width of the region of practical equivalence, unit of the metric",
    "probability_better": "posterior probability that joint is better than the method by more than rope",
    "probability_equivalent": "that the difference is within rope",
    "probability_worse": "that joint is worse by more than rope",
    "n_splits": "outer splits of the run",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set, mean over splits",
    "note": "what is missing and why; empty if nothing is",
}
RECOMMENDATION_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "metric": "excess_risk, or balanced_risk without an oracle; nats or hinge loss, lower is better",
    "method": "of the recipe with the lowest validation loss, mean over the folds of all splits: none, prior_shift, "
    "class_weight, weights or a generator",
    "multiplier": "its size, of the class gap; 0 where it has none",
    "C": "its penalty; empty where it is the classifier's own",
    "share": "of the splits whose own choice was that method, at any size and C",
    "mean": "of the metric where each split has the recipe of its own choice (joint)",
    "simplest_method": "the simplest method within rope: whose mean in these splits is at most rope above that of "
    "joint; an estimate, no claim",
    "simplest_size": _SIZE,
    "simplest_penalty": _PENALTY,
    "simplest_multiplier": "of the class gap, median over splits",
    "gain": "of joint over the simplest method within rope, mean over splits, unit of the metric; positive if joint "
    "is better",
    **{f"gain_{end}": f"as in recipes.csv, of the gain ({end})" for end in _INTERVALS},
    "gain_probability": "posterior probability that the gain is larger than rope",
    "raw_gain": "of joint over the raw data; empty where they were not validated",
    **{f"raw_gain_{end}": f"as in recipes.csv, of raw_gain ({end})" for end in _INTERVALS},
    "best_method": "of the recipe with the lowest mean on the test rows themselves, in hindsight",
    "best_multiplier": "its size",
    "best_C": "its penalty; empty where it is the classifier's own",
    "regret": "of joint to that recipe: how much worse joint is; biased upwards by that selection",
    **{f"regret_{end}": f"as in recipes.csv, of regret ({end})" for end in _INTERVALS},
    "regret_split_half": "the same, the best recipe picked on half of the splits and read on the other half",
    "level": "nominal coverage of the intervals",
    "rope": "half-width of the region of practical equivalence, unit of the metric",
    "n_splits": "outer splits of the run",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set, mean over splits",
    "note": "what is missing and why; empty if nothing is",
}


def choose_recipes(found: pd.DataFrame, generators: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return each split's own choice among all recipes, in the columns of `contracts.results.RECIPES`.

    Parameters
    ----------
    found : DataFrame
        Rows of `recipe_panels.candidates`.
    generators : mapping of str to sequence of str
        For each classifier those that take part; see `recipe_panels.recipe_panels`.
    """
    rows = [row for panel in recipe_panels(found, generators) for row in _choice_rows(panel)]
    return pd.DataFrame(rows, columns=list(RECIPES.columns))


def compare_recipes(
    found: pd.DataFrame, generators: Mapping[str, Sequence[str]], *, rope: float = 0.01, alpha: float = 0.05
) -> pd.DataFrame:
    """Compare the joint choice with each method on its own, each tuned by validation inside the training rows.

    Parameters
    ----------
    found, generators
        See `choose_recipes`.
    rope : float
        Half-width of the region of practical equivalence, in nats (or hinge loss) and in balanced accuracy.
    alpha : float
        1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `RECIPE_COLUMNS`, where each is described; one row per task, classifier, metric and method.
    """
    rows = [
        row
        for panel in recipe_panels(found, generators)
        for metric in panel.metrics
        for row in _family_rows(panel, metric, rope, alpha)
    ]
    return pd.DataFrame(rows, columns=list(RECIPE_COLUMNS))


def recommend(
    found: pd.DataFrame,
    generators: Mapping[str, Sequence[str]],
    *,
    rope: float = 0.01,
    alpha: float = 0.05,
    seed: int = 0,
) -> pd.DataFrame:
    """Name the recipe for each task and classifier, what it gains over the simplest within rope, and its regret.

    Parameters
    ----------
    found, generators, rope, alpha
        See `compare_recipes`.
    seed : int
        Of the random halves of `regret.split_half_best`.

    Returns
    -------
    DataFrame
        Columns `RECOMMENDATION_COLUMNS`, where each is described; one row per task and classifier.
    """
    rows = [_recommendation(panel, rope, alpha, seed) for panel in recipe_panels(found, generators)]
    return pd.DataFrame(rows, columns=list(RECOMMENDATION_COLUMNS))


def _choice_rows(panel: RecipePanel) -> Iterator[dict[str, Any]]:
    chosen = panel.choose(panel.families()[-1].columns)
    for row, (split, column) in enumerate(zip(panel.splits, chosen, strict=True)):
        yield {
            "task": panel.task,
            "classifier": panel.classifier,
            "split": split,
            **dict(panel.recipes.iloc[column]),
            "validation_mean": panel.validation[row, column],
            **{name: values[row, column] for name, values in panel.levels.items()},
        }


def _family_rows(panel: RecipePanel, metric: str, rope: float, alpha: float) -> Iterator[dict[str, Any]]:
    families = panel.families()
    joint = panel.choose(families[-1].columns)
    for place, family in enumerate(families, start=1):
        chosen = panel.choose(family.columns)
        reached = panel.reached(metric, chosen)
        itself = family is families[-1]
        difference = np.full_like(reached, np.nan) if itself else panel.reached(metric, joint) - reached
        below, within, above = rope_probabilities(
            _sign(metric) * difference, panel.n_train, panel.n_test, rope
        )
        yield {
            **_sizes(panel),
            "metric": metric,
            "method": family.method,
            "size": family.size,
            "penalty": family.penalty,
            "place": place,
            "multiplier_median": _median_size(panel, chosen),
            "mean": reached.mean(),
            **_statistics(panel, difference, alpha),
            "rope": rope,
            "probability_better": float(below),
            "probability_equivalent": float(within),
            "probability_worse": float(above),
            "note": "" if itself else _note(difference, chosen, joint),
        }


def _recommendation(panel: RecipePanel, rope: float, alpha: float, seed: int) -> dict[str, Any]:
    metric, families = panel.metrics[0], panel.families()
    chosen = panel.choose(families[-1].columns)
    joint = panel.reached(metric, chosen)
    named = panel.recipes.iloc[int(np.argmin(panel.validation.mean(axis=0)))]
    share = (panel.recipes["method"].to_numpy()[chosen] == named["method"]).mean()
    within = (
        family
        for family in families
        if (panel.reached(metric, panel.choose(family.columns)) - joint).mean() <= rope
    )
    simplest = next(within, families[-1])  # a risk that is not defined is within nothing
    simply = panel.choose(simplest.columns)
    gain = panel.reached(metric, simply) - joint
    return {
        **_sizes(panel),
        "metric": metric,
        **dict(named[RECIPE]),
        "share": float(share),
        "mean": joint.mean(),
        "simplest_method": simplest.method,
        "simplest_size": simplest.size,
        "simplest_penalty": simplest.penalty,
        "simplest_multiplier": _median_size(panel, simply),
        **_named("gain", panel, gain, alpha),
        "gain_probability": float(rope_probabilities(gain, panel.n_train, panel.n_test, rope)[2]),
        **_named("raw_gain", panel, _raw(panel, metric, families) - joint, alpha),
        **_regret(panel, metric, joint, alpha, seed),
        "level": 1 - alpha,
        "rope": rope,
        "note": "; ".join(_notes(panel, simplest, _note(gain, simply, chosen))),
    }


def _raw(panel: RecipePanel, metric: str, families: Sequence[Family]) -> Array:
    """Return what the raw data reached, NaN where they were not validated."""
    for family in families:
        if family.method == NONE and family.penalty == "own":
            return panel.reached(metric, panel.choose(family.columns))
    return np.full(len(panel.splits), np.nan)


def _median_size(panel: RecipePanel, chosen: NDArray[np.intp]) -> float:
    return float(np.median(panel.recipes["multiplier"].to_numpy()[chosen]))


def _regret(panel: RecipePanel, metric: str, joint: Array, alpha: float, seed: int) -> dict[str, Any]:
    costs = panel.levels[metric]
    best, read = naive_best(costs)
    halves = np.nan
    if len(costs) > 1:
        halves = (joint - split_half_best(costs, np.random.default_rng(seed))[1]).mean()
    recipe = panel.recipes.iloc[best]
    return {
        **{f"best_{name}": recipe[name] for name in RECIPE},
        **_named("regret", panel, joint - read, alpha),
        "regret_split_half": halves,
    }


def _statistics(panel: RecipePanel, values: Array, alpha: float) -> dict[str, Any]:
    found = difference_statistics(values[:, None], panel.n_train, panel.n_test, alpha)
    return {
        **{name: float(found[name][0]) for name in ("mean_difference", *_INTERVALS)},
        "level": found["level"],
    }


def _named(name: str, panel: RecipePanel, values: Array, alpha: float) -> dict[str, Any]:
    found = _statistics(panel, values, alpha)
    return {name: found["mean_difference"], **{f"{name}_{end}": found[end] for end in _INTERVALS}}


def _sizes(panel: RecipePanel) -> dict[str, Any]:
    return {
        "task": panel.task,
        "classifier": panel.classifier,
        "n_splits": len(panel.splits),
        "n_train_mean": panel.n_train.mean(),
        "n_test_mean": panel.n_test.mean(),
    }


def _notes(panel: RecipePanel, simplest: Family, of_gain: str) -> Iterator[str]:
    if simplest.method == "joint":
        yield "no one method is within rope of the choice among all"
    elif of_gain:
        yield of_gain
    if panel.left_out:
        yield f"without {', '.join(panel.left_out)}, of other splits or folds"


def _note(difference: Array, chosen: NDArray[np.intp], joint: NDArray[np.intp]) -> str:
    if len(chosen) > 1 and np.array_equal(chosen, joint):
        return "the same recipe in every split: no width, nothing known beyond these rows"
    return shortcomings(difference[:, None])[0]


def _sign(metric: str) -> float:
    return 1.0 if metric in LOWER_IS_BETTER else -1.0
