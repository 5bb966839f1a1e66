"""The sections about the data and the run: cohort, checks, degenerate cases, run time and memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import pandas as pd

from synthsize.report import style
from synthsize.report.page.content import COUNT, PERCENT, Column, Section, optional_table
from synthsize.report.suppression import Hidden
from synthsize.schemas import VARIABLES

WHOLE_TABLE = "Whole table"
_COHORT_COUNTS = {
    "step": Column("Step"),
    "admissions": Column("Admissions", COUNT),
    "patients": Column("Patients", COUNT),
    "removed": Column("Removed", COUNT),
}
_TABLE_1 = {
    "label": Column("Task"),
    "positives": Column("Positive", COUNT),
    "negatives": Column("Negative", COUNT),
    "ratio": Column("Ratio", "1 : {:.2f}", names=("Negatives per positive",)),
    "admissions": Column("Admissions", COUNT),
    "patients": Column("Patients", COUNT),
    "prevalence": Column("Prevalence", "{:.1%}", names=("Prevalence (fraction)",)),
}
_MISSINGNESS = {
    "label": Column("Variable"),
    "unit": Column("Unit"),
    "admissions": Column("Admissions with a value", COUNT),
    "admissions_percent": Column("of all", PERCENT, names=("Admissions with a value (%)",)),
    "bins_percent": Column("Time bins with a value", PERCENT, names=("Time bins with a value (%)",)),
    "measurements_median": Column("Measurements per admission (median)", "{:,.1f}"),
    "missing_cells_percent": Column(
        "Feature cells to impute", PERCENT, names=("Feature cells to impute (%)",)
    ),
}
_PREFLIGHT = {
    "table": Column("Table"),
    "file": Column("File"),
    "format": Column("Format"),
    "megabytes": Column("MB", "{:,.1f}"),
    "rows": Column("Rows", COUNT),
    "rows_are": Column("Row count is"),
    "expected_rows": Column("Rows published", COUNT),
    "release": Column("Release"),
    "verdict": Column("Verdict"),
}
_EXPECTED = {
    "release": Column("Release"),
    "check": Column("Check"),
    "expected": Column("Expected", "{:,.10g}"),
    "observed": Column("Observed", "{:,.10g}"),
    "difference": Column("Difference", "{:+,.10g}"),
    "relative_difference": Column("Relative", "{:+.2%}", names=("Relative difference (fraction)",)),
    "verdict": Column("Verdict"),
    "provenance": Column("Source of the number"),
}
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


def cohort_section(tables: Mapping[str, pd.DataFrame], task_labels: Mapping[str, str]) -> Section:
    """Attrition, Table 1, coverage and missing values."""
    shown = dict(tables)
    coverage: dict[str, Column] = {}
    if "coverage" in tables:
        shown["coverage"] = coverage_by_quantity(tables["coverage"], task_labels)
        coverage = {"quantity": Column("Share of admissions")}
        share = _share_template(tables["coverage"])
        sizes = tables["coverage"].set_index("stratum")["admissions"]
        strata = [style.display(str(name), style.STRATA) for name in sizes.index]
        coverage |= {
            str(name): Column(
                f"{words} ({_size(size)})", share, names=(f"{words} ({_size(size)}), % of admissions",)
            )
            for name, words, size in zip(sizes.index, strata, sizes, strict=True)
        }
    if "table1" in tables:
        shown["table1"] = tables["table1"].drop(columns="task")
    if "missingness" in tables:
        shown["missingness"] = tables["missingness"].drop(columns="variable")
    return Section(
        "cohort",
        "Cohort",
        tables=[
            *optional_table(
                shown,
                "attrition",
                "Attrition",
                "Admissions and patients left after each step.",
                _COHORT_COUNTS,
            ),
            *optional_table(
                shown,
                "table1",
                "Class sizes (Table 1)",
                "Admissions with and without the outcome; the ratio is positives to negatives.",
                _TABLE_1,
            ),
            *optional_table(
                shown,
                "coverage",
                "Coverage by stratum",
                "Admissions with at least one value of each variable, and prevalence of each label, by charting "
                "system, era or hospital. A variable or label that one of them lacks tells them apart rather than "
                "their patients.",
                coverage,
            ),
            *optional_table(
                shown,
                "missingness",
                "Missing values",
                "How much of each variable was measured. What is missing stays missing in the analysis tables and "
                "is imputed before a model is fitted.",
                _MISSINGNESS,
            ),
        ],
    )


def checks_section(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Files, published totals, and what became of each source row."""
    shown = dict(tables)
    if "preflight" in tables:
        shown["preflight"] = _preflight_view(tables["preflight"])
    audit: dict[str, Column] = {}
    if "audit" in tables:
        shown["audit"] = audit_by_item(tables["audit"])
        audit = {
            str(name): Column(str(name).replace("_", " ").capitalize(), COUNT)
            for name in shown["audit"].columns
        }
        audit |= {"variable": Column("Variable"), "source_table": Column("Table"), "item": Column("Item")}
    return Section(
        "checks",
        "Data checks",
        tables=[
            *optional_table(
                shown,
                "preflight",
                "Files",
                "What was found before anything was read, and how it compares with known releases.",
                _PREFLIGHT,
            ),
            *optional_table(
                shown,
                "expected",
                "Expected and observed totals",
                "Published totals of the release beside those counted in the raw extract under the publications' "
                "definitions. They tell whether the extract is the published one; the cohort of this run, whatever its "
                "definition, has no part in them.",
                _EXPECTED,
            ),
            *optional_table(
                shown,
                "audit",
                "Source rows kept and removed",
                "Every row read of each item, by what became of it.",
                audit,
            ),
        ],
    )


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


