"""Which learner ranks patients best, and by how much more than the reference learner."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
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
DIFFERENCE = ["mean_difference", "nadeau_bengio_low", "nadeau_bengio_high"]
PER_1000 = ["correct_per_1000", "correct_low", "correct_high"]
GAIN = ["auroc_gain", "auroc_gain_low", "auroc_gain_high"]
LEVELS = ["mean", "reference_mean"]
AGAINST_COLUMNS = [*LEARNER, "reference", "recipe", *LEVELS, *GAIN, "significant", "n_splits", *PER_1000]


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
        n_splits (that both were run on) and correct_per_1000 with its limits: more of 1,000 patients, half of them with
        the outcome, classed correctly than by the reference.
    """
    alike = differences[differences["recipe"] == differences["reference_recipe"]]
    ranking, classing = (alike[alike["metric"] == name] for name in (RANKING, CLASSING))
    per_1000 = classing[LEARNER].assign(
        **{name: CLASSED * classing[column] for name, column in zip(PER_1000, DIFFERENCE, strict=True)}
    )
    found = (
        ranking.rename(columns=dict(zip(DIFFERENCE, GAIN, strict=True)))
        .dropna(subset=[GAIN[0]])
        .merge(per_1000, on=LEARNER, how="left")
    )
    return found[AGAINST_COLUMNS]


@dataclass(frozen=True)
class Leading:
    """How the learners of one task compare with the reference.

    Attributes
    ----------
    task, reference, recipe : str
        `recipe` is the reference's, and that of every learner.
    learners : tuple of dict
        Rows of `against_reference`, the largest gain first.
    """

    task: str
    reference: str
    recipe: str
    learners: tuple[dict[Hashable, Any], ...]

    @property
    def better(self) -> list[dict[Hashable, Any]]:
        """Those shown to gain."""
        return [row for row in self.learners if row["significant"] and row[GAIN[0]] > 0]

    @property
    def worse(self) -> list[dict[Hashable, Any]]:
        """Those shown to lose."""
        return [row for row in self.learners if row["significant"] and row[GAIN[0]] < 0]

    @property
    def splits_differ(self) -> bool:
        """Whether gains are means over different numbers of splits, so that the means themselves have no order."""
        return len({row["n_splits"] for row in self.learners}) > 1


def leading_learners(differences: pd.DataFrame) -> list[Leading]:
    """Order the learners of each task by their mean gain of AUROC over the reference, paired within splits.

    Parameters
    ----------
    differences : DataFrame
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`.

    Returns
    -------
    list of Leading
        By task, in the order of `differences`.
    """
    return [
        _leading(rows.sort_values(GAIN[0], ascending=False, kind="stable"))
        for _, rows in against_reference(differences).groupby("task", sort=False)
    ]


def _leading(ordered: pd.DataFrame) -> Leading:
    shared = {name: str(ordered[name].iloc[0]) for name in ("task", "reference", "recipe")}
    rows = ordered.assign(significant=ordered["significant"].astype(bool)).to_dict("records")
    return Leading(**shared, learners=tuple(rows))
