"""Rows of a table that Python hands to DuckDB in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pyarrow as pa

from synthsize.errors import InputError


class RowStream(ABC):
    """A table as Arrow batches, from its beginning each time that DuckDB asks.

    Attributes
    ----------
    schema : pyarrow.Schema
    rows : int or None
        Most rows that a reading handed over since this was last set to None; None: there was none.
    fault : InputError or None
        What stopped a reading, which DuckDB only reports as such.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows: int | None = None
        self.fault: InputError | None = None

    @abstractmethod
    def batches(self) -> Iterator[pa.RecordBatch]:
        """Generate the batches; an `InputError` says what stops them."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Begin a reading: what DuckDB asks of a registered object."""
        return pa.RecordBatchReader.from_batches(self.schema, self._counted()).__arrow_c_stream__(
            requested_schema
        )

    def _counted(self) -> Iterator[pa.RecordBatch]:
        rows = 0
        try:
            with closing(self.batches()) as batches:  # type: ignore[type-var]  # a generator
                for batch in batches:
                    rows += batch.num_rows
                    self.rows = max(rows, self.rows or 0)
                    yield batch
            self.rows = max(rows, self.rows or 0)
        except InputError as error:
            self.fault = error
            raise
