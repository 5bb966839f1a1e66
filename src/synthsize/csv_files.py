"""Faults of CSV files that readers of tables pass over in silence."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from synthsize.errors import InputError

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def strict_rows(lines: Iterable[str], name: object) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line on which it begins.

    Parameters
    ----------
    lines : iterable of str
        With their line breaks.
    name : object
        The file, for the message.

    Raises
    ------
    InputError
        If a double quote is not closed, or is followed by something other than a comma.
    """
    reader = csv.reader(lines, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise InputError(
            f"{name}, line {line}: a double quote is not closed, or stands inside a cell; correct the row"
        ) from None  # the message may quote the row


def check_width(header: Sequence[str], cells: Sequence[str], name: object, line: int) -> None:
    """Reject a row of fewer or more fields than the header.

    Raises
    ------
    InputError
        With the line.
    """
    if len(cells) != len(header):
        raise InputError(
            f"{name}, line {line} has {len(cells)} fields and the header {len(header)}; "
            "correct the row (a cell with a comma needs double quotes)"
        )


def doubt_of_end(last_line: str, name: object, line: int | None, column: str) -> str | None:
    """Remark on a last line of the header's width that has no line break at its end.

    Some programs leave it out. A file that was cut off within its last cell looks the same, and has lost the rest of
    that cell and any rows after it.

    Parameters
    ----------
    last_line : str
    name : object
        The file.
    line : int or None
        Number of the line; None where the file was not read from its beginning.
    column : str
        That the last cell belongs to.

    Returns
    -------
    str or None
        None if there is no doubt: the line has a break, or its last cell ends in a closing quote.
    """
    if last_line.endswith(("\n", "\r", '"')):
        return None
    place = f"{name}, line {line}" if line else f"{name}, its last line"
    return (
        f"{place}, has no line break at its end, as some programs write it and as a file that was cut off has it: "
        f"compare the number of rows and the last cell of {column} with the original"
    )


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
