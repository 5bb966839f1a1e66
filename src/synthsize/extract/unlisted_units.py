"""Rows of listed items in units that are not listed, where one column holds both: a filter by item drops them."""

from __future__ import annotations

import pandas as pd

from synthsize.extract.raw.views import identifier
from synthsize.extract.sessions.session import Session

COLUMNS = ["variable", "source_table", "item", "rows"]


def unlisted_units(session: Session, items: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of items that differ from listed ones in nothing but what follows the last `unit_after`.

    Reads the item column alone of the tables that say what stands before their unit.

    Parameters
    ----------
    session : Session
    items : DataFrame
        The concept set: columns variable, source_table and item.

    Returns
    -------
    DataFrame
        Columns variable, source_table, item (as it stands in the table) and rows; one line for each variable that has
        the item under another unit.
    """
    found = [pd.DataFrame(columns=COLUMNS).astype({"rows": "int64"})]
    for name, table in session.source.tables.items():
        if table.item is None or table.unit_after is None or name not in session.tables:
            continue
        own = items[items["source_table"] == name]
        stems = own["item"].map(lambda item, mark=table.unit_after: item.rpartition(mark)[0] + mark)
        stems = stems[stems != table.unit_after]  # an item without a unit begins every item
        column = identifier(table.item)
        counts = session.fetch(
            f"SELECT {column} AS item, count(*) AS rows FROM raw.{identifier(name)} GROUP BY ALL ORDER BY ALL"
        )
        counts = counts[counts["item"].notna() & ~counts["item"].isin(own["item"])]
        begins = own.assign(stem=stems).dropna(subset="stem")[["variable", "stem"]].drop_duplicates()
        for variable, stem in begins.itertuples(index=False, name=None):
            other = counts[counts["item"].str.startswith(stem)]
            found.append(other.assign(variable=variable, source_table=name)[COLUMNS])
    return pd.concat(found, ignore_index=True)
