"""What the theory says about a task and a generator, over the splits it was asked on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

SIGNIFICANCE = 0.05

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
MEDIANS = ("symmetry_df", "symmetry_p", "slopes_p", "theory_multiplier", "multiplier_low", "multiplier_high")
SUMMARY_COLUMNS = [*CELL, "n_splits", *MEANS, *MEDIANS, "regime", "remarks"]


Row = dict[str, Any]


def summarise_diagnosis(diagnosis: pd.DataFrame) -> pd.DataFrame:
    """Average over the splits and name the regime.

    Training sets overlap, so standard errors are averaged, not divided by the root of the number of splits; p-values
    degrees of freedom and sizes, which may be infinite, by their median.

    Parameters
    ----------
    diagnosis : DataFrame
        Rows of `schemas.DIAGNOSIS`.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`. `regime`: "symmetric" where symmetry is not rejected at 5 %; "intercept" where it
        is but the slopes do not move; "asymmetric" otherwise; "undetermined" where a test could not be made.
    """
    rows: list[Row] = []
    for keys, group in diagnosis.groupby(CELL, sort=True):
        row: Row = {**dict(zip(CELL, keys, strict=True)), "n_splits": len(group)}
        row |= {name: group[name].mean(skipna=False) for name in MEANS}
        row |= {name: group[name].median(skipna=False) for name in MEDIANS}
        row["regime"] = _regime(row["symmetry_p"], row["slopes_p"])
        row["remarks"] = "; ".join(sorted({text for text in group["remarks"] if text}))
        rows.append(row)
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def _regime(symmetry_p: float, slopes_p: float) -> str:
    if np.isnan(symmetry_p) or np.isnan(slopes_p):
        return "undetermined"
    if symmetry_p >= SIGNIFICANCE:
        return "symmetric"
    return "intercept" if slopes_p >= SIGNIFICANCE else "asymmetric"
