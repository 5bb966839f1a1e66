"""The comparison in words: cohorts, verdicts and differing settings as text."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.compare.rows import BALANCE
from synthsize.recipes import NONE
from synthsize.report.hidden import Hidden
from synthsize.report.page.recommendation import INSTEAD, sure
from synthsize.report.suppression import suppress_class_sizes
from synthsize.report.tables.added_rows import NO_ROWS, OPEN

RAW = "raw data"


def shown_cohorts(cohorts: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide small classes, run by run; see `report.suppression`."""
    parts = [suppress_class_sizes(rows, below) for _, rows in cohorts.groupby("run", sort=False)]
    return pd.concat(parts, ignore_index=True) if parts else cohorts


def cohort_in_words(row: Mapping[Hashable, Any]) -> str:
    """State how many rows a task has, how many with the outcome, and the imbalance."""
    rows = _count(row["admissions"])
    units = f"{row['unit']}s"
    ratio = "" if isinstance(row["ratio"], Hidden) or pd.isna(row["ratio"]) else f", 1:{row['ratio']:.2f}"
    if isinstance(row["positives"], Hidden):
        return f"{rows} {units}, class sizes not shown"
    return f"{rows} {units}, {_count(row['positives'])} positive{ratio}"


def _count(value: Any) -> str:
    return value.text if isinstance(value, Hidden) else f"{value:,.0f}"


def recipe_in_words(recipe: object, names: Names) -> str:
    """Name a recipe as a heading does."""
    if not isinstance(recipe, str) or not recipe:
        return "no answer"
    return names.control(recipe) if recipe in names.controls else names.generator(recipe)


def verdict_in_words(row: Mapping[Hashable, Any], names: Names) -> str:
    """Name the recommended recipe with its certainty."""
    recipe = recipe_in_words(row["recipe"], names)
    if pd.isna(row["recipe"]) or pd.isna(row["certainty"]):
        return recipe
    return f"{recipe} ({how_sure(row)})"


def how_sure(row: Mapping[Hashable, Any]) -> str:
    """State how sure a settled recommendation is; of another one, that its run does not decide."""
    return sure(row["certainty"]) if bool(row["settled"]) else "undecided"


def advice(row: Mapping[Hashable, Any], names: Names) -> str:
    """Say whether adding rows helps, as the run's own headline does, and what to do."""
    recipe = INSTEAD.get(row["recipe"]) or f"oversample by {names.generator(row['recipe'])}"
    if row["outcome"] == OPEN:
        return f"undecided; for now {recipe}"
    if row["outcome"] == NO_ROWS:
        helped = "validation added no rows in any split"
    else:
        helped = f"adding rows {row['outcome']} ({sure(row['sure'])})"
    remedy = recipe if row["settled"] else f"which remedy is best is undecided, for now {recipe}"
    return f"{helped}; {remedy}"


def reference_in_words(reference: str, generator: str, names: Names) -> str:
    """Name what a gain is over."""
    if reference == BALANCE:
        return f"{names.generator(generator)}, m = 1"
    return "Raw data" if reference == NONE else names.control(reference)


def settings_sentence(differing: pd.DataFrame) -> str:
    """State how many settings differ, and in which table they are named."""
    count = len(settings_names(differing))
    if not count:
        return "All settings of the runs are the same; the data differ."
    subject = "One setting of the runs differs" if count == 1 else f"{count} settings of the runs differ"
    return f"{subject} (What differs): a difference below may come from that as well as from the patients."


def settings_names(differing: pd.DataFrame) -> list[str]:
    """Names of the settings that differ, in order."""
    return list(dict.fromkeys(differing["setting"]))


def listed(names: Sequence[str]) -> str:
    """Join names with commas and a last "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
