"""Faults of CSV files that DuckDB does not report: a plain file cut short, and a quote that is never closed."""

from __future__ import annotations

import csv
import io
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synthsize.csv_files import doubt_of_end
from synthsize.errors import InputError
from synthsize.extract.raw.views import is_gzip, is_parquet, open_bytes, read_header

TAIL_BYTES = 4_000_000  # of a file that is too large to be read whole


def check_csv_end(file: Path, whole_file_bytes: int) -> str | None:
    """Stop if a plain CSV file ends inside a quoted field, or in a row with fewer fields than its header.

    A file that ends in a line break or in a closing quote counts as whole. Files of other formats are passed over.

    Parameters
    ----------
    file : Path
    whole_file_bytes : int
        Files up to this size are read whole; of a larger one, the last 4 MB.

    Returns
    -------
    str or None
        Remark on a last row that may be whole or not; see `doubt_of_end`.

    Raises
    ------
    InputError
        If the last row is not whole.
    """
    if is_parquet(file) or is_gzip(file):
        return None
    size = file.stat().st_size
    is_whole = size <= max(whole_file_bytes, TAIL_BYTES)
    with file.open("rb") as raw:
        raw.seek(0 if is_whole else size - TAIL_BYTES)
        text = raw.read()
    if text.endswith((b"\n", b"\r")):
        return None
    header = read_header(file)
    n_fields = len(header)
    characters = np.frombuffer(text, dtype=np.uint8)
    # Where the text begins in the middle of the file, it may begin inside quotes: then the reading that finds more
    # rows of the header's width is the right one.
    readings = [_fields(characters, inside) for inside in ((False,) if is_whole else (False, True))]
    fields, ends_inside = max(readings, key=lambda reading: np.sum(reading[0][:-1] == n_fields))
    if ends_inside or fields[-1] < n_fields:
        raise InputError(f"{file} ends in the middle of a row; download or copy it again")
    line = text.count(b"\n") + 1 if is_whole else None
    return doubt_of_end(text[-1:].decode(errors="replace"), file, line, header[-1])


def check_quotes(file: Path) -> None:
    """Stop if a CSV file holds a double quote that is never closed, reading the file to its end.

    A single reader of DuckDB's ends there without a word: the rows after the quote would be lost. Parquet files are
    passed over, and so is damaged gzip, of which the readers say themselves that it is.

    Raises
    ------
    InputError
        With the line on which the row begins.
    """
    if is_parquet(file):
        return
    try:
        with open_bytes(file) as binary:
            quotes = sum(block.count(b'"') for block in iter(lambda: binary.read(TAIL_BYTES), b""))
    except (OSError, EOFError, zlib.error):
        return
    if quotes % 2:
        raise InputError(
            f"{file}, line {_broken_line(file)}: a double quote is not closed; correct the row or re-export the table"
        )


def _broken_line(file: Path) -> int:
    """Line on which the first row begins that Python's strict reader refuses."""
    line = 1
    with open_bytes(file) as binary:
        reader = csv.reader(
            io.TextIOWrapper(binary, encoding="utf-8", errors="replace", newline=""), strict=True
        )
        try:
            for _ in reader:
                line = reader.line_num + 1
        except csv.Error:
            pass
    return line


def _fields(characters: NDArray[np.uint8], inside: bool) -> tuple[NDArray[np.int64], bool]:
    """Count the fields of each row of a text; say whether it ends inside quotes."""
    is_quoted = np.logical_xor.accumulate(characters == ord('"')) ^ inside
    ends = np.flatnonzero((characters == ord("\n")) & ~is_quoted)
    commas = np.flatnonzero((characters == ord(",")) & ~is_quoted)
    before = np.searchsorted(commas, np.append(ends, len(characters)))
    return np.diff(before, prepend=0) + 1, bool(is_quoted[-1])
