"""Which stay a moment belongs to, in plain pandas: nothing here comes from `synthsize.extract`."""

from __future__ import annotations

import pandas as pd


def find_stays(rows: pd.DataFrame, stays: pd.DataFrame, pre_admission_hours: float = 0) -> pd.Series:
    """Admission of each row: the latest stay that holds its time, else the next one if it begins soon enough.

    Parameters
    ----------
    rows : DataFrame
        Columns patient_id and time.
    stays : DataFrame
        Columns patient_id, admission_id, started, ended.
    pre_admission_hours : float
    """
    pairs = rows[["patient_id", "time"]].reset_index(drop=True).reset_index().merge(stays, on="patient_id")
    during = pairs[(pairs["started"] <= pairs["time"]) & (pairs["time"] <= pairs["ended"])]
    wait = (pairs["started"] - pairs["time"]).dt.total_seconds() / 3600
    before = pairs[(wait > 0) & (wait <= pre_admission_hours)]
    found = during.sort_values("started").groupby("index")["admission_id"].last()
    found = found.combine_first(before.sort_values("started").groupby("index")["admission_id"].first())
    return found.astype("Int64").reindex(range(len(rows))).set_axis(rows.index)
