"""The rows of the concept items as a whole: whose they are, when, in which unit, and for how many admissions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.contracts.variables import VARIABLES
from synthsize.extract.checks.report import FEW, Report, Verdict, is_few, share
from synthsize.extract.checks.units import Typical, other_unit, typical_medians
from synthsize.extract.engine import Session
from synthsize.extract.staged_rows import TINY_COHORT, check_any_row, check_hours, check_shared_admissions

NAMES = {variable.name: variable for variable in VARIABLES}
SHOWN = 5  # items that a sentence lists
MUCH, TOO_MUCH = 0.05, 0.2  # share of rows that a rule removes
_BY_VARIABLE = """
SELECT
    variable,
    count(*) AS rows,
    count(*) FILTER (outcome IN ('kept', 'kept_unit_swapped')) AS kept,
    count(DISTINCT admission_id) FILTER (outcome IN ('kept', 'kept_unit_swapped')) AS admissions,
    count(*) FILTER (outcome = 'kept_unit_swapped') AS swapped,
    count(*) FILTER (outcome = 'implausible_value') AS implausible,
    count(*) FILTER (outcome = 'unknown_unit') AS unknown_unit,
    count(*) FILTER (outcome = 'no_numeric_value') AS no_number,
    mode(outcome) FILTER (outcome NOT IN ('kept', 'kept_unit_swapped')) AS most
FROM staged
GROUP BY variable
"""
_BY_ITEM = """
SELECT variable, source_table, item, median(value) AS median, count(DISTINCT admission_id) AS admissions
FROM (
    SELECT * FROM staged WHERE outcome IN ('kept', 'kept_unit_swapped', 'implausible_value')
) TABLESAMPLE reservoir(2000000 ROWS) REPEATABLE (1)  -- a median holds all values in memory
GROUP BY ALL
ORDER BY ALL
"""
_BELONGING = """
SELECT
    count(*) AS rows,
    count(*) FILTER (admission_id IS NOT NULL) AS theirs,
    count(*) FILTER (outcome = 'no_admission_id') AS no_admission_id,
    count(*) FILTER (outcome = 'patient_mismatch') AS patient_mismatch,
    count(*) FILTER (outcome = 'no_time') AS no_time,
    count(*) FILTER (outcome = 'before_window') AS before_window,
    count(*) FILTER (outcome = 'after_window') AS after_window
FROM staged
"""


def check_rows(
    session: Session,
    items: pd.DataFrame,
    scanned: Mapping[str, int],
    concepts: str,
    admissions: int,
    report: Report,
) -> None:
    """Look at the staged rows of a cohort of so many admissions; see `extract.measurements.staged_rows`."""
    found = len(report.findings)
    with report.part("rows"):
        check_any_row(session, items, scanned, concepts)
        if admissions >= TINY_COHORT:
            check_shared_admissions(session)
    if len(report.findings) > found:
        return
    counts = session.fetch(_BELONGING).iloc[0]
    _check_belonging(counts, report)
    with report.part("hours"):
        if admissions >= TINY_COHORT:
            check_hours(session, scanned)
        _check_window(counts, admissions, report)
    _check_variables(session, items, admissions, report)
    _check_items(session, items, session.source.concept_file(concepts), report)


def _check_belonging(counts: pd.Series, report: Report) -> None:
    text = (
        f"{share(int(counts['theirs']), int(counts['rows']))} rows of the concept items belong to the cohort"
    )
    faults = [
        f"{share(int(counts[name]), int(counts['rows']))} {words}"
        for name, words in (
            ("no_admission_id", "name no admission (admission_id in measurements.sql)"),
            (
                "patient_mismatch",
                "name another patient than their admission's (patient_id in measurements.sql)",
            ),
        )
        if counts[name] > MUCH * counts["rows"]
    ]
    report.add("rows", "look" if faults else "pass", "; ".join([text, *faults]))


def _check_window(counts: pd.Series, admissions: int, report: Report) -> None:
    theirs = int(counts["theirs"])
    inside = theirs - sum(int(counts[name]) for name in ("no_time", "before_window", "after_window"))
    text = f"{share(inside, theirs)} rows of the cohort lie in the window"
    if counts["no_time"] > MUCH * theirs:
        report.add("hours", "look", f"{text}; {share(int(counts['no_time']), theirs)} have no time")
    elif 10 * inside < theirs:
        remedy = "check that hours count from the start of each admission"
        report.add("hours", "fail" if inside == 0 else "look", f"{text}; {remedy}")
    elif admissions < TINY_COHORT:
        report.add(
            "hours", "look", f"{text}; fewer than {TINY_COHORT} admissions do not tell hours from days"
        )
    else:
        report.add("hours", "pass", text)


def _check_variables(session: Session, items: pd.DataFrame, admissions: int, report: Report) -> None:
    counts = session.fetch(_BY_VARIABLE).set_index("variable")
    for name in items["variable"].unique():
        label = NAMES[name].label
        if name not in counts.index:
            absent = sorted(set(items.loc[items["variable"] == name, "source_table"]) - set(session.tables))
            why = f"there is no table {' or '.join(absent)}" if absent else "no row is of its items"
            report.add(label, "look", f"{why}; the features will lack it")
        else:
            verdict, text = _judge(counts.loc[name], admissions)
            report.add(label, verdict, text)


def _judge(counts: pd.Series, admissions: int) -> tuple[Verdict, str]:
    """Verdict and words on one variable, by the outcomes of its rows."""
    kept, rows = int(counts["kept"]), int(counts["rows"])
    of_range = kept + int(counts["implausible"])
    text = f"{share(int(counts['admissions']), admissions)} admissions have it"
    if kept == 0:
        verdict: Verdict = "fail" if admissions >= TINY_COHORT and not is_few(rows) else "look"
        return (
            verdict,
            f"{text}: most rows of its items are counted as {counts['most']!r} (docs/data.md); mend that",
        )
    for name, total, words in (
        ("implausible", of_range, "lie outside the range of the concept set; check its unit and range"),
        (
            "unknown_unit",
            rows,
            "are in a unit that the concept set does not name; add rows with that source_unit",
        ),
        ("no_number", rows, "hold no number; check value in measurements.sql"),
        ("swapped", of_range, "were taken for the other unit and converted; write the unit that they are in"),
    ):
        removed = int(counts[name])
        if removed > MUCH * total and not is_few(removed):
            verdict = "fail" if removed > TOO_MUCH * total and name != "swapped" else "look"
            return verdict, f"{text}; {share(removed, total)} rows {words}"
    return "pass", text


def _check_items(session: Session, items: pd.DataFrame, concepts: Path, report: Report) -> None:
    """Hold the median of each item against those of other databases, and name the items without rows."""
    seen = session.fetch(_BY_ITEM)
    typical = typical_medians()
    units = items.groupby(["variable", "source_table", "item"])["unit"].agg(list)
    judged = seen[(seen["admissions"] >= FEW) & seen["variable"].isin(list(typical))]
    doubts = 0
    for row in judged.to_dict("records"):
        known = typical[row["variable"]]
        if known.holds(row["median"]):
            continue
        doubts += 1
        verdict, text = _doubt(
            row, known, units[(row["variable"], row["source_table"], row["item"])], concepts
        )
        report.add(f"unit of {row['item']}", verdict, text)
    if judged.empty:
        report.add(
            "units", "look", f"no item is there for {FEW} admissions: no median is held against others"
        )
    elif not doubts:
        report.add(
            "units", "pass", "the median of every item is one that its variable has in other databases"
        )
    there = items[items["source_table"].isin(session.tables)]
    staged = set(
        session.fetch("SELECT DISTINCT source_table, item FROM staged").itertuples(index=False, name=None)
    )
    pairs = there[["source_table", "item"]].drop_duplicates().itertuples(index=False, name=None)
    absent = [item for table, item in pairs if (table, item) not in staged]
    if absent:
        more = f" and {len(absent) - SHOWN} more" if len(absent) > SHOWN else ""
        listed = ", ".join(absent[:SHOWN]) + more
        report.add("items", "look", f"no row is of {listed}; are they written in {concepts} as in the data?")


def _doubt(
    row: Mapping[Hashable, Any], known: Typical, declared: list[Any], concepts: Path
) -> tuple[Verdict, str]:
    variable = NAMES[row["variable"]]
    text = (
        f"its median in {row['source_table']} is {row['median']:.3g} {variable.unit} of {variable.label.lower()}, "
        f"where other databases have {known.low:g} to {known.high:g}"
    )
    unit = declared[0] if isinstance(declared[0], str) else None  # without one, values stay as charted
    other = other_unit(row["variable"], unit, row["median"], known) if len(declared) == 1 else None
    if other is not None and unit is not None:
        return (
            "fail",
            f"{text}, as it would have if its values were in {other}; correct its unit in {concepts}",
        )
    if other is not None:
        return "look", f"{text}, as it would have in {other}; give it a unit in {concepts}"
    return "look", f"{text} ({known.factor(row['median']):.2g} times that); check item and unit in {concepts}"
