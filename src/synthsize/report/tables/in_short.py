"""Every task and learner in one table: what to do, whether rows help, and how the learner compares with others."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.rows import in_words
from synthsize.report.tables.added_rows import CELL, COUNTED, added_rows
from synthsize.report.tables.leading_learners import EACH_WITH, GAIN, against_reference
from synthsize.report.tables.verdicts import recipe_labels

DECIDED = ["recipe", "settled", "level"]


def in_short_table(
    answers: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    names: Names,
    learner_differences: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Lay out whether rows help for all tasks and learners at once.

    Parameters
    ----------
    answers, verdicts : DataFrame
        As `added_rows` takes them.
    names : Names
        Of the run.
    learner_differences : DataFrame, optional
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`, of a run with several learners.

    Returns
    -------
    DataFrame
        Columns task, classifier, outcome, sure, recipe, settled, level, generator, against, chance,
        correct_per_1000 (with limits), patients_factor and, with `learner_differences`, auroc_gain (with limits),
        reference and reference_recipe (missing for the reference itself), in display names; a row per answer that
        names a recipe.
    """
    rows = added_rows(answers, verdicts).merge(answers[[*CELL, *DECIDED]], on=CELL, validate="one_to_one")
    rows = rows.rename(columns={"factor": "patients_factor"})
    columns = [
        *CELL,
        "outcome",
        "sure",
        *DECIDED,
        "generator",
        "against",
        "chance",
        *COUNTED,
        "patients_factor",
    ]
    labels = recipe_labels(names)
    words = {name: rows[name].map(names.generator, na_action="ignore") for name in ("generator", "against")}
    rows = rows.assign(**words)
    if learner_differences is not None and len(learner_differences):
        gains = against_reference(learner_differences).rename(columns={"recipe": "reference_recipe"})
        gains = gains.assign(
            reference=gains["reference"].map(names.in_sentence),
            reference_recipe=gains["reference_recipe"].map(EACH_WITH),
        )
        shown = [*GAIN, "reference", "reference_recipe"]
        rows = rows.merge(gains[[*CELL, *shown]], on=CELL, how="left", validate="one_to_one")
        columns += shown
    return in_words(rows, task=names.tasks, classifier=names.learner_labels, recipe=labels)[columns]
