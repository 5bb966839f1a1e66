"""Subgroups of few people: their sizes and what few people decide are hidden (see `suppression`)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.report.hidden import SECONDARY, hide, is_few, primary, too_near, with_partners

GROUP = ["task", "dimension", "group"]
OF_NEGATIVES = ("specificity",)
OF_POSITIVES = ("sensitivity", "observed_to_expected")
NUMBERS = ["mean", "normal_low", "normal_high", "nadeau_bengio_low", "nadeau_bengio_high"]


def hide_estimates(subgroups: pd.DataFrame, below: int) -> pd.DataFrame:
    """Drop the values of what few positives, or few negatives, of a subgroup decide.

    Sensitivity and observed-to-expected are of the positives, specificity of the negatives, calibration intercept and
    slope of both.

    Parameters
    ----------
    subgroups : DataFrame
        Columns of `statistics.subgroups.SUBGROUP_COLUMNS`.
    below : int
        Smallest count that may be shown, apart from 0.

    Returns
    -------
    DataFrame
        The same rows, hidden values NaN, with the column hidden that says which.
    """
    positives = is_few(subgroups["positives"], below)
    negatives = is_few(subgroups["admissions"] - subgroups["positives"], below)
    metric = subgroups["metric"]
    hidden = np.where(
        metric.isin(OF_NEGATIVES), negatives, positives | (negatives & ~metric.isin(OF_POSITIVES).to_numpy())
    )
    shown = subgroups.assign(hidden=hidden)
    shown.loc[hidden, NUMBERS] = np.nan
    return shown


def group_sizes(subgroups: pd.DataFrame, below: int) -> pd.DataFrame:
    """Admissions and positives of every subgroup, small ones hidden, with those from which they could be derived.

    The subgroups of a dimension add up to the task, whose size Table 1 shows: further ones are hidden, the smallest
    first, until those hidden together are many. Positives of two tasks that differ by few within a subgroup are not
    both shown, because one task may contain the other.

    Returns
    -------
    DataFrame
        Columns `GROUP`, admissions and positives, with `hidden.Hidden` in place of hidden numbers.
    """
    sizes = subgroups[[*GROUP, "admissions", "positives"]].drop_duplicates(GROUP).reset_index(drop=True)
    if below <= 1:
        return sizes
    near = np.zeros(len(sizes), dtype=bool)
    for places in sizes.groupby(["dimension", "group"]).indices.values():
        near[places] = too_near(sizes["positives"].iloc[places], below)
    hidden = {name: np.zeros(len(sizes), dtype=bool) for name in ("admissions", "positives")}
    for places in sizes.groupby(["task", "dimension"]).indices.values():
        part = sizes.iloc[places]
        admissions, positives = (part[name].to_numpy(dtype=float) for name in hidden)
        negatives = admissions - positives
        everything = np.ones(len(part), dtype=bool)
        nothing = np.zeros(len(part))
        small = is_few(positives, below) | is_few(negatives, below) | near[places]
        classes = [positives, negatives]
        hidden["positives"][places] = with_partners(small, classes, admissions, everything, below, nothing)
        whole = with_partners(is_few(admissions, below), [admissions], admissions, everything, below, nothing)
        hidden["admissions"][places] = whole
    shown = sizes
    for name, mask in hidden.items():
        shown = hide(shown, name, mask, SECONDARY)
        shown = hide(shown, name, is_few(sizes[name], below), primary(below))
    return shown
