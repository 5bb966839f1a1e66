"""Coverage of many strata, such as the hospitals of a multicentre database: their spread in place of each of them.

Percentiles over strata are shown instead of shares: they name no stratum, and the shares of small strata that may be
shown one by one (mostly 0 % and 100 %) would give a biased spread.
"""

from __future__ import annotations

import pandas as pd

from synthsize.contracts.variables import ALL_STRATA

MANY = 12  # more strata have neither columns on a page nor marks in a figure
FEWEST = 10  # strata that percentiles are taken over
PERCENTILES = {
    10: "10th percentile",
    25: "25th percentile",
    50: "median",
    75: "75th percentile",
    90: "90th percentile",
}


def has_many_strata(coverage: pd.DataFrame) -> bool:
    """Whether a table by stratum is shown by its spread (`strata_spread`)."""
    return int((coverage["stratum"] != ALL_STRATA).sum()) > MANY


def strata_spread(coverage: pd.DataFrame, below: int) -> pd.DataFrame:
    """Percentiles of each share over the strata of a coverage table.

    Parameters
    ----------
    coverage : DataFrame
        As `synthsize.tasks.coverage.coverage` returns it, exact.
    below : int
        Smallest count that may be shown; smaller strata are left out.

    Returns
    -------
    DataFrame
        One row per percentile: stratum (a key of `PERCENTILES`), counted and left_out (numbers of strata), and the
        columns ``..._percent`` in whole percents, missing where fewer than `FEWEST` strata are counted.
    """
    parts = coverage[coverage["stratum"] != ALL_STRATA]
    counted = parts[parts["admissions"] >= max(below, 1)]
    shares = counted.filter(like="_percent").astype(float)
    spread = shares.quantile([percentile / 100 for percentile in PERCENTILES]).round()
    if len(counted) < FEWEST:
        spread[:] = float("nan")
    spread.insert(0, "stratum", list(PERCENTILES))
    spread.insert(1, "counted", len(counted))
    spread.insert(2, "left_out", len(parts) - len(counted))
    return spread.reset_index(drop=True)


def counted_strata(spread: pd.DataFrame) -> str:
    """State over how many strata the percentiles are taken."""
    counted, left_out = (int(spread[name].iloc[0]) for name in ("counted", "left_out"))
    rest = f" ({left_out:,} of few admissions are left out)" if left_out else ""
    return f"{counted:,} strata{rest}"
