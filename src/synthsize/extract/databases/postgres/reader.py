"""Raw tables on a PostgreSQL server, streamed to DuckDB as the Arrow batches that Apache's driver makes of them.

Every scan is a connection of its own that sees the state in which the session found the database. Small tables, which
are read several times over, are staged in the session's folder by their first scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from synthsize.errors import InputError
from synthsize.extract.databases.postgres.columns import Column, column_of, items_filter
from synthsize.extract.databases.postgres.connection import driver
from synthsize.extract.databases.postgres.failures import explained
from synthsize.extract.databases.postgres.snapshot import Snapshot
from synthsize.extract.databases.stream import RowStream
from synthsize.extract.definition.source import RawTable, Source
from synthsize.extract.raw.faults import bad_value
from synthsize.extract.raw.server import Server
from synthsize.extract.raw.tables import DatabaseTable
from synthsize.extract.raw.views import columns_expected, identifier, supplied

BATCH_BYTES = 4_000_000  # that the driver aims at
_BATCH_OPTION = "adbc.postgresql.batch_size_hint_bytes"


class PostgresReader:
    """The reader of a server within a session; see `databases.reader.DatabaseReader`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, server: Server) -> None:
        self.connection = connection
        self.server = server
        self._snapshot: Snapshot | None = None  # the state that all scans see
        self._scratch: Path | None = None  # nothing is staged before `attach` names a folder
        self._read: dict[str, _Read] = {}

    def attach(self, scratch: Path) -> None:
        """Fix the state of the database that the session sees."""
        self._snapshot = Snapshot(self.server)
        self._scratch = scratch

    def select(self, source: Source, table: RawTable, found: DatabaseTable) -> str:
        """SELECT of the declared columns, typed."""
        written = list(found.columns)
        positions = columns_expected(source, table, found, written)
        columns = {name: column_of(table, name, written[at], found) for name, at in positions.items()}
        read = self._read.setdefault(table.name, _Read(found, columns))
        staging = None if table.large else self._scratch
        return self._stream(table, read, f"postgres_{table.name}", staging=staging)

    def select_items(self, table: RawTable, items: Sequence[int] | Sequence[str]) -> str | None:
        """SELECT of a table's rows of some items, which the server picks by an index if it has one."""
        read = self._read[table.name]
        column = read.columns.get(str(table.item))
        if column is None:
            return None
        condition = items_filter(table, column.written, read.found.columns[column.written], items)
        return self._stream(table, read, f"postgres_items_{table.name}", condition) if condition else None

    def begin_scan(self) -> None:
        """Count the rows of each table from here on."""
        for read in self._read.values():
            for stream in read.streams:
                stream.rows = None

    def rows_scanned(self, tables: Mapping[str, DatabaseTable], profile: str) -> dict[str, int]:  # noqa: ARG002
        """Rows of each table that was read: those handed over, or, where the server filtered them, its count."""
        rows = {}
        for name in tables:
            streams = [stream for stream in self._read[name].streams if stream.rows is not None]
            whole = [stream.rows or 0 for stream in streams if not stream.is_filtered]
            if streams:
                rows[name] = whole[0] if whole else self._count(tables[name])
        return rows

    def count_rows(self, table: DatabaseTable, *, quickly: bool) -> tuple[int, str]:
        """Rows of a table: counted by the server, which reads it whole, or as its statistics estimate them."""
        estimate = getattr(table, "rows", None)
        if quickly and estimate is not None:
            return int(estimate), "estimated"
        return self._count(table), "exact"

    def close(self) -> None:
        """Let the state of the database go."""
        if self._snapshot is not None:
            self._snapshot.close()

    def explain(self, error: duckdb.Error) -> InputError | None:  # noqa: ARG002
        """Say what stopped a stream, which DuckDB only reports as such."""
        streams = (stream for read in self._read.values() for stream in read.streams)
        return next((stream.fault for stream in streams if stream.fault), None)

    def _stream(
        self, table: RawTable, read: _Read, name: str, condition: str = "", *, staging: Path | None = None
    ) -> str:
        assert self._snapshot is not None  # attached
        stream = _Stream(self._snapshot, read, condition, staging)
        read.streams.append(stream)
        self.connection.register(name, stream)
        selected = [
            read.columns[column].local if column in read.columns else supplied(table, column, kind)
            for column, kind in table.columns.items()
        ]
        return f"SELECT {', '.join(selected)} FROM {identifier(name)}"

    def _count(self, table: DatabaseTable) -> int:
        query = f"SELECT count(*) FROM {_relation(table)}"
        assert self._snapshot is not None  # attached
        return int(self._snapshot.fetch(query, table)[0][0])


class _Read:
    """A table that the session reads: its columns, and the streams that were made of it."""

    def __init__(self, found: DatabaseTable, columns: Mapping[str, Column]) -> None:
        self.found = found
        self.columns = columns
        self.streams: list[_Stream] = []


class _Stream(RowStream):
    """Rows of a table, for which each reading opens a connection, or the file that the first one staged."""

    _numbers = count()

    def __init__(self, snapshot: Snapshot, read: _Read, condition: str, staging: Path | None) -> None:
        super().__init__(pa.schema([(column.name, column.type_) for column in read.columns.values()]))
        self.is_filtered = bool(condition)
        self._snapshot, self._found = snapshot, read.found
        columns = ", ".join(f"{c.remote} AS {identifier(c.name)}" for c in read.columns.values())
        where = f" WHERE {condition}" if condition else ""
        self._query = f"SELECT {columns} FROM {_relation(read.found)}{where}"
        self._staging = staging
        self._staged: Path | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        return self._from_file() if self._staged else self._from_server()

    def _from_file(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(self._staged)) as raw, pa.ipc.open_file(raw) as file:
            yield from (file.get_batch(number) for number in range(file.num_record_batches))

    def _from_server(self) -> Iterator[pa.RecordBatch]:
        batches = self._fetched()
        return self._staging_too(batches) if self._staging else batches

    def _fetched(self) -> Iterator[pa.RecordBatch]:
        try:
            with self._snapshot.connected() as connection, connection.cursor() as cursor:
                cursor.adbc_statement.set_options(**{_BATCH_OPTION: str(BATCH_BYTES)})
                cursor.execute(self._query)
                for batch in cursor.fetch_record_batch():
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
        except (
            driver().Error,
            pa.ArrowException,
            OSError,
        ) as error:  # Arrow's own once rows have begun to arrive
            raise self._explained(error) from None

    def _staging_too(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Keep the batches in a file, from which the next scans read them if this one comes to its end."""
        assert self._staging is not None
        path = self._staging / f"{next(self._numbers)}.arrow"
        with (
            closing(batches),  # type: ignore[type-var]  # a generator
            pa.OSFile(str(path), "wb") as raw,
            pa.ipc.new_file(raw, self.schema) as file,
        ):
            for batch in batches:
                file.write_batch(batch)
                yield batch
        self._staged = path

    def _explained(self, error: Exception) -> InputError:
        # Messages may hold the query, and with it the mark that `columns` puts before an infinite time.
        marked = re.search(r"unparsable\|\w+\.([\w-]+)\|(-?infinity)", str(error))
        if marked:
            return InputError(
                bad_value(self._found, marked[1], marked[2], "which is not a finite date and time")
            )
        return explained(error, self._found)


def _relation(table: DatabaseTable) -> str:
    return f"{identifier(table.schema)}.{identifier(table.table)}"
