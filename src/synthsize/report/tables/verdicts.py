"""What to do per task and learner with its numbers, and the verdict on every recipe, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.rows import in_words
from synthsize.report.tables.joint_choice import recipes_in_words

CELL = ["task", "classifier"]
REACH = ["smallest_difference", "smallest_any_splits", "patients_factor"]
LIMITED = {"mean_difference": "difference", "low": "difference_low", "high": "difference_high"}
CORRECT = ["correct_per_1000", "correct_low", "correct_high"]


def answers_table(
    answers: pd.DataFrame, *, names: Names, recommendations: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Lay out the answers of `statistics.answers` for readers, beside what validation chose among all recipes.

    Parameters
    ----------
    answers : DataFrame
        Columns `statistics.answers.ANSWER_COLUMNS`.
    names : Names
        Of the run.
    recommendations : DataFrame, optional
        Columns `statistics.joint_choice.RECOMMENDATION_COLUMNS`, of a run that chooses among all recipes.

    Returns
    -------
    DataFrame
        Columns task, classifier, recipe, settled, certainty, alternative, difference, correct_per_1000 (both with
        limits), smallest_difference, smallest_any_splits, patients_factor, passed_over, choice and share
        (empty without `recommendations`), level and note, in display names; a row per answer.
    """
    shown = answers.rename(columns=LIMITED).assign(choice=None, share=np.nan)
    if recommendations is not None:
        chosen = recommendations.assign(choice=recipes_in_words(recommendations, "", names))
        shown = shown.drop(columns=["choice", "share"])
        shown = shown.merge(chosen[[*CELL, "choice", "share"]], on=CELL, how="left", validate="one_to_one")
    columns = [*CELL, "recipe", "settled", "certainty", "alternative"]
    columns += [*LIMITED.values(), *CORRECT, *REACH, "passed_over", "choice", "share", "level", "note"]
    return _in_words(shown, names)[columns]


def verdicts_table(verdicts: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Set the verdicts on each recipe against every one with less work side by side.

    Parameters
    ----------
    verdicts : DataFrame
        Columns `statistics.verdicts.VERDICT_COLUMNS`.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns task, classifier, recipe, one per alternative with the verdict (missing where that is not
        less work), and of the comparison that was hardest to win alternative, difference, correct_per_1000 (both with
        limits), smallest_difference, smallest_any_splits, patients_factor and level.
    """
    keys = [*CELL, "recipe"]
    alternatives = list(dict.fromkeys(verdicts["alternative"]))
    wide = verdicts.pivot(index=keys, columns="alternative", values="verdict")  # noqa: PD010 (refuses doubles)
    wide = wide[alternatives].reset_index()
    hardest = verdicts.loc[verdicts.groupby(keys)["mean_difference"].idxmax().dropna()]
    numbers = [*keys, "alternative", *LIMITED, *CORRECT, *REACH, "level"]
    table = wide.merge(hardest[numbers], on=keys, how="left").rename(columns=LIMITED)
    return _in_words(table, names)


def recipe_labels(names: Names) -> dict[str, str]:
    """Label of each recipe by name, from the least work to the most."""
    return {**names.control_labels, **names.generator_labels}


def _in_words(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    words = in_words(rows, task=names.tasks, classifier=names.learner_labels, recipe=recipe_labels(names))
    labels = recipe_labels(names)
    return words.assign(alternative=words["alternative"].map(lambda name: labels.get(name, name)))
