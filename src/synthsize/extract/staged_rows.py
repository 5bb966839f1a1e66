"""Checks of the classified rows as a whole: wrong concepts, another extract, invalid times."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synthsize.errors import InputError
from synthsize.extract.sessions.session import Session

TINY_COHORT = 30  # admissions; fewer may well have no row in a table, few times, or an odd median
SAMPLED_ADMISSIONS = 1000  # admissions whose times are looked at
NEARLY_ALL = 0.95


def check_staged(session: Session, items: pd.DataFrame, scanned: Mapping[str, int], concepts: str) -> None:
    """Stop if the rows of the concept items cannot be those of the cohort, or if their hours cannot be hours.

    Parameters
    ----------
    session : Session
        With the tables `cohort` and `staged` (source_table, admission_id, hours, ...).
    items : DataFrame
        The concept set.
    scanned : dict of str to int
        Rows read of each event table.
    concepts : str
        Name of the concept set.

    Raises
    ------
    InputError
        Naming the files and the remedy.
    """
    check_any_row(session, items, scanned, concepts)
    if session.count("SELECT count(*) FROM cohort") >= TINY_COHORT:
        check_shared_admissions(session)
        check_hours(session, scanned)


def check_any_row(session: Session, items: pd.DataFrame, scanned: Mapping[str, int], concepts: str) -> None:
    """Stop if no row is of an item of the concept set, or if none of those holds a number."""
    staged = session.count("SELECT count(*) FROM staged")
    if staged and not session.count("SELECT count(*) FROM staged WHERE isfinite(value)"):
        raise InputError(
            f"{_files(session, scanned)}: no row of an item of concept set {concepts!r} holds a number; export the "
            "table with its values"
        )
    if staged or not sum(scanned.values()):
        return
    shown = ", ".join(items["item"].unique()[:3])
    raise InputError(
        f"{_files(session, scanned)}: none of the {sum(scanned.values()):,} rows is of an item of concept set "
        f"{concepts!r} ({shown}, ...); correct source.path, or list the items of this database in "
        f"{session.source.to_edit(f'concepts/{concepts}.csv')}"
    )


def check_shared_admissions(session: Session) -> None:
    """Stop if none of a table's rows belongs to the cohort, as when the tables come from different extracts."""
    cohort = session.count("SELECT count(*) FROM cohort")
    strange = session.fetch(
        "SELECT source_table, count(*) AS rows FROM staged GROUP BY ALL HAVING count(admission_id) = 0 ORDER BY ALL"
    )
    if len(strange):
        table, rows = strange.iloc[0]
        raise InputError(
            f"{table} shares no admission with the cohort of {cohort} ({session.tables[table]}: none of the "
            f"{rows:,} rows of the concept items is one of theirs); give source.path tables of one and the same extract"
        )


def check_hours(session: Session, scanned: Mapping[str, int]) -> None:
    """Stop if no row has a time, if all lie whole days apart, or if the hours of most stays look like another unit."""
    read_by = "" if session.source.is_shipped else f", read by {session.source.folder / 'measurements.sql'}"
    where = f"{_files(session, scanned)}{read_by}"
    if not session.count("SELECT count(hours) FROM staged WHERE admission_id IS NOT NULL"):
        raise InputError(f"{where}: no row of the cohort has a time; export the time with each value")
    judged = session.fetch(
        f"""
        WITH timed AS (
            SELECT staged.admission_id, hours, length_of_stay_hours, min(hours) OVER admission / 24 AS first_day
            FROM staged
            JOIN (FROM cohort ORDER BY admission_id LIMIT {SAMPLED_ADMISSIONS}) USING (admission_id)
            WHERE isfinite(hours)
            WINDOW admission AS (PARTITION BY staged.admission_id)
        )
        SELECT
            max(abs(hours / 24 - first_day - round(hours / 24 - first_day))) < 1e-6 AS whole_days,
            max(hours) <= any_value(length_of_stay_hours) / 24 AS like_days,
            coalesce(max(hours) > 2 * any_value(length_of_stay_hours) + 48, false) AS past_end,
            coalesce(any_value(length_of_stay_hours) >= 48, false) AS is_long
        FROM timed
        GROUP BY admission_id
        HAVING count(DISTINCT hours) > 1
        """
    )
    if len(judged) >= TINY_COHORT and judged["whole_days"].all():
        raise InputError(
            f"{where}: the measurements of every admission lie whole days apart, as dates do; export the time of day "
            "with each value"
        )
    if len(judged) >= TINY_COHORT and judged["past_end"].mean() > NEARLY_ALL:
        raise InputError(
            f"{where}: the hours of nearly every admission go on for more than twice its length, as minutes or seconds "
            "would; hand over hours since the clock's start, and length_of_stay_hours in hours"
        )
    long = judged[judged["is_long"]]
    if len(long) >= TINY_COHORT and long["like_days"].mean() > NEARLY_ALL:
        raise InputError(
            f"{where}: the hours of nearly every admission end below its length in days, as days would; hand over "
            "hours since the clock's start"
        )


def _files(session: Session, scanned: Mapping[str, int]) -> str:
    return " and ".join(str(session.tables[name]) for name in sorted(scanned))
