"""Which tables a server holds, whether they may be read, and how a change of one is noticed without reading it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from synthsize.errors import InputError
from synthsize.extract.databases.postgres.connection import connected, fetch
from synthsize.extract.raw.server import Server
from synthsize.extract.raw.views import identifier, literal

# A table with its partitions or the tables that inherit from it, which hold its rows.
_PARTS = """
    part AS (
        SELECT oid AS root, oid FROM held
        UNION
        SELECT root, inhrelid FROM part JOIN pg_catalog.pg_inherits ON inhparent = part.oid
    )"""
_TABLES = f"""
WITH RECURSIVE held AS (
    SELECT class.oid, nspname, relname, relnamespace
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND {{condition}}
), {_PARTS}, size AS (
    SELECT
        root,
        sum(pg_catalog.pg_relation_size(class.oid))::int8 AS bytes,
        -- Of a part that was never looked at, or that was empty then, nothing is known: -1, or 0 before PostgreSQL 14.
        CASE
            WHEN bool_and(reltuples > 0 OR (relkind <> 'f' AND pg_catalog.pg_relation_size(class.oid) = 0))
            THEN sum(greatest(reltuples, 0))::int8
        END AS rows
    FROM part
    JOIN pg_catalog.pg_class AS class USING (oid)
    GROUP BY root
)
SELECT
    nspname, relname, coalesce(bytes, 0), rows, attname, coalesce(base.typname, type.typname),
    pg_catalog.has_schema_privilege(relnamespace, 'USAGE')
    AND pg_catalog.has_column_privilege(held.oid, attnum, 'SELECT'),
    pg_catalog.row_security_active(held.oid)
FROM held
JOIN size ON root = held.oid
JOIN pg_catalog.pg_attribute ON attrelid = held.oid AND attnum > 0 AND NOT attisdropped
JOIN pg_catalog.pg_type AS type ON type.oid = atttypid
LEFT JOIN pg_catalog.pg_type AS base ON base.oid = type.typbasetype
ORDER BY nspname, relname, attnum
"""
# Rows counted in and out since the statistics began, file and size of each part; the columns; which database it is.
_STATE = f"""
WITH RECURSIVE held AS (SELECT pg_catalog.to_regclass({{relation}})::oid AS oid), {_PARTS}
SELECT
    (SELECT system_identifier::text FROM pg_catalog.pg_control_system()),
    (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
    (
        SELECT string_agg(
            concat_ws(
                ' ', oid, pg_catalog.pg_relation_filenode(oid), pg_catalog.pg_relation_size(oid),
                pg_catalog.pg_stat_get_tuples_inserted(oid), pg_catalog.pg_stat_get_tuples_updated(oid),
                pg_catalog.pg_stat_get_tuples_deleted(oid)
            ),
            ',' ORDER BY oid
        )
        FROM part
    ),
    (
        SELECT string_agg(concat_ws(' ', attname, atttypid, atttypmod), ',' ORDER BY attnum)
        FROM held
        JOIN pg_catalog.pg_attribute ON attrelid = oid AND attnum > 0
    )
"""
# What a table may be mistaken for, and tables outside the schemas that were named.
_NEARBY = """
SELECT nspname, relname, relkind::text
FROM pg_catalog.pg_class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'v', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND lower(relname) IN ({names})
ORDER BY nspname, relname
"""
_UNREAD = {"v": "a view", "f": "a foreign table"}
_COUNTS = "SELECT pg_catalog.current_setting('track_counts') = 'on' AND NOT pg_catalog.pg_is_in_recovery()"


@dataclass(frozen=True)
class Held:
    """A table of a server.

    Attributes
    ----------
    bytes : int
    rows : int or None
        As of the server's last look at it (ANALYZE); None: never, or not since it was filled.
    columns : dict of str to str
        PostgreSQL's type of each column, by its name as the server writes it.
    closed : list of str
        Columns that the user may not read.
    hides_rows : bool
        Whether a row-level security policy applies to the user.
    """

    bytes: int
    rows: int | None
    columns: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    hides_rows: bool = False


def list_tables(server: Server, names: Iterable[str]) -> dict[tuple[str, str], Held]:
    """Tables with one of `names`, in any letter case, by schema and table.

    Views and foreign tables are left out; `refuse_unread` names them.

    Raises
    ------
    InputError
        If the server cannot be reached.
    """
    condition = f"lower(relname) IN ({', '.join(map(literal, sorted(names)))})"
    if server.schemas:
        condition += f" AND nspname IN ({', '.join(map(literal, server.schemas))})"
    with connected(server) as connection:
        rows = fetch(server, connection, _TABLES.format(condition=condition))
    tables: dict[tuple[str, str], Held] = {}
    for schema, table, size, estimate, column, type_, readable, hides_rows in rows:
        held = tables.setdefault((schema, table), Held(size, estimate, hides_rows=hides_rows))
        held.columns[column] = type_
        if not readable:
            held.closed.append(column)
    return tables


def refuse_unread(server: Server, table: str, names: Iterable[str], *, is_needed: bool) -> None:
    """Stop if what should be a table is a view or a foreign table, or a needed one lies in another schema.

    Parameters
    ----------
    server : Server
    table : str
        Its name in the source.
    names : iterable of str
        What it may be called on the server, in lower case.
    is_needed : bool
        Whether the source cannot do without it.

    Raises
    ------
    InputError
        Naming it and the remedy. Without any such thing, nothing is raised.
    """
    listed = ", ".join(map(literal, sorted(names)))
    with connected(server) as connection:
        found = fetch(server, connection, _NEARBY.format(names=listed))
    here = [row for row in found if not server.schemas or row[0] in server.schemas]
    for schema, name, kind in here:
        if kind in _UNREAD:
            raise InputError(
                f"{server}: {schema}.{name} is {_UNREAD[kind]}, of which no change could be noticed, and the source "
                f"needs a table for {table}; make it a table or a materialized view"
            )
    if is_needed and found and not here:
        schemas = " and ".join(dict.fromkeys(row[0] for row in found))
        raise InputError(
            f"{server} holds no {table} table in schema {' or '.join(server.schemas)}, but in {schemas}; "
            "correct source.schema (upper and lower case count)"
        )


def granted(schema: str, table: str) -> str:
    """Write the rights that reading a table takes, in SQL that can be run."""
    relation = f"{_quoted(schema)}.{_quoted(table)}"
    return f"GRANT USAGE ON SCHEMA {_quoted(schema)} and GRANT SELECT ON {relation}"


def _quoted(name: str) -> str:
    """Write a name in SQL, in quotes if it needs them."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else identifier(name)


def fingerprint(server: Server, schema: str, table: str) -> str:
    """Digest of a table's state that costs no scan: another one means that rows or columns may have changed.

    The server counts every row that is inserted, updated or deleted, also in transactions that it rolls back; a table
    that is emptied, rewritten or made anew gets another file. Counts are published a second after a commit (10 s, where
    the session stays open), and begin again after a crash or `pg_stat_reset`: a change that made no difference.
    A standby server and one with `track_counts` off do not count (`counts_changes`): there, file, size and columns
    alone are seen.

    Raises
    ------
    InputError
        If the server cannot be reached.
    """
    relation = literal(f"{identifier(schema)}.{identifier(table)}")
    with connected(server) as connection:
        (state,) = fetch(server, connection, _STATE.format(relation=relation))
    return hashlib.sha256(repr(state).encode()).hexdigest()


def counts_changes(server: Server) -> bool:
    """Whether the server counts what changes in its tables, on which `fingerprint` relies."""
    with connected(server) as connection:
        return bool(fetch(server, connection, _COUNTS)[0][0])
