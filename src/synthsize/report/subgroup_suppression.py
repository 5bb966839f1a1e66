"""Subgroups of few people: their sizes and what few people decide are hidden (see `suppression`).

Of many strata, such as hospitals, percentiles stand in place of each, as in the coverage (`strata`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.report.hidden import SECONDARY, hide, is_few, primary, too_near, with_partners
from synthsize.report.strata import FEWEST, MANY, PERCENTILES

GROUP = ["task", "dimension", "group"]
OF_NEGATIVES = ("specificity",)
OF_POSITIVES = ("sensitivity", "observed_to_expected")
NUMBERS = ["mean", "normal_low", "normal_high", "nadeau_bengio_low", "nadeau_bengio_high"]
STRATUM = "stratum"
OF_STRATA = {f"{words} of strata": percentile for percentile, words in PERCENTILES.items()}
_CELL = ["task", "classifier", "generator", "subject", "dimension", "metric"]


def has_many_groups(subgroups: pd.DataFrame) -> bool:
    """Whether there are more strata than are shown one by one."""
    return bool(subgroups.loc[subgroups["dimension"] == STRATUM, "group"].nunique() > MANY)


def told_estimates(subgroups: pd.DataFrame, below: int) -> pd.DataFrame:
    """Return what may be told of each subgroup: `hide_estimates`, and percentiles in place of many strata.

    Parameters
    ----------
    subgroups : DataFrame
        Columns of `statistics.subgroups.SUBGROUP_COLUMNS`.
    below : int
        Smallest count that may be told, apart from 0.

    Returns
    -------
    DataFrame
        The columns of `hide_estimates`. Of more than `strata.MANY` strata, the groups are the keys of `OF_STRATA`: the
        mean is that percentile of the strata's own means, without limits, and missing where fewer than
        `strata.FEWEST` strata have a mean that may be told.
    """
    shown = hide_estimates(subgroups, below)
    if not has_many_groups(shown):
        return shown
    is_stratum = shown["dimension"] == STRATUM
    return pd.concat([shown[~is_stratum], _spread(shown[is_stratum])], ignore_index=True)


def _spread(strata: pd.DataFrame) -> pd.DataFrame:
    cells = strata.groupby(_CELL, sort=False)
    enough = cells["mean"].count() >= FEWEST
    found = cells.agg(n_splits=("n_splits", "max"), level=("level", "first"))
    rows = pd.concat(
        [
            found.assign(
                group=words, mean=cells["mean"].quantile(percentile / 100).where(enough)
            ).reset_index()
            for words, percentile in OF_STRATA.items()
        ]
    )
    return rows.assign(hidden=rows["mean"].isna()).reindex(columns=strata.columns)


def hide_estimates(subgroups: pd.DataFrame, below: int) -> pd.DataFrame:
    """Drop the values of what few positives, or few negatives, of a subgroup decide.

    Sensitivity and observed-to-expected are of the positives, specificity of the negatives, calibration intercept and
    slope of both.

    Parameters
    ----------
    subgroups : DataFrame
        Columns of `statistics.subgroups.SUBGROUP_COLUMNS`.
    below : int
        Smallest count that may be told, apart from 0.

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
    """Admissions and positives of every subgroup, small ones hidden with what would give them away.

    The subgroups of a dimension add up to the task, whose size Table 1 tells: further ones are hidden, the smallest
    first, until those hidden together are many. Positives of two tasks that differ by few within a subgroup are not
    both told, because one task may contain the other.

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
