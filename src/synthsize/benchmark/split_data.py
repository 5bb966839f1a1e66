"""A task's rows as arrays, and one outer split of them: what everything that is fitted starts from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.preprocessing import Preprocessor, feature_means
from synthsize.benchmark.seeds import split_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.splits import split_train_test
from synthsize.benchmark.transport import Dealing, deal_splits, split_by_stratum
from synthsize.contracts.analysis import ANALYSIS
from synthsize.errors import InputError


@dataclass(frozen=True)
class TaskRows:
    """An analysis table as arrays, in the order of the admission ids.

    Attributes
    ----------
    task : str
    X : ndarray of shape (n, d)
        As measured; NaN marks a missing value.
    y : ndarray of shape (n,)
    groups : ndarray of shape (n,)
        Unit that splits and folds keep whole.
    features : tuple of str, length d
        Indicators of missing values last, if asked for.
    imputation_means : ndarray of shape (d,) or None
        Of the whole table, where the protocol imputes before it splits.
    strata : ndarray of str of shape (n,)
    events : tuple of Event
        What the whole table is found to lack.
    """

    task: str
    X: NDArray[np.float64]
    y: NDArray[np.int8]
    groups: NDArray[np.int64]
    features: tuple[str, ...]
    imputation_means: NDArray[np.float64] | None
    strata: NDArray[np.str_]
    events: tuple[Event, ...] = ()

    def shared_with(self, stratum: str) -> bool:
        """Whether a unit of the stratum has rows elsewhere too."""
        inside = self.strata == stratum
        return bool(np.isin(self.groups[~inside], self.groups[inside]).any())


@dataclass(frozen=True)
class SplitRows:
    """One outer split; everything learned comes from its training rows.

    Attributes
    ----------
    rows : TaskRows
    number : int
        Of the split, from 0.
    train, test : ndarray of int
        Row numbers, increasing.
    """

    rows: TaskRows
    number: int
    train: NDArray[np.intp]
    test: NDArray[np.intp]

    @property
    def y_train(self) -> NDArray[np.int8]:
        """Labels of the training rows."""
        return self.rows.y[self.train]

    @property
    def y_test(self) -> NDArray[np.int8]:
        """Labels of the test rows."""
        return self.rows.y[self.test]

    @cached_property
    def preprocessor(self) -> Preprocessor:
        """Imputation and scaling, learned from the training rows."""
        made = Preprocessor(self.rows.imputation_means, self.rows.features)
        return made.fit(self.rows.X[self.train])

    @cached_property
    def X_train(self) -> NDArray[np.float64]:
        """Training rows, imputed and standardised."""
        return self.preprocessor.transform(self.rows.X[self.train])

    @cached_property
    def X_test(self) -> NDArray[np.float64]:
        """Test rows, imputed and standardised as the training rows are."""
        return self.preprocessor.transform(self.rows.X[self.test])


def read_rows(table: pd.DataFrame, task: str, settings: Settings) -> TaskRows:
    """Turn an analysis table into arrays.

    Raises
    ------
    InputError
        If the table has no feature, or infinite values.
    """
    ordered = table.sort_values("admission_id", kind="stable")
    features = tuple(name for name in table.columns if name not in ANALYSIS.columns)
    if not features:
        raise InputError(
            f"the analysis table of task {task!r} has no feature column; check features.summaries"
        )
    X = ordered[list(features)].to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.flatnonzero(np.isinf(X).any(axis=0))
    if len(infinite):
        raise InputError(
            f"task {task!r}: feature {features[infinite[0]]!r} holds infinite values; remove them"
        )
    events: tuple[Event, ...] = ()
    if settings.missing_indicators:
        X, features, events = _with_indicators(X, features)
    unit = "patient_id" if settings.group_by == "patient" else "admission_id"
    return TaskRows(
        task=task,
        X=X,
        y=ordered["label"].to_numpy(dtype=np.int8),
        groups=ordered[unit].to_numpy(dtype=np.int64),
        features=features,
        imputation_means=feature_means(X) if settings.imputation == "cohort" else None,
        strata=ordered["stratum"].fillna("unknown").to_numpy(dtype=str),
        events=events,
    )


def _with_indicators(
    X: NDArray[np.float64], features: tuple[str, ...]
) -> tuple[NDArray[np.float64], tuple[str, ...], tuple[Event, ...]]:
    """Append a column of 0 and 1 for each feature that is missing somewhere; features missing together share one."""
    missing = np.isnan(X)
    patterns = {missing[:, j].tobytes(): j for j in reversed(range(X.shape[1])) if missing[:, j].any()}
    kept = sorted(patterns.values())
    if not kept:
        detail = "no value is missing, so that features.missing_indicators adds no column"
        return X, features, (Event("no_missing_values", detail),)
    names = tuple(f"{features[j]}_missing" for j in kept)
    return np.column_stack([X, missing[:, kept]]), (*features, *names), ()


def deal_strata(rows: TaskRows, settings: Settings) -> Dealing:
    """Assign the run's splits to the strata of a task, as `settings.transport` requires."""
    return deal_splits(rows.strata, rows.groups, rows.y, **settings.transport)


def draw_split(rows: TaskRows, settings: Settings, number: int) -> SplitRows:
    """Draw outer split `number`: the same for every classifier, generator and control.

    Random, or where `settings.transport` is set one that holds out a stratum.

    Raises
    ------
    InputError
        If the task has too few positive rows.
    """
    seed = split_seed(settings.seed, rows.task, number)
    if settings.transport:
        parts = split_by_stratum(
            deal_strata(rows, settings),
            number,
            rows.strata,
            rows.groups,
            rows.y,
            test_size=settings.test_size,
            seed=seed,
            task=rows.task,
        )
    else:
        parts = split_train_test(rows.groups, rows.y, settings.test_size, seed, rows.task)
    return SplitRows(rows, number, *parts)
