"""Replicates -> means with their Monte Carlo errors, beside the closed forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.studies.engine.blocks import NOTE, load_study
from synthsize.studies.engine.entry import Entry, read_entry

NUMBERS = ("mean", "sd", "se", "low", "high", "theory")
STATISTICS = ["mean", "sd", "se", "low", "high", "n", "theory", NOTE]


def summarise(study: str, rows: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Average over the replicates of each cell.

    Returns
    -------
    DataFrame
        Columns: the study's keys; metric; mean; sd over replicates; se of the mean, missing for one replicate; low and
        high, the 2.5 and 97.5 percentiles; n, the replicates with a value; theory, the closed form where there is one;
        note. A cell that only the theory covers has n = 0.
    """
    entry = read_entry(study)
    table = _means(rows, entry)
    theory = pd.DataFrame(load_study(study).theory(settings), columns=[*entry.keys, "metric", "theory"])
    if theory.empty:
        table["theory"] = float("nan")
    else:
        table = table.merge(theory, on=[*entry.keys, "metric"], how="outer", sort=False)
        table["n"] = table["n"].fillna(0)
        table[NOTE] = table[NOTE].fillna("")
    table["n"] = table["n"].astype(int)
    return table[[*entry.keys, "metric", *STATISTICS]]


def read_summary(study: str, path: str | Path) -> pd.DataFrame:
    """Read the table of `summarise` back from its CSV file, with text columns as text."""
    entry = read_entry(study)
    texts = {
        key: str
        for key in entry.keys
        if any(isinstance(value, str) for value in pd.read_csv(path, usecols=[key])[key].dropna())
    }
    table = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values={name: [""] for name in NUMBERS})
    table[NOTE] = table[NOTE].astype(str)
    return table


def _means(rows: pd.DataFrame, entry: Entry) -> pd.DataFrame:
    keys = list(entry.keys)
    long = rows.melt([*keys, NOTE], list(entry.metrics), var_name="metric")
    groups = long.groupby([*keys, "metric"], sort=False, dropna=False)
    parts = [
        groups["value"].agg(mean="mean", sd="std", n="count"),
        groups["value"].quantile(0.025).rename("low"),
        groups["value"].quantile(0.975).rename("high"),
        groups[NOTE].agg(_distinct),
    ]
    table: pd.DataFrame = parts[0].join(parts[1:]).reset_index()
    table["se"] = table["sd"] / table["n"] ** 0.5
    told: pd.DataFrame = table[(table["n"] > 0) | (table[NOTE] != "")].reset_index(drop=True)
    return told


def _distinct(notes: pd.Series[str]) -> str:
    found = notes[notes != ""]
    if found.empty:
        return ""
    counts = found.value_counts()
    return "; ".join(f"{note} ({count} of {len(notes)} replicates)" for note, count in counts.items())


def cells(table: pd.DataFrame, metric: str, **where: Any) -> pd.DataFrame:
    """Rows of one metric whose keys have the given values."""
    chosen = table[table["metric"] == metric]
    for key, value in where.items():
        chosen = chosen[chosen[key] == value]
    return chosen


def extreme(rows: pd.DataFrame, column: str = "mean", *, largest: bool = False) -> pd.Series[Any]:
    """Return the row with the smallest or largest value of a column; the first of equals."""
    return rows.sort_values(column, ascending=not largest, kind="stable").iloc[0]


def cell(table: pd.DataFrame, metric: str, **where: Any) -> pd.Series[Any] | None:
    """Return the one row of a metric at the given keys, or None where the study was run without that cell."""
    found = cells(table, metric, **where)
    return None if found.empty else found.iloc[0]
