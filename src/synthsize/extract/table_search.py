"""Finding the raw tables of an extract in a folder, in a database file or on a server."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from synthsize.errors import InputError
from synthsize.extract.databases.kinds import contents_of, kind_of
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import RawTable, Source, shipped_sources
from synthsize.extract.raw.locations import Location
from synthsize.extract.raw.server import Server
from synthsize.extract.raw.tables import FileTable, Relation, ServerTable, TableFiles

LOOKED_INTO = 100  # folders beside the files, in search of the tables
_Held = TypeVar("_Held")  # what is known of a table
EXTENSIONS = (".csv", ".csv.gz", ".parquet")


def find_tables(source: Source, path: Location) -> dict[str, TableFiles]:
    """Files of each logical table in the extract's folder, by directory listings alone; or tables of a database.

    In a database, a table has the last part of one of its patterns as name (``labevents`` for ``hosp/labevents``), in
    any schema; where several schemas have it, in the one that ends with the pattern's folder (``mimiciv_hosp``). On a
    server, `Source.schemas` come first. An optional table of a database that has no rows counts as absent.

    A table's patterns (`RawTable.files`) are alternatives. Letter case does not matter; a pattern without an extension
    takes ``.csv``, ``.csv.gz`` and ``.parquet``; ``**`` stands for any depth of folders. Hidden files, such as those
    that macOS adds to an archive (``._1.txt``), are none of a table's.

    Parameters
    ----------
    source : Source
    path : Path or Server
        Folder of the raw extract, a DuckDB or SQLite file, or a PostgreSQL server.

    Returns
    -------
    dict of str to TableFiles
        Optional tables that are absent are left out.

    Raises
    ------
    InputError
        If the folder or a required table is missing, two files offer themselves for one table, or a database
        cannot be read.
    """
    if isinstance(path, Server):
        return dict(_find_on_server(source, path))
    if path.is_file():
        return _find_in_database(source, path)
    if not path.is_dir():
        raise InputError(
            f"source.path {path} is not a folder; point it at the folder that holds the extract's tables, "
            "at a DuckDB or SQLite file, or at a PostgreSQL server (postgresql://USER@HOST:PORT/DATABASE)"
        )
    try:
        found = {name: _find_table(table, path) for name, table in source.tables.items()}
    except PermissionError as error:
        raise InputError(
            f"{error.filename} cannot be listed; ask its owner for the right to read it"
        ) from None
    lacking = [name for name, files in found.items() if files is None and not source.tables[name].optional]
    if lacking:
        raise _no_table(
            source.tables[lacking[0]], path, _nearby(path, source), sources_of(path, besides=source.name)
        )
    return {name: files for name, files in found.items() if files is not None}


def sources_of(folder: Path, besides: str | None = None) -> list[str]:
    """Name the sources of the package whose tables a folder holds, going by the files' names."""
    others = [load_source(name) for name in shipped_sources() if name != besides]
    return [other.name for other in others if _holds(folder, other)]


def _holds(folder: Path, source: Source) -> bool:
    try:
        return all(table.optional or any(_offers(table, folder).values()) for table in source.tables.values())
    except PermissionError:
        return False


def _nearby(folder: Path, source: Source) -> Path | None:
    """Find a folder one level below or above that holds all tables; None where there is none, or no right to look.

    Of several it is the one where most tables are called as the first of their patterns says: a flat folder of another
    database may have files of the same names.
    """
    try:
        below = sorted(entry for entry in folder.iterdir() if entry.is_dir())
        fitting = [place for place in (*below[:LOOKED_INTO], folder.parent) if _holds(place, source)]
        return max(fitting, key=lambda place: _called_as_published(place, source), default=None)
    except OSError:
        return None


def _called_as_published(folder: Path, source: Source) -> int:
    return sum(bool(_offers(table, folder)[table.files[0]]) for table in source.tables.values())


def _find_table(table: RawTable, folder: Path) -> TableFiles | None:
    offers = {pattern: parts for pattern, parts in _offers(table, folder).items() if parts}
    _refuse_two(offers, folder)
    return next((TableFiles(parts, folder, pattern) for pattern, parts in offers.items()), None)


def _offers(table: RawTable, folder: Path) -> dict[str, tuple[Path, ...]]:
    return {pattern: tuple(_matching(folder, pattern)) for pattern in table.files}


def _no_table(table: RawTable, folder: Path, nearby: Path | None, fitting: Sequence[str]) -> InputError:
    wanted = " or ".join(_described(pattern) for pattern in table.files)
    remedy = f", or set source.name to {' or '.join(fitting)}, whose tables it holds" if fitting else ""
    place = (
        f"correct source.path (tables of these names lie in {nearby})" if nearby else "correct source.path"
    )
    return InputError(f"{folder} holds no {table.name} table ({wanted}); add the file or {place}{remedy}")


def _find_in_database(source: Source, file: Path) -> dict[str, TableFiles]:
    kind, held = kind_of(file), contents_of(file)
    found: dict[str, TableFiles] = {}
    for name, table in source.tables.items():
        tables = _worth_reading(table, held.tables, held.empty)
        _refuse_views(table, file, tables, held.views)
        key = _in_database(table, file, tables)
        if key is not None:
            found[name] = FileTable((), file.parent, file.name, *key, tables[key], file, kind)
    return found


def _worth_reading(
    table: RawTable, held: Mapping[Relation, _Held], empty: Collection[Relation]
) -> Mapping[Relation, _Held]:
    """Leave out empty tables for one that may be absent: databases are often made with all tables of their model."""
    return {key: there for key, there in held.items() if key not in empty} if table.optional else held


