"""A table of the user's own as the analysis table of a task.

Nothing is repaired here but blanks at the ends of groups and strata: a cell that does not fit its column's role stops
the run with a sentence that names the column and quotes no value.
"""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synthsize.contracts.analysis import ANALYSIS
from synthsize.errors import InputError
from synthsize.tasks.labels import check_classes
from synthsize.tasks.leaks import leak_notes
from synthsize.tasks.own_csv import check_differ, read_own_csv

FEWEST_FOR_AN_ID = 20  # rows: fewer numbers may differ by chance
NAMED = 10  # columns that a sentence lists
UNREADABLE = (
    pa.ArrowException,
    pd.errors.ParserError,
    pd.errors.EmptyDataError,
    UnicodeDecodeError,
    OSError,
    EOFError,
    zlib.error,
)
REMEDY = "check the label column, bring more rows or lower experiment.vtss.folds"


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


@dataclass(frozen=True)
class OwnTable:
    """What became of a table.

    Attributes
    ----------
    analysis : DataFrame
        In `contracts.analysis.ANALYSIS`, in the order of the file; admission_id numbers the rows from 0.
    facts : DataFrame
        One row of the summary ``own_tables``: what the table is, without any value of a person.
    """

    analysis: pd.DataFrame
    facts: pd.DataFrame


def read_own_table(
    path: Path, columns: Columns, *, task: str, fewest: int, unit: str = "patient"
) -> OwnTable:
    """Read a table and give its columns their roles.

    The rarer of the two values of the label is the outcome; of two equally frequent ones it is 1 (or true). Missing
    features stay missing. True and false count as 1 and 0 among the features.

    Parameters
    ----------
    path : Path
        Parquet, CSV or gzipped CSV with a header.
    columns : Columns
    task : str
        The task's key under ``tasks`` in the configuration, for messages.
    fewest, unit
        See `tasks.labels.build_task`.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or holds what its columns may not.
    """
    frame, remarks = _read(path, columns, task)
    _check_names(frame, columns, path, task)
    for name in columns.texts:
        frame[name] = _stripped(frame[name])
    features = [str(name) for name in frame if name not in columns.no_features]
    numbers = _numbers(frame[features], path, task)
    positive, outcome = _rarer(frame[columns.label], path, task)
    rows = np.arange(len(frame), dtype=np.int64)
    analysis = pd.concat(
        [
            pd.DataFrame(
                {
                    "admission_id": rows,
                    "patient_id": _groups(frame[columns.group], path, task) if columns.group else rows,
                    "stratum": _strata(frame, columns.stratum),
                    "label": positive,
                }
            ),
            numbers,
        ],
        axis=1,
    )
    check_classes(analysis, task, fewest, unit, remedy=REMEDY)
    facts = _facts(analysis, frame[features], columns, path, task, outcome, remarks)
    return OwnTable(analysis, facts)


def list_files(facts: pd.DataFrame, files: Iterable[Path]) -> pd.DataFrame:
    """List the files of the tasks as the preflight of an extract does (`contracts.source_tables.PREFLIGHT`).

    Parameters
    ----------
    facts : DataFrame
        As `read_own_table` returns them, of all tasks.
    files : iterable of Path
        Their tables, in the same order.
    """
    paths = list(files)
    return pd.DataFrame(
        {
            "table": facts["task"],
            "file": [str(path) for path in paths],
            "format": ["Parquet" if path.name.lower().endswith(".parquet") else "CSV" for path in paths],
            "bytes": [path.stat().st_size for path in paths],
            "rows": facts["rows"],
            "rows_are": "exact",
            "expected_rows": None,
            "release": None,
            "verdict": "a table of the user's own",
        }
    )


def _read(path: Path, columns: Columns, task: str) -> tuple[pd.DataFrame, list[str]]:
    """Read the table, with remarks on the file."""
    is_parquet = path.name.lower().endswith(".parquet")
    try:
        if not is_parquet:
            wanted = [*columns.by_key.values(), *columns.leave_out]
            return read_own_csv(path, texts=columns.texts, wanted=wanted, task=task)
        frame = pd.read_parquet(path, dtype_backend="pyarrow")
    except UNREADABLE as error:
        kind = "Parquet" if is_parquet else "CSV in UTF-8"
        raise InputError(
            f"tasks.{task}.table: {path} cannot be read as {kind} ({type(error).__name__}); write the file again"
        ) from error
    named = [name for name in frame.index.names if name is not None]  # pandas wrote an index of its own
    return frame.reset_index(level=named).reset_index(drop=True), []


