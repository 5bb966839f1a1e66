"""What a page is made of: sections of text, tables and figures, ready to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

IDENTIFIERS = frozenset({"patient_id", "admission_id", "subject_id", "hadm_id", "icustay_id", "stay_id"})
MISSING = "\N{EN DASH}"
COUNT = "{:,.0f}"
PERCENT = "{:.1f}%"


@dataclass(frozen=True)
class Figure:
    """A PNG file, the sentences below it, and the anchor of the section it belongs to."""

    path: Path
    caption: str
    section: str = "results"


@dataclass(frozen=True)
class Column:
    """How one column of a table is shown.

    Attributes
    ----------
    header : str
        Words above the column.
    template : str
        `str.format` template of the value.
    also : tuple of str
        Further columns that are shown within this one, such as the limits of an interval.
    addition : str
        `str.format` template of the values of `also`, set behind the value unless one of them is missing.
    """

    header: str
    template: str = "{}"
    also: tuple[str, ...] = ()
    addition: str = ""


@dataclass(frozen=True)
class Table:
    """A table of finished text.

    Attributes
    ----------
    title, text : str
        Heading, and what the reader needs to know.
    headers : list of str
        Column headers.
    rows : list of list of str
        Cells, a list per row.
    numeric : list of bool
        Which columns hold numbers and stand to the right.
    empty : str
        What to say in place of a table without rows.
    """

    title: str
    text: str
    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    empty: str = "No rows."


@dataclass(frozen=True)
class Section:
    """One headed part of the page."""

    anchor: str
    title: str
    paragraphs: list[str] = field(default_factory=list)
    facts: Mapping[str, str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


def make_table(
    frame: pd.DataFrame, *, title: str, text: str, columns: Mapping[str, Column], empty: str = "No rows."
) -> Table:
    """Turn a frame into text.

    Parameters
    ----------
    frame : DataFrame
        Aggregates.
    title, text, empty : str
        See `Table`.
    columns : dict of str to Column
        How to show the columns that the frame may have; others are shown as they are, with their name.

    Raises
    ------
    ValueError
        If the frame has a column of patient or admission identifiers, which no page may show.
    """
    forbidden = IDENTIFIERS.intersection(str(name).lower() for name in frame)
    if forbidden:
        raise ValueError(
            f"table {title!r} holds {', '.join(sorted(forbidden))}; a report shows aggregates only"
        )
    nested = {name for column in columns.values() for name in column.also}
    names = [str(name) for name in frame if name not in nested]
    shown = {name: columns.get(name, Column(name.replace("_", " "))) for name in names}
    records = frame.to_dict("records")
    return Table(
        title=title,
        text=text,
        headers=[column.header for column in shown.values()],
        rows=[
            [
                _cell(row[name], column.template)
                + _addition([row[key] for key in column.also], column.addition)
                for name, column in shown.items()
            ]
            for row in records
        ],
        numeric=[
            pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
            for name in names
        ],
        empty=empty,
    )


def optional_table(
    tables: Mapping[str, pd.DataFrame],
    key: str,
    title: str,
    text: str,
    columns: Mapping[str, Column],
    empty: str = "No rows.",
) -> list[Table]:
    """Return the named table as a list of one, or no table if the run has none of that name; see `make_table`."""
    if key not in tables:
        return []
    return [make_table(tables[key], title=title, text=text, columns=columns, empty=empty)]


def _cell(value: Any, template: str) -> str:
    if pd.isna(value):
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return template.format(value)


def _addition(values: list[Any], template: str) -> str:
    return "" if any(pd.isna(value) for value in values) else template.format(*values)
