"""The section about the user's own tables, in place of an extract, its cohort and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.content import COUNT, Column, Section, Table, optional_table

UNITS = {"patient": "groups", "admission": "rows"}  # of splits, by protocol.group_by
_TABLES = {
    "task": Column("Task"),
    "file": Column("File"),
    "outcome": Column("Outcome"),
    "rows": Column("Rows", COUNT),
    "groups": Column("Groups", COUNT),
    "groups_with_outcome": Column("Groups with the outcome", COUNT),
    "group_column": Column("Group column"),
    "stratum_column": Column("Stratum column"),
    "strata": Column("Strata", COUNT),
    "features": Column("Features", COUNT),
    "missing_percent": Column("Feature cells to impute", "{:.1f}%", names=("Feature cells to impute (%)",)),
    "left_out": Column("Columns left out"),
    "note": Column("Remarks"),
}
_CLASSES = {
    "label": Column("Task"),
    "positives": Column("With the outcome", COUNT),
    "negatives": Column("Without", COUNT),
    "ratio": Column("Ratio", "1 : {:.2f}", names=("Rows without the outcome per row with it",)),
    "admissions": Column("Rows", COUNT),
    "patients": Column("Groups", COUNT),
    "prevalence": Column("Prevalence", "{:.1%}", names=("Prevalence (fraction)",)),
}
_EMPTY_COLUMNS = ("group_column", "stratum_column", "left_out", "note")  # not shown where no task fills them


def own_tables_section(tables: Mapping[str, pd.DataFrame], names: Names) -> Section:
    """Files, roles of the columns and class sizes; nothing where the tasks were extracted."""
    if "own_tables" not in tables:
        return Section("data", "Data")
    return Section("data", "Data", tables=[*_roles(tables["own_tables"], names), *_classes(tables["table1"])])


def own_facts(config: Mapping[str, Any], names: Names) -> dict[str, str]:
    """Facts at the head of the page; empty where the tasks were extracted.

    Parameters
    ----------
    config : mapping
        As `synthsize.pipeline.config.resolve` returns it.
    names : Names
        Of the run.
    """
    own = {name: task for name, task in config["tasks"].items() if "table" in task}
    if not own:
        return {}
    by_group = config["protocol"]["group_by"] == "patient"
    files = [f"{names.task(name)} from {Path(task['table']).name}" for name, task in own.items()]
    grouped = {
        name: f"rows with the same {task['group']} stay together"
        if "group" in task and by_group
        else "each row is its own"
        for name, task in own.items()
    }
    shared = set(grouped.values())
    return {
        "Data": f"the user's own tables: {', '.join(files)}; nothing was extracted, and how rows were chosen and "
        "features made is not known here",
        "Groups": shared.pop()
        if len(shared) == 1
        else "; ".join(f"{names.task(name)}: {words}" for name, words in grouped.items()),
        "Features": "all numeric columns without another role",
    }


def _roles(facts: pd.DataFrame, names: Names) -> list[Table]:
    text = (
        "The rarer value of the label is the outcome, and its rows are the minority. A column that describes the "
        "future, or that numbers the rows, is a feature too unless it is left out: only the user can know."
    )
    unused = [name for name in _EMPTY_COLUMNS if facts[name].fillna("").eq("").all()]
    shown = facts.assign(task=[names.task(name) for name in facts["task"]]).fillna(
        dict.fromkeys(_EMPTY_COLUMNS, "")
    )
    if "stratum_column" in unused:
        unused.append("strata")
    return optional_table(
        {"own_tables": shown[[name for name in _TABLES if name not in unused]]},
        "own_tables",
        "Tables",
        text,
        _TABLES,
    )


def _classes(table1: pd.DataFrame) -> list[Table]:
    return optional_table(
        {"table1": table1.drop(columns="task")},
        "table1",
        "Class sizes (Table 1)",
        "Rows with and without the outcome; the ratio is the former to the latter.",
        _CLASSES,
    )
