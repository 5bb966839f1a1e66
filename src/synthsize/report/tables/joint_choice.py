"""The choice among all recipes in words: what was chosen, what it gains over less work, and each method on its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.recipes import PLAIN, WEIGHTS
from synthsize.report.rows import in_words, of_risk, with_limits

JOINT = "joint"
SAMPLE = ["n_splits", "n_train_mean", "n_test_mean"]
PROBABILITIES = ["probability_better", "probability_equivalent", "probability_worse"]


def recommendations_table(
    recommendations: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio"
) -> pd.DataFrame:
    """Say what choosing anew in each split chose, what it gains over the simplest within rope of it, and its regret.

    Parameters
    ----------
    recommendations : DataFrame
        Columns `statistics.joint_choice.RECOMMENDATION_COLUMNS`.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns task, classifier, recipe, share, simplest, gain, gain_low, gain_high, gain_probability, raw_gain (with
        limits), regret (with limits), regret_split_half, best, n_splits, rope, level and note, in display names. An
        interval without width is left out: equal values in all splits are no certainty.
    """
    shown = recommendations.assign(
        recipe=recipes_in_words(recommendations, "", names),
        best=recipes_in_words(recommendations, "best_", names),
        simplest=[
            method_in_words(row["simplest_method"], row["simplest_size"], row["simplest_penalty"], names)
            for row in recommendations.to_dict("records")
        ],
    )
    columns = ["task", "classifier", "recipe", "share", "simplest"]
    for key in ("gain", "raw_gain", "regret"):
        ends = [f"{key}_{end}" for end in ("low", "high")]
        limits = shown[[f"{key}_{interval}_{end}" for end in ("low", "high")]].set_axis(ends, axis=1)
        shown[ends] = limits.where(limits[ends[0]] != limits[ends[1]])
        columns += [key, *ends, *(["gain_probability"] if key == "gain" else [])]
    columns += ["regret_split_half", "best", "n_splits", "rope", "level", "note"]
    return in_words(shown, task=names.tasks, classifier=names.learner_labels)[columns]


def recipes_table(recipes: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio") -> pd.DataFrame:
    """Set the choice among all recipes beside each method, each at the size that validation chose.

    Parameters
    ----------
    recipes : DataFrame
        Columns `statistics.joint_choice.RECIPE_COLUMNS`.
    names, interval
        As for `recommendations_table`.

    Returns
    -------
    DataFrame
        Columns task, classifier, method, multiplier_median, mean, difference, difference_low, difference_high, the
        three probabilities, n_splits, rope, level and note, in display names, the simplest method first.
    """
    shown = with_limits(of_risk(recipes, names), "mean_difference", "difference", interval)
    shown = shown.assign(
        method=[
            method_in_words(row["method"], row["size"], row["penalty"], names)
            for row in shown.to_dict("records")
        ],
        multiplier_median=shown["multiplier_median"].where(
            (shown["size"] == "tuned") & (shown["method"] != JOINT)  # which has a size in some splits alone
        ),
    ).sort_values("place", kind="stable")
    columns = ["task", "classifier", "method", "multiplier_median", "mean"]
    columns += ["difference", "difference_low", "difference_high", *PROBABILITIES]
    columns += ["n_splits", "rope", "level", "note"]
    return in_words(shown, task=names.tasks, classifier=names.learner_labels)[columns]


def method_in_words(method: str, size: str, penalty: str, names: Names) -> str:
    """Name a method and what of it was tuned."""
    if method == JOINT:
        return "Choice among all"
    own = "" if method == WEIGHTS else size  # tuned weights say that theirs is tuned
    tuned = [words for words, of in (("m", own), ("C", penalty)) if of == "tuned"]
    words = _label(method, names) + (" at m = 1" if size == "m=1" else "")
    return f"{words}, {' and '.join(tuned)} tuned" if tuned else words


def recipe_in_words(method: str, multiplier: float, penalty: float, names: Names) -> str:
    """Name one recipe, with its size and, where it is not the classifier's own, its C."""
    words = _label(method, names)
    if multiplier > 0:
        words += f" at m = {multiplier:g}"
    return words if np.isnan(penalty) else f"{words}, C = {penalty:g}"


def _label(method: str, names: Names) -> str:
    if method not in PLAIN:
        return names.generator(method)
    words = names.short(method)
    return words[:1].upper() + words[1:]


def recipes_in_words(rows: pd.DataFrame, key: str, names: Names) -> list[str]:
    """Name the recipe of each row, whose columns method, multiplier and C begin with `key`."""
    parts = rows[[f"{key}method", f"{key}multiplier", f"{key}C"]]
    return [
        recipe_in_words(str(method), float(m), float(penalty), names)
        for method, m, penalty in parts.itertuples(index=False)
    ]
