"""Concept sets: which item of which raw table measures which variable."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd

from synthsize.contracts.variables import VARIABLES
from synthsize.errors import InputError
from synthsize.extract.source import Source
from synthsize.extract.text_files import read_rows

COLUMNS = (
    "variable",
    "source_table",
    "item",
    "unit",
    "low",
    "high",
    "high_closed",
    "drop_flagged_errors",
    "provenance",
)
WHOLE_NUMBER = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)
# Units that are converted, besides the canonical one of each variable.
CONVERTED_UNITS = {"temperature": ("°F",)}


def read_concepts(source: Source, name: str) -> pd.DataFrame:
    """Read and check a concept set.

    Parameters
    ----------
    source : Source
    name : str
        File name without extension under the source's ``concepts/``.

    Returns
    -------
    DataFrame
        One row per (variable, source_table, item). An empty `unit` means that values stay as charted; empty `low` and
        `high`, that no range applies. `low` is exclusive, `high` exclusive unless `high_closed`.

    Raises
    ------
    InputError
        If the set does not exist or a row cannot be used.
    """
    file = source.concept_file(name)
    rows = read_rows(file, COLUMNS)
    if not rows:
        raise InputError(f"{file} has a header and no rows; add a row for each item")
    _check_rows(rows, source, file)
    concepts = pd.DataFrame([{column: row[column] for column in COLUMNS} for _, row in rows], dtype=str)
    concepts["low"] = pd.to_numeric(concepts["low"])
    concepts["high"] = pd.to_numeric(concepts["high"])
    for flag in ("high_closed", "drop_flagged_errors"):
        concepts[flag] = concepts[flag].str.lower() == "true"
    concepts["unit"] = concepts["unit"].replace("", None)
    return concepts


def _check_rows(rows: list[tuple[int, dict[str, str]]], source: Source, file: Path) -> None:
    lines: dict[tuple[str, str, str], int] = {}
    for line, row in rows:
        fault = _fault(row, source) or _range_fault(row)
        if fault:
            raise InputError(f"{file}, line {line}: {fault}")
        key = (row["variable"], row["source_table"], row["item"])
        if key in lines:
            raise InputError(
                f"{file}, line {line}: item {row['item']} of {row['variable']} stands on line {lines[key]} already; "
                "keep one of the rows"
            )
        lines[key] = line


def _fault(row: dict[str, str], source: Source) -> str | None:
    """Say what makes a row of a concept set unusable, and the remedy."""
    units = {variable.name: variable.unit for variable in VARIABLES}
    if row["variable"] not in units:
        return f"unknown variable {row['variable']!r}; use one of {', '.join(units)}"
    if row["source_table"] not in source.tables:
        return f"unknown table {row['source_table']!r}; use one of {', '.join(source.tables)}"
    if _is_whole_number(source, row["source_table"]) and not WHOLE_NUMBER.fullmatch(row["item"]):
        return f"item {row['item']!r} is no whole number without leading zeros, signs or blanks; write it like 211"
    usable = ["", units[row["variable"]], *CONVERTED_UNITS.get(row["variable"], ())]
    if row["unit"] not in usable:
        return f"unit {row['unit']!r} of {row['variable']} cannot be converted; use one of {usable}"
    for flag in ("high_closed", "drop_flagged_errors"):
        if row[flag].lower() not in ("true", "false"):
            return f"{flag} is {row[flag]!r}; write true or false"
    return None


def _is_whole_number(source: Source, table: str) -> bool:
    """Whether a table's items are numbers: 0211 and 211 would be one item there, and its rows counted twice."""
    column = source.tables[table].item
    return column is not None and source.tables[table].columns[column] == "integer"


def _range_fault(row: dict[str, str]) -> str | None:
    low, high = row["low"], row["high"]
    if (low == "") != (high == ""):
        return "a range needs both low and high; fill both or empty both"
    if low == "":
        return None
    try:
        bounds = float(low), float(high)
    except ValueError:
        return "low and high must be numbers or empty; correct them"
    if not (math.isfinite(bounds[0]) and math.isfinite(bounds[1])):
        return "low and high must be finite; correct them"
    if bounds[0] >= bounds[1]:
        return f"the range from {low} to {high} holds no value; low must be less than high"
    return None
