"""Tables made from the benchmark's results: the summary, the controls, and the count of degenerate cases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.report import style
from synthsize.report.panels import select

SUMMARY_COLUMNS = (
    "task",
    "classifier",
    "generator",
    "n_splits",
    "raw",
    "naive",
    "best_multiplier",
    "best",
    "best_at_edge",
    "vtss",
    "vtss_low",
    "vtss_high",
    "vtss_multiplier",
    "edge_share",
)
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
NAIVE = 1.0  # the multiplier that balances the classes
NO_FOLD = -1  # what EVENTS.repeat holds outside VTSS


def summary_table(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    *,
    task_labels: dict[str, str],
    interval: str = "nadeau_bengio",
    metric: str = "excess_risk",
    criterion: str = "balanced_loss",
) -> pd.DataFrame:
    """One row per task, classifier and generator, in display names.

    Parameters
    ----------
    curves : DataFrame
        Columns task, classifier, generator, metric, multiplier, mean, interval and n_splits.
    vtss : DataFrame
        Columns task, classifier, generator, criterion, metric, mean, low, high, interval, multiplier_median
        and edge_share.
    task_labels : dict of str to str
        Task name to the words a reader sees, in the order of the rows.
    interval : str
        Which interval of VTSS to show.
    metric, criterion : str
        What the values are, and by which criterion VTSS chose.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`: the mean at m = 0 (raw) and m = 1 (naive); the multiplier with the best
        mean on the test rows, its mean, and whether it is the first or last of the grid; VTSS's mean with
        its interval, the median multiplier it chose, and the share of splits in which that lay on an edge
        of the grid. A value whose multiplier is not on the grid is missing.
    """
    wanted = {"metric": metric, "interval": interval}
    curves = select(curves, wanted)
    vtss = select(vtss, wanted | {"criterion": criterion})
    classifiers = _in_order(curves["classifier"], style.CLASSIFIERS)
    rows = [
        _summary_row(curves, vtss, {"task": task, "classifier": classifier, "generator": generator}, metric)
        for task in task_labels
        for classifier in classifiers
        for generator in style.generator_order(curves["generator"])
    ]
    table = pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS)).dropna(subset=["n_splits"])
    table["task"] = table["task"].map(task_labels)
    table["classifier"] = [style.display(name, style.CLASSIFIERS) for name in table["classifier"]]
    table["generator"] = [style.display(name, style.GENERATORS) for name in table["generator"]]
    return table.astype({"n_splits": "int64"}).reset_index(drop=True)


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
    keys = ["task", "classifier", "control"]
    table = shown.drop_duplicates(keys)[[*keys, "multiplier"]]
    for metric in ("excess_risk", "balanced_accuracy"):
        values = shown[shown["metric"] == metric].rename(
            columns={"mean": metric, "low": f"{metric}_low", "high": f"{metric}_high"}
        )
        table = table.merge(values[[*keys, metric, f"{metric}_low", f"{metric}_high"]], on=keys, how="left")
    for column, order in (
        ("task", task_labels),
        ("classifier", style.CLASSIFIERS),
        ("control", style.CONTROLS),
    ):
        table[column] = pd.Categorical(table[column], categories=list(order))
    table = table.sort_values(keys, ignore_index=True)
    for column, words in (
        ("task", task_labels),
        ("classifier", style.CLASSIFIERS),
        ("control", style.CONTROLS),
    ):
        table[column] = [words[name] for name in table[column]]
    return table[list(CONTROL_COLUMNS)]


def generator_gains(paired: pd.DataFrame, *, task_labels: dict[str, str]) -> pd.DataFrame:
    """Compare each generator at m = 1 with minority weights of the same size: what its rows add beyond their weight.

    Parameters
    ----------
    paired : DataFrame
        Paired differences: columns task, classifier, generator, metric, subject, multiplier, reference,
        mean_difference, nadeau_bengio_low and nadeau_bengio_high, n_splits and holm_p.
    task_labels : dict of str to str

    Returns
    -------
    DataFrame
        Columns task, classifier, generator, n_splits, mean_difference, nadeau_bengio_low, nadeau_bengio_high and
        holm_p, in display names.
    """
    wanted = {"metric": "excess_risk", "subject": "fixed", "reference": "weights(m)"}
    shown = select(paired, wanted)
    shown = shown[np.isclose(shown["multiplier"].astype(float), NAIVE)]
    rows = [
        shown[
            (shown["task"] == task) & (shown["classifier"] == classifier) & (shown["generator"] == generator)
        ]
        for task in task_labels
        for classifier in _in_order(shown["classifier"], style.CLASSIFIERS)
        for generator in style.generator_order(shown["generator"])
    ]
    names = ["mean_difference", "nadeau_bengio_low", "nadeau_bengio_high", "holm_p"]
    table = pd.concat([shown[:0], *rows])[["task", "classifier", "generator", "n_splits", *names]]
    table["task"] = [task_labels[name] for name in table["task"]]
    table["classifier"] = [style.display(name, style.CLASSIFIERS) for name in table["classifier"]]
    table["generator"] = [style.display(name, style.GENERATORS) for name in table["generator"]]
    return table.reset_index(drop=True)


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
    events = events.assign(outside=events["repeat"] == NO_FOLD, inside=events["repeat"] != NO_FOLD)
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


def _summary_row(
    curves: pd.DataFrame, vtss: pd.DataFrame, cell: dict[str, str], metric: str
) -> dict[str, object]:
    curve = select(curves, cell).dropna(subset=["mean"]).sort_values("multiplier", ignore_index=True)
    if curve.empty:
        return dict(cell)
    higher = metric in style.HIGHER_IS_BETTER
    best = int(np.argmax(curve["mean"]) if higher else np.argmin(curve["mean"]))
    row: dict[str, object] = {
        **cell,
        "n_splits": curve["n_splits"].max(),
        "raw": _mean_at(curve, 0),
        "naive": _mean_at(curve, 1),
        "best_multiplier": curve["multiplier"].iloc[best],
        "best": curve["mean"].iloc[best],
        "best_at_edge": best in (0, len(curve) - 1),
    }
    chosen = select(vtss, cell)
    if len(chosen):
        first = chosen.iloc[0]
        row |= {"vtss": first["mean"], "vtss_low": first["low"], "vtss_high": first["high"]}
        row |= {"vtss_multiplier": first["multiplier_median"], "edge_share": first["edge_share"]}
    return row


def _mean_at(curve: pd.DataFrame, multiplier: float) -> float:
    hit = curve.loc[np.isclose(curve["multiplier"], multiplier), "mean"]
    return float(hit.iloc[0]) if len(hit) else np.nan


def _in_order(names: pd.Series, known: dict[str, str]) -> list[str]:
    found = set(names)
    return [name for name in known if name in found] + sorted(found - set(known))
