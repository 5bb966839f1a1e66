"""The roles of the columns of a user's own table, and what the cells of each role may hold."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synthsize.contracts.analysis import ANALYSIS
from synthsize.errors import InputError
from synthsize.tasks.own_csv import check_differ

Marks = np.ndarray[Any, np.dtype[np.bool_]]

NAMED = 10  # columns that a sentence lists


@dataclass(frozen=True)
class Columns:
    """Roles of the columns of a table; all others are features.

    Attributes
    ----------
    label : str
        Of 0 and 1, or of true and false.
    group : str or None
        Rows of one value stay together in splits and folds; without it each row is its own.
    stratum : str or None
    leave_out : tuple of str
        No features.
    """

    label: str
    group: str | None = None
    stratum: str | None = None
    leave_out: tuple[str, ...] = ()

    @property
    def by_key(self) -> dict[str, str]:
        """Columns by the key of the configuration that names them."""
        roles = {"label": self.label, "group": self.group, "stratum": self.stratum}
        return {key: column for key, column in roles.items() if column is not None}

    @property
    def texts(self) -> list[str]:
        """Columns whose values are names, whatever they look like."""
        return [name for name in (self.group, self.stratum) if name]

    @property
    def no_features(self) -> set[str]:
        """Columns that have another role."""
        return {*self.by_key.values(), *self.leave_out}

    def features_of(self, frame: pd.DataFrame) -> list[str]:
        """List the columns without another role, in their order."""
        return [str(name) for name in frame if name not in self.no_features]


def without_blanks(values: pd.Series[Any]) -> pd.Series[Any]:
    """Text without blanks at its ends, where a typing error would make another patient; blanks alone are empty."""
    kind = values.dtype
    if isinstance(kind, pd.ArrowDtype) and pa.types.is_dictionary(kind.pyarrow_dtype):
        values = values.astype(pd.ArrowDtype(kind.pyarrow_dtype.value_type))
    if not pd.api.types.is_string_dtype(values.dtype):
        return values
    bare = values.str.strip()
    return bare.mask(bare == "")


def check_names(frame: pd.DataFrame, columns: Columns, path: Path, task: str) -> None:
    """Refuse names that repeat, are lacking, or belong to the workflow, and a table without a feature."""
    names = [str(name) for name in frame]
    check_differ(names, path, task)
    wanted = [*columns.by_key.items(), *(("leave_out", name) for name in columns.leave_out)]
    for key, column in wanted:
        if column not in names:
            near = difflib.get_close_matches(column, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {_listed(names)}"
            raise InputError(f"tasks.{task}.{key} names column {column!r}, which {path} lacks; {hint}")
    features = columns.features_of(frame)
    if not features:
        raise InputError(f"tasks.{task}.table: {path} has no column left for a feature; add some")
    taken = [name for name in features if name in ANALYSIS.columns]
    if taken:
        raise InputError(
            f"tasks.{task}.table: column {taken[0]!r} of {path} would be a feature, but the workflow has a column of "
            f"that name; rename it, or name it in tasks.{task}.leave_out"
        )


def feature_numbers(frame: pd.DataFrame, columns: Columns, path: Path, task: str) -> pd.DataFrame:
    """Return the features as numbers; refuse texts, dates and infinite values."""
    features = frame[columns.features_of(frame)]
    texts = [str(name) for name in features if not _is_number(features[name])]
    if texts:
        raise InputError(
            f"tasks.{task}.table: {path} has columns that are not numbers: {_listed(texts)}; write them as numbers, "
            f"or name them in tasks.{task}.leave_out"
        )
    numbers = pd.DataFrame(
        {name: features[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in features}
    )
    infinite = [str(name) for name in numbers if np.isinf(numbers[name]).any()]
    if infinite:
        raise InputError(
            f"tasks.{task}.table: {path} holds infinite values in {_listed(infinite)}; leave such cells empty or "
            "give them numbers"
        )
    return numbers


def _is_number(values: pd.Series[Any]) -> bool:
    """Say whether a column is of numbers, of truth values, or altogether empty."""
    kind = values.dtype
    empty = isinstance(kind, pd.ArrowDtype) and pa.types.is_null(kind.pyarrow_dtype)
    return bool(pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind) or empty)


def rarer_value(label: pd.Series[Any], path: Path, task: str) -> tuple[Marks, str]:
    """Mark the rows of the rarer value, and say which value that is."""
    ones = label_ones(label, path, task)
    if ones.all() or not ones.any():
        raise InputError(
            f"{_label_column(label, path, task)} holds a single class; bring rows of both, or name another column"
        )
    names = ("false", "true") if pd.api.types.is_bool_dtype(label.dtype) else ("0", "1")
    return (ones, names[1]) if ones.sum() <= len(ones) / 2 else (~ones, names[0])


def label_ones(label: pd.Series[Any], path: Path, task: str) -> Marks:
    """Mark the rows of 1 or true; refuse empty cells and other values than two."""
    where = _label_column(label, path, task)
    if _is_missing(label).any():
        raise InputError(f"{where} has empty cells; fill them in, or take these rows out of the table")
    truth = pd.api.types.is_bool_dtype(label.dtype)
    values = label.to_numpy(dtype=np.float64) if truth or pd.api.types.is_numeric_dtype(label.dtype) else None
    if values is None or not np.isin(values, (0, 1)).all():
        raise InputError(
            f"{where} holds other values than 0 and 1 (or true and false); recode it to two classes"
        )
    return np.asarray(values == 1)


def _label_column(label: pd.Series[Any], path: Path, task: str) -> str:
    return f"tasks.{task}.label: column {label.name!r} of {path}"


def group_numbers(values: pd.Series[Any], path: Path, task: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give each group a number; refuse rows of none."""
    if _is_missing(values).any():
        raise InputError(
            f"tasks.{task}.group: column {values.name!r} of {path} has empty cells, so that these rows belong to "
            "nobody; fill them in, or take the rows out of the table"
        )
    return np.asarray(pd.factorize(values)[0], dtype=np.int64)


def stratum_names(frame: pd.DataFrame, column: str | None) -> pd.Series[Any]:
    """Return the strata as text, empty where there is none."""
    if column is None:
        return pd.Series(None, index=frame.index, dtype=object)
    values = frame[column]
    texts = values.astype(str).astype(object)
    return texts.where(~_is_missing(values).to_numpy(dtype=bool), None)


def _is_missing(values: pd.Series[Any]) -> pd.Series[bool]:
    """Mark empty cells and NaN, which Arrow tells apart; NaN alone differs from itself."""
    return values.isna() | (values != values).fillna(True).astype(bool)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown
