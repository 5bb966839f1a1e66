"""The rows of the concept items as a whole: whose they are, when, in which unit, and for how many admissions."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.contracts.variables import VARIABLES, in_sentence
from synthsize.extract.checks import copies
from synthsize.extract.checks.report import MUCH, TOO_MUCH, Report, Verdict, some
from synthsize.extract.checks.units import Typical, other_unit, other_variable, typical_medians
from synthsize.extract.raw.views import literal
from synthsize.extract.sessions.session import Session
from synthsize.extract.small_counts import FEW, is_few, share
from synthsize.extract.staged_rows import TINY_COHORT, check_any_row, check_hours, check_shared_admissions
from synthsize.extract.unlisted_units import unlisted_units

NAMES = {variable.name: variable for variable in VARIABLES}
# Outcomes of rows as `sql/classify.sql` calls them: what is the matter, and what to do.
_REMEDIES = {
    "implausible_value": "lie outside the range of the concept set; check its unit and range",
    "unknown_unit": "are in a unit that the concept set does not name; add rows with that source_unit",
    "no_numeric_value": "hold no number; check value in measurements.sql",
    "no_admission_id": "name no admission; check admission_id in measurements.sql",
    "not_in_cohort": "are of admissions outside the cohort",
    "patient_mismatch": "name another patient than their admission's; check patient_id in measurements.sql",
    "superseded": "are said to be corrected by others; check superseded in measurements.sql",
    "flagged_error": "are marked as wrong; check error_flag in measurements.sql",
    "unknown_error_flag": "have an error_flag that is neither 0 nor 1; correct it in measurements.sql",
    "no_time": "have no time; check hours in measurements.sql",
    "before_window": "lie before the clock's start; check hours in measurements.sql",
    "after_window": "lie after the window; check hours in measurements.sql",
}
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
    FROM staged WHERE outcome IN ({outcomes})
) TABLESAMPLE reservoir(2000000 ROWS) REPEATABLE (1)  -- a median holds all values in memory
GROUP BY ALL
ORDER BY ALL
"""
_THEIRS = ("its lines", "their lines")
_INSIDE = ("kept", "kept_unit_swapped", "implausible_value")
_OUTSIDE = ("before_window", "after_window", "no_time")
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
    without: Collection[str] = (),
) -> None:
    """Look at the staged rows of a cohort of so many admissions; see `extract.measurements.staged_rows`.

    `without`: variables that the run leaves out, which need no value.
    """
    found = len(report.findings)
    with report.part("rows"):
        check_any_row(session, items, scanned, concepts)
        if admissions >= TINY_COHORT:
            check_shared_admissions(session)
    if len(report.findings) > found:
        return
    counts = session.fetch(_BELONGING).iloc[0]
    _check_belonging(counts, report)
    _check_unlisted(session, items, concepts, report)
    with report.part(copies.CHECK):
        copies.check_copies(session, scanned, report)
    if report.has_failed(
        copies.CHECK
    ):  # values that stand in several places would pass for wrong units and hours
        return
    with report.part("hours"):
        if admissions >= TINY_COHORT and not report.has_failed(
            "length of stay"
        ):  # that hours are held against
            check_hours(session, scanned)
        _check_window(counts, admissions, report)
    file = session.source.concept_file(concepts)
    if report.has_failed("hours"):  # rows of wrong hours count, too: their values may reveal a wrong unit
        _check_items(session, items, file, (*_INSIDE, *_OUTSIDE), report)
    else:
        _check_variables(session, items, file, admissions, report, without)
        _check_items(session, items, file, _INSIDE, report)


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


def _check_unlisted(session: Session, items: pd.DataFrame, concepts: str, report: Report) -> None:
    """Report rows of listed items in units that the concept set does not name."""
    unlisted = unlisted_units(session, items)
    if unlisted.empty:
        return
    listed = int(session.fetch("SELECT count(*) AS n FROM staged")["n"].item())
    rows = int(unlisted.drop_duplicates(["source_table", "item"])["rows"].sum())
    file = session.source.to_edit(f"concepts/{concepts}.csv")
    text = (
        f"{share(rows, rows + listed)} rows of the listed items are in a unit that is not listed and do not count "
        f"({some(unlisted['item'])}); add them to {file}, each with its unit"
    )
    report.add("units not listed", "fail" if rows > TOO_MUCH * (rows + listed) else "look", text)


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
            "hours",
            "look",
            f"{text}; fewer than {TINY_COHORT} admissions are too few to tell hours from days",
        )
    else:
        report.add("hours", "pass", text)


def _check_variables(
    session: Session,
    items: pd.DataFrame,
    concepts: Path,
    admissions: int,
    report: Report,
    without: Collection[str],
) -> None:
    """Look at each variable of which some table is there; the line on a table that is absent names the others.

    A variable without any value fails, for it stops the run (`tasks.features`) unless the run leaves it out. Variables
    that lack every value for one and the same reason have one line together.
    """
    counts = session.fetch(_BY_VARIABLE).set_index("variable")
    lacking: dict[str, list[str]] = {}
    for name in items["variable"].unique():
        label = NAMES[name].label
        if not set(items.loc[items["variable"] == name, "source_table"]) & set(session.tables):
            continue
        if name in without:
            report.add(label, "pass", "left out of the features, as asked for")
        elif name not in counts.index:
            listed = some(items.loc[items["variable"] == name, "item"])
            written = f"no row is of {listed}; is it written in {concepts} as in the data?"
            report.add(label, "fail", f"{written} {_stops(session, [name])}")
        elif not counts.loc[name, "kept"]:
            lacking.setdefault(_REMEDIES[counts.loc[name, "most"]], []).append(name)
        else:
            report.add(label, *_judge(counts.loc[name], admissions))
    for remedy, names in lacking.items():
        labels = [NAMES[names[0]].label, *(in_sentence(NAMES[name].label) for name in names[1:])]
        text = f"{share(0, admissions)} admissions have a value: most rows {remedy}. {_stops(session, names)}"
        report.add(", ".join(labels), "fail", text)


def _stops(session: Session, names: Sequence[str]) -> str:
    """Say what variables without any value do to a run, and how it leaves them out."""
    lines = "" if session.source.is_shipped else f" or take {_THEIRS[len(names) > 1]} out of the concept set"
    return (
        f"As it stands, the run stops; if the database has none, set features.without: [{', '.join(names)}] (--without "
        f"{' '.join(names)} here){lines}"
    )


def _judge(counts: pd.Series, admissions: int) -> tuple[Verdict, str]:
    """Verdict and words on a variable with values, by the outcomes of its rows."""
    kept, rows = int(counts["kept"]), int(counts["rows"])
    of_range = kept + int(counts["implausible"])
    text = f"{share(int(counts['admissions']), admissions)} admissions have it"
    swapped = "were taken for the other unit and converted; write the unit that they are in"
    for name, total, words in (
        ("implausible", of_range, _REMEDIES["implausible_value"]),
        ("unknown_unit", rows, _REMEDIES["unknown_unit"]),
        ("no_number", rows, _REMEDIES["no_numeric_value"]),
        ("swapped", of_range, swapped),
    ):
        removed = int(counts[name])
        if removed > MUCH * total and not is_few(removed):
            verdict: Verdict = "fail" if removed > TOO_MUCH * total and name != "swapped" else "look"
            return verdict, f"{text}; {share(removed, total)} rows {words}"
    return "pass", text


def _check_items(
    session: Session, items: pd.DataFrame, concepts: Path, outcomes: Sequence[str], report: Report
) -> None:
    """Hold the median of each item against those of other databases, and name the items without rows."""
    seen = session.fetch(_BY_ITEM.format(outcomes=", ".join(map(literal, outcomes))))
    typical = typical_medians()
    units = items.groupby(["variable", "source_table", "item"])["unit"].agg(list)
    judged = seen[(seen["admissions"] >= FEW) & seen["variable"].isin(list(typical))]
    doubts = 0
    for row in judged.to_dict("records"):
        if typical[row["variable"]].holds(row["median"]):
            continue
        doubts += 1
        declared = units[(row["variable"], row["source_table"], row["item"])]
        verdict, text = _doubt(row, typical, declared, concepts)
        report.add(f"unit of {row['item']}", verdict, text)
    if judged.empty:
        report.add(
            "units",
            "look",
            f"no item has values in {FEW} admissions, so no median was compared with other databases",
        )
    elif not doubts:
        report.add(
            "units", "pass", "the median of every item is one that its variable has in other databases"
        )
    measured = session.fetch("SELECT DISTINCT variable FROM staged")["variable"]
    there = items[items["source_table"].isin(session.tables) & items["variable"].isin(measured)]
    staged = set(
        session.fetch("SELECT DISTINCT source_table, item FROM staged").itertuples(index=False, name=None)
    )
    pairs = there[["source_table", "item"]].drop_duplicates().itertuples(index=False, name=None)
    absent = [item for table, item in pairs if (table, item) not in staged]
    if absent:
        text = f"no row is of {some(absent)}; are they written in {concepts} as in the data?"
        report.add("items", "look", text)


def _doubt(
    row: Mapping[Hashable, Any], typical: Mapping[str, Typical], declared: list[Any], concepts: Path
) -> tuple[Verdict, str]:
    """Verdict and words on an item whose median is not typical: another unit, another variable, or neither."""
    variable, known = NAMES[row["variable"]], typical[row["variable"]]
    unit = declared[0] if isinstance(declared[0], str) else None  # without one, values stay as charted
    read_as = f" read as {unit}" if unit is not None and len(declared) == 1 else ""
    text = (
        f"its values in {row['source_table']},{read_as and f'{read_as},'} have the median {row['median']:.3g} "
        f"{variable.unit}, and {in_sentence(variable.label)} has {known.low:g} to {known.high:g} in other databases"
    )
    other = other_unit(row["variable"], unit, row["median"], known) if len(declared) == 1 else None
    if other is not None:
        verdict: Verdict = "look" if unit is None else "fail"
        return verdict, f"{text}; they look like {other}: write that unit in {concepts}"
    swapped = other_variable(row["median"], typical)
    if swapped is not None:
        label, usual = in_sentence(NAMES[swapped].label), typical[swapped]
        text += f"; it is nearer to what {label} has ({usual.low:g} to {usual.high:g}), as if the two were swapped"
        return "look", f"{text}; check item in measurements.sql and in {concepts}"
    return "look", f"{text} ({known.factor(row['median']):.2g} times that); check item and unit in {concepts}"
