"""Where a fault lies in a raw file: looked for only after a reader has stopped, because it may read the whole file."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from synthsize.extract.raw.views import GZIP_MAGIC, is_gzip, is_parquet, open_bytes, read_header

BLOCK_BYTES = 1 << 16  # of a gzip file; some 60 MB at most when unpacked
TEXT_BYTES = 1 << 22
SHOWN = 40  # characters of a value's shape


MASKED = "each digit is shown as 9, each letter as a"


def shape(text: str) -> str:
    """Show what a value looks like without telling it: digits become 9, letters become a.

    Examples
    --------
    >>> shape("10/23/2164 21:09:00")
    '99/99/9999 99:99:99'
    """
    masked = "".join(
        "9" if c.isnumeric() else "a" if c.isalpha() else c if c.isascii() else "?" for c in text
    )
    masked = " ".join(masked.split())
    return masked if len(masked) <= SHOWN else masked[:SHOWN] + "..."


def place_of(file: Path, column: str, text: str) -> str | None:
    """State where a column first holds a text: ``"line 12"`` of a CSV file, ``"row 11"`` of a Parquet file.

    Parameters
    ----------
    file : Path
    column : str
        Lower case.
    text : str
        Compared without surrounding blanks; an empty text finds an empty cell.

    Returns
    -------
    str or None
        None if it is not found, as when a reader shows a value in another form than the file.
    """
    names = [name.strip().lower() for name in read_header(file)]
    if column not in names:
        return None
    if is_parquet(file):
        row = _first_row(file, names.index(column), text.strip())
        return f"row {row}" if row else None
    try:
        line = _first_line(file, names.index(column), len(names), text.strip())
    except (OSError, EOFError, zlib.error):  # the file breaks off before the place
        return None
    return f"line {line}" if line else None


def gzip_fault(file: Path) -> str | None:
    """Read a gzip file to its end and say what is wrong with it and what to do; None if it is sound."""
    with file.open("rb") as raw:
        block = raw.read(BLOCK_BYTES)
        if not block.startswith(GZIP_MAGIC):
            return "is not a gzip file although its name says so; download it again or correct its name"
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while block:
            try:
                member.decompress(block)
            except zlib.error:
                return "is not a valid gzip file (damaged data); download or copy it again"
            if not member.eof:
                block = raw.read(BLOCK_BYTES)
                continue
            block = member.unused_data + raw.read(BLOCK_BYTES)
            if block and not block.startswith(GZIP_MAGIC):
                what = "other bytes" if block.strip(b"\0") else "zero bytes"
                return (
                    f"has {what} after the end of its gzip data; download it again, or unpack it with gzip -dc and "
                    "pack it again"
                )
            if block:
                member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    return None if member.eof else "ends in the middle (truncated gzip); download or copy it again"


def broken_gzip(files: Iterable[Path]) -> str | None:
    """Name the first of the gzip files that is broken, and what is wrong with it; the small ones are read first."""
    packed = [file for file in files if is_gzip(file)]
    faults = ((file, gzip_fault(file)) for file in sorted(packed, key=lambda file: file.stat().st_size))
    return next((f"{file} {fault}" for file, fault in faults if fault), None)


def broken_parquet(files: Iterable[Path]) -> Path | None:
    """Return the first of the Parquet files that cannot be read to its end."""
    return next((file for file in files if is_parquet(file) and not _is_sound_parquet(file)), None)


def _is_sound_parquet(file: Path) -> bool:
    try:
        for _ in pq.ParquetFile(file).iter_batches():
            pass
    except (pa.ArrowException, OSError):
        return False
    return True


def _first_row(file: Path, column: int, text: str) -> int | None:
    parquet = pq.ParquetFile(file)
    name = parquet.schema_arrow.names[column]
    seen = 0
    try:
        for batch in parquet.iter_batches(columns=[name]):
            for number, value in enumerate(batch.column(0).to_pylist(), start=seen + 1):
                if ("" if value is None else str(value).strip()) == text:
                    return number
            seen += batch.num_rows
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        OverflowError,
    ):  # a damaged page; a time Python cannot hold
        return None
    return None


def _first_line(file: Path, column: int, n_fields: int, text: str) -> int | None:
    needle = text.encode()
    line_number = 0
    inside_record = None  # a line that belongs to a record of several lines, which are not put together here
    with open_bytes(file) as binary:
        for block in _whole_lines(binary):
            if needle not in block:
                line_number += block.count(b"\n")
                continue
            for line in block.splitlines(keepends=True):
                line_number += line.endswith(b"\n")
                if line_number == 1 or needle not in line:
                    continue
                number = line_number + (not line.endswith(b"\n"))
                cells = _cells(line)
                if len(cells) != n_fields:
                    inside_record = inside_record or (number if needle else None)
                elif cells[column].strip() == text:
                    return number
    return inside_record


def _cells(line: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode(errors="replace")]), [])
    except csv.Error:  # a field beyond the reader's limit
        return []


def _whole_lines(binary: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while block := binary.read(TEXT_BYTES):
        head, end, tail = (rest + block).rpartition(b"\n")
        if head or end:
            yield head + end
        rest = tail
    if rest:
        yield rest
