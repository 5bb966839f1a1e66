"""The sections of the page, in reading order. A new section is a function here and a line in `standard_sections`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import pandas as pd

from synthsize.report.content import Column, Figure, Section, Table, make_table
from synthsize.schemas import VARIABLES

COUNT = "{:,.0f}"
PERCENT = "{:.1f}%"
SHARE = "{:.0%}"
WHOLE_TABLE = "Whole table"

_SUMMARY = {
    "task": Column("Task"),
    "generator": Column("Generator"),
    "n_splits": Column("Splits", COUNT),
    "raw": Column("m = 0", "{:.4f}"),
    "naive": Column("m = 1", "{:.4f}"),
    "best_multiplier": Column("Best m", "{:.2f}"),
    "best": Column("Risk at best m", "{:.4f}"),
    "best_at_edge": Column("Best m on edge"),
    "vtss": Column("VTSS (95% interval)", "{:.4f}", ("vtss_low", "vtss_high"), " ({:.4f} to {:.4f})"),
    "vtss_multiplier": Column("VTSS median m", "{:.2f}"),
    "edge_share": Column("VTSS on edge", SHARE),
}
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
    "ratio": Column("Ratio", "1 : {:.2f}"),
    "admissions": Column("Admissions", COUNT),
    "patients": Column("Patients", COUNT),
    "prevalence": Column("Prevalence", "{:.1%}"),
}
_MISSINGNESS = {
    "label": Column("Variable"),
    "unit": Column("Unit"),
    "admissions": Column("Admissions with a value", COUNT),
    "admissions_percent": Column("of all", PERCENT),
    "bins_percent": Column("Time bins with a value", PERCENT),
    "measurements_median": Column("Measurements per admission (median)", "{:,.1f}"),
    "missing_cells_percent": Column("Feature cells to impute", PERCENT),
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
    "relative_difference": Column("Relative", "{:+.2%}"),
    "verdict": Column("Verdict"),
    "provenance": Column("Source of the number"),
}
_EVENTS = {
    "task": Column("Task"),
    "classifier": Column("Classifier"),
    "generator": Column("Generator"),
    "event": Column("Event"),
    "in_training_sets": Column("In training sets", COUNT),
    "in_folds": Column("In validation folds", COUNT),
    "splits": Column("Splits concerned", COUNT),
}


def standard_sections(
    run: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    figures: list[Figure],
    task_labels: Mapping[str, str],
) -> list[Section]:
    """All sections for the tables that are there; see `page.write_report`."""
    sections = [
        _run(run),
        _how_to_read(),
        _results(tables, figures),
        _cohort(tables, task_labels),
        _checks(tables),
        _degenerate_cases(tables),
    ]
    return [
        section
        for section in sections
        if section.paragraphs or section.facts or section.tables or section.figures
    ]


def _run(run: Mapping[str, str]) -> Section:
    return Section("run", "What was run", facts=run)


def _how_to_read() -> Section:
    return Section(
        "reading",
        "How to read the results",
        [
            "Synthetic minority rows are added to the training set in growing number: m times the gap between the "
            "two classes, so that m = 0 leaves the data as they are and m = 1 makes the classes equal in size. "
            "Balanced risk is the mean loss on unseen rows when both classes count the same: log-loss in nats for "
            "logistic regression, hinge loss for the support vector machine. Balanced excess risk is what remains "
            "after subtracting the lowest balanced risk a linear model can reach on the same test rows. Lower is "
            "better.",
            "That lowest risk comes from a model fitted to the test rows themselves, so it is too optimistic and "
            "the excess risk stands too high: for log-loss by about p/8 · (1/n₁ + 1/n₀), with p features and n₁ and "
            "n₀ test rows of the two classes. Within a split this surplus is the same for every m and every "
            "generator and cancels in their differences: compare curves, and do not take their height at face "
            "value.",
            "All splits cut up one cohort, and their training sets overlap. The normal interval tells how far the "
            "mean would move with other random splits of this cohort and no more; the Nadeau-Bengio interval "
            "allows for the overlap and is the one to trust when speaking of new patients of the same kind. The "
            "best m of a curve is picked with the test rows in view and so flatters itself; the size chosen by "
            "validation (VTSS) never sees them.",
        ],
    )


def _results(tables: Mapping[str, pd.DataFrame], figures: list[Figure]) -> Section:
    text = (
        "Mean over the splits without synthetic rows (m = 0), with balanced classes (m = 1), at the m that turned out "
        "best on the test rows, and with the size chosen by validation. A best m on an edge of the grid means that a "
        "wider grid may hold a better one."
    )
    summaries = [
        make_table(rows, title=f"Balanced excess risk by synthetic size: {name}", text=text, columns=_SUMMARY)
        for name, rows in _by_classifier(tables.get("summary"))
    ]
    return Section("results", "Results", tables=summaries, figures=figures)


def _by_classifier(summary: pd.DataFrame | None) -> list[tuple[str, pd.DataFrame]]:
    """Parts with one loss each: values in nats and hinge values have no business in one column."""
    if summary is None:
        return []
    groups = summary.groupby("classifier", sort=False)
    return [(str(name), rows.drop(columns="classifier")) for name, rows in groups]


def _cohort(tables: Mapping[str, pd.DataFrame], task_labels: Mapping[str, str]) -> Section:
    shown = dict(tables)
    coverage: dict[str, Column] = {}
    if "coverage" in tables:
        shown["coverage"] = coverage_by_quantity(tables["coverage"], task_labels)
        coverage = {"quantity": Column("Share of admissions")}
        sizes = tables["coverage"].set_index("stratum")["admissions"]
        coverage |= {
            str(name): Column(f"{name} (n\u00a0=\u00a0{size:,})", PERCENT) for name, size in sizes.items()
        }
    if "table1" in tables:
        shown["table1"] = tables["table1"].drop(columns="task")
    if "missingness" in tables:
        shown["missingness"] = tables["missingness"].drop(columns="variable")
    return Section(
        "cohort",
        "Cohort",
        tables=[
            *_table(
                shown,
                "attrition",
                "Attrition",
                "Admissions and patients left after each step.",
                _COHORT_COUNTS,
            ),
            *_table(
                shown,
                "table1",
                "Class sizes (Table 1)",
                "Admissions with and without the outcome; the ratio is positives to negatives.",
                _TABLE_1,
            ),
            *_table(
                shown,
                "coverage",
                "Coverage by stratum",
                "Admissions with at least one value of each variable, and prevalence of each label, by charting "
                "system, era or hospital. A variable or label that one of them lacks tells them apart rather than "
                "their patients.",
                coverage,
            ),
            *_table(
                shown,
                "missingness",
                "Missing values",
                "How much of each variable was measured. What is missing stays missing in the analysis tables and "
                "is imputed when a model is fitted.",
                _MISSINGNESS,
            ),
        ],
    )


def _checks(tables: Mapping[str, pd.DataFrame]) -> Section:
    shown = dict(tables)
    if "preflight" in tables:
        shown["preflight"] = _preflight_view(tables["preflight"])
    audit: dict[str, Column] = {}
    if "audit" in tables:
        shown["audit"] = audit_by_item(tables["audit"])
        audit = {
            str(name): Column(str(name).replace("_", " ").capitalize(), COUNT)
            for name in shown["audit"].select_dtypes("number")
        }
        audit |= {"variable": Column("Variable"), "source_table": Column("Table"), "item": Column("Item")}
    return Section(
        "checks",
        "Data checks",
        tables=[
            *_table(
                shown,
                "preflight",
                "Files",
                "What was found before anything was read, and how it compares with known releases.",
                _PREFLIGHT,
            ),
            *_table(
                shown,
                "expected",
                "Expected and observed totals",
                "Published totals of the release beside those of this run.",
                _EXPECTED,
            ),
            *_table(
                shown,
                "audit",
                "Source rows kept and removed",
                "Every row read of each item, by what became of it.",
                audit,
            ),
        ],
    )


def _degenerate_cases(tables: Mapping[str, pd.DataFrame]) -> Section:
    return Section(
        "events",
        "Degenerate cases",
        tables=_table(
            tables,
            "events",
            "Ledger",
            "Fits in which a generator or the data left the ordinary path, such as fewer minority rows than "
            "neighbours asked for, and how often. Each was decided by rule and none was dropped.",
            _EVENTS,
            empty="None arose.",
        ),
    )


def _table(
    tables: Mapping[str, pd.DataFrame],
    key: str,
    title: str,
    text: str,
    columns: Mapping[str, Column],
    empty: str = "No rows.",
) -> list[Table]:
    if key not in tables:
        return []
    return [make_table(tables[key], title=title, text=text, columns=columns, empty=empty)]


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
    wide = tidy.pivot_table(index=keys, columns="outcome", values="rows", aggfunc="sum", observed=True)
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
