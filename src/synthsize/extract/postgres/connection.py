"""Connections that read and cannot write, and what is wrong where one fails, in one sentence.

Apache's ADBC driver hands over rows as Arrow batches. Its messages, like PostgreSQL's, may quote rows or the URI, so
none goes on: sentences are made from the error's SQLSTATE, or, while connecting, from what the message is about.
"""

from __future__ import annotations

import os
import re
from typing import Any

from synthsize.errors import WITHHELD, InputError
from synthsize.extract.postgres.server import Server

WAIT_SECONDS = 10  # for a server that does not answer
_SETTINGS = {
    "default_transaction_read_only": "on",
    "row_security": "off",  # rows that a policy hides are refused, not silently left out
    "idle_in_transaction_session_timeout": "0",  # the snapshot of a job lives as long as the job
    "application_name": "synthsize",
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "TimeZone": "UTC",
    "extra_float_digits": "1",  # numbers as the shortest text that is read as the same number
}
_CONNECTING = {  # what a message is about -> what is wrong and what to do
    r"password authentication failed|pam authentication failed|ldap authentication failed": (
        "refuses the password; correct PGPASSWORD, ~/.pgpass or the connection service"
    ),
    r"no password supplied": (
        "asks for a password; set PGPASSWORD, or add a line to ~/.pgpass, which only you may read (chmod 600)"
    ),
    r'database ".*" does not exist|database .* does not exist': "has no such database; correct source.path",
    r'role ".*" does not exist': "has no such user; correct source.path",
    r"permission denied for database|not permitted to log in": (
        "does not let this user connect; ask its owner for the right"
    ),
    r"too many connections|remaining connection slots|too many clients": (
        "has no connection left; run again later, or with fewer jobs at a time"
    ),
    r"no pg_hba.conf entry": "accepts no connection of this user from this machine; ask its owner (pg_hba.conf)",
    r"definition of service": "is given by a connection service that is not defined; correct ~/.pg_service.conf",
    r"invalid (\w+ value|URI query parameter)": (
        "is named with an option that does not exist or has a wrong value; correct the URI behind its question mark"
    ),
    r"SSL|certificate": "does not agree with this machine on encryption; correct sslmode and sslrootcert",
    r"starting up|shutting down|recovery mode": "is starting or stopping; run again when it is up",
    r"could not translate host name|Name or service not known": (
        "cannot be found under the name of its host; correct source.path"
    ),
    r"Connection refused|No such file or directory|timeout expired|timed out|No route|unreachable|Permission denied": (
        "does not answer; start the server, or correct host and port in source.path"
    ),
}
_NO_RIGHT = "42501"  # on a table, or to read it past its policies
_NO_SUCH_STATE = "42704"  # of a snapshot that went with the connection that exported it
HIDDEN = (
    "has a row-level security policy that may hide rows from this user, and the rest would pass for the whole table; "
    "ask for a user with the attribute BYPASSRLS, or for a table of the permitted rows without a policy"
)
_STATES = {  # SQLSTATE, or its class -> what is wrong and what to do
    _NO_RIGHT: "may not be read by this user; ask the owner for SELECT on the table and USAGE on its schema",
    "42P01": "is not there any more; run the same command again",
    "42703": "lacks a column that it had; run the same command again",
    "57014": (
        "was not read to its end, because the server cancels long queries; ask its owner to raise statement_timeout "
        "for this user"
    ),
    "57P0": "was not read to its end, because the server was stopped; run again when it is up",
    "40001": (
        "was not read to its end, because the standby server removed rows that the query needed; ask its owner to "
        "raise max_standby_streaming_delay, or read from the primary server"
    ),
    "25006": "cannot be written to",
    "08": "was not read to its end, because the connection broke; run again",
    "53": "was not read, because the server is out of memory, disk or connections; run again later",
}
_ABOUT = {  # what the message of an error without SQLSTATE is about, as once rows have begun to arrive
    r"canceling statement due to (statement timeout|user request)": "57014",
    r"conflict with recovery": "40001",
    r"terminating connection|shutting down": "57P01",
    r"closed the connection|connection not open|SSL connection|could not receive data|no connection": "08006",
}


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


def connect(server: Server, snapshot: str | None = None) -> Any:
    """Open a connection (DBAPI) within one read-only transaction that sees one state of the database.

    Parameters
    ----------
    server : Server
    snapshot : str or None
        Of another connection (`export_snapshot`), whose state this one is to see.

    Raises
    ------
    InputError
        If the driver is not installed or the server cannot be reached or used.
    """
    dbapi = driver()
    try:
        connection = dbapi.connect(_patient(server.uri()), autocommit=True)
    except dbapi.Error as error:
        failure = _cannot_connect(server, str(error))
    else:
        return _begin(server, connection, snapshot)
    raise failure  # outside of `except`: the driver's error is not chained to it


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


def export_snapshot(server: Server, connection: Any) -> str:
    """Name of the state that a connection sees, for as long as it is open."""
    return str(fetch(server, connection, "SELECT pg_catalog.pg_export_snapshot()")[0][0])


def explained(error: Exception, place: object) -> InputError:
    """One sentence about a query that failed."""
    message = str(error)
    state = getattr(error, "sqlstate", None) or next(
        (state for about, state in _ABOUT.items() if re.search(about, message)), ""
    )
    if state == _NO_RIGHT and "row-level security" in message:
        return InputError(f"{place} {HIDDEN}")
    for known, sentence in _STATES.items():
        if state.startswith(known):
            return InputError(f"{place} {sentence}")
    return InputError(
        f"{place} cannot be read (PostgreSQL's error {state or 'without a number'}; {WITHHELD}); see the server's log"
    )


def _begin(server: Server, connection: Any, snapshot: str | None) -> Any:
    settings = ", ".join(
        f"pg_catalog.set_config('{name}', '{value}', false)" for name, value in _SETTINGS.items()
    )
    dbapi = driver()
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {settings}")
            cursor.fetchall()
            connection.adbc_connection.set_autocommit(False)
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if snapshot:
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    except dbapi.Error as error:
        connection.close()
        failure = explained(error, server)
        if snapshot and error.sqlstate == _NO_SUCH_STATE:
            failure = InputError(f"{server} was stopped while it was read; run the same command again")
    else:
        return connection
    raise failure


def _patient(uri: str) -> str:
    """URI with a limit for the time to connect, unless there is one."""
    if "connect_timeout" in uri or "PGCONNECT_TIMEOUT" in os.environ:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}connect_timeout={WAIT_SECONDS}"


def _cannot_connect(server: Server, message: str) -> InputError:
    for about, sentence in _CONNECTING.items():
        if re.search(about, message):
            return InputError(f"the PostgreSQL server of source.path ({server}) {sentence}")
    return InputError(
        f"the PostgreSQL server of source.path ({server}) does not let this user connect; try psql with the same URI"
    )
