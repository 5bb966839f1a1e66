"""What each learner reached with each recipe in every split, on test rows that all learners share."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synthsize.recipes import CLASS_WEIGHT, NONE
from synthsize.statistics.recipe_risks import recipe_rows

JOINT = "joint"  # whichever of all recipes the split's validation chose
LOG_ODDS = "log_odds"
METRICS = ("balanced_risk", "balanced_accuracy", "auroc")
KEYS = ["task", "classifier", "recipe", "split"]
LEVEL_COLUMNS = [*KEYS, "n_train", "n_test", *METRICS]
REFERENCE_RECIPES = (JOINT, CLASS_WEIGHT, NONE)  # of the reference: the first that was run
PREFERRED = "logistic"


def learner_levels(
    sweep: pd.DataFrame, vtss: pd.DataFrame, controls: pd.DataFrame, chosen: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Put the test metrics of all learners and recipes one below the other.

    Parameters
    ----------
    sweep, vtss, controls : DataFrame
        Rows of `contracts.results.SWEEP`, `VTSS` and `CONTROLS` from the same run.
    chosen : DataFrame, optional
        Rows of `contracts.results.RECIPES`, where the run chose among all recipes.

    Returns
    -------
    DataFrame
        Columns `LEVEL_COLUMNS`; `recipe` is a control, a generator at the size that validation chose, or `JOINT`.
    """
    blocks = []
    for (task, classifier), rows in sweep.groupby(["task", "classifier"], sort=True):
        cell = {"task": str(task), "classifier": str(classifier)}
        parts = recipe_rows(rows, _of_cell(vtss, cell), _of_cell(controls, cell))
        if chosen is not None:
            joint = _of_cell(chosen, cell)
            parts |= {JOINT: joint.set_index("split")} if len(joint) else {}
        sizes = rows.drop_duplicates("split").set_index("split")[["n_train", "n_test"]]
        blocks += [
            sizes.join(found[list(METRICS)], how="inner").assign(recipe=name, **cell).reset_index()
            for name, found in parts.items()
        ]
    if not blocks:
        return pd.DataFrame(columns=LEVEL_COLUMNS)
    return pd.concat(blocks, ignore_index=True)[LEVEL_COLUMNS]


def reference_learner(scores: Mapping[str, str]) -> str:
    """Name the learner that the others are compared with.

    Parameters
    ----------
    scores : mapping of str to str
        "log_odds" or "margin" of each learner, in the order of the run.

    Returns
    -------
    str
        Logistic regression if the run has it, else the first that estimates log odds, else the first.
    """
    estimating = [name for name, score in scores.items() if score == LOG_ODDS]
    if PREFERRED in estimating:
        return PREFERRED
    return next(iter([*estimating, *scores]))


def comparable(metric: str, scores: Mapping[str, str], *learners: str) -> bool:
    """Return whether a metric of these learners may be subtracted: risks only where all of them are log-losses."""
    return metric != "balanced_risk" or all(scores[name] == LOG_ODDS for name in learners)


def paired(subject: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Return the splits that both have, sorted: columns of `LEVEL_COLUMNS` with ``_reference`` behind the second's."""
    shared = subject.merge(reference, on=["task", "split"], suffixes=("", "_reference"))
    return shared.sort_values("split", ignore_index=True)


def _of_cell(rows: pd.DataFrame, cell: Mapping[str, str]) -> pd.DataFrame:
    return rows[(rows["task"] == cell["task"]) & (rows["classifier"] == cell["classifier"])]
