"""Which multipliers VTSS chose over the splits, by the best mean and by the one-standard-error rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from synthsize.catalogue.strategies import entries
from synthsize.grid import grid_edges
from synthsize.statistics.paired_levels import CELL, with_split_sizes

RULES = {"argmin": "multiplier", "1se": "multiplier_1se"}

CHOICE_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "criterion": "what VTSS optimised",
    "rule": "argmin: best validation mean; 1se: smallest multiplier within one standard error of it",
    "multiplier": "of the class gap; every point of the grid",
    "count": "splits in which it was chosen",
    "share": "of the splits with a choice",
    "lower_edge_share": "share of the grid's first multiplier, at which the best may lie below the grid; "
    "0 if that is m = 0",
    "upper_edge_share": "share of its last, at which the best may lie above the grid",
    "n_splits": "outer splits of the run",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set, mean over splits",
    "note": "what is missing and why; empty if nothing is",
}


def choice_distribution(sweep: pd.DataFrame, vtss: pd.DataFrame) -> pd.DataFrame:
    """Count over the splits how often each multiplier of the grid was chosen.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.

    Returns
    -------
    DataFrame
        Columns `CHOICE_COLUMNS`, where each is described; one row per cell, criterion, rule and multiplier, zero
        counts included.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    blocks = [
        _distribution(dict(zip([*CELL, "criterion"], map(str, keys), strict=True)), rule, rows)
        for keys, rows in with_split_sizes(vtss, sweep).groupby([*CELL, "criterion"], sort=True)
        for rule in RULES
    ]
    found = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(CHOICE_COLUMNS))
    return found[list(CHOICE_COLUMNS)]


def _distribution(keys: dict[str, str], rule: str, rows: pd.DataFrame) -> pd.DataFrame:
    grid = np.unique(np.concatenate([np.asarray(points, dtype=float) for points in rows["multipliers"]]))
    chosen = rows[RULES[rule]].dropna().to_numpy(dtype=float)
    counts = np.array([np.count_nonzero(chosen == point) for point in grid])
    share = counts / len(chosen) if len(chosen) else np.full(len(grid), np.nan)
    edges = grid_edges(grid.tolist(), entries()[str(rows["strategy"].iloc[0])].largest)
    return pd.DataFrame(
        {
            **keys,
            "rule": rule,
            "multiplier": grid,
            "count": counts,
            "share": share,
            "lower_edge_share": share[0] if "lower" in edges else 0.0,
            "upper_edge_share": share[-1] if "upper" in edges else 0.0,
            "n_splits": len(rows),
            "n_train_mean": rows["n_train"].mean(),
            "n_test_mean": rows["n_test"].mean(),
            "note": "; ".join(_notes(len(rows), len(chosen), len(grid))),
        }
    )


def _notes(n_splits: int, n_chosen: int, n_multipliers: int) -> Iterator[str]:
    if n_chosen < n_splits:
        yield f"{n_splits - n_chosen} of {n_splits} splits lack a choice"
    if n_splits == 1:
        yield "one split: no distribution"
    if n_multipliers == 1:
        yield "the grid has one multiplier, so there was no choice"
