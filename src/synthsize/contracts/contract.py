"""Contracts of Parquet tables.

Tables are written by `Contract.write` (or checked by `Contract.check_file` where DuckDB wrote them) and read by
`Contract.read`, so that a violation is found where a table is written or read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from synthsize.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Contract:
    """A written contract of one Parquet table.

    Attributes
    ----------
    name : str
        What error messages call the table.
    columns : dict of str to pyarrow.DataType
        Required columns in order, with their types.
    sort_by : tuple of str
        The row order every writer keeps.
    extra_columns : bool
        Whether further columns may follow (the features of an analysis table, the metrics of a result table).
    """

    name: str
    columns: dict[str, pa.DataType]
    sort_by: tuple[str, ...]
    extra_columns: bool = False

    def write(self, frame: pd.DataFrame, path: str | Path) -> None:
        """Sort `frame`, cast it to the contract and write it as Parquet.

        Raises
        ------
        InputError
            If a column is missing or holds values of another type.
        """
        self._check_names(list(frame.columns), path)
        ordered = frame.sort_values(list(self.sort_by), kind="stable", ignore_index=True)
        names = [*self.columns, *(c for c in frame.columns if c not in self.columns)]
        table = pa.Table.from_pandas(ordered[names], preserve_index=False).replace_schema_metadata()
        fields = [pa.field(name, self.columns.get(name, table.schema.field(name).type)) for name in names]
        try:
            table = table.cast(pa.schema(fields))
        except pa.ArrowInvalid as error:
            raise InputError(f"table {self.name!r} cannot be written to {path}: {error}") from error
        pq.write_table(table, path)

    def read(self, path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read the table after checking the file against the contract."""
        self.check_file(path)
        frame: pd.DataFrame = pq.read_table(path, columns=list(columns) if columns else None).to_pandas()
        return frame

    def read_all(self, paths: Sequence[str | Path]) -> pd.DataFrame:
        """Read several files of the table, one below the other; no file, or files without rows, keep the types."""
        if not paths:
            empty: pd.DataFrame = pa.schema(list(self.columns.items())).empty_table().to_pandas()
            return empty
        for path in paths:
            self.check_file(path)
        frame: pd.DataFrame = pa.concat_tables([pq.read_table(path) for path in paths]).to_pandas()
        return frame

    def check_file(self, path: str | Path) -> None:
        """Raise `InputError` unless the Parquet file at `path` keeps the contract's names and types."""
        schema = pq.read_schema(path)
        self._check_names(schema.names, path)
        for name, expected in self.columns.items():
            found = schema.field(name).type
            if found != expected:
                raise InputError(
                    f"{path}: column {name!r} of table {self.name!r} has type {found}, expected {expected}; "
                    "delete the file so that its rule writes it again"
                )

    def _check_names(self, found: Sequence[str], path: str | Path) -> None:
        missing = [name for name in self.columns if name not in found]
        if missing:
            raise InputError(f"{path}: table {self.name!r} lacks the columns {', '.join(missing)}")
        extra = [name for name in found if name not in self.columns]
        if extra and not self.extra_columns:
            raise InputError(f"{path}: table {self.name!r} has unknown columns {', '.join(extra)}")
