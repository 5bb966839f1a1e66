"""The elements of a page: sections of text, tables and figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synthsize.report import style
from synthsize.report.hidden import Hidden

IDENTIFIERS = frozenset({"patient_id", "admission_id", "subject_id", "hadm_id", "icustay_id", "stay_id"})
COUNT = "{:,.0f}"
PERCENT = "{:.1f}%"
_SIGNED_ZERO = re.compile(r"[+-](?=0(?:\.0+)?(?![\d.]))")


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
    names : tuple of str
        Where every value has a column of its own: what the value is called, then those of `also`. The header names
        the value if this is empty.
    words : callable, optional
        Formats the whole cell, given its row, in place of the templates.
    """

    header: str
    template: str = "{}"
    also: tuple[str, ...] = ()
    addition: str = ""
    names: tuple[str, ...] = ()
    words: Callable[[Mapping[Hashable, Any]], str] | None = None


def estimate(quantity: str, key: str, template: str, interval: str) -> Column:
    """Show a mean with its interval, whose limits are in the columns `key` with ``_low`` and ``_high`` behind it.

    Parameters
    ----------
    quantity : str
        What was measured, with its unit.
    key : str
        Column of the mean.
    template : str
        `str.format` template of mean and limits.
    interval : str
        Name of the interval, as `style.interval_label` gives it.
    """
    return Column(
        f"{quantity} ({interval})",
        template,
        (f"{key}_low", f"{key}_high"),
        f" ({template} to {template})",
        (f"{quantity}, mean", f"{quantity}, {interval}, low", f"{quantity}, {interval}, high"),
    )


Value = float | int | str | bool | None


@dataclass(frozen=True)
class Cell:
    """One cell of a table: the text shown, and the value behind it.

    Attributes
    ----------
    text : str
        As shown, rounded and with its interval.
    value : number, str, bool or None
        As computed; None if it is missing or suppressed.
    also : tuple
        Further values that the text shows, such as the limits of an interval.
    """

    text: str
    value: Value
    also: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table ready to be shown.

    Attributes
    ----------
    name : str
        Name of its files, unique in the run.
    title, text : str
        Heading, and the explanation below it.
    headers : list of str
        Column headers.
    rows : list of list of Cell
        A list per row.
    numeric : list of bool
        Which columns hold numbers and are right-aligned.
    names : list of tuple of str
        For each column, the names of its value and of the further values of its cells.
    empty : str
        Text shown in place of a table without rows.
    folded : bool
        Whether the table is collapsed on the page.
    """

    name: str
    title: str
    text: str
    headers: list[str]
    rows: list[list[Cell]]
    numeric: list[bool]
    names: list[tuple[str, ...]]
    empty: str = "No rows."
    folded: bool = False

    @property
    def anchor(self) -> str:
        """Name of its place on the page."""
        return f"table-{self.name}"


@dataclass(frozen=True)
class Figure:
    """A figure ready to be shown.

    Attributes
    ----------
    path : Path
        PNG file.
    title, caption : str
        Heading, and the sentences below.
    section : str
        Anchor of the section it belongs to.
    numbers : Table, optional
        The numbers behind the figure, collapsed; none if a table of the section has them.
    """

    path: Path
    title: str
    caption: str
    section: str
    numbers: Table | None = None

    @property
    def anchor(self) -> str:
        """Name of its place on the page."""
        return f"figure-{self.path.stem}"


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
    frame: pd.DataFrame,
    *,
    name: str,
    title: str,
    text: str,
    columns: Mapping[str, Column],
    empty: str = "No rows.",
    folded: bool = False,
) -> Table:
    """Lay out a frame for its readers.

    Parameters
    ----------
    frame : DataFrame
        Aggregates.
    name, title, text, empty, folded
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
    nested = {key for column in columns.values() for key in column.also}
    keys = [str(key) for key in frame if key not in nested]
    shown = {key: columns.get(key, Column(key.replace("_", " "))) for key in keys}
    return Table(
        name=name,
        title=title,
        text=text,
        headers=[column.header for column in shown.values()],
        rows=[[_cell(row, key, column) for key, column in shown.items()] for row in frame.to_dict("records")],
        numeric=[_is_numeric(frame[key]) for key in keys],
        names=[column.names or (column.header, *column.also) for column in shown.values()],
        empty=empty,
        folded=folded,
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
    return [make_table(tables[key], name=key, title=title, text=text, columns=columns, empty=empty)]


def _is_numeric(values: pd.Series) -> bool:
    told = values[[not isinstance(value, Hidden) for value in values]].infer_objects()
    if len(told) == 0 < len(values):  # only numbers are hidden
        return True
    return pd.api.types.is_numeric_dtype(told) and not pd.api.types.is_bool_dtype(told)


def _cell(row: Mapping[Hashable, Any], key: str, column: Column) -> Cell:
    if isinstance(row[key], Hidden):
        return Cell(row[key].text, None)
    value, also = _plain(row[key]), tuple(_plain(row[name]) for name in column.also)
    if column.words:
        return Cell(column.words(row), value, also)
    text = _words(value, column.template)
    if None not in also:
        text += _unsigned(column.addition.format(*also), also)
    return Cell(text, value, also)


def _plain(value: Any) -> Value:
    if pd.isna(value):
        return None
    plain: Value = value.item() if isinstance(value, np.generic) else value
    return plain


def _words(value: Value, template: str) -> str:
    if value is None:
        return style.MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _unsigned(template.format(value), (value,))


def _unsigned(text: str, values: Iterable[Value]) -> str:
    """Leave out the sign of numbers that are rounded to zero."""
    if all(isinstance(value, float) for value in values):
        return unsigned_zero(text)
    return text


def unsigned_zero(text: str) -> str:
    """Leave out signs before zeros."""
    return _SIGNED_ZERO.sub("", text)
