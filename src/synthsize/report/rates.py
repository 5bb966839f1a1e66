"""Rates from which class sizes follow are hidden for tasks whose class sizes are.

The net benefit of calling everybody positive is the prevalence in other words, that of a model is near to it at low
thresholds, and F1 or Matthews' correlation give it beside sensitivity and specificity. Where nothing is ranked, AUPRC
is the prevalence, the Brier score of recalibrated risks follows from it, and the raw fit's net benefit is zero, so that
the difference of everybody to it is a level. Differences between fits stay.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.report.hidden import SECONDARY, Mask, hide, is_few, too_near

NOT_SHOWN = "hidden: the class sizes would follow"
EVERYBODY = "treat_all"
_ENDS = [f"{kind}_{end}" for kind in ("normal", "nadeau_bengio") for end in ("low", "high")]
_LEVEL = ["mean", *_ENDS, "brier"]
_OF_EVERYBODY = ["difference", *(f"difference_{end}" for end in _ENDS)]
_OF_PREVALENCE = ("f1", "mcc", "auprc")


def classes_given_away(table1: pd.DataFrame, below: int) -> Mask:
    """Return which tasks have a small class, or differ from another task by few positives.

    Parameters
    ----------
    table1 : DataFrame
        As `synthsize.tasks.table1.table_1` returns it.
    below : int
        Smallest count that may be shown, apart from 0.
    """
    few = [is_few(table1[name], below) for name in ("positives", "negatives")]
    given_away: Mask = np.any([*few, too_near(table1["positives"], below)], axis=0)
    return given_away


def suppress_net_benefit(benefit: pd.DataFrame, table1: pd.DataFrame, below: int) -> pd.DataFrame:
    """Drop the levels of net benefit, and keep the differences between fits, of tasks whose class sizes are hidden.

    The note of such a row is `NOT_SHOWN`.

    Parameters
    ----------
    benefit : DataFrame
        As `synthsize.statistics.net_benefit.net_benefit` returns it.
    table1, below
        See `classes_given_away`.
    """
    tasks = table1.loc[classes_given_away(table1, below), "task"]
    hidden = benefit["task"].isin(list(tasks)) & benefit["mean"].notna()
    if not hidden.any():
        return benefit
    levels = benefit[_LEVEL].mask(hidden)
    differences = benefit[_OF_EVERYBODY].mask(hidden & (benefit["recipe"] == EVERYBODY))
    return benefit.assign(**levels, **differences, note=benefit["note"].mask(hidden, NOT_SHOWN))


def suppress_metrics(metrics: pd.DataFrame, table1: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide metrics from which the prevalence would follow, of tasks whose class sizes are hidden.

    Parameters
    ----------
    metrics : DataFrame
        As `report.tables.metrics.metrics_table` returns it, tasks in display names.
    table1, below
        See `classes_given_away`.
    """
    tasks = table1.loc[classes_given_away(table1, below), "label"]
    hidden, shown = metrics["task"].isin(list(tasks)).to_numpy(), metrics
    for name in (name for name in _OF_PREVALENCE if name in metrics):
        shown = hide(shown, name, hidden & metrics[name].notna().to_numpy(), SECONDARY)
    return shown
