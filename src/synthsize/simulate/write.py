"""Writing: the raw tables as .csv.gz files, the truth as Parquet, both block by block."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

COMPRESSION = 3  # of 9: half again as fast as the usual 6 at a tenth more bytes


class RawTable:
    """One raw table, a .csv.gz file: NULL as an empty field, written block by block.

    The gzip header carries neither time nor file name, so equal rows are equal bytes.
    """

    def __init__(self, path: Path, columns: Sequence[str], *, quoted: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._columns = list(columns)
        self._file = path.open("wb")
        self._gzip = gzip.GzipFile(
            filename="", mode="wb", fileobj=self._file, compresslevel=COMPRESSION, mtime=0
        )
        names = [f'"{column}"' if quoted else column for column in columns]
        self._gzip.write((",".join(names) + "\n").encode())
        self._n_rows = 0

    def write(self, columns: dict[str, Any]) -> None:
        """Append rows: names to arrays or scalars; the first column is counted where it is absent, others are NULL."""
        n = next(len(value) for value in columns.values() if not isinstance(value, str | int))
        counted = {self._columns[0]: np.arange(self._n_rows + 1, self._n_rows + n + 1)}
        given = counted | columns
        arrays = {name: _arrow(given.get(name), n) for name in self._columns}
        buffer = pa.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(include_header=False)
        pyarrow.csv.write_csv(pa.table(arrays), buffer, options)
        self._gzip.write(buffer.getvalue())
        self._n_rows += n

    def __enter__(self) -> RawTable:
        """Return the open table."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._gzip.close()
        self._file.close()


class TruthTable:
    """One Parquet table of the truth, written block by block in the order of the blocks."""

    def __init__(self, path: Path, columns: dict[str, pa.DataType]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._schema = pa.schema(list(columns.items()))
        self._writer = pq.ParquetWriter(path, self._schema)

    def write(self, frame: pd.DataFrame) -> None:
        """Append `frame`, whose rows must follow all rows written before in the table's order."""
        table = pa.Table.from_pandas(
            frame[self._schema.names], preserve_index=False
        ).replace_schema_metadata()
        self._writer.write_table(table.cast(self._schema))

    def __enter__(self) -> TruthTable:
        """Return the open table."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._writer.close()


def _arrow(value: Any, n: int) -> pa.Array:
    if value is None:
        return pa.nulls(n, pa.string())
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value
    array = np.asarray(value)
    if array.dtype.kind == "U":
        array = array.astype(object)
    return pa.array(np.broadcast_to(array, n), from_pandas=True)
