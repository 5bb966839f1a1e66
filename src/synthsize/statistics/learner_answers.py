"""Whether a learner that is not linear needs no oversampling at all to do better than linear ones that have it.

Each such learner, fitted to the raw data (and with its prior shifted afterwards, which costs no fit), is set against
every linear learner with every generator at its validated size, in the splits that both have. It is better than all of
them only if it is better than each, which needs no adjustment (an intersection-union test: Berger 1982, Technometrics
24, 295-300). That one of them is better than it is a claim about any, adjusted by Holm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from synthsize.catalogue.metrics import LOWER_IS_BETTER
from synthsize.recipes import NONE, PRIOR_SHIFT
from synthsize.statistics.differences import difference_statistics
from synthsize.statistics.learner_levels import METRICS, comparable, paired
from synthsize.statistics.significance import holm

BETTER, BEATEN, OPEN = "better", "beaten", "open"
RECIPES = (NONE, PRIOR_SHIFT)

LEARNER_ANSWER_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "a learner that is not linear",
    "recipe": "none (the raw data) or prior_shift",
    "metric": "balanced_risk (log-loss in nats, against linear learners of log odds alone), balanced_accuracy or auroc",
    "rivals": "linear learners with each generator at its validated size, counted",
    "rival": "the linear learner that the classifier leads by least, or trails by most, beyond chance",
    "rival_generator": "its generator",
    "mean_difference": "classifier minus that rival, mean over the splits that both have, unit of the metric",
    "low": "lower end of the Nadeau-Bengio interval",
    "high": "its upper end",
    "level": "nominal coverage of the interval",
    "p_better": "one-sided p-value of the claim that the classifier is better than every rival: the largest of those "
    "against each",
    "p_beaten": "of the claim that some rival is better than the classifier: the smallest, Holm-adjusted",
    "verdict": "better (than every rival), beaten (by one at least), or open; at 1 - level each",
    "n_splits": "outer splits that both have",
    "note": "rivals of which a comparison is missing, which leaves it open; empty if none",
}


def raw_against_oversampled(
    levels: pd.DataFrame,
    scores: Mapping[str, str],
    linear: Collection[str],
    generators: Sequence[str],
    *,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Set every learner that is not linear, without synthetic rows, against all oversampled linear ones.

    Parameters
    ----------
    levels : DataFrame
        Rows of `learner_levels.learner_levels`.
    scores : mapping of str to str
        "log_odds" or "margin" of each learner, in the order of the run.
    linear : collection of str
        The learners that are linear in the features.
    generators : sequence of str
        Of the run.
    alpha : float
        Error rate of each claim, and 1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `LEARNER_ANSWER_COLUMNS`, where each is described; empty where the run has not both kinds of learner.
    """
    rows = [
        row
        for _, of_task in levels.groupby("task", sort=False)
        for classifier in scores
        if classifier not in linear
        for recipe in RECIPES
        for row in _answers(of_task, (classifier, recipe), scores, (linear, generators), alpha)
    ]
    return pd.DataFrame(rows, columns=list(LEARNER_ANSWER_COLUMNS))


def _answers(
    levels: pd.DataFrame,
    subject: tuple[str, str],
    scores: Mapping[str, str],
    rivals: tuple[Collection[str], Sequence[str]],
    alpha: float,
) -> Iterator[dict[str, Any]]:
    classifier, recipe = subject
    own = levels[(levels["classifier"] == classifier) & (levels["recipe"] == recipe)]
    linear, generators = rivals
    oversampled = levels[levels["classifier"].isin(linear) & levels["recipe"].isin(generators)]
    for metric in METRICS:
        if recipe == PRIOR_SHIFT and metric == "auroc":
            continue  # the raw data's own
        found = [
            _compared(paired(own, rows), metric, str(rival), str(generator), alpha)
            for (rival, generator), rows in oversampled.groupby(["classifier", "recipe"], sort=False)
            if comparable(metric, scores, classifier, str(rival))
        ]
        if len(own) and found:
            keys = {"task": own["task"].iloc[0], "classifier": classifier, "recipe": recipe, "metric": metric}
            yield {**keys, **_verdict(found, alpha)}


def _compared(both: pd.DataFrame, metric: str, rival: str, generator: str, alpha: float) -> dict[str, Any]:
    """Compare in the splits that both have; NaN where that is less than two."""
    difference = (both[metric] - both[f"{metric}_reference"]).to_numpy(dtype=float)
    who = {"rival": rival, "rival_generator": generator, "level": 1 - alpha, "n_splits": len(both)}
    if len(both) == 0:
        return who | dict.fromkeys(("mean_difference", "low", "high", "p"), float("nan"))
    statistics = difference_statistics(difference[:, None], both["n_train"], both["n_test"], alpha)
    mean, two_sided = (float(statistics[name][0]) for name in ("mean_difference", "nadeau_bengio_p"))
    favourable = mean < 0 if metric in LOWER_IS_BETTER else mean > 0
    return who | {
        "mean_difference": mean,
        "low": float(statistics["nadeau_bengio_low"][0]),
        "high": float(statistics["nadeau_bengio_high"][0]),
        "p": two_sided / 2 if favourable else 1 - two_sided / 2,
    }


def _verdict(found: list[dict[str, Any]], alpha: float) -> dict[str, Any]:
    """Judge both claims, and name the rival that is hardest to beat."""
    p = np.array([row["p"] for row in found])
    known = np.isfinite(p)
    hardest = found[int(np.argmax(np.where(known, p, -1.0)))]
    adjusted = holm(1 - p)
    p_better = float(p.max()) if known.all() else float("nan")
    p_beaten = float(np.nanmin(adjusted)) if known.any() else float("nan")
    verdict = BETTER if p_better <= alpha else BEATEN if p_beaten <= alpha else OPEN
    missing = [
        f"{row['rival']} with {row['rival_generator']}"
        for row, one in zip(found, known, strict=True)
        if not one
    ]
    return {
        **{name: value for name, value in hardest.items() if name != "p"},
        **{"rivals": len(found), "p_better": p_better, "p_beaten": p_beaten, "verdict": verdict},
        "note": f"not compared: {', '.join(missing)}" if missing else "",
    }
