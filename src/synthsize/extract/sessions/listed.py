"""The views `listed.<table>`: of each raw table the rows of the concept items, before anything is judged."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from synthsize.extract.raw.tables import DatabaseTable
from synthsize.extract.raw.views import identifier
from synthsize.extract.sessions.session import Session


def list_items(session: Session, items: pd.DataFrame) -> None:
    """Create the views of all tables that hold items.

    Parameters
    ----------
    session : Session
    items : DataFrame
        Columns source_table and item.
    """
    session.execute("CREATE SCHEMA listed")
    for name, table in session.source.tables.items():
        if table.item is None:
            continue
        own = items.loc[items["source_table"] == name, "item"].unique().tolist()
        is_number = table.columns[table.item] == "integer"
        _list_table(session, name, [int(item) for item in own] if is_number else own)


def _list_table(session: Session, name: str, items: Sequence[int] | Sequence[str]) -> None:
    """Create the view of one table, whose rows a server filters itself.

    A list, not a join: the reader drops other items before it parses their times and values.
    """
    table = session.source.tables[name]
    session.set_variables(**{f"items_of_{name}": list(items)})
    rows = f"raw.{identifier(name)}"
    if items and session.database and isinstance(session.tables.get(name), DatabaseTable):
        filtered = session.database.select_items(table, items)
        rows = f"({filtered})" if filtered else rows
    wanted = "false"
    if items:
        wanted = f"list_contains(getvariable('items_of_{name}'), {identifier(str(table.item))})"
    session.execute(f"CREATE VIEW listed.{identifier(name)} AS SELECT * FROM {rows} WHERE {wanted}")
