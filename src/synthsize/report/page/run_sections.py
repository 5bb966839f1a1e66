"""The sections about the run itself: degenerate cases, run time and memory."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synthsize.report.content import COUNT, Column, Section, optional_table

_EVENTS = {
    "task": Column("Task"),
    "classifier": Column("Classifier"),
    "generator": Column("Generator or control"),
    "event": Column("Event"),
    "in_training_sets": Column("In training sets", COUNT),
    "in_folds": Column("In validation folds", COUNT),
    "splits": Column("Splits concerned", COUNT),
}
_RESOURCES = {
    "rule": Column("Rule"),
    "jobs": Column("Jobs", COUNT),
    "seconds": Column("Seconds in all", "{:,.0f}"),
    "longest_seconds": Column("Longest job (s)", "{:,.0f}"),
    "peak_memory_mb": Column("Peak memory (MB)", COUNT),
}


def events_section(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Count the degenerate cases of the fits."""
    return Section(
        "events",
        "Degenerate cases",
        tables=optional_table(
            tables,
            "events",
            "Ledger",
            "Fits in which a generator or the data left the ordinary path, such as fewer minority rows than "
            "neighbours asked for, and how often. Each was decided by rule and none was dropped.",
            _EVENTS,
            empty="None arose.",
        ),
    )


def resources_section(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Run time and memory per rule, as far as its jobs left a record."""
    return Section(
        "resources",
        "Run time and memory",
        tables=optional_table(
            tables,
            "resources",
            "Rules",
            "Wall-clock seconds and largest memory of the jobs of each rule, from the records in the log folder; jobs "
            "too short to be sampled have no memory. The manifest beside this page holds the same numbers.",
            _RESOURCES,
            empty="No records were left.",
        ),
    )
