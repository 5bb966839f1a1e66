"""Connections that read and cannot write, each within one transaction.

All settings are those of the transaction, and end with it: behind a pooler, another program gets the server's session
next, and a setting of the session would stay on it, or be made on another session than the one that reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl

from synthsize.errors import InputError
from synthsize.extract.databases.postgres.failures import cannot_connect, explained
from synthsize.extract.raw.server import Server

_LIMITS = {  # seconds, unless the URI gives them; a server that vanished would be waited for, for hours
    "connect_timeout": 10,
    "keepalives_idle": 60,  # also keeps firewalls from dropping a connection that waits
    "keepalives_interval": 10,
    "keepalives_count": 6,
}
_SETTINGS = {
    "row_security": "off",  # rows that a policy hides are refused, not silently left out
    "idle_in_transaction_session_timeout": "0",  # the snapshot is held for the duration of the job
    "application_name": "synthsize",
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "TimeZone": "UTC",
    "extra_float_digits": "1",  # numbers as the shortest text that is read as the same number
}
# Of a snapshot whose transaction has ended: PostgreSQL 17 and later, and before.
_GONE_STATES = ("42704", "22023")


class SnapshotGoneError(InputError):
    """The transaction whose state others were to see has ended."""


def driver() -> Any:
    """Return the driver's module.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        pass
    else:
        return dbapi
    raise InputError(
        "source.path names a PostgreSQL server, whose driver is not installed; run pip install 'synthsize[postgres]' "
        "(in a clone: pip install -c constraints.txt -e '.[pipeline,postgres]')"
    )


@contextmanager
def connected(server: Server, snapshot: str | None = None) -> Iterator[Any]:
    """Open a connection (DBAPI) for the length of a `with` block; see `connect`."""
    connection = connect(server, snapshot)
    try:
        yield connection
        end(connection)
    finally:
        connection.close()


def connect(server: Server, snapshot: str | None = None) -> Any:
    """Open a connection (DBAPI) within one read-only transaction that sees one state of the database.

    Parameters
    ----------
    server : Server
    snapshot : str or None
        Name of a state that another connection exported, which this one is to see.

    Raises
    ------
    InputError
        If the driver is not installed or the server cannot be reached or used.
    SnapshotGoneError
        If the transaction that exported the state has ended.
    """
    dbapi = driver()
    try:
        connection = dbapi.connect(_limited(server.uri()), autocommit=True)
    except dbapi.Error as error:
        failure = cannot_connect(server, error)
    else:
        return _begin(server, connection, snapshot)
    raise failure  # outside of `except`: the driver's error is not chained to it


def end(connection: Any) -> None:
    """End the transaction, so that a pooler can hand on the server's session instead of closing it."""
    with suppress(driver().Error):  # it read, and nothing is lost
        connection.adbc_connection.set_autocommit(True)


def fetch(server: Server, connection: Any, query: str, place: object | None = None) -> list[tuple[Any, ...]]:
    """Return all rows of a small result.

    Raises
    ------
    InputError
        If the query fails, about `place`.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
    except driver().Error as error:
        failure = explained(error, place or server)
    raise failure


def _begin(server: Server, connection: Any, snapshot: str | None) -> Any:
    settings = ", ".join(
        f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items()
    )
    dbapi = driver()
    try:
        connection.adbc_connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if snapshot:
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            cursor.execute(f"SELECT {settings}")
            cursor.fetchall()
    except dbapi.Error as error:
        connection.close()
        is_gone = snapshot is not None and error.sqlstate in _GONE_STATES
        failure = (
            SnapshotGoneError(f"{server} was stopped while it was read; run the same command again")
            if is_gone
            else explained(error, server)
        )
    else:
        return connection
    raise failure


def _limited(uri: str) -> str:
    """URI with limits for the time that a server may stay silent, unless it or the environment has them."""
    base, _, query = uri.partition("?")  # libpq has no fragments: what follows a # is read like the rest
    given = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    if "PGCONNECT_TIMEOUT" in os.environ:
        given.add("connect_timeout")
    limits = [f"{name}={value}" for name, value in _LIMITS.items() if name not in given]
    return f"{base}?{'&'.join(filter(None, [query, *limits]))}"
