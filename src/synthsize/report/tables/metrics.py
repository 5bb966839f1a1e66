"""Table of calibration, ranking and decisions: raw data, m = 1, VTSS and the controls below one another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.metrics import METRICS
from synthsize.contracts.results import NAIVE
from synthsize.report.rows import in_words, of_first_criterion, one_row_per_key, select

RAW = "none"  # the control that the sweep holds too, at m = 0
RAW_DATA = "Raw data, m = 0"
ROW = ["task", "classifier", "method", "multiplier", "n_splits"]


def metrics_table(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    names: Names,
    interval: str = "nadeau_bengio",
) -> pd.DataFrame:
    """One row per task, classifier and way to train, with every metric and its interval.

    Parameters
    ----------
    curves, vtss, controls : DataFrame
        Columns task, classifier, generator (or control), metric, multiplier (vtss: criterion and multiplier_median),
        mean, low, high, interval and n_splits.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns task, classifier, method, multiplier, n_splits, and for each metric its name, with ``_low`` and
        ``_high`` behind it for the limits; in display names. The multiplier of VTSS is its median choice; of the
        controls with sizes only m = 1 is shown. The first criterion of VTSS that was run is the one shown.
    """
    curves, vtss, controls = (select(rows, {"interval": interval}) for rows in (curves, vtss, controls))
    parts = {RAW_DATA: _raw(curves, controls, names)}
    for generator in names.generator_order(curves["generator"]):
        name, cell = names.generator(generator), {"generator": generator}
        parts[f"{name}, m = 1"] = _at(select(curves, cell), NAIVE)
        parts[f"{name}, VTSS"] = _chosen(select(vtss, cell))
    for control in [name for name in names.controls if name != RAW]:
        rows = select(controls, {"control": control})
        sized = rows["multiplier"].notna().any()
        parts[names.control(control) + (", m = 1" if sized else "")] = _at(rows, NAIVE) if sized else rows
    return _wide(parts, names)


def _raw(curves: pd.DataFrame, controls: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Fits without synthetic rows, which are the same for every generator."""
    curves = curves[[names.raw_at_zero(name) for name in curves["generator"]]]
    raw = pd.concat([_at(curves, 0.0), select(controls, {"control": RAW}).assign(multiplier=0.0)])
    return raw.drop_duplicates(["task", "classifier", "metric"])


def _chosen(vtss: pd.DataFrame) -> pd.DataFrame:
    return of_first_criterion(vtss).rename(columns={"multiplier_median": "multiplier"})


def _at(rows: pd.DataFrame, multiplier: float) -> pd.DataFrame:
    return rows[np.isclose(rows["multiplier"].astype(float), multiplier)]


def _wide(parts: Mapping[str, pd.DataFrame], names: Names) -> pd.DataFrame:
    long = pd.concat([rows.assign(method=method) for method, rows in parts.items()], ignore_index=True)
    return in_words(
        one_row_per_key(long, ROW, METRICS),
        task=names.tasks,
        classifier=names.learner_labels,
        method={method: method for method in parts},
    )
