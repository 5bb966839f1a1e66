"""Writing: the raw tables as MIMIC-III's own .csv.gz files, the truth as Parquet, both block by block."""

from __future__ import annotations

import gzip
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from synthsize.simulate.raw_tables import HEADERS

COMPRESSION = 3  # of 9: half again as fast as the usual 6 at a tenth more bytes


class RawTable:
    """One raw table, NAME.csv.gz: upper-case quoted header, NULL as an empty field, written block by block.

    The gzip header carries neither time nor file name, so equal rows are equal bytes.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._columns = HEADERS[name].split()
        self._file = (folder / f"{name}.csv.gz").open("wb")
        self._gzip = gzip.GzipFile(
            filename="", mode="wb", fileobj=self._file, compresslevel=COMPRESSION, mtime=0
        )
        self._gzip.write((",".join(f'"{column}"' for column in self._columns) + "\n").encode())
        self._n_rows = 0

    def write(self, columns: dict[str, Any]) -> None:
        """Append rows: names to arrays or scalars; ROW_ID is counted here, absent columns are NULL."""
        n = len(columns["SUBJECT_ID"])
        arrays = {"ROW_ID": pa.array(np.arange(self._n_rows + 1, self._n_rows + n + 1))}
        for name in self._columns[1:]:
            value = columns.get(name)
            arrays[name] = pa.nulls(n, pa.string()) if value is None else _arrow(value, n)
        buffer = pa.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(include_header=False)
        pyarrow.csv.write_csv(pa.table(arrays).select(self._columns), buffer, options)
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
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value
    array = np.asarray(value)
    if array.dtype.kind == "U":
        array = array.astype(object)
    return pa.array(np.broadcast_to(array, n), from_pandas=True)
