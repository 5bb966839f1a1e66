"""Where the raw tables of an extract lie: one file each, many that a pattern finds, or all in a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from synthsize.extract.raw.server import Server

Kind = Literal["duckdb", "sqlite"]
Relation = tuple[str, str]  # schema and name
Columns = Mapping[str, str]  # as written -> type as the database names it


@dataclass(frozen=True)
class Contents:
    """What a database file holds; relations go by schema and name.

    Attributes
    ----------
    tables : dict of (str, str) to dict of str to str
        Columns of each table.
    empty : set of (str, str)
        Tables without rows.
    views : set of (str, str)
        Which are not read.
    """

    tables: Mapping[Relation, Columns]
    empty: frozenset[Relation]
    views: frozenset[Relation]


@dataclass(frozen=True)
class TableFiles:
    """The files of one raw table; as text, its name in messages.

    Attributes
    ----------
    parts : tuple of Path
        One or more, sorted, each with all columns.
    folder : Path
        Of the extract.
    pattern : str
        That found them, below the folder.
    """

    parts: tuple[Path, ...]
    folder: Path
    pattern: str

    @classmethod
    def of_one(cls, file: Path) -> TableFiles:
        """Return a table in one file."""
        return cls((file,), file.parent, file.name)

    @property
    def name(self) -> str:
        """Path below the extract's folder, or the pattern with the number of files."""
        if len(self.parts) == 1:
            return self.parts[0].relative_to(self.folder).as_posix()
        return f"{self.pattern} ({len(self.parts):,} files)"

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that decide what the table holds."""
        return self.parts

    @property
    def bytes(self) -> int:
        """Size of all parts together."""
        return sum(part.stat().st_size for part in self.parts)

    @property
    def format(self) -> str:
        """Extension of the parts, such as ``"csv.gz"``."""
        return self.parts[0].name.lower().partition(".")[2]

    def __str__(self) -> str:
        """Name with the folder."""
        return str(self.folder / self.name)


@dataclass(frozen=True)
class DatabaseTable(TableFiles):
    """A raw table in a database, which is no file of its own.

    Attributes
    ----------
    schema, table : str
        Its name, as the database writes it.
    columns : dict of str to str
        Type of each column, by its name as the database writes it.
    """

    schema: str
    table: str
    columns: Columns


@dataclass(frozen=True)
class FileTable(DatabaseTable):
    """A raw table in a database file.

    Attributes
    ----------
    file : Path
        The database.
    kind : {"duckdb", "sqlite"}
    """

    file: Path
    kind: Kind

    @property
    def name(self) -> str:
        """File and table."""
        return f"{self.file.name}, table {self.schema}.{self.table}"

    @property
    def files(self) -> tuple[Path, ...]:
        """The database."""
        return (self.file,)

    @property
    def bytes(self) -> int:
        """Size of the whole database."""
        return self.file.stat().st_size

    @property
    def format(self) -> str:
        """Kind of the database."""
        return self.kind


@dataclass(frozen=True)
class ServerTable(DatabaseTable):
    """A raw table on a PostgreSQL server.

    Attributes
    ----------
    server : Server
    size : int
        Bytes.
    rows : int or None
        As the server estimates them; None: it never has since the table was filled.
    """

    server: Server
    size: int
    rows: int | None

    @property
    def name(self) -> str:
        """Schema and table."""
        return f"table {self.schema}.{self.table}"

    @property
    def bytes(self) -> int:
        """Size on the server."""
        return self.size

    @property
    def format(self) -> str:
        """Kind of the database."""
        return "postgresql"

    def __str__(self) -> str:
        """Name with the server."""
        return f"{self.server}, {self.name}"
