"""Whether measurements.sql returns a raw row more than once, as a join to several rows does."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synthsize.errors import InputError
from synthsize.extract.checks.report import MUCH, TOO_MUCH, Report, some
from synthsize.extract.raw.views import identifier
from synthsize.extract.sessions.session import Session
from synthsize.extract.small_counts import is_few, percent
from synthsize.extract.staged_rows import SAMPLED_ADMISSIONS

CHECK = "copies"
_REMEDY = (
    "a join to a table with several rows for each repeats them: "
    "join what has one row for each in measurements.sql"
)
# Of real databases some 0.1 % of rows repeat another.
_REPEATED = f"""
SELECT source_table, sum(rows)::BIGINT AS rows, sum(rows - 1)::BIGINT AS repeated
FROM (
    SELECT staged.source_table, count(*) AS rows
    FROM staged
    JOIN (FROM cohort ORDER BY admission_id LIMIT {SAMPLED_ADMISSIONS}) AS judged USING (admission_id)
    WHERE hours IS NOT NULL AND value IS NOT NULL
    GROUP BY staged.source_table, staged.admission_id, variable, item, hours, value
)
GROUP BY ALL
ORDER BY ALL
"""
_HANDED_OVER = """
SELECT source_table, item, max(rows) AS rows
FROM (SELECT source_table, item, variable, count(*) AS rows FROM staged GROUP BY ALL)
GROUP BY ALL
ORDER BY ALL
"""


def check_copies(session: Session, scanned: Mapping[str, int], report: Report) -> None:
    """Hold the staged rows against each other and, of a source of one's own, against the rows of the raw tables.

    A raw row has one value of an item, or several where its table is declared without `item`. Copies that differ, as
    of a row that is joined to every stay of its patient, show in the number of rows alone.

    Raises
    ------
    InputError
        If far more rows are returned than the tables hold, or many of them repeat another.
    """
    found = _repeated(session)
    # Tests cover the SELECTs of the package, and the count reads tables with an `item` once more.
    if not session.source.is_shipped:
        found += _surplus(session, scanned)
    part, text = max(found, default=(0.0, ""))
    if part > TOO_MUCH:
        raise InputError(f"{text}; {_REMEDY}")
    if part > MUCH:
        report.add(CHECK, "look", f"{text}; {_REMEDY}")
    else:
        report.add(CHECK, "pass", f"at most {percent(MUCH)} of the rows are handed over more than once")


def _surplus(session: Session, scanned: Mapping[str, int]) -> list[tuple[float, str]]:
    """Share and sentence of each table of whose items more rows are handed over than it holds."""
    handed_over = session.fetch(_HANDED_OVER)
    found = []
    for name, rows in handed_over.groupby("source_table"):
        table = str(name)
        raw = _raw_rows(session, table, rows["item"], scanned)
        surplus = (rows.set_index("item")["rows"] - raw)[raw > 0].clip(lower=0)
        more = list(surplus.index[surplus > 0])
        if not more or is_few(int(surplus.sum())):
            continue
        share = surplus.sum() / raw[more].sum()
        text = (
            f"measurements.sql hands over {1 + share:.3g} times as many rows of {some(more)} as {table} holds"
        )
        found.append((share, text))
    return found


def _raw_rows(session: Session, table: str, items: pd.Series, scanned: Mapping[str, int]) -> pd.Series:
    """Rows of each item in a raw table; without a column of items, each row can hold a value of every item."""
    column = session.source.tables[table].item
    if column is None:
        return pd.Series(scanned.get(table, 0), index=list(items))
    counts = session.fetch(
        f"SELECT CAST({identifier(column)} AS VARCHAR) AS item, count(*) AS rows "
        f"FROM listed.{identifier(table)} GROUP BY ALL"
    )
    return counts.set_index("item")["rows"].reindex(list(items), fill_value=0)


def _repeated(session: Session) -> list[tuple[float, str]]:
    """Share and sentence of each table whose rows repeat another in admission, item, time and value."""
    return [
        (
            row["repeated"] / row["rows"],
            f"{percent(row['repeated'] / row['rows'])} of the rows of {row['source_table']} repeat another of the same "
            "admission, item, hours and value",
        )
        for row in session.fetch(_REPEATED).to_dict("records")
        if row["repeated"] and not is_few(int(row["repeated"]))
    ]
