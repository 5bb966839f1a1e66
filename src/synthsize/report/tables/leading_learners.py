"""Which learner ranks patients best, and by how much more than the reference learner."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

RANKING, CLASSING = "auroc", "balanced_accuracy"  # which every learner has, margins included
CLASSED = 1000.0  # patients, half of them with the outcome
EACH_WITH = {
    "joint": "the recipe that validation chose",
    "class_weight": "class weights",
    "none": "the raw data",
}
LEARNER = ["task", "classifier"]
ENDS = {"low": "nadeau_bengio_low", "high": "nadeau_bengio_high"}
PER_1000 = ["correct_per_1000", "correct_low", "correct_high"]
GAIN = ["auroc_gain", "auroc_gain_low", "auroc_gain_high"]
AGAINST_COLUMNS = [*LEARNER, "reference", "recipe", "mean", "reference_mean", *GAIN, "significant", *PER_1000]
LEADING_COLUMNS = [*AGAINST_COLUMNS, "learners", "others", "worse"]


def against_reference(differences: pd.DataFrame) -> pd.DataFrame:
    """Set each learner beside the reference, both with the reference's recipe.

    Parameters
    ----------
    differences : DataFrame
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`.

    Returns
    -------
    DataFrame
        A row per task and learner but the reference. Columns task, classifier, reference, recipe, mean and
        reference_mean (AUROC), auroc_gain with its Nadeau-Bengio limits, significant (whether that is, Holm-adjusted),
        and correct_per_1000 with its limits: more of 1,000 patients, half of them with the outcome, classed correctly
        than by the reference.
    """
    alike = differences[differences["recipe"] == differences["reference_recipe"]]
    ranking, classing = (alike[alike["metric"] == name] for name in (RANKING, CLASSING))
    gains = dict(zip(["mean_difference", *ENDS.values()], GAIN, strict=True))
    per_1000 = classing[LEARNER].assign(
        **{
            name: CLASSED * classing[column]
            for name, column in zip(PER_1000, ["mean_difference", *ENDS.values()], strict=True)
        }
    )
    found = ranking.rename(columns=gains).dropna(subset=[GAIN[0]]).merge(per_1000, on=LEARNER, how="left")
    return found[AGAINST_COLUMNS]


def leading_learners(differences: pd.DataFrame) -> pd.DataFrame:
    """Name the learner with the highest AUROC in each task, by its mean difference to the reference.

    Parameters
    ----------
    differences : DataFrame
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`.

    Returns
    -------
    DataFrame
        A row per task: the row of `against_reference` with the highest difference, which is below zero where none has
        a higher AUROC than the reference, and columns learners (how many were compared, the reference included),
        others (further learners shown to be better than the reference) and worse (how many are shown to be worse).
    """
    rows = [_leader(part) for _, part in against_reference(differences).groupby("task", sort=False)]
    return pd.DataFrame(rows, columns=LEADING_COLUMNS)


def _leader(rows: pd.DataFrame) -> dict[Hashable, Any]:
    ordered = rows.sort_values(GAIN[0], ascending=False, kind="stable")
    shown = ordered[ordered["significant"].astype(bool)]
    better = shown.loc[shown[GAIN[0]] > 0, "classifier"]
    leader = ordered.iloc[0]
    return {
        **leader.to_dict(),
        "learners": len(rows) + 1,
        "others": [name for name in better if name != leader["classifier"]],
        "worse": int((shown[GAIN[0]] < 0).sum()),
    }
