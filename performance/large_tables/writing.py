"""Write an extract: its large table in chunks, made side by side by several processes."""

from __future__ import annotations

import io
import multiprocessing
import os
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from large_tables.shape import Columns
from large_tables.shapes import SHAPES

SEED = 20240501
CHUNK_ROWS = 500_000
GZIP_LEVEL = 6  # gzip's own


def as_csv(columns: Columns, *, header: bool = True) -> memoryview:
    text = io.BytesIO()
    csv.write_csv(pa.table(dict(columns)), text, csv.WriteOptions(include_header=header))
    return text.getbuffer()


def as_gzip(text: memoryview, level: int) -> bytes:
    """Return text as one gzip member."""
    return zlib.compress(text, level, wbits=zlib.MAX_WBITS | 16)


def as_parquet(columns: Columns) -> memoryview:
    file = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), file)
    return file.getbuffer()


def write_small(file: Path, columns: Columns, level: int) -> None:
    """Write a table in the format that its file's name tells."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".parquet":
        file.write_bytes(as_parquet(columns))
    elif file.suffix == ".gz":
        file.write_bytes(as_gzip(as_csv(columns), level))
    else:
        file.write_bytes(as_csv(columns))


def chunk(first: int, source: str, rows: int, level: int) -> bytes:
    """Return the rows of a large table from `first` on, at most a chunk of them, as they stand in its file."""
    n = min(CHUNK_ROWS, rows - first)
    columns = SHAPES[source].rows(first, n, np.random.default_rng((SEED, first)))
    if SHAPES[source].is_parquet:
        return bytes(as_parquet(columns))
    return as_gzip(as_csv(columns, header=first == 0), level)


def chunks(source: str, rows: int, level: int) -> Iterator[bytes]:
    """Chunks of a large table, in order, made by all processors if there are several."""
    make = partial(chunk, source=source, rows=rows, level=level)
    if rows <= CHUNK_ROWS:
        yield make(0)
        return
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap(make, range(0, rows, CHUNK_ROWS))


def make_extract(folder: Path, source: str, rows: int, level: int = GZIP_LEVEL) -> Path:
    """Write an extract unless it is there; return the file of its large table, or the folder of its Parquet files.

    Parameters
    ----------
    folder : Path
    source : str
        One of `SHAPES`.
    rows : int
        Of the large table.
    level : int
        Of gzip's compression.
    """
    shape = SHAPES[source]
    large = folder / shape.file
    if large.exists():
        return large
    for name, columns in shape.small(rows).items():
        write_small(folder / name, columns, level)
    unfinished = folder / "unfinished"
    if shape.is_parquet:
        unfinished.mkdir(exist_ok=True)
        for number, part in enumerate(chunks(source, rows, level)):
            (unfinished / f"{number}.parquet").write_bytes(part)
    else:
        with unfinished.open("wb") as written:
            for part in chunks(source, rows, level):
                written.write(part)
    unfinished.rename(large)
    return large
