"""Verdicts on the pairs of recipes of one task and learner, by what was shown of each."""

import numpy as np
import pandas as pd

from synthsize.statistics.verdicts import VERDICT_COLUMNS

# Adjusted p-values of "better" and "no better", and the posterior probability of being better.
CHANCES = {
    "better": (0.001, 1.0, 0.999),
    "no better": (1.0, 0.002, 0.002),
    "same": (1.0, 0.003, 0.003),
    "worse": (1.0, 0.001, 0.001),
    "undecided": (1.0, 0.6, 0.2),
    "likely better": (0.5, 1.0, 0.8),
    "not compared": (np.nan, np.nan, np.nan),
    "same fit": (np.nan, np.nan, np.nan),
}
SIMPLE = ("none", "prior_shift", "class_weight")


def pairs(said, generators=("jitter", "smote")):
    """Pairs of one task and learner; `said` maps (recipe, alternative) to a verdict, by default `same`."""
    names = [*SIMPLE, *generators]
    rows = []
    for place, alternative in enumerate(SIMPLE):
        for recipe in names[place + 1 :]:
            verdict = said.get((recipe, alternative), "same")
            better, no_better, chance = CHANCES[verdict]
            correct = 3.0 * place + names.index(recipe) - 2.0  # another number for every pair
            row = dict.fromkeys(VERDICT_COLUMNS, 0.0) | {"task": "t", "classifier": "logistic"}
            rows.append(
                row
                | {"recipe": recipe, "alternative": alternative, "metric": "excess_risk", "note": ""}
                | {"verdict": "undecided" if verdict == "likely better" else verdict}
                | {"p_better": better, "p_no_better": no_better, "probability_better": chance}
                | {"level": 0.95, "mean_difference": -0.02, "low": -0.05, "high": 0.01, "n_splits": 10}
                | {"correct_per_1000": correct, "correct_low": correct - 7.0, "correct_high": correct + 7.0}
            )
    return pd.DataFrame(rows)


VTSS = pd.DataFrame(
    {
        "task": "t",
        "classifier": "logistic",
        "generator": ["smote"] * 4,
        "criterion": "balanced_loss",
        "multiplier": [0.5, 1.0, 1.0, 2.0],
        "edge": ["none", "none", "none", "upper"],
    }
)
BEATEN = {(name, "none"): "better" for name in ("prior_shift", "class_weight", "jitter", "smote")}
