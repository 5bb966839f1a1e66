"""A source folder by itself: concept sets, and whether each SELECT runs and returns the right columns."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from synthsize.contracts.variables import VARIABLES, in_sentence
from synthsize.extract.checks.report import Report
from synthsize.extract.definition.concepts import read_concepts
from synthsize.extract.definition.source import STEPS, Source
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.listed import list_items
from synthsize.extract.sessions.selects import COLUMNS, hand_over
from synthsize.extract.sessions.session import open_session

LABELS = {variable.name: in_sentence(variable.label) for variable in VARIABLES}


def check_concepts(source: Source, report: Report) -> None:
    """Check every concept set: variables, tables, units, ranges."""
    for name in source.concept_sets:
        with report.part(f"concepts/{name}.csv"):
            items = read_concepts(source, name)
            absent = [label for variable, label in LABELS.items() if variable not in set(items["variable"])]
            text = f"{items['variable'].nunique()} variables, {items['item'].nunique()} items"
            report.add(
                f"concepts/{name}.csv",
                "pass",
                text + (f"; left out of the features: {', '.join(absent)}" if absent else ""),
            )


def check_selects(source: Source, report: Report) -> None:
    """Run each SELECT on empty tables, which shows its columns and their types without any data."""
    for step in COLUMNS:
        if step not in source.steps:
            report.add(
                "diagnoses.sql", "pass", "not there: tasks with an outcome remain, tasks by codes do not"
            )
            continue
        with report.part(STEPS[step]), tempfile.TemporaryDirectory() as folder:
            with open_session(source, {}, Engine(), Path(folder, step)) as session:
                session.set_variables(pre_admission_hours=0.0)
                list_items(session, pd.DataFrame(columns=["source_table", "item"]))
                hand_over(session, step)
            report.add(STEPS[step], "pass", "one SELECT with the right columns and types")
