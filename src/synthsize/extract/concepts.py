"""Concept sets: which item of which raw table measures which variable."""

from __future__ import annotations

import pandas as pd

from synthsize.contracts.variables import VARIABLES
from synthsize.errors import InputError
from synthsize.extract.source import Source

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
    concepts = pd.read_csv(file, dtype=str, keep_default_na=False)
    missing = [column for column in COLUMNS if column not in concepts]
    if missing:
        raise InputError(f"{file} lacks the column {missing[0]}; add it")
    _check_rows(concepts, source, str(file))
    try:
        concepts["low"] = pd.to_numeric(concepts["low"])
        concepts["high"] = pd.to_numeric(concepts["high"])
    except ValueError as error:
        raise InputError(f"{file}: low and high must be numbers or empty; mend them ({error})") from error
    for flag in ("high_closed", "drop_flagged_errors"):
        concepts[flag] = concepts[flag].str.lower() == "true"
    concepts["unit"] = concepts["unit"].replace("", None)
    return concepts[list(COLUMNS)]


def _check_rows(concepts: pd.DataFrame, source: Source, file: str) -> None:
    for line, row in enumerate(concepts.to_dict("records"), start=2):
        fault = _fault({str(column): str(value) for column, value in row.items()}, source)
        if fault:
            raise InputError(f"{file}, line {line}: {fault}")
    repeated = concepts[concepts.duplicated(["variable", "source_table", "item"])]
    if len(repeated):
        variable, item = repeated.iloc[0][["variable", "item"]]
        raise InputError(f"{file} lists item {item} twice for {variable}; keep one row")


def _fault(row: dict[str, str], source: Source) -> str | None:
    """Say what makes a row of a concept set unusable, and the remedy."""
    units = {variable.name: variable.unit for variable in VARIABLES}
    if row["variable"] not in units:
        return f"unknown variable {row['variable']!r}; use one of {', '.join(units)}"
    if row["source_table"] not in source.tables:
        return f"unknown table {row['source_table']!r}; use one of {', '.join(source.tables)}"
    usable = ["", units[row["variable"]], *CONVERTED_UNITS.get(row["variable"], ())]
    if row["unit"] not in usable:
        return f"unit {row['unit']!r} of {row['variable']} cannot be converted; use one of {usable}"
    for flag in ("high_closed", "drop_flagged_errors"):
        if row[flag].lower() not in ("true", "false"):
            return f"{flag} is {row[flag]!r}; write true or false"
    if (row["low"] == "") != (row["high"] == ""):
        return "a range needs both low and high; fill both or empty both"
    return None
