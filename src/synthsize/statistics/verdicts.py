"""Whether one recipe is better than another, and the smallest difference that the cohort could have shown.

Each verdict is a claim about the difference D in balanced risk between two recipes on new patients, with r the
half-width of the region of practical equivalence, and is made where its p-value, adjusted, is at most alpha:

    better      D < -r         no better   D >= -r
    worse       D > r          same        |D| <= r

Two recipes that are one and the same fit in every split get no claim, but the verdict "same fit": the posterior has no
width there, because these splits say nothing of new patients.

A p-value is 1 minus the probability of the claim under the correlated t posterior, which for the one-sided claims is
the p-value of the corrected resampled t-test. One question, "does anything beat this recipe?", is one family: Holm's
rule adjusts each kind of claim over the recipes that it is asked of, within one task and learner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, t

from synthsize.contracts.summaries import LARGE
from synthsize.statistics.intervals import nadeau_bengio_factor, nadeau_bengio_interval, spread
from synthsize.statistics.paired_levels import shortcomings
from synthsize.statistics.recipe_risks import Recipes, recipes
from synthsize.statistics.references import SAME_FIT as SAME_FIT_NOTE
from synthsize.statistics.significance import holm, rope_probabilities

Array = NDArray[np.float64]

BETTER, WORSE, SAME, NO_BETTER = "better", "worse", "same", "no better"
UNDECIDED, NOT_COMPARED, SAME_FIT = "undecided", "not compared", "same fit"
CLAIMS = (
    BETTER,
    WORSE,
    SAME,
    NO_BETTER,
)  # the first that is made is the verdict; `better` excludes the others
FAMILY = ["task", "classifier", "alternative"]
POWER = 0.8
CLASSED = 1000.0  # patients, half of them with the outcome, of whom balanced accuracy is the share classed correctly

VERDICT_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "recipe": "what is judged: a generator at the size that validation chose, or a control",
    "alternative": "what it is judged against, always less work: none, prior_shift, class_weight or weights_vtss",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss, lower is better)",
    "verdict": "better, worse, same (no difference that matters), no better, undecided, same fit (in every split: no "
    "claim), or not compared",
    "mean_difference": "recipe minus alternative, mean over splits, unit of the metric",
    "low": "lower end of the Nadeau-Bengio interval",
    "high": "its upper end",
    "level": "nominal coverage of the interval",
    "n_splits": "outer splits that both were run on",
    "rope": "half-width of the region of practical equivalence, unit of the metric",
    "probability_better": "posterior probability that the recipe is better by more than rope; empty for the same fit",
    "probability_equivalent": "that the difference is within rope",
    "probability_worse": "that the recipe is worse by more than rope",
    "family_size": "recipes that the same question is asked of",
    "p_better": "of the claim better, adjusted by Holm over the family",
    "p_no_better": "of the claim no better, likewise",
    "smallest_difference": "smallest true difference that would be called better in 80 % of such cohorts, unit of the "
    "metric",
    "smallest_any_splits": "the same with any number of splits: patients are the limit",
    "patients_factor": "how many times as many patients it takes to show a difference of three times rope in 80 % of "
    "cohorts, with any number of splits",
    "correct_per_1000": "more patients classed correctly (at the fit's own cut) by the recipe than by the alternative, "
    "of 1,000 of whom half have the outcome",
    "correct_low": "lower end of its Nadeau-Bengio interval",
    "correct_high": "its upper end",
    "note": "what is missing and why; empty if nothing is",
}
ADDED = ("p_better", "p_no_better", "verdict")  # to the columns of each pair by itself


def verdicts(
    sweep: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    rope: float = 0.01,
    alpha: float = 0.05,
    generators: Sequence[str] = (),
) -> pd.DataFrame:
    """Judge every recipe against each that is less work, per task and learner.

    Parameters
    ----------
    sweep, vtss, controls : DataFrame
        See `recipe_risks.recipes`.
    rope : float
        Half-width of the region of practical equivalence, in nats or hinge loss.
    alpha : float
        Error rate of each family of claims, and 1 - level of the intervals.
    generators : sequence of str
        In the order of the run; see `recipe_risks.recipes`.

    Returns
    -------
    DataFrame
        Columns `VERDICT_COLUMNS`, where each is described.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    rows = [row for found in recipes(sweep, vtss, controls, generators) for row in _rows(found, rope, alpha)]
    table = pd.DataFrame(rows, columns=[name for name in VERDICT_COLUMNS if name not in ADDED])
    return _judged(table, alpha)[list(VERDICT_COLUMNS)]


