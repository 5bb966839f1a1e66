"""Tables made from the benchmark's results: the summary, the controls, and the count of degenerate cases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.results import NAIVE, WHOLE_SPLIT
from synthsize.report import style
from synthsize.report.rows import in_words, of_first_criterion, of_risk, one_row_per_key, select

INTERVALS = ("normal", "nadeau_bengio")
_NAMES = {  # of the benchmark's summary of VTSS: names here
    "raw_mean": "raw",
    "naive_mean": "naive",
    "best_mean": "best",
    "mean": "vtss",
    "multiplier_median": "vtss_multiplier",
}
_LIMITS = {  # the same of limits, before the interval is named
    "raw": ("raw_low", "raw_high"),
    "naive": ("naive_low", "naive_high"),
    "vtss": ("low", "high"),
}


def limit_columns(key: str) -> tuple[str, ...]:
    """Name the limits of both intervals of a mean, the lower before the upper."""
    return tuple(f"{key}_{interval}_{limit}" for interval in INTERVALS for limit in ("low", "high"))


SUMMARY_COLUMNS = (
    "task",
    "classifier",
    "generator",
    "n_splits",
    "raw",
    *limit_columns("raw"),
    "naive",
    *limit_columns("naive"),
    "best_multiplier",
    "best",
    "best_at_edge",
    "vtss",
    *limit_columns("vtss"),
    "criterion",
    "vtss_multiplier",
    "edge_share",
)
CONTROL_COLUMNS = (
    "task",
    "classifier",
    "control",
    "multiplier",
    "risk",
    "risk_low",
    "risk_high",
    "balanced_accuracy",
    "balanced_accuracy_low",
    "balanced_accuracy_high",
)


def summary_table(vtss: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Excess risk (balanced risk where no oracle is known) in one row per task, classifier and generator, in words.

    Parameters
    ----------
    vtss : DataFrame
        Columns task, classifier, generator, n_splits, criterion, metric, interval, mean, low, high, naive_mean,
        naive_low, naive_high, raw_mean, raw_low, raw_high, best_multiplier, best_mean, best_at_edge, multiplier_median
        and edge_share; a row per interval.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`: the mean at m = 0 (raw) and m = 1 (naive); the multiplier with the best mean on the
        test rows, its mean, and whether it is on an edge of the grid (m = 0 is none); VTSS's mean, the criterion it
        chose by, the median multiplier it chose, and the share of splits in which that lay on an edge; both intervals
        of each mean but the best. What a cell lacks is missing; a cell that was not run has a row without splits.
    """
    keys = ["task", "classifier", "generator"]
    shown = _both_intervals(of_first_criterion(of_risk(vtss, names)), keys)
    cells = pd.MultiIndex.from_product(
        [
            list(names.tasks),
            names.learner_order(shown["classifier"]),
            names.generator_order(shown["generator"]),
        ],
        names=keys,
    )
    table = shown.set_index(keys).reindex(cells).reset_index()[list(SUMMARY_COLUMNS)]
    for column, labels in (
        ("task", names.tasks),
        ("classifier", names.learner_labels),
        ("generator", names.generator_labels),
        ("criterion", style.CRITERIA),
    ):
        table[column] = [style.display(name, labels) for name in table[column].fillna("")]
    return table.assign(n_splits=table["n_splits"].fillna(0).astype("int64"))


def _both_intervals(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Set the limits of both intervals side by side, under the names of this module."""
    table = select(rows, {"interval": INTERVALS[0]}).rename(columns=_NAMES)
    table = table.drop(columns=[name for limits in _LIMITS.values() for name in limits])
    for interval in INTERVALS:
        names = {
            column: f"{key}_{interval}_{limit}"
            for key, columns in _LIMITS.items()
            for column, limit in zip(columns, ("low", "high"), strict=True)
        }
        found = select(rows, {"interval": interval})
        table = table.merge(found[[*keys, *names]].rename(columns=names), on=keys, how="left")
    return table


def controls_table(controls: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio") -> pd.DataFrame:
    """One row per task, classifier and control, in display names; controls with sizes at m = 1.

    Parameters
    ----------
    controls : DataFrame
        Columns task, classifier, control, multiplier, metric, mean, low, high and interval.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns `CONTROL_COLUMNS`; the risk is that of `summary_table`. A control with sizes whose grid lacks m = 1
        has no row.
    """
    shown = controls[
        (controls["interval"] == interval)
        & (controls["multiplier"].isna() | np.isclose(controls["multiplier"].astype(float), NAIVE))
    ]
    keys = ["task", "classifier", "control", "multiplier"]
    shown = pd.concat(
        [of_risk(shown, names).assign(metric="risk"), select(shown, {"metric": "balanced_accuracy"})]
    )
    table = one_row_per_key(shown, keys, ["risk", "balanced_accuracy"])
    table = in_words(table, task=names.tasks, classifier=names.learner_labels, control=names.control_labels)
    return table[list(CONTROL_COLUMNS)]


def count_events(events: pd.DataFrame, names: Names) -> pd.DataFrame:
    """How often each degenerate case arose, without its details.

    Parameters
    ----------
    events : DataFrame
        In `contracts.results.EVENTS`.
    names : Names
        Of the run.

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
    table["task"] = [names.tasks.get(name, name) for name in table["task"]]
    table["classifier"] = [names.learner(name) for name in table["classifier"]]
    table["generator"] = [names.generator(name) for name in table["generator"]]
    table["event"] = table["event"].str.replace("_", " ")
    return table
