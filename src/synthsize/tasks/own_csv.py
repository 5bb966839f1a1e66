"""Reads a CSV file of the user's own; what a parser would silently repair or skip is rejected with its line."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pandas as pd

from synthsize.csv_files import check_width, doubt_of_end, other_separator, strict_rows
from synthsize.errors import InputError

# Cells of features and labels that are empty, as R, SQL and spreadsheets write them.
EMPTY = (
    *("", "NA", "N/A", "n/a", "<NA>", "#N/A", "#NA", "NaN", "nan", "-NaN", "-nan", "None", "NULL", "null"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)


def read_own_csv(
    path: Path, *, texts: Sequence[str], wanted: Sequence[str], task: str, rows: int | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV file once it is known that each of its lines is a row of the header's width.

    Parameters
    ----------
    path : Path
        Gzipped if its name ends in ``.gz``.
    texts : sequence of str
        Columns to be kept as text, of which only empty cells are missing: ids keep leading zeros, ``NA`` is a name.
    wanted : sequence of str
        Columns that must be there, by which another separator is noticed.
    task : str
        For messages.
    rows : int, optional
        Read and check so many rows; by default all.

    Returns
    -------
    DataFrame, list of str
        The table, and remarks on the file.

    Raises
    ------
    InputError
        If rows are broken, the last line is cut off, or columns have no name or the same.
    """
    header, remarks = _check_file(path, wanted, task, rows)
    with _opened(path, newline=None) as text:  # pandas loses an empty first cell after a lone carriage return
        frame = pd.read_csv(
            text,
            dtype=dict.fromkeys(texts, "string"),
            keep_default_na=False,
            na_values={name: [""] if name in texts else list(EMPTY) for name in header},
            dtype_backend="pyarrow",
            low_memory=False,
            nrows=rows,
        )
    return frame, remarks


def check_differ(names: Sequence[str], path: Path, task: str) -> None:
    """Reject two columns of one name.

    Raises
    ------
    InputError
        With the name.
    """
    double = [name for place, name in enumerate(names) if name in names[:place]]
    if double:
        raise InputError(
            f"tasks.{task}.table: {path} has several columns of the name {double[0]!r}; rename them"
        )


def _check_file(
    path: Path, wanted: Sequence[str], task: str, rows_read: int | None
) -> tuple[list[str], list[str]]:
    """Read the file to its end, or so many rows of it; return the header, and remarks."""
    name = f"tasks.{task}.table: {path}"
    with _opened(path, newline="") as text:
        lines = _Lines(text)
        rows = strict_rows(lines, name)
        _, header = next(rows, (0, []))
        _check_header(header, path, wanted, task)
        is_empty = True
        for line, cells in islice(rows, rows_read):
            is_empty = False
            # A stray quote that meets another one further down makes one cell of all rows between them.
            text_of_row = "".join(cells)
            if "\n" in text_of_row or "\r" in text_of_row:
                raise InputError(
                    f"{name}, line {line}: a cell in double quotes goes on over the end of the line; close the "
                    "quotes, or write the table as Parquet if its texts have line breaks"
                )
            if len(cells) < len(header) and not lines.last.endswith(("\n", "\r")):
                raise InputError(
                    f"{name}, line {line} is the last and ends in the middle of a row; copy the file again"
                )
            check_width(header, cells, name, line)
    if is_empty:
        raise InputError(f"{name} has a header and no rows; write the file again")
    doubt = doubt_of_end(lines.last, path.name, lines.number, header[-1])
    return header, [doubt] if doubt else []


@contextmanager
def _opened(path: Path, *, newline: str | None) -> Iterator[io.TextIOWrapper]:
    is_packed = path.name.lower().endswith(".gz")
    with (
        gzip.open(path) if is_packed else path.open("rb") as binary,
        io.TextIOWrapper(binary, encoding="utf-8-sig", newline=newline) as text,
    ):
        yield text


class _Lines:
    """Lines of a file, of which the last that was read is kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.number, self.last = 0, ""

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number, self.last = self.number + 1, line
            yield line


def _check_header(header: Sequence[str], path: Path, wanted: Sequence[str], task: str) -> None:
    """Reject names that pandas would make up or change."""
    if not header:
        raise InputError(f"tasks.{task}.table: {path} is empty; write a header and its rows")
    if not set(wanted) <= set(header):
        found = other_separator(header, [name.lower() for name in wanted])
        if found:
            raise InputError(
                f"tasks.{task}.table: {path} is separated by {found}, not by commas; save it with commas"
            )
    unnamed = [place for place, name in enumerate(header, start=1) if not name.strip()]
    if unnamed:
        raise InputError(
            f"tasks.{task}.table: column {unnamed[0]} of {path} has no name; name it, or write the file without row "
            "numbers"
        )
    check_differ(header, path, task)