def _rows(found: Recipes, rope: float, alpha: float) -> Iterator[dict[str, Any]]:
    for recipe, alternative in found.pairs():
        splits = found.shared_splits(recipe, alternative)
        values, correct = (
            (levels[recipe] - levels[alternative]).reindex(splits).to_numpy(dtype=float)
            for levels in (found.risk, found.accuracy)
        )
        sizes = found.sizes.loc[splits]
        family = len(found.risk.columns) - 1 - list(found.risk.columns).index(alternative)
        yield {
            "task": found.task,
            "classifier": found.classifier,
            "recipe": recipe,
            "alternative": alternative,
            "metric": found.metric,
            "level": 1 - alpha,
            "n_splits": len(splits),
            "rope": rope,
            "family_size": family,
            **_difference(values, CLASSED * correct, sizes, rope, alpha),
            **reach(values, sizes, rope, alpha / family),
            "note": _note(values),
        }


def _difference(
    values: Array, correct: Array, sizes: pd.DataFrame, rope: float, alpha: float
) -> dict[str, float]:
    if not len(values):
        return {}
    n_train, n_test = sizes["n_train"], sizes["n_test"]
    means = {"mean_difference": values.mean(), "correct_per_1000": correct.mean()}
    if _same_fit(values):
        return means
    low, high = nadeau_bengio_interval(values, n_train, n_test, 1 - alpha)
    correct_low, correct_high = nadeau_bengio_interval(correct, n_train, n_test, 1 - alpha)
    better, equivalent, worse = rope_probabilities(values, n_train, n_test, rope)
    return {
        **means,
        "low": float(low),
        "high": float(high),
        "probability_better": float(better),
        "probability_equivalent": float(equivalent),
        "probability_worse": float(worse),
        "correct_low": float(correct_low),
        "correct_high": float(correct_high),
    }


def reach(values: Array, sizes: pd.DataFrame, rope: float, alpha: float) -> dict[str, float]:
    """Say which true difference these splits could have shown, and how many patients it takes for a large one.

    A true difference D is called better with probability `POWER` where |D| = rope + (t_{1-alpha} + t_power) s, with s
    the standard error of the corrected t-test. With ever more splits s shrinks to sqrt(n_test/n_train) standard
    deviations and no further; with the number of patients it shrinks by the root.

    Parameters
    ----------
    values : ndarray of shape (J,)
        One difference per split.
    sizes : DataFrame
        Columns n_train and n_test of each split.
    rope : float
    alpha : float
        Of one one-sided claim, after its adjustment.

    Returns
    -------
    dict
        smallest_difference, smallest_any_splits and patients_factor; NaN without an interval. The factor is NaN also
        where rope is 0: then no difference is too small to matter.
    """
    names = ("smallest_difference", "smallest_any_splits", "patients_factor")
    n_splits = len(values)
    deviation = float(spread(values)) if n_splits else np.nan
    if not deviation > 0:
        return dict.fromkeys(names, np.nan)
    n_train, n_test = sizes["n_train"], sizes["n_test"]
    freedom = n_splits - 1
    beyond = (t.ppf(1 - alpha, freedom) + t.ppf(POWER, freedom)) * deviation
    beyond *= nadeau_bengio_factor(n_splits, n_train, n_test)
    floor = (norm.ppf(1 - alpha) + norm.ppf(POWER)) * deviation * np.sqrt(np.mean(n_test / n_train))
    factor = (floor / ((LARGE - 1) * rope)) ** 2 if rope > 0 else np.nan
    return dict(zip(names, map(float, (rope + beyond, rope + floor, factor)), strict=True))


def _note(values: Array) -> str:
    if not len(values):
        return "no split that both were run on"
    if _same_fit(values):
        return SAME_FIT_NOTE
    return shortcomings(values[:, None])[0]


def _same_fit(values: Array) -> bool:
    """Whether both were the same fit in every split, as where validation chose m = 0 throughout."""
    return len(values) > 1 and bool((values == 0.0).all())


def _judged(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Adjust the claims within each family and name the verdicts."""
    of_claims = {
        BETTER: 1 - table["probability_better"],
        WORSE: 1 - table["probability_worse"],
        SAME: 1 - table["probability_equivalent"],
        NO_BETTER: table["probability_better"],
    }
    keys = [table[name] for name in FAMILY]
    adjusted = {
        claim: p.astype(float).groupby(keys).transform(lambda found: holm(found.to_numpy()))
        for claim, p in of_claims.items()
    }
    verdict = np.select(
        [
            table["note"] == SAME_FIT_NOTE,
            table["probability_better"].isna(),
            *(adjusted[claim] <= alpha for claim in CLAIMS),
        ],
        [SAME_FIT, NOT_COMPARED, *CLAIMS],
        UNDECIDED,
    )
    return table.assign(p_better=adjusted[BETTER], p_no_better=adjusted[NO_BETTER], verdict=verdict)
