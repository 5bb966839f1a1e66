"""Learners against each other on the same test rows: each with each recipe, minus a reference learner.

Only splits that both learners were run on count. Hinge losses and log-losses are never subtracted from each other:
risks are compared between learners of log odds alone, decisions and ranking between all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from synthsize.recipes import CLASS_WEIGHT, NONE, PRIOR_SHIFT
from synthsize.statistics.differences import adjust_families, difference_statistics
from synthsize.statistics.learner_levels import (
    JOINT,
    METRICS,
    REFERENCE_RECIPES,
    comparable,
    paired,
    reference_learner,
)
from synthsize.statistics.paired_levels import shortcomings

RECIPES = (NONE, PRIOR_SHIFT, CLASS_WEIGHT, JOINT)

LEARNER_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "recipe": "none (the raw data), prior_shift, class_weight, or joint: whichever of all recipes validation chose in "
    "each split",
    "metric": "balanced_risk (log-loss in nats, between learners of log odds alone; lower is better), "
    "balanced_accuracy or auroc (which a shifted prior leaves as it is)",
    "reference": "what is subtracted: logistic if the run has it, else the first learner of log odds, else the first",
    "reference_recipe": "its recipe: joint, or class_weight or none where that was not run",
    "mean": "of the metric, over the splits that both have",
    "reference_mean": "the same of the reference",
    "mean_difference": "classifier minus reference, mean over these splits, unit of the metric",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "outer splits that both learners were run on",
    "n_train_mean": "rows of a training set, mean over these splits",
    "n_test_mean": "rows of a test set, mean over these splits",
    "nadeau_bengio_p": "two-sided p-value of the corrected resampled t-test",
    "family": "tests that Holm's adjustment takes together: those of a metric, over all tasks, classifiers and recipes",
    "family_size": "tests of the family, those that could not be made included",
    "holm_p": "nadeau_bengio_p adjusted within the family",
    "significant": "holm_p is at most 1 - level",
    "note": "what is missing and why; empty if nothing is",
}


def compare_learners(levels: pd.DataFrame, scores: Mapping[str, str], *, alpha: float = 0.05) -> pd.DataFrame:
    """Compare every learner, with every recipe, with the reference learner and its recommended recipe.

    Parameters
    ----------
    levels : DataFrame
        Rows of `learner_levels.learner_levels`.
    scores : mapping of str to str
        "log_odds" or "margin" of each learner, in the order of the run.
    alpha : float
        Error rate of each family of tests, and 1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `LEARNER_COLUMNS`, where each is described. Statistics that cannot be had are NaN, with a note.
    """
    found = [
        row
        for _, rows in levels.groupby("task", sort=False)
        for row in _task_rows(rows, scores, reference_learner(scores), alpha)
    ]
    if not found:
        return pd.DataFrame(columns=list(LEARNER_COLUMNS))
    rows = pd.DataFrame(found)
    return adjust_families(rows, rows["metric"], alpha)[list(LEARNER_COLUMNS)]


def _task_rows(
    levels: pd.DataFrame, scores: Mapping[str, str], reference: str, alpha: float
) -> Iterator[dict[str, Any]]:
    own = levels[levels["classifier"] == reference]
    recipe = next((name for name in REFERENCE_RECIPES if (own["recipe"] == name).any()), None)
    against = own[own["recipe"] == recipe]
    for classifier in scores:
        if classifier == reference:
            continue
        for name in RECIPES:
            subject = levels[(levels["classifier"] == classifier) & (levels["recipe"] == name)]
            both = paired(subject, against)
            for metric in METRICS:
                if name == PRIOR_SHIFT and metric == "auroc":
                    continue  # the raw data's own
                if len(both) and comparable(metric, scores, classifier, reference):
                    yield {
                        **_means(both, metric, alpha),
                        **{"task": both["task"].iloc[0], "classifier": classifier, "recipe": name},
                        **{"metric": metric, "reference": reference, "reference_recipe": recipe},
                    }


def _means(both: pd.DataFrame, metric: str, alpha: float) -> dict[str, Any]:
    values, other = (both[name].to_numpy(dtype=float) for name in (metric, f"{metric}_reference"))
    difference = (values - other)[:, None]
    n_train, n_test = (both[name].to_numpy(dtype=float) for name in ("n_train", "n_test"))
    found = difference_statistics(difference, n_train, n_test, alpha)
    return {
        "mean": values.mean(),
        "reference_mean": other.mean(),
        **{name: float(value[0]) for name, value in found.items() if name not in ("level", "n_splits")},
        **{"level": found["level"], "n_splits": found["n_splits"]},
        **{"n_train_mean": n_train.mean(), "n_test_mean": n_test.mean()},
        "note": shortcomings(difference)[0],
    }
