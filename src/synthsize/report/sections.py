"""The sections of the page, in reading order. A new section is a function here and a line in `standard_sections`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

import pandas as pd

from synthsize.report.content import Column, Figure, Section, Table, make_table
from synthsize.report.regimes import describe_regimes, regime_table
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
_CONTROLS = {
    "task": Column("Task"),
    "control": Column("Control"),
    "multiplier": Column("m", "{:g}"),
    "excess_risk": Column(
        "Excess risk (95% interval)", "{:.4f}", ("excess_risk_low", "excess_risk_high"), " ({:.4f} to {:.4f})"
    ),
    "balanced_accuracy": Column(
        "Balanced accuracy (95% interval)",
        "{:.3f}",
        ("balanced_accuracy_low", "balanced_accuracy_high"),
        " ({:.3f} to {:.3f})",
    ),
}
_GAINS = {
    "task": Column("Task"),
    "generator": Column("Generator"),
    "n_splits": Column("Splits", COUNT),
    "mean_difference": Column(
        "Excess risk minus that of weights",
        "{:+.4f}",
        ("nadeau_bengio_low", "nadeau_bengio_high"),
        " ({:+.4f} to {:+.4f})",
    ),
    "holm_p": Column("p, Holm-adjusted", "{:.2g}"),
}
_REGIME = {
    "task": Column("Task"),
    "generator": Column("Generator"),
    "regime": Column("Regime"),
    "asymmetry": Column("Asymmetry |g\u1d69| (s.e.)", "{:.3f}", ("asymmetry_se",), " ({:.3f})"),
    "mismatch": Column("Mismatch |g\u1d6a| (s.e.)", "{:.3f}", ("mismatch_se",), " ({:.3f})"),
    "cosine": Column("Cosine", "{:.2f}"),
    "slopes_p": Column("p, equal slopes", "{:.2g}"),
    "size": Column("Theory's m (95% interval)"),
    "remarks": Column("Remarks"),
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
    "generator": Column("Generator or control"),
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
    """All sections for the tables that are there, each with its figures; see `page.write_report`."""
    sections = [
        _run(run),
        _how_to_read(),
        _results(tables),
        _controls(tables),
        _diagnosis(tables, task_labels),
        _cohort(tables, task_labels),
        _checks(tables),
        _degenerate_cases(tables),
    ]
    strangers = {figure.section for figure in figures} - {section.anchor for section in sections}
    if strangers:
        raise ValueError(f"the page has no section {', '.join(sorted(strangers))} to hold a figure")
    filled = [
        replace(section, figures=[figure for figure in figures if figure.section == section.anchor])
        for section in sections
    ]
    return [
        section
        for section in filled
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


def _results(tables: Mapping[str, pd.DataFrame]) -> Section:
    text = (
        "Mean over the splits without synthetic rows (m = 0), with balanced classes (m = 1), at the m that turned out "
        "best on the test rows, and with the size chosen by validation. A best m on an edge of the grid means that a "
        "wider grid may hold a better one."
    )
    summaries = [
        make_table(rows, title=f"Balanced excess risk by synthetic size: {name}", text=text, columns=_SUMMARY)
        for name, rows in _by_classifier(tables.get("summary"))
    ]
    return Section("results", "Results", tables=summaries)


def _by_classifier(summary: pd.DataFrame | None) -> list[tuple[str, pd.DataFrame]]:
    """Parts with one loss each: values in nats and hinge values have no business in one column."""
    if summary is None:
        return []
    groups = summary.groupby("classifier", sort=False)
    return [(str(name), rows.drop(columns="classifier")) for name, rows in groups]


def _controls(tables: Mapping[str, pd.DataFrame]) -> Section:
    levels = (
        "What the same splits give without a generator: the raw data; the raw fit with its prior shifted to balanced "
        "classes (logistic regression alone); class weights; minority weights and random copies at m = 1; the "
        "majority thinned at random; and the raw fit with its threshold tuned out of fold, which decides but "
        "estimates no risk. Class weights add up to the number of rows and weights at m = 1 to more, which at the "
        "same C relaxes the penalty as synthetic rows do."
    )
    gains = (
        "At m = 1, in the same splits: what the generator's rows add to the mere weight that they give the minority. "
        "Above zero, the generator costs more than it brings; the interval is Nadeau-Bengio's."
    )
    return Section(
        "controls",
        "Controls",
        tables=[
            *(
                make_table(rows, title=f"Without synthetic rows: {name}", text=levels, columns=_CONTROLS)
                for name, rows in _by_classifier(tables.get("controls"))
            ),
            *(
                make_table(
                    rows, title=f"Generators against equal weights: {name}", text=gains, columns=_GAINS
                )
                for name, rows in _by_classifier(tables.get("gains"))
            ),
        ],
    )


def _diagnosis(tables: Mapping[str, pd.DataFrame], task_labels: Mapping[str, str]) -> Section:
    """Show nothing where no classifier was diagnosed."""
    diagnosis = tables.get("diagnosis")
    if diagnosis is None or diagnosis.empty:
        return Section("diagnosis", "Regime diagnosis")
    text = (
        "At the class-balanced, unpenalised logistic fit: how far the two classes pull the model apart (asymmetry), "
        "how far the generator's rows pull it from real minority rows that the generator did not see (mismatch), and "
        "the cosine between the two. The theory's size is the m at which the mismatch cancels what is left of the "
        "asymmetry; it is exact where the cosine is 1 or -1 and first-order advice elsewhere; its interval is carried "
        "over from the standard errors. With an intercept the classes always pull at least that apart; the test of "
        "equal slopes asks whether balancing moves anything else. Means (medians for p and m) over the training rows "
        "of the first splits. The hinge has no second derivative to build standard errors from, so the support "
        "vector machine is not diagnosed."
    )
    table = make_table(
        regime_table(diagnosis, task_labels), title="Asymmetry and mismatch", text=text, columns=_REGIME
    )
    return Section("diagnosis", "Regime diagnosis", describe_regimes(diagnosis, task_labels), tables=[table])


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
