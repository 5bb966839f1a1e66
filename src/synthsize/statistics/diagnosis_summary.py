"""The diagnosis of a task and a generator, summarised over the splits that it was run on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from synthsize.statistics.significance import holm

SIGNIFICANCE = 0.05
NEGLIGIBLE = 0.01  # nats of balanced log-loss: a cost that is surely below it does not matter

CELL = ["task", "classifier", "generator"]
MEANS = (
    "n_majority",
    "n_minority",
    "asymmetry",
    "asymmetry_se",
    "mismatch",
    "mismatch_se",
    "cosine",
    "alignment",
    "alignment_se",
)
COSTS = ("slopes_cost", "slopes_cost_low", "slopes_cost_high", "raw_excess_high")
MEDIANS = (
    *("symmetry_df", "symmetry_p", "slopes_p", *COSTS),
    *("theory_multiplier", "multiplier_low", "multiplier_high"),
)
TESTS = ("symmetry_p", "slopes_p")
ADJUSTED = {name: f"{name}_holm" for name in TESTS}
SUMMARY_COLUMNS = [*CELL, "n_splits", *MEANS, *MEDIANS, *ADJUSTED.values(), "regime", "remarks"]


Row = dict[str, Any]


def summarise_diagnosis(diagnosis: pd.DataFrame) -> pd.DataFrame:
    """Average over the splits and name the regime.

    Training sets overlap, so standard errors are averaged, not divided by the root of the number of splits; p-values
    degrees of freedom and sizes, which may be infinite, by their median.

    Parameters
    ----------
    diagnosis : DataFrame
        Rows of `contracts.results.DIAGNOSIS`.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`. symmetry_p_holm and slopes_p_holm are the p-values adjusted by Holm over the
        tasks. A test that finds nothing shows nothing, so `regime` is "symmetric" or "intercept" only where the
        upper limit of what training on the real rows alone loses, or of what their slopes lose, is negligible;
        "asymmetric" where equal slopes are rejected at 5 %; "unresolved" where neither; "undetermined" where a test
        could not be made.
    """
    rows: list[Row] = []
    for keys, group in diagnosis.groupby(CELL, sort=True):
        row: Row = {**dict(zip(CELL, keys, strict=True)), "n_splits": len(group)}
        row |= {name: group[name].mean(skipna=False) for name in MEANS}
        row |= {name: group[name].median(skipna=False) for name in MEDIANS}
        row["remarks"] = "; ".join(sorted({text for text in group["remarks"] if text}))
        rows.append(row)
    table = pd.DataFrame(rows, columns=SUMMARY_COLUMNS)
    for name, adjusted in ADJUSTED.items():
        table[adjusted] = _over_tasks(table, name)
    table["regime"] = [_regime(row) for _, row in table.iterrows()]
    return table


def _over_tasks(table: pd.DataFrame, name: str) -> pd.Series[float]:
    """Adjust a test by Holm over the tasks of each classifier; the generators of a task share it."""
    keys = ["classifier", "task"]
    tests = table.groupby(keys)[name].max()
    adjusted = tests.groupby(level=0).transform(lambda p: holm(p.to_numpy(dtype=float)))
    return (
        adjusted.reindex(pd.MultiIndex.from_frame(table[keys]))
        .set_axis(table.index)
        .where(table[name].notna())
    )


def _regime(row: pd.Series) -> str:
    if np.isnan(row[list(ADJUSTED.values())].astype(float)).any():
        return "undetermined"
    if row["raw_excess_high"] <= NEGLIGIBLE:
        return "symmetric"
    if row["slopes_cost_high"] <= NEGLIGIBLE:
        return "intercept"
    return "asymmetric" if row["slopes_p_holm"] < SIGNIFICANCE else "unresolved"