def _size(admissions: int | Hidden) -> str:
    return "n\u00a0hidden" if isinstance(admissions, Hidden) else f"n\u00a0=\u00a0{admissions:,}"


def _share_template(coverage: pd.DataFrame) -> str:
    """Show no decimal that rounding took away."""
    shares = [
        value
        for value in coverage.filter(like="_percent").to_numpy().ravel()
        if not isinstance(value, Hidden)
    ]
    return PERCENT if any(value % 1 for value in shares if not pd.isna(value)) else "{:.0f}%"


def coverage_by_quantity(coverage: pd.DataFrame, task_labels: Mapping[str, str]) -> pd.DataFrame:
    """Turn the coverage table on its side: a row per variable and label, a column per stratum."""
    names = {f"{variable.name}_percent": variable.label for variable in VARIABLES}
    names |= {f"{task}_prevalence_percent": f"{label} (prevalence)" for task, label in task_labels.items()}
    turned = coverage.set_index("stratum").drop(columns="admissions").T
    turned.index = pd.Index([names.get(str(name), str(name)) for name in turned.index], name="quantity")
    return turned.rename_axis(columns=None).reset_index()


def audit_by_item(audit: pd.DataFrame) -> pd.DataFrame:
    """One row per item and one column per outcome, in the order of `schemas.VARIABLES`.

    Rows of no variable, which count a whole table, come first.
    """
    numbers = pd.api.types.is_float_dtype(audit["item"])  # what a CSV reader makes of ids beside empty cells
    items = audit["item"].astype("Int64" if numbers else object).astype("string")
    labels = {variable.name: variable.label for variable in VARIABLES}
    tidy = audit.assign(
        variable=audit["variable"].map(labels).fillna(audit["variable"]).fillna(WHOLE_TABLE),
        item=items.fillna(""),
        outcome=pd.Categorical(audit["outcome"], categories=_outcome_order(audit["outcome"])),
    )
    keys = ["variable", "source_table", "item"]
    # pivot_table adds up, which no hidden count can take part in.
    wide = tidy.pivot(index=keys, columns="outcome", values="rows")  # noqa: PD010
    wide.columns = pd.Index([str(name) for name in wide.columns])
    order = [WHOLE_TABLE, *labels.values()]
    return wide.reset_index().sort_values(
        "variable", key=lambda names: names.map({name: i for i, name in enumerate(order)}), kind="stable"
    )


def _outcome_order(outcomes: pd.Series) -> list[str]:
    """Whole tables first, then what was kept, then what was removed, by name."""
    first = ("scanned", "kept")
    return sorted(
        set(outcomes), key=lambda name: (not name.startswith(first[0]), not name.startswith(first[1]), name)
    )


def _preflight_view(preflight: pd.DataFrame) -> pd.DataFrame:
    view = preflight.assign(file=[PurePath(str(file)).name for file in preflight["file"]])
    position = view.columns.get_loc("bytes")
    assert isinstance(position, int)
    view.insert(position, "megabytes", view["bytes"] / 1e6)
    return view.drop(columns="bytes")
