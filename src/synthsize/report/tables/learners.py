"""Learners beside each other in words: their differences, and whether one needs no oversampling to lead."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.rows import in_words, with_limits

RECIPES = {
    "none": "raw data",
    "prior_shift": "prior shifted",
    "class_weight": "class weights",
    "joint": "choice among all recipes",
}
METRICS = {
    "auroc": "AUROC",
    "balanced_accuracy": "Balanced accuracy",
    "balanced_risk": "Balanced log-loss (nats)",
}
SAID = {"better": "yes", "beaten": "no", "open": "not settled"}
IN_SHORT = {
    "auroc none": "AUROC",
    "balanced_accuracy none": "Balanced accuracy",
    "balanced_accuracy prior_shift": "Balanced accuracy, prior shifted",
    "balanced_risk none": "Balanced log-loss",
    "balanced_risk prior_shift": "Balanced log-loss, prior shifted",
}


def learner_differences_table(
    differences: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio"
) -> pd.DataFrame:
    """Tabulate what each learner reached with each recipe, and its difference from the reference learner.

    Parameters
    ----------
    differences : DataFrame
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns task, learner, recipe, metric, mean, reference_mean, difference, difference_low, difference_high,
        holm_p, n_splits, level, against and note, in display names.
    """
    shown = with_limits(differences, "mean_difference", "difference", interval)
    shown = shown.assign(
        learner=shown["classifier"],
        against=[
            f"{names.in_sentence(row['reference'])}, {RECIPES[row['reference_recipe']]}"
            for row in shown.to_dict("records")
        ],
    )
    columns = [
        "task",
        "learner",
        "recipe",
        "metric",
        "mean",
        "reference_mean",
        "difference",
        "difference_low",
    ]
    columns += ["difference_high", "holm_p", "n_splits", "level", "against", "note"]
    words = {"task": names.tasks, "metric": METRICS, "learner": names.learner_labels, "recipe": RECIPES}
    return in_words(shown, **words)[columns]


def learner_answers_table(answers: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Say whether each learner leads without synthetic rows, and over whom by least.

    Parameters
    ----------
    answers : DataFrame
        Columns `statistics.learner_answers.LEARNER_ANSWER_COLUMNS`.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns task, learner, recipe, metric, rivals, nearest, difference, difference_low, difference_high, verdict,
        p_better, p_beaten, n_splits, level and note, in display names.
    """
    shown = answers.rename(
        columns={"mean_difference": "difference", "low": "difference_low", "high": "difference_high"}
    )
    shown = shown.assign(
        learner=shown["classifier"],
        nearest=[
            f"{names.learner(row['rival'])}, {names.generator(row['rival_generator'])}"
            for row in shown.to_dict("records")
        ],
        verdict=shown["verdict"].map(SAID),
    )
    columns = ["task", "learner", "recipe", "metric", "rivals", "nearest", "difference", "difference_low"]
    columns += ["difference_high", "verdict", "p_better", "p_beaten", "n_splits", "level", "note"]
    words = {"task": names.tasks, "learner": names.learner_labels, "metric": METRICS, "recipe": RECIPES}
    return in_words(shown, **words)[columns]


def learner_effort_table(effort: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Tabulate how each learner was tuned; generators with the same effort share a row.

    Parameters
    ----------
    effort : DataFrame
        Columns `statistics.learner_effort.EFFORT_COLUMNS`.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns learner, generators, sizes, folds, repeats, fits_per_split and n_splits, in display names.
    """
    same = ["classifier", "sizes", "folds", "repeats", "fits_per_split", "n_splits"]
    labels = {**names.generator_labels, "controls": "tuned weights"}
    found = effort.assign(generators=effort["generator"].map(lambda name: labels.get(name, name)))
    rows = found.groupby(same, sort=False)["generators"].agg("; ".join).reset_index()
    order = names.learner_order(rows["classifier"])
    rows = rows.sort_values("classifier", key=lambda column: column.map(order.index), kind="stable")
    rows["learner"] = rows["classifier"].map(names.learner)
    return rows[["learner", "generators", *same[1:]]].reset_index(drop=True)


def unequal_effort(effort: pd.DataFrame) -> bool:
    """Return whether some learner was tuned differently from another with the same generator."""
    distinct = effort.drop_duplicates(["generator", "sizes", "folds", "repeats", "n_splits"])
    return bool(distinct["generator"].duplicated().any())


def learners_in_short(answers: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Answer for each learner that is not linear whether it is simply better than any oversampled linear model.

    Parameters
    ----------
    answers : DataFrame
        As `learner_answers_table` takes it.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns task and learner, and one for each pair of metric and recipe that `IN_SHORT` names and the run has; a
        row per task and learner, NaN where a learner has no such metric.
    """
    order = {"task": list(names.tasks), "classifier": names.learner_order(answers["classifier"])}
    said = answers.assign(
        what=answers["metric"] + " " + answers["recipe"],
        answer=answers["verdict"].map(SAID),
        **{key: pd.Categorical(answers[key], known) for key, known in order.items()},
    )
    # pivot_table would drop what is not known.
    wide = said.pivot(index=list(order), columns="what", values="answer").sort_index().reset_index()  # noqa: PD010
    wide = wide.rename(columns={"classifier": "learner"}).astype(object)
    kept = ["task", "learner", *(name for name in IN_SHORT if name in wide)]
    return in_words(wide[kept], task=names.tasks, learner=names.learner_labels)
