"""Rows of the result tables, selected, with display names and in the order of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style


def select(frame: pd.DataFrame, wanted: Mapping[str, object]) -> pd.DataFrame:
    """Rows in which every named column holds the wanted value."""
    keep = np.ones(len(frame), dtype=bool)
    for column, value in wanted.items():
        keep &= (frame[column] == value).to_numpy()
    return frame[keep]


def in_words(rows: pd.DataFrame, **words: Mapping[str, str]) -> pd.DataFrame:
    """Sort by the named columns, the first one first, and replace their names by display names.

    A missing name becomes empty.

    Parameters
    ----------
    rows : DataFrame
    **words : mapping of str to str
        For each column, display names by name, in the order of the rows. Other names come last, by `style.display`.
    """
    ordered = rows.reset_index(drop=True)
    places = pd.DataFrame({column: _places(ordered[column], list(names)) for column, names in words.items()})
    ordered = ordered.loc[places.sort_values(list(words), kind="stable").index]
    said = {
        column: [style.display(name, names) if pd.notna(name) else "" for name in ordered[column]]
        for column, names in words.items()
    }
    return ordered.assign(**said).reset_index(drop=True)


def of_risk(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Rows of the metric that judges each classifier: excess risk, or balanced risk where no oracle is known."""
    wanted = {name: names.risk_metric(name) for name in rows["classifier"].dropna().unique()}
    return rows[rows["metric"] == rows["classifier"].map(wanted)]


def first_criterion(run: Iterable[str], *preferred: str) -> str:
    """Name the criterion of VTSS to show: the first that was run, preferred ones before all; empty if none was."""
    known = set(run)
    return next((name for name in (*preferred, *style.CRITERIA) if name in known), "")


def of_first_criterion(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the first criterion of `style.CRITERIA` that VTSS was run with."""
    return rows[rows["criterion"] == first_criterion(rows["criterion"])]


def by_classifier(rows: pd.DataFrame | None, names: Names) -> list[tuple[str, pd.DataFrame]]:
    """Parts with one loss each: values in nats and hinge values have no business in one column.

    Parameters
    ----------
    rows : DataFrame or None
        In display names.
    names : Names
        Of the run.

    Returns
    -------
    list of (str, DataFrame)
        Name of each classifier, and its rows without that column.
    """
    if rows is None:
        return []
    return [
        (names.learner_named(str(words)), part.drop(columns="classifier"))
        for words, part in rows.groupby("classifier", sort=False)
    ]


def with_limits(rows: pd.DataFrame, value: str, key: str, interval: str) -> pd.DataFrame:
    """Call the value `key`, and the limits of the wanted interval as `content.estimate` expects them."""
    limits = {f"{interval}_{limit}": f"{key}_{limit}" for limit in ("low", "high")}
    return rows.rename(columns={value: key, **limits})


def one_row_per_key(values: pd.DataFrame, keys: list[str], metrics: Iterable[str]) -> pd.DataFrame:
    """Set the metrics of a long table side by side.

    Parameters
    ----------
    values : DataFrame
        Columns `keys`, metric, mean, low and high.
    keys : list of str
        What makes a row.
    metrics : iterable of str

    Returns
    -------
    DataFrame
        Columns `keys`, and for each metric its name, with ``_low`` and ``_high`` behind it for the limits.
    """
    table = values[keys].drop_duplicates()
    for metric in metrics:
        names = {"mean": metric, "low": f"{metric}_low", "high": f"{metric}_high"}
        found = values[values["metric"] == metric].rename(columns=names)
        table = table.merge(found[[*keys, *names.values()]], on=keys, how="left")
    return table


def _places(names: pd.Series, known: list[str]) -> list[int]:
    order = known + sorted(set(names) - set(known))
    return [order.index(name) for name in names]
