"""Tables made from the benchmark's results: the summary, the controls, and the count of degenerate cases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.report import style
from synthsize.report.rows import in_words, of_first_criterion, one_row_per_key, select
from synthsize.report.tables.comparisons import NAIVE
from synthsize.schemas import WHOLE_SPLIT

SUMMARY_COLUMNS = {  # of the benchmark's summary of VTSS: names here
    "task": "task",
    "classifier": "classifier",
    "generator": "generator",
    "n_splits": "n_splits",
    "raw_mean": "raw",
    "naive_mean": "naive",
    "best_multiplier": "best_multiplier",
    "best_mean": "best",
    "best_at_edge": "best_at_edge",
    "mean": "vtss",
    "low": "vtss_low",
    "high": "vtss_high",
    "criterion": "criterion",
    "multiplier_median": "vtss_multiplier",
    "edge_share": "edge_share",
}
CONTROL_COLUMNS = (
    "task",
    "classifier",
    "control",
    "multiplier",
    "excess_risk",
    "excess_risk_low",
    "excess_risk_high",
    "balanced_accuracy",
    "balanced_accuracy_low",
    "balanced_accuracy_high",
)


def summary_table(
    vtss: pd.DataFrame, *, task_labels: dict[str, str], interval: str = "nadeau_bengio"
) -> pd.DataFrame:
    """Excess risk in one row per task, classifier and generator, in display names.

    Parameters
    ----------
    vtss : DataFrame
        Columns task, classifier, generator, criterion, metric, interval and those that `SUMMARY_COLUMNS` renames.
    task_labels : dict of str to str
        Task name to the words a reader sees, in the order of the rows.
    interval : str
        Which interval of VTSS to show.

    Returns
    -------
    DataFrame
        Values of `SUMMARY_COLUMNS`: the mean at m = 0 (raw) and m = 1 (naive); the multiplier with the best mean on the
        test rows, its mean, and whether it is on an edge of the grid (m = 0 is none); VTSS's mean with its interval,
        the criterion it chose by, the median multiplier it chose, and the share of splits in which that lay on an edge.
        What a cell lacks is missing; a cell that was not run has a row without splits.
    """
    shown = of_first_criterion(select(vtss, {"metric": "excess_risk", "interval": interval}))
    keys = ["task", "classifier", "generator"]
    cells = pd.MultiIndex.from_product(
        [
            list(task_labels),
            _in_order(shown["classifier"], style.CLASSIFIERS),
            style.generator_order(shown["generator"]),
        ],
        names=keys,
    )
    table = shown.set_index(keys).reindex(cells).reset_index().rename(columns=SUMMARY_COLUMNS)
    table = table[list(SUMMARY_COLUMNS.values())]
    for column, names in (
        ("task", task_labels),
        ("classifier", style.CLASSIFIERS),
        ("generator", style.GENERATORS),
        ("criterion", style.CRITERIA),
    ):
        table[column] = [style.display(name, names) for name in table[column].fillna("")]
    return table.assign(n_splits=table["n_splits"].fillna(0).astype("int64"))


def controls_table(
    controls: pd.DataFrame, *, task_labels: dict[str, str], interval: str = "nadeau_bengio"
) -> pd.DataFrame:
    """One row per task, classifier and control, in display names; controls with sizes at m = 1.

    Parameters
    ----------
    controls : DataFrame
        Columns task, classifier, control, multiplier, metric, mean, low, high and interval.
    task_labels : dict of str to str
        Task name to the words a reader sees, in the order of the rows.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns `CONTROL_COLUMNS`. A control with sizes whose grid lacks m = 1 has no row.
    """
    shown = controls[
        (controls["interval"] == interval)
        & (controls["multiplier"].isna() | np.isclose(controls["multiplier"].astype(float), NAIVE))
    ]
    keys = ["task", "classifier", "control", "multiplier"]
    table = one_row_per_key(shown, keys, ["excess_risk", "balanced_accuracy"])
    table = in_words(table, task=task_labels, classifier=style.CLASSIFIERS, control=style.CONTROLS)
    return table[list(CONTROL_COLUMNS)]


def count_events(events: pd.DataFrame, task_labels: dict[str, str]) -> pd.DataFrame:
    """How often each degenerate case arose, without its details.

    Parameters
    ----------
    events : DataFrame
        In `schemas.EVENTS`.
    task_labels : dict of str to str
        Task name to the words a reader sees.

    Returns
    -------
    DataFrame
        Columns task, classifier, generator, event; in_training_sets and in_folds, the number of times it
        arose in the training set of an outer split and in a validation fold of VTSS; splits, the number of
        outer splits in which it arose at all.
    """
    events = events.assign(outside=events["repeat"] == WHOLE_SPLIT, inside=events["repeat"] != WHOLE_SPLIT)
    groups = events.groupby(["task", "classifier", "generator", "event"], sort=True)
    table = groups.agg(
        in_training_sets=("outside", "sum"), in_folds=("inside", "sum"), splits=("split", "nunique")
    ).reset_index()
    table["task"] = [task_labels.get(name, name) for name in table["task"]]
    table["classifier"] = [style.display(name, style.CLASSIFIERS) for name in table["classifier"]]
    table["generator"] = [
        style.display(name, {**style.CONTROLS, **style.GENERATORS}) for name in table["generator"]
    ]
    table["event"] = table["event"].str.replace("_", " ")
    return table


def _in_order(names: pd.Series, known: dict[str, str]) -> list[str]:
    found = set(names)
    return [name for name in known if name in found] + sorted(found - set(known))
