"""The YAIB demo cohorts as tables with a row per stay, in which another program chose cohort, features and label."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def stay_means(cohort: Path) -> pd.DataFrame:
    """Mean of each hourly variable per stay, static values and the label."""
    hourly, static, outcome = (pd.read_parquet(cohort / f"{name}.parquet") for name in ("dyn", "sta", "outc"))
    means = hourly.drop(columns="time").groupby("stay_id").mean().reset_index()
    label = outcome.groupby("stay_id")["label"].max().astype(int).reset_index()
    return means.merge(static, on="stay_id").merge(label, on="stay_id")
