"""One state of a database that several connections see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from synthsize.extract.databases.postgres.connection import SnapshotGoneError, connect, connected, end, fetch
from synthsize.extract.raw.server import Server


class Snapshot:
    """The state that a database had when this was made; connections see it until this is closed.

    It is kept by a connection of its own, which waits in its transaction.

    Raises
    ------
    InputError
        If the server cannot be reached or used.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._keeper = connect(server)
        try:
            self._name = str(self.fetch("SELECT pg_catalog.pg_export_snapshot()")[0][0])
        except BaseException:
            self._keeper.close()
            raise

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Open a connection (DBAPI) that sees the state.

        Raises
        ------
        InputError
            If the server cannot be reached, or ended the transaction that keeps the state.
        """
        try:
            with connected(self.server, self._name) as connection:
                yield connection
                return
        except SnapshotGoneError as error:
            gone = error
        self.fetch("SELECT 1")  # so that the holder of the snapshot can report why its transaction ended
        raise gone

    def fetch(self, query: str, place: object | None = None) -> list[tuple[Any, ...]]:
        """Return all rows of a small result in this state; see `connection.fetch`."""
        return fetch(self.server, self._keeper, query, place)

    def close(self) -> None:
        """Let the state go."""
        end(self._keeper)
        self._keeper.close()
