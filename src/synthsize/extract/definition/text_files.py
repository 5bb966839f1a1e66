"""Small text files of a source folder: UTF-8, and CSV whose every row has the header's fields."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from synthsize.csv_files import check_width, other_separator, strict_rows
from synthsize.errors import InputError


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
    records = list(strict_rows(io.StringIO(read_utf8(file), newline=""), file))
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
        check_width(header, cells, file, line)
    return [(line, dict(zip(header, cells, strict=True))) for line, cells in rows]
