"""A table of the user's own as the analysis table of a task.

Nothing is repaired here but blanks at the ends of groups and strata: a cell that does not fit its column's role stops
the run with a sentence that names the column and quotes no value.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from synthsize.contracts.analysis import ANALYSIS
from synthsize.errors import InputError
from synthsize.tasks.labels import check_classes
from synthsize.tasks.leaks import leak_notes
from synthsize.tasks.own_columns import (
    Columns,
    check_names,
    feature_numbers,
    group_numbers,
    label_ones,
    rarer_value,
    stratum_names,
    without_blanks,
)
from synthsize.tasks.own_csv import read_own_csv

HEAD_ROWS = 1000
FEWEST_FOR_AN_ID = 20  # rows: fewer numbers may differ by chance
UNREADABLE = (
    pa.ArrowException,
    pd.errors.ParserError,
    pd.errors.EmptyDataError,
    UnicodeDecodeError,
    OSError,
    EOFError,
    zlib.error,
    OverflowError,
)
REMEDY = "check the label column, bring more rows or lower experiment.vtss.folds"


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
    frame = _named_columns(frame, columns, path, task)
    numbers = feature_numbers(frame, columns, path, task)
    positive, outcome = rarer_value(frame[columns.label], path, task)
    rows = np.arange(len(frame), dtype=np.int64)
    analysis = pd.concat(
        [
            pd.DataFrame(
                {
                    "admission_id": rows,
                    "patient_id": group_numbers(frame[columns.group], path, task) if columns.group else rows,
                    "stratum": stratum_names(frame, columns.stratum),
                    "label": positive,
                }
            ),
            numbers,
        ],
        axis=1,
    )
    check_classes(analysis, task, fewest, unit, remedy=REMEDY)
    facts = _facts(analysis, frame[columns.features_of(frame)], columns, path, task, outcome, remarks)
    return OwnTable(analysis, facts)


def check_head(path: Path, columns: Columns, *, task: str) -> None:
    """Refuse before a run what a table shows at once: of Parquet its columns and types, of CSV its first rows.

    What it passes may still fail in `read_own_table`, which reads every row; what it refuses would fail there, too.

    Parameters
    ----------
    path, columns, task
        See `read_own_table`.

    Raises
    ------
    InputError
        As `read_own_table`.
    """
    frame, _ = _read(path, columns, task, HEAD_ROWS)
    frame = _named_columns(frame, columns, path, task)
    feature_numbers(frame, columns, path, task)
    label_ones(frame[columns.label], path, task)
    if columns.group:
        group_numbers(frame[columns.group], path, task)


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


def _named_columns(frame: pd.DataFrame, columns: Columns, path: Path, task: str) -> pd.DataFrame:
    """Return the table once its columns have their roles, with names of groups and strata in one spelling."""
    check_names(frame, columns, path, task)
    return frame.assign(**{name: without_blanks(frame[name]) for name in columns.texts})


def _read(path: Path, columns: Columns, task: str, rows: int | None = None) -> tuple[pd.DataFrame, list[str]]:
    """Read all rows, with remarks on the file; or of CSV the first `rows`, and of Parquet the columns alone."""
    is_parquet = path.name.lower().endswith(".parquet")
    try:
        if not is_parquet:
            wanted = [*columns.by_key.values(), *columns.leave_out]
            return read_own_csv(path, texts=columns.texts, wanted=wanted, task=task, rows=rows)
        frame = pd.read_parquet(path, dtype_backend="pyarrow") if rows is None else _without_rows(path)
    except UNREADABLE as error:
        kind = "Parquet" if is_parquet else "CSV in UTF-8"
        raise InputError(
            f"tasks.{task}.table: {path} cannot be read as {kind} ({_in_words(error)}); write the file again"
        ) from error
    named = [name for name in frame.index.names if name is not None]  # pandas wrote an index of its own
    return frame.reset_index(level=named).reset_index(drop=True), []


def _in_words(error: Exception) -> str:
    """Say what a reader stumbled over; its own words may quote a row."""
    if isinstance(error, EOFError):
        return "it breaks off in the middle"
    if isinstance(error, OverflowError):
        return "a whole number beyond 64 bits: ids as long need a letter"
    return "damaged gzip" if isinstance(error, zlib.error | gzip.BadGzipFile) else type(error).__name__


def _without_rows(path: Path) -> pd.DataFrame:
    """Return the columns of a Parquet file, from its footer."""
    schema = pq.read_schema(path)
    frame: pd.DataFrame = schema.empty_table().to_pandas(types_mapper=pd.ArrowDtype)
    indices = (schema.pandas_metadata or {}).get("index_columns", [])
    counted = [index["name"] for index in indices if isinstance(index, dict)]  # a range, stored by its ends
    return frame.assign(**{name: pd.Series(dtype="int64") for name in counted if name is not None})


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
