"""Tables on a server as inputs of rules: a placeholder file each, with the table's state on the server as content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from synthsize.extract.databases.postgres.catalogue import fingerprint
from synthsize.extract.raw.locations import as_param, from_param
from synthsize.extract.raw.server import Server
from synthsize.extract.raw.tables import ServerTable, TableFiles
from synthsize.pipeline.old_files import date_back


def input_files(tables: Mapping[str, TableFiles], folder: Path) -> dict[str, tuple[Path, ...]]:
    """Files that a rule names as its inputs for each table: the table's own, or its placeholder.

    Parameters
    ----------
    tables : mapping of str to TableFiles
    folder : Path
        Where the placeholder files are written; they are older than any result, because only
        the lineage decides whether a table has changed (`records.table_digest`).
    """
    return {
        name: (_stand_in(table, folder / f"{name}.json"),) if isinstance(table, ServerTable) else table.files
        for name, table in tables.items()
    }


def _stand_in(table: ServerTable, file: Path) -> Path:
    server = Server(table.server.location)
    text = json.dumps({"location": as_param(server), "schema": table.schema, "table": table.table}) + "\n"
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        date_back(file)
    return file


def described(file: Path) -> str:
    """Server and table of a placeholder file."""
    server, schema, table = _read(file)
    return f"{server}, table {schema}.{table}"


def state(file: Path) -> str:
    """State of the table of a placeholder file; see `postgres.catalogue.fingerprint`."""
    return fingerprint(*_read(file))


def _read(file: Path) -> tuple[Server, str, str]:
    held = json.loads(file.read_text(encoding="utf-8"))
    server = from_param(held["location"])
    assert isinstance(server, Server)
    return server, held["schema"], held["table"]