def _refuse_views(
    table: RawTable, file: Path, held: Collection[Relation], views: Collection[Relation]
) -> None:
    folders = _folders_by_name(table)
    if any(name.lower() in folders for _, name in held):
        return
    for schema, name in sorted(views):
        if name.lower() in folders:
            raise InputError(
                f"{file}: {schema}.{name} is a view, which may read other files, and the source needs a table for "
                f"{table.name}; make it a table (CREATE TABLE ... AS SELECT)"
            )


def _find_on_server(source: Source, server: Server) -> Mapping[str, ServerTable]:
    # What it imports, only a server needs.
    from synthsize.extract.databases.postgres.catalogue import granted, list_tables, refuse_unread
    from synthsize.extract.databases.postgres.failures import HIDDEN

    names = {name for table in source.tables.values() for name in _folders_by_name(table)}
    held = list_tables(server, names)
    empty = {key for key, there in held.items() if there.bytes == there.rows == 0}
    found: dict[str, ServerTable] = {}
    for name, table in source.tables.items():
        named = _folders_by_name(table)
        if not any(relation.lower() in named for _, relation in held):
            refuse_unread(server, name, named, is_needed=not table.optional)
        key = _in_database(table, server, _worth_reading(table, held, empty), source.schemas)
        if key is not None:
            there = held[key]
            found[name] = ServerTable(
                (), Path(), "", *key, there.columns, server, size=there.bytes, rows=there.rows
            )
            closed = [column for column in there.closed if column.strip().lower() in table.columns]
            if closed:
                raise InputError(
                    f"{found[name]} may not be read by this user (column {closed[0]}); ask its owner for "
                    f"{granted(*key)}"
                )
            if there.hides_rows:
                raise InputError(f"{found[name]} {HIDDEN}")
    return found


def _folders_by_name(table: RawTable) -> dict[str, set[str]]:
    """Names that a table may have in a database, each with the folders that its patterns put it in."""
    # Patterns for many files name no table; the logical name stands in for them.
    plain = [pattern.lower() for pattern in table.files if not set(pattern) & set("*?[")] or [table.name]
    folders: dict[str, set[str]] = {}
    for pattern in map(Path, plain):
        folders.setdefault(pattern.name.partition(".")[0], set()).add(pattern.parent.name)
    return folders


def _in_database(
    table: RawTable, place: Location, held: Collection[tuple[str, str]], schemas: Sequence[str] = ()
) -> tuple[str, str] | None:
    """Find schema and name of a table in a database; None if it is absent and optional."""
    folders = _folders_by_name(table)
    offers = [key for key in held if key[1].lower() in folders]
    if len(offers) > 1:
        offers = [key for key in offers if key[0] in schemas] or offers
    if len(offers) > 1:  # a schema is called as the folder, or ends so: mimiciv_hosp
        offers = [key for key in offers if _ending(key[0]) in folders[key[1].lower()]] or offers
    if len(offers) > 1:
        listed = " and ".join(".".join(key) for key in offers)
        by_schema = isinstance(place, Server) and len({schema for schema, _ in offers}) == len(offers)
        remedy = "name the schema in source.schema" if by_schema else "keep only one of them in the database"
        raise InputError(f"{place} holds {listed} for one table; {remedy}")
    if not offers and not table.optional:
        named = place.schemas if isinstance(place, Server) else ()
        where = f"schema {' or '.join(named)}" if named else "any schema"
        keys = "source.path or source.schema" if isinstance(place, Server) else "source.path"
        raise InputError(
            f"{place} holds no {table.name} table ({' or '.join(folders)}, in {where}); add the table or "
            f"correct {keys}"
        )
    return offers[0] if offers else None


def _ending(schema: str) -> str:
    return schema.lower().rpartition("_")[2]


def _described(pattern: str) -> str:
    return (
        pattern if _has_extension(pattern) else f"{pattern}{', '.join(EXTENSIONS[:-1])} or {EXTENSIONS[-1]}"
    )


def _refuse_two(offers: dict[str, tuple[Path, ...]], folder: Path) -> None:
    """Stop if several patterns found something, or one found the same part in two formats."""
    rivals = [parts[0] for parts in offers.values()]
    if len(rivals) < 2:
        stems: dict[str, list[Path]] = {}
        for part in next(iter(offers.values()), ()):
            stems.setdefault(f"{part.parent}/{part.name.lower().partition('.')[0]}", []).append(part)
        rivals = next((same for same in stems.values() if len(same) > 1), [])
    if len(rivals) > 1:
        listed = " and ".join(part.relative_to(folder).as_posix() for part in rivals)
        raise InputError(f"{folder} holds {listed} for one table; keep only one of them")
    formats = {part.name.lower().partition(".")[2]: part.name for parts in offers.values() for part in parts}
    if len(formats) > 1:
        raise InputError(
            f"{folder} holds {' and '.join(formats.values())} for one table; give all its files one format"
        )


def _has_extension(pattern: str) -> bool:
    return "." in pattern.rpartition("/")[2]


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    head, slash, rest = pattern.partition("/")
    entries = [entry for entry in sorted(folder.iterdir()) if not entry.name.startswith(".")]
    if head == "**":
        yield from _matching(folder, rest)
        for entry in filter(Path.is_dir, entries):
            yield from _matching(entry, pattern)
        return
    heads = [head] if slash or _has_extension(head) else [head + extension for extension in EXTENSIONS]
    for entry in entries:
        if any(fnmatchcase(entry.name.lower(), wanted.lower()) for wanted in heads):
            if slash and entry.is_dir():
                yield from _matching(entry, rest)
            elif not slash and entry.is_file():
                yield entry
