"""Tidy rows as panels: one metric of one (task, classifier, generator), splits down and multipliers across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.catalogue.metrics import LOWER_IS_BETTER
from synthsize.catalogue.strategies import entries
from synthsize.errors import InputError
from synthsize.statistics.intervals import spread
from synthsize.statistics.raw_fits import is_raw, raw_fits

CELL = ["task", "classifier", "generator"]
# A difference in balanced risk equals that in excess risk, so one of them is enough: see `judged_by`.
METRICS = ("excess_risk", "balanced_accuracy")
NO_WIDTH = "the same value in every split: no width, no test"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """One metric of one cell, with a row for every split of the sweep.

    Attributes
    ----------
    cell : dict
        Task, classifier and generator.
    metric : str
    levels : DataFrame of shape (J, M)
        Index split, columns multiplier; NaN where the sweep has no value.
    choices : DataFrame
        The cell's rows of `contracts.results.VTSS`.
    n_train, n_test : ndarray of shape (J,)
        Rows of each split's sets.
    strategy : str
        What synthetic rows are fitted together with.
    raw : Series of length J
        Of the fits to the raw data; NaN where there is none.
    raw_at_zero : bool
        Whether the strategy's fit at multiplier 0 is one of them, be it on the grid or not.
    """

    cell: dict[str, str]
    metric: str
    levels: pd.DataFrame
    choices: pd.DataFrame
    n_train: Array
    n_test: Array
    strategy: str
    raw: pd.Series[float]
    raw_at_zero: bool

    @property
    def lower_is_better(self) -> bool:
        """Whether small values of the metric are good."""
        return self.metric in LOWER_IS_BETTER

    @property
    def n_splits(self) -> int:
        """Splits of the cell, with or without a value."""
        return len(self.levels)

    @property
    def multipliers(self) -> list[float]:
        """The grid, increasing."""
        return [float(multiplier) for multiplier in self.levels.columns]

    def by_criterion(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield each criterion of VTSS and its rows, indexed like `levels`."""
        for criterion, rows in self.choices.groupby("criterion", sort=True):
            yield str(criterion), rows.set_index("split").reindex(self.levels.index)


def panels(sweep: pd.DataFrame, vtss: pd.DataFrame, metrics: Sequence[str] = METRICS) -> Iterator[Panel]:
    """Yield the panel of every cell and metric, in order.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.
    metrics : sequence of str
        Columns of both. Where a classifier has no oracle, its balanced risk stands for the excess risk.

    Raises
    ------
    InputError
        If VTSS chose on a split that the sweep lacks: the tables are of different runs.
    """
    check_same_run(sweep, vtss)
    chosen = dict(tuple(vtss.groupby(CELL, sort=True)))
    raw = dict(tuple(raw_fits(sweep).groupby(CELL[:2], sort=True)))
    for keys, rows in sweep.groupby(CELL, sort=True):
        own = rows[is_raw(rows)]
        strategy = str(rows["strategy"].iloc[0])
        unsized = own if len(own) else raw.get(keys[:2], rows.iloc[:0])
        sizes = rows.drop_duplicates("split").sort_values("split")
        for metric in metrics:
            judged = judged_by(rows, metric)
            levels = split_by_multiplier(rows, judged)
            yield Panel(
                cell=dict(zip(CELL, map(str, keys), strict=True)),
                metric=judged,
                levels=levels,
                choices=chosen.get(keys, vtss.iloc[:0]),
                n_train=sizes["n_train"].to_numpy(dtype=float),
                n_test=sizes["n_test"].to_numpy(dtype=float),
                strategy=strategy,
                raw=unsized.set_index("split")[judged].reindex(levels.index),
                raw_at_zero=entries()[strategy].raw_at_zero,
            )


def judged_by(rows: pd.DataFrame, metric: str) -> str:
    """Return the metric that can be had of one classifier's rows: without an oracle no risk is in excess of it."""
    without_oracle = rows["excess_risk"].isna().all() and rows["balanced_risk"].notna().any()
    return "balanced_risk" if metric == "excess_risk" and without_oracle else metric


def split_sizes(sweep: pd.DataFrame) -> pd.DataFrame:
    """Rows of each split's sets: columns `CELL`, split, n_train and n_test; one row per split of each cell."""
    return sweep[[*CELL, "split", "n_train", "n_test"]].drop_duplicates([*CELL, "split"])


def with_split_sizes(vtss: pd.DataFrame, sweep: pd.DataFrame) -> pd.DataFrame:
    """Add n_train and n_test of each split to rows of `contracts.results.VTSS`.

    Raises
    ------
    InputError
        If VTSS chose on a split that the sweep lacks: the tables are of different runs.
    """
    check_same_run(sweep, vtss)
    return vtss.merge(split_sizes(sweep), on=[*CELL, "split"], how="left", validate="many_to_one")


def split_by_multiplier(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Lay one metric out with splits down and multipliers across."""
    # pivot refuses two rows of one split and multiplier; pivot_table would average them.
    return rows.pivot(index="split", columns="multiplier", values=metric)  # noqa: PD010


def check_same_run(sweep: pd.DataFrame, vtss: pd.DataFrame) -> None:
    """Raise `InputError` if VTSS chose on a split that the sweep lacks: the tables are of different runs."""
    known = pd.MultiIndex.from_frame(sweep[[*CELL, "split"]].drop_duplicates())
    found = pd.MultiIndex.from_frame(vtss[[*CELL, "split"]].drop_duplicates())
    unknown = found.difference(known)
    if len(unknown):
        task, classifier, generator, split = unknown[0]
        raise InputError(
            f"table 'vtss' holds split {split} of {task}, {classifier}, {generator}, which table 'sweep' lacks; "
            "delete both files so that rule collect_blocks writes them again"
        )


def shortcomings(values: Array) -> list[str]:
    """Return for each quantity why its statistics are missing or without width; empty if they are not.

    Parameters
    ----------
    values : ndarray of shape (J, K)
        One value per split and quantity.

    Returns
    -------
    list of str, length K
    """
    n_splits, missing, sd = len(values), np.isnan(values).sum(axis=0), spread(values)
    return [_shortcoming(n_splits, int(lost), float(width)) for lost, width in zip(missing, sd, strict=True)]


def _shortcoming(n_splits: int, missing: int, sd: float) -> str:
    if missing:
        return f"{missing} of {n_splits} splits lack a value"
    if n_splits == 1:
        return "one split: no interval, no test"
    return NO_WIDTH if sd == 0 else ""
