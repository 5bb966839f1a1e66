"""Concept sets: which item of which raw table measures which variable."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from synthsize.contracts.variables import VARIABLES
from synthsize.errors import InputError
from synthsize.extract.definition.source import Source
from synthsize.extract.definition.text_files import read_rows

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
ROW_UNIT = "source_unit"  # a column that a set may have: the row applies to values in this unit of the source
UNITS = Path(__file__).with_name(
    "units.csv"
)  # those that are converted, besides the canonical one of each variable
UNIT_COLUMNS = ("variable", "unit", "minus", "divided_by", "mixed_up", "provenance")
WHOLE_NUMBER = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)


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
        One row per (variable, source_table, item, source_unit). An empty `unit` means that values stay as charted;
        empty `low` and `high`, that no range applies. `low` is exclusive, `high` exclusive unless `high_closed`. A
        row without `source_unit` applies to every unit that the item's other rows do not name. A value less `minus`,
        divided by `divided_by`, is in the variable's unit; `mixed_up` units are written for one another.

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
    concepts[ROW_UNIT] = pd.Series([row.get(ROW_UNIT) or None for _, row in rows], dtype=str)
    concepts = concepts.merge(conversions(), on=["variable", "unit"], how="left")
    concepts["low"] = pd.to_numeric(concepts["low"])
    concepts["high"] = pd.to_numeric(concepts["high"])
    for flag in ("high_closed", "drop_flagged_errors"):
        concepts[flag] = concepts[flag].str.lower() == "true"
    concepts["unit"] = concepts["unit"].replace("", None)
    return concepts


def conversions() -> pd.DataFrame:
    """Return every unit of every variable with the numbers that turn it into the canonical one."""
    rows = [row for _, row in read_rows(UNITS, UNIT_COLUMNS)]
    mixed_up = {row["variable"] for row in rows if row["mixed_up"] == "true"}
    own = [(variable.name, variable.unit, 0.0, 1.0) for variable in VARIABLES]
    others = [(row["variable"], row["unit"], float(row["minus"]), float(row["divided_by"])) for row in rows]
    table = pd.DataFrame(own + others, columns=["variable", "unit", "minus", "divided_by"])
    return table.assign(mixed_up=table["variable"].isin(mixed_up))


def _check_rows(rows: list[tuple[int, dict[str, str]]], source: Source, file: Path) -> None:
    lines: dict[tuple[str, ...], int] = {}
    units = conversions().groupby("variable")["unit"].agg(list)
    usable = {variable.name: ["", *units[variable.name]] for variable in VARIABLES}
    for line, row in rows:
        fault = _fault(row, source, usable) or _range_fault(row)
        if fault:
            raise InputError(f"{file}, line {line}: {fault}")
        key = (row["variable"], row["source_table"], row["item"], row.get(ROW_UNIT, ""))
        if key in lines:
            raise InputError(
                f"{file}, line {line}: item {row['item']} of {row['variable']} stands on line {lines[key]} already; "
                "keep one of the rows"
            )
        lines[key] = line


def _fault(row: dict[str, str], source: Source, usable: Mapping[str, Sequence[str]]) -> str | None:
    """Return why a row of a concept set is unusable, and the remedy; `usable`: units of each variable."""
    if row["variable"] not in usable:
        return f"unknown variable {row['variable']!r}; use one of {', '.join(usable)}"
    if row["source_table"] not in source.tables:
        return f"unknown table {row['source_table']!r}; use one of {', '.join(source.tables)}"
    if _is_whole_number(source, row["source_table"]) and not WHOLE_NUMBER.fullmatch(row["item"]):
        return f"item {row['item']!r} is no whole number without leading zeros, signs or blanks; write it like 211"
    units = usable[row["variable"]]
    if row["unit"] not in units:
        return f"unit {row['unit']!r} of {row['variable']} cannot be converted; use {_or_nothing(units)}"
    for flag in ("high_closed", "drop_flagged_errors"):
        if row[flag].lower() not in ("true", "false"):
            return f"{flag} is {row[flag]!r}; write true or false"
    return None


def _or_nothing(units: Sequence[str]) -> str:
    written = " or ".join(repr(unit) for unit in units if unit)
    return f"{written}, or leave it empty" if "" in units else written


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
