"""The section about the cohort: attrition, class sizes, coverage and missing values."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.variables import VARIABLES
from synthsize.report import style
from synthsize.report.content import COUNT, PERCENT, Column, Section, Table, optional_table
from synthsize.report.hidden import Hidden
from synthsize.report.strata import PERCENTILES, counted_strata

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


def cohort_section(tables: Mapping[str, pd.DataFrame], names: Names) -> Section:
    """Attrition, Table 1, coverage and missing values."""
    return Section(
        "cohort",
        "Cohort",
        tables=[
            *optional_table(
                tables,
                "attrition",
                "Attrition",
                "Admissions and patients left after each step.",
                _COHORT_COUNTS,
            ),
            *_class_sizes(tables),
            *_coverage(tables, names),
            *_missingness(tables),
        ],
    )


def _class_sizes(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    text = "Admissions with and without the outcome; the ratio is positives to negatives."
    return optional_table(
        _without(tables, "table1", "task"), "table1", "Class sizes (Table 1)", text, _TABLE_1
    )


def _missingness(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    text = (
        "How much of each variable was measured. What is missing stays missing in the analysis tables and is imputed "
        "before a model is fitted."
    )
    shown = _without(tables, "missingness", "variable")
    return optional_table(shown, "missingness", "Missing values", text, _MISSINGNESS)


def _coverage(tables: Mapping[str, pd.DataFrame], names: Names) -> list[Table]:
    if "coverage" not in tables:
        return []
    coverage = tables["coverage"]
    text = (
        "Admissions with at least one value of each variable, and prevalence of each label, by charting system, unit "
        "type, era or hospital. A variable or label that one of them lacks separates them rather than their patients."
    )
    columns = _coverage_columns(coverage)
    if "coverage_spread" in tables:
        spread = tables["coverage_spread"]
        text += (
            f" Percentiles over {counted_strata(spread)}, each row by itself; small strata scatter by chance. "
            "results/tables/coverage.csv has every stratum."
        )
        percentiles = spread.drop(columns=["counted", "left_out"]).astype({"stratum": str})
        coverage = pd.concat([coverage.astype(object), percentiles.astype(object)])
        columns |= {str(key): Column(words, "{:.0f}%") for key, words in PERCENTILES.items()}
    turned = {"coverage": coverage_by_quantity(coverage, names)}
    return optional_table(turned, "coverage", "Coverage by stratum", text, columns)


def _coverage_columns(coverage: pd.DataFrame) -> dict[str, Column]:
    share = _share_template(coverage)
    columns = {"quantity": Column("Share of admissions")}
    for name, size in zip(coverage["stratum"], coverage["admissions"], strict=True):
        words = f"{style.display(str(name), style.STRATA)} ({_size(size)})"
        columns[str(name)] = Column(words, share, names=(f"{words}, % of admissions",))
    return columns


def _without(tables: Mapping[str, pd.DataFrame], name: str, column: str) -> dict[str, pd.DataFrame]:
    """Return the named table, if there is one, without a column that the reader does not need."""
    return {name: tables[name].drop(columns=column)} if name in tables else {}


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


def coverage_by_quantity(coverage: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Turn the coverage table on its side: a row per variable and label, a column per stratum."""
    labels = {f"{variable.name}_percent": variable.label for variable in VARIABLES}
    labels |= {f"{task}_prevalence_percent": f"{label} (prevalence)" for task, label in names.tasks.items()}
    turned = coverage.set_index("stratum").drop(columns="admissions").T
    turned.index = pd.Index([labels.get(str(name), str(name)) for name in turned.index], name="quantity")
    return turned.rename_axis(columns=None).reset_index()