def _stripped(values: pd.Series[Any]) -> pd.Series[Any]:
    """Text without blanks at its ends, where a typing error would make another patient; blanks alone are empty."""
    kind = values.dtype
    if isinstance(kind, pd.ArrowDtype) and pa.types.is_dictionary(kind.pyarrow_dtype):
        values = values.astype(pd.ArrowDtype(kind.pyarrow_dtype.value_type))
    if not pd.api.types.is_string_dtype(values.dtype):
        return values
    bare = values.str.strip()
    return bare.mask(bare == "")


def _check_names(frame: pd.DataFrame, columns: Columns, path: Path, task: str) -> None:
    names = [str(name) for name in frame]
    check_differ(names, path, task)
    wanted = [*columns.by_key.items(), *(("leave_out", name) for name in columns.leave_out)]
    for key, column in wanted:
        if column not in names:
            near = difflib.get_close_matches(column, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {_listed(names)}"
            raise InputError(f"tasks.{task}.{key} names column {column!r}, which {path} lacks; {hint}")
    features = [name for name in names if name not in columns.no_features]
    if not features:
        raise InputError(f"tasks.{task}.table: {path} has no column left for a feature; add some")
    taken = [name for name in features if name in ANALYSIS.columns]
    if taken:
        raise InputError(
            f"tasks.{task}.table: column {taken[0]!r} of {path} would be a feature, but the workflow has a column of "
            f"that name; rename it, or name it in tasks.{task}.leave_out"
        )


def _numbers(features: pd.DataFrame, path: Path, task: str) -> pd.DataFrame:
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


def _rarer(label: pd.Series[Any], path: Path, task: str) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], str]:
    """Mark the rows of the rarer value, and say which value that is."""
    where = f"tasks.{task}.label: column {label.name!r} of {path}"
    if _is_missing(label).any():
        raise InputError(f"{where} has empty cells; fill them in, or take these rows out of the table")
    truth = pd.api.types.is_bool_dtype(label.dtype)
    values = label.to_numpy(dtype=np.float64) if truth or pd.api.types.is_numeric_dtype(label.dtype) else None
    if values is None or not np.isin(values, (0, 1)).all():
        raise InputError(
            f"{where} holds other values than 0 and 1 (or true and false); recode it to two classes"
        )
    ones = values == 1
    if ones.all() or not ones.any():
        raise InputError(f"{where} holds a single class; bring rows of both, or name another column")
    names = ("false", "true") if truth else ("0", "1")
    return (ones, names[1]) if ones.sum() <= len(ones) / 2 else (~ones, names[0])


def _groups(values: pd.Series[Any], path: Path, task: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    if _is_missing(values).any():
        raise InputError(
            f"tasks.{task}.group: column {values.name!r} of {path} has empty cells, so that these rows belong to "
            "nobody; fill them in, or take the rows out of the table"
        )
    return np.asarray(pd.factorize(values)[0], dtype=np.int64)


def _strata(frame: pd.DataFrame, column: str | None) -> pd.Series[Any]:
    if column is None:
        return pd.Series(None, index=frame.index, dtype=object)
    values = frame[column]
    texts = values.astype(str).astype(object)
    return texts.where(~_is_missing(values).to_numpy(dtype=bool), None)


def _is_missing(values: pd.Series[Any]) -> pd.Series[bool]:
    """Mark empty cells and NaN, which Arrow tells apart; NaN alone differs from itself."""
    return values.isna() | (values != values).fillna(True).astype(bool)


def _facts(
    analysis: pd.DataFrame,
    features: pd.DataFrame,
    columns: Columns,
    path: Path,
    task: str,
    outcome: str,
    remarks: Sequence[str],
) -> pd.DataFrame:
    numbers = analysis.drop(columns=list(ANALYSIS.columns))
    ids = [str(name) for name in features if _looks_like_an_id(features[name])]
    notes = [*remarks, *(f"{name} has another whole number in each row, as an id has" for name in ids)]
    notes.extend(leak_notes(numbers, analysis["label"].to_numpy(), columns.label))
    if outcome in ("0", "false"):
        notes.append(f"the outcome is {columns.label} = {outcome}, the rarer value")
    row = {
        "task": task,
        "file": path.name,
        "outcome": f"{columns.label} = {outcome}",
        "group_column": columns.group or "",
        "stratum_column": columns.stratum or "",
        "rows": len(analysis),
        "groups": analysis["patient_id"].nunique(),
        "groups_with_outcome": analysis.loc[analysis["label"], "patient_id"].nunique(),
        "strata": analysis["stratum"].nunique(),
        "features": numbers.shape[1],
        "missing_cells": int(numbers.isna().to_numpy().sum()),
        "left_out": ", ".join(columns.leave_out),
        "note": "; ".join(notes),
    }
    return pd.DataFrame([row])


def _looks_like_an_id(values: pd.Series[Any]) -> bool:
    whole = pd.api.types.is_integer_dtype(values.dtype)
    return whole and len(values) >= FEWEST_FOR_AN_ID and bool(values.notna().all()) and values.is_unique


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown
