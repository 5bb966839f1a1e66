"""Small text files of a source folder: UTF-8, and CSV whose every row has the header's fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from synthsize.errors import InputError

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def read_utf8(file: Path) -> str:
    """Text of a file, without a byte order mark.

    Raises
    ------
    InputError
        If the file is not UTF-8, with the first line that is not.
    """
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise InputError(f"{file}, line {line} is not UTF-8; save the file in UTF-8")


def read_rows(file: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a small CSV file.

    Parameters
    ----------
    file : Path
    columns : sequence of str
        Columns that must be there.

    Returns
    -------
    list of (int, dict of str to str)
        Line on which the row begins, and its cells by column.

    Raises
    ------
    InputError
        If the file is empty, not UTF-8, lacks a column, or a row is broken.
    """
    records = _records(file, read_utf8(file))
    if not records:
        raise InputError(f"{file} is empty; write the header {','.join(columns)} and its rows")
    (_, header), *rows = records
    missing = [column for column in columns if column not in header]
    if missing:
        found = other_separator(header, columns)
        if found:
            raise InputError(f"{file} is separated by {found}, not by commas; save it with commas")
        raise InputError(f"{file} lacks the column {missing[0]}; add it")
    for line, cells in rows:
        if len(cells) != len(header):
            raise InputError(
                f"{file}, line {line} has {len(cells)} fields and the header {len(header)}; "
                "correct the row (a cell with a comma needs double quotes)"
            )
    return [(line, dict(zip(header, cells, strict=True))) for line, cells in rows]


def other_separator(header: Sequence[str], columns: Sequence[str]) -> str | None:
    """Name the separator that would find more of the columns in a header than commas did, if there is one.

    Parameters
    ----------
    header : sequence of str
        Names as split by commas.
    columns : sequence of str
        Names that are looked for, lower case.

    Returns
    -------
    str or None
        As ``"semicolons"``.
    """
    line = ",".join(header).lower()

    def found(separator: str) -> int:
        return len({name.strip(' "') for name in line.split(separator)} & set(columns))

    best = max(_SEPARATORS, key=found)
    return _SEPARATORS[best] if found(best) > found(",") else None


def _records(file: Path, text: str) -> list[tuple[int, list[str]]]:
    """Return the records that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    line = 1
    try:
        for cells in reader:
            if cells:
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        pass
    else:
        return records
    raise InputError(
        f"{file}, line {line}: a double quote is not closed, or stands inside a cell; correct the row"
    )
