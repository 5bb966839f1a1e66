"""The section about the data: files, published totals, and what became of each source row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import pandas as pd

from synthsize.contracts.variables import VARIABLES
from synthsize.report.content import COUNT, Column, Section, Table, optional_table

WHOLE_TABLE = "Whole table"
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


def checks_section(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Files, published totals, and what became of each source row."""
    return Section("checks", "Data checks", tables=[*_files(tables), *_totals(tables), *_audit(tables)])


def _files(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    text = "What was found before anything was read, and how it compares with known releases."
    shown = {"preflight": _preflight_view(tables["preflight"])} if "preflight" in tables else {}
    if "own_tables" in tables and shown:  # of which no release is known
        text = "The tables as they were found."
        shown["preflight"] = shown["preflight"].drop(columns=["expected_rows", "release", "verdict"])
    return optional_table(shown, "preflight", "Files", text, _PREFLIGHT)


def _totals(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    text = (
        "Published totals of the release beside those counted in the raw extract under the publications' definitions. "
        "They show whether the extract is the published one; the cohort of this run, whatever its definition, has no "
        "part in them."
    )
    if "expected" in tables:
        text = f"{_what_differs(tables['expected'])}{text}"
    return optional_table(tables, "expected", "Expected and observed totals", text, _EXPECTED)


def _what_differs(expected: pd.DataFrame) -> str:
    """Name the totals that are not the published ones, before all else; nothing if there are none."""
    checks = expected.loc[expected["verdict"] == "differs", "check"]
    if checks.empty:
        return ""
    return (
        f"Not as published: {', '.join(checks)}. The extract may be cut short, changed or of two releases. "
    )


def _audit(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    if "audit" not in tables:
        return []
    audit = audit_by_item(tables["audit"])
    outcomes = {str(name): Column(str(name).replace("_", " ").capitalize(), COUNT) for name in audit.columns}
    keys = {"variable": Column("Variable"), "source_table": Column("Table"), "item": Column("Item")}
    text = "Every row read of each item, by what became of it."
    return optional_table(
        {"audit": audit}, "audit", "Source rows kept and removed", text, {**outcomes, **keys}
    )


def audit_by_item(audit: pd.DataFrame) -> pd.DataFrame:
    """One row per item and one column per outcome, in the order of `contracts.variables.VARIABLES`.

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
    files = preflight["file"].fillna("")  # an absent table has none
    view = preflight.assign(file=[PurePath(str(file)).name for file in files])
    position = view.columns.get_loc("bytes")
    assert isinstance(position, int)
    view.insert(position, "megabytes", view["bytes"] / 1e6)
    return view.drop(columns="bytes")
